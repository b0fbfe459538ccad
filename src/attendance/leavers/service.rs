//! Dropping out, and taking a seat over.

use entities::{
    enrolment, training_class,
    values::{ClassStatus, EnrolmentId, EnrolmentStatus},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::Can;
use crate::attendance::leavers::forms::DropOut;
use crate::attendance::leavers::rules;
use crate::attendance::rights::RecordLeavers;
use crate::attendance::service::seat_in_sight;
use crate::base::{Error, Result};
use crate::classes;
use crate::data::{Audit, Work};
use crate::enrolments;
use crate::policy::{Rule, RuleBook};

/// Whether somebody else may still take a seat of the class.
pub(super) async fn may_replace(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    on: chrono::NaiveDate,
) -> Result<bool> {
    let book = RuleBook::load(db).await?;
    let rule = |rule| book.value(rule, &class.area_code, on);
    let sessions = classes::sessions(db, class.id).await?;
    Ok(rules::may_replace(&sessions, rule(Rule::ReplacePercent)?, rule(Rule::ReplaceDays)?))
}

/// Who had waited for a seat of the class in vain, first come first.
pub(super) async fn waited(db: &impl ConnectionTrait, class: &training_class::Model) -> Result<Vec<enrolment::Model>> {
    enrolments::of_class(db, class.id, &[EnrolmentStatus::Lapsed]).await
}

/// Somebody leaves a class that has begun; while it is early enough, somebody who had waited takes the seat.
///
/// # Errors
/// `NotFound` out of sight; `move.illegal` for who does not sit there; `leaver.not_begun`; `leaver.too_late_to_replace`;
/// what keeps the other person from the seat.
pub(super) async fn drop_out(
    by: &Can<RecordLeavers>,
    work: &Work,
    id: EnrolmentId,
    said: &DropOut,
) -> Result<enrolment::Model> {
    let (row, class) = seat_in_sight(work.db(), by.actor(), id).await?;
    if class.status != ClassStatus::Running {
        return Err(Error::refused("leaver.not_begun"));
    }
    let replaced = said.replaced_by.is_some();
    if replaced && !may_replace(work.db(), &class, work.today()).await? {
        return Err(Error::refused("leaver.too_late_to_replace"));
    }
    let after = enrolments::leave(by.actor(), work, &row, &class, said.reason, replaced).await?;
    if let Some(next) = said.replaced_by {
        let next = enrolments::by_id(work.db(), next).await?.filter(|next| next.class_id == class.id);
        let next = next.ok_or_else(|| Error::invalid("replaced_by", "invalid.choice"))?;
        enrolments::take_over(by.actor(), work, &next, &class).await?;
        work.record(
            Audit::of("replace", "enrolment", id)
                .by(by)
                .area(&class.area_code)
                .detail(json!({ "class": class.id, "by": next.id })),
        );
    }
    Ok(after)
}
