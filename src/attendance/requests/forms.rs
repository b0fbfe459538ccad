//! Inputs.

use chrono::{DateTime, Utc};
use entities::values::{EnrolmentId, MarkRequestKind, Presence, SessionId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

/// A mark that needs a second person.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMarkRequest {
    pub enrolment_id: EnrolmentId,
    pub kind: MarkRequestKind,
    pub presence: Presence,
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
    /// Why, 1 to 200 characters.
    pub reason: String,
    /// JPEG or PNG in base64; a mark by hand rests on one.
    pub photo: Option<String>,
}

/// The same on a page; the times are of the session's day, the picture is the file beside it.
#[derive(Clone, Debug, FromForm)]
pub(super) struct MarkRequestForm {
    pub seat: EnrolmentId,
    pub kind: MarkRequestKind,
    pub presence: Presence,
    pub came: Option<String>,
    pub went: Option<String>,
    pub reason: String,
}

/// Leave, asked for before the session.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLeave {
    pub session_id: SessionId,
    /// Why, 1 to 200 characters; no illness need be named.
    pub reason: String,
}

/// What is said of a request.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// Why not, where it is refused.
    pub answer: Option<String>,
}
