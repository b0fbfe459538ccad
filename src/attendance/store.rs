//! Every query on sessions and marks. A session is in sight where its class is; the service asks for the class.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    attendance_mark, attendance_warning, class_session, enrolment, mark_try, training_class,
    values::{AccountId, ClassId, ClassSessionStatus, ClassStatus, EnrolmentId, MarkRefusal, SessionId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, Statement, Value,
    sea_query::{Expr, OnConflict},
};

use crate::access::Scope;
use crate::attendance::book::{Change, Place};
use crate::base::{Error, Result};
use crate::data::{Work, bulk};

/// Names of a home list; who has more to do sees the rest when these are done.
const SHOWN: u64 = 20;

pub(crate) async fn session(db: &impl ConnectionTrait, id: SessionId) -> Result<class_session::Model> {
    class_session::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("session"))
}

/// The sessions of a class by their keys. They are asked for first, and then their marks: joined to them, PostgreSQL reads
/// every mark there is as long as it does not know how many have come.
async fn sessions_of(db: &impl ConnectionTrait, class: ClassId, which: Condition) -> Result<Vec<SessionId>> {
    Ok(class_session::Entity::find()
        .select_only()
        .column(class_session::Column::Id)
        .filter(class_session::Column::ClassId.eq(class))
        .filter(which)
        .into_tuple()
        .all(db)
        .await?)
}

/// Every mark of a class, whatever became of the session.
pub(crate) async fn marks(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<attendance_mark::Model>> {
    let sessions = sessions_of(db, class, Condition::all()).await?;
    Ok(attendance_mark::Entity::find().filter(attendance_mark::Column::SessionId.is_in(sessions)).all(db).await?)
}

pub(crate) async fn marks_of_session(
    db: &impl ConnectionTrait,
    session: SessionId,
) -> Result<Vec<attendance_mark::Model>> {
    Ok(attendance_mark::Entity::find().filter(attendance_mark::Column::SessionId.eq(session)).all(db).await?)
}

/// Minutes credited to each enrolment in the sessions that were held.
pub(crate) async fn credited(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<(EnrolmentId, i64)>> {
    let held = Condition::all()
        .add(class_session::Column::Status.eq(ClassSessionStatus::Held))
        .add(class_session::Column::Creditable.eq(true));
    let sessions = sessions_of(db, class, held).await?;
    Ok(attendance_mark::Entity::find()
        .select_only()
        .column(attendance_mark::Column::EnrolmentId)
        .column_as(attendance_mark::Column::Minutes.sum(), "credited")
        .filter(attendance_mark::Column::SessionId.is_in(sessions))
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
    // Who keeps the timetable in a calendar is told of what changes in the plan by the version.
    let later = i32::from(to == ClassSessionStatus::Cancelled);
    let moved = class_session::Entity::update_many()
        .col_expr(class_session::Column::Status, Expr::value(to))
        .col_expr(class_session::Column::Version, Expr::col(class_session::Column::Version).add(later))
        .filter(class_session::Column::Id.eq(session.id))
        .filter(class_session::Column::Status.eq(session.status))
        .exec(db)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Rows at these places, each found by its key and by nothing else.
async fn at<M: FromQueryResult>(db: &impl ConnectionTrait, table: &str, places: &[Place]) -> Result<Vec<M>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT t.* FROM (VALUES {}) AS v JOIN {table} AS t ON t.session_id = v.column1 AND t.enrolment_id = v.column2",
        bulk::values(places.len(), 2, 1)
    );
    let values: Vec<Value> = places.iter().flat_map(|(session, seat)| [session.0.into(), seat.0.into()]).collect();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(M::find_by_statement(statement).all(db).await?)
}

pub(crate) async fn tries_at(db: &impl ConnectionTrait, places: &[Place]) -> Result<Vec<mark_try::Model>> {
    at(db, "mark_try", places).await
}

pub(crate) async fn marks_at(db: &impl ConnectionTrait, places: &[Place]) -> Result<Vec<attendance_mark::Model>> {
    at(db, "attendance_mark", places).await
}

/// Every try of one session.
pub(crate) async fn tries_of_session(db: &impl ConnectionTrait, session: SessionId) -> Result<Vec<mark_try::Model>> {
    Ok(mark_try::Entity::find().filter(mark_try::Column::SessionId.eq(session)).all(db).await?)
}

/// Who marked himself with these phones in these sessions.
pub(crate) async fn on_devices(
    db: &impl ConnectionTrait,
    devices: &[(SessionId, String)],
) -> Result<Vec<(SessionId, String, EnrolmentId)>> {
    if devices.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT DISTINCT t.session_id, t.device, t.enrolment_id FROM (VALUES {}) AS v \
         JOIN mark_try AS t ON t.session_id = v.column1 AND t.device = v.column2 \
         WHERE t.device IS NOT NULL AND t.refusal IS NULL AND t.method = 'code'",
        bulk::values(devices.len(), 2, 1)
    );
    let values: Vec<Value> =
        devices.iter().flat_map(|(session, device)| [session.0.into(), device.as_str().into()]).collect();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let rows = OnDevice::find_by_statement(statement).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.session_id, row.device, row.enrolment_id)).collect())
}

