//! The work at files that were sent: parts one by one, each judged beside the async threads and committed at the desk with
//! the counters that it moves. Whoever takes a file over goes on behind the last part that was committed; of two who work at
//! one file the slower is told `stale` and stops.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use entities::{
    import_job,
    values::{ImportMode, ImportStatus},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::{
    sync::watch,
    task::{JoinHandle, spawn_blocking},
    time::timeout,
};

use crate::areas::Atlas;
use crate::base::clock::day_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Clock, Error, Result};
use crate::data::{Audit, Database, Desk, Telling, Vault, Work};
use crate::imports::lifecycle::ImportAction;
use crate::imports::load::{Ground, Judged, Outcome};
use crate::imports::mapping::stored;
use crate::imports::rows::unpack;
use crate::imports::service::PART;
use crate::imports::store::{self, Change, Lease};
use crate::imports::subject::{Seen, columns};
use crate::people;

/// How often an idle worker looks for a file.
const POLL: Duration = Duration::from_millis(500);
/// Much longer than a part takes; a worker that died is followed after it.
const LEASE: TimeDelta = TimeDelta::seconds(10);

/// What the work needs at hand.
#[derive(Clone)]
pub struct Works {
    pub database: Database,
    pub desk: Desk,
    pub vault: Arc<Vault>,
    pub atlas: Arc<Atlas>,
    pub clock: Clock,
}

impl Works {
    /// Works at the file that has waited longest until it is through, and says whether there was one.
    ///
    /// # Errors
    /// Of the database; what was committed stays, and the file is taken up again later.
    pub async fn work_at_one(&self) -> Result<bool> {
        let Some(job) = store::waiting(self.database.reader(), self.clock.now()).await? else { return Ok(false) };
        match self.work_at(job).await {
            // Somebody else has it, or it was given up meanwhile.
            Err(Error::Stale) => Ok(true),
            other => other.map(|()| true),
        }
    }

    async fn work_at(&self, job: import_job::Model) -> Result<()> {
        let begin = Change {
            lease: Lease::Until(self.clock.now() + LEASE),
            // A check that was broken off begins anew: who stood twice in the file is known only from the whole of it.
            counts: (job.status == ImportStatus::Checking).then_some([0; 5]),
            ..Change::default()
        };
        let job = self
            .desk
            .write(async |work| {
                if job.status == ImportStatus::Checking {
                    store::forget_rejects(work.db(), job.id).await?;
                }
                store::change(work.db(), &job, begin).await?;
                store::job(work.db(), job.id).await
            })
            .await?;
        let ground = self.ground(&job).await?;
        match (job.status, job.mode) {
            (ImportStatus::Loading, Some(ImportMode::AllOrNothing)) => self.load_whole(job, &ground).await,
            _ => self.go_on(job, &ground).await,
        }
    }

    async fn ground(&self, job: &import_job::Model) -> Result<Ground> {
        let now = self.clock.now();
        Ok(Ground {
            subject: job.subject,
            atlas: self.atlas.clone(),
            vault: self.vault.clone(),
            now,
            today: day_of(now),
            within: job.area_code.clone(),
            test_numbers: people::takes_test_numbers(self.database.reader()).await?,
            head: Arc::new(serde_json::from_str(&job.head).map_err(Error::internal)?),
            mapping: Arc::new(stored(columns(job.subject), &job.mapping)?),
        })
    }

    /// The rows of one part with the verdict on each.
    async fn judged(&self, db: &impl ConnectionTrait, job: &import_job::Model, ground: &Ground) -> Result<Judged> {
        let part = store::part(db, job.id, job.parts_done).await?;
        let part = part.ok_or_else(|| Error::internal("a part of a file is missing"))?;
        let ground = ground.clone();
        let judging = move || {
            let rows = unpack(&ground.vault.open(PART, part.id, &part.sealed)?)?;
            ground.try_rows(&mut ground.judge(), rows)
        };
        spawn_blocking(judging).await.map_err(Error::internal)?
    }

    /// Part after part, each committed by itself.
    async fn go_on(&self, mut job: import_job::Model, ground: &Ground) -> Result<()> {
        let mut seen = Seen::default();
        while job.parts_done < job.parts {
            let judged = self.judged(self.database.reader(), &job, ground).await?;
            let done = if job.status == ImportStatus::Checking {
                self.foresee(&job, ground, judged, &mut seen).await
            } else {
                self.desk.write(async |work| step(work, &job, ground, judged).await).await
            };
            match done {
                Ok(next) => job = next,
                // Somebody registered one of them at this very moment: the part is judged anew.
                Err(e) if e.is_duplicate() => {}
                Err(e) => return Err(e),
            }
        }
        self.desk.write(async |work| finish(work, &job).await).await
    }

    async fn foresee(
        &self,
        job: &import_job::Model,
        ground: &Ground,
        judged: Judged,
        seen: &mut Seen,
    ) -> Result<import_job::Model> {
        let outcome = ground.foresee(self.database.reader(), judged, seen).await?;
        self.desk.write(async |work| advance(work, job, ground, outcome, 1).await).await
    }

