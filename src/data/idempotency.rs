//! The first answer to a command is its answer for good: a client that did not hear it may ask again with the same key.
//!
//! Key and answer are written in the transaction of the deed itself, so there is never one without the other. Two that
//! arrive at once in two processes end in one deed: the second key breaks on the table's own and its job is undone.

use std::collections::HashMap;

use entities::{idempotency, values::AccountId};
use sea_orm::{
    ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, Iterable, JoinType,
    sea_query::{Expr, Query},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::base::{Error, Result};
use crate::data::Work;

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// A key that was used before, and for what.
#[derive(Clone, Debug)]
pub struct Kept {
    body_hash: String,
    answer: Answer,
}

impl Kept {
    /// What a batch has just decided, before it is written.
    pub fn new(body_hash: String, answer: Answer) -> Self {
        Self { body_hash, answer }
    }

    /// The first answer, to the same command.
    ///
    /// # Errors
    /// `idempotency.other_body` where the key comes with another command.
    pub fn answer_to(&self, body_hash: &str) -> Result<Answer> {
        if self.body_hash == body_hash {
            Ok(self.answer.clone())
        } else {
            Err(Error::invalid("Idempotency-Key", "idempotency.other_body"))
        }
    }
}

/// A command as it is remembered with its answer.
#[derive(Clone, Debug)]
pub struct Keep {
    pub account: AccountId,
    pub key: String,
    pub body_hash: String,
    pub answer: Answer,
}

/// The answer that stands already, or `None` for a command to be carried out.
pub async fn claim(work: &Work, account: AccountId, route: &str, key: &str, body_hash: &str) -> Result<Option<Answer>> {
    let kept = find_many(work, route, &[(account, key)]).await?;
    kept.into_values().next().map(|kept| kept.answer_to(body_hash)).transpose()
}

/// Remembers the answer, with the deed.
pub async fn keep(work: &Work, route: &str, keep: Keep) -> Result<()> {
    keep_many(work, route, vec![keep]).await
}

/// What stands under these keys, in one question; at most a thousand at once.
pub async fn find_many(
    work: &Work,
    route: &str,
    keys: &[(AccountId, &str)],
) -> Result<HashMap<(AccountId, String), Kept>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    // Joined to the list of keys rather than matched by two lists, which would try every account with every key.
    let stored = |column| Expr::col((idempotency::Entity, column));
    let asked = |column| Expr::col(("asked", column));
    let question = Query::select()
        .columns(idempotency::Column::iter().map(|column| (idempotency::Entity, column)))
        .from_values(keys.iter().map(|(account, key)| (*account, *key)), "asked")
        .join(
            JoinType::Join,
            idempotency::Entity,
            stored(idempotency::Column::AccountId)
                .eq(asked("column1"))
                .and(stored(idempotency::Column::Route).eq(route))
                .and(stored(idempotency::Column::Key).eq(asked("column2"))),
        )
        .to_owned();
    let mut found = HashMap::new();
    for row in work.db().query_all(&question).await? {
        let row = idempotency::Model::from_query_result(&row, "")?;
        let status = u16::try_from(row.status).map_err(Error::internal)?;
        let kept = Kept { body_hash: row.body_hash, answer: Answer { status, body: row.answer } };
        found.insert((row.account_id, row.key), kept);
    }
    Ok(found)
}

/// Remembers many answers in one statement.
pub async fn keep_many(work: &Work, route: &str, rows: Vec<Keep>) -> Result<()> {
    let rows = rows.into_iter().map(|row| {
        idempotency::Model {
            account_id: row.account,
            route: route.to_owned(),
            key: row.key,
            body_hash: row.body_hash,
            status: i32::from(row.answer.status),
            answer: row.answer.body,
            created_at: work.now,
        }
        .into_active_model()
    });
    idempotency::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// A command that is carried out once, however often it is sent under its key.
#[derive(Clone, Debug)]
pub struct Once {
    pub account: AccountId,
    pub route: &'static str,
    /// `None` where the caller sent no key: then it is carried out each time.
    pub key: Option<String>,
    pub body_hash: String,
}

impl Once {
    /// The answer that stands already, or that of `job`, which is kept with what the job wrote.
    pub async fn carry_out<T: Serialize + DeserializeOwned>(
        &self,
        work: &Work,
        status: u16,
        job: impl AsyncFnOnce() -> Result<T>,
    ) -> Result<T> {
        let Some(key) = &self.key else { return job().await };
        if let Some(answer) = claim(work, self.account, self.route, key, &self.body_hash).await? {
            return serde_json::from_str(&answer.body).map_err(Error::internal);
        }
        let done = job().await?;
        let body = serde_json::to_string(&done).map_err(Error::internal)?;
        let (account, key, body_hash) = (self.account, key.clone(), self.body_hash.clone());
        keep(work, self.route, Keep { account, key, body_hash, answer: Answer { status, body } }).await?;
        Ok(done)
    }
}
