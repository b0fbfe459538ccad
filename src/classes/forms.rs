//! Inputs of this feature.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use entities::values::{CourseId, OrderId, Programme, SessionMode};
use rocket::FromForm;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::base::{Error, Result, clock};

/// One session of the plan.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSession {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Practice where nothing is said.
    #[serde(default = "practice")]
    pub mode: SessionMode,
}

fn practice() -> SessionMode {
    SessionMode::Practice
}

/// An application for a class.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClass {
    pub course_id: CourseId,
    #[validate(length(min = 2, max = 60))]
    pub title: String,
    /// Division of the venue.
    pub area_code: String,
    #[validate(length(min = 2, max = 100))]
    pub venue: String,
    #[validate(length(min = 2, max = 30))]
    pub trainer: String,
    #[validate(range(min = 1, max = 500))]
    pub seats: i32,
    #[validate(length(min = 1, max = 200))]
    pub sessions: Vec<NewSession>,
    /// The order that the class answers, and how many of its seats are for it.
    pub order_id: Option<OrderId>,
    pub order_seats: Option<i32>,
}

/// The same on a page: so many days in a row, in the morning, in the afternoon, or both.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct ClassForm {
    pub course_id: CourseId,
    pub title: String,
    pub area_code: String,
    pub venue: String,
    pub trainer: String,
    pub seats: i32,
    pub first_day: String,
    pub days: i32,
    pub morning_from: Option<String>,
    pub morning_to: Option<String>,
    pub morning_mode: Option<SessionMode>,
    pub afternoon_from: Option<String>,
    pub afternoon_to: Option<String>,
    pub afternoon_mode: Option<SessionMode>,
    pub order_id: Option<OrderId>,
    pub order_seats: Option<i32>,
}

fn half(from: Option<&str>, to: Option<&str>, fields: [&'static str; 2]) -> Result<Option<(NaiveTime, NaiveTime)>> {
    let read = |text: &str, field: &'static str| {
        NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| Error::invalid(field, "invalid.session_time"))
    };
    match (from, to) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) => {
            let (from, to) = (read(from, fields[0])?, read(to, fields[1])?);
            if from < to { Ok(Some((from, to))) } else { Err(Error::invalid(fields[1], "invalid.session_time")) }
        }
        (None, Some(_)) => Err(Error::invalid(fields[0], "invalid.required")),
        (Some(_), None) => Err(Error::invalid(fields[1], "invalid.required")),
    }
}

impl TryFrom<ClassForm> for NewClass {
    type Error = Error;

    fn try_from(form: ClassForm) -> Result<Self> {
        let first: NaiveDate = form.first_day.parse().map_err(|_| Error::invalid("first_day", "invalid.date"))?;
        let days = u64::try_from(form.days).ok().filter(|days| (1..=100).contains(days));
        let days = days.ok_or_else(|| Error::invalid("days", "invalid.range"))?;
        let morning = ["morning_from", "morning_to"];
        let morning = half(form.morning_from.as_deref(), form.morning_to.as_deref(), morning)?;
        let afternoon = ["afternoon_from", "afternoon_to"];
        let afternoon = half(form.afternoon_from.as_deref(), form.afternoon_to.as_deref(), afternoon)?;
        if morning.is_none() && afternoon.is_none() {
            return Err(Error::invalid("morning_from", "invalid.required"));
        }
        let mut sessions = Vec::new();
        for n in 0..days {
            let day =
                first.checked_add_days(Days::new(n)).ok_or_else(|| Error::invalid("first_day", "invalid.date"))?;
            for (half, mode) in [(morning, form.morning_mode), (afternoon, form.afternoon_mode)] {
                if let Some((from, to)) = half {
                    let (starts_at, ends_at) = (clock::instant(day, from), clock::instant(day, to));
                    sessions.push(NewSession { starts_at, ends_at, mode: mode.unwrap_or_else(practice) });
                }
            }
        }
        Ok(Self {
            course_id: form.course_id,
            title: form.title,
            area_code: form.area_code,
            venue: form.venue,
            trainer: form.trainer,
            seats: form.seats,
            sessions,
            order_id: form.order_id,
            order_seats: form.order_seats,
        })
    }
}

/// What one looks for in the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CatalogueFilter {
    /// A division code: it and everything below it.
    pub area: Option<String>,
    #[param(value_type = Option<String>)]
    pub programme: Option<Programme>,
    /// First day not before this one, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Only classes with seats left.
    pub free: Option<bool>,
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub after: Option<String>,
}
