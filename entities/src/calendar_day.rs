//! A day on which offices work or rest otherwise than on other days of the week: holidays and the weekends that make up for
//! them.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_day")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    pub working: bool,
    /// The holiday because of which it differs.
    pub name: String,
    pub document_no: String,
}

impl ActiveModelBehavior for ActiveModel {}
