//! Every query on the accounts of organisations.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::NaiveDate;
use entities::{
    payee_account,
    values::{OrganisationId, PayeeAccountId, PayeeStatus},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::{Work, changing};

use payee_account::Column;

fn visible_to(scope: &Scope) -> Select<payee_account::Entity> {
    payee_account::Entity::find().filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), None))
}

/// # Errors
/// `NotFound`.
pub(super) async fn visible(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: PayeeAccountId,
) -> Result<payee_account::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("payee account"))
}

/// Which accounts a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sought {
    pub status: Option<PayeeStatus>,
    pub organisation: Option<OrganisationId>,
    pub after: Option<PayeeAccountId>,
}

/// So many, newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought,
    limit: u64,
) -> Result<Vec<payee_account::Model>> {
    let mut rows = visible_to(scope);
    if let Some(status) = sought.status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(organisation) = sought.organisation {
        rows = rows.filter(Column::OrganisationId.eq(organisation));
    }
    if let Some(after) = sought.after {
        rows = rows.filter(Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// How many wait for whoever decides here.
pub(super) async fn waiting(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64> {
    Ok(visible_to(scope).filter(Column::Status.eq(PayeeStatus::Proposed)).count(db).await?)
}

/// The one of an organisation in this state; the tables hold one proposed and one in force.
pub(super) async fn in_state(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
    status: PayeeStatus,
) -> Result<Option<payee_account::Model>> {
    Ok(payee_account::Entity::find()
        .filter(Column::OrganisationId.eq(organisation))
        .filter(Column::Status.eq(status))
        .one(db)
        .await?)
}

/// The one that was to be paid on until a day, when another one takes its place.
pub(super) async fn used_until(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
    day: Option<NaiveDate>,
) -> Result<Option<payee_account::Model>> {
    Ok(payee_account::Entity::find()
        .filter(Column::OrganisationId.eq(organisation))
        .filter(Column::Status.eq(PayeeStatus::Replaced))
        .filter(Column::UsedUntil.eq(day))
        .order_by_desc(Column::Id)
        .one(db)
        .await?)
}

/// The one on which an organisation is paid on a day.
pub(super) async fn usable(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
    on: NaiveDate,
) -> Result<Option<payee_account::Model>> {
    let still = Condition::any().add(Column::UsedUntil.is_null()).add(Column::UsedUntil.gt(on));
    Ok(payee_account::Entity::find()
        .filter(Column::OrganisationId.eq(organisation))
        .filter(Column::Status.is_in([PayeeStatus::InForce, PayeeStatus::Replaced]))
        .filter(Column::UsableFrom.lte(on))
        .filter(still)
        .order_by_desc(Column::UsableFrom)
        .order_by_desc(Column::Id)
        .one(db)
        .await?)
}

/// Other organisations that name the same number, or did.
pub(super) async fn twins(
    db: &impl ConnectionTrait,
    indexes: &[String],
    but: OrganisationId,
    most: u64,
) -> Result<Vec<OrganisationId>> {
    let held = [PayeeStatus::Proposed, PayeeStatus::InForce, PayeeStatus::Replaced];
    Ok(payee_account::Entity::find()
        .select_only()
        .column(Column::OrganisationId)
        .distinct()
        .filter(Column::NumberIndex.is_in(indexes))
        .filter(Column::OrganisationId.ne(but))
        .filter(Column::Status.is_in(held))
        .limit(most)
        .into_tuple()
        .all(db)
        .await?)
}

/// # Errors
/// `payee.open` where another one of the organisation waits.
pub(super) async fn insert(work: &Work, row: payee_account::Model) -> Result<()> {
    let done = payee_account::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await;
    match done.map_err(Error::from) {
        Ok(_) => Ok(()),
        Err(e) if e.is_duplicate() => Err(Error::refused("payee.open")),
        Err(e) => Err(e),
    }
}

/// Moves an account on from the state in which it was read.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(super) async fn advance(
    work: &Work,
    row: &payee_account::Model,
    to: PayeeStatus,
    also: Vec<(Column, Expr)>,
) -> Result<()> {
    let set = std::iter::once((Column::Status, Expr::value(to))).chain(also);
    changing::change(work, row, set).await
}
