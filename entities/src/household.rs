//! A household (户).

use sea_orm::entity::prelude::*;

use crate::values::HouseholdId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "household")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HouseholdId,
    pub number: String,
    pub area_code: String,
    /// 户类型, of the poverty household list.
    pub kind: String,
    pub members: i32,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
