//! Every query on looks at numbers in full.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::NaiveDate;
use entities::{
    reveal,
    values::{AccountId, PersonId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::base::Result;

/// How often an account looked on a day.
pub(crate) async fn count_of(db: &impl ConnectionTrait, account: AccountId, on: NaiveDate) -> Result<u64> {
    Ok(reveal::Entity::find()
        .filter(reveal::Column::AccountId.eq(account))
        .filter(reveal::Column::RevealedOn.eq(on))
        .count(db)
        .await?)
}

pub(crate) async fn insert(db: &impl ConnectionTrait, row: reveal::Model) -> Result<()> {
    reveal::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// The last looks at the records of a person who was seen, the newest first.
pub(crate) async fn of_records(
    db: &impl ConnectionTrait,
    records: &[PersonId],
    limit: u64,
) -> Result<Vec<reveal::Model>> {
    Ok(reveal::Entity::find()
        .filter(reveal::Column::PersonId.is_in(records.iter().copied()))
        .order_by_desc(reveal::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}
