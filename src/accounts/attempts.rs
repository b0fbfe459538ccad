//! Limits on guessing: failed sign-ins are counted per account and per address, and outlive a restart.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use entities::login_attempt;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use crate::base::{Error, Result};
use crate::data::{Vault, Work};

/// After so many failures an account rests.
const OF_ACCOUNT: i32 = 5;
/// A classroom or a county office signs in from one address, so an address may fail more often.
const OF_ADDRESS: i32 = 100;
const REST_MINUTES: i64 = 15;
const LONGEST_MINUTES: i64 = 24 * 60;

/// The two counters of one try.
#[derive(Clone, Debug)]
pub(crate) struct Try {
    account: String,
    address: Option<String>,
}

impl Try {
    /// What somebody typed for a login may be a number of theirs, so it is kept as a keyed hash.
    pub(crate) fn new(vault: &Vault, login: &str, address: Option<IpAddr>) -> Self {
        let account = format!("account:{}", vault.index("login", login));
        Self { account, address: address.map(|ip| format!("address:{ip}")) }
    }

    fn keys(&self) -> impl Iterator<Item = (&String, i32)> {
        std::iter::once((&self.account, OF_ACCOUNT)).chain(self.address.iter().map(|key| (key, OF_ADDRESS)))
    }

    async fn rows(&self, db: &impl ConnectionTrait) -> Result<Vec<login_attempt::Model>> {
        let keys: Vec<&String> = self.keys().map(|(key, _)| key).collect();
        Ok(login_attempt::Entity::find().filter(login_attempt::Column::Key.is_in(keys)).all(db).await?)
    }

    /// # Errors
    /// `TooMany` while one of the two rests.
    pub(crate) async fn check(&self, db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<()> {
        let until = self.rows(db).await?.into_iter().filter_map(|row| row.blocked_until).max();
        match until {
            Some(until) if until > now => {
                Err(Error::TooMany(u64::try_from((until - now).num_seconds()).unwrap_or_default() + 1))
            }
            _ => Ok(()),
        }
    }

    /// Counts a failure; the rest doubles with each further one, up to a day.
    pub(crate) async fn failed(&self, work: &Work) -> Result<()> {
        let rows = self.rows(work.db()).await?;
        for (key, most) in self.keys() {
            let before = rows.iter().find(|row| row.key == *key);
            let fresh = before.is_none_or(|row| work.now - row.last_at > TimeDelta::minutes(LONGEST_MINUTES));
            let failures = if fresh { 1 } else { before.map_or(1, |row| row.failures.saturating_add(1)) };
            let over = u32::try_from(failures - most).unwrap_or_default();
            let rest = TimeDelta::minutes((REST_MINUTES << over.min(7)).min(LONGEST_MINUTES));
            login_attempt::Entity::insert(login_attempt::ActiveModel {
                key: Set(key.clone()),
                failures: Set(failures),
                last_at: Set(work.now),
                blocked_until: Set((failures >= most).then(|| work.now + rest)),
            })
            .on_conflict(
                OnConflict::column(login_attempt::Column::Key)
                    .update_columns([
                        login_attempt::Column::Failures,
                        login_attempt::Column::LastAt,
                        login_attempt::Column::BlockedUntil,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(work.db())
            .await?;
        }
        Ok(())
    }

    /// A success clears the account's count; the address keeps its own.
    pub(crate) async fn succeeded(&self, work: &Work) -> Result<()> {
        login_attempt::Entity::delete_by_id(self.account.clone()).exec(work.db()).await?;
        Ok(())
    }
}
