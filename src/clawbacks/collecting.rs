//! How money comes back: set off against what is to be paid, or by an invoice and what is received for it; or not at all. Every
//! function that a door opens asks for the password anew; those beneath it tell of a year after it.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use entities::{
    clawback, clawback_receipt, pot,
    values::{ClawbackId, ClawbackStatus, Fen, LineId, PaymentId, ReceiptId, ReceiptKind},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts::{self, Fresh, Steps};
use crate::base::clock::year_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::clawbacks::asking::{about, holder, record, tell};
use crate::clawbacks::forms::{Grounds, NewOffset, NewReceipt, Step};
use crate::clawbacks::lifecycle::ClawbackAction;
use crate::clawbacks::rights::{CollectClawbacks, WriteOffClawbacks};
use crate::clawbacks::rules;
use crate::clawbacks::store;
use crate::data::{Work, sequence};
use crate::funds::{self, About};
use crate::payments::{self, OpenLine, Payee};
use crate::policy::{Rule, RuleBook};
use crate::supervision::require_version;
use crate::web::told_in;

use clawback::Column;

/// Lines that a page offers to be set off.
const OFFERED: u64 = 200;

/// Who was paid, and owes it.
pub(super) fn payee(row: &clawback::Model) -> Result<Payee> {
    let payee = row.payee_organisation.map(Payee::Organisation).or(row.payee_person.map(Payee::Person));
    payee.ok_or_else(|| Error::internal("a clawback without its payee"))
}

/// Sends an invoice: what is to be paid back by when.
///
/// # Errors
/// `NotFound`; `move.illegal`; `Stale`.
pub(crate) async fn bill(by: &Can<CollectClawbacks>, work: &Work, id: ClawbackId, version: Option<i32>) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, version)?;
    let to = row.status.after(ClawbackAction::Invoice)?;
    let (today, year) = (work.today(), year_of(work.today()));
    let days = RuleBook::load(work.db()).await?.value(Rule::ClawbackDays, &row.area_code, today)?;
    let due_on = today.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MAX);
    let number = format!("I-{year}-{:05}", sequence::next(work, &format!("invoice-{year}")).await?);
    let also = vec![
        (Column::InvoiceNo, Expr::value(Some(number.clone()))),
        (Column::InvoicedBy, Expr::value(Some(by.account))),
        (Column::InvoicedAt, Expr::value(Some(work.now))),
        (Column::DueOn, Expr::value(Some(due_on))),
    ];
    store::advance(work, &row, to, also).await?;
    record(by, work, &row, ClawbackAction::Invoice.into(), json!({ "invoice_no": number, "due_on": due_on }));
    tell(work, &row, "clawback_invoiced", rules::balance(&row), json!({ "due_on": due_on })).await
}

/// # Errors
/// As of [`bill`].
pub(super) async fn invoice(
    by: &Can<CollectClawbacks>,
    _fresh: Fresh,
    work: &Work,
    id: ClawbackId,
    new: &Step,
) -> Result<()> {
    bill(by, work, id, new.version).await
}

/// How something came back.
struct Back<'a> {
    kind: ReceiptKind,
    fen: Fen,
    document_no: &'a str,
    on: NaiveDate,
    payment: Option<PaymentId>,
}

/// Posts what came back; it is available again where the year of the pot is open.
async fn put(by: &Actor, work: &Work, row: &clawback::Model, pot: &pot::Model, back: &Back<'_>) -> Result<()> {
    let open = pot.closed_at.is_none();
    let receipt = clawback_receipt::Model {
        id: ReceiptId::new(),
        clawback_id: row.id,
        kind: back.kind,
        fen: back.fen,
        document_no: back.document_no.to_owned(),
        received_on: back.on,
        payment_id: back.payment,
        given_back: open,
        recorded_by: by.account,
        recorded_at: work.now,
    };
    let inserted = store::insert_receipt(work, receipt).await;
    inserted.map_err(|e| if e.is_duplicate() { Error::refused("clawback.document_used") } else { e })?;
    let about = About { payment: back.payment, ..about(row) };
    funds::recover(by, work, row.pot_id, about, back.fen, back.document_no).await?;
    if open {
        funds::give_back(by, work, row.pot_id, about, back.fen).await?;
    }
    Ok(())
}

/// Where a clawback stands after something of it came back.
async fn follow(work: &Work, row: &clawback::Model, action: ClawbackAction, fen: Fen) -> Result<ClawbackStatus> {
    let to = rules::after_receipt(row.status, action, rules::balance(row) - fen)?;
    store::advance(work, row, to, vec![(Column::RecoveredFen, Expr::value(row.recovered_fen + fen))]).await?;
    Ok(to)
}

/// Writes down money that came in for an invoice, in part or whole.
///
/// # Errors
/// `NotFound`; `Invalid`; `move.illegal`; `clawback.document_used`; `Stale`.
pub(crate) async fn collect(by: &Can<CollectClawbacks>, work: &Work, id: ClawbackId, new: &NewReceipt) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    row.status.after(ClawbackAction::Receive)?;
    let document_no = new.document_no.trim();
    if !(2..=64).contains(&document_no.chars().count()) {
        return Err(Error::invalid("document_no", "invalid.length"));
    }
    if new.received_on > work.today() {
        return Err(Error::invalid("received_on", "invalid.date_future"));
    }
    rules::require_within("amount_fen", new.amount_fen, rules::balance(&row), "clawback.beyond_balance")?;
    let pot = funds::by_id(work.db(), row.pot_id).await?;
    let back = Back { kind: ReceiptKind::Cash, fen: new.amount_fen, document_no, on: new.received_on, payment: None };
    put(by, work, &row, &pot, &back).await?;
    let to = follow(work, &row, ClawbackAction::Receive, new.amount_fen).await?;
    let detail = json!({ "fen": new.amount_fen, "document_no": document_no, "status": to });
    record(by, work, &row, ClawbackAction::Receive.into(), detail);
    tell(work, &row, "clawback_received", new.amount_fen, json!({})).await
}

