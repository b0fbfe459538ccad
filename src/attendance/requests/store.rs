//! Every query on requests and their pictures.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    enrolment, mark_photo, mark_request,
    values::{ClassId, MarkRequestId, MarkRequestKind, MarkRequestStatus, PhotoId, Role, SessionId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, Query},
};

use crate::access::{Scope, within};
use crate::base::{Error, Result};
use crate::data::{Vault, Work, changing};
use crate::web::Photo;

use mark_request::Column;

/// What pictures are sealed for.
pub(super) const PHOTO: &str = "mark_photo.sealed";

/// Requests of classes in sight, and those about people in sight.
fn visible_to(scope: &Scope) -> Select<mark_request::Entity> {
    let seats = |of: Condition| {
        let seats = Query::select().column(enrolment::Column::Id).from(enrolment::Entity).cond_where(of).to_owned();
        Condition::all().add(Column::EnrolmentId.in_subquery(seats))
    };
    let seen = match scope {
        Scope::Person(person) => seats(Condition::all().add(enrolment::Column::PersonId.eq(*person))),
        scope => scope.over(Column::AreaCode, Some(Column::OrganisationId), None),
    };
    mark_request::Entity::find().filter(seen)
}

/// A village worker sees the requests about people of the village, wherever their class is.
fn about_people_in(area: &str) -> Select<mark_request::Entity> {
    let seats = Query::select()
        .column(enrolment::Column::Id)
        .from(enrolment::Entity)
        .cond_where(within(enrolment::Column::AreaCode, area))
        .to_owned();
    mark_request::Entity::find().filter(Column::EnrolmentId.in_subquery(seats))
}

/// What an actor may see.
pub(super) fn seen_by(actor: &crate::access::Actor) -> Select<mark_request::Entity> {
    match (actor.role, actor.scope()) {
        (Role::VillageWorker, Scope::Area(area)) => about_people_in(&area),
        (_, scope) => visible_to(&scope),
    }
}

pub(super) async fn visible(
    db: &impl ConnectionTrait,
    actor: &crate::access::Actor,
    id: MarkRequestId,
) -> Result<mark_request::Model> {
    seen_by(actor).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("mark request"))
}

/// The newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    actor: &crate::access::Actor,
    status: Option<MarkRequestStatus>,
    after: Option<MarkRequestId>,
    limit: u64,
) -> Result<Vec<mark_request::Model>> {
    let mut query = seen_by(actor);
    if let Some(status) = status {
        query = query.filter(Column::Status.eq(status));
    }
    if let Some(after) = after {
        query = query.filter(Column::Id.lt(after));
    }
    Ok(query.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// How many of these kinds wait.
pub(super) async fn waiting(
    db: &impl ConnectionTrait,
    actor: &crate::access::Actor,
    kinds: &[MarkRequestKind],
) -> Result<u64> {
    Ok(seen_by(actor)
        .filter(Column::Status.eq(MarkRequestStatus::Asked))
        .filter(Column::Kind.is_in(kinds.iter().copied()))
        .count(db)
        .await?)
}

pub(in crate::attendance) async fn of_session(
    db: &impl ConnectionTrait,
    session: SessionId,
) -> Result<Vec<mark_request::Model>> {
    Ok(mark_request::Entity::find().filter(Column::SessionId.eq(session)).order_by_asc(Column::Id).all(db).await?)
}

/// How many requests of a class wait.
pub(in crate::attendance) async fn open_in(db: &impl ConnectionTrait, class: ClassId) -> Result<u64> {
    Ok(mark_request::Entity::find()
        .filter(Column::ClassId.eq(class))
        .filter(Column::Status.eq(MarkRequestStatus::Asked))
        .count(db)
        .await?)
}

/// How many marks of a class were made by hand, or wait for it.
pub(super) async fn by_hand_in(db: &impl ConnectionTrait, class: ClassId) -> Result<i64> {
    let count = mark_request::Entity::find()
        .filter(Column::ClassId.eq(class))
        .filter(Column::Kind.eq(MarkRequestKind::ByHand))
        .filter(Column::Status.is_in([MarkRequestStatus::Asked, MarkRequestStatus::Approved]))
        .count(db)
        .await?;
    i64::try_from(count).map_err(Error::internal)
}

pub(super) async fn insert(work: &Work, row: mark_request::Model) -> Result<()> {
    mark_request::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

pub(super) async fn insert_photo(work: &Work, vault: &Vault, photo: &Photo) -> Result<PhotoId> {
    let id = PhotoId::new();
    let sealed = vault.seal(PHOTO, id, &photo.bytes)?;
    let row = mark_photo::Model { id, sealed, sha256: photo.sha256.clone(), created_at: work.now };
    mark_photo::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(id)
}

pub(super) async fn photo(db: &impl ConnectionTrait, vault: &Vault, id: PhotoId) -> Result<Vec<u8>> {
    let row = mark_photo::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("photo"))?;
    vault.open(PHOTO, id, &row.sealed)
}

/// Compare and set.
///
/// # Errors
/// `Stale` where it moved meanwhile.
pub(super) async fn decide(
    work: &Work,
    row: &mark_request::Model,
    to: MarkRequestStatus,
    by: entities::values::AccountId,
    answer: Option<&str>,
) -> Result<()> {
    let set = [
        (Column::Status, Expr::value(to)),
        (Column::DecidedBy, Expr::value(by.0)),
        (Column::DecidedAt, Expr::value(work.now)),
        (Column::Answer, Expr::value(answer)),
    ];
    changing::change(work, row, set).await
}
