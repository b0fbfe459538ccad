//! How far the search for doubts has read what changed, by kind of change.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "doubt_cursor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub feed: String,
    /// The id of the last change that was read; ids ascend in time.
    pub seen: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
