//! The verbs of a batch beside building, freezing and its answer; and what readers are shown.

use std::collections::{HashMap, HashSet};

use entities::{
    payment, payment_batch, pot,
    values::{BatchId, BatchStatus, ClaimId, Fen, OrganisationId, PaymentId, PaymentStatus, PersonId, PotId},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts::Fresh;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::claims::{self, LineAction, Settled};
use crate::data::rekeying::require_one_key;
use crate::data::{Audit, Vault, Work};
use crate::funds;
use crate::organisations;
use crate::payments::build::{Accounts, Waiting};
use crate::payments::forms::Period;
use crate::payments::lifecycle::BatchAction;
use crate::payments::reconcile::span;
use crate::payments::rights::{RunBatches, SeeBatches, SeePayments};
use crate::payments::rules::{Payee, Sum};
use crate::payments::store;
use crate::payments::views::{LeftOut, LineView, PaymentView, PeriodView};
use crate::people;

/// Claims that are looked at for what is left out of a batch.
const LOOKED_AT: u64 = 100;
/// Payments of one claim: a class has no more people.
const OF_CLAIM: u64 = 500;

/// The file was taken to the bank.
///
/// # Errors
/// `NotFound`; `move.illegal`; `batch.not_fetched`; `Stale`.
pub(super) async fn send(by: &Can<RunBatches>, _fresh: Fresh, work: &Work, id: BatchId) -> Result<()> {
    let batch = store::visible(work.db(), &by.scope(), id).await?;
    let to = batch.status.after(BatchAction::Send)?;
    if batch.fetches == 0 {
        return Err(Error::refused("batch.not_fetched"));
    }
    let also = [
        (payment_batch::Column::SentBy, Expr::value(Some(by.account))),
        (payment_batch::Column::SentAt, Expr::value(Some(work.now))),
    ];
    store::advance(work, &batch, to, also).await?;
    let detail = json!({ "number": batch.number, "total_fen": batch.total_fen, "file_hash": batch.file_hash });
    let audit = Audit::of(BatchAction::Send.into(), "payment_batch", id).by_actor(Some(by.actor()));
    work.record(audit.area(&batch.area_code).detail(detail));
    Ok(())
}

/// Lets what the bank refused go into the next batch, once there is an account that is usable today and not the one that the
/// bank refused.
///
/// # Errors
/// `NotFound`; `payment.not_failed`; `payment.no_account`; `payment.same_account`; `keys.changing`; `Stale`.
pub(super) async fn mend(by: &Can<RunBatches>, _fresh: Fresh, work: &Work, vault: &Vault, id: PaymentId) -> Result<()> {
    let payment = store::payment(work.db(), &by.scope(), id).await?;
    if payment.status != PaymentStatus::Failed || payment.mended_at.is_some() {
        return Err(Error::refused("payment.not_failed"));
    }
    require_one_key(work.db(), vault).await?;
    match hope(work.db(), vault, work.today(), std::slice::from_ref(&payment)).await?.get(&id) {
        Some(Hope::Another) => {}
        Some(Hope::Same) => return Err(Error::refused("payment.same_account")),
        None => return Err(Error::refused("payment.no_account")),
    }
    store::mend(work, id, by.account).await?;
    let lines = store::lines_of(work.db(), [id]).await?;
    let mended =
        lines.iter().map(|line| Settled { claim: payment.claim_id, line: line.line_id, action: LineAction::Mend });
    claims::settle(by, work, &mended.collect::<Vec<_>>(), "").await?;
    let detail = json!({ "reference": payment.reference, "fen": payment.fen });
    let audit = Audit::of("mend", "payment", id).by_actor(Some(by.actor()));
    work.record(audit.area(&payment.area_code).detail(detail));
    Ok(())
}

/// What account there is for a payment that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hope {
    /// The one that the bank refused.
    Same,
    Another,
}

/// For each payment what account is usable today; none where there is none.
pub(super) async fn hope(
    db: &impl ConnectionTrait,
    vault: &Vault,
    today: chrono::NaiveDate,
    payments: &[payment::Model],
) -> Result<HashMap<PaymentId, Hope>> {
    let payee = |payment: &payment::Model| {
        payment.organisation_id.map(Payee::Organisation).or(payment.person_id.map(Payee::Person))
    };
    let payees: HashSet<Payee> = payments.iter().filter_map(payee).collect();
    let accounts = Accounts::of(db, vault, today, &payees).await?;
    let hope = payments.iter().filter_map(|payment| {
        let account = accounts.of_paid(accounts.payee(payee(payment)?)?)?;
        let same = payment.account_index.as_deref() == Some(account.index.as_str());
        Some((payment.id, if same { Hope::Same } else { Hope::Another }))
    });
    Ok(hope.collect())
}

