//! Every query on samples, calls and tries.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::NaiveDate;
use entities::{
    call_back, call_sample, call_try,
    values::{CallBackId, CallStatus, CallTry, ClassId, Role},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::Expr,
};

use crate::access::{Actor, Scope};
use crate::base::{Error, Result};
use crate::data::{SealedColumn, Vault, Work, changing};

use call_back::Column;

/// What notes are sealed for.
const NOTE: &str = "call_back.sealed";

/// What people said besides the answers.
pub const SEALED: SealedColumn =
    SealedColumn { table: "call_back", column: "sealed", place: NOTE, hashes: &[], hash: |_, _| Ok(Vec::new()) };

fn visible_to(scope: &Scope) -> Select<call_back::Entity> {
    call_back::Entity::find().filter(scope.over(Column::AreaCode, None, None))
}

/// What an actor may see: calls about classes of one's area; who works in a village sees the visits there.
fn seen_by(actor: &Actor) -> Select<call_back::Entity> {
    match actor.role {
        Role::VillageWorker => call_back::Entity::find()
            .filter(actor.scope().over(Column::HomeCode, None, None))
            .filter(Column::Visited.eq(true)),
        _ => visible_to(&actor.scope()),
    }
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn visible(db: &impl ConnectionTrait, actor: &Actor, id: CallBackId) -> Result<call_back::Model> {
    seen_by(actor).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("call"))
}

/// The newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    status: Option<CallStatus>,
    after: Option<CallBackId>,
    limit: u64,
) -> Result<Vec<call_back::Model>> {
    let mut rows = seen_by(actor);
    if let Some(status) = status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(after) = after {
        rows = rows.filter(Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// How many are in a state.
pub(super) async fn count(db: &impl ConnectionTrait, actor: &Actor, status: CallStatus) -> Result<u64> {
    Ok(seen_by(actor).filter(Column::Status.eq(status)).count(db).await?)
}

/// The sample of a class, for callers who may see the class.
pub(super) async fn sample(db: &impl ConnectionTrait, class: ClassId) -> Result<Option<call_sample::Model>> {
    Ok(call_sample::Entity::find().filter(call_sample::Column::ClassId.eq(class)).one(db).await?)
}

/// Whom it drew, in the order of the draw.
pub(super) async fn drawn(db: &impl ConnectionTrait, sample: &call_sample::Model) -> Result<Vec<call_back::Model>> {
    Ok(call_back::Entity::find().filter(Column::SampleId.eq(sample.id)).order_by_asc(Column::Ordinal).all(db).await?)
}

pub(super) async fn insert(work: &Work, sample: call_sample::Model, calls: Vec<call_back::Model>) -> Result<()> {
    call_sample::Entity::insert(sample.into_active_model()).exec_without_returning(work.db()).await?;
    let calls = calls.into_iter().map(IntoActiveModel::into_active_model);
    call_back::Entity::insert_many(calls).exec_without_returning(work.db()).await?;
    Ok(())
}

/// The tries of a call, the first first.
pub(super) async fn tries(db: &impl ConnectionTrait, id: CallBackId) -> Result<Vec<call_try::Model>> {
    Ok(call_try::Entity::find()
        .filter(call_try::Column::CallBackId.eq(id))
        .order_by_asc(call_try::Column::Id)
        .all(db)
        .await?)
}

/// Whether somebody was called in vain on a day.
pub(super) async fn missed_on(db: &impl ConnectionTrait, id: CallBackId, day: NaiveDate) -> Result<bool> {
    let tries = call_try::Entity::find()
        .filter(call_try::Column::CallBackId.eq(id))
        .filter(call_try::Column::TriedOn.eq(day))
        .filter(call_try::Column::Outcome.eq(CallTry::Unreachable));
    Ok(tries.count(db).await? > 0)
}

pub(super) async fn insert_try(work: &Work, row: call_try::Model) -> Result<()> {
    call_try::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

pub(super) fn seal_note(vault: &Vault, id: CallBackId, text: &str) -> Result<Vec<u8>> {
    vault.seal(NOTE, id, text.as_bytes())
}

pub(super) fn open_note(vault: &Vault, row: &call_back::Model) -> Result<String> {
    String::from_utf8(vault.open(NOTE, row.id, &row.sealed)?).map_err(Error::internal)
}

/// Compare and set, with what else changes.
///
/// # Errors
/// `Stale` where it moved meanwhile.
pub(super) async fn change(work: &Work, row: &call_back::Model, set: Vec<(Column, Expr)>) -> Result<()> {
    changing::change(work, row, set).await
}
