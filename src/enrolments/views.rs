//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::{
    enrolment,
    values::{Channel, ClassId, EnrolmentId, EnrolmentStatus, PersonId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::people::Brief;

/// What came of asking for a seat. It is also what a repeated command is answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Taken {
    pub id: EnrolmentId,
    pub class_id: ClassId,
    pub person_id: PersonId,
    pub status: EnrolmentStatus,
    /// Place in the waiting list or on the roster, from one; null with a seat.
    pub place: Option<i64>,
    /// The class is only applied for: seats go to its roster in this order when it is approved.
    #[serde(default)]
    pub on_roster: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnrolmentView {
    pub id: EnrolmentId,
    pub class_id: ClassId,
    pub person_id: PersonId,
    pub masked_name: String,
    pub masked_id_number: String,
    pub area_code: String,
    pub status: EnrolmentStatus,
    pub channel: Channel,
    pub consent_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub reason: Option<String>,
    pub version: i32,
    pub actions: Vec<&'static str>,
}

impl EnrolmentView {
    pub(crate) fn new(row: enrolment::Model, brief: Option<&Brief>, actor: &Actor) -> Self {
        let actions = row
            .status
            .open_to(actor.role)
            .into_iter()
            .filter(|action| *action == crate::enrolments::lifecycle::EnrolmentAction::Withdraw);
        Self {
            id: row.id,
            class_id: row.class_id,
            person_id: row.person_id,
            masked_name: brief.map(|b| b.masked_name.clone()).unwrap_or_default(),
            masked_id_number: brief.map(|b| b.masked_id.clone()).unwrap_or_default(),
            area_code: row.area_code,
            status: row.status,
            channel: row.channel,
            consent_at: row.consent_at,
            created_at: row.created_at,
            reason: row.reason,
            version: row.version,
            actions: actions.map(Into::into).collect(),
        }
    }
}
