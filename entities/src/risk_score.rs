//! How risky an institution was held to be on a day, with what it was computed from; written once.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, OrganisationId, RiskBand, RiskScoreId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_score")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RiskScoreId,
    pub organisation_id: OrganisationId,
    pub area_code: String,
    pub scored_on: Date,
    /// 0 to 100.
    pub points: i32,
    pub band: RiskBand,
    /// The version of the method.
    pub method: String,
    /// The factors with their counts, weights and points, as JSON.
    #[sea_orm(column_type = "Text")]
    pub facts: String,
    pub made_at: DateTimeUtc,
    /// None where the daily task made it.
    pub made_by: Option<AccountId>,
}

impl ActiveModelBehavior for ActiveModel {}
