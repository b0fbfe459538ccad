//! Every query on inspections, their pictures, and the ties that keep somebody from inspecting.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    audit_event, inspection, inspection_photo, person, trainer,
    values::{
        AccountId, ClassId, InspectionId, InspectionPhotoId, InspectionStatus, OrganisationId, PersonId, Role, VenueId,
    },
    venue,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, Query},
};

use crate::access::{Actor, Scope};
use crate::base::{Error, Place, Result};
use crate::data::{SealedColumn, Vault, Work, changing};
use crate::web::Photo;

use inspection::Column;

/// What notes and pictures are sealed for.
const NOTES: &str = "inspection.sealed";
const PHOTO: &str = "inspection_photo.sealed";

/// What inspectors wrote down.
pub const SEALED_NOTES: SealedColumn =
    SealedColumn { table: "inspection", column: "sealed", place: NOTES, hashes: &[], hash: |_, _| Ok(Vec::new()) };
/// The pictures that they took.
pub const SEALED_PHOTOS: SealedColumn = SealedColumn {
    table: "inspection_photo",
    column: "sealed",
    place: PHOTO,
    hashes: &[],
    hash: |_, _| Ok(Vec::new()),
};

fn visible_to(scope: &Scope) -> Select<inspection::Entity> {
    inspection::Entity::find().filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), None))
}

/// An inspection is unannounced: before it is done, and when it is cancelled, it is for those alone who inspect or audit.
pub(super) fn sees_plans(actor: &Actor) -> bool {
    matches!(actor.role, Role::CountyChecker | Role::Supervisor | Role::Auditor)
}

/// What an actor may see.
fn seen_by(actor: &Actor) -> Select<inspection::Entity> {
    let seen = visible_to(&actor.scope());
    if sees_plans(actor) { seen } else { seen.filter(Column::Status.eq(InspectionStatus::Done)) }
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn visible(db: &impl ConnectionTrait, actor: &Actor, id: InspectionId) -> Result<inspection::Model> {
    seen_by(actor).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("inspection"))
}

/// Which inspections a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sought {
    pub class: Option<ClassId>,
    pub status: Option<InspectionStatus>,
    pub after: Option<InspectionId>,
}

/// The newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    sought: Sought,
    limit: u64,
) -> Result<Vec<inspection::Model>> {
    let mut rows = seen_by(actor);
    if let Some(class) = sought.class {
        rows = rows.filter(Column::ClassId.eq(class));
    }
    if let Some(status) = sought.status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(after) = sought.after {
        rows = rows.filter(Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// What somebody planned and did not do yet.
pub(super) async fn planned_by(db: &impl ConnectionTrait, actor: &Actor, limit: u64) -> Result<Vec<inspection::Model>> {
    Ok(seen_by(actor)
        .filter(Column::InspectorId.eq(actor.account))
        .filter(Column::Status.eq(InspectionStatus::Planned))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// What is done and can still change, so many behind an id.
pub(super) async fn unsettled(
    db: &impl ConnectionTrait,
    after: Option<InspectionId>,
    limit: u64,
) -> Result<Vec<inspection::Model>> {
    let mut rows = visible_to(&Scope::System)
        .filter(Column::SettledAt.is_null())
        .filter(Column::Status.eq(InspectionStatus::Done));
    if let Some(after) = after {
        rows = rows.filter(Column::Id.gt(after));
    }
    Ok(rows.order_by_asc(Column::Id).limit(limit).all(db).await?)
}

/// # Errors
/// `NotFound`.
pub(super) async fn by_id(db: &impl ConnectionTrait, id: InspectionId) -> Result<inspection::Model> {
    visible_to(&Scope::System).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("inspection"))
}

/// Whether a person is one of an organisation's trainers: whoever teaches is known by the hash of the identity number.
pub(super) async fn teaches_for(
    db: &impl ConnectionTrait,
    person: PersonId,
    organisation: OrganisationId,
) -> Result<bool> {
    let hash = Query::select()
        .column(person::Column::IdIndex)
        .from(person::Entity)
        .and_where(person::Column::Id.eq(person))
        .to_owned();
    let trainers = trainer::Entity::find()
        .filter(trainer::Column::OrganisationId.eq(organisation))
        .filter(trainer::Column::IdIndex.in_subquery(hash));
    Ok(trainers.count(db).await? > 0)
}

/// Whether an account approved a class.
pub(super) async fn approved(db: &impl ConnectionTrait, account: AccountId, class: ClassId) -> Result<bool> {
    let deeds = audit_event::Entity::find()
        .filter(audit_event::Column::ObjectId.eq(class.to_string()))
        .filter(audit_event::Column::Noun.eq("class"))
        .filter(audit_event::Column::Action.eq("approve"))
        .filter(audit_event::Column::ActorId.eq(account));
    Ok(deeds.count(db).await? > 0)
}

/// Where a room is, if somebody measured it.
pub(super) async fn place_of(db: &impl ConnectionTrait, id: VenueId) -> Result<Option<Place>> {
    match venue::Entity::find_by_id(id).one(db).await? {
        Some(room) => Place::of(room.latitude_e6, room.longitude_e6),
        None => Ok(None),
    }
}

pub(super) fn seal_notes(vault: &Vault, id: InspectionId, text: &str) -> Result<Vec<u8>> {
    vault.seal(NOTES, id, text.as_bytes())
}

pub(super) fn open_notes(vault: &Vault, row: &inspection::Model) -> Result<String> {
    String::from_utf8(vault.open(NOTES, row.id, &row.sealed)?).map_err(Error::internal)
}

pub(super) async fn insert(work: &Work, row: inspection::Model) -> Result<()> {
    inspection::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

pub(super) async fn photos(db: &impl ConnectionTrait, id: InspectionId) -> Result<Vec<InspectionPhotoId>> {
    Ok(inspection_photo::Entity::find()
        .select_only()
        .column(inspection_photo::Column::Id)
        .filter(inspection_photo::Column::InspectionId.eq(id))
        .order_by_asc(inspection_photo::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

pub(super) async fn insert_photo(work: &Work, vault: &Vault, of: InspectionId, photo: &Photo) -> Result<()> {
    let id = InspectionPhotoId::new();
    let sealed = vault.seal(PHOTO, id, &photo.bytes)?;
    let row =
        inspection_photo::Model { id, inspection_id: of, sealed, sha256: photo.sha256.clone(), created_at: work.now };
    inspection_photo::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// # Errors
/// `NotFound` for a picture of another inspection.
pub(super) async fn photo(
    db: &impl ConnectionTrait,
    vault: &Vault,
    of: InspectionId,
    id: InspectionPhotoId,
) -> Result<Vec<u8>> {
    let row = inspection_photo::Entity::find_by_id(id)
        .filter(inspection_photo::Column::InspectionId.eq(of))
        .one(db)
        .await?
        .ok_or(Error::NotFound("photo"))?;
    vault.open(PHOTO, id, &row.sealed)
}

/// Compare and set, with what else changes.
///
/// # Errors
/// `Stale` where it moved meanwhile.
pub(super) async fn change(work: &Work, row: &inspection::Model, set: Vec<(Column, Expr)>) -> Result<()> {
    changing::change(work, row, set).await
}
