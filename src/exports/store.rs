//! Every query on exports and the pieces of their files.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    account, export_job, export_part,
    values::{AccountId, ExportId, ExportStatus},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::access::{Actor, Scope, within};
use crate::base::{Error, Result};
use crate::data::Work;
use crate::exports::rules;

use export_job::Column;

/// Pieces that are taken away at once.
const GONE_AT_ONCE: i32 = 64;

/// One's own; those in one's area that one may agree to; for those who oversee an area, all of it.
fn visible_to(actor: &Actor) -> Select<export_job::Entity> {
    let own = Column::AskedBy.eq(actor.account);
    let in_sight = match actor.scope() {
        Scope::Area(area) if rules::oversees(actor.role) => Some(Scope::Area(area).over(Column::AreaCode, None, None)),
        Scope::Area(area) if rules::approves(actor.role) => {
            Some(Scope::Area(area).over(Column::AreaCode, None, None).add(Column::Approver.eq(actor.role)))
        }
        _ => None,
    };
    let mut seen = Condition::any().add(own);
    if let Some(in_sight) = in_sight {
        seen = seen.add(in_sight);
    }
    export_job::Entity::find().filter(seen)
}

/// One in sight.
///
/// # Errors
/// `NotFound`.
pub(super) async fn visible(db: &impl ConnectionTrait, actor: &Actor, id: ExportId) -> Result<export_job::Model> {
    visible_to(actor).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("export"))
}

