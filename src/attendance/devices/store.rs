//! Every query on roster devices and on what they sent.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::{DateTime, Utc};
use entities::{
    class_session, mark_try, roster_device, training_class,
    values::{ClassSessionStatus, ClassStatus, RosterDeviceId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, IntoCondition},
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::Work;

use roster_device::Column;

/// Devices of one page: an institution has a few.
const SHOWN: u64 = 200;
/// Classes that a device keeps.
const KEPT: u64 = 20;

/// An institution sees its own devices; nobody else sees any.
fn visible_to(scope: &Scope) -> Select<roster_device::Entity> {
    let own = match scope {
        Scope::Organisation(id) => Column::OrganisationId.eq(*id).into_condition(),
        Scope::System => Condition::all(),
        Scope::Area(_) | Scope::Assessor(_) | Scope::Person(_) | Scope::Nothing => Expr::cust("1 = 0").into_condition(),
    };
    roster_device::Entity::find().filter(own)
}

pub(super) async fn visible(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: RosterDeviceId,
) -> Result<roster_device::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("device"))
}

/// The newest first.
pub(super) async fn list(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<roster_device::Model>> {
    Ok(visible_to(scope).order_by_desc(Column::Id).limit(SHOWN).all(db).await?)
}

pub(super) async fn with_key(db: &impl ConnectionTrait, key: &str) -> Result<Option<roster_device::Model>> {
    Ok(roster_device::Entity::find().filter(Column::PublicKey.eq(key)).one(db).await?)
}

pub(super) async fn insert(work: &Work, row: roster_device::Model) -> Result<()> {
    roster_device::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// # Errors
/// `Stale` where it was revoked meanwhile.
pub(super) async fn revoke(work: &Work, id: RosterDeviceId) -> Result<()> {
    let done = roster_device::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(work.now))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(work.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// What a device sent under these numbers before, refused or not.
pub(super) async fn sent(work: &Work, device: RosterDeviceId, numbers: &[i64]) -> Result<Vec<mark_try::Model>> {
    Ok(mark_try::Entity::find()
        .filter(mark_try::Column::Device.eq(device.to_string()))
        .filter(mark_try::Column::Sequence.is_in(numbers.iter().copied()))
        .all(work.db())
        .await?)
}

/// Classes in sight with sessions in that stretch of time, and those sessions.
pub(super) async fn soon(
    db: &impl ConnectionTrait,
    scope: &Scope,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(training_class::Model, Vec<class_session::Model>)>> {
    let seen = scope.over(
        training_class::Column::AreaCode,
        Some(training_class::Column::OrganisationId),
        None::<training_class::Column>,
    );
    let classes = training_class::Entity::find()
        .filter(seen)
        .filter(training_class::Column::Status.is_in([ClassStatus::Approved, ClassStatus::Running]))
        .filter(training_class::Column::StartsOn.lte(crate::base::clock::day_of(to)))
        .filter(training_class::Column::EndsOn.gte(crate::base::clock::day_of(from)))
        .order_by_asc(training_class::Column::StartsOn)
        .order_by_asc(training_class::Column::Id)
        .limit(KEPT)
        .all(db)
        .await?;
    let ids: Vec<_> = classes.iter().map(|class| class.id).collect();
    let mut sessions = class_session::Entity::find()
        .filter(class_session::Column::ClassId.is_in(ids))
        .filter(class_session::Column::Status.ne(ClassSessionStatus::Cancelled))
        .filter(class_session::Column::StartsAt.lt(to))
        .filter(class_session::Column::EndsAt.gt(from))
        .order_by_asc(class_session::Column::StartsAt)
        .all(db)
        .await?;
    Ok(classes
        .into_iter()
        .map(|class| {
            let (own, rest) = std::mem::take(&mut sessions).into_iter().partition(|s| s.class_id == class.id);
            sessions = rest;
            (class, own)
        })
        .collect())
}
