//! Every query on requests to correct a record.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    change_request,
    values::{AccountId, ChangeRequestId, ChangeStatus, PersonId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::Work;

use change_request::Column;

/// Requests that are open; the table's own unique index names the same states.
pub(crate) const OPEN: [ChangeStatus; 2] = [ChangeStatus::Filed, ChangeStatus::AwaitingSecond];

/// Requests for the people of the scope, and for those who move there.
fn visible_to(scope: &Scope) -> Select<change_request::Entity> {
    let person = Some(Column::PersonId);
    let from_here = scope.over(Column::AreaCode, None, person);
    change_request::Entity::find().filter(Condition::any().add(from_here).add(scope.over(
        Column::DecidedIn,
        None,
        person,
    )))
}

/// # Errors
/// `NotFound`.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: ChangeRequestId,
) -> Result<change_request::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("correction"))
}

/// Which requests a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sought {
    pub status: Option<ChangeStatus>,
    pub person: Option<PersonId>,
    pub after: Option<ChangeRequestId>,
}

/// So many, newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought,
    limit: u64,
) -> Result<Vec<change_request::Model>> {
    let mut rows = visible_to(scope);
    if let Some(status) = sought.status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(person) = sought.person {
        rows = rows.filter(Column::PersonId.eq(person));
    }
    if let Some(after) = sought.after {
        rows = rows.filter(Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// The open request of a person.
pub(crate) async fn open_of(db: &impl ConnectionTrait, person: PersonId) -> Result<Option<change_request::Model>> {
    Ok(change_request::Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Column::Status.is_in(OPEN))
        .one(db)
        .await?)
}

/// How many requests in these states the scope decides on.
pub(crate) async fn to_decide(db: &impl ConnectionTrait, scope: &Scope, status: ChangeStatus) -> Result<u64> {
    Ok(change_request::Entity::find()
        .filter(scope.over(Column::DecidedIn, None, None))
        .filter(Column::Status.eq(status))
        .count(db)
        .await?)
}

/// How many open requests there are for the people of the scope.
pub(crate) async fn open_for(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64> {
    Ok(change_request::Entity::find()
        .filter(scope.over(Column::AreaCode, None, Some(Column::PersonId)))
        .filter(Column::Status.is_in(OPEN))
        .count(db)
        .await?)
}

/// # Errors
/// `correction.open` when the person has an open request.
pub(crate) async fn insert(work: &Work, row: change_request::Model) -> Result<()> {
    let done = change_request::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await;
    match done.map_err(Error::from) {
        Ok(_) => Ok(()),
        Err(e) if e.is_duplicate() => Err(Error::refused("correction.open")),
        Err(e) => Err(e),
    }
}

/// What is written beside the state in a move.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks<'a> {
    pub first: Option<AccountId>,
    pub second: Option<AccountId>,
    pub reason: Option<&'a str>,
}

/// Moves a request on from the state in which it was read.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(crate) async fn advance(
    work: &Work,
    row: &change_request::Model,
    to: ChangeStatus,
    marks: Marks<'_>,
) -> Result<change_request::Model> {
    let after = change_request::Model {
        status: to,
        first_by: marks.first.or(row.first_by),
        second_by: marks.second.or(row.second_by),
        decided_at: (!OPEN.contains(&to)).then_some(work.now),
        reason: marks.reason.map(str::to_owned),
        version: row.version + 1,
        ..row.clone()
    };
    let done = change_request::Entity::update_many()
        .col_expr(Column::Status, Expr::value(to))
        .col_expr(Column::FirstBy, Expr::value(after.first_by))
        .col_expr(Column::SecondBy, Expr::value(after.second_by))
        .col_expr(Column::DecidedAt, Expr::value(after.decided_at))
        .col_expr(Column::Reason, Expr::value(after.reason.clone()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Status.eq(row.status))
        .filter(Column::Version.eq(row.version))
        .exec(work.db())
        .await?;
    if done.rows_affected == 1 { Ok(after) } else { Err(Error::Stale) }
}

/// The decided requests of one person are another's from now on.
pub(crate) async fn hand_over(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    change_request::Entity::update_many()
        .col_expr(Column::PersonId, Expr::value(to))
        .filter(Column::PersonId.eq(from))
        .exec(work.db())
        .await?;
    Ok(())
}
