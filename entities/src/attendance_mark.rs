//! Presence of one person in one session (考勤), derived from every accepted try.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, EnrolmentId, MarkMethod, MarkStanding, Presence, SessionId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_mark")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: SessionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub enrolment_id: EnrolmentId,
    pub presence: Presence,
    pub in_at: Option<DateTimeUtc>,
    pub out_at: Option<DateTimeUtc>,
    /// Minutes of the session during which the person was there.
    pub minutes: i32,
    pub method: MarkMethod,
    pub marked_by: AccountId,
    pub marked_at: DateTimeUtc,
    pub standing: MarkStanding,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
