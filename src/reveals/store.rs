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

/// The last looks at a person who was seen, the newest first.
pub(crate) async fn of_person(db: &impl ConnectionTrait, person: PersonId, limit: u64) -> Result<Vec<reveal::Model>> {
    Ok(reveal::Entity::find()
        .filter(reveal::Column::PersonId.eq(person))
        .order_by_desc(reveal::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}
