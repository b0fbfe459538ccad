//! A person in a class (报名), with a seat or waiting for one.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, Channel, ClassId, EnrolmentId, EnrolmentStatus, PersonId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnrolmentId,
    pub class_id: ClassId,
    pub person_id: PersonId,
    /// The person's home area on that day.
    pub area_code: String,
    pub status: EnrolmentStatus,
    pub channel: Channel,
    pub consent_at: DateTimeUtc,
    /// In whose presence and how the person agreed, where somebody else acted.
    pub consent_note: Option<String>,
    pub enrolled_by: AccountId,
    pub created_at: DateTimeUtc,
    pub seated_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub reason: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
