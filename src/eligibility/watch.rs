//! The clock that looks at every running class anew, once a day and at the start.

use std::time::Duration;

use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::access::Scope;
use crate::base::{Clock, Error, Result};
use crate::data::{Database, Desk};
use crate::eligibility::{flags, store};

/// How often the watch asks whether a new day has begun.
const POLL: Duration = Duration::from_secs(600);
/// Classes that are read at once.
const CLASSES: u64 = 100;

/// Looks at every running class anew; returns how many doubts were opened. Run again, it changes nothing.
///
/// # Errors
/// Of the database.
pub async fn recheck_all(database: &Database, desk: &Desk, clock: &Clock) -> Result<usize> {
    let (mut after, mut opened) = (None, 0);
    loop {
        let classes = store::running(database.reader(), after, CLASSES).await?;
        let Some(last) = classes.last() else { return Ok(opened) };
        after = Some(last.id);
        for class in classes {
            // A look by a reader first: what stands as it stood needs no writing.
            if flags::compare(database.reader(), &class, clock.today()).await?.is_empty() {
                continue;
            }
            let done = desk.write(async |work| {
                let class = store::class(work.db(), &Scope::System, class.id).await?;
                flags::recheck(None, work, &class).await
            });
            opened += match done.await {
                Ok(opened) => opened,
                // It ended meanwhile.
                Err(Error::Refused(_)) => 0,
                Err(e) => return Err(e),
            };
        }
    }
}

/// A watch that goes by.
pub struct Watch {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Watch {
    /// Goes by until it is told to stop.
    pub fn start(database: Database, desk: Desk, clock: Clock) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            let mut done = None;
            while !*stopped.borrow() {
                let today = clock.today();
                if done != Some(today) {
                    match recheck_all(&database, &desk, &clock).await {
                        Ok(_) => done = Some(today),
                        Err(e) => tracing::error!("running classes were not looked at: {e}"),
                    }
                }
                // Either way the loop goes on to look: for a new day, and whether to stop.
                drop(timeout(POLL, stopped.changed()).await);
            }
        });
        Self { stop, worker }
    }

    /// Returns when the round at hand is through; close it before the desk, to which it writes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        if self.worker.await.is_err() {
            tracing::error!("the watch had ended before it was closed");
        }
    }
}