/// What of a pot waits for a batch, and what of it would be left out.
pub(super) struct Prospect {
    pub pot: pot::Model,
    /// Claims with how many lines go in and what they come to.
    pub claims: Vec<(ClaimId, String, Sum)>,
    pub left_out: Vec<LeftOut>,
    /// Whether there are more than were looked at.
    pub more: bool,
    /// The batch that is being built already.
    pub open: Option<payment_batch::Model>,
}

/// # Errors
/// `NotFound`.
pub(super) async fn prospect(
    by: &Actor,
    db: &impl ConnectionTrait,
    vault: &Vault,
    today: chrono::NaiveDate,
    pot: PotId,
) -> Result<Prospect> {
    let pot = funds::visible(db, &by.scope(), pot).await?.ok_or(Error::NotFound("pot"))?;
    let waiting = claims::of_pot(db, pot.id, None, LOOKED_AT).await?;
    let more = u64::try_from(waiting.len()).is_ok_and(|n| n >= LOOKED_AT);
    let numbers: HashMap<ClaimId, String> = waiting.iter().map(|claim| (claim.id, claim.number.clone())).collect();
    let number = |id: &ClaimId| numbers.get(id).cloned().unwrap_or_default();
    let (mine, barred): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|claim| claims::may_pay(claim, by));
    let mut left_out: Vec<LeftOut> = barred
        .iter()
        .map(|claim| LeftOut {
            claim_id: claim.id,
            number: claim.number.clone(),
            payee: String::new(),
            reason: "left.same_person".into(),
            fen: claim.total_fen,
        })
        .collect();
    let order: Vec<ClaimId> = mine.iter().map(|claim| claim.id).collect();
    let waiting = Waiting::of(db, mine).await?;
    let accounts = Accounts::of(db, vault, today, &waiting.payees()).await?;
    let (mut goes, mut stays): (HashMap<ClaimId, Sum>, HashMap<(ClaimId, Payee), Fen>) = Default::default();
    for (line, payee) in &waiting.lines {
        if accounts.payee(*payee).is_some() {
            let sum = goes.entry(line.claim_id).or_default();
            *sum = sum.and(line.fen);
        } else {
            let sum = stays.entry((line.claim_id, *payee)).or_insert(Fen(0));
            *sum = *sum + line.fen;
        }
    }
    let called = called(db, vault, stays.keys().map(|(_, payee)| *payee)).await?;
    let mut stays: Vec<LeftOut> = stays
        .into_iter()
        .map(|((claim, payee), fen)| LeftOut {
            claim_id: claim,
            number: number(&claim),
            payee: called.get(&payee).cloned().unwrap_or_default(),
            reason: "left.no_account".into(),
            fen,
        })
        .collect();
    stays.sort_by(|one, other| (&one.number, &one.payee).cmp(&(&other.number, &other.payee)));
    left_out.extend(stays);
    let claims = order.iter().filter_map(|id| Some((*id, number(id), *goes.get(id)?))).collect();
    Ok(Prospect { claims, left_out, more, open: store::open_of(db, pot.id).await?, pot })
}

/// What is left out of a batch while it is being built; nothing later.
///
/// # Errors
/// As of [`prospect`].
pub(super) async fn left_out(
    by: &Actor,
    db: &impl ConnectionTrait,
    vault: &Vault,
    today: chrono::NaiveDate,
    batch: &payment_batch::Model,
) -> Result<Vec<LeftOut>> {
    if batch.status != BatchStatus::Building {
        return Ok(Vec::new());
    }
    let Prospect { claims, mut left_out, .. } = prospect(by, db, vault, today, batch.pot_id).await?;
    left_out.extend(claims.into_iter().map(|(claim_id, number, sum)| LeftOut {
        claim_id,
        number,
        payee: String::new(),
        reason: "left.next_batch".into(),
        fen: sum.fen,
    }));
    Ok(left_out)
}

