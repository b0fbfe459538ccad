//! A mark that needs a second person: made by hand, about a quarrel of two sources, or after the session was locked.

use sea_orm::entity::prelude::*;

use crate::values::{
    AccountId, ClassId, EnrolmentId, MarkRequestId, MarkRequestKind, MarkRequestStatus, PhotoId, Presence, SessionId,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mark_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MarkRequestId,
    pub class_id: ClassId,
    pub session_id: SessionId,
    pub enrolment_id: EnrolmentId,
    /// Where the class is taught.
    pub area_code: String,
    pub organisation_id: crate::values::OrganisationId,
    pub kind: MarkRequestKind,
    pub presence: Presence,
    pub in_at: Option<DateTimeUtc>,
    pub out_at: Option<DateTimeUtc>,
    pub reason: String,
    pub photo_id: Option<PhotoId>,
    /// The mark as it stood when it was asked for, as JSON; none where there was none.
    pub old_mark: Option<String>,
    pub status: MarkRequestStatus,
    pub asked_by: AccountId,
    pub asked_at: DateTimeUtc,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    pub answer: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
