//! The latest risk of each institution, by which they are listed.

use sea_orm::entity::prelude::*;

use crate::values::{OrganisationId, RiskBand, RiskScoreId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_standing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: OrganisationId,
    pub area_code: String,
    pub points: i64,
    pub band: RiskBand,
    pub scored_on: Date,
    pub score_id: RiskScoreId,
}

impl ActiveModelBehavior for ActiveModel {}
