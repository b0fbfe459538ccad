//! A doubt about a class or its marks (疑点). It changes nothing by itself; somebody decides.

use sea_orm::entity::prelude::*;

use crate::values::{
    AccountId, CaseId, ClassId, DoubtId, DoubtKind, DoubtStatus, EnrolmentId, OrganisationId, SessionId,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "doubt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DoubtId,
    pub class_id: ClassId,
    /// None where it is about the class as a whole.
    pub session_id: Option<SessionId>,
    /// None where it is about more than one person.
    pub enrolment_id: Option<EnrolmentId>,
    /// Who teaches the class.
    pub organisation_id: OrganisationId,
    /// Of the class.
    pub area_code: String,
    pub kind: DoubtKind,
    /// What makes it the same doubt of its class and kind when it is found again.
    pub key: String,
    /// Plain numbers and values as they were last found, as JSON.
    #[sea_orm(column_type = "Text")]
    pub facts: String,
    pub status: DoubtStatus,
    pub found_at: DateTimeUtc,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub reason: Option<String>,
    pub case_id: Option<CaseId>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
