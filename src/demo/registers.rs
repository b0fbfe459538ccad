//! Rooms and trainers of the institutions: each is entered when a class first needs it.

use std::collections::HashMap;

use chrono::Days;
use entities::{
    trainer,
    values::{OrganisationId, Programme, RegisterStatus, TrainerId, VenueId},
    venue,
};

use crate::base::{Error, IdNumber, Place, Result};
use crate::data::Vault;
use crate::demo::calendar::{YEAR, at, day};
use crate::demo::offers::Offer;
use crate::demo::offices::School;
use crate::demo::rows::Rows;
use crate::teaching;

/// People that every room holds.
const CAPACITY: i32 = 60;
/// Numbers of trainers begin with it: nobody in the registry has one.
const REGION: &str = "369998";

/// What was entered so far in a county.
#[derive(Debug)]
pub(super) struct Registers<'a> {
    vault: &'a Vault,
    /// The county's own part of its code, by which numbers and places of counties differ.
    county: u64,
    venues: HashMap<(OrganisationId, String), VenueId>,
    trainers: HashMap<(OrganisationId, String, Programme), TrainerId>,
    /// People by name and school: who teaches two trades has one number.
    people: HashMap<(OrganisationId, String), u16>,
}

impl<'a> Registers<'a> {
    pub(super) fn new(vault: &'a Vault, county: &str) -> Self {
        let county = county.parse::<u64>().unwrap_or_default() % 10_000;
        Self { vault, county, venues: HashMap::new(), trainers: HashMap::new(), people: HashMap::new() }
    }

    /// A room of a township. Two schools that use it have entered it both.
    pub(super) fn venue(&mut self, school: &School, township: &str, name: &str, rows: &mut Rows) -> VenueId {
        let key = (school.id, name.to_owned());
        if let Some(id) = self.venues.get(&key) {
            return *id;
        }
        let id = VenueId::new();
        let place = place_of(township);
        rows.venue.push(venue::Model {
            id,
            organisation_id: school.id,
            area_code: township.to_owned(),
            name: name.to_owned(),
            address: format!("文明路1号{name}"),
            capacity: CAPACITY,
            latitude_e6: Some(place.latitude_e6),
            longitude_e6: Some(place.longitude_e6),
            radius_m: 300,
            status: RegisterStatus::Active,
            created_by: school.head,
            created_at: at(day(YEAR, 1, 4), 10, 0),
            version: 1,
        });
        self.venues.insert(key, id);
        id
    }

    /// Somebody who teaches what is offered.
    ///
    /// # Errors
    /// `Internal` where a number cannot be made or sealed.
    pub(super) fn trainer(
        &mut self,
        school: &School,
        county: &str,
        name: &str,
        offer: &Offer,
        rows: &mut Rows,
    ) -> Result<TrainerId> {
        let key = (school.id, name.to_owned(), offer.programme);
        if let Some(id) = self.trainers.get(&key) {
            return Ok(*id);
        }
        let known = u16::try_from(self.people.len()).unwrap_or(u16::MAX);
        let n = *self.people.entry((school.id, name.to_owned())).or_insert(known);
        let born = day(1965, 1, 1).checked_add_days(Days::new(self.county)).unwrap_or_default();
        let number = IdNumber::compose(REGION, born, n + 1).ok_or_else(|| Error::internal("no number"))?;
        let id = TrainerId::new();
        let (id_index, sealed) = teaching::seal(self.vault, id, &number)?;
        let (qualification, code) = match offer.programme {
            Programme::Entrepreneurship => ("创业培训讲师证", "创训"),
            Programme::Ecommerce => ("电子商务师三级", "电商"),
            Programme::Skill => ("缝纫工三级", "缝纫"),
        };
        rows.trainer.push(trainer::Model {
            id,
            organisation_id: school.id,
            area_code: county.to_owned(),
            name: name.to_owned(),
            id_index,
            sealed,
            programme: offer.programme,
            occupation: offer.occupation.to_owned(),
            qualification: qualification.to_owned(),
            qualification_no: format!("赣{code}{:04}{:03}", self.county, n + 1),
            valid_from: day(YEAR - 1, 6, 1),
            valid_to: Some(day(YEAR + 2, 6, 1)),
            status: RegisterStatus::Active,
            created_by: school.head,
            created_at: at(day(YEAR, 1, 4), 10, 30),
            version: 1,
        });
        self.trainers.insert(key, id);
        Ok(id)
    }
}

/// Somewhere in the province, always the same for a township.
pub(super) fn place_of(township: &str) -> Place {
    let code = township.parse::<i32>().unwrap_or_default() % 1_000_000;
    Place { latitude_e6: 25_000_000 + code * 4 % 4_500_000, longitude_e6: 114_000_000 + code * 7 % 4_000_000 }
}
