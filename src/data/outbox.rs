//! Messages: written into the mailbox with the deed that they tell of, mailed afterwards by a worker of its own. So a dead
//! mail server slows no page and loses no message.
//!
//! A letter is taken by moving its next attempt into the future, in one statement; then it is carried, then the outcome is
//! written. Several processes may do so side by side, and a worker that died midway leaves a letter that is due again
//! later. A letter can thus go out twice, but only around a crash, and then under the same Message-ID.

#![expect(clippy::disallowed_methods, reason = "the worker sends everybody's letters, no area is in play")]

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use entities::{
    account, message,
    values::{AccountId, MailState, MessageId},
};
use rocket::futures::future::join_all;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    prelude::DateTimeUtc, sea_query::Expr,
};
use serde_json::Value;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::base::{Clock, Result};
use crate::data::courier::{Courier, Parcel, Undelivered};
use crate::data::{Database, Desk, Work};

/// Letters carried side by side.
const BATCH: u64 = 16;
/// How often the worker looks for letters that are due.
const POLL: Duration = Duration::from_secs(2);
/// Longer than any attempt takes: after it, a letter whose worker died is due again.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// After the first failure; twice as long after each further one, up to [`LONGEST`].
const BACK_OFF: TimeDelta = TimeDelta::seconds(30);
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// Attempts after which a letter is dead; it stays in the mailbox.
const ATTEMPTS: i32 = 10;

/// Something to be told to one account. The text is made where it is read, in the reader's language, from `kind` and `args`.
#[derive(Clone, Debug)]
pub struct Telling {
    pub to: AccountId,
    pub kind: &'static str,
    pub args: Value,
    /// The page it is about.
    pub link: Option<String>,
}

/// Whether a mail server is set, so that messages go out as letters too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailing {
    On,
    Off,
}

impl Telling {
    pub(in crate::data) fn row(self, now: DateTimeUtc) -> message::Model {
        message::Model {
            id: MessageId::new(),
            account_id: self.to,
            kind: self.kind.to_owned(),
            args: self.args,
            link: self.link,
            created_at: now,
            read_at: None,
            mail: MailState::None,
            attempts: 0,
            next_attempt_at: None,
            sent_at: None,
            last_error: None,
        }
    }
}

/// Marks what is to be mailed: messages to accounts that have an address and may sign in. One question for all of them.
pub(in crate::data) async fn address(
    db: &impl ConnectionTrait,
    mut messages: Vec<message::Model>,
    mailing: Mailing,
) -> Result<Vec<message::Model>> {
    if mailing == Mailing::Off || messages.is_empty() {
        return Ok(messages);
    }
    let told: HashSet<AccountId> = messages.iter().map(|m| m.account_id).collect();
    let reachable: HashSet<AccountId> = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::Id.is_in(told))
        .filter(account::Column::Email.is_not_null())
        .filter(account::Column::DisabledAt.is_null())
        .into_tuple()
        .all(db)
        .await?
        .into_iter()
        .collect();
    for message in messages.iter_mut().filter(|m| reachable.contains(&m.account_id)) {
        message.mail = MailState::Pending;
        message.next_attempt_at = Some(message.created_at);
    }
    Ok(messages)
}

/// How many messages wait in a mailbox to be read.
pub async fn unread(db: &impl ConnectionTrait, account: AccountId) -> Result<u64> {
    let waiting = message::Entity::find()
        .filter(message::Column::AccountId.eq(account))
        .filter(message::Column::ReadAt.is_null());
    Ok(waiting.count(db).await?)
}

/// A message in words.
#[derive(Clone, Debug)]
pub struct Letter {
    pub subject: String,
    pub body: String,
}

/// Puts a message into words, in its reader's language; the texts live with the features.
pub type Letters = Arc<dyn Fn(&message::Model, &account::Model) -> Letter + Send + Sync>;

/// Sends what is due.
pub struct Outbox<C> {
    database: Database,
    desk: Desk,
    clock: Clock,
    courier: Arc<C>,
    letters: Letters,
}

impl<C: Courier> Outbox<C> {
    pub fn new(database: Database, desk: Desk, clock: Clock, courier: C, letters: Letters) -> Self {
        Self { database, desk, clock, courier: Arc::new(courier), letters }
    }

    /// Carries one batch of letters that are due, and says how many there were.
    pub async fn send_due(&self) -> Result<usize> {
        // A look by a reader first: an idle worker should not write.
        if message::Entity::find().filter(due(self.clock.now())).limit(1).count(self.database.reader()).await? == 0 {
            return Ok(0);
        }
        let taken = self.desk.write(take).await?;
        let batch = taken.len();
        for outcome in join_all(taken.into_iter().map(|(message, to)| self.deliver(message, to))).await {
            outcome?;
        }
        Ok(batch)
    }

