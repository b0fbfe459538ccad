//! Every query of the search. It sees all: what it finds is shown by scope.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    accreditation, assessment, attendance_mark, class_session, doubt_cursor, enrolment, mark_try, organisation,
    trainer, training_class,
    values::{
        AssessmentResult, ClassId, ClassSessionStatus, ClassStatus, EnrolmentId, MarkMethod, MarkRefusal, MarkWord,
        OrganisationId, SessionId, TrainerId, VenueId,
    },
    venue,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QuerySelect, Statement, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::base::clock::day_of;
use crate::base::{Error, Result};
use crate::data::Work;

/// Keys of one statement.
const KEYS: usize = 1_000;

/// Where changes of classes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Feed {
    Marks,
    Results,
    /// Applied for, approved, ended, and whatever else is done to a class.
    Deeds,
}

impl Feed {
    pub(super) const ALL: [Self; 3] = [Self::Marks, Self::Results, Self::Deeds];

    fn name(self) -> &'static str {
        match self {
            Self::Marks => "marks",
            Self::Results => "results",
            Self::Deeds => "deeds",
        }
    }

    /// By the keys of the rows alone, so that a round costs what changed and not what stands.
    fn sql(self) -> &'static str {
        match self {
            Self::Marks => {
                "SELECT t.id, s.class_id, NULL AS object_id FROM mark_try t JOIN class_session s ON s.id = t.session_id \
                 WHERE t.id > $1 ORDER BY t.id LIMIT $2"
            }
            Self::Results => {
                "SELECT t.id, e.class_id, NULL AS object_id FROM assessment t JOIN enrolment e ON e.id = t.enrolment_id \
                 WHERE t.id > $1 ORDER BY t.id LIMIT $2"
            }
            Self::Deeds => {
                "SELECT t.id, NULL AS class_id, t.object_id FROM audit_event t \
                 WHERE t.noun = 'class' AND t.id > $1 ORDER BY t.id LIMIT $2"
            }
        }
    }
}

/// A change, and the class that it is of.
#[derive(FromQueryResult)]
struct Changed {
    id: Uuid,
    class_id: Option<ClassId>,
    object_id: Option<String>,
}

/// So many changes behind an id, in order.
pub(super) async fn changed(
    db: &impl ConnectionTrait,
    feed: Feed,
    seen: Uuid,
    limit: u64,
) -> Result<Vec<(Uuid, Option<ClassId>)>> {
    let limit = i64::try_from(limit).map_err(Error::internal)?;
    let sql = Statement::from_sql_and_values(db.get_database_backend(), feed.sql(), [seen.into(), limit.into()]);
    let rows = Changed::find_by_statement(sql).all(db).await?;
    let class = |row: &Changed| row.class_id.or_else(|| row.object_id.as_deref()?.parse().ok());
    Ok(rows.iter().map(|row| (row.id, class(row))).collect())
}

/// How far a feed was read.
pub(super) async fn seen(db: &impl ConnectionTrait, feed: Feed) -> Result<Uuid> {
    let row = doubt_cursor::Entity::find_by_id(feed.name().to_owned()).one(db).await?;
    Ok(row.map_or(Uuid::nil(), |row| row.seen))
}

pub(super) async fn keep_seen(work: &Work, feed: Feed, seen: Uuid) -> Result<()> {
    let row = doubt_cursor::Model { feed: feed.name().to_owned(), seen };
    let key = OnConflict::column(doubt_cursor::Column::Feed).update_column(doubt_cursor::Column::Seen).to_owned();
    doubt_cursor::Entity::insert(row.into_active_model()).on_conflict(key).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Every mark of these sessions that credits something.
pub(super) async fn credited(db: &impl ConnectionTrait, sessions: &[SessionId]) -> Result<Vec<attendance_mark::Model>> {
    let mut marks = Vec::new();
    for sessions in sessions.chunks(KEYS) {
        let some = attendance_mark::Entity::find()
            .filter(attendance_mark::Column::SessionId.is_in(sessions.iter().copied()))
            .filter(attendance_mark::Column::Minutes.gt(0));
        marks.extend(some.all(db).await?);
    }
    Ok(marks)
}

/// A try that says something about the truth of marks.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Try {
    pub session_id: SessionId,
    pub enrolment_id: EnrolmentId,
    pub method: MarkMethod,
    pub says: MarkWord,
    pub in_at: Option<DateTime<Utc>>,
    pub made_at: DateTime<Utc>,
    pub device: Option<String>,
    pub latitude_e6: Option<i32>,
    pub longitude_e6: Option<i32>,
    pub refusal: Option<MarkRefusal>,
}

