//! Inputs.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use entities::values::{TrainerId, VenueId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::clock::instant;
use crate::base::{Error, Result};

/// A change of one session, or a session that makes up for one that was cancelled or does not count.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPlanChange {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Of the institution's registers; the same as before where nothing is said.
    pub trainer_id: Option<TrainerId>,
    pub venue_id: Option<VenueId>,
    /// Why, 1 to 200 characters.
    pub reason: String,
}

/// The same on a page.
#[derive(Clone, Debug, FromForm)]
pub(super) struct PlanChangeForm {
    pub day: String,
    pub from: String,
    pub to: String,
    pub trainer_id: Option<TrainerId>,
    pub venue_id: Option<VenueId>,
    pub reason: String,
}

impl TryFrom<PlanChangeForm> for NewPlanChange {
    type Error = Error;

    fn try_from(form: PlanChangeForm) -> Result<Self> {
        let day: NaiveDate = form.day.parse().map_err(|_| Error::invalid("day", "invalid.date"))?;
        let time = |text: &str, field: &'static str| {
            NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| Error::invalid(field, "invalid.session_time"))
        };
        let (from, to) = (time(&form.from, "from")?, time(&form.to, "to")?);
        if to <= from {
            return Err(Error::invalid("to", "invalid.session_time"));
        }
        Ok(Self {
            starts_at: instant(day, from),
            ends_at: instant(day, to),
            trainer_id: form.trainer_id,
            venue_id: form.venue_id,
            reason: form.reason,
        })
    }
}
