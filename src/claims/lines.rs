//! Decisions on single lines, which hold up nobody else.

use entities::{
    claim, claim_line,
    values::{ClaimId, ClaimStatus, Fen, HoldReason, LineId, LineStatus},
};

use crate::access::{Actor, Can};
use crate::base::clock::day_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::claims::findings::findings;
use crate::claims::forms::Doubt;
use crate::claims::lifecycle::LineAction;
use crate::claims::reserve::secure;
use crate::claims::rights::{HoldClaims, ReleaseClaims, ReviewClaims};
use crate::claims::rules::{self, Sum};
use crate::claims::seats;
use crate::claims::settlement;
use crate::claims::store::{self, Marks, Said};
use crate::classes;
use crate::data::{Audit, Work};

/// The claim and its line, when the clerk may still decide on single lines.
async fn single(by: &Actor, work: &Work, id: ClaimId, line: LineId) -> Result<(claim::Model, claim_line::Model)> {
    let claim = store::visible(work.db(), &by.scope(), id).await?;
    rules::require_free(&(&claim).into())?;
    if claim.status != ClaimStatus::Submitted {
        return Err(Error::refused("move.illegal"));
    }
    let line = store::line_of(work.db(), id, line).await?;
    Ok((claim, line))
}

/// Writes what the clerk decided on one line, and the claim's new total.
async fn decide(
    by: &Actor,
    work: &Work,
    claim: &claim::Model,
    line: &claim_line::Model,
    reason: Option<&'static str>,
) -> Result<Fen> {
    let action = if reason.is_some() { LineAction::Refuse } else { LineAction::Allow };
    // Stays where it is, but whoever read it before this decides on something else.
    let reason_of_claim = claim.reason.as_deref();
    let marks = Marks { reason: reason_of_claim, due_on: claim.due_on, ..Marks::default() };
    store::advance(work, claim, claim.status, marks).await?;
    store::set_line(work, line, action, Said { reason, ..Said::default() }).await?;
    let total = Sum::live(&store::lines(work.db(), claim.id).await?).fen;
    store::set_total(work, claim.id, total).await?;
    let detail = serde_json::json!({ "claim": claim.id, "reason": reason, "total_fen": total });
    work.record(
        Audit::of(action.into(), "claim_line", line.id).by_actor(Some(by)).area(&claim.area_code).detail(detail),
    );
    Ok(total)
}

/// The clerk refuses one line, which holds up nobody else.
///
/// # Errors
/// `NotFound`, `move.illegal`, `line.not_open`.
pub(super) async fn refuse_line(
    by: &Can<ReviewClaims>,
    work: &Work,
    id: ClaimId,
    line: LineId,
    doubt: Doubt,
) -> Result<()> {
    let (claim, line) = single(by, work, id, line).await?;
    if line.status != LineStatus::Claimed {
        return Err(Error::refused("line.not_open"));
    }
    decide(by, work, &claim, &line, Some(doubt.code())).await?;
    Ok(())
}

/// Takes a refusal back, where the rows let the line pass.
///
/// # Errors
/// `NotFound`, `move.illegal`, `line.not_open`, `line.not_payable`, `pot.short`.
pub(super) async fn allow_line(by: &Can<ReviewClaims>, work: &Work, id: ClaimId, line: LineId) -> Result<()> {
    let (claim, line) = single(by, work, id, line).await?;
    if line.status != LineStatus::Refused {
        return Err(Error::refused("line.not_open"));
    }
    let class = classes::by_id(work.db(), claim.class_id).await?;
    let found = findings(work.db(), &class, (&claim).into(), Some(&claim), day_of(claim.submitted_at)).await?;
    let sound = found.iter().any(|found| found.enrolment == line.enrolment_id && found.fault.is_none());
    if !sound {
        return Err(Error::refused("line.not_payable"));
    }
    let total = decide(by, work, &claim, &line, None).await?;
    secure(by, work, &claim, total).await
}

/// Lets one line wait for which money is owed.
///
/// # Errors
/// `NotFound`; `line.not_open`; `claim.held`.
pub(super) async fn hold(by: &Can<HoldClaims>, work: &Work, id: ClaimId, line: LineId, why: HoldReason) -> Result<()> {
    let row = of_claim(by, work, id, line).await?;
    // The table says who may from where: what lies in the notice waits by a word of the county alone.
    if !row.status.open_to(by.role).contains(&LineAction::Hold) {
        return Err(Error::refused("line.not_open"));
    }
    settlement::hold_line(Some(by), work, line, why).await
}

/// Lets it go on.
///
/// # Errors
/// `NotFound`; `line.not_open`; `line.objected` while an objection is what it waits for: that is answered first.
pub(super) async fn release(by: &Can<ReleaseClaims>, work: &Work, id: ClaimId, line: LineId) -> Result<()> {
    let row = of_claim(by, work, id, line).await?;
    // Whatever it waits for besides.
    if row.hold_reason == Some(HoldReason::Objection) || seats::is_disputed(work.db(), line).await? {
        return Err(Error::refused("line.objected"));
    }
    settlement::release_line(Some(by), work, line).await
}

/// A line of a claim in sight that goes on.
async fn of_claim(by: &Actor, work: &Work, id: ClaimId, line: LineId) -> Result<claim_line::Model> {
    let claim = store::visible(work.db(), &by.scope(), id).await?;
    rules::require_free(&(&claim).into())?;
    store::line_of(work.db(), id, line).await
}