/// Tries of a class that were taken, and those that were refused because the phone had marked somebody else.
pub(super) async fn tries(db: &impl ConnectionTrait, sessions: &[SessionId]) -> Result<Vec<Try>> {
    use mark_try::Column;
    let mut tries = Vec::new();
    for sessions in sessions.chunks(KEYS) {
        let some = mark_try::Entity::find()
            .select_only()
            .columns([Column::SessionId, Column::EnrolmentId, Column::Method, Column::Says, Column::InAt])
            .columns([Column::MadeAt, Column::Device, Column::LatitudeE6, Column::LongitudeE6, Column::Refusal])
            .filter(Column::SessionId.is_in(sessions.iter().copied()))
            .filter(Column::EnrolmentId.is_not_null())
            .filter(Condition::any().add(Column::Refusal.is_null()).add(Column::Refusal.eq(MarkRefusal::CodeShared)))
            .into_model::<Try>()
            .all(db)
            .await?;
        tries.extend(some);
    }
    Ok(tries)
}

pub(super) async fn venues(db: &impl ConnectionTrait, ids: &[VenueId]) -> Result<HashMap<VenueId, venue::Model>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = venue::Entity::find().filter(venue::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Whoever of a class was assessed, and whether any attempt was passed. Who need not be assessed counts in neither.
pub(super) async fn results(db: &impl ConnectionTrait, class: ClassId) -> Result<HashMap<EnrolmentId, bool>> {
    let seat = assessment::Entity::belongs_to(enrolment::Entity)
        .from(assessment::Column::EnrolmentId)
        .to(enrolment::Column::Id)
        .into();
    let rows: Vec<(EnrolmentId, AssessmentResult)> = assessment::Entity::find()
        .select_only()
        .columns([assessment::Column::EnrolmentId, assessment::Column::Result])
        .join(JoinType::InnerJoin, seat)
        .filter(enrolment::Column::ClassId.eq(class))
        .filter(assessment::Column::Result.ne(AssessmentResult::Exempt))
        .into_tuple()
        .all(db)
        .await?;
    let mut results: HashMap<EnrolmentId, bool> = HashMap::new();
    for (seat, result) in rows {
        *results.entry(seat).or_default() |= result == AssessmentResult::Passed;
    }
    Ok(results)
}

/// The first day of an institution: of its first accreditation, or that on which it was registered.
pub(super) async fn first_day(db: &impl ConnectionTrait, id: OrganisationId) -> Result<NaiveDate> {
    let row = organisation::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("organisation"))?;
    let first: Option<NaiveDate> = accreditation::Entity::find()
        .select_only()
        .column(accreditation::Column::ValidFrom)
        .filter(accreditation::Column::OrganisationId.eq(id))
        .order_by_asc(accreditation::Column::ValidFrom)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    let registered = day_of(row.created_at);
    Ok(first.map_or(registered, |first| first.min(registered)))
}

/// When an institution opened the classes that it did not give up again, in a stretch of time.
pub(super) async fn opened(
    db: &impl ConnectionTrait,
    id: OrganisationId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<DateTime<Utc>>> {
    let given_up = [ClassStatus::Draft, ClassStatus::Returned, ClassStatus::Cancelled];
    Ok(training_class::Entity::find()
        .select_only()
        .column(training_class::Column::CreatedAt)
        .filter(training_class::Column::OrganisationId.eq(id))
        .filter(training_class::Column::CreatedAt.between(from, to))
        .filter(training_class::Column::Status.is_not_in(given_up))
        .into_tuple()
        .all(db)
        .await?)
}

/// Another class that touches the days of one.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Near {
    pub id: ClassId,
    pub number: String,
    pub organisation_id: OrganisationId,
    pub trainer: String,
    pub trainer_id: Option<TrainerId>,
}

