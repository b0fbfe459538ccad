//! Outputs of this feature.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{ExclusionKind, ExclusionListId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::exclusions::store::Listed;

/// An exclusion list; whom it names is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExclusionListView {
    pub id: ExclusionListId,
    pub kind: ExclusionKind,
    pub area_code: String,
    /// The day of which it tells.
    pub as_of: NaiveDate,
    pub document_no: String,
    pub source: String,
    /// SHA-256 of the file.
    pub file_hash: String,
    pub rows: i32,
    pub loaded_at: DateTime<Utc>,
    /// The later list that counts instead; null while this one counts.
    pub superseded_by: Option<ExclusionListId>,
}

/// A list with what it blocks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExclusionListDetail {
    #[serde(flatten)]
    pub list: ExclusionListView,
    /// Lines of claims in the caller's area.
    pub blocked_lines: u64,
}

/// What came of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoadedList {
    pub id: ExclusionListId,
    pub rows: i32,
}

impl From<Listed> for ExclusionListView {
    fn from(row: Listed) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            area_code: row.area_code,
            as_of: row.as_of,
            document_no: row.document_no,
            source: row.source,
            file_hash: row.file_hash,
            rows: row.rows,
            loaded_at: row.loaded_at,
            superseded_by: row.superseded_by,
        }
    }
}
