//! Every query on venues and trainers.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    class_session, trainer, training_class,
    values::{ClassId, ClassSessionStatus, ClassStatus, OrganisationId, Programme, RegisterStatus, TrainerId, VenueId},
    venue,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, sea_query::Expr,
};

use crate::access::{Scope, within};
use crate::base::{Error, Result};
use crate::data::{Work, changing};

/// Of one institution so many are offered for choosing.
const CHOICES: u64 = 500;

fn venues_visible_to(scope: &Scope) -> Select<venue::Entity> {
    venue::Entity::find().filter(scope.over(venue::Column::AreaCode, Some(venue::Column::OrganisationId), None))
}

fn trainers_visible_to(scope: &Scope) -> Select<trainer::Entity> {
    trainer::Entity::find().filter(scope.over(trainer::Column::AreaCode, Some(trainer::Column::OrganisationId), None))
}

pub(crate) async fn venue(db: &impl ConnectionTrait, scope: &Scope, id: VenueId) -> Result<venue::Model> {
    venues_visible_to(scope).filter(venue::Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("venue"))
}

pub(crate) async fn trainer(db: &impl ConnectionTrait, scope: &Scope, id: TrainerId) -> Result<trainer::Model> {
    trainers_visible_to(scope).filter(trainer::Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("trainer"))
}

/// Which rows a list shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought<'a, K> {
    pub status: Option<RegisterStatus>,
    pub area: Option<&'a str>,
    pub after: Option<K>,
}

