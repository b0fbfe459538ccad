//! How many people of an area have each code of each field, at every level of the tree; kept with every change of a person.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tally")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_code: String,
    /// Empty for a province.
    pub parent_code: String,
    /// JSON: counts by field and code, of everybody and of those whom the sheet counts.
    pub heads: String,
}

impl ActiveModelBehavior for ActiveModel {}
