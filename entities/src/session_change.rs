//! A change that is asked for in the plan of an approved class: another time, room or trainer of a session, or a session
//! that makes up for another.

use sea_orm::entity::prelude::*;

use crate::values::{
    AccountId, ChangeOfPlanStatus, ClassId, OrganisationId, PlanChangeId, SessionId, SessionMode, TrainerId, VenueId,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlanChangeId,
    pub class_id: ClassId,
    pub organisation_id: OrganisationId,
    /// None where a session is asked for in addition.
    pub session_id: Option<SessionId>,
    pub makes_up: Option<SessionId>,
    pub area_code: String,
    pub mode: SessionMode,
    pub old_starts_at: Option<DateTimeUtc>,
    pub old_ends_at: Option<DateTimeUtc>,
    pub old_venue_id: Option<VenueId>,
    pub old_trainer_id: Option<TrainerId>,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub venue_id: Option<VenueId>,
    pub trainer_id: Option<TrainerId>,
    pub old_trainer: String,
    pub trainer: String,
    /// Asked for so late that the session is no longer creditable.
    pub late: bool,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Why it was refused.
    #[sea_orm(column_type = "Text")]
    pub answer: Option<String>,
    pub status: ChangeOfPlanStatus,
    pub asked_by: AccountId,
    pub asked_at: DateTimeUtc,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
