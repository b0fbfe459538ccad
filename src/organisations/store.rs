//! Every query on organisations and their accreditations.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    accreditation, organisation,
    values::{OrganisationId, OrganisationKind, OrganisationStatus},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use crate::access::{Scope, within};
use crate::base::{Error, Result};
use crate::data::{Work, changing};

fn visible_to(scope: &Scope) -> Select<organisation::Entity> {
    organisation::Entity::find().filter(scope.over(
        organisation::Column::AreaCode,
        Some(organisation::Column::Id),
        None,
    ))
}

pub(crate) async fn one(db: &impl ConnectionTrait, scope: &Scope, id: OrganisationId) -> Result<organisation::Model> {
    visible_to(scope).filter(organisation::Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("organisation"))
}

/// Which organisations a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sought<'a> {
    pub kind: Option<OrganisationKind>,
    pub area: Option<&'a str>,
    pub after: Option<OrganisationId>,
}

/// So many, newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought<'_>,
    limit: u64,
) -> Result<Vec<organisation::Model>> {
    let mut rows = visible_to(scope);
    if let Some(kind) = sought.kind {
        rows = rows.filter(organisation::Column::Kind.eq(kind));
    }
    if let Some(area) = sought.area {
        rows = rows.filter(within(organisation::Column::AreaCode, area));
    }
    if let Some(after) = sought.after {
        rows = rows.filter(organisation::Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(organisation::Column::Id).limit(limit).all(db).await?)
}

/// Moves one from the state in which it was read.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(crate) async fn set_status(work: &Work, row: &organisation::Model, status: OrganisationStatus) -> Result<()> {
    changing::change(work, row, [(organisation::Column::Status, Expr::value(status))]).await
}

pub(crate) async fn many(db: &impl ConnectionTrait, ids: &[OrganisationId]) -> Result<Vec<organisation::Model>> {
    Ok(organisation::Entity::find().filter(organisation::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Active bodies that assess: of the county of a division, and of what lies above it.
pub(crate) async fn assessors(db: &impl ConnectionTrait, area: &str) -> Result<Vec<organisation::Model>> {
    const SHOWN: u64 = 200;
    use organisation::Column;
    let county = area.get(..6).unwrap_or(area);
    let above =
        [format!("{}0000", county.get(..2).unwrap_or_default()), format!("{}00", county.get(..4).unwrap_or_default())];
    let near = Condition::any().add(within(Column::AreaCode, county)).add(Column::AreaCode.is_in(above));
    Ok(organisation::Entity::find()
        .filter(Column::Kind.eq(OrganisationKind::Assessor))
        .filter(Column::Status.eq(OrganisationStatus::Active))
        .filter(near)
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
        .limit(SHOWN)
        .all(db)
        .await?)
}

pub(crate) async fn has_credit_code(db: &impl ConnectionTrait, code: &str) -> Result<bool> {
    Ok(organisation::Entity::find().filter(organisation::Column::CreditCode.eq(code)).one(db).await?.is_some())
}

/// What an institution is accredited for, the latest first.
pub(crate) async fn accreditations(db: &impl ConnectionTrait, id: OrganisationId) -> Result<Vec<accreditation::Model>> {
    Ok(accreditation::Entity::find()
        .filter(accreditation::Column::OrganisationId.eq(id))
        .order_by_desc(accreditation::Column::ValidFrom)
        .order_by_desc(accreditation::Column::Id)
        .all(db)
        .await?)
}
