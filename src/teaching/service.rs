//! Keeping the registers: entering, changing, retiring.

use chrono::Days;
use entities::{
    trainer,
    values::{AreaLevel, OrganisationId, RegisterStatus, TrainerId, VenueId},
    venue,
};
use sea_orm::ConnectionTrait;
use serde_json::{Map, Value, json};
use validator::Validate;

use crate::access::{Actor, Can};
use crate::areas::{Atlas, contains, level_of};
use crate::base::identity::fold;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Place, Result};
use crate::data::rekeying::require_one_key;
use crate::data::{Audit, Vault, Work};
use crate::organisations;
use crate::people;
use crate::policy::{Rule, RuleBook, is_occupation};
use crate::teaching::forms::{NewTrainer, NewVenue, Papers};
use crate::teaching::lifecycle::RegisterAction;
use crate::teaching::rights::KeepRegisters;
use crate::teaching::rules;
use crate::teaching::store;
use crate::teaching::views::seal;

/// Where a venue is, if somebody measured it.
pub(crate) fn place_of(venue: &venue::Model) -> Option<Place> {
    Some(Place { latitude_e6: venue.latitude_e6?, longitude_e6: venue.longitude_e6? })
}

/// The trainer of the caller's own institution, with all entries of the same person there.
///
/// # Errors
/// `NotFound` out of sight.
pub(crate) async fn trainer_of_caller(
    db: &impl ConnectionTrait,
    by: &Can<KeepRegisters>,
    id: TrainerId,
) -> Result<Vec<trainer::Model>> {
    let one = store::trainer(db, &by.scope(), id).await?;
    let institution = one.organisation_id;
    let all = store::of_same_people(db, std::slice::from_ref(&one)).await?;
    Ok(all.into_iter().filter(|row| row.organisation_id == institution).collect())
}

fn record(
    by: &Actor,
    work: &Work,
    action: &'static str,
    noun: &'static str,
    id: impl std::fmt::Display,
    detail: Value,
) {
    let area = by.area.as_str();
    work.record(Audit::of(action, noun, id).by(by).area(area).detail(detail));
}

async fn institution(by: &Can<KeepRegisters>, work: &Work) -> Result<entities::organisation::Model> {
    organisations::require_active(work.db(), by.organisation.ok_or(Error::Forbidden)?).await
}

/// What changed, old and new, of fields that count.
fn changes<const N: usize>(fields: [(&str, Value, Value); N]) -> Value {
    let changed = fields.into_iter().filter(|(_, old, new)| old != new);
    Value::Object(
        changed.map(|(name, old, new)| (name.to_owned(), json!({ "old": old, "new": new }))).collect::<Map<_, _>>(),
    )
}

/// A venue as the input says, over what it was or a blank.
async fn venue_as(
    work: &Work,
    atlas: &Atlas,
    institution: &entities::organisation::Model,
    new: &NewVenue,
    was: venue::Model,
) -> Result<venue::Model> {
    new.validate()?;
    let place = Place::of(new.latitude, new.longitude)?;
    let narrow = !matches!(level_of(&new.area_code), None | Some(AreaLevel::Province | AreaLevel::Prefecture));
    let own = narrow && contains(&institution.area_code, &new.area_code);
    if !own || !atlas.exists(&new.area_code, work.today()) {
        return Err(Error::invalid("area_code", "invalid.area"));
    }
    let radius = if let Some(radius) = new.radius_m {
        radius
    } else {
        let radius = RuleBook::load(work.db()).await?.value(Rule::VenueRadius, &new.area_code, work.today())?;
        i32::try_from(radius).map_err(Error::internal)?
    };
    let address = fold(&new.address);
    let but = (was.version > 0).then_some(was.id);
    if store::has_address(work.db(), institution.id, (&new.area_code, &address), but).await? {
        return Err(Error::invalid("address", "invalid.address_taken"));
    }
    Ok(venue::Model {
        area_code: new.area_code.clone(),
        name: new.name.trim().to_owned(),
        address,
        capacity: new.capacity,
        latitude_e6: place.map(|place| place.latitude_e6),
        longitude_e6: place.map(|place| place.longitude_e6),
        radius_m: radius,
        ..was
    })
}

