//! One session (课次) of a class.

use sea_orm::entity::prelude::*;

use crate::values::{ClassId, ClassSessionStatus, SessionId, SessionMode, TrainerId, VenueId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub class_id: ClassId,
    pub ordinal: i32,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub status: ClassSessionStatus,
    pub mode: SessionMode,
    pub venue_id: Option<VenueId>,
    pub trainer_id: Option<TrainerId>,
    /// Who teaches it, where it is not the trainer of the class.
    pub trainer: Option<String>,
    /// False where its plan was changed too late: it counts neither as held nor as attended.
    pub creditable: bool,
    /// The session for which it makes up.
    pub makes_up: Option<SessionId>,
    /// Moves with every change of the plan.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
