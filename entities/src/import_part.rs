//! A piece of a file that waits to be loaded, sealed; gone when the load is over.

use sea_orm::entity::prelude::*;

use crate::values::{ImportId, ImportPartId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_part")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportPartId,
    pub job_id: ImportId,
    pub n: i32,
    pub rows: i32,
    /// Rows as CSV, the first cell of each the line on which it stands in the file.
    pub sealed: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
