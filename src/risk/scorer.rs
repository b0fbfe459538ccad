//! The clock that keeps a score of every institution, once a day.

use std::time::Duration;

use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::base::{Clock, Error, Result};
use crate::data::{Database, Desk};
use crate::risk::service::keep;
use crate::risk::store;

/// How often it is looked whether a day has begun.
const EVERY: Duration = Duration::from_secs(1_800);
/// Institutions that are read at once.
const ROWS: u64 = 100;

/// Keeps today's score of every institution that has none; returns how many. Run again on the same day, it keeps none.
///
/// # Errors
/// Of the database.
pub async fn score_all(database: &Database, desk: &Desk, clock: &Clock) -> Result<usize> {
    let (mut after, mut kept) = (None, 0);
    loop {
        let ids = store::unscored(database.reader(), clock.today(), after, ROWS).await?;
        let Some(last) = ids.last() else { return Ok(kept) };
        after = Some(*last);
        for id in ids {
            match desk.write(async |work| keep(None, work, id).await).await {
                Ok(_) => kept += 1,
                Err(Error::Stale) => {}
                // One that cannot be scored holds up nobody behind it; it is tried again in the next round.
                Err(e) => tracing::error!("the risk of organisation {id} was not kept: {e}"),
            }
        }
    }
}

/// A task that goes round.
pub struct Scorer {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Scorer {
    /// Goes round until it is told to stop.
    pub fn start(database: Database, desk: Desk, clock: Clock) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            while !*stopped.borrow() {
                // Nobody waits for a round over a province at the end; each score stands by itself.
                let round = tokio::select! {
                    round = score_all(&database, &desk, &clock) => round,
                    _ = stopped.changed() => break,
                };
                if let Err(e) = round {
                    tracing::error!("the risk of institutions was not kept: {e}");
                }
                // Either way the loop goes on to look, and whether to stop.
                drop(timeout(EVERY, stopped.changed()).await);
            }
        });
        Self { stop, worker }
    }

    /// Gives the round at hand up; close it before the desk, to which it writes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        if self.worker.await.is_err() {
            tracing::error!("the scorer had ended before it was closed");
        }
    }
}
