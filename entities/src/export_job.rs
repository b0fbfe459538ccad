//! A list that somebody asked for as a file (导出): what, why, who agreed, and what came of it. The file lies in `export_part`.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ExportFormat, ExportId, ExportList, ExportPurpose, ExportStatus, Role};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "export_job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExportId,
    pub list: ExportList,
    /// The area that was asked for: whoever answers for it sees the job.
    pub area_code: String,
    /// What else the list was narrowed to, as JSON; no personal data.
    pub filters: String,
    pub format: ExportFormat,
    /// The language of the heads and words.
    pub language: String,
    pub purpose: ExportPurpose,
    pub note: String,
    /// Words stand beside the codes.
    pub words: bool,
    /// Personal data in full; else masked.
    pub in_full: bool,
    pub status: ExportStatus,
    /// Rows of the list when it was asked for.
    pub rows_due: i64,
    /// Rows that need no second person, by the rule of that day.
    pub rows_alone: i64,
    pub second_person: bool,
    /// Whose holders may agree.
    pub approver: Role,
    pub asked_by: AccountId,
    pub asked_at: DateTimeUtc,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    /// Why a person refused.
    pub reason: Option<String>,
    /// Why the house itself refused: the code of a text.
    pub fault: Option<String>,
    /// Who builds the file at the moment, and until when the others leave it alone.
    pub lease: Option<Uuid>,
    pub lease_until: Option<DateTimeUtc>,
    pub attempts: i32,
    /// Rows that stand in the file by now.
    pub rows: i64,
    pub parts: i32,
    pub bytes: i64,
    /// Of the whole file, in hex.
    pub sha256: Option<String>,
    pub built_at: Option<DateTimeUtc>,
    pub expires_at: Option<DateTimeUtc>,
    pub fetches: i32,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
