//! Which column of a bureau's file is which, remembered by the names of its columns.

use sea_orm::entity::prelude::*;

use crate::values::ImportSubject;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_mapping")]
pub struct Model {
    /// Of the bureau.
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: ImportSubject,
    /// SHA-256 of the names of all columns in their order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub head_hash: String,
    pub mapping: String,
    pub used_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
