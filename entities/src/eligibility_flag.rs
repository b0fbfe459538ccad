//! A doubt about somebody in a class that runs (疑点). It takes nobody out; somebody decides.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ClassId, EnrolmentId, FlagId, FlagStatus, PersonId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "eligibility_flag")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FlagId,
    pub class_id: ClassId,
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    /// Of the class.
    pub area_code: String,
    /// Code of the condition, or the kind of the list: one flag for each cause, however often it is found.
    pub cause: String,
    /// What the condition said when it was last found, as JSON.
    #[sea_orm(column_type = "Text")]
    pub verdict: String,
    pub status: FlagStatus,
    pub found_at: DateTimeUtc,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    pub reason: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
