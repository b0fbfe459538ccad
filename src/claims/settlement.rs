//! What happens to a claim after its second approval: the notice, the finance bureau, the batch and the bank. Each verb moves
//! lines, then puts the claim where its lines stand, and moves the money that goes with it.

use entities::{
    claim, claim_line,
    values::{ClaimId, ClaimStatus, Fen, HoldReason, LineId, LineStatus},
};
use sea_orm::ConnectionTrait;

use crate::access::{Actor, Can};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::claims::findings::standing_of;
use crate::claims::forms::Hold;
use crate::claims::lifecycle::{ClaimAction, LineAction};
use crate::claims::rights::{HoldClaims, ReleaseClaims};
use crate::claims::rules::{self, Fault, Sum};
use crate::claims::service::{due_on, note, tell};
use crate::claims::store::{self, Marks, Said};
use crate::data::{Audit, Work};
use crate::funds;
use crate::web::Reason;

/// Puts a claim where its lines stand, with what they come to. Where nothing is left, what it was for is free again.
///
/// # Errors
/// `move.illegal`; `Stale`.
pub(super) async fn follow(by: Option<&Actor>, work: &Work, claim: ClaimId) -> Result<ClaimStatus> {
    let claim = store::by_id(work.db(), claim).await?;
    let lines = store::lines(work.db(), claim.id).await?;
    let total = Sum::live(&lines).fen;
    store::set_total(work, claim.id, total).await?;
    let Some(to) = rules::rolled_up(lines.iter().map(|line| line.status)).filter(|to| *to != claim.status) else {
        return Ok(claim.status);
    };
    let action = ClaimAction::towards(to).ok_or_else(|| Error::refused("move.illegal"))?;
    if claim.status.after(action)? != to {
        return Err(Error::refused("move.illegal"));
    }
    let marks = Marks { reason: claim.reason.as_deref(), due_on: due_on(work, &claim, to).await?, ..Marks::default() };
    store::advance(work, &claim, to, marks).await?;
    step(by, work, &claim, action, to).await?;
    if to == ClaimStatus::Rejected {
        tell(work, &claim, "claim_rejected", Fen(0)).await?;
    }
    Ok(to)
}

/// Writes a step into the audit log, and what somebody decided beside it.
async fn step(
    by: Option<&Actor>,
    work: &Work,
    claim: &claim::Model,
    action: ClaimAction,
    to: ClaimStatus,
) -> Result<()> {
    if let Some(by) = by {
        return note(by, work, claim, action, to, None, claim.total_fen).await;
    }
    let detail = serde_json::json!({ "number": claim.number });
    work.record(Audit::of(action.into(), "claim", claim.id).area(&claim.area_code).detail(detail));
    Ok(())
}

/// Refuses a line for which money is owed already: it is reserved again, and free.
pub(super) async fn drop_line(
    by: Option<&Actor>,
    work: &Work,
    claim: &claim::Model,
    line: &claim_line::Model,
    said: Said<'_>,
) -> Result<()> {
    store::set_line(work, line, LineAction::Refuse, said).await?;
    funds::give_up(by, work, claim.pot_id, claim.class_id, claim.id, line.fen).await?;
    let detail = serde_json::json!({ "claim": claim.id, "reason": said.reason });
    work.record(Audit::of("refuse", "claim_line", line.id).by_actor(by).area(&claim.area_code).detail(detail));
    Ok(())
}

/// Looks at what is owed anew and drops what does not hold any more. Returns what is left in `status`.
///
/// # Errors
/// Of the database.
pub(super) async fn sift(
    by: Option<&Actor>,
    work: &Work,
    claim: &claim::Model,
    status: LineStatus,
) -> Result<Vec<claim_line::Model>> {
    let found = standing_of(work.db(), claim).await?;
    let mut left = Vec::new();
    for line in store::lines(work.db(), claim.id).await?.into_iter().filter(|line| line.status == status) {
        match found.against(&line) {
            None => left.push(line),
            Some((fault, list)) => {
                let said = Said { reason: Some(fault.code()), blocked_by: list, ..Said::default() };
                drop_line(by, work, claim, &line, said).await?;
            }
        }
    }
    Ok(left)
}

