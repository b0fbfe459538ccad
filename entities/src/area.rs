//! An administrative division (行政区划) under the name and rank it had in a period.

use sea_orm::entity::prelude::*;

use crate::values::AreaLevel;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "area")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub name: String,
    pub level: AreaLevel,
    pub parent_code: String,
    /// The code that took its place, where the code ended.
    pub successor: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