    async fn deliver(&self, message: message::Model, to: Option<account::Model>) -> Result<()> {
        let (id, attempts) = (message.id, message.attempts);
        let outcome = match to.and_then(|account| Some((account.email.clone()?, account))) {
            None => None,
            Some((address, account)) => {
                let (courier, letters) = (Arc::clone(&self.courier), Arc::clone(&self.letters));
                // In a task of its own: a text that panics is a failed attempt at this letter, not the end of the outbox.
                let carried = tokio::spawn(async move {
                    let Letter { subject, body } = letters(&message, &account);
                    courier.carry(Parcel { id, to: address, subject, body, written_at: message.created_at }).await
                });
                Some(carried.await.unwrap_or_else(|_| Err(Undelivered("panic".to_owned()))))
            }
        };
        self.desk.write(async |work| settle(work, id, attempts, outcome.as_ref()).await).await
    }

    /// Keeps sending until it is told to stop.
    pub fn start(self) -> Sending {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            while !*stopped.borrow() {
                let sent = self.send_due().await.unwrap_or_else(|e| {
                    tracing::error!("the outbox did not get through: {e}");
                    0
                });
                if sent == 0 {
                    // Either way the loop goes on to look: for letters, and whether to stop.
                    drop(timeout(POLL, stopped.changed()).await);
                }
            }
        });
        Sending { stop, worker }
    }
}

/// A worker that sends.
pub struct Sending {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Sending {
    /// Returns when the batch at hand is through; close it before the desk, to which it writes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        if self.worker.await.is_err() {
            tracing::error!("the outbox had ended before it was closed");
        }
    }
}

fn due(now: DateTimeUtc) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(message::Column::Mail.eq(MailState::Pending))
        .add(message::Column::NextAttemptAt.lte(now))
}

/// Takes a batch for itself: who else looks will find none of it due.
async fn take(work: &Work) -> Result<Vec<(message::Model, Option<account::Model>)>> {
    let next = message::Entity::find()
        .select_only()
        .column(message::Column::Id)
        .filter(due(work.now))
        .order_by_asc(message::Column::NextAttemptAt)
        .limit(BATCH)
        .into_query();
    let taken = message::Entity::update_many()
        .col_expr(message::Column::NextAttemptAt, Expr::value(work.now + LEASE))
        .filter(message::Column::Id.in_subquery(next))
        .filter(due(work.now))
        .exec_with_returning(work.db())
        .await?;
    let readers: HashMap<AccountId, account::Model> = account::Entity::find()
        .filter(account::Column::Id.is_in(taken.iter().map(|m| m.account_id)))
        .all(work.db())
        .await?
        .into_iter()
        .map(|account| (account.id, account))
        .collect();
    Ok(taken
        .into_iter()
        .map(|message| {
            let reader = readers.get(&message.account_id).cloned();
            (message, reader)
        })
        .collect())
}

/// Writes down how it went; no outcome means that there is no address any more.
async fn settle(work: &Work, id: MessageId, failures: i32, outcome: Option<&Result<(), Undelivered>>) -> Result<()> {
    let attempts = failures + 1;
    let (mail, next, sent, error) = match outcome {
        None => (MailState::None, None, None, None),
        Some(Ok(())) => (MailState::Sent, None, Some(work.now), None),
        Some(Err(Undelivered(why))) if attempts >= ATTEMPTS => (MailState::Dead, None, None, Some(why.clone())),
        Some(Err(Undelivered(why))) => (MailState::Pending, Some(work.now + pause(failures)), None, Some(why.clone())),
    };
    message::Entity::update_many()
        .col_expr(message::Column::Mail, Expr::value(mail))
        .col_expr(message::Column::Attempts, Expr::value(attempts))
        .col_expr(message::Column::NextAttemptAt, Expr::value(next))
        .col_expr(message::Column::SentAt, Expr::value(sent))
        .col_expr(message::Column::LastError, Expr::value(error))
        .filter(message::Column::Id.eq(id))
        .filter(message::Column::Mail.eq(MailState::Pending))
        .exec(work.db())
        .await?;
    Ok(())
}

/// How long to wait after so many failures before this one.
fn pause(failures: i32) -> TimeDelta {
    (BACK_OFF * 2_i32.saturating_pow(failures.unsigned_abs().min(10))).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_waits_twice_as_long_each_time_but_never_over_an_hour() {
        let seconds: Vec<i64> = (0..9).map(|n| pause(n).num_seconds()).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }
}
