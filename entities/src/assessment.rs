//! One attempt at the final assessment (结业考核).

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, AssessmentId, AssessmentResult, EnrolmentId, ExemptReason, OrganisationId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assessment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AssessmentId,
    pub enrolment_id: EnrolmentId,
    pub attempt: i32,
    pub result: AssessmentResult,
    pub exempt_reason: Option<ExemptReason>,
    pub score: Option<i32>,
    /// The number of the paper behind the result.
    pub paper_ref: Option<String>,
    /// The body that assessed; none where institutions still assessed their own people.
    pub assessor_id: Option<OrganisationId>,
    pub assessed_on: Date,
    pub recorded_by: AccountId,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