/// `second_approved` -> `in_notice`, when the list of it is published; `last_day` is the last of the notice.
///
/// # Errors
/// `NotFound`; `move.illegal`; `claim.held`; `Stale`.
pub(crate) async fn publish(work: &Work, id: ClaimId, last_day: chrono::NaiveDate) -> Result<()> {
    let claim = store::by_id(work.db(), id).await?;
    rules::require_free(&(&claim).into())?;
    let to = claim.status.after(ClaimAction::Publish)?;
    store::advance(work, &claim, to, Marks { due_on: Some(last_day), ..Marks::default() }).await?;
    step(None, work, &claim, ClaimAction::Publish, to).await
}

/// Whether a line in the notice would fall if it were looked at anew; nothing is written.
///
/// # Errors
/// Of the database.
pub(crate) async fn has_unsound(db: &impl ConnectionTrait, claim: &claim::Model) -> Result<bool> {
    let found = standing_of(db, claim).await?;
    let lines = store::lines(db, claim.id).await?;
    Ok(lines.iter().any(|line| line.status == LineStatus::Claimed && found.against(line).is_some()))
}

/// Drops lines in the notice that do not hold any more.
///
/// # Errors
/// `NotFound`; `Stale`.
pub(crate) async fn drop_unsound(work: &Work, id: ClaimId) -> Result<ClaimStatus> {
    let claim = store::by_id(work.db(), id).await?;
    sift(None, work, &claim, LineStatus::Claimed).await?;
    follow(None, work, id).await
}

/// The list is published anew, until another day.
///
/// # Errors
/// `NotFound`; `move.illegal` outside of a notice; `Stale`.
pub(crate) async fn prolong(work: &Work, id: ClaimId, last_day: chrono::NaiveDate) -> Result<()> {
    let claim = store::by_id(work.db(), id).await?;
    if claim.status != ClaimStatus::InNotice {
        return Err(Error::refused("move.illegal"));
    }
    store::advance(work, &claim, claim.status, Marks { due_on: Some(last_day), ..Marks::default() }).await
}

/// The notice is over: what nobody disputes goes on to the finance bureau. What does not hold any more falls.
///
/// # Errors
/// `NotFound`; `move.illegal`; `claim.held`; `Stale`.
pub(crate) async fn clear(work: &Work, id: ClaimId) -> Result<ClaimStatus> {
    let claim = store::by_id(work.db(), id).await?;
    rules::require_free(&(&claim).into())?;
    claim.status.after(ClaimAction::Clear)?;
    sift(None, work, &claim, LineStatus::Claimed).await?;
    store::set_lines(work, id, LineStatus::Claimed, LineAction::Clear).await?;
    follow(None, work, id).await
}

/// Lets one line wait; the others go on.
///
/// # Errors
/// `NotFound`; `line.not_open` where no money is owed for it yet, or it left already.
pub(crate) async fn hold_line(by: Option<&Actor>, work: &Work, line: LineId, why: HoldReason) -> Result<()> {
    let row = store::lines_by_id(work.db(), &[line]).await?.pop().ok_or(Error::NotFound("line"))?;
    let claim = store::by_id(work.db(), row.claim_id).await?;
    if !is_owed(claim.status) || row.status.after(LineAction::Hold).is_err() {
        return Err(Error::refused("line.not_open"));
    }
    store::set_line(work, &row, LineAction::Hold, Said { hold: Some(why), ..Said::default() }).await?;
    let detail = serde_json::json!({ "claim": claim.id, "reason": why });
    work.record(Audit::of("hold", "claim_line", line).by_actor(by).area(&claim.area_code).detail(detail));
    follow(by, work, claim.id).await.map(drop)
}

/// The line that waits goes on: in the notice, while that lasts, else to the finance bureau.
///
/// # Errors
/// `NotFound`; `line.not_open`.
pub(crate) async fn release_line(by: Option<&Actor>, work: &Work, line: LineId) -> Result<()> {
    let (claim, row) = waiting(work.db(), line).await?;
    let in_notice = matches!(claim.status, ClaimStatus::SecondApproved | ClaimStatus::InNotice);
    let action = if in_notice { LineAction::Release } else { LineAction::Clear };
    store::set_line(work, &row, action, Said::default()).await?;
    let detail = serde_json::json!({ "claim": claim.id });
    work.record(Audit::of("release", "claim_line", line).by_actor(by).area(&claim.area_code).detail(detail));
    follow(by, work, claim.id).await.map(drop)
}

