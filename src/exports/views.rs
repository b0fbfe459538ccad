//! Outputs of this feature.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    export_job,
    values::{AccountId, ClassId, ExportFormat, ExportId, ExportList, ExportPurpose, ExportStatus, Role},
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::Result;
use crate::base::lifecycle::Lifecycle;
use crate::exports::lifecycle::ExportAction;
use crate::exports::{service, store};

/// The file of an export, as long as it lies ready.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FileView {
    pub bytes: i64,
    /// Of the whole file, in hex.
    pub sha256: String,
    /// When it goes.
    pub expires_at: DateTime<Utc>,
    /// How often it was fetched.
    pub fetches: i32,
}

/// A list that somebody asked for as a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ExportView {
    pub id: ExportId,
    pub list: ExportList,
    pub area_code: String,
    pub state: Option<String>,
    pub class_id: Option<ClassId>,
    pub year: Option<i32>,
    pub format: ExportFormat,
    pub purpose: ExportPurpose,
    pub note: String,
    pub words: bool,
    pub in_full: bool,
    pub status: ExportStatus,
    /// Rows of the list when it was asked for.
    pub rows_due: i64,
    /// Rows that stand in the file by now.
    pub rows: i64,
    /// More rows than the asker may take out alone.
    pub second_person: bool,
    pub asked_by: String,
    pub asked_at: DateTime<Utc>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why a person refused.
    pub reason: Option<String>,
    /// Why the house itself refused: the code of a refusal.
    pub fault: Option<String>,
    pub file: Option<FileView>,
    /// What this caller may do now.
    pub actions: Vec<&'static str>,
    /// Who acts next.
    pub waiting_on: Option<Role>,
}

/// What this reader may do with a job now.
pub(super) fn actions(job: &export_job::Model, reader: &Actor) -> Vec<&'static str> {
    let mine = job.asked_by == reader.account;
    let open = job.status.open_to(reader.role).into_iter().filter(|action| match action {
        ExportAction::Approve | ExportAction::Refuse => service::decides(reader, job),
        ExportAction::Withdraw | ExportAction::Fetch => mine,
        ExportAction::Build | ExportAction::Expire => false,
    });
    open.map(Into::into).collect()
}

impl ExportView {
    fn of(job: export_job::Model, names: &HashMap<AccountId, String>, reader: &Actor) -> Result<Self> {
        let filters = service::filters_of(&job)?;
        let name = |id: AccountId| names.get(&id).cloned().unwrap_or_default();
        let lies = matches!(job.status, ExportStatus::Ready | ExportStatus::Fetched);
        Ok(Self {
            actions: actions(&job, reader),
            waiting_on: (job.status == ExportStatus::Asked).then_some(job.approver),
            file: lies
                .then(|| {
                    Some(FileView {
                        bytes: job.bytes,
                        sha256: job.sha256.clone()?,
                        expires_at: job.expires_at?,
                        fetches: job.fetches,
                    })
                })
                .flatten(),
            id: job.id,
            list: job.list,
            area_code: job.area_code,
            state: filters.status,
            class_id: filters.class,
            year: filters.year,
            format: job.format,
            purpose: job.purpose,
            note: job.note,
            words: job.words,
            in_full: job.in_full,
            status: job.status,
            rows_due: job.rows_due,
            rows: job.rows,
            second_person: job.second_person,
            asked_by: name(job.asked_by),
            asked_at: job.asked_at,
            decided_by: job.decided_by.map(name),
            decided_at: job.decided_at,
            reason: job.reason,
            fault: job.fault,
        })
    }

    /// Jobs with the names of who asked and who decided, in one question for all.
    ///
    /// # Errors
    /// Of the database.
    pub(super) async fn many(
        db: &impl ConnectionTrait,
        jobs: Vec<export_job::Model>,
        reader: &Actor,
    ) -> Result<Vec<Self>> {
        let ids = jobs.iter().flat_map(|job| std::iter::once(job.asked_by).chain(job.decided_by)).collect();
        let names: HashMap<AccountId, String> = store::names(db, ids).await?.into_iter().collect();
        jobs.into_iter().map(|job| Self::of(job, &names, reader)).collect()
    }

    /// # Errors
    /// Of the database.
    pub(super) async fn one(db: &impl ConnectionTrait, job: export_job::Model, reader: &Actor) -> Result<Self> {
        let mut views = Self::many(db, vec![job], reader).await?;
        views.pop().ok_or(crate::base::Error::NotFound("export"))
    }
}
