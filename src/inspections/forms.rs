//! Inputs.

use entities::values::{ClassId, SessionId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

/// An inspection of a class, or of one of its sessions.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInspection {
    pub class_id: ClassId,
    /// None where any session of the class will do.
    pub session_id: Option<SessionId>,
}

/// The same on the page of the class.
#[derive(Clone, Debug, FromForm)]
pub(super) struct PlanForm {
    pub session: Option<SessionId>,
}

/// What was to be seen. It has no Debug: the text may name people.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// People in the room, without the trainer.
    pub headcount: i32,
    /// What was seen, 2 to 1,000 characters; it is kept sealed.
    pub seen: String,
    /// Where the phone is, in millionths of a degree; both or neither.
    pub latitude: Option<i32>,
    pub longitude: Option<i32>,
    /// JPEG or PNG in base64, at least one.
    pub photos: Vec<String>,
}

/// The same from a phone, with one picture beside it.
#[derive(Clone, FromForm)]
pub(super) struct RecordForm {
    pub headcount: i32,
    pub seen: String,
    pub latitude: Option<i32>,
    pub longitude: Option<i32>,
}

/// One more picture.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPhoto {
    /// JPEG or PNG in base64.
    pub photo: String,
}

/// Why an inspection is cancelled.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancelling {
    /// 1 to 200 characters; names of people do not belong here.
    pub reason: String,
}
