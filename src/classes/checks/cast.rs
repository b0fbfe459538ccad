//! Who teaches a plan and where: of the institution's registers, with papers that cover it, in rooms that hold it, and
//! nobody and no room needed twice at once, whichever institution entered them.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    class_session, trainer,
    values::{OrganisationId, RegisterStatus, SessionMode, TrainerId, VenueId},
    venue,
};
use sea_orm::ConnectionTrait;

use crate::areas::contains;
use crate::base::clock::day_of;
use crate::base::{Error, Result};
use crate::classes::checks::{Check, Slot, Subject};
use crate::classes::rules::overlaps;
use crate::classes::store::{self, Busy};
use crate::data::rekeying::require_one_key;
use crate::data::{Vault, Work};
use crate::teaching;

/// The trainers and venues that slots name.
#[derive(Debug)]
pub(in crate::classes) struct Cast {
    trainers: HashMap<TrainerId, trainer::Model>,
    venues: HashMap<VenueId, venue::Model>,
}

/// The trainer and the venue of a class, beside those of its sessions.
pub(in crate::classes) type Leads = Option<(TrainerId, VenueId)>;

impl Cast {
    pub(super) async fn of(db: &impl ConnectionTrait, leads: Leads, slots: &[Slot]) -> Result<Self> {
        let trainers =
            leads.map(|(trainer, _)| trainer).into_iter().chain(slots.iter().filter_map(|slot| slot.trainer));
        let venues = leads.map(|(_, venue)| venue).into_iter().chain(slots.iter().filter_map(|slot| slot.venue));
        Ok(Self { trainers: teaching::trainers(db, trainers).await?, venues: teaching::venues(db, venues).await? })
    }

    /// The same, held until the work is done: of two plans at once that need the same, the later sees the earlier.
    ///
    /// # Errors
    /// `keys.changing` while one person may stand under two hashes.
    pub(in crate::classes) async fn held(work: &Work, vault: &Vault, leads: Leads, slots: &[Slot]) -> Result<Self> {
        require_one_key(work.db(), vault).await?;
        let cast = Self::of(work.db(), leads, slots).await?;
        let trainers: Vec<trainer::Model> = cast.trainers.into_values().collect();
        let venues: Vec<venue::Model> = cast.venues.into_values().collect();
        teaching::hold(work, &trainers, &venues).await?;
        // What was read before it was held may have been changed by who held it.
        Self::of(work.db(), leads, slots).await
    }

    /// Whoever and whatever is named is of the institution's own registers.
    ///
    /// # Errors
    /// `Invalid` for a choice that nobody was given.
    pub(in crate::classes) fn require_own(
        &self,
        institution: OrganisationId,
        leads: Leads,
        slots: &[Slot],
    ) -> Result<()> {
        let mut trainers = leads.map(|(id, _)| id).into_iter().chain(slots.iter().filter_map(|slot| slot.trainer));
        let mut venues = leads.map(|(_, id)| id).into_iter().chain(slots.iter().filter_map(|slot| slot.venue));
        if !trainers.all(|id| self.trainers.get(&id).is_some_and(|one| one.organisation_id == institution)) {
            return Err(Error::invalid("trainer_id", "invalid.choice"));
        }
        if !venues.all(|id| self.venues.get(&id).is_some_and(|one| one.organisation_id == institution)) {
            return Err(Error::invalid("venue_id", "invalid.choice"));
        }
        Ok(())
    }

    pub(in crate::classes) fn venue_name(&self, id: VenueId) -> String {
        self.venues.get(&id).map(|venue| venue.name.clone()).unwrap_or_default()
    }

    pub(in crate::classes) fn trainer_name(&self, id: TrainerId) -> String {
        self.trainers.get(&id).map(|trainer| trainer.name.clone()).unwrap_or_default()
    }

    /// What is asked of trainers and rooms.
    ///
    /// # Errors
    /// Of the database.
    pub(super) async fn checks(
        &self,
        db: &impl ConnectionTrait,
        subject: &Subject<'_>,
        slots: &[Slot],
    ) -> Result<Vec<Check>> {
        let trainer = |slot: &Slot| self.trainers.get(&slot.trainer?);
        let venue = |slot: &Slot| self.venues.get(&slot.venue?);
        let named = slots
            .iter()
            .all(|slot| trainer(slot).is_some() && (slot.mode == SessionMode::Online || venue(slot).is_some()));
        if !named {
            return Ok(vec![Check::new("class_check.registers", "venue_id", "class.not_registered", false)]);
        }
        let trainers: Vec<&trainer::Model> = by_id(&self.trainers, |one| one.id);
        let venues: Vec<&venue::Model> = by_id(&self.venues, |one| one.id);
        let retired = trainers.iter().find(|one| !may_teach(one, subject)).map(|one| one.name.as_str());
        let bare = slots.iter().find_map(|slot| {
            let one = trainer(slot)?;
            let day = day_of(slot.ends_at);
            let covered = [day_of(slot.starts_at), day]
                .iter()
                .all(|day| teaching::covers(one, subject.programme, subject.occupation, *day));
            (!covered).then_some((one.name.as_str(), day))
        });
        let closed = venues.iter().find(|one| !may_house(one, subject)).map(|one| one.name.as_str());
        let small = venues.iter().find(|one| one.capacity < subject.seats);
        let outside = venues.iter().find(|one| !contains(subject.area, &one.area_code)).map(|one| one.name.as_str());
        let check = |name, field, code, culprit: Option<&str>| {
            let check = Check::new(name, field, code, culprit.is_none());
            match culprit {
                Some(culprit) => check.with("name", culprit),
                None => check,
            }
        };
        let papers = check("class_check.papers", "trainer_id", "class.trainer_paper", bare.map(|(name, _)| name));
        let room = check("class_check.room", "seats", "class.venue_small", small.map(|one| one.name.as_str()));
        Ok(vec![
            check("class_check.trainer_active", "trainer_id", "class.trainer_retired", retired),
            dated(papers, bare.map(|(_, day)| day)),
            self.people_free(db, subject, slots).await?,
            check("class_check.venue_active", "venue_id", "class.venue_retired", closed),
            match small {
                Some(small) => room.with("capacity", small.capacity),
                None => room,
            },
            check("class_check.inside", "venue_id", "class.venue_outside", outside),
            self.rooms_free(db, subject, slots).await?,
        ])
    }

