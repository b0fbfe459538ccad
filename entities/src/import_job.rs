//! A file on its way into the registry (导入): what it is, how far it came, and what became of its rows.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ImportId, ImportMode, ImportSource, ImportStatus, ImportSubject};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub subject: ImportSubject,
    pub source: ImportSource,
    /// The area whose people the file may name.
    pub area_code: String,
    /// Who sent it; nobody, where the command line loads.
    pub account_id: Option<AccountId>,
    pub file_name: String,
    /// SHA-256 of the file as it came.
    pub file_hash: String,
    pub bytes: i64,
    /// What the file turned out to be: an encoding of text, or a workbook.
    pub format: String,
    /// The names of its columns: a JSON list.
    pub head: String,
    /// Which column of the registry each of them is: a JSON list of keys, null for one that is not used.
    pub mapping: String,
    pub rows: i64,
    /// In how many sealed pieces the file is kept; none where it stands beside the command line.
    pub parts: i32,
    pub status: ImportStatus,
    pub mode: Option<ImportMode>,
    /// How far the check or the load came: every part and row before has been committed.
    pub parts_done: i32,
    pub rows_done: i64,
    pub added: i64,
    /// Rows of people who stood in the registry already, under the same name.
    pub standing: i64,
    pub rejected: i64,
    /// The code of the reason why it failed.
    pub failure: Option<String>,
    /// Until then the process that works at it has it for itself.
    pub lease_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    /// When the check or the load began.
    pub started_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