/// An objection to the line was upheld: it is not paid for, wherever its claim went meanwhile, and no later claim pays for it.
///
/// # Errors
/// `NotFound`; `Stale`.
pub(crate) async fn uphold(by: Option<&Actor>, work: &Work, line: LineId) -> Result<()> {
    let row = store::lines_by_id(work.db(), &[line]).await?.pop().ok_or(Error::NotFound("line"))?;
    let claim = store::by_id(work.db(), row.claim_id).await?;
    let said = Said { reason: Some(Fault::ObjectionUpheld.code()), ..Said::default() };
    match row.status {
        LineStatus::Refused => store::explain_line(work, &row, said).await,
        // Sent back meanwhile: no money is owed for it now.
        LineStatus::Claimed if !is_owed(claim.status) => {
            store::set_line(work, &row, LineAction::Refuse, said).await?;
            let total = Sum::live(&store::lines(work.db(), claim.id).await?).fen;
            store::set_total(work, claim.id, total).await?;
            let detail = serde_json::json!({ "claim": claim.id, "reason": said.reason });
            work.record(Audit::of("refuse", "claim_line", line).by_actor(by).area(&claim.area_code).detail(detail));
            Ok(())
        }
        status if status.after(LineAction::Refuse).is_ok() => {
            drop_line(by, work, &claim, &row, said).await?;
            follow(by, work, claim.id).await.map(drop)
        }
        _ => Ok(()),
    }
}

async fn waiting(db: &impl ConnectionTrait, line: LineId) -> Result<(claim::Model, claim_line::Model)> {
    let row = store::lines_by_id(db, &[line]).await?.pop().ok_or(Error::NotFound("line"))?;
    if row.status != LineStatus::Held {
        return Err(Error::refused("line.not_open"));
    }
    Ok((store::by_id(db, row.claim_id).await?, row))
}

/// Whether money is owed for the lines of such a claim.
fn is_owed(status: ClaimStatus) -> bool {
    use ClaimStatus::{Cleared, FinanceApproved, InNotice, PayFailed, Paying, SecondApproved};
    matches!(status, SecondApproved | InNotice | Cleared | FinanceApproved | Paying | PayFailed)
}

/// Lets a claim wait as a whole, whatever its state: nobody takes a step of it until it is let go.
///
/// # Errors
/// `Invalid`; `NotFound`; `claim.held`; `move.illegal` where nothing of it can wait any more.
pub(crate) async fn hold(by: &Can<HoldClaims>, work: &Work, id: ClaimId, why: &Hold) -> Result<()> {
    let reason = why.said()?;
    let claim = store::visible(work.db(), &by.scope(), id).await?;
    rules::require_free(&(&claim).into())?;
    if !rules::is_open(claim.status) {
        return Err(Error::refused("move.illegal"));
    }
    store::set_hold(work, &claim, Some((why.reason, reason, by.account))).await?;
    let detail = serde_json::json!({ "number": claim.number, "reason": why.reason });
    work.record(Audit::of("hold", "claim", id).by_actor(Some(by.actor())).area(&claim.area_code).detail(detail));
    tell(work, &claim, "claim_held", claim.total_fen).await
}

/// # Errors
/// `Invalid`; `NotFound`; `move.illegal` for a claim that does not wait.
pub(crate) async fn release(by: &Can<ReleaseClaims>, work: &Work, id: ClaimId, why: &Reason) -> Result<()> {
    let reason = why.said()?;
    let claim = store::visible(work.db(), &by.scope(), id).await?;
    if claim.hold_reason.is_none() {
        return Err(Error::refused("move.illegal"));
    }
    store::set_hold(work, &claim, None).await?;
    let detail = serde_json::json!({ "number": claim.number, "said": reason.chars().count() });
    work.record(Audit::of("release", "claim", id).by_actor(Some(by.actor())).area(&claim.area_code).detail(detail));
    tell(work, &claim, "claim_released", claim.total_fen).await
}
