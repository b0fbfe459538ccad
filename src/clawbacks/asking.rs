//! Asking money back, and deciding on what another asked for.

use entities::{
    claim, claim_line, clawback,
    values::{
        AccountId, CaseStatus, ClawbackId, ClawbackSource, ClawbackStatus, Fen, HolderId, LineId, LineStatus,
        OrganisationId, PersonId, SampleStatus, Tranche,
    },
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::{Value, json};

use crate::access::{Actor, Can};
use crate::accounts::{self, Fresh, Steps};
use crate::base::clock::year_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result, money};
use crate::claims;
use crate::clawbacks::forms::{Grounds, NewClawback, Step};
use crate::clawbacks::lifecycle::ClawbackAction;
use crate::clawbacks::rights::{DecideOnClawbacks, RequestClawbacks};
use crate::clawbacks::rules;
use crate::clawbacks::store;
use crate::data::{Audit, Telling, Work, sequence};
use crate::funds::{self, About};
use crate::payments::{self, Payee};
use crate::samples;
use crate::supervision::{self, require_no_tie, require_version};
use crate::web::told_in;

use clawback::Column;

/// Who takes a step.
pub(super) fn holder(by: &Actor) -> Result<HolderId> {
    by.holders()?.first().copied().ok_or(Error::refused("account.no_identity"))
}

/// What money is moved for.
pub(super) fn about(row: &clawback::Model) -> About {
    About { line: Some(row.line_id), clawback: Some(row.id), ..About::claim(row.class_id, row.claim_id) }
}

/// For the audit log.
pub(super) fn record(by: &Actor, work: &Work, row: &clawback::Model, action: &'static str, more: Value) {
    let mut detail = json!({ "number": row.number, "claim": row.claim_id, "line": row.line_id });
    if let (Some(detail), Value::Object(more)) = (detail.as_object_mut(), more) {
        detail.extend(more);
    }
    work.record(Audit::of(action, "clawback", row.id).by_actor(Some(by)).area(&row.area_code).detail(detail));
}

/// Tells whoever was paid.
pub(super) async fn tell(work: &Work, row: &clawback::Model, kind: &'static str, fen: Fen, more: Value) -> Result<()> {
    let to = match (row.payee_organisation, row.payee_person) {
        (Some(house), _) => accounts::of_organisation(work.db(), house).await?,
        (None, Some(person)) => accounts::of_person(work.db(), person).await?,
        (None, None) => Vec::new(),
    };
    let mut args = json!({ "number": row.number, "amount": money::yuan(fen) });
    if let (Some(args), Value::Object(more)) = (args.as_object_mut(), more) {
        args.extend(more);
    }
    for to in to {
        work.tell(Telling { to, kind, args: args.clone(), link: Some(format!("/clawbacks/{}", row.id)) });
    }
    Ok(())
}

/// A line that was paid, with what may still be asked back of it.
pub(super) struct Open {
    pub line: claim_line::Model,
    pub claim: claim::Model,
    pub left: Fen,
}

/// # Errors
/// `NotFound` out of sight; `clawback.not_paid`.
pub(super) async fn open(by: &Can<RequestClawbacks>, db: &impl ConnectionTrait, line: LineId) -> Result<Open> {
    let line = claims::lines_by_id(db, &[line]).await?.pop().ok_or(Error::NotFound("line"))?;
    let claim = claims::visible(db, &by.scope(), line.claim_id).await.map_err(|e| match e {
        Error::NotFound(_) => Error::NotFound("line"),
        other => other,
    })?;
    if line.status != LineStatus::Paid {
        return Err(Error::refused("clawback.not_paid"));
    }
    let left = line.fen - rules::asked(&store::of_line(db, line.id).await?);
    Ok(Open { line, claim, left })
}

/// From where it is known: what it names stands, and says so of this line.
async fn require_source(by: &Can<RequestClawbacks>, work: &Work, open: &Open, new: &NewClawback) -> Result<()> {
    if new.item_id.is_some() != (new.source == ClawbackSource::Sample) {
        return Err(Error::invalid("item_id", "invalid.choice"));
    }
    if new.case_id.is_some() != (new.source == ClawbackSource::Case) {
        return Err(Error::invalid("case_id", "invalid.choice"));
    }
    if new.source == ClawbackSource::Advance && open.line.tranche != Tranche::Start {
        return Err(Error::refused("clawback.no_advance"));
    }
    if let Some(item) = new.item_id {
        let item = samples::item(work.db(), &by.scope(), item).await?;
        if item.line_id != open.line.id || item.status != SampleStatus::NotAssured {
            return Err(Error::refused("clawback.assured"));
        }
    }
    if let Some(case) = new.case_id {
        let case = supervision::visible_case(work.db(), &by.scope(), case).await?;
        let recover = case.recover_fen.filter(|_| case.status != CaseStatus::Opened);
        let recover = recover.ok_or_else(|| Error::refused("clawback.case_undecided"))?;
        let of_it = store::classes_of(work.db(), case.id).await?.contains(&open.claim.class_id);
        if !of_it || case.organisation_id != open.claim.organisation_id {
            return Err(Error::refused("clawback.other_case"));
        }
        let left = recover - rules::asked(&store::of_case(work.db(), case.id).await?);
        rules::require_within("amount_fen", new.amount_fen, left, "clawback.beyond_case")?;
    }
    Ok(())
}

