//! A piece of a file that was built (导出文件的一段), sealed for its job and its place in it.

use sea_orm::entity::prelude::*;

use crate::values::ExportId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "export_part")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: ExportId,
    /// From 0 without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ordinal: i32,
    pub sealed: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
