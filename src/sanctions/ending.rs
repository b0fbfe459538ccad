//! What days do: a sanction whose last day is over ends, a suspension whose first day has come begins.

use std::time::Duration;

use entities::{sanction, values::OrganisationId};
use sea_orm::sea_query::Expr;
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::base::lifecycle::Lifecycle;
use crate::base::{Clock, Error, Result};
use crate::data::{Database, Desk, Work};
use crate::organisations;
use crate::sanctions::lifecycle::SanctionAction;
use crate::sanctions::rules;
use crate::sanctions::service::{record, tell};
use crate::sanctions::store;
use entities::values::SanctionKind;

use sanction::Column;

/// How often the days are looked at.
const EVERY: Duration = Duration::from_secs(300);

/// Brings every institution to where its sanctions leave it today; returns how many were touched.
///
/// # Errors
/// Of the database.
pub async fn end_all(database: &Database, desk: &Desk, clock: &Clock) -> Result<usize> {
    let mut touched = 0;
    for id in store::due(database.reader(), clock.today()).await? {
        match desk.write(async |work| settle(work, id).await).await {
            Ok(()) => touched += 1,
            // Somebody else was quicker.
            Err(Error::Stale) => {}
            // One that cannot be settled holds up nobody behind it; it is tried again in the next round.
            Err(e) => tracing::error!("sanctions of organisation {id} were not settled: {e}"),
        }
    }
    Ok(touched)
}

async fn settle(work: &Work, organisation: OrganisationId) -> Result<()> {
    for row in store::run_out(work.db(), organisation, work.today()).await? {
        let to = row.status.after(SanctionAction::End)?;
        store::move_sanction(work, &row, to, vec![(Column::ClosedAt, Expr::value(Some(work.now)))]).await?;
        record(None, work, &row, SanctionAction::End.into(), json!({}));
        tell(work, &row, "sanction_ended").await?;
    }
    let rows = store::of_kinds(work.db(), organisation, &[SanctionKind::Suspend, SanctionKind::Delist]).await?;
    if rows.is_empty() {
        Ok(())
    } else {
        organisations::stand(None, work, organisation, rules::standing(&rows, work.today())).await
    }
}

/// A task that looks as time goes by.
pub struct Ender {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Ender {
    /// Goes round until it is told to stop.
    pub fn start(database: Database, desk: Desk, clock: Clock) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            while !*stopped.borrow() {
                if let Err(e) = end_all(&database, &desk, &clock).await {
                    tracing::error!("sanctions were not brought up to date: {e}");
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
            tracing::error!("the task that ends sanctions had ended before it was closed");
        }
    }
}
