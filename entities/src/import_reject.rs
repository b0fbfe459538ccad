//! A row of a file that was not taken, with every fault in it.

use sea_orm::entity::prelude::*;

use crate::values::{ImportId, RejectId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_reject")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RejectId,
    pub job_id: ImportId,
    /// Where the row stands in the file; the head is line 1.
    pub line: i64,
    /// A JSON list of column, masked value, code and arguments.
    pub faults: String,
    /// The row as it came, as CSV.
    pub sealed: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
