//! One line of an exclusion list. The number stands there as a keyed hash only.

use sea_orm::entity::prelude::*;

use crate::values::ExclusionListId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exclusion_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub list_id: ExclusionListId,
    /// The line of the file; its head is line 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i32,
    pub id_index: String,
    /// Null: since before the list was made. Of the deceased, the day of death.
    pub valid_from: Option<Date>,
    /// The last day; null: to this day.
    pub valid_to: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
