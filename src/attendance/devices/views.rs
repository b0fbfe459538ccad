//! Outputs: devices, what became of sent marks, and the rosters that a device keeps.

use chrono::{DateTime, Utc};
use entities::{
    roster_device,
    values::{ClassId, EnrolmentId, Presence, RosterDeviceId, SessionId},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::error::Args;

/// A device on which rosters are kept without network.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RosterDeviceView {
    pub id: RosterDeviceId,
    pub name: String,
    pub registered_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
}

impl From<roster_device::Model> for RosterDeviceView {
    fn from(row: roster_device::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            registered_at: row.registered_at,
            actions: if row.revoked_at.is_none() { vec!["revoke"] } else { Vec::new() },
            revoked_at: row.revoked_at,
        }
    }
}

/// What became of a sent mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Accepted,
    /// It had come before, and stands.
    Repeated,
    Refused,
}

/// The verdict on one sent mark.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SentMarkView {
    pub sequence: i64,
    pub outcome: Outcome,
    /// Why it was refused.
    pub code: Option<&'static str>,
    /// For the text of the code.
    #[serde(skip)]
    pub args: Args,
}

/// The verdicts, in the order in which the marks were sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SentMarksView {
    pub items: Vec<SentMarkView>,
}

/// What a device keeps for the days to come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfflineRosters {
    /// By the server's clock.
    pub at: DateTime<Utc>,
    /// Hours within which a mark must arrive.
    pub hours: i64,
    pub classes: Vec<OfflineClass>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfflineClass {
    pub id: ClassId,
    pub title: String,
    pub venue: String,
    pub sessions: Vec<OfflineSession>,
    pub people: Vec<OfflinePerson>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfflineSession {
    pub id: SessionId,
    pub ordinal: i32,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// What stands already.
    pub marks: Vec<OfflineMark>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfflineMark {
    pub enrolment_id: EnrolmentId,
    pub presence: Presence,
}

/// No more than a roster needs: the name and the last four digits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfflinePerson {
    pub enrolment_id: EnrolmentId,
    pub name: String,
    pub tail: String,
}