/// Enters a venue.
///
/// # Errors
/// `organisation.suspended`; `Invalid`.
pub(crate) async fn add_venue(by: &Can<KeepRegisters>, work: &Work, atlas: &Atlas, new: &NewVenue) -> Result<VenueId> {
    let institution = institution(by, work).await?;
    let id = VenueId::new();
    let blank = venue::Model {
        id,
        organisation_id: institution.id,
        area_code: String::new(),
        name: String::new(),
        address: String::new(),
        capacity: 0,
        latitude_e6: None,
        longitude_e6: None,
        radius_m: 0,
        status: RegisterStatus::Active,
        created_by: by.account,
        created_at: work.now,
        version: 0,
    };
    let row = venue::Model { version: 1, ..venue_as(work, atlas, &institution, new, blank).await? };
    record(by, work, "register", "venue", id, json!({ "capacity": row.capacity, "address": row.address }));
    store::insert_venue(work, row).await?;
    Ok(id)
}

/// Changes a venue; what counts stands in the audit with old and new.
///
/// # Errors
/// `NotFound`; `move.illegal` for one that is retired; `venue.needed` where it would move or shrink under a session to come;
/// `Invalid`; `Stale`.
pub(crate) async fn change_venue(
    by: &Can<KeepRegisters>,
    work: &Work,
    atlas: &Atlas,
    id: VenueId,
    new: &NewVenue,
) -> Result<()> {
    let was = store::venue(work.db(), &by.scope(), id).await?;
    was.status.after(RegisterAction::Retire)?;
    let institution = institution(by, work).await?;
    let is = venue_as(work, atlas, &institution, new, was.clone()).await?;
    // What an approved class was promised stays so: the room where it is, and no smaller.
    store::hold(work, &[], &[was.clone(), is.clone()]).await?;
    let moved = (&is.area_code, &is.address) != (&was.area_code, &was.address);
    if (moved || is.capacity < was.capacity) && store::venue_is_needed(work.db(), id, work.now).await? {
        return Err(Error::refused("venue.needed"));
    }
    store::write_venue(work, &was, &is).await?;
    let position = |venue: &venue::Model| json!(place_of(venue).map(|place| place.to_string()));
    let changed = changes([
        ("address", json!(was.address), json!(is.address)),
        ("area_code", json!(was.area_code), json!(is.area_code)),
        ("capacity", json!(was.capacity), json!(is.capacity)),
        ("position", position(&was), position(&is)),
        ("radius_m", json!(was.radius_m), json!(is.radius_m)),
    ]);
    record(by, work, "change", "venue", id, json!({ "version": was.version + 1, "changed": changed }));
    Ok(())
}

/// Retires a venue that no session to come needs.
///
/// # Errors
/// `NotFound`; `move.illegal`; `venue.needed`; `Stale`.
pub(crate) async fn retire_venue(by: &Can<KeepRegisters>, work: &Work, id: VenueId) -> Result<()> {
    let was = store::venue(work.db(), &by.scope(), id).await?;
    let status = was.status.after(RegisterAction::Retire)?;
    store::hold(work, &[], std::slice::from_ref(&was)).await?;
    if store::venue_is_needed(work.db(), id, work.now).await? {
        return Err(Error::refused("venue.needed"));
    }
    store::write_venue(work, &was, &venue::Model { status, ..was.clone() }).await?;
    record(by, work, RegisterAction::Retire.into(), "venue", id, json!({}));
    Ok(())
}

/// A trainer as the input says, over what the entry was or a blank.
async fn trainer_as(
    work: &Work,
    institution: OrganisationId,
    papers: &Papers,
    was: trainer::Model,
) -> Result<trainer::Model> {
    papers.validate()?;
    if !is_occupation(&papers.occupation) {
        return Err(Error::invalid("occupation", "invalid.choice"));
    }
    let end = papers.valid_to.map(|last| {
        let end = last.checked_add_days(Days::new(1)).filter(|_| last >= papers.valid_from);
        end.ok_or_else(|| Error::invalid("valid_to", "invalid.end_before_start"))
    });
    let valid_to = end.transpose()?;
    let but = (was.version > 0).then_some(was.id);
    let trade = (papers.programme, papers.occupation.as_str());
    if store::has_paper(work.db(), institution, &was.id_index, trade, but).await? {
        return Err(Error::invalid("occupation", "invalid.trainer_twice"));
    }
    Ok(trainer::Model {
        name: papers.name.trim().to_owned(),
        programme: papers.programme,
        occupation: papers.occupation.clone(),
        qualification: papers.qualification.trim().to_owned(),
        qualification_no: papers.qualification_no.trim().to_owned(),
        valid_from: papers.valid_from,
        valid_to,
        ..was
    })
}

