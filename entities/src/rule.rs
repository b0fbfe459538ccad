//! A number of policy (threshold, quota, window) with the area and the period for which it holds.

use sea_orm::entity::prelude::*;

use crate::values::RuleId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RuleId,
    pub code: String,
    pub area_code: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub value: i64,
    pub document_no: String,
}

impl ActiveModelBehavior for ActiveModel {}