/// How payees are called: institutions by their names, people masked.
async fn called(
    db: &impl ConnectionTrait,
    vault: &Vault,
    payees: impl Iterator<Item = Payee>,
) -> Result<HashMap<Payee, String>> {
    let (mut organisations, mut people): (HashSet<OrganisationId>, HashSet<PersonId>) = Default::default();
    for payee in payees {
        match payee {
            Payee::Organisation(id) => organisations.insert(id),
            Payee::Person(id) => people.insert(id),
        };
    }
    let mut called = HashMap::new();
    for (id, name) in organisations::names(db, organisations).await? {
        called.insert(Payee::Organisation(id), name);
    }
    for (id, brief) in people::briefs(db, vault, &people.into_iter().collect::<Vec<_>>()).await? {
        called.insert(Payee::Person(id), format!("{} …{}", brief.masked_name, brief.tail));
    }
    Ok(called)
}

/// Payments as a reader sees them.
///
/// # Errors
/// Of the database.
pub(super) async fn told(
    db: &impl ConnectionTrait,
    vault: &Vault,
    payments: Vec<payment::Model>,
) -> Result<Vec<PaymentView>> {
    let batches: HashSet<BatchId> = payments.iter().map(|payment| payment.batch_id).collect();
    let claims: HashSet<ClaimId> = payments.iter().map(|payment| payment.claim_id).collect();
    let batches: HashMap<BatchId, String> = store::batch_numbers(db, batches).await?.into_iter().collect();
    let claims: HashMap<ClaimId, String> = store::claim_numbers(db, claims).await?.into_iter().collect();
    let payee = |payment: &payment::Model| {
        payment.organisation_id.map(Payee::Organisation).or(payment.person_id.map(Payee::Person))
    };
    let called = called(db, vault, payments.iter().filter_map(payee)).await?;
    let view = |row: payment::Model| PaymentView {
        payee: payee(&row).and_then(|payee| called.get(&payee).cloned()).unwrap_or_default(),
        batch_number: batches.get(&row.batch_id).cloned().unwrap_or_default(),
        claim_number: claims.get(&row.claim_id).cloned().unwrap_or_default(),
        account: row.account_tail.map(|tail| format!("**** {tail}")),
        id: row.id,
        batch_id: row.batch_id,
        claim_id: row.claim_id,
        organisation_id: row.organisation_id,
        person_id: row.person_id,
        fen: row.fen,
        lines: row.lines,
        reference: row.reference,
        status: row.status,
        failure: row.failure,
        bank_code: row.bank_code,
        paid_on: row.paid_on,
        settled_at: row.settled_at,
        mended_at: row.mended_at,
    };
    Ok(payments.into_iter().map(view).collect())
}

/// What was paid, or is to be, for a claim in sight.
///
/// # Errors
/// `NotFound`.
pub(super) async fn of_claim(
    by: &Can<SeePayments>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    claim: ClaimId,
) -> Result<(String, Vec<PaymentView>)> {
    let claim = claims::visible(db, &by.scope(), claim).await?;
    let payments = store::of_claim(db, claim.id, OF_CLAIM).await?;
    Ok((claim.number, told(db, vault, payments).await?))
}

/// The lines of a page of payments.
///
/// # Errors
/// Of the database.
pub(super) async fn lines(
    db: &impl ConnectionTrait,
    vault: &Vault,
    payments: &[payment::Model],
) -> Result<Vec<LineView>> {
    let ids: Vec<PaymentId> = payments.iter().map(|payment| payment.id).collect();
    let rows = store::told_lines(db, &ids).await?;
    let people: HashSet<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let briefs = people::briefs(db, vault, &people.into_iter().collect::<Vec<_>>()).await?;
    let view = |row: store::BatchLine| LineView {
        person: briefs.get(&row.person_id).map(|b| format!("{} …{}", b.masked_name, b.tail)).unwrap_or_default(),
        line_id: row.line_id,
        claim_id: row.claim_id,
        claim_number: row.number,
        reference: row.reference,
        fen: row.fen,
        status: row.status,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// What left a pot within some days, by its payments and by its ledger.
///
/// # Errors
/// `NotFound`; `Invalid`.
pub(super) async fn of_period(
    by: &Can<SeeBatches>,
    db: &impl ConnectionTrait,
    pot: PotId,
    (from, to): (Option<&str>, Option<&str>),
) -> Result<(pot::Model, PeriodView)> {
    let pot = funds::visible(db, &by.scope(), pot).await?.ok_or(Error::NotFound("pot"))?;
    let period = Period::read(from, to, pot.year)?;
    let (payments, ledger) = store::of_period(db, pot.id, span(period)).await?;
    let view = PeriodView {
        pot_id: pot.id,
        from: period.from,
        to: period.to,
        agrees: payments.fen == ledger.fen,
        payments: payments.into(),
        ledger: ledger.into(),
    };
    Ok((pot, view))
}
