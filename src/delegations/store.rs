//! Every query on who acts for whom.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::NaiveDate;
use entities::{
    account, delegation, deputy_act,
    values::{AccountId, DelegationId, HolderId, Role},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::Expr,
};

use crate::access::Actor;
use crate::base::{Error, Result};
use crate::data::Work;

use delegation::Column;

/// What one gave or was given; the administrator sees all.
fn visible_to(reader: &Actor) -> Select<delegation::Entity> {
    let rows = delegation::Entity::find();
    if reader.role == Role::Administrator {
        return rows;
    }
    let own = [Column::FromAccount, Column::ToAccount].map(|column| column.eq(reader.account));
    rows.filter(own.into_iter().fold(Condition::any(), Condition::add))
}

/// # Errors
/// `NotFound`.
pub(super) async fn visible(db: &impl ConnectionTrait, reader: &Actor, id: DelegationId) -> Result<delegation::Model> {
    visible_to(reader).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("delegation"))
}

/// So many, newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    reader: &Actor,
    after: Option<DelegationId>,
    limit: u64,
) -> Result<Vec<delegation::Model>> {
    let mut rows = visible_to(reader);
    if let Some(after) = after {
        rows = rows.filter(Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// What stands between two days, of both accounts and of the natural persons behind them. Of two servers that give at once one
/// waits here, until what the other gave can be seen.
pub(super) async fn touching(
    work: &Work,
    accounts: [AccountId; 2],
    holders: [HolderId; 2],
    (from_on, to_on): (NaiveDate, NaiveDate),
) -> Result<Vec<delegation::Model>> {
    let behind =
        Condition::any().add(account::Column::Id.is_in(accounts)).add(account::Column::HolderId.is_in(holders));
    let locked = account::Entity::find().filter(behind).order_by_asc(account::Column::Id).lock_exclusive();
    locked.all(work.db()).await?;
    let of_them = Condition::any().add(Column::FromHolder.is_in(holders)).add(Column::ToHolder.is_in(holders));
    Ok(delegation::Entity::find()
        .filter(Column::EndedAt.is_null())
        .filter(Column::FromOn.lte(to_on))
        .filter(Column::ToOn.gte(from_on))
        .filter(of_them)
        .all(work.db())
        .await?)
}

pub(super) async fn insert(work: &Work, row: delegation::Model) -> Result<()> {
    delegation::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// # Errors
/// `Stale` where somebody else ended it.
pub(super) async fn end(work: &Work, id: DelegationId, by: AccountId) -> Result<()> {
    let done = delegation::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(Some(work.now)))
        .col_expr(Column::EndedBy, Expr::value(Some(by)))
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(work.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// What was done so, newest first.
pub(super) async fn acts(db: &impl ConnectionTrait, id: DelegationId, most: u64) -> Result<Vec<deputy_act::Model>> {
    Ok(deputy_act::Entity::find()
        .filter(deputy_act::Column::DelegationId.eq(id))
        .order_by_desc(deputy_act::Column::Id)
        .limit(most)
        .all(db)
        .await?)
}
