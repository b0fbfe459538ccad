//! Every query on sessions and marks. A session is in sight where its class is; the service asks for the class.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::{DateTime, Utc};
use entities::{
    attendance_mark, class_session, training_class,
    values::{ClassId, ClassSessionStatus, ClassStatus, EnrolmentId, SessionId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
    sea_query::{Expr, OnConflict},
};

use crate::access::Scope;
use crate::base::{Error, Result};

/// Names of a home list; who has more to do sees the rest when these are done.
const SHOWN: u64 = 20;

pub(crate) async fn session(db: &impl ConnectionTrait, id: SessionId) -> Result<class_session::Model> {
    class_session::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("session"))
}

fn session_of_mark() -> RelationDef {
    attendance_mark::Entity::belongs_to(class_session::Entity)
        .from(attendance_mark::Column::SessionId)
        .to(class_session::Column::Id)
        .into()
}

/// Every mark of a class, whatever became of the session.
pub(crate) async fn marks(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<attendance_mark::Model>> {
    Ok(attendance_mark::Entity::find()
        .join(JoinType::InnerJoin, session_of_mark())
        .filter(class_session::Column::ClassId.eq(class))
        .all(db)
        .await?)
}

pub(crate) async fn marks_of_session(
    db: &impl ConnectionTrait,
    session: SessionId,
) -> Result<Vec<attendance_mark::Model>> {
    Ok(attendance_mark::Entity::find().filter(attendance_mark::Column::SessionId.eq(session)).all(db).await?)
}

/// Minutes credited to each enrolment in the sessions that were held.
pub(crate) async fn credited(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<(EnrolmentId, i64)>> {
    Ok(attendance_mark::Entity::find()
        .select_only()
        .column(attendance_mark::Column::EnrolmentId)
        .column_as(attendance_mark::Column::Minutes.sum(), "credited")
        .join(JoinType::InnerJoin, session_of_mark())
        .filter(class_session::Column::ClassId.eq(class))
        .filter(class_session::Column::Status.eq(ClassSessionStatus::Held))
        .group_by(attendance_mark::Column::EnrolmentId)
        .into_tuple()
        .all(db)
        .await?)
}

/// Compare and set.
///
/// # Errors
/// `Stale` where the session stands no longer where the caller saw it.
pub(crate) async fn move_session(
    db: &impl ConnectionTrait,
    session: &class_session::Model,
    to: ClassSessionStatus,
) -> Result<()> {
    let moved = class_session::Entity::update_many()
        .col_expr(class_session::Column::Status, Expr::value(to))
        .filter(class_session::Column::Id.eq(session.id))
        .filter(class_session::Column::Status.eq(session.status))
        .exec(db)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Writes marks in the place of earlier ones.
pub(crate) async fn put(db: &impl ConnectionTrait, marks: Vec<attendance_mark::Model>) -> Result<()> {
    if marks.is_empty() {
        return Ok(());
    }
    let key = [attendance_mark::Column::SessionId, attendance_mark::Column::EnrolmentId];
    let replaced = [
        attendance_mark::Column::Presence,
        attendance_mark::Column::InAt,
        attendance_mark::Column::OutAt,
        attendance_mark::Column::Minutes,
        attendance_mark::Column::Method,
        attendance_mark::Column::MarkedBy,
        attendance_mark::Column::MarkedAt,
    ];
    attendance_mark::Entity::insert_many(marks.into_iter().map(IntoActiveModel::into_active_model))
        .on_conflict(OnConflict::columns(key).update_columns(replaced).to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// A session that has begun and was never marked.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Unmarked {
    pub class_id: ClassId,
    pub title: String,
    pub ordinal: i32,
    pub starts_at: DateTime<Utc>,
}

/// The sessions in sight that have begun and wait to be marked, the oldest first.
pub(crate) async fn unmarked(db: &impl ConnectionTrait, scope: &Scope, now: DateTime<Utc>) -> Result<Vec<Unmarked>> {
    let class = class_session::Entity::belongs_to(training_class::Entity)
        .from(class_session::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    Ok(class_session::Entity::find()
        .select_only()
        .columns([class_session::Column::ClassId, class_session::Column::Ordinal, class_session::Column::StartsAt])
        .column(training_class::Column::Title)
        .join(JoinType::InnerJoin, class)
        .filter(scope.over(
            training_class::Column::AreaCode,
            Some(training_class::Column::OrganisationId),
            None::<training_class::Column>,
        ))
        .filter(training_class::Column::Status.is_in([ClassStatus::Approved, ClassStatus::Running]))
        .filter(class_session::Column::Status.eq(ClassSessionStatus::Planned))
        .filter(class_session::Column::StartsAt.lte(now))
        .order_by_asc(class_session::Column::StartsAt)
        .order_by_asc(class_session::Column::Id)
        .limit(SHOWN)
        .into_model()
        .all(db)
        .await?)
}