/// # Errors
/// As of [`collect`].
pub(super) async fn receive(
    by: &Can<CollectClawbacks>,
    _fresh: Fresh,
    work: &Work,
    id: ClawbackId,
    new: &NewReceipt,
) -> Result<()> {
    collect(by, work, id, new).await
}

/// What could be set off against a clawback: lines of the same payee, source and area that wait to be paid.
///
/// # Errors
/// Of the database.
pub(super) async fn offered(db: &impl ConnectionTrait, by: &Actor, row: &clawback::Model) -> Result<Vec<OpenLine>> {
    let pot = funds::by_id(db, row.pot_id).await?;
    payments::open_lines(db, by, &pot, payee(row)?, OFFERED).await
}

/// Sets lines off: they are settled without the bank, and as much came back. Whole lines, that come to no more than is owed; what
/// does not hold any more when it is looked at falls, and is not set off.
///
/// # Errors
/// `NotFound`; `Invalid` without lines; `move.illegal`; `clawback.other_money` for a line of another payee, source or area or that
/// does not wait any more; `clawback.nothing_left`; `claim.same_person`; `Stale`.
pub(super) async fn offset(
    by: &Can<CollectClawbacks>,
    _fresh: Fresh,
    work: &Work,
    id: ClawbackId,
    new: &NewOffset,
) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    row.status.after(ClawbackAction::Offset)?;
    let asked: HashSet<LineId> = new.lines.iter().copied().collect();
    if asked.is_empty() {
        return Err(Error::invalid("lines", "invalid.required"));
    }
    let mut open: HashMap<LineId, OpenLine> =
        offered(work.db(), by, &row).await?.into_iter().map(|open| (open.line.id, open)).collect();
    let taken: Option<Vec<OpenLine>> = asked.iter().map(|line| open.remove(line)).collect();
    let taken = taken.ok_or_else(|| Error::refused("clawback.other_money"))?;
    let sum: Fen = taken.iter().map(|open| open.line.fen).sum();
    rules::require_within("lines", sum, rules::balance(&row), "clawback.beyond_balance")?;
    let settled = payments::set_off(&by.prove()?, work, payee(&row)?, &taken).await?;
    let back: Fen = settled.iter().map(|one| one.fen).sum();
    if back == Fen(0) {
        return Err(Error::refused("clawback.nothing_left"));
    }
    let pot = funds::by_id(work.db(), row.pot_id).await?;
    for one in &settled {
        let back = Back {
            kind: ReceiptKind::Offset,
            fen: one.fen,
            document_no: &one.reference,
            on: work.today(),
            payment: Some(one.payment),
        };
        put(by, work, &row, &pot, &back).await?;
    }
    let to = follow(work, &row, ClawbackAction::Offset, back).await?;
    let papers: Vec<&str> = settled.iter().map(|one| one.reference.as_str()).collect();
    record(by, work, &row, ClawbackAction::Offset.into(), json!({ "fen": back, "payments": papers, "status": to }));
    tell(work, &row, "clawback_offset", back, json!({})).await
}

/// Writes off what will not come back: by a third person, with the reason.
///
/// # Errors
/// `NotFound`; `Invalid`; `move.illegal`; `clawback.third_person`; `Stale`.
pub(crate) async fn give_up(by: &Can<WriteOffClawbacks>, work: &Work, id: ClawbackId, new: &Grounds) -> Result<()> {
    let grounds = told_in("grounds", &new.grounds)?;
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, new.version)?;
    let to = row.status.after(ClawbackAction::WriteOff)?;
    let taken_by = std::iter::once(row.requested_by).chain(row.decided_by).collect();
    let steps = Steps { noun: "clawback", id, taken_by };
    accounts::require_other(work.db(), by, steps, "clawback.third_person").await?;
    let fen = rules::balance(&row);
    let also = vec![
        (Column::WrittenOffFen, Expr::value(fen)),
        (Column::WrittenOffBy, Expr::value(Some(by.account))),
        (Column::WrittenOffHolder, Expr::value(Some(holder(by)?))),
        (Column::WrittenOffAt, Expr::value(Some(work.now))),
        (Column::WriteOff, Expr::value(Some(grounds))),
    ];
    store::advance(work, &row, to, also).await?;
    funds::write_off(by, work, row.pot_id, about(&row), fen).await?;
    record(by, work, &row, ClawbackAction::WriteOff.into(), json!({ "fen": fen }));
    tell(work, &row, "clawback_written_off", fen, json!({})).await
}

/// # Errors
/// As of [`give_up`].
pub(super) async fn write_off(
    by: &Can<WriteOffClawbacks>,
    _fresh: Fresh,
    work: &Work,
    id: ClawbackId,
    new: &Grounds,
) -> Result<()> {
    give_up(by, work, id, new).await
}