/// So many, newest first.
pub(crate) async fn list_venues(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought<'_, VenueId>,
    limit: u64,
) -> Result<Vec<venue::Model>> {
    let mut rows = venues_visible_to(scope);
    if let Some(status) = sought.status {
        rows = rows.filter(venue::Column::Status.eq(status));
    }
    if let Some(area) = sought.area {
        rows = rows.filter(within(venue::Column::AreaCode, area));
    }
    if let Some(after) = sought.after {
        rows = rows.filter(venue::Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(venue::Column::Id).limit(limit).all(db).await?)
}

/// So many, newest first.
pub(crate) async fn list_trainers(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought<'_, TrainerId>,
    limit: u64,
) -> Result<Vec<trainer::Model>> {
    let mut rows = trainers_visible_to(scope);
    if let Some(status) = sought.status {
        rows = rows.filter(trainer::Column::Status.eq(status));
    }
    if let Some(area) = sought.area {
        rows = rows.filter(within(trainer::Column::AreaCode, area));
    }
    if let Some(after) = sought.after {
        rows = rows.filter(trainer::Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(trainer::Column::Id).limit(limit).all(db).await?)
}

/// The active venues of an institution, for choosing.
pub(crate) async fn venues_of(db: &impl ConnectionTrait, institution: OrganisationId) -> Result<Vec<venue::Model>> {
    Ok(venues_visible_to(&Scope::Organisation(institution))
        .filter(venue::Column::Status.eq(RegisterStatus::Active))
        .order_by_desc(venue::Column::Id)
        .limit(CHOICES)
        .all(db)
        .await?)
}

/// The active trainers of an institution, for choosing.
pub(crate) async fn trainers_of(db: &impl ConnectionTrait, institution: OrganisationId) -> Result<Vec<trainer::Model>> {
    Ok(trainers_visible_to(&Scope::Organisation(institution))
        .filter(trainer::Column::Status.eq(RegisterStatus::Active))
        .order_by_desc(trainer::Column::Id)
        .limit(CHOICES)
        .all(db)
        .await?)
}

/// Venues by id, whatever their state, for those who may see what is taught there.
pub(crate) async fn venues(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = VenueId>,
) -> Result<HashMap<VenueId, venue::Model>> {
    let mut found = HashMap::new();
    for chunk in distinct(ids).chunks(1_000) {
        let rows = venue::Entity::find().filter(venue::Column::Id.is_in(chunk.iter().copied())).all(db).await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

/// Trainers by id, whatever their state, for those who may see what they teach.
pub(crate) async fn trainers(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = TrainerId>,
) -> Result<HashMap<TrainerId, trainer::Model>> {
    let mut found = HashMap::new();
    for chunk in distinct(ids).chunks(1_000) {
        let rows = trainer::Entity::find().filter(trainer::Column::Id.is_in(chunk.iter().copied())).all(db).await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

fn distinct<T: Ord>(ids: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn same_people(trainers: &[trainer::Model]) -> Select<trainer::Entity> {
    let people = distinct(trainers.iter().map(|trainer| trainer.id_index.as_str()));
    trainer::Entity::find().filter(trainer::Column::IdIndex.is_in(people)).order_by_asc(trainer::Column::Id)
}

fn same_rooms(venues: &[venue::Model]) -> Select<venue::Entity> {
    let rooms = distinct(venues.iter().map(|venue| (venue.area_code.as_str(), venue.address.as_str())));
    let there = rooms.into_iter().fold(Condition::any(), |any, (area, address)| {
        any.add(Condition::all().add(venue::Column::AreaCode.eq(area)).add(venue::Column::Address.eq(address)))
    });
    venue::Entity::find().filter(there).order_by_asc(venue::Column::Id)
}

/// Every entry of these people, in whatever institution.
pub(crate) async fn of_same_people(
    db: &impl ConnectionTrait,
    trainers: &[trainer::Model],
) -> Result<Vec<trainer::Model>> {
    if trainers.is_empty() {
        return Ok(Vec::new());
    }
    Ok(same_people(trainers).all(db).await?)
}

/// Every entry of these rooms, by whatever institution: one address is one room.
pub(crate) async fn in_same_rooms(db: &impl ConnectionTrait, venues: &[venue::Model]) -> Result<Vec<venue::Model>> {
    if venues.is_empty() {
        return Ok(Vec::new());
    }
    Ok(same_rooms(venues).all(db).await?)
}

/// Holds people and rooms until the work is done, so that of two plans at once the later one sees the earlier. The embedded
/// database writes one work at a time anyway.
pub(crate) async fn hold(work: &Work, trainers: &[trainer::Model], venues: &[venue::Model]) -> Result<()> {
    if !trainers.is_empty() {
        let ids = same_people(trainers).select_only().column(trainer::Column::Id).lock_exclusive();
        ids.into_tuple::<TrainerId>().all(work.db()).await?;
    }
    if !venues.is_empty() {
        let ids = same_rooms(venues).select_only().column(venue::Column::Id).lock_exclusive();
        ids.into_tuple::<VenueId>().all(work.db()).await?;
    }
    Ok(())
}

/// Another active entry of the institution at that address.
pub(crate) async fn has_address(
    db: &impl ConnectionTrait,
    institution: OrganisationId,
    (area, address): (&str, &str),
    but: Option<VenueId>,
) -> Result<bool> {
    let mut rows = venues_visible_to(&Scope::Organisation(institution))
        .filter(venue::Column::AreaCode.eq(area))
        .filter(venue::Column::Address.eq(address))
        .filter(venue::Column::Status.eq(RegisterStatus::Active));
    if let Some(but) = but {
        rows = rows.filter(venue::Column::Id.ne(but));
    }
    Ok(rows.count(db).await? > 0)
}

/// Another active entry of that person for that trade in the institution.
pub(crate) async fn has_paper(
    db: &impl ConnectionTrait,
    institution: OrganisationId,
    id_index: &str,
    (programme, occupation): (Programme, &str),
    but: Option<TrainerId>,
) -> Result<bool> {
    let mut rows = trainers_visible_to(&Scope::Organisation(institution))
        .filter(trainer::Column::IdIndex.eq(id_index))
        .filter(trainer::Column::Programme.eq(programme))
        .filter(trainer::Column::Occupation.eq(occupation))
        .filter(trainer::Column::Status.eq(RegisterStatus::Active));
    if let Some(but) = but {
        rows = rows.filter(trainer::Column::Id.ne(but));
    }
    Ok(rows.count(db).await? > 0)
}

/// Whether sessions to come of approved classes need what meets the condition.
async fn is_needed(db: &impl ConnectionTrait, what: Condition, now: DateTime<Utc>) -> Result<bool> {
    let classes: Vec<ClassId> = class_session::Entity::find()
        .select_only()
        .column(class_session::Column::ClassId)
        .filter(what)
        .filter(class_session::Column::StartsAt.gt(now))
        .filter(class_session::Column::Status.eq(ClassSessionStatus::Planned))
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    for chunk in classes.chunks(1_000) {
        let live = training_class::Entity::find()
            .filter(training_class::Column::Id.is_in(chunk.iter().copied()))
            .filter(training_class::Column::Status.is_in([ClassStatus::Approved, ClassStatus::Running]));
        if live.count(db).await? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) async fn venue_is_needed(db: &impl ConnectionTrait, id: VenueId, now: DateTime<Utc>) -> Result<bool> {
    is_needed(db, Condition::all().add(class_session::Column::VenueId.eq(id)), now).await
}

pub(crate) async fn trainer_is_needed(db: &impl ConnectionTrait, id: TrainerId, now: DateTime<Utc>) -> Result<bool> {
    is_needed(db, Condition::all().add(class_session::Column::TrainerId.eq(id)), now).await
}

pub(crate) async fn insert_venue(work: &Work, row: venue::Model) -> Result<()> {
    venue::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

pub(crate) async fn insert_trainer(work: &Work, row: trainer::Model) -> Result<()> {
    trainer::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Compare-and-set: writes a venue as it is to be.
///
/// # Errors
/// `Stale` where it was changed meanwhile.
pub(crate) async fn write_venue(work: &Work, was: &venue::Model, is: &venue::Model) -> Result<()> {
    use venue::Column;
    let set = [
        (Column::Name, Expr::value(is.name.as_str())),
        (Column::Address, Expr::value(is.address.as_str())),
        (Column::AreaCode, Expr::value(is.area_code.as_str())),
        (Column::Capacity, Expr::value(is.capacity)),
        (Column::LatitudeE6, Expr::value(is.latitude_e6)),
        (Column::LongitudeE6, Expr::value(is.longitude_e6)),
        (Column::RadiusM, Expr::value(is.radius_m)),
        (Column::Status, Expr::value(is.status)),
    ];
    changing::change(work, was, set).await
}

/// Compare-and-set: writes a trainer as he is to be.
///
/// # Errors
/// `Stale` where the entry was changed meanwhile.
pub(crate) async fn write_trainer(work: &Work, was: &trainer::Model, is: &trainer::Model) -> Result<()> {
    use trainer::Column;
    let set = [
        (Column::Name, Expr::value(is.name.as_str())),
        (Column::Programme, Expr::value(is.programme)),
        (Column::Occupation, Expr::value(is.occupation.as_str())),
        (Column::Qualification, Expr::value(is.qualification.as_str())),
        (Column::QualificationNo, Expr::value(is.qualification_no.as_str())),
        (Column::ValidFrom, Expr::value(is.valid_from)),
        (Column::ValidTo, Expr::value(is.valid_to)),
        (Column::Status, Expr::value(is.status)),
    ];
    changing::change(work, was, set).await
}
