//! Goes through the classes that changed, as time goes by.

use std::{collections::BTreeSet, time::Duration};

use entities::values::ClassId;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::base::{Error, Result};
use crate::classes;
use crate::data::{Database, Desk, settled};
use crate::supervision::search::look::{compare, look_at};
use crate::supervision::search::store::{self, Feed};

/// How often changes are read.
const EVERY: Duration = Duration::from_secs(300);
/// How often a class is tried, and how long is waited in between.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(500);
/// Changes that are read at once.
const CHANGES: u64 = 5_000;

/// Looks at every class that changed since the last time; returns how many doubts were raised. Run again, it raises none.
///
/// # Errors
/// Of the database.
pub async fn search_all(database: &Database, desk: &Desk) -> Result<usize> {
    let mut raised = 0;
    for feed in Feed::ALL {
        let mut seen = store::seen(database.reader(), feed).await?;
        loop {
            let changes = store::changed(database.reader(), feed, seen, CHANGES).await?;
            let Some((last, _)) = changes.last().copied() else { break };
            let changed: BTreeSet<ClassId> = changes.iter().filter_map(|(_, class)| *class).collect();
            raised += look_at_all(database, desk, changed).await;
            // What was read within the last seconds is read once more: an earlier change may come yet.
            let kept = last.min(settled());
            if kept > store::seen(database.reader(), feed).await? {
                desk.write(async |work| store::keep_seen(work, feed, kept).await).await?;
            }
            seen = last;
            if (changes.len() as u64) < CHANGES {
                break;
            }
        }
    }
    Ok(raised)
}

/// Looks at these classes, and at those that turn out to have to do with them.
async fn look_at_all(database: &Database, desk: &Desk, changed: BTreeSet<ClassId>) -> usize {
    let (mut raised, mut beside) = (0, BTreeSet::new());
    for id in &changed {
        let (many, neighbours) = patiently(database, desk, *id).await;
        raised += many;
        beside.extend(neighbours);
    }
    for id in beside.difference(&changed) {
        raised += patiently(database, desk, *id).await.0;
    }
    raised
}

/// Looks at a class, again where the house is busy or somebody was quicker. A class that cannot be looked at is named in the
/// log and holds up nobody behind it.
async fn patiently(database: &Database, desk: &Desk, id: ClassId) -> (usize, BTreeSet<ClassId>) {
    for _ in 1..TRIES {
        match look_at_one(database, desk, id).await {
            Err(Error::Busy | Error::Stale) => sleep(PAUSE).await,
            told => return told.unwrap_or_else(|e| unseen(id, &e)),
        }
    }
    look_at_one(database, desk, id).await.unwrap_or_else(|e| unseen(id, &e))
}

fn unseen(id: ClassId, error: &Error) -> (usize, BTreeSet<ClassId>) {
    tracing::error!("class {id} was not looked at: {error}");
    (0, BTreeSet::new())
}

async fn look_at_one(database: &Database, desk: &Desk, id: ClassId) -> Result<(usize, BTreeSet<ClassId>)> {
    let class = match classes::by_id(database.reader(), id).await {
        // Of a deed whose class is gone nothing is left to look at.
        Err(Error::NotFound(_)) => return Ok((0, BTreeSet::new())),
        class => class?,
    };
    // A look by a reader first: what stands as it stood needs no writing.
    let difference = compare(database.reader(), class).await?;
    let raised = if difference.is_empty() { 0 } else { desk.write(async |work| look_at(work, id).await).await? };
    Ok((raised, difference.neighbours))
}

/// A task that goes round.
pub struct Searcher {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Searcher {
    /// Goes round until it is told to stop.
    pub fn start(database: Database, desk: Desk) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            while !*stopped.borrow() {
                // The first round over years of classes takes long: nobody waits for it at the end.
                let round = tokio::select! {
                    round = search_all(&database, &desk) => round,
                    _ = stopped.changed() => break,
                };
                if let Err(e) = round {
                    tracing::error!("classes that changed were not looked at: {e}");
                }
                // Either way the loop goes on to look, and whether to stop.
                drop(timeout(EVERY, stopped.changed()).await);
            }
        });
        Self { stop, worker }
    }

    /// Gives the round at hand up, of which each class stands by itself; close it before the desk, to which it writes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        if self.worker.await.is_err() {
            tracing::error!("the search had ended before it was closed");
        }
    }
}