    /// Nobody teaches twice at once, for whomever.
    async fn people_free(&self, db: &impl ConnectionTrait, subject: &Subject<'_>, slots: &[Slot]) -> Result<Check> {
        let trainers: Vec<trainer::Model> = self.trainers.values().cloned().collect();
        let entries = teaching::of_same_people(db, &trainers).await?;
        let ids: Vec<TrainerId> = entries.iter().map(|entry| entry.id).collect();
        let who: HashMap<TrainerId, String> = entries.into_iter().map(|entry| (entry.id, entry.id_index)).collect();
        let key = |id: Option<TrainerId>| who.get(&id?);
        let busy = busy(db, subject, slots, Busy::Trainers(&ids)).await?;
        let taken = clash(slots, &busy, |slot, other| {
            key(slot.trainer).is_some() && key(slot.trainer) == key(other.trainer_id)
        });
        Ok(dated(Check::new("class_check.trainer", "trainer_id", "class.trainer_busy", taken.is_none()), taken))
    }

    /// No room holds two classes at once, whoever entered it.
    async fn rooms_free(&self, db: &impl ConnectionTrait, subject: &Subject<'_>, slots: &[Slot]) -> Result<Check> {
        let venues: Vec<venue::Model> = self.venues.values().cloned().collect();
        let entries = teaching::in_same_rooms(db, &venues).await?;
        let ids: Vec<VenueId> = entries.iter().map(|entry| entry.id).collect();
        let room: HashMap<VenueId, (String, String)> =
            entries.into_iter().map(|entry| (entry.id, (entry.area_code, entry.address))).collect();
        let key = |id: Option<VenueId>| room.get(&id?);
        let busy = busy(db, subject, slots, Busy::Venues(&ids)).await?;
        let taken =
            clash(slots, &busy, |slot, other| key(slot.venue).is_some() && key(slot.venue) == key(other.venue_id));
        Ok(dated(Check::new("class_check.venue", "venue_id", "class.venue_busy", taken.is_none()), taken))
    }
}

fn may_teach(trainer: &trainer::Model, subject: &Subject<'_>) -> bool {
    trainer.status == RegisterStatus::Active && trainer.organisation_id == subject.organisation
}

fn may_house(venue: &venue::Model, subject: &Subject<'_>) -> bool {
    venue.status == RegisterStatus::Active && venue.organisation_id == subject.organisation
}

/// In the order in which they were entered, so that the same fault is told each time.
fn by_id<K, T, O: Ord>(all: &HashMap<K, T>, id: impl Fn(&T) -> O) -> Vec<&T> {
    let mut rows: Vec<&T> = all.values().collect();
    rows.sort_by_key(|row| id(row));
    rows
}

fn dated(check: Check, day: Option<NaiveDate>) -> Check {
    match day {
        Some(day) => check.with("day", day),
        None => check,
    }
}

/// Sessions of other classes from the first slot to the last.
async fn busy(
    db: &impl ConnectionTrait,
    subject: &Subject<'_>,
    slots: &[Slot],
    what: Busy<'_>,
) -> Result<Vec<class_session::Model>> {
    let first = slots.iter().map(|slot| slot.starts_at).min();
    let last = slots.iter().map(|slot| slot.ends_at).max();
    match (first, last) {
        (Some(from), Some(to)) => store::busy(db, what, subject.but, from, to).await,
        _ => Ok(Vec::new()),
    }
}

/// The day of the first session that needs the same at the same time.
fn clash(
    slots: &[Slot],
    busy: &[class_session::Model],
    same: impl Fn(&Slot, &class_session::Model) -> bool,
) -> Option<NaiveDate> {
    let meets = |other: &&class_session::Model| {
        slots.iter().any(|slot| same(slot, other) && overlaps(slot.span(), (other.starts_at, other.ends_at)))
    };
    busy.iter().filter(meets).map(|other| day_of(other.starts_at)).min()
}
