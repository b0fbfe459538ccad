//! Inputs of this feature.

use chrono::{DateTime, Utc};
use entities::values::{CourseId, OrderId, Programme, SessionMode, TrainerId, VenueId};
use rocket::FromForm;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

/// One session of the plan.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSession {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Practice where nothing is said.
    #[serde(default = "practice")]
    pub mode: SessionMode,
    /// Who teaches it, where it is not the trainer of the class.
    #[serde(default)]
    pub trainer_id: Option<TrainerId>,
    /// Where, if not in the room of the class. Online teaching needs none.
    #[serde(default)]
    pub venue_id: Option<VenueId>,
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
    /// Division in which the venue lies.
    pub area_code: String,
    /// The room, of the institution's register.
    pub venue_id: VenueId,
    /// Who leads, of the institution's register.
    pub trainer_id: TrainerId,
    #[validate(range(min = 1, max = 500))]
    pub seats: i32,
    #[validate(length(min = 1, max = 200))]
    pub sessions: Vec<NewSession>,
    /// The order that the class answers, and how many of its seats are for it.
    pub order_id: Option<OrderId>,
    pub order_seats: Option<i32>,
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