fn row(
    work: &Work,
    new: &NewClawback,
    (number, note): (String, &str),
    open: Open,
    payee: Payee,
    (by, holder): (AccountId, HolderId),
) -> clawback::Model {
    let (payee_organisation, payee_person): (Option<OrganisationId>, Option<PersonId>) = match payee {
        Payee::Organisation(id) => (Some(id), None),
        Payee::Person(id) => (None, Some(id)),
    };
    clawback::Model {
        id: ClawbackId::new(),
        number,
        line_id: open.line.id,
        claim_id: open.claim.id,
        class_id: open.claim.class_id,
        pot_id: open.claim.pot_id,
        area_code: open.claim.area_code,
        organisation_id: open.claim.organisation_id,
        payee_organisation,
        payee_person,
        source: new.source,
        item_id: new.item_id,
        case_id: new.case_id,
        fault: new.fault,
        note: note.to_owned(),
        fen: new.amount_fen,
        recovered_fen: Fen(0),
        written_off_fen: Fen(0),
        status: ClawbackStatus::Requested,
        requested_by: by,
        requested_holder: holder,
        requested_at: work.now,
        decided_by: None,
        decided_holder: None,
        decided_at: None,
        refusal: None,
        invoice_no: None,
        invoiced_by: None,
        invoiced_at: None,
        due_on: None,
        written_off_by: None,
        written_off_holder: None,
        written_off_at: None,
        write_off: None,
        version: 1,
    }
}

/// Asks back what was paid for a line, or a part of it; another person decides.
///
/// # Errors
/// `NotFound`; `Invalid`; `clawback.not_paid`, `clawback.open` while another request for the line
/// waits; `clawback.assured`, `clawback.case_undecided`, `clawback.other_case`, `clawback.no_advance`;
/// `doubt.tied`; `account.no_identity`.
pub(crate) async fn request(by: &Can<RequestClawbacks>, work: &Work, new: &NewClawback) -> Result<ClawbackId> {
    let note = told_in("note", &new.note)?;
    let open = open(by, work.db(), new.line_id).await?;
    rules::require_within("amount_fen", new.amount_fen, open.left, "clawback.beyond")?;
    require_source(by, work, &open, new).await?;
    require_no_tie(work.db(), by.account, open.claim.organisation_id).await?;
    let payee = payments::paid_to(work.db(), new.line_id).await?.ok_or_else(|| Error::refused("clawback.not_paid"))?;
    let year = year_of(work.today());
    let number = format!("R-{year}-{:05}", sequence::next(work, &format!("clawback-{year}")).await?);
    let row = row(work, new, (number, note), open, payee, (by.account, holder(by)?));
    let id = row.id;
    let detail = json!({ "fen": row.fen, "fault": row.fault, "source": row.source });
    record(by, work, &row, "request", detail);
    store::insert(work, row).await.map_err(|e| if e.is_duplicate() { Error::refused("clawback.open") } else { e })?;
    Ok(id)
}

/// Another natural person than who asked for it decides; with the approval the money is owed to the pot.
///
/// # Errors
/// `NotFound`; `move.illegal`; `clawback.same_person`; `doubt.tied`; `pot.not_paid`; `Stale`.
pub(crate) async fn decide(
    by: &Can<DecideOnClawbacks>,
    work: &Work,
    id: ClawbackId,
    version: Option<i32>,
    refusal: Option<&str>,
) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, version)?;
    let action = if refusal.is_some() { ClawbackAction::Reject } else { ClawbackAction::Approve };
    let to = row.status.after(action)?;
    let steps = Steps { noun: "clawback", id, taken_by: vec![row.requested_by] };
    accounts::require_other(work.db(), by, steps, "clawback.same_person").await?;
    require_no_tie(work.db(), by.account, row.organisation_id).await?;
    let also = vec![
        (Column::DecidedBy, Expr::value(Some(by.account))),
        (Column::DecidedHolder, Expr::value(Some(holder(by)?))),
        (Column::DecidedAt, Expr::value(Some(work.now))),
        (Column::Refusal, Expr::value(refusal)),
    ];
    store::advance(work, &row, to, also).await?;
    record(by, work, &row, action.into(), json!({ "fen": row.fen }));
    if refusal.is_some() {
        return Ok(());
    }
    funds::claim_back(by, work, row.pot_id, about(&row), row.fen).await?;
    tell(work, &row, "clawback_approved", row.fen, json!({})).await
}

/// # Errors
/// As of [`decide`].
pub(super) async fn approve(
    by: &Can<DecideOnClawbacks>,
    _fresh: Fresh,
    work: &Work,
    id: ClawbackId,
    new: &Step,
) -> Result<()> {
    decide(by, work, id, new.version, None).await
}

/// # Errors
/// `Invalid`; as of [`decide`].
pub(super) async fn reject(by: &Can<DecideOnClawbacks>, work: &Work, id: ClawbackId, new: &Grounds) -> Result<()> {
    let grounds = told_in("grounds", &new.grounds)?;
    decide(by, work, id, new.version, Some(grounds)).await
}
