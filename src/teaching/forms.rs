//! Inputs of this feature. A page sends degrees, the API millionths of them.

use chrono::{Days, NaiveDate};
use entities::{trainer, values::Programme, venue};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::base::{Error, FieldError, Place, Result};
use crate::web::FormView;

/// A room in which the institution teaches.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewVenue {
    #[validate(length(min = 2, max = 60))]
    pub name: String,
    /// Down to the room: two rooms have two addresses.
    #[validate(length(min = 2, max = 120))]
    pub address: String,
    /// Division in which it lies: a county or what is below one.
    pub area_code: String,
    /// People that it holds.
    #[validate(range(min = 1, max = 2_000))]
    pub capacity: i32,
    /// Where it is, in millionths of a degree; north and east are positive. Both or neither.
    pub latitude: Option<i32>,
    pub longitude: Option<i32>,
    /// Metres around the position within which a mark is made there; the rule of the area where nothing is said.
    #[validate(range(min = 10, max = 5_000))]
    pub radius_m: Option<i32>,
}

/// The same as a page sends it.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct VenueForm {
    pub name: String,
    pub address: String,
    pub area_code: String,
    pub capacity: i32,
    pub latitude: Option<String>,
    pub longitude: Option<String>,
    pub radius_m: Option<i32>,
}

impl VenueForm {
    /// # Errors
    /// `Invalid` for a position that is none.
    pub(crate) fn read(self) -> Result<NewVenue> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let place = Place::parse(&text(&self.latitude), &text(&self.longitude))?;
        Ok(NewVenue {
            name: self.name,
            address: self.address,
            area_code: self.area_code,
            capacity: self.capacity,
            latitude: place.map(|place| place.latitude_e6),
            longitude: place.map(|place| place.longitude_e6),
            radius_m: self.radius_m,
        })
    }
}

/// The form filled with a venue that stands.
pub(crate) fn filled_venue(venue: &venue::Model, place: Option<Place>) -> FormView {
    FormView::default()
        .with("name", &venue.name)
        .with("address", &venue.address)
        .with("area_code", &venue.area_code)
        .with("capacity", venue.capacity)
        .with("latitude", place.map(Place::latitude).unwrap_or_default())
        .with("longitude", place.map(Place::longitude).unwrap_or_default())
        .with("radius_m", venue.radius_m)
}

/// What a trainer may teach, and the paper that says so.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct Papers {
    #[validate(length(min = 1, max = 30))]
    pub name: String,
    pub programme: Programme,
    /// Code of the occupation list.
    pub occupation: String,
    /// Name of the paper.
    #[validate(length(min = 2, max = 60))]
    pub qualification: String,
    #[validate(length(min = 1, max = 60))]
    pub qualification_no: String,
    pub valid_from: NaiveDate,
    /// The last day on which it holds; left out where it has none.
    pub valid_to: Option<NaiveDate>,
}

/// Somebody who teaches for the institution. It has no Debug, for it holds a number.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTrainer {
    #[validate(length(min = 1, max = 30))]
    pub name: String,
    pub id_number: String,
    pub programme: Programme,
    /// Code of the occupation list.
    pub occupation: String,
    /// Name of the paper.
    #[validate(length(min = 2, max = 60))]
    pub qualification: String,
    #[validate(length(min = 1, max = 60))]
    pub qualification_no: String,
    pub valid_from: NaiveDate,
    /// The last day on which it holds; left out where it has none.
    pub valid_to: Option<NaiveDate>,
}

impl NewTrainer {
    pub(crate) fn papers(&self) -> Papers {
        Papers {
            name: self.name.clone(),
            programme: self.programme,
            occupation: self.occupation.clone(),
            qualification: self.qualification.clone(),
            qualification_no: self.qualification_no.clone(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
        }
    }
}

/// The same as a page sends it; the number is asked for once.
#[derive(Clone, FromForm)]
pub(crate) struct TrainerForm {
    pub name: String,
    pub id_number: Option<String>,
    pub programme: Programme,
    pub occupation: String,
    pub qualification: String,
    pub qualification_no: String,
    pub valid_from: String,
    pub valid_to: Option<String>,
}

impl TrainerForm {
    /// # Errors
    /// `Invalid` for a day that is none.
    pub(crate) fn papers(&self) -> Result<Papers> {
        let day = |field, text: &str| text.trim().parse().map_err(|_| FieldError::new(field, "invalid.date"));
        let from = day("valid_from", &self.valid_from);
        let to = self.valid_to.as_deref().map(|text| day("valid_to", text)).transpose();
        match (from, to) {
            (Ok(valid_from), Ok(valid_to)) => Ok(Papers {
                name: self.name.clone(),
                programme: self.programme,
                occupation: self.occupation.clone(),
                qualification: self.qualification.clone(),
                qualification_no: self.qualification_no.clone(),
                valid_from,
                valid_to,
            }),
            (from, to) => Err(Error::Invalid([from.err(), to.err()].into_iter().flatten().collect())),
        }
    }

    /// # Errors
    /// `Invalid` for a day that is none, and without a number.
    pub(crate) fn read(self) -> Result<NewTrainer> {
        let papers = self.papers()?;
        let id_number = self.id_number.ok_or_else(|| Error::invalid("id_number", "invalid.required"))?;
        Ok(NewTrainer {
            name: papers.name,
            id_number,
            programme: papers.programme,
            occupation: papers.occupation,
            qualification: papers.qualification,
            qualification_no: papers.qualification_no,
            valid_from: papers.valid_from,
            valid_to: papers.valid_to,
        })
    }
}

/// The last day on which a paper holds, as people say it.
pub(crate) fn last_day(trainer: &trainer::Model) -> Option<NaiveDate> {
    trainer.valid_to.and_then(|end| end.checked_sub_days(Days::new(1)))
}

/// The form filled with a trainer who stands.
pub(crate) fn filled_trainer(trainer: &trainer::Model) -> FormView {
    FormView::default()
        .with("name", &trainer.name)
        .with("programme", trainer.programme)
        .with("occupation", &trainer.occupation)
        .with("qualification", &trainer.qualification)
        .with("qualification_no", &trainer.qualification_no)
        .with("valid_from", trainer.valid_from)
        .with("valid_to", last_day(trainer).map(|day| day.to_string()).unwrap_or_default())
}
