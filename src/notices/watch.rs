//! Goes through claims and notices as time goes by: what was approved twice is published, what lies open is looked at anew,
//! what is over ends.

use std::{sync::Arc, time::Duration};

use entities::values::{ClaimId, ClaimStatus, NoticeId};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::base::{Clock, Error, Result};
use crate::claims;
use crate::data::{Database, Desk, Vault};
use crate::notices::keeping::{self, Kept};
use crate::notices::store;

/// How often it goes round.
const EVERY: Duration = Duration::from_secs(300);
/// How often one claim is tried, and how long is waited in between.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(500);
/// Rows that are read at once.
const ROWS: u64 = 200;

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub published: usize,
    pub restarted: usize,
    pub withdrawn: usize,
    pub over: usize,
    /// What could not be looked at; each is named in the log and holds up nobody behind it.
    pub failed: usize,
}

/// Looks once at everything that waits for the public. Run again on the same day, it changes nothing.
///
/// # Errors
/// Of the database.
pub async fn go_round(database: &Database, desk: &Desk, vault: &Vault, clock: &Clock) -> Result<Round> {
    let mut round = Round::default();
    keep_all(database, desk, vault, clock, &mut round).await?;
    withdraw_all(database, desk, vault, &mut round).await?;
    publish_all(database, desk, vault, &mut round).await?;
    Ok(round)
}

/// One thing to do, in a transaction of its own.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Keep(NoticeId),
    Withdraw(ClaimId),
    Publish(ClaimId),
}

async fn once(desk: &Desk, vault: &Vault, deed: Deed) -> Result<Kept> {
    desk.write(async |work| match deed {
        Deed::Keep(id) => keeping::keep(work, vault, id).await,
        Deed::Withdraw(id) => keeping::withdraw_of(work, id).await.map(|()| Kept::Withdrawn),
        Deed::Publish(id) => keeping::publish(work, vault, id).await.map(|_| Kept::Published),
    })
    .await
}

/// Does one thing, again where the house is busy or somebody was quicker.
async fn patiently(desk: &Desk, vault: &Vault, deed: Deed) -> Result<Kept> {
    for _ in 1..TRIES {
        match once(desk, vault, deed).await {
            Err(Error::Busy | Error::Stale) => sleep(PAUSE).await,
            told => return told,
        }
    }
    once(desk, vault, deed).await
}

impl Round {
    fn count(&mut self, what: &str, told: Result<Kept>) {
        match told {
            Ok(Kept::Published) => self.published += 1,
            Ok(Kept::Restarted) => self.restarted += 1,
            Ok(Kept::Withdrawn) => self.withdrawn += 1,
            Ok(Kept::Over) => self.over += 1,
            Ok(Kept::AsItWas) => {}
            // Somebody else was quicker: it stands elsewhere now.
            Err(Error::Refused(no)) if ["move.illegal", "claim.held"].contains(&no.code) => {}
            Err(e) => {
                tracing::error!("notice: {what}: {e}");
                self.failed += 1;
            }
        }
    }
}

async fn keep_all(database: &Database, desk: &Desk, vault: &Vault, clock: &Clock, round: &mut Round) -> Result<()> {
    let mut after = None;
    loop {
        let rows = store::open_after(database.reader(), after, ROWS).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.id);
        for row in rows {
            // A look by a reader first: what stands as it stood needs no writing.
            let looked = keeping::needs_work(database.reader(), vault, &row, clock.today()).await;
            match looked {
                Ok(true) => {}
                Ok(false) => continue,
                Err(e) => {
                    round.count(&row.number, Err(e));
                    continue;
                }
            }
            round.count(&row.number, patiently(desk, vault, Deed::Keep(row.id)).await);
        }
    }
}

/// Claims that went back after their notice.
async fn withdraw_all(database: &Database, desk: &Desk, vault: &Vault, round: &mut Round) -> Result<()> {
    let mut after = None;
    loop {
        let claims = claims::in_state(database.reader(), ClaimStatus::Returned, after, ROWS).await?;
        let Some(last) = claims.last() else { return Ok(()) };
        after = Some(last.id);
        let ids: Vec<ClaimId> = claims.iter().map(|claim| claim.id).collect();
        for row in store::standing_of(database.reader(), &ids).await? {
            round.count(&row.number, patiently(desk, vault, Deed::Withdraw(row.claim_id)).await);
        }
    }
}

async fn publish_all(database: &Database, desk: &Desk, vault: &Vault, round: &mut Round) -> Result<()> {
    let mut after = None;
    loop {
        let claims = claims::in_state(database.reader(), ClaimStatus::SecondApproved, after, ROWS).await?;
        let Some(last) = claims.last() else { return Ok(()) };
        after = Some(last.id);
        for claim in claims {
            round.count(&claim.number, patiently(desk, vault, Deed::Publish(claim.id)).await);
        }
    }
}

/// A task that goes round.
pub struct Keeper {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Keeper {
    /// Goes round until it is told to stop.
    pub fn start(database: Database, desk: Desk, vault: Arc<Vault>, clock: Clock) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            while !*stopped.borrow() {
                let round = tokio::select! {
                    round = go_round(&database, &desk, &vault, &clock) => round,
                    _ = stopped.changed() => break,
                };
                if let Err(e) = round {
                    tracing::error!("notices were not looked at: {e}");
                }
                // Either way the loop goes on to look, and whether to stop.
                drop(timeout(EVERY, stopped.changed()).await);
            }
        });
        Self { stop, worker }
    }

    /// Gives the round at hand up, of which each claim stands by itself; close it before the desk, to which it writes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        if self.worker.await.is_err() {
            tracing::error!("the keeper of notices had ended before it was closed");
        }
    }
}