fn near(class: &training_class::Model) -> sea_orm::Select<training_class::Entity> {
    use training_class::Column;
    training_class::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Number, Column::OrganisationId, Column::Trainer, Column::TrainerId])
        .filter(Column::Id.ne(class.id))
        .filter(Column::StartsOn.lte(class.ends_on))
        .filter(Column::EndsOn.gte(class.starts_on))
        .filter(Column::Status.is_in([ClassStatus::Running, ClassStatus::Ended, ClassStatus::Closed]))
}

/// Classes of these institutions that are taught on the days of one.
pub(super) async fn taught_beside(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    organisations: &[OrganisationId],
) -> Result<Vec<Near>> {
    let of = training_class::Column::OrganisationId.is_in(organisations.iter().copied());
    Ok(near(class).filter(of).into_model::<Near>().all(db).await?)
}

/// A seat in this class, and one of the same person in a class of the same days.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct TwoSeats {
    pub seat: EnrolmentId,
    pub other_seat: EnrolmentId,
    pub other_class: ClassId,
    pub number: String,
}

pub(super) async fn two_seats(db: &impl ConnectionTrait, class: &training_class::Model) -> Result<Vec<TwoSeats>> {
    let sql = "SELECT e.id AS seat, o.id AS other_seat, c.id AS other_class, c.number AS number FROM enrolment e \
               JOIN enrolment o ON o.person_id = e.person_id AND o.class_id <> e.class_id \
               JOIN training_class c ON c.id = o.class_id \
               WHERE e.class_id = $1 AND c.starts_on <= $2 AND c.ends_on >= $3";
    let values = [class.id.0.into(), class.ends_on.into(), class.starts_on.into()];
    let sql = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(TwoSeats::find_by_statement(sql).all(db).await?)
}

/// Sessions of these classes that were held.
pub(super) async fn held(db: &impl ConnectionTrait, classes: &[ClassId]) -> Result<Vec<class_session::Model>> {
    let mut held = Vec::new();
    for classes in classes.chunks(KEYS) {
        let some = class_session::Entity::find()
            .filter(class_session::Column::ClassId.is_in(classes.iter().copied()))
            .filter(class_session::Column::Status.eq(ClassSessionStatus::Held));
        held.extend(some.all(db).await?);
    }
    Ok(held)
}

/// Marks of these seats that credit something.
pub(super) async fn marks_of(db: &impl ConnectionTrait, seats: &[EnrolmentId]) -> Result<Vec<attendance_mark::Model>> {
    let mut marks = Vec::new();
    for seats in seats.chunks(KEYS) {
        let some = attendance_mark::Entity::find()
            .filter(attendance_mark::Column::EnrolmentId.is_in(seats.iter().copied()))
            .filter(attendance_mark::Column::Minutes.gt(0));
        marks.extend(some.all(db).await?);
    }
    Ok(marks)
}

/// The hashes of the identity numbers of these trainers.
pub(super) async fn numbers(db: &impl ConnectionTrait, ids: &[TrainerId]) -> Result<HashMap<TrainerId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(TrainerId, String)> = trainer::Entity::find()
        .select_only()
        .columns([trainer::Column::Id, trainer::Column::IdIndex])
        .filter(trainer::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The institutions for which people with these numbers teach.
pub(super) async fn employers(db: &impl ConnectionTrait, numbers: &[String]) -> Result<Vec<OrganisationId>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    Ok(trainer::Entity::find()
        .select_only()
        .column(trainer::Column::OrganisationId)
        .distinct()
        .filter(trainer::Column::IdIndex.is_in(numbers.iter().cloned()))
        .into_tuple()
        .all(db)
        .await?)
}
