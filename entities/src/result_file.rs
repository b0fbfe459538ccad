//! A file of results that was taken whole: the same one again changes nothing.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ClassId, ResultFileId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "result_file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ResultFileId,
    pub class_id: ClassId,
    pub file_hash: String,
    pub rows: i32,
    pub loaded_by: AccountId,
    pub loaded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
