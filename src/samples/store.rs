//! Every query on runs, their populations and the lines that they drew.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::NaiveDate;
use entities::{
    claim, decision, sample_item, sample_run, sample_unit,
    values::{
        AccountId, ClaimId, Claimant, ClassId, Fen, LineId, OrganisationId, Programme, SampleItemId, SampleKind,
        SampleRunId, SampleStatus,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Select, Statement, sea_query::Expr,
};

use crate::access::{Scope, after_prefix};
use crate::areas;
use crate::base::{Error, Result};
use crate::data::{Work, bulk, changing};
use crate::samples::forms::Sought;

use sample_item::Column as Item;

/// Runs go by area alone: the institutions whose money is looked at see none.
fn runs_to(scope: &Scope) -> Select<sample_run::Entity> {
    sample_run::Entity::find().filter(scope.over(sample_run::Column::AreaCode, None, None))
}

/// A county sees its own lines of a run that was drawn above it.
fn items_to(scope: &Scope) -> Select<sample_item::Entity> {
    sample_item::Entity::find().filter(scope.over(Item::AreaCode, None, None))
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn run(db: &impl ConnectionTrait, scope: &Scope, id: SampleRunId) -> Result<sample_run::Model> {
    runs_to(scope).filter(sample_run::Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("sample_run"))
}

/// The latest first.
pub(super) async fn runs(
    db: &impl ConnectionTrait,
    scope: &Scope,
    before: Option<SampleRunId>,
    limit: u64,
) -> Result<Vec<sample_run::Model>> {
    let mut rows = runs_to(scope).order_by_desc(sample_run::Column::Id).limit(limit);
    if let Some(before) = before {
        rows = rows.filter(sample_run::Column::Id.lt(before));
    }
    Ok(rows.all(db).await?)
}

/// A run, whoever asks.
///
/// # Errors
/// `NotFound`.
pub(super) async fn run_of(db: &impl ConnectionTrait, item: &sample_item::Model) -> Result<sample_run::Model> {
    sample_run::Entity::find_by_id(item.run_id).one(db).await?.ok_or(Error::NotFound("sample_run"))
}

/// One line that was drawn.
///
/// # Errors
/// `NotFound` out of sight.
pub(crate) async fn item(db: &impl ConnectionTrait, scope: &Scope, id: SampleItemId) -> Result<sample_item::Model> {
    items_to(scope).filter(Item::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("sample_item"))
}

/// The lines that a run drew, in the order of the draw.
pub(super) async fn items(
    db: &impl ConnectionTrait,
    run: SampleRunId,
    sought: Sought,
) -> Result<Vec<sample_item::Model>> {
    let mut rows =
        sample_item::Entity::find().filter(Item::RunId.eq(run)).order_by_asc(Item::Ordinal).limit(sought.limit);
    if let Some(status) = sought.status {
        rows = rows.filter(Item::Status.eq(status));
    }
    if let Some(after) = sought.after {
        rows = rows.filter(Item::Ordinal.gt(after));
    }
    Ok(rows.all(db).await?)
}

/// Every line that a run drew, in the order of the draw.
pub(super) async fn drawn(db: &impl ConnectionTrait, run: SampleRunId) -> Result<Vec<sample_item::Model>> {
    Ok(sample_item::Entity::find().filter(Item::RunId.eq(run)).order_by_asc(Item::Ordinal).all(db).await?)
}

/// How many lines of some runs stand so.
pub(super) async fn tally(
    db: &impl ConnectionTrait,
    runs: &[SampleRunId],
) -> Result<Vec<(SampleRunId, SampleStatus, i64)>> {
    Ok(sample_item::Entity::find()
        .select_only()
        .columns([Item::RunId, Item::Status])
        .column_as(Item::Id.count(), "count")
        .filter(Item::RunId.is_in(runs.iter().copied()))
        .group_by(Item::RunId)
        .group_by(Item::Status)
        .into_tuple()
        .all(db)
        .await?)
}

/// Lines in sight that nobody looked at, by the run.
pub(super) async fn waiting(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<(SampleRunId, i64)>> {
    Ok(items_to(scope)
        .select_only()
        .column(Item::RunId)
        .column_as(Item::Id.count(), "count")
        .filter(Item::Status.eq(SampleStatus::Chosen))
        .group_by(Item::RunId)
        .into_tuple()
        .all(db)
        .await?)
}

/// Lines in sight with which something is wrong and for which nothing was asked back yet.
pub(crate) async fn not_assured(
    db: &impl ConnectionTrait,
    scope: &Scope,
    limit: u64,
) -> Result<Vec<sample_item::Model>> {
    let asked = Expr::cust("NOT EXISTS (SELECT 1 FROM clawback b WHERE b.item_id = sample_item.id)");
    let rows = items_to(scope).filter(Item::Status.eq(SampleStatus::NotAssured)).filter(asked);
    Ok(rows.order_by_asc(Item::Id).limit(limit).all(db).await?)
}

/// The population of a run.
pub(super) async fn units(db: &impl ConnectionTrait, run: SampleRunId) -> Result<Vec<sample_unit::Model>> {
    Ok(sample_unit::Entity::find().filter(sample_unit::Column::RunId.eq(run)).all(db).await?)
}

/// A line that was paid.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct PaidLine {
    pub line_id: LineId,
    pub claim_id: ClaimId,
    pub class_id: ClassId,
    pub organisation_id: OrganisationId,
    pub area_code: String,
    pub programme: Programme,
    pub fen: Fen,
    pub claimant: Claimant,
}

/// What was paid within some days in an area, as far as it stood in no run of the kind before; at most `limit`.
pub(super) async fn paid(
    db: &impl ConnectionTrait,
    kind: SampleKind,
    area: &str,
    (from, to): (NaiveDate, NaiveDate),
    limit: u64,
) -> Result<Vec<PaidLine>> {
    let first = areas::prefix(area);
    // No division has a letter.
    let end = after_prefix(first).unwrap_or_else(|| "a".to_owned());
    let sql = "SELECT x.line_id, p.claim_id, c.class_id, c.organisation_id, c.area_code, k.programme, x.fen, c.claimant \
               FROM payment p JOIN payment_line x ON x.payment_id = p.id AND x.status = p.status \
               JOIN claim c ON c.id = p.claim_id JOIN training_class k ON k.id = c.class_id \
               LEFT JOIN sample_unit u ON u.line_id = x.line_id AND u.kind = $1 \
               WHERE p.status = 'paid' AND p.area_code >= $2 AND p.area_code < $3 AND p.paid_on BETWEEN $4 AND $5 \
               AND u.line_id IS NULL ORDER BY x.line_id LIMIT $6";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [kind.as_str().into(), first.into(), end.into(), from.into(), to.into(), limit.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(PaidLine::find_by_statement(statement).all(db).await?)
}

/// # Errors
/// `error.duplicate` where one of the lines stands in a run of the kind already.
pub(super) async fn insert(
    work: &Work,
    run: sample_run::Model,
    units: Vec<sample_unit::Model>,
    items: Vec<sample_item::Model>,
) -> Result<()> {
    sample_run::Entity::insert(run.into_active_model()).exec_without_returning(work.db()).await?;
    bulk::insert::<sample_unit::Entity>(work, units).await?;
    bulk::insert::<sample_item::Entity>(work, items).await
}

/// Moves one on from the state in which it was read.
///
/// # Errors
/// `Stale` when somebody else looked at it meanwhile.
pub(super) async fn change(work: &Work, row: &sample_item::Model, set: Vec<(Item, Expr)>) -> Result<()> {
    changing::change(work, row, set).await
}

/// Every account that took a step of a claim, up to the bank.
pub(super) async fn hands(db: &impl ConnectionTrait, claim: &claim::Model) -> Result<Vec<AccountId>> {
    let decided: Vec<AccountId> = decision::Entity::find()
        .select_only()
        .column(decision::Column::DecidedBy)
        .filter(decision::Column::ClaimId.eq(claim.id))
        .into_tuple()
        .all(db)
        .await?;
    let steps = [claim.first_approved_by, claim.second_approved_by, claim.finance_approved_by];
    Ok(std::iter::once(claim.submitted_by).chain(steps.into_iter().flatten()).chain(decided).collect())
}
