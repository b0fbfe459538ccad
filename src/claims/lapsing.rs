//! What days do: money that was reserved for a class and for which the time to ask is over is available again.

use std::time::Duration;

use entities::values::{ClassId, Fen};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::base::{Clock, Error, Result};
use crate::claims::reserve;
use crate::classes;
use crate::data::{Audit, Database, Desk, Work};
use crate::funds::{self, About};

/// How often it is looked whether a new day has begun.
const EVERY: Duration = Duration::from_secs(300);

/// Releases whatever nobody can ask for any more; returns of how many classes.
///
/// # Errors
/// Of the database.
pub async fn lapse_all(database: &Database, desk: &Desk, clock: &Clock) -> Result<usize> {
    let (db, today) = (database.reader(), clock.today());
    let mut lapsed = 0;
    for id in funds::reserved_classes(db).await? {
        let class = classes::by_id(db, id).await?;
        if reserve::lapsed(db, &class, today).await? == Fen(0) {
            continue;
        }
        match desk.write(async |work| lapse(work, id).await).await {
            Ok(()) => lapsed += 1,
            // Tried again the next time; it holds up no class behind it.
            Err(e) => tracing::error!("what is reserved for class {id} was not released: {e}"),
        }
    }
    Ok(lapsed)
}

async fn lapse(work: &Work, id: ClassId) -> Result<()> {
    let class = classes::by_id(work.db(), id).await?;
    let spare = reserve::lapsed(work.db(), &class, work.today()).await?;
    // Somebody may have asked for it since it was looked at: nothing freed is no deed.
    if spare == Fen(0) {
        return Ok(());
    }
    let pot = class.pot_id.ok_or(Error::NotFound("pot"))?;
    funds::release(None, work, pot, About::class(id), spare, "claim_lapsed").await?;
    work.record(Audit::of("lapse", "class", id).area(&class.area_code).detail(json!({ "fen": spare })));
    Ok(())
}

/// A task that looks once a day.
pub struct Lapser {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Lapser {
    /// Looks at once and then on every new day, until it is told to stop.
    pub fn start(database: Database, desk: Desk, clock: Clock) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            let mut seen = None;
            while !*stopped.borrow() {
                let today = clock.today();
                if seen != Some(today) {
                    match lapse_all(&database, &desk, &clock).await {
                        Ok(_) => seen = Some(today),
                        Err(e) => tracing::error!("what nobody can claim any more was not released: {e}"),
                    }
                }
                // Either way the loop goes on to look, and whether to stop.
                drop(timeout(EVERY, stopped.changed()).await);
            }
        });
        Self { stop, worker }
    }

    /// Returns when the round at hand is through; close it before the desk, to which it writes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        if self.worker.await.is_err() {
            tracing::error!("the task that releases what nobody can claim had ended before it was closed");
        }
    }
}
