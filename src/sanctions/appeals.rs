//! An appeal: one text of the institution within the days of a rule, decided by a supervisor who took no part. Upheld, it lifts
//! the sanction; until then the sanction stands.

use entities::{
    sanction_appeal,
    values::{AppealStatus, SanctionAppealId, SanctionId},
};
use serde_json::json;

use crate::access::Can;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::data::Work;
use crate::organisations;
use crate::policy::{Rule, RuleBook};
use crate::sanctions::forms::{AppealDecision, NewAppeal};
use crate::sanctions::lifecycle::AppealAction;
use crate::sanctions::rights::{AnswerSanctions, LiftSanctions};
use crate::sanctions::rules;
use crate::sanctions::service::{record, require_apart, take_back, tell};
use crate::sanctions::store;
use crate::web::told_in;

/// Days after a sanction within which its institution may appeal.
pub(super) async fn days(
    db: &impl sea_orm::ConnectionTrait,
    row: &entities::sanction::Model,
    today: chrono::NaiveDate,
) -> Result<i64> {
    let area = organisations::by_id(db, row.organisation_id).await?.area_code;
    RuleBook::load(db).await?.value(Rule::AppealDays, &area, today)
}

/// The institution appeals.
///
/// # Errors
/// `NotFound`, `sanction.appeal_closed` (also for a second one), `Invalid`.
pub(super) async fn file(by: &Can<AnswerSanctions>, work: &Work, id: SanctionId, new: &NewAppeal) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let stands = store::appeal(work.db(), id).await?;
    let days = days(work.db(), &row, work.today()).await?;
    if !rules::may_be_appealed(&row, stands.as_ref(), work.today(), days) {
        return Err(Error::refused("sanction.appeal_closed"));
    }
    let appeal = sanction_appeal::Model {
        id: SanctionAppealId::new(),
        sanction_id: row.id,
        organisation_id: row.organisation_id,
        area_code: row.area_code.clone(),
        text: told_in("appeal", &new.appeal)?.to_owned(),
        status: AppealStatus::Filed,
        filed_by: by.account,
        filed_at: work.now,
        decided_by: None,
        decided_at: None,
        answer: None,
        version: 1,
    };
    record(Some(by.actor()), work, &row, "appeal", json!({ "appeal": appeal.id }));
    store::insert_appeal(work, appeal).await
}

/// A supervisor who took no part decides; the institution is told.
///
/// # Errors
/// `NotFound` (also without an appeal), `move.illegal`, `sanction.took_part`, `doubt.tied`, `Invalid`, `Stale`.
pub(super) async fn decide(by: &Can<LiftSanctions>, work: &Work, id: SanctionId, new: &AppealDecision) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let appeal = store::appeal(work.db(), id).await?.ok_or(Error::NotFound("appeal"))?;
    let action = match new.outcome {
        AppealStatus::Upheld => AppealAction::Uphold,
        AppealStatus::Rejected => AppealAction::Reject,
        AppealStatus::Filed => return Err(Error::invalid("outcome", "invalid.choice")),
    };
    let to = appeal.status.after(action)?;
    require_apart(by, work, &row).await?;
    let answer = told_in("decision", &new.decision)?;
    store::decide_appeal(work, &appeal, to, answer.to_owned(), by.account).await?;
    let upheld = action == AppealAction::Uphold;
    let deed = if upheld { "uphold_appeal" } else { "reject_appeal" };
    record(Some(by.actor()), work, &row, deed, json!({ "appeal": appeal.id }));
    // What ended meanwhile has nothing left to lift.
    if upheld && row.closed_at.is_none() {
        take_back(by, work, &row, answer).await?;
    }
    tell(work, &row, if upheld { "sanction_upheld" } else { "sanction_rejected" }).await
}
