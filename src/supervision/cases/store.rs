//! Every query on cases.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::{DateTime, Utc};
use entities::{
    organisation, supervision_case,
    values::{AccountId, CaseId, CaseOutcome, CaseStatus, Fen, OrganisationId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, Select, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::{Work, changing};

use supervision_case::Column;

/// Of an area, or against one's own institution.
fn visible_to(scope: &Scope) -> Select<supervision_case::Entity> {
    supervision_case::Entity::find().filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), None))
}

/// A case with the name of the institution.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Listed {
    pub id: CaseId,
    pub number: String,
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    pub area_code: String,
    pub title: String,
    pub finding: String,
    pub status: CaseStatus,
    pub outcome: Option<CaseOutcome>,
    pub decision: Option<String>,
    pub recover_fen: Option<Fen>,
    pub opened_by: AccountId,
    pub opened_at: DateTime<Utc>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub closed_by: Option<AccountId>,
    pub closed_at: Option<DateTime<Utc>>,
    pub closing: Option<String>,
    pub version: i32,
}

fn listing(scope: &Scope) -> Select<supervision_case::Entity> {
    let house: RelationDef = supervision_case::Entity::belongs_to(organisation::Entity)
        .from(Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    visible_to(scope)
        .column_as(organisation::Column::Name, "organisation_name")
        .join(JoinType::InnerJoin, house)
        .order_by_desc(Column::Id)
}

/// The latest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    (status, organisation): (Option<CaseStatus>, Option<OrganisationId>),
    before: Option<CaseId>,
    limit: u64,
) -> Result<Vec<Listed>> {
    let mut rows = listing(scope).limit(limit);
    if let Some(status) = status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(organisation) = organisation {
        rows = rows.filter(Column::OrganisationId.eq(organisation));
    }
    if let Some(before) = before {
        rows = rows.filter(Column::Id.lt(before));
    }
    Ok(rows.into_model::<Listed>().all(db).await?)
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn listed(db: &impl ConnectionTrait, scope: &Scope, id: CaseId) -> Result<Listed> {
    listing(scope).filter(Column::Id.eq(id)).into_model::<Listed>().one(db).await?.ok_or(Error::NotFound("case"))
}

/// # Errors
/// `NotFound` out of sight.
pub(crate) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: CaseId) -> Result<supervision_case::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("case"))
}

/// Opened cases in sight which that account did not open.
pub(super) async fn to_decide(db: &impl ConnectionTrait, scope: &Scope, but: AccountId) -> Result<u64> {
    let opened = visible_to(scope).filter(Column::Status.eq(CaseStatus::Opened));
    Ok(opened.filter(Column::OpenedBy.ne(but)).count(db).await?)
}

pub(super) async fn count(db: &impl ConnectionTrait, scope: &Scope, status: CaseStatus) -> Result<u64> {
    Ok(visible_to(scope).filter(Column::Status.eq(status)).count(db).await?)
}

pub(super) async fn insert(work: &Work, row: supervision_case::Model) -> Result<()> {
    supervision_case::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Moves one on from the state in which it was read, with what else changes.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(super) async fn move_case(
    work: &Work,
    row: &supervision_case::Model,
    to: CaseStatus,
    also: Vec<(Column, Expr)>,
) -> Result<()> {
    let status = (Column::Status, Expr::value(to));
    changing::change(work, row, std::iter::once(status).chain(also)).await
}
