//! Seals what was written, as time goes by.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, timeout},
};
use uuid::Uuid;

use crate::base::{Clock, Error, Result};
use crate::data::{Database, Desk, Vault, settled, shifted};
use crate::seals::heads::{self, StreamHead};
use crate::seals::record::{STREAMS, Stream};
use crate::seals::{keys, store};

/// How often is looked for what is new.
const EVERY: Duration = Duration::from_secs(5);
/// How often is looked again over a stretch of ids, for rows that committed late.
const SWEEP: Duration = Duration::from_secs(120);
/// Milliseconds of that stretch. A row that comes later still is not sealed: it cannot be told from one that was slipped in.
pub(super) const LATEST: i64 = 300_000;
/// Rows that are sealed at once: nobody waits long for the turn after.
const BATCH: usize = 500;

/// What is needed to seal.
#[derive(Clone)]
pub struct Sealing {
    pub database: Database,
    pub desk: Desk,
    pub vault: Arc<Vault>,
    pub clock: Clock,
    /// How the house is called in what it signs.
    pub base_url: String,
}

impl Sealing {
    /// Seals everything that is settled and has no seal, also what came late; returns how many rows.
    ///
    /// # Errors
    /// Of the database; `Stale` where another process seals too and was quicker.
    pub async fn seal(&self) -> Result<u64> {
        self.seal_until(settled(), LATEST).await
    }

    /// The same up to an id. `again`: milliseconds before the last id that is sealed which are looked over once more.
    ///
    /// # Errors
    /// As [`Sealing::seal`].
    pub async fn seal_until(&self, until: Uuid, again: i64) -> Result<u64> {
        let mut sealed = 0;
        for stream in &STREAMS {
            sealed += self.seal_stream(stream, until, again).await?;
        }
        Ok(sealed)
    }

    async fn seal_stream(&self, stream: &Stream, until: Uuid, again: i64) -> Result<u64> {
        let db = self.database.reader();
        let frontier = store::frontier(db, stream.word).await?;
        let mut from = frontier.map_or(Uuid::nil(), |id| if again > 0 { shifted(id, -again) } else { id });
        let mut sealed = 0;
        loop {
            let rows = store::unsealed(db, stream, (from, until), BATCH).await?;
            let Some((last, _)) = rows.last() else { return Ok(sealed) };
            from = *last;
            let key = keys::need_key(&self.database, &self.desk, &self.vault).await?;
            let readable = rows.into_iter().filter_map(|(id, row)| match row {
                Ok(row) => Some((id, row.hash())),
                Err(e) => {
                    tracing::error!(table = stream.table, %id, "a row cannot be read and is not sealed: {e}");
                    None
                }
            });
            // Whoever seals too began at the same end: the key of the table lets one of the two win.
            let seals = key.seal(stream.word, store::end(db, stream.word).await?, readable, self.clock.now());
            let many = u64::try_from(seals.len()).map_err(Error::internal)?;
            match self.desk.write(async |work| store::insert(work, seals.clone()).await).await {
                Err(e) if e.is_duplicate() => return Err(Error::Stale),
                done => done?,
            }
            sealed += many;
        }
    }
}

/// The task, and the heads that it writes down.
pub struct Sealer {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Sealer {
    /// Goes round until it is told to stop; `heads` is the file that gets the head so often, where it moved.
    pub fn start(work: Sealing, heads: PathBuf, so_often: Duration) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            let (mut swept, mut told): (Option<Instant>, Option<Instant>) = (None, None);
            let mut written: Vec<StreamHead> = Vec::new();
            while !*stopped.borrow() {
                let sweep = swept.is_none_or(|at| at.elapsed() >= SWEEP);
                // Years that were never sealed take long: nobody waits for them at the end.
                let round = tokio::select! {
                    round = work.seal_until(settled(), if sweep { LATEST } else { 0 }) => round,
                    _ = stopped.changed() => break,
                };
                match round {
                    Ok(_) if sweep => swept = Some(Instant::now()),
                    // The other one seals for both; a busy house is looked at again.
                    Ok(_) | Err(Error::Stale | Error::Busy) => {}
                    Err(e) => tracing::error!("nothing was sealed: {e}"),
                }
                if told.is_none_or(|at| at.elapsed() >= so_often) {
                    told = Some(Instant::now());
                    match heads::append(&work, &heads, &written).await {
                        Ok(now) => written = now,
                        Err(e) => tracing::error!("the head of the log was not written to {}: {e}", heads.display()),
                    }
                }
                // Either way the loop goes on to look, and whether to stop.
                drop(timeout(EVERY, stopped.changed()).await);
            }
            if let Err(e) = heads::append(&work, &heads, &written).await {
                tracing::error!("the last head of the log was not written to {}: {e}", heads.display());
            }
        });
        Self { stop, worker }
    }

    /// Gives the round at hand up, of which each batch stands by itself; close it before the desk, to which it writes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        if self.worker.await.is_err() {
            tracing::error!("the sealer had ended before it was closed");
        }
    }
}