#[derive(FromQueryResult)]
struct OnDevice {
    session_id: SessionId,
    device: String,
    enrolment_id: EnrolmentId,
}

/// How many codes of these accounts were wrong or old since then.
pub(crate) async fn wrong_codes(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
    since: DateTime<Utc>,
) -> Result<HashMap<AccountId, i64>> {
    let rows: Vec<(AccountId, i64)> = mark_try::Entity::find()
        .select_only()
        .column(mark_try::Column::AccountId)
        .column_as(mark_try::Column::Id.count(), "wrong")
        .filter(mark_try::Column::AccountId.is_in(accounts.iter().copied()))
        .filter(mark_try::Column::ReceivedAt.gt(since))
        // In words, as in the index that holds nothing else.
        .filter(Expr::cust(format!("refusal IN ('{}', '{}')", MarkRefusal::CodeWrong, MarkRefusal::CodeOld)))
        .group_by(mark_try::Column::AccountId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

pub(crate) async fn sessions(db: &impl ConnectionTrait, ids: &[SessionId]) -> Result<Vec<class_session::Model>> {
    Ok(class_session::Entity::find().filter(class_session::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(crate) async fn insert_tries(work: &Work, rows: Vec<mark_try::Model>) -> Result<()> {
    bulk::insert::<mark_try::Entity>(work, rows).await
}

/// Writes what stands now: a first mark as a new row, a changed one in the place of the one that was read.
///
/// # Errors
/// `Stale` where somebody else changed one meanwhile.
pub(crate) async fn put(work: &Work, changes: &[Change]) -> Result<()> {
    let (first, changed): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(|change| change.old.is_none());
    bulk::insert::<attendance_mark::Entity>(work, first.into_iter().map(|change| change.new.clone()).collect()).await?;
    for changes in changed.chunks(200) {
        replace(work, changes).await?;
    }
    Ok(())
}

/// Compare and set of many: each row is changed from the version that was read, or none is.
async fn replace(work: &Work, changes: &[&Change]) -> Result<()> {
    const COLUMNS: [&str; 9] =
        ["presence", "in_at", "out_at", "minutes", "method", "marked_by", "marked_at", "standing", "version"];
    let set: Vec<String> = COLUMNS.iter().zip(3..).map(|(column, at)| format!("{column} = v.column{at}")).collect();
    let sql = format!(
        "UPDATE attendance_mark SET {} FROM (VALUES {}) AS v WHERE attendance_mark.session_id = v.column1 \
         AND attendance_mark.enrolment_id = v.column2 AND attendance_mark.version = v.column11 - 1",
        set.join(", "),
        bulk::values(changes.len(), COLUMNS.len() + 2, 1)
    );
    let values: Vec<Value> = changes
        .iter()
        .flat_map(|change| {
            let new = &change.new;
            [
                new.session_id.0.into(),
                new.enrolment_id.0.into(),
                new.presence.as_str().into(),
                new.in_at.into(),
                new.out_at.into(),
                new.minutes.into(),
                new.method.as_str().into(),
                new.marked_by.0.into(),
                new.marked_at.into(),
                new.standing.as_str().into(),
                new.version.into(),
            ]
        })
        .collect();
    let statement = Statement::from_sql_and_values(work.db().get_database_backend(), sql, values);
    let done = work.db().execute_raw(statement).await?;
    if done.rows_affected() == changes.len() as u64 { Ok(()) } else { Err(Error::Stale) }
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
        .filter(class_session::Column::Creditable.eq(true))
        .filter(class_session::Column::StartsAt.lte(now))
        .order_by_asc(class_session::Column::StartsAt)
        .order_by_asc(class_session::Column::Id)
        .limit(SHOWN)
        .into_model()
        .all(db)
        .await?)
}

/// Running classes after that one, so many of them.
pub(crate) async fn running(
    db: &impl ConnectionTrait,
    after: Option<ClassId>,
    limit: u64,
) -> Result<Vec<training_class::Model>> {
    let mut query = training_class::Entity::find().filter(training_class::Column::Status.eq(ClassStatus::Running));
    if let Some(after) = after {
        query = query.filter(training_class::Column::Id.gt(after));
    }
    Ok(query.order_by_asc(training_class::Column::Id).limit(limit).all(db).await?)
}

/// What the people of a class were told last.
pub(crate) async fn warnings(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<attendance_warning::Model>> {
    let seat = attendance_warning::Entity::belongs_to(enrolment::Entity)
        .from(attendance_warning::Column::EnrolmentId)
        .to(enrolment::Column::Id)
        .into();
    Ok(attendance_warning::Entity::find()
        .join(JoinType::InnerJoin, seat)
        .filter(enrolment::Column::ClassId.eq(class))
        .all(db)
        .await?)
}

pub(crate) async fn put_warning(work: &Work, row: attendance_warning::Model) -> Result<()> {
    let key = OnConflict::column(attendance_warning::Column::EnrolmentId)
        .update_columns([attendance_warning::Column::Outlook, attendance_warning::Column::ToldAt])
        .to_owned();
    attendance_warning::Entity::insert(row.into_active_model())
        .on_conflict(key)
        .exec_without_returning(work.db())
        .await?;
    Ok(())
}
