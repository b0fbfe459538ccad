//! Every query on files, their parts, their rejects, and on remembered columns.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::{DateTime, Utc};
use entities::{
    import_job, import_mapping, import_part, import_reject,
    values::{ImportId, ImportSource, ImportStatus, ImportSubject},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::access::Scope;
use crate::base::{Error, Result};

/// Rows of one statement; a refused row takes four binds and some hundred bytes.
const PIECE: usize = 500;

fn visible_to(scope: &Scope) -> Select<import_job::Entity> {
    import_job::Entity::find().filter(scope.over(import_job::Column::AreaCode, None, None))
}

/// # Errors
/// `NotFound`.
pub(super) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: ImportId) -> Result<import_job::Model> {
    visible_to(scope).filter(import_job::Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("import"))
}

/// So many files behind an id, the newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<ImportId>,
    limit: u64,
) -> Result<Vec<import_job::Model>> {
    let mut rows = visible_to(scope);
    if let Some(after) = after {
        rows = rows.filter(import_job::Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(import_job::Column::Id).limit(limit).all(db).await?)
}

/// The same file, sent for the same area and not given up.
pub(super) async fn same_file(
    db: &impl ConnectionTrait,
    area: &str,
    subject: ImportSubject,
    hash: &str,
) -> Result<Option<import_job::Model>> {
    Ok(import_job::Entity::find()
        .filter(import_job::Column::AreaCode.eq(area))
        .filter(import_job::Column::Subject.eq(subject))
        .filter(import_job::Column::FileHash.eq(hash))
        .filter(import_job::Column::Status.is_not_in([ImportStatus::Cancelled, ImportStatus::Failed]))
        .one(db)
        .await?)
}

pub(super) async fn insert(db: &impl ConnectionTrait, job: &import_job::Model) -> Result<()> {
    import_job::Entity::insert(job.clone().into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn insert_part(db: &impl ConnectionTrait, part: import_part::Model) -> Result<()> {
    import_part::Entity::insert(part.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn part(db: &impl ConnectionTrait, job: ImportId, n: i32) -> Result<Option<import_part::Model>> {
    let part = import_part::Entity::find().filter(import_part::Column::JobId.eq(job));
    Ok(part.filter(import_part::Column::N.eq(n)).one(db).await?)
}

/// What personal data of a file is not needed any more.
pub(super) async fn forget_parts(db: &impl ConnectionTrait, job: ImportId) -> Result<()> {
    import_part::Entity::delete_many().filter(import_part::Column::JobId.eq(job)).exec(db).await?;
    Ok(())
}

pub(super) async fn forget_rejects(db: &impl ConnectionTrait, job: ImportId) -> Result<()> {
    import_reject::Entity::delete_many().filter(import_reject::Column::JobId.eq(job)).exec(db).await?;
    Ok(())
}

pub(super) async fn insert_rejects(db: &impl ConnectionTrait, rejects: Vec<import_reject::Model>) -> Result<()> {
    let mut rejects = rejects.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rejects.peek().is_some() {
        import_reject::Entity::insert_many(rejects.by_ref().take(PIECE)).exec_without_returning(db).await?;
    }
    Ok(())
}

/// So many refused rows of a file that was seen, behind a line.
pub(super) async fn rejects(
    db: &impl ConnectionTrait,
    job: ImportId,
    after: i64,
    limit: u64,
) -> Result<Vec<import_reject::Model>> {
    Ok(import_reject::Entity::find()
        .filter(import_reject::Column::JobId.eq(job))
        .filter(import_reject::Column::Line.gt(after))
        .order_by_asc(import_reject::Column::Line)
        .limit(limit)
        .all(db)
        .await?)
}

/// Who has a file for himself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Lease {
    #[default]
    AsItIs,
    Until(DateTime<Utc>),
    /// Nobody.
    Free,
}

/// How a file moves on; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    pub status: Option<ImportStatus>,
    /// Of parts, rows, added, standing, rejected: set anew.
    pub counts: Option<[i64; 5]>,
    pub mapping: Option<String>,
    pub mode: Option<entities::values::ImportMode>,
    pub failure: Option<&'static str>,
    pub lease: Lease,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// Changes a file that is still as the caller read it.
///
/// # Errors
/// `Stale` when somebody moved it on meanwhile.
pub(super) async fn change(db: &impl ConnectionTrait, job: &import_job::Model, change: Change) -> Result<()> {
    use import_job::Column;
    let mut rows = import_job::Entity::update_many().col_expr(Column::Version, Expr::col(Column::Version).add(1));
    if let Some(status) = change.status {
        rows = rows.col_expr(Column::Status, Expr::value(status));
    }
    if let Some([parts, done, added, standing, rejected]) = change.counts {
        rows = rows
            .col_expr(Column::PartsDone, Expr::value(i32::try_from(parts).map_err(Error::internal)?))
            .col_expr(Column::RowsDone, Expr::value(done))
            .col_expr(Column::Added, Expr::value(added))
            .col_expr(Column::Standing, Expr::value(standing))
            .col_expr(Column::Rejected, Expr::value(rejected));
    }
    if let Some(mapping) = change.mapping {
        rows = rows.col_expr(Column::Mapping, Expr::value(mapping));
    }
    if let Some(mode) = change.mode {
        rows = rows.col_expr(Column::Mode, Expr::value(mode));
    }
    if let Some(failure) = change.failure {
        rows = rows.col_expr(Column::Failure, Expr::value(failure));
    }
    match change.lease {
        Lease::AsItIs => {}
        Lease::Until(until) => rows = rows.col_expr(Column::LeaseUntil, Expr::value(until)),
        Lease::Free => rows = rows.col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>)),
    }
    if let Some(started) = change.started_at {
        rows = rows.col_expr(Column::StartedAt, Expr::value(started));
    }
    if let Some(finished) = change.finished_at {
        rows = rows.col_expr(Column::FinishedAt, Expr::value(finished));
    }
    let changed = rows.filter(Column::Id.eq(job.id)).filter(Column::Version.eq(job.version)).exec(db).await?;
    if changed.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// A file that waits for work and that nobody works at, the oldest first.
pub(super) async fn waiting(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<import_job::Model>> {
    Ok(import_job::Entity::find()
        .filter(import_job::Column::Status.is_in([ImportStatus::Checking, ImportStatus::Loading]))
        .filter(import_job::Column::Source.eq(ImportSource::Upload))
        .filter(
            Condition::any().add(import_job::Column::LeaseUntil.is_null()).add(import_job::Column::LeaseUntil.lt(now)),
        )
        .order_by_asc(import_job::Column::Id)
        .one(db)
        .await?)
}

/// The file as it stands, for the work at it.
///
/// # Errors
/// `NotFound`.
pub(super) async fn job(db: &impl ConnectionTrait, id: ImportId) -> Result<import_job::Model> {
    visible(db, &Scope::System, id).await
}

/// What a bureau last said of columns with these heads.
pub(super) async fn remembered(
    db: &impl ConnectionTrait,
    area: &str,
    subject: ImportSubject,
    head_hash: &str,
) -> Result<Option<String>> {
    let row = import_mapping::Entity::find_by_id((area.to_owned(), subject, head_hash.to_owned())).one(db).await?;
    Ok(row.map(|row| row.mapping))
}

pub(super) async fn remember(db: &impl ConnectionTrait, mapping: import_mapping::Model) -> Result<()> {
    use import_mapping::Column;
    import_mapping::Entity::insert(mapping.into_active_model())
        .on_conflict(
            OnConflict::columns([Column::AreaCode, Column::Subject, Column::HeadHash])
                .update_columns([Column::Mapping, Column::UsedAt])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}
