//! What a factor weighs for the risk of an institution, by area and date.

use sea_orm::entity::prelude::*;

use crate::values::{RiskFactor, RiskWeightId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_weight")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RiskWeightId,
    pub factor: RiskFactor,
    pub area_code: String,
    pub valid_from: Date,
    /// The first day on which it no longer holds.
    pub valid_to: Option<Date>,
    /// Points of one.
    pub points: i32,
    /// Points of all of them together, at most.
    pub most: i32,
    pub document_no: String,
}

impl ActiveModelBehavior for ActiveModel {}