/// Enters a trainer. Who teaches for two institutions is entered by both.
///
/// # Errors
/// `organisation.suspended`; `keys.changing`; `Invalid` for a number that fails its checks.
pub(crate) async fn add_trainer(
    by: &Can<KeepRegisters>,
    work: &Work,
    vault: &Vault,
    new: &NewTrainer,
) -> Result<TrainerId> {
    let institution = institution(by, work).await?;
    let takes_test_numbers = people::takes_test_numbers(work.db()).await?;
    let number = people::read_id_number(&new.id_number, work.today());
    let number = number.and_then(|number| if takes_test_numbers { Ok(number) } else { number.refuse_test() });
    let number = number.map_err(|e| Error::Invalid(vec![e]))?;
    require_one_key(work.db(), vault).await?;
    let id = TrainerId::new();
    let (id_index, sealed) = seal(vault, id, &number)?;
    let blank = trainer::Model {
        id,
        organisation_id: institution.id,
        area_code: institution.area_code.clone(),
        name: String::new(),
        id_index,
        sealed,
        programme: new.programme,
        occupation: String::new(),
        qualification: String::new(),
        qualification_no: String::new(),
        valid_from: new.valid_from,
        valid_to: None,
        status: RegisterStatus::Active,
        created_by: by.account,
        created_at: work.now,
        version: 0,
    };
    let row = trainer::Model { version: 1, ..trainer_as(work, institution.id, &new.papers(), blank).await? };
    record(by, work, "register", "trainer", id, paper(&row));
    store::insert_trainer(work, row).await?;
    Ok(id)
}

/// The paper, for the audit.
fn paper(row: &trainer::Model) -> Value {
    json!({
        "programme": row.programme, "occupation": row.occupation, "qualification": row.qualification,
        "qualification_no": row.qualification_no, "valid_from": row.valid_from, "until": row.valid_to,
    })
}

/// Changes the paper of a trainer; old and new stand in the audit.
///
/// # Errors
/// `NotFound`; `move.illegal` for an entry that is retired; `trainer.needed` where the paper would cover less under a session
/// to come; `keys.changing`; `Invalid`; `Stale`.
pub(crate) async fn change_trainer(
    by: &Can<KeepRegisters>,
    work: &Work,
    vault: &Vault,
    id: TrainerId,
    papers: &Papers,
) -> Result<()> {
    require_one_key(work.db(), vault).await?;
    let was = store::trainer(work.db(), &by.scope(), id).await?;
    was.status.after(RegisterAction::Retire)?;
    let institution = institution(by, work).await?;
    let is = trainer_as(work, institution.id, papers, was.clone()).await?;
    store::hold(work, std::slice::from_ref(&was), &[]).await?;
    if rules::covers_less(&was, &is) && store::trainer_is_needed(work.db(), id, work.now).await? {
        return Err(Error::refused("trainer.needed"));
    }
    store::write_trainer(work, &was, &is).await?;
    let changed = changes([("paper", paper(&was), paper(&is))]);
    record(by, work, "change", "trainer", id, json!({ "version": was.version + 1, "changed": changed }));
    Ok(())
}

/// Retires the entry of a trainer whom no session to come needs.
///
/// # Errors
/// `NotFound`; `move.illegal`; `trainer.needed`; `Stale`.
pub(crate) async fn retire_trainer(by: &Can<KeepRegisters>, work: &Work, id: TrainerId) -> Result<()> {
    let was = store::trainer(work.db(), &by.scope(), id).await?;
    let status = was.status.after(RegisterAction::Retire)?;
    store::hold(work, std::slice::from_ref(&was), &[]).await?;
    if store::trainer_is_needed(work.db(), id, work.now).await? {
        return Err(Error::refused("trainer.needed"));
    }
    store::write_trainer(work, &was, &trainer::Model { status, ..was.clone() }).await?;
    record(by, work, RegisterAction::Retire.into(), "trainer", id, json!({}));
    Ok(())
}
