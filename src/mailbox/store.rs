//! Every query on messages. A message belongs to one account, and nobody else reads it.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    message,
    values::{AccountId, MessageId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, prelude::DateTimeUtc,
    sea_query::Expr,
};

use crate::base::Result;

fn of(account: AccountId) -> Select<message::Entity> {
    message::Entity::find().filter(message::Column::AccountId.eq(account))
}

/// So many messages before one, the newest first: ids ascend in time.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    account: AccountId,
    after: Option<MessageId>,
    limit: u64,
) -> Result<Vec<message::Model>> {
    let mut rows = of(account);
    if let Some(after) = after {
        rows = rows.filter(message::Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(message::Column::Id).limit(limit).all(db).await?)
}

pub(super) async fn by_id(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: MessageId,
) -> Result<Option<message::Model>> {
    Ok(of(account).filter(message::Column::Id.eq(id)).one(db).await?)
}

/// Marks one message as read, or all up to one.
pub(super) async fn mark_read(
    db: &impl ConnectionTrait,
    account: AccountId,
    which: Which,
    now: DateTimeUtc,
) -> Result<()> {
    let mut update = message::Entity::update_many()
        .col_expr(message::Column::ReadAt, Expr::value(now))
        .filter(message::Column::AccountId.eq(account))
        .filter(message::Column::ReadAt.is_null());
    update = match which {
        Which::One(id) => update.filter(message::Column::Id.eq(id)),
        Which::Until(id) => update.filter(message::Column::Id.lte(id)),
        Which::All => update,
    };
    update.exec(db).await?;
    Ok(())
}

/// Which messages were read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    One(MessageId),
    /// This one and all before it.
    Until(MessageId),
    All,
}
