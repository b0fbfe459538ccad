//! A queue before the readers, for a look-up that every request makes: all who wait are answered by one query.
//!
//! Who a session belongs to and what it may do is asked of the database at every request, never of a cache, so that a
//! role that was taken away is gone at the next request. Under load that would be a query each, three to five times the
//! cost of all the rest of a request; gathered, it is a fraction of one.
//!
//! The answer is always fresh: a query takes only keys that were asked before it began, so it sees every commit that its
//! askers could know of. Nothing is kept, so nothing must be invalidated.

use std::{collections::HashMap, hash::Hash};

use sea_orm::DatabaseConnection;
use tokio::sync::{mpsc, oneshot};

use crate::base::{Error, Result};
use crate::data::Database;

/// Asks that may wait; who comes after is told at once that we are busy.
const QUEUE: usize = 4_096;
/// Keys per query.
const MOST: usize = 256;

/// A look-up by key that can be made for many keys at once.
pub trait Fetch: Send + Sync + 'static {
    type Key: Eq + Hash + Clone + Send + Sync + 'static;
    type Found: Clone + Send + 'static;

    /// What there is under each of the keys, which are distinct.
    fn fetch(
        db: &DatabaseConnection,
        keys: &[Self::Key],
    ) -> impl Future<Output = Result<HashMap<Self::Key, Self::Found>>> + Send;
}

type Answer<F> = oneshot::Sender<Result<Option<<F as Fetch>::Found>>>;

/// A handle on the queue.
pub struct Gather<F: Fetch>(mpsc::Sender<(F::Key, Answer<F>)>);

impl<F: Fetch> Gather<F> {
    /// The queue ends when its handle is dropped.
    pub fn open(database: &Database) -> Self {
        let (gather, mut asks) = mpsc::channel(QUEUE);
        let db = database.reader().clone();
        tokio::spawn(async move {
            let mut waiting = Vec::new();
            // One query at a time: while it runs the next one gathers.
            while asks.recv_many(&mut waiting, MOST).await > 0 {
                let (db, waiting) = (db.clone(), waiting.split_off(0));
                // In a task of its own: a panic is an error of those who waited, and of nobody else.
                tokio::spawn(async move { answer::<F>(&db, waiting).await }).await.ok();
            }
        });
        Self(gather)
    }

    pub async fn get(&self, key: F::Key) -> Result<Option<F::Found>> {
        let (answer, told) = oneshot::channel();
        self.0.try_send((key, answer)).map_err(|_| Error::Busy)?;
        told.await.map_err(|_| Error::internal("a look-up panicked"))?
    }
}

async fn answer<F: Fetch>(db: &DatabaseConnection, waiting: Vec<(F::Key, Answer<F>)>) {
    let mut askers: HashMap<F::Key, Vec<Answer<F>>> = HashMap::with_capacity(waiting.len());
    for (key, answer) in waiting {
        askers.entry(key).or_default().push(answer);
    }
    let keys: Vec<F::Key> = askers.keys().cloned().collect();
    let found = F::fetch(db, &keys).await;
    for (key, answers) in askers {
        let told = found.as_ref().map(|found| found.get(&key).cloned()).map_err(Error::clone);
        for answer in answers {
            // Who went away needs no answer.
            drop(answer.send(told.clone()));
        }
    }
}
