//! What was found of a person when the class began (资格留痕); append-only.

use sea_orm::entity::prelude::*;

use crate::values::{ClassId, EligibilityRuleId, EnrolmentId, PersonId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "eligibility_evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub class_id: ClassId,
    pub decided_at: DateTimeUtc,
    pub rule_id: EligibilityRuleId,
    /// Every condition held.
    pub holds: bool,
    /// What each condition said, as JSON.
    #[sea_orm(column_type = "Text")]
    pub verdicts: String,
    /// The facts of the registry that decided, as JSON; nothing that is sealed.
    #[sea_orm(column_type = "Text")]
    pub facts: String,
    /// SHA-256 of the facts as they stand here.
    pub facts_hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
