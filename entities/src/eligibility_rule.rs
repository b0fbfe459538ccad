//! Who may be trained (资格规则): conditions by area, programme and period.

use sea_orm::entity::prelude::*;

use crate::values::{EligibilityRuleId, Programme};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "eligibility_rule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EligibilityRuleId,
    pub area_code: String,
    /// Null for every programme that has no rule of its own.
    pub programme: Option<Programme>,
    pub valid_from: Date,
    /// The first day on which it no longer holds.
    pub valid_to: Option<Date>,
    /// Closed words and ages, as JSON.
    #[sea_orm(column_type = "Text")]
    pub conditions: String,
    pub document_no: String,
}

impl ActiveModelBehavior for ActiveModel {}
