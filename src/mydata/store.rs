//! Every row about one person, who asks himself: each query starts from his own id.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    assessment, attendance_mark, certificate, claim_line, class_session, completion, enrolment, hire, household,
    message, person, service_event, training_class,
    values::{AccountId, ClassId, EnrolmentId, PersonId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::access::Scope;
use crate::base::Result;
use crate::people;

/// Rows of one kind that are told; nobody has so many.
pub(super) const MOST: u64 = 2_000;

pub(crate) async fn person(db: &impl ConnectionTrait, id: PersonId) -> Result<person::Model> {
    people::visible(db, &Scope::Person(id), id).await
}

pub(crate) async fn household(db: &impl ConnectionTrait, person: &person::Model) -> Result<Option<household::Model>> {
    match person.household_id {
        Some(id) => Ok(household::Entity::find_by_id(id).one(db).await?),
        None => Ok(None),
    }
}

pub(crate) async fn services(db: &impl ConnectionTrait, id: PersonId) -> Result<Vec<service_event::Model>> {
    let own = service_event::Entity::find().filter(service_event::Column::PersonId.eq(id));
    Ok(own.order_by_asc(service_event::Column::HeldOn).limit(MOST).all(db).await?)
}

pub(crate) async fn enrolments(db: &impl ConnectionTrait, id: PersonId) -> Result<Vec<enrolment::Model>> {
    let own = enrolment::Entity::find().filter(enrolment::Column::PersonId.eq(id));
    Ok(own.order_by_asc(enrolment::Column::CreatedAt).limit(MOST).all(db).await?)
}

/// For the classes of the person's own seats.
pub(crate) async fn classes(db: &impl ConnectionTrait, ids: &[ClassId]) -> Result<Vec<training_class::Model>> {
    let named = training_class::Entity::find().filter(training_class::Column::Id.is_in(ids.iter().copied()));
    Ok(named.all(db).await?)
}

/// The marks of the person's own seats, with their sessions.
pub(crate) async fn marks(
    db: &impl ConnectionTrait,
    seats: &[EnrolmentId],
) -> Result<Vec<(attendance_mark::Model, Option<class_session::Model>)>> {
    let session = attendance_mark::Entity::belongs_to(class_session::Entity)
        .from(attendance_mark::Column::SessionId)
        .to(class_session::Column::Id)
        .into();
    let own = attendance_mark::Entity::find()
        .filter(attendance_mark::Column::EnrolmentId.is_in(seats.iter().copied()))
        .join(sea_orm::JoinType::LeftJoin, session)
        .select_also(class_session::Entity);
    Ok(own.limit(MOST).all(db).await?)
}

pub(crate) async fn assessments(db: &impl ConnectionTrait, seats: &[EnrolmentId]) -> Result<Vec<assessment::Model>> {
    let own = assessment::Entity::find().filter(assessment::Column::EnrolmentId.is_in(seats.iter().copied()));
    Ok(own.order_by_asc(assessment::Column::Attempt).limit(MOST).all(db).await?)
}

pub(crate) async fn completions(db: &impl ConnectionTrait, id: PersonId) -> Result<Vec<completion::Model>> {
    let own = completion::Entity::find().filter(completion::Column::PersonId.eq(id));
    Ok(own.order_by_asc(completion::Column::CompletedOn).limit(MOST).all(db).await?)
}

pub(crate) async fn certificates(db: &impl ConnectionTrait, seats: &[EnrolmentId]) -> Result<Vec<certificate::Model>> {
    let own = certificate::Entity::find().filter(certificate::Column::EnrolmentId.is_in(seats.iter().copied()));
    Ok(own.order_by_asc(certificate::Column::IssuedOn).limit(MOST).all(db).await?)
}

/// Money keeps the name of the record for which it was claimed, also when that went into another one.
pub(crate) async fn claim_lines(db: &impl ConnectionTrait, id: PersonId) -> Result<Vec<claim_line::Model>> {
    let mut records = vec![id];
    records.extend(people::merged_into(db, &[id]).await?.into_keys());
    let own = claim_line::Entity::find().filter(claim_line::Column::PersonId.is_in(records));
    Ok(own.order_by_asc(claim_line::Column::Id).limit(MOST).all(db).await?)
}

pub(crate) async fn hires(db: &impl ConnectionTrait, id: PersonId) -> Result<Vec<hire::Model>> {
    Ok(hire::Entity::find().filter(hire::Column::PersonId.eq(id)).limit(MOST).all(db).await?)
}

pub(crate) async fn messages(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<message::Model>> {
    let own = message::Entity::find().filter(message::Column::AccountId.eq(account));
    Ok(own.order_by_desc(message::Column::CreatedAt).limit(MOST).all(db).await?)
}
