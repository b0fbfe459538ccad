//! Every query on doubts.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::{DateTime, Utc};
use entities::{
    class_session, doubt, organisation, training_class,
    values::{AccountId, CaseId, ClassId, DoubtId, DoubtKind, DoubtStatus, EnrolmentId, OrganisationId, SessionId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, Select, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::{Work, changing};
use crate::supervision::forms::Sought;

use doubt::Column;

/// Doubts go by area alone: the institution that is doubted sees none.
fn visible_to(scope: &Scope) -> Select<doubt::Entity> {
    doubt::Entity::find().filter(scope.over(Column::AreaCode, None, None))
}

/// A doubt with the class that it is about and who teaches it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Doubted {
    pub id: DoubtId,
    pub class_id: ClassId,
    pub class_title: String,
    pub class_number: String,
    pub session_id: Option<SessionId>,
    /// Which session it is, where it is about one.
    pub ordinal: Option<i32>,
    pub enrolment_id: Option<EnrolmentId>,
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    pub area_code: String,
    pub kind: DoubtKind,
    pub key: String,
    pub facts: String,
    pub status: DoubtStatus,
    pub found_at: DateTime<Utc>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub case_id: Option<CaseId>,
    pub version: i32,
}

fn listing(scope: &Scope) -> Select<doubt::Entity> {
    let class: RelationDef =
        doubt::Entity::belongs_to(training_class::Entity).from(Column::ClassId).to(training_class::Column::Id).into();
    let house: RelationDef = doubt::Entity::belongs_to(organisation::Entity)
        .from(Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    let session: RelationDef =
        doubt::Entity::belongs_to(class_session::Entity).from(Column::SessionId).to(class_session::Column::Id).into();
    visible_to(scope)
        .column_as(training_class::Column::Title, "class_title")
        .column_as(training_class::Column::Number, "class_number")
        .column_as(organisation::Column::Name, "organisation_name")
        .column_as(class_session::Column::Ordinal, "ordinal")
        .join(JoinType::InnerJoin, class)
        .join(JoinType::InnerJoin, house)
        .join(JoinType::LeftJoin, session)
        .order_by_desc(Column::Id)
}

/// The latest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought,
    before: Option<DoubtId>,
    limit: u64,
) -> Result<Vec<Doubted>> {
    let mut rows = listing(scope).limit(limit);
    if let Some(kind) = sought.kind {
        rows = rows.filter(Column::Kind.eq(kind));
    }
    if let Some(status) = sought.status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(organisation) = sought.organisation {
        rows = rows.filter(Column::OrganisationId.eq(organisation));
    }
    if let Some(class) = sought.class {
        rows = rows.filter(Column::ClassId.eq(class));
    }
    if let Some(before) = before {
        rows = rows.filter(Column::Id.lt(before));
    }
    Ok(rows.into_model::<Doubted>().all(db).await?)
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn doubted(db: &impl ConnectionTrait, scope: &Scope, id: DoubtId) -> Result<Doubted> {
    let row = listing(scope).filter(Column::Id.eq(id)).into_model::<Doubted>().one(db).await?;
    row.ok_or(Error::NotFound("doubt"))
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: DoubtId) -> Result<doubt::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("doubt"))
}

/// Those of a case, for whoever sees the case and doubts.
pub(super) async fn of_case(db: &impl ConnectionTrait, scope: &Scope, case: CaseId) -> Result<Vec<Doubted>> {
    Ok(listing(scope).filter(Column::CaseId.eq(case)).into_model::<Doubted>().all(db).await?)
}

/// How many of each kind in sight wait to be decided on.
pub(super) async fn open_by_kind(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<(DoubtKind, i64)>> {
    Ok(visible_to(scope)
        .select_only()
        .column(Column::Kind)
        .column_as(Column::Id.count(), "many")
        .filter(Column::Status.eq(DoubtStatus::Open))
        .group_by(Column::Kind)
        .into_tuple()
        .all(db)
        .await?)
}

pub(super) async fn count(db: &impl ConnectionTrait, scope: &Scope, status: DoubtStatus) -> Result<u64> {
    Ok(visible_to(scope).filter(Column::Status.eq(status)).count(db).await?)
}

/// Every doubt of a class, decided or not: what is found is compared with them.
pub(super) async fn of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<doubt::Model>> {
    Ok(doubt::Entity::find().filter(Column::ClassId.eq(class)).order_by_asc(Column::Id).all(db).await?)
}

/// The doubt that is the same.
pub(super) async fn same(
    db: &impl ConnectionTrait,
    class: ClassId,
    kind: DoubtKind,
    key: &str,
) -> Result<Option<doubt::Model>> {
    let same = doubt::Entity::find().filter(Column::ClassId.eq(class)).filter(Column::Kind.eq(kind));
    Ok(same.filter(Column::Key.eq(key)).one(db).await?)
}

pub(super) async fn insert(work: &Work, row: doubt::Model) -> Result<()> {
    doubt::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Moves one on from the state in which it was read, with what else changes.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(super) async fn move_doubt(
    work: &Work,
    row: &doubt::Model,
    to: DoubtStatus,
    also: Vec<(Column, Expr)>,
) -> Result<()> {
    let status = (Column::Status, Expr::value(to));
    changing::change(work, row, std::iter::once(status).chain(also)).await
}
