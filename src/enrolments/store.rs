//! Every query on enrolments, quotas and the seats of classes.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    enrolment, quota_use, training_class,
    values::{ClassId, ClassStatus, EnrolmentId, EnrolmentStatus, PersonId, Programme},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QuerySelect, Select, Statement, Value, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::{Work, bulk};
use crate::enrolments::lifecycle::LIVE;

use enrolment::Column;

/// Enrolments of people whom the scope may see.
pub(crate) fn visible_to(scope: &Scope) -> Select<enrolment::Entity> {
    enrolment::Entity::find().filter(scope.over(Column::AreaCode, None, Some(Column::PersonId)))
}

pub(crate) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: EnrolmentId) -> Result<enrolment::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("enrolment"))
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: EnrolmentId) -> Result<Option<enrolment::Model>> {
    Ok(enrolment::Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[EnrolmentId],
) -> Result<HashMap<EnrolmentId, enrolment::Model>> {
    let rows = enrolment::Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The enrolments of a class in these states, in the order of their seats.
pub(crate) async fn of_class(
    db: &impl ConnectionTrait,
    class: ClassId,
    statuses: &[EnrolmentStatus],
) -> Result<Vec<enrolment::Model>> {
    Ok(enrolment::Entity::find()
        .filter(Column::ClassId.eq(class))
        .filter(Column::Status.is_in(statuses.iter().copied()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

/// The live enrolments of these people in these classes, each pair found by its key.
pub(crate) async fn live_at(db: &impl ConnectionTrait, pairs: &[(ClassId, PersonId)]) -> Result<Vec<enrolment::Model>> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    // The states stand in words, as they do in the index that holds one live enrolment a person and class.
    let live: Vec<String> = LIVE.iter().map(|status| format!("'{status}'")).collect();
    let sql = format!(
        "SELECT e.* FROM (VALUES {}) AS v JOIN enrolment AS e ON e.class_id = v.column1 AND e.person_id = v.column2 \
         AND e.status IN ({})",
        bulk::values(pairs.len(), 2, 1),
        live.join(", ")
    );
    let values: Vec<Value> = pairs.iter().flat_map(|(class, person)| [class.0.into(), person.0.into()]).collect();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(enrolment::Model::find_by_statement(statement).all(db).await?)
}

/// What a person's enrolments were and are, newest first.
pub(crate) async fn of_person(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<enrolment::Model>> {
    Ok(enrolment::Entity::find()
        .filter(Column::PersonId.eq(person))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(100)
        .all(db)
        .await?)
}

pub(crate) async fn classes(
    db: &impl ConnectionTrait,
    ids: &[ClassId],
) -> Result<HashMap<ClassId, training_class::Model>> {
    let rows =
        training_class::Entity::find().filter(training_class::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// A live enrolment with the days of its class, and the quota that its seat used.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Live {
    pub person_id: PersonId,
    pub class_id: ClassId,
    pub status: EnrolmentStatus,
    pub ends_on: NaiveDate,
    pub programme: Option<Programme>,
    pub year: Option<i32>,
    pub n: Option<i32>,
}

/// The live enrolments of many people.
pub(crate) async fn live_of(db: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Live>> {
    let class = enrolment::Entity::belongs_to(training_class::Entity)
        .from(Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    let quota =
        enrolment::Entity::belongs_to(quota_use::Entity).from(Column::Id).to(quota_use::Column::EnrolmentId).into();
    let rows = enrolment::Entity::find()
        .select_only()
        .columns([Column::PersonId, Column::ClassId, Column::Status])
        .column(training_class::Column::EndsOn)
        .columns([quota_use::Column::Programme, quota_use::Column::Year, quota_use::Column::N])
        .join(JoinType::InnerJoin, class)
        .join(JoinType::LeftJoin, quota)
        .filter(Column::PersonId.is_in(people.iter().copied()))
        .into_model::<Live>()
        .all(db)
        .await?;
    // A person has few; asked of the database, the state leads it to look through all that are in it.
    Ok(rows.into_iter().filter(|row| LIVE.contains(&row.status)).collect())
}

/// Takes so many seats in each of these classes, or none at all: a class that is full or closed meanwhile spoils it.
pub(crate) async fn take_seats(work: &Work, seats: &[(ClassId, i32)]) -> Result<()> {
    if seats.is_empty() {
        return Ok(());
    }
    // The state is hidden from the indexes: classes are found by their keys.
    let sql = format!(
        "UPDATE training_class SET taken = taken + v.column2 FROM (VALUES {}) AS v \
         WHERE training_class.id = v.column1 AND coalesce(training_class.status, '') = $1 AND taken + v.column2 <= seats",
        bulk::values(seats.len(), 2, 2)
    );
    let mut values: Vec<Value> = vec![ClassStatus::Approved.as_str().into()];
    for (class, n) in seats {
        values.push(class.0.into());
        values.push((*n).into());
    }
    let statement = Statement::from_sql_and_values(work.db().get_database_backend(), sql, values);
    let done = work.db().execute_raw(statement).await?;
    if done.rows_affected() == seats.len() as u64 { Ok(()) } else { Err(Error::Stale) }
}

/// Classes on whose rosters somebody comes are still applied for when it is written: whoever approves one at the same moment
/// waits, or this does.
///
/// # Errors
/// `Stale` where one was decided on meanwhile.
pub(crate) async fn hold_planned(work: &Work, classes: &[ClassId]) -> Result<()> {
    for class in classes {
        let held = training_class::Entity::update_many()
            .col_expr(training_class::Column::Taken, Expr::col(training_class::Column::Taken))
            .filter(training_class::Column::Id.eq(*class))
            .filter(training_class::Column::Status.eq(ClassStatus::Applied))
            .exec(work.db())
            .await?;
        if held.rows_affected != 1 {
            return Err(Error::Stale);
        }
    }
    Ok(())
}

/// Takes one seat of a class that runs.
///
/// # Errors
/// `Stale` where none is free.
pub(crate) async fn take_free_seat(work: &Work, class: ClassId) -> Result<()> {
    let done = training_class::Entity::update_many()
        .col_expr(training_class::Column::Taken, Expr::col(training_class::Column::Taken).add(1))
        .filter(training_class::Column::Id.eq(class))
        .filter(Expr::col(training_class::Column::Taken).lt(Expr::col(training_class::Column::Seats)))
        .exec(work.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Gives one seat back.
pub(crate) async fn give_back(work: &Work, class: ClassId) -> Result<()> {
    let done = training_class::Entity::update_many()
        .col_expr(training_class::Column::Taken, Expr::col(training_class::Column::Taken).sub(1))
        .filter(training_class::Column::Id.eq(class))
        .filter(training_class::Column::Taken.gt(0))
        .exec(work.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

pub(crate) async fn insert(work: &Work, rows: Vec<enrolment::Model>, quota: Vec<quota_use::Model>) -> Result<()> {
    if !rows.is_empty() {
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        enrolment::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    }
    insert_quota(work, quota).await
}

pub(crate) async fn insert_quota(work: &Work, rows: Vec<quota_use::Model>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    quota_use::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// The quota that these enrolments had taken is free again.
pub(crate) async fn free_quota(work: &Work, enrolments: &[EnrolmentId]) -> Result<()> {
    quota_use::Entity::delete_many()
        .filter(quota_use::Column::EnrolmentId.is_in(enrolments.iter().copied()))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Compare-and-set of many enrolments that are all in the state `from`.
pub(crate) async fn move_all(
    work: &Work,
    ids: &[EnrolmentId],
    from: EnrolmentStatus,
    to: EnrolmentStatus,
    also: Vec<(Column, Expr)>,
) -> Result<()> {
    let mut moved = 0;
    for ids in ids.chunks(1_000) {
        let mut update = enrolment::Entity::update_many()
            .col_expr(Column::Status, Expr::value(to))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1));
        for (column, value) in &also {
            update = update.col_expr(*column, value.clone());
        }
        let done = update
            .filter(Column::Id.is_in(ids.iter().copied()))
            .filter(Column::Status.eq(from))
            .exec(work.db())
            .await?;
        moved += done.rows_affected;
    }
    if moved == ids.len() as u64 { Ok(()) } else { Err(Error::Stale) }
}

/// Those who wait in a class, first come first.
pub(crate) async fn waiting(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<enrolment::Model>> {
    of_class(db, class, &[EnrolmentStatus::Waitlisted]).await
}

/// The live enrolment of a person in a class.
pub(crate) async fn live_in(
    db: &impl ConnectionTrait,
    class: ClassId,
    person: PersonId,
) -> Result<Option<enrolment::Model>> {
    Ok(enrolment::Entity::find()
        .filter(Column::ClassId.eq(class))
        .filter(Column::PersonId.eq(person))
        .filter(Column::Status.is_in(LIVE))
        .one(db)
        .await?)
}

/// Classes in which a person is.
pub(crate) async fn live_classes(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<ClassId>> {
    Ok(enrolment::Entity::find()
        .select_only()
        .column(Column::ClassId)
        .filter(Column::PersonId.eq(person))
        .filter(Column::Status.is_in(LIVE))
        .into_tuple()
        .all(db)
        .await?)
}

/// The quota that a person has used, in every year.
pub(crate) async fn quota_of(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<quota_use::Model>> {
    Ok(quota_use::Entity::find().filter(quota_use::Column::PersonId.eq(person)).all(db).await?)
}

/// Enrolments and used quota of one person are another's from now on.
pub(crate) async fn hand_over(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    enrolment::Entity::update_many()
        .col_expr(Column::PersonId, Expr::value(to))
        .filter(Column::PersonId.eq(from))
        .exec(work.db())
        .await?;
    quota_use::Entity::update_many()
        .col_expr(quota_use::Column::PersonId, Expr::value(to))
        .filter(quota_use::Column::PersonId.eq(from))
        .exec(work.db())
        .await?;
    Ok(())
}
