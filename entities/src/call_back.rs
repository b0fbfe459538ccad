//! A call to somebody of a sample, and what the person answered.

use sea_orm::entity::prelude::*;

use crate::values::{
    AccountId, CallAttended, CallBackId, CallCertificate, CallDays, CallPaid, CallSampleId, CallStatus, CallTaught,
    ClassId, EnrolmentId,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "call_back")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CallBackId,
    pub sample_id: CallSampleId,
    pub class_id: ClassId,
    pub enrolment_id: EnrolmentId,
    /// Where the class is taught.
    pub area_code: String,
    /// The person's village on the day of the enrolment: who goes there is from there.
    pub home_code: String,
    /// The place in the draw.
    pub ordinal: i32,
    pub status: CallStatus,
    /// How often nobody answered.
    pub missed: i32,
    /// Whether somebody goes, or went, to the village.
    pub visited: bool,
    pub attended: Option<CallAttended>,
    pub days: Option<CallDays>,
    pub taught: Option<CallTaught>,
    pub paid: Option<CallPaid>,
    pub certificate: Option<CallCertificate>,
    /// What else was said, encrypted; empty where nothing was.
    pub sealed: Vec<u8>,
    pub recorded_by: Option<AccountId>,
    pub recorded_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