    /// All parts in one transaction, past the desk: none of them stays when one row is refused.
    async fn load_whole(&self, job: import_job::Model, ground: &Ground) -> Result<()> {
        let work = Work::begin(&self.database, &self.clock).await?;
        let mut now = job.clone();
        while now.parts_done < now.parts {
            let judged = self.judged(work.db(), &now, ground).await?;
            now = step(&work, &now, ground, judged).await?;
            if now.rejected > 0 {
                drop(work);
                return self.desk.write(async |work| fail(work, &job, "import.refused_meanwhile").await).await;
            }
        }
        finish(&work, &now).await?;
        work.finish().await
    }

    /// Keeps looking for files until it is told to stop.
    pub fn start(self) -> Running {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            while !*stopped.borrow() {
                let worked = self.work_at_one().await.unwrap_or_else(|e| {
                    tracing::error!("a file was not worked through: {e}");
                    false
                });
                if !worked {
                    // Either way the loop goes on to look: for files, and whether to stop.
                    drop(timeout(POLL, stopped.changed()).await);
                }
            }
        });
        Running { stop, worker }
    }
}

/// A worker at files.
pub struct Running {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Running {
    /// Ends it where it stands; the file is taken up again by whoever comes next. Close it before the desk.
    pub async fn close(self) {
        self.stop.send_replace(true);
        self.worker.abort();
        drop(self.worker.await);
    }
}

/// Loads one part.
async fn step(work: &Work, job: &import_job::Model, ground: &Ground, judged: Judged) -> Result<import_job::Model> {
    let outcome = ground.land(work, judged).await?;
    advance(work, job, ground, outcome, 1).await
}

/// Writes down how far the file came, with the rows that were refused on the way.
///
/// # Errors
/// `Stale` when somebody else works at it, or it was given up.
pub(super) async fn advance(
    work: &Work,
    job: &import_job::Model,
    ground: &Ground,
    outcome: Outcome,
    parts: i32,
) -> Result<import_job::Model> {
    let n = |count: usize| i64::try_from(count).map_err(Error::internal);
    let rejected = n(outcome.rejects.len())?;
    let kept = outcome.rejects.iter().map(|reject| reject.kept(job.id, &ground.vault)).collect::<Result<_>>()?;
    store::insert_rejects(work.db(), kept).await?;
    let next = import_job::Model {
        parts_done: job.parts_done + parts,
        rows_done: job.rows_done + n(outcome.count)?,
        added: job.added + n(outcome.added)?,
        standing: job.standing + n(outcome.standing)?,
        rejected: job.rejected + rejected,
        lease_until: Some(work.now + LEASE),
        version: job.version + 1,
        ..job.clone()
    };
    let counts = [next.parts_done.into(), next.rows_done, next.added, next.standing, next.rejected];
    let change = Change { counts: Some(counts), lease: Lease::Until(work.now + LEASE), ..Change::default() };
    store::change(work.db(), job, change).await?;
    Ok(next)
}

/// Every row was seen.
pub(super) async fn finish(work: &Work, job: &import_job::Model) -> Result<()> {
    let action = match job.status {
        ImportStatus::Checking => ImportAction::FinishCheck,
        _ if job.rejected > 0 => ImportAction::FinishWithRejects,
        _ => ImportAction::Finish,
    };
    let loaded = action != ImportAction::FinishCheck;
    let change = Change {
        status: Some(job.status.after(action)?),
        lease: Lease::Free,
        finished_at: Some(work.now),
        ..Change::default()
    };
    store::change(work.db(), job, change).await?;
    if loaded {
        store::forget_parts(work.db(), job.id).await?;
        let figures =
            json!({ "rows": job.rows_done, "added": job.added, "standing": job.standing, "rejected": job.rejected });
        work.record(Audit::of(action.into(), "import", job.id).area(&job.area_code).detail(figures));
        if let Some(to) = job.account_id {
            let args = json!({
                "file": job.file_name, "subject": job.subject, "added": job.added, "rejected": job.rejected,
            });
            work.tell(Telling { to, kind: "import_done", args, link: Some(format!("/imports/{}", job.id)) });
        }
    }
    Ok(())
}

/// Nothing of it stays.
pub(super) async fn fail(work: &Work, job: &import_job::Model, why: &'static str) -> Result<()> {
    let change = Change {
        status: Some(job.status.after(ImportAction::Fail)?),
        failure: Some(why),
        lease: Lease::Free,
        finished_at: Some(work.now),
        ..Change::default()
    };
    store::change(work.db(), job, change).await?;
    store::forget_parts(work.db(), job.id).await?;
    work.record(
        Audit::of(ImportAction::Fail.into(), "import", job.id).area(&job.area_code).detail(json!({ "why": why })),
    );
    if let Some(to) = job.account_id {
        let link = Some(format!("/imports/{}", job.id));
        work.tell(Telling { to, kind: "import_failed", args: json!({ "file": job.file_name }), link });
    }
    Ok(())
}
