//! Inputs: a device that is registered, and the marks that it sends.

use entities::values::{EnrolmentId, Presence, SessionId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

/// A device on which rosters are kept without network.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRosterDevice {
    /// What people call it, 1 to 60 characters.
    pub name: String,
    /// A point on P-256, uncompressed, base64.
    pub public_key: String,
}

/// Marks that were made without network, in any order.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentMarks {
    pub marks: Vec<SentMark>,
}

/// One of them. Instants stand as they were signed, RFC 3339.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentMark {
    /// Counts the marks of the device, from 1; each number is used once.
    pub sequence: i64,
    pub session_id: SessionId,
    pub enrolment_id: EnrolmentId,
    pub presence: Presence,
    pub in_at: Option<String>,
    pub out_at: Option<String>,
    /// When it was written down, by the clock of the device.
    pub made_at: String,
    /// ECDSA on P-256 with SHA-256 in the fixed form, base64, over these lines: `sidan-mark-1`, the device's id, sequence,
    /// session, enrolment, presence, in, out, made at; what is not said is an empty line.
    pub signature: String,
}

/// Nothing needs to be said beside it.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevokeDevice {}
