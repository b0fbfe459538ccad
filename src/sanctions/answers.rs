//! A rectification is answered by the institution, and the answer is judged by the county: accepted, it ends; returned, it is
//! in force again.

use entities::{
    sanction, sanction_answer,
    values::{AnswerVerdict, SanctionAnswerId, SanctionId, SanctionKind},
};
use sea_orm::sea_query::Expr;
use serde_json::json;

use crate::access::Can;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::data::Work;
use crate::sanctions::forms::{Answer, Judgement};
use crate::sanctions::lifecycle::SanctionAction;
use crate::sanctions::rights::{AnswerSanctions, JudgeAnswers};
use crate::sanctions::service::{record, tell};
use crate::sanctions::store;
use crate::supervision::{require_no_tie, require_version};
use crate::web::{perhaps_in, told_in};

use sanction::Column;

/// The institution says what it mended.
///
/// # Errors
/// `NotFound`, `sanction.no_rectification`, `move.illegal`, `Invalid`, `Stale`.
pub(crate) async fn answer(by: &Can<AnswerSanctions>, work: &Work, id: SanctionId, new: &Answer) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, new.version)?;
    if row.kind != SanctionKind::Rectify {
        return Err(Error::refused("sanction.no_rectification"));
    }
    let to = row.status.after(SanctionAction::Answer)?;
    let text = told_in("answer", &new.answer)?.to_owned();
    store::move_sanction(work, &row, to, Vec::new()).await?;
    let answer = sanction_answer::Model {
        id: SanctionAnswerId::new(),
        sanction_id: row.id,
        text,
        given_by: by.account,
        given_at: work.now,
        verdict: None,
        note: None,
        judged_by: None,
        judged_at: None,
    };
    store::insert_answer(work, answer).await?;
    record(Some(by.actor()), work, &row, SanctionAction::Answer.into(), json!({}));
    Ok(())
}

/// The county says whether it is mended; the institution is told.
///
/// # Errors
/// `NotFound`, `move.illegal`, `doubt.tied`, `Invalid`, `Stale`.
pub(super) async fn judge(by: &Can<JudgeAnswers>, work: &Work, id: SanctionId, new: &Judgement) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, new.version)?;
    let accepted = new.verdict == AnswerVerdict::Accepted;
    let action = if accepted { SanctionAction::Accept } else { SanctionAction::Return };
    let to = row.status.after(action)?;
    require_no_tie(work.db(), by.account, row.organisation_id).await?;
    let note = match (accepted, perhaps_in("note", new.note.as_deref())?) {
        (false, "") => return Err(Error::invalid("note", "invalid.required")),
        (true, "") => None,
        (_, note) => Some(note.to_owned()),
    };
    let answers = store::answers(work.db(), id).await?;
    let open = answers.iter().find(|answer| answer.verdict.is_none()).ok_or(Error::Stale)?;
    store::judge(work, open.id, new.verdict, note, by.account).await?;
    let also = if accepted {
        vec![(Column::ClosedBy, Expr::value(Some(by.account))), (Column::ClosedAt, Expr::value(Some(work.now)))]
    } else {
        Vec::new()
    };
    store::move_sanction(work, &row, to, also).await?;
    let deed = if accepted { "accept_answer" } else { action.into() };
    record(Some(by.actor()), work, &row, deed, json!({}));
    tell(work, &row, if accepted { "sanction_accepted" } else { "sanction_returned" }).await
}
