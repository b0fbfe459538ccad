//! One attempt at the final assessment (结业考核).

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, AssessmentId, EnrolmentId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assessment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AssessmentId,
    pub enrolment_id: EnrolmentId,
    pub attempt: i32,
    pub passed: bool,
    pub score: Option<i32>,
    pub assessed_on: Date,
    pub recorded_by: AccountId,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
