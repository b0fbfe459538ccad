//! Every query on classes and their sessions.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    class_session, enrolment, training_class,
    values::{ClassId, ClassSessionStatus, ClassStatus, EnrolmentStatus, OrganisationId, TrainerId, VenueId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use crate::access::{Scope, within};
use crate::base::clock::day_of;
use crate::base::{Error, Result};
use crate::classes::forms::CatalogueFilter;
use crate::classes::views::ClassFacts;
use crate::data::{Work, changing};

use training_class::Column;

/// Classes that a scope may see whatever their state.
pub(crate) fn visible_to(scope: &Scope) -> Select<training_class::Entity> {
    training_class::Entity::find().filter(seen(scope))
}

/// The same as a condition, for stores that join classes.
pub(crate) fn seen(scope: &Scope) -> Condition {
    match scope {
        Scope::Assessor(own) => Condition::all().add(Column::AssessorId.eq(*own)),
        _ => scope.over(Column::AreaCode, Some(Column::OrganisationId), None),
    }
}

/// Compare-and-set: who assesses a class from now on.
///
/// # Errors
/// `Stale` where the class moved meanwhile.
pub(crate) async fn name_assessor(work: &Work, class: &training_class::Model, assessor: OrganisationId) -> Result<()> {
    set_status(work, class, class.status, vec![(Column::AssessorId, Expr::value(assessor))]).await
}

/// Classes that everybody may see: open for seats, from the day after `today` on.
fn open_after(today: NaiveDate) -> Select<training_class::Entity> {
    training_class::Entity::find().filter(Column::Status.eq(ClassStatus::Approved)).filter(Column::StartsOn.gt(today))
}

/// Classes applied for in an area that begin after `today`.
pub(crate) async fn planned(
    db: &impl ConnectionTrait,
    area: &str,
    today: NaiveDate,
    most: u64,
) -> Result<Vec<training_class::Model>> {
    Ok(training_class::Entity::find()
        .filter(Column::Status.eq(ClassStatus::Applied))
        .filter(Column::StartsOn.gt(today))
        .filter(within(Column::AreaCode, area))
        .order_by_asc(Column::StartsOn)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: ClassId) -> Result<training_class::Model> {
    training_class::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("class"))
}

pub(crate) async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[ClassId],
) -> Result<HashMap<ClassId, training_class::Model>> {
    let rows = training_class::Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

pub(crate) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    status: Option<ClassStatus>,
    area: Option<&str>,
    after: Option<ClassId>,
    limit: u64,
) -> Result<Vec<training_class::Model>> {
    let mut query = visible_to(scope);
    if let Some(status) = status {
        query = query.filter(Column::Status.eq(status));
    }
    if let Some(area) = area {
        query = query.filter(within(Column::AreaCode, area));
    }
    if let Some(after) = after {
        query = query.filter(Column::Id.lt(after));
    }
    Ok(query.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

pub(crate) async fn count(db: &impl ConnectionTrait, scope: &Scope, status: ClassStatus) -> Result<u64> {
    Ok(visible_to(scope).filter(Column::Status.eq(status)).count(db).await?)
}

fn wanted(today: NaiveDate, filter: &CatalogueFilter, from: Option<NaiveDate>) -> Select<training_class::Entity> {
    let mut query = open_after(today);
    if let Some(area) = filter.area.as_deref() {
        query = query.filter(within(Column::AreaCode, area));
    }
    if let Some(programme) = filter.programme {
        query = query.filter(Column::Programme.eq(programme));
    }
    if let Some(from) = from {
        query = query.filter(Column::StartsOn.gte(from));
    }
    if filter.free == Some(true) {
        query = query.filter(Expr::col(Column::Taken).lt(Expr::col(Column::Seats)));
    }
    query
}

/// One page of the catalogue, by first day and id.
pub(crate) async fn catalogue(
    db: &impl ConnectionTrait,
    today: NaiveDate,
    filter: &CatalogueFilter,
    from: Option<NaiveDate>,
    after: Option<(NaiveDate, ClassId)>,
    limit: u64,
) -> Result<Vec<training_class::Model>> {
    let mut query = wanted(today, filter, from);
    if let Some((day, id)) = after {
        let later = Condition::any()
            .add(Column::StartsOn.gt(day))
            .add(Condition::all().add(Column::StartsOn.eq(day)).add(Column::Id.gt(id)));
        query = query.filter(later);
    }
    Ok(query.order_by_asc(Column::StartsOn).order_by_asc(Column::Id).limit(limit).all(db).await?)
}

pub(crate) async fn catalogue_count(
    db: &impl ConnectionTrait,
    today: NaiveDate,
    filter: &CatalogueFilter,
    from: Option<NaiveDate>,
) -> Result<u64> {
    Ok(wanted(today, filter, from).count(db).await?)
}

/// How many wait for a seat in each of these classes.
pub(crate) async fn waiting(db: &impl ConnectionTrait, classes: &[ClassId]) -> Result<HashMap<ClassId, i64>> {
    let rows: Vec<(ClassId, i64)> = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::ClassId)
        .column_as(enrolment::Column::Id.count(), "waiting")
        .filter(enrolment::Column::ClassId.is_in(classes.iter().copied()))
        .filter(enrolment::Column::Status.eq(EnrolmentStatus::Waitlisted))
        .group_by(enrolment::Column::ClassId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

pub(crate) async fn sessions(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<class_session::Model>> {
    Ok(class_session::Entity::find()
        .filter(class_session::Column::ClassId.eq(class))
        .order_by_asc(class_session::Column::Ordinal)
        .all(db)
        .await?)
}

/// What seats in these classes are decided by.
pub(crate) async fn facts(db: &impl ConnectionTrait, ids: &[ClassId]) -> Result<HashMap<ClassId, ClassFacts>> {
    let rows = training_class::Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .into_partial_model::<ClassFacts>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// When these classes are taught: their sessions without those that were cancelled.
pub(crate) async fn timetables(
    db: &impl ConnectionTrait,
    ids: &[ClassId],
) -> Result<Vec<(ClassId, DateTime<Utc>, DateTime<Utc>)>> {
    Ok(class_session::Entity::find()
        .select_only()
        .columns([class_session::Column::ClassId, class_session::Column::StartsAt, class_session::Column::EndsAt])
        .filter(class_session::Column::ClassId.is_in(ids.iter().copied()))
        .filter(class_session::Column::Status.ne(ClassSessionStatus::Cancelled))
        .into_tuple()
        .all(db)
        .await?)
}

/// Sessions of several classes, in order.
pub(crate) async fn sessions_of(db: &impl ConnectionTrait, classes: &[ClassId]) -> Result<Vec<class_session::Model>> {
    Ok(class_session::Entity::find()
        .filter(class_session::Column::ClassId.is_in(classes.iter().copied()))
        .order_by_asc(class_session::Column::StartsAt)
        .all(db)
        .await?)
}

/// Who or what is needed in a stretch of time: entries of the registers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Busy<'a> {
    Trainers(&'a [TrainerId]),
    Venues(&'a [VenueId]),
}

/// Sessions of live classes other than `but` that touch the stretch and need one of these.
pub(crate) async fn busy(
    db: &impl ConnectionTrait,
    what: Busy<'_>,
    but: Option<ClassId>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<class_session::Model>> {
    use class_session::Column as Of;
    let mut rows = class_session::Entity::find()
        .filter(match what {
            Busy::Trainers(ids) => Of::TrainerId.is_in(ids.iter().copied()),
            Busy::Venues(ids) => Of::VenueId.is_in(ids.iter().copied()),
        })
        .filter(Of::StartsAt.lt(to))
        .filter(Of::EndsAt.gt(from))
        .filter(Of::Status.ne(ClassSessionStatus::Cancelled));
    if let Some(but) = but {
        rows = rows.filter(Of::ClassId.ne(but));
    }
    let rows = rows.all(db).await?;
    let classes: HashSet<ClassId> = rows.iter().map(|row| row.class_id).collect();
    let classes: Vec<ClassId> = classes.into_iter().collect();
    let mut live: HashSet<ClassId> = HashSet::new();
    for chunk in classes.chunks(1_000) {
        let found: Vec<ClassId> = training_class::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(chunk.iter().copied()))
            .filter(Column::Status.is_in([ClassStatus::Applied, ClassStatus::Approved, ClassStatus::Running]))
            .into_tuple()
            .all(db)
            .await?;
        live.extend(found);
    }
    Ok(rows.into_iter().filter(|row| live.contains(&row.class_id)).collect())
}

/// What these trainers teach from an instant on, in order.
pub(crate) async fn taught_by(
    db: &impl ConnectionTrait,
    trainers: &[TrainerId],
    from: DateTime<Utc>,
) -> Result<Vec<class_session::Model>> {
    Ok(class_session::Entity::find()
        .filter(class_session::Column::TrainerId.is_in(trainers.iter().copied()))
        .filter(class_session::Column::StartsAt.gte(from))
        .order_by_asc(class_session::Column::StartsAt)
        .all(db)
        .await?)
}

pub(crate) async fn insert(
    work: &Work,
    class: training_class::Model,
    sessions: Vec<class_session::Model>,
) -> Result<()> {
    training_class::Entity::insert(class.into_active_model()).exec_without_returning(work.db()).await?;
    insert_sessions(work, sessions).await
}

pub(crate) async fn insert_sessions(work: &Work, sessions: Vec<class_session::Model>) -> Result<()> {
    let rows = sessions.into_iter().map(IntoActiveModel::into_active_model);
    class_session::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Compare-and-set: a session to come moves to another time, trainer or room.
///
/// # Errors
/// `Stale` where it was changed, held or cancelled meanwhile.
pub(crate) async fn change_session(
    work: &Work,
    session: &class_session::Model,
    planned: &class_session::Model,
) -> Result<()> {
    use class_session::Column;
    let moved = class_session::Entity::update_many()
        .col_expr(Column::StartsAt, Expr::value(planned.starts_at))
        .col_expr(Column::EndsAt, Expr::value(planned.ends_at))
        .col_expr(Column::Trainer, Expr::value(planned.trainer.clone()))
        .col_expr(Column::TrainerId, Expr::value(planned.trainer_id.map(|id| id.0)))
        .col_expr(Column::VenueId, Expr::value(planned.venue_id.map(|id| id.0)))
        .col_expr(Column::Creditable, Expr::value(planned.creditable))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(session.id))
        .filter(Column::Status.eq(ClassSessionStatus::Planned))
        .filter(Column::Version.eq(session.version))
        .exec(work.db())
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// The first and last day of a class follow its sessions.
///
/// # Errors
/// `Stale` where the class moved meanwhile.
pub(crate) async fn follow_days(work: &Work, class: &training_class::Model) -> Result<()> {
    let sessions = sessions(work.db(), class.id).await?;
    let live = || sessions.iter().filter(|session| session.status != ClassSessionStatus::Cancelled);
    let first = live().map(|session| day_of(session.starts_at)).min();
    let last = live().map(|session| day_of(session.ends_at)).max();
    let days = vec![
        (Column::StartsOn, Expr::value(first.unwrap_or(class.starts_on))),
        (Column::EndsOn, Expr::value(last.unwrap_or(class.ends_on))),
    ];
    set_status(work, class, class.status, days).await
}

pub(crate) async fn delete_sessions(work: &Work, class: ClassId) -> Result<()> {
    class_session::Entity::delete_many().filter(class_session::Column::ClassId.eq(class)).exec(work.db()).await?;
    Ok(())
}

pub(crate) async fn cancel_sessions(work: &Work, class: ClassId) -> Result<()> {
    class_session::Entity::update_many()
        .col_expr(class_session::Column::Status, Expr::value(ClassSessionStatus::Cancelled))
        .col_expr(class_session::Column::Version, Expr::col(class_session::Column::Version).add(1))
        .filter(class_session::Column::ClassId.eq(class))
        .filter(class_session::Column::Status.eq(ClassSessionStatus::Planned))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Compare-and-set: the class moves on from the state in which it was read, with what else changes with it.
pub(crate) async fn set_status(
    work: &Work,
    class: &training_class::Model,
    to: ClassStatus,
    also: Vec<(Column, Expr)>,
) -> Result<()> {
    let status = (Column::Status, Expr::value(to));
    changing::change(work, class, std::iter::once(status).chain(also)).await
}