/// The latest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    area: Option<&str>,
    before: Option<ExportId>,
    limit: u64,
) -> Result<Vec<export_job::Model>> {
    let mut rows = visible_to(actor);
    if let Some(area) = area {
        rows = rows.filter(within(Column::AreaCode, area));
    }
    if let Some(before) = before {
        rows = rows.filter(Column::Id.lt(before));
    }
    Ok(rows.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// Those that wait for somebody's word, the oldest first.
pub(super) async fn waiting_for(
    db: &impl ConnectionTrait,
    actor: &Actor,
    limit: u64,
) -> Result<Vec<export_job::Model>> {
    if !rules::approves(actor.role) {
        return Ok(Vec::new());
    }
    Ok(visible_to(actor)
        .filter(Column::Status.eq(ExportStatus::Asked))
        .filter(Column::Approver.eq(actor.role))
        .filter(Column::AskedBy.ne(actor.account))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// One's own that wait for somebody else.
pub(super) async fn own_waiting(
    db: &impl ConnectionTrait,
    account: AccountId,
    limit: u64,
) -> Result<Vec<export_job::Model>> {
    Ok(export_job::Entity::find()
        .filter(Column::AskedBy.eq(account))
        .filter(Column::Status.eq(ExportStatus::Asked))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// The job as the builder sees it.
pub(super) async fn by_id(db: &impl ConnectionTrait, id: ExportId) -> Result<export_job::Model> {
    export_job::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("export"))
}

/// Rows that somebody took out alone since then, as fully as this.
pub(super) async fn taken_alone(
    db: &impl ConnectionTrait,
    account: AccountId,
    in_full: bool,
    since: DateTime<Utc>,
) -> Result<i64> {
    let rows: Vec<i64> = export_job::Entity::find()
        .select_only()
        .column(Column::RowsDue)
        .filter(Column::AskedBy.eq(account))
        .filter(Column::InFull.eq(in_full))
        .filter(Column::SecondPerson.eq(false))
        .filter(Column::AskedAt.gt(since))
        .filter(Column::Status.is_not_in([ExportStatus::Refused, ExportStatus::Withdrawn]))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().sum())
}

/// What accounts are called.
pub(super) async fn names(db: &impl ConnectionTrait, ids: Vec<AccountId>) -> Result<Vec<(AccountId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::Name])
        .filter(account::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?)
}

pub(super) async fn insert(work: &Work, job: export_job::Model) -> Result<()> {
    export_job::Entity::insert(job.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Compare-and-set: the job moves on from the state in which it was read, with what else changes with it.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(super) async fn advance(
    work: &Work,
    job: &export_job::Model,
    to: ExportStatus,
    also: Vec<(Column, Expr)>,
) -> Result<()> {
    let mut update = export_job::Entity::update_many()
        .col_expr(Column::Status, Expr::value(to))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1));
    for (column, value) in also {
        update = update.col_expr(column, value);
    }
    let moved = update
        .filter(Column::Id.eq(job.id))
        .filter(Column::Status.eq(job.status))
        .filter(Column::Version.eq(job.version))
        .exec(work.db())
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// A job that is to be built and that nobody builds at the moment.
pub(super) async fn to_build(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<export_job::Model>> {
    Ok(export_job::Entity::find()
        .filter(Column::Status.eq(ExportStatus::Approved))
        .filter(free(now))
        .order_by_asc(Column::Id)
        .one(db)
        .await?)
}

fn free(now: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lte(now))
}

/// Takes a job for one builder; `false` when another one was quicker.
pub(super) async fn take(work: &Work, id: ExportId, lease: Uuid, length: TimeDelta) -> Result<bool> {
    let taken = export_job::Entity::update_many()
        .col_expr(Column::Lease, Expr::value(lease))
        .col_expr(Column::LeaseUntil, Expr::value(work.now + length))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::Rows, Expr::value(0_i64))
        // Whoever had the job before finds it changed.
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(ExportStatus::Approved))
        .filter(free(work.now))
        .exec(work.db())
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Says how far the builder came, and that it goes on.
///
/// # Errors
/// `Stale` once another builder has the job, or it is no longer to be built.
pub(super) async fn hold(
    work: &Work,
    id: ExportId,
    lease: Uuid,
    length: TimeDelta,
    (rows, parts): (i64, i32),
) -> Result<()> {
    let held = export_job::Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(work.now + length))
        .col_expr(Column::Rows, Expr::value(rows))
        .col_expr(Column::Parts, Expr::value(parts))
        .filter(Column::Id.eq(id))
        .filter(Column::Lease.eq(lease))
        .filter(Column::Status.eq(ExportStatus::Approved))
        .exec(work.db())
        .await?;
    if held.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// A builder failed: nothing more is written in its name, and the job rests until its time is over.
pub(super) async fn let_go(work: &Work, id: ExportId, lease: Uuid) -> Result<()> {
    export_job::Entity::update_many()
        .col_expr(Column::Lease, Expr::value(None::<Uuid>))
        .filter(Column::Id.eq(id))
        .filter(Column::Lease.eq(lease))
        .exec(work.db())
        .await?;
    Ok(())
}

pub(super) async fn put(work: &Work, part: export_part::Model) -> Result<()> {
    export_part::Entity::insert(part.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

pub(super) async fn part(db: &impl ConnectionTrait, id: ExportId, ordinal: i32) -> Result<Option<export_part::Model>> {
    Ok(export_part::Entity::find_by_id((id, ordinal)).one(db).await?)
}

/// The last piece that lies there, finished file or not.
pub(super) async fn last_part(db: &impl ConnectionTrait, id: ExportId) -> Result<Option<i32>> {
    Ok(export_part::Entity::find()
        .select_only()
        .column(export_part::Column::Ordinal)
        .filter(export_part::Column::JobId.eq(id))
        .order_by_desc(export_part::Column::Ordinal)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?)
}

/// Takes the last pieces away, some at a time; `last` is the one that [`last_part`] named.
pub(super) async fn remove_parts(work: &Work, id: ExportId, last: i32) -> Result<()> {
    export_part::Entity::delete_many()
        .filter(export_part::Column::JobId.eq(id))
        .filter(export_part::Column::Ordinal.gt(last - GONE_AT_ONCE))
        .exec(work.db())
        .await?;
    Ok(())
}

/// A file whose time is over.
pub(super) async fn overdue(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<export_job::Model>> {
    Ok(export_job::Entity::find()
        .filter(Column::Status.is_in([ExportStatus::Ready, ExportStatus::Fetched]))
        .filter(Column::ExpiresAt.lte(now))
        .order_by_asc(Column::Id)
        .one(db)
        .await?)
}

/// A job that is over and of whose file something may lie there still.
pub(super) async fn leftover(db: &impl ConnectionTrait) -> Result<Option<ExportId>> {
    Ok(export_job::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Status.is_in([ExportStatus::Expired, ExportStatus::Refused, ExportStatus::Withdrawn]))
        .filter(Column::Parts.gt(0))
        .order_by_asc(Column::Id)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?)
}

pub(super) async fn swept(work: &Work, id: ExportId) -> Result<()> {
    export_job::Entity::update_many()
        .col_expr(Column::Parts, Expr::value(0))
        .filter(Column::Id.eq(id))
        .exec(work.db())
        .await?;
    Ok(())
}
