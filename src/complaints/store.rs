//! Every query on complaints.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::NaiveDate;
use entities::{
    complaint, organisation,
    values::{
        AccountId, ComplaintId, ComplaintStatus, OrganisationId, OrganisationKind, OrganisationStatus, PersonId, Role,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::Expr,
};

use crate::access::{Actor, Scope};
use crate::base::{Error, Result};
use crate::data::{SealedColumn, Vault, Work, changing};

use complaint::Column;

/// What texts and answers are sealed for.
const TEXT: &str = "complaint.sealed";
const ANSWER: &str = "complaint.answer";

/// What people wrote.
pub const SEALED_TEXTS: SealedColumn =
    SealedColumn { table: "complaint", column: "sealed", place: TEXT, hashes: &[], hash: |_, _| Ok(Vec::new()) };
/// What they were answered.
pub const SEALED_ANSWERS: SealedColumn =
    SealedColumn { table: "complaint", column: "answer", place: ANSWER, hashes: &[], hash: |_, _| Ok(Vec::new()) };

fn visible_to(scope: &Scope) -> Select<complaint::Entity> {
    complaint::Entity::find().filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), Some(Column::PersonId)))
}

/// What an actor may see. Somebody of the village sees what he filed himself: a villager may complain without him. An
/// institution sees that of which it is told.
fn seen_by(actor: &Actor) -> Select<complaint::Entity> {
    match actor.role {
        Role::VillageWorker => complaint::Entity::find().filter(Column::FiledBy.eq(actor.account)),
        Role::Institution => visible_to(&actor.scope())
            .filter(Column::Status.eq(ComplaintStatus::Answered))
            .filter(Column::Told.eq(true)),
        _ => visible_to(&actor.scope()),
    }
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn visible(db: &impl ConnectionTrait, actor: &Actor, id: ComplaintId) -> Result<complaint::Model> {
    seen_by(actor).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("complaint"))
}

/// The newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    status: Option<ComplaintStatus>,
    after: Option<ComplaintId>,
    limit: u64,
) -> Result<Vec<complaint::Model>> {
    let mut rows = seen_by(actor);
    if let Some(status) = status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(after) = after {
        rows = rows.filter(Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// How many are in a state, and by when the first of them is due.
pub(super) async fn waiting(
    db: &impl ConnectionTrait,
    actor: &Actor,
    status: ComplaintStatus,
) -> Result<Option<(u64, NaiveDate)>> {
    let rows = seen_by(actor).filter(Column::Status.eq(status));
    let first: Option<NaiveDate> = rows
        .clone()
        .select_only()
        .column(Column::DueOn)
        .order_by_asc(Column::DueOn)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    match first {
        None => Ok(None),
        Some(due) => Ok(Some((rows.count(db).await?, due))),
    }
}

/// How many an account filed on a day.
pub(super) async fn filed_on(db: &impl ConnectionTrait, account: AccountId, day: NaiveDate) -> Result<u64> {
    Ok(complaint::Entity::find().filter(Column::FiledBy.eq(account)).filter(Column::FiledOn.eq(day)).count(db).await?)
}

/// Institutions of a county, by name, for choosing.
pub(super) async fn institutions(
    db: &impl ConnectionTrait,
    scope: &Scope,
    limit: u64,
) -> Result<Vec<(OrganisationId, String)>> {
    Ok(organisation::Entity::find()
        .select_only()
        .columns([organisation::Column::Id, organisation::Column::Name])
        .filter(scope.over(organisation::Column::AreaCode, None, None))
        .filter(organisation::Column::Kind.eq(OrganisationKind::Institution))
        .filter(organisation::Column::Status.ne(OrganisationStatus::Delisted))
        .order_by_asc(organisation::Column::Name)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}

pub(super) fn seal_text(vault: &Vault, id: ComplaintId, text: &str) -> Result<Vec<u8>> {
    vault.seal(TEXT, id, text.as_bytes())
}

pub(super) fn seal_answer(vault: &Vault, id: ComplaintId, text: &str) -> Result<Vec<u8>> {
    vault.seal(ANSWER, id, text.as_bytes())
}

pub(super) fn open_text(vault: &Vault, row: &complaint::Model) -> Result<String> {
    String::from_utf8(vault.open(TEXT, row.id, &row.sealed)?).map_err(Error::internal)
}

pub(super) fn open_answer(vault: &Vault, row: &complaint::Model) -> Result<String> {
    String::from_utf8(vault.open(ANSWER, row.id, &row.answer)?).map_err(Error::internal)
}

pub(super) async fn insert(work: &Work, row: complaint::Model) -> Result<()> {
    complaint::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Compare and set, with what else changes.
///
/// # Errors
/// `Stale` where it moved meanwhile.
pub(super) async fn change(work: &Work, row: &complaint::Model, set: Vec<(Column, Expr)>) -> Result<()> {
    changing::change(work, row, set).await
}

/// The complaints of one record are those of another one.
pub(super) async fn hand_over(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    complaint::Entity::update_many()
        .col_expr(Column::PersonId, Expr::value(to))
        .filter(Column::PersonId.eq(from))
        .exec(work.db())
        .await?;
    Ok(())
}
