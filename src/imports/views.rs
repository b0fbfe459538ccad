//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::{
    import_job,
    values::{ImportId, ImportMode, ImportStatus, ImportSubject, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::imports::load::KeptFault;
use crate::imports::progress::Progress;

/// A file on its way in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ImportView {
    pub id: ImportId,
    pub subject: ImportSubject,
    pub area_code: String,
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_hash: String,
    pub bytes: i64,
    /// What the file turned out to be, such as `UTF-8` or `XLSX`.
    pub format: String,
    /// The columns of the file.
    pub head: Vec<String>,
    /// Which of ours each of them is; null for one that is not used.
    pub mapping: Vec<Option<String>>,
    pub status: ImportStatus,
    pub mode: Option<ImportMode>,
    pub rows: i64,
    pub rows_done: i64,
    /// Who was added, or would be.
    pub added: i64,
    /// Who stands in the registry already.
    pub standing: i64,
    pub rejected: i64,
    /// Rows a second.
    pub rate: Option<i64>,
    /// Seconds that are left.
    pub left: Option<i64>,
    pub failure: Option<String>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// What this caller may do now.
    pub actions: Vec<&'static str>,
    /// Who acts next.
    pub waiting_on: Option<Role>,
}

impl ImportView {
    pub(crate) fn of(job: import_job::Model, reader: &Actor, now: DateTime<Utc>) -> Result<Self> {
        let progress = Progress::of(&job, now);
        Ok(Self {
            head: serde_json::from_str(&job.head).map_err(Error::internal)?,
            mapping: serde_json::from_str(&job.mapping).map_err(Error::internal)?,
            rate: progress.rate,
            left: progress.left.filter(|_| is_at_work(job.status)),
            actions: job.status.open_to(reader.role).into_iter().map(Into::into).collect(),
            waiting_on: (!is_at_work(job.status)).then(|| job.status.waits_for()).flatten(),
            id: job.id,
            subject: job.subject,
            area_code: job.area_code,
            file_name: job.file_name,
            file_hash: job.file_hash,
            bytes: job.bytes,
            format: job.format,
            status: job.status,
            mode: job.mode,
            rows: job.rows,
            rows_done: job.rows_done,
            added: job.added,
            standing: job.standing,
            rejected: job.rejected,
            failure: job.failure,
            created_at: job.created_at,
            finished_at: job.finished_at,
        })
    }
}

/// Whether the system is at work at it.
pub(crate) fn is_at_work(status: ImportStatus) -> bool {
    matches!(status, ImportStatus::Checking | ImportStatus::Loading)
}

/// A row that was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RejectView {
    /// The head is line 1.
    pub line: i64,
    pub faults: Vec<FaultView>,
}

/// What is wrong in one cell.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FaultView {
    /// As the file calls it; empty where the whole row is meant.
    pub column: String,
    /// What stands there, masked where it would tell too much.
    pub value: String,
    pub code: String,
    pub message: String,
}

impl FaultView {
    pub(crate) fn of(fault: KeptFault, message: String) -> Self {
        Self { column: fault.column, value: fault.value, code: fault.code, message }
    }
}

/// How many came in with a text.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct AddedView {
    pub added: usize,
}
