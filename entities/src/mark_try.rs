//! One try to mark somebody in a session (考勤), accepted or refused. Written once; what stands is derived from all of them.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ClassId, EnrolmentId, MarkMethod, MarkRefusal, MarkTryId, MarkWord, SessionId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mark_try")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MarkTryId,
    /// None where a code led to no session.
    pub session_id: Option<SessionId>,
    pub class_id: Option<ClassId>,
    /// None where nobody with a seat was meant.
    pub enrolment_id: Option<EnrolmentId>,
    pub account_id: AccountId,
    pub method: MarkMethod,
    pub says: MarkWord,
    pub in_at: Option<DateTimeUtc>,
    pub out_at: Option<DateTimeUtc>,
    /// When it was said; for a mark made without network, by the clock of the device.
    pub made_at: DateTimeUtc,
    pub received_at: DateTimeUtc,
    /// The hash of a phone's mark, or the number of a roster device.
    pub device: Option<String>,
    /// Counts the marks of one roster device.
    pub sequence: Option<i64>,
    /// The time step of the code.
    pub step: Option<i64>,
    /// Millionths of a degree, where the phone told its place.
    pub latitude_e6: Option<i32>,
    pub longitude_e6: Option<i32>,
    pub refusal: Option<MarkRefusal>,
    /// Why, where somebody decided.
    pub note: Option<String>,
    /// Of the roster device, base64.
    pub signature: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
