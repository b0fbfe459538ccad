//! Outputs.

use chrono::{DateTime, Utc};
use entities::{
    session_change,
    values::{ChangeOfPlanStatus, ClassId, PlanChangeId, Role, SessionId, TrainerId, VenueId},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;

/// A change in the plan of a class.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PlanChangeView {
    pub id: PlanChangeId,
    pub class_id: ClassId,
    /// The session that is changed, null where one is asked for in addition.
    pub session_id: Option<SessionId>,
    /// The session for which the new one makes up.
    pub makes_up: Option<SessionId>,
    pub old_starts_at: Option<DateTime<Utc>>,
    pub old_ends_at: Option<DateTime<Utc>>,
    pub old_trainer: String,
    /// Null of classes that are older than the registers.
    pub old_trainer_id: Option<TrainerId>,
    pub old_venue_id: Option<VenueId>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub trainer: String,
    pub trainer_id: Option<TrainerId>,
    pub venue_id: Option<VenueId>,
    /// Asked for so late that the session does not count when it is approved.
    pub late: bool,
    pub reason: String,
    pub status: ChangeOfPlanStatus,
    pub asked_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub answer: Option<String>,
    pub version: i32,
    /// What the caller may do now.
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

impl PlanChangeView {
    pub(super) fn of(row: session_change::Model, actor: &Actor) -> Self {
        Self {
            actions: row.status.open_to(actor.role).into_iter().map(Into::into).collect(),
            waiting_on: row.status.waits_for(),
            id: row.id,
            class_id: row.class_id,
            session_id: row.session_id,
            makes_up: row.makes_up,
            old_starts_at: row.old_starts_at,
            old_ends_at: row.old_ends_at,
            old_trainer: row.old_trainer,
            old_trainer_id: row.old_trainer_id,
            old_venue_id: row.old_venue_id,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            trainer: row.trainer,
            trainer_id: row.trainer_id,
            venue_id: row.venue_id,
            late: row.late,
            reason: row.reason,
            status: row.status,
            asked_at: row.asked_at,
            decided_at: row.decided_at,
            answer: row.answer,
            version: row.version,
        }
    }
}
