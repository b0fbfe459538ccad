//! Completions of a year by programme and area, at every level of the tree; kept with each completion.

use sea_orm::entity::prelude::*;

use crate::values::Programme;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "progress")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub programme: Programme,
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_code: String,
    /// Distinct people: one counts once per programme and year at each level.
    pub people: i64,
    /// Qualified completions.
    pub person_times: i64,
}

impl ActiveModelBehavior for ActiveModel {}
