//! Files are built here, one at a time, beside the requests or within the one that asked for a small one.
//!
//! A builder takes a job for a while ([`LEASE`]) and says with every piece that it goes on. Several processes may do so side by
//! side: whoever lost the job writes no further piece. A builder that died leaves a half file, which the next one throws
//! away. Rows are read by key ranges with what the asker may see at that moment, and never lie on disk in clear.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use chrono::TimeDelta;
use entities::{
    export_job, export_part,
    values::{ExportFormat, ExportId},
};
use ring::digest;
use sea_orm::sea_query::Expr;
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle, task::spawn_blocking, time::timeout};
use uuid::Uuid;

use crate::access::{Actor, actor_now, hex};
use crate::areas::Atlas;
use crate::base::clock::day_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Clock, Error, Result};
use crate::data::{Audit, Database, Desk, Telling, Vault, Work};
use crate::exports::columns::Teller;
use crate::exports::file;
use crate::exports::lifecycle::ExportAction;
use crate::exports::lists::{Asked, Filters, List, with_list};
use crate::exports::service;
use crate::exports::sheet::{PIECE, Sheet};
use crate::exports::store;
use crate::policy::{Rule, RuleBook};
use crate::web::{Lexicon, Locale};

/// Longer than the reading of any page takes.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// Rows read at once.
const PAGE: u64 = 1_000;
/// How often the worker looks for something to build.
const POLL: Duration = Duration::from_secs(1);
/// Attempts after which a job is given up.
const ATTEMPTS: i32 = 5;
/// Digits of the area by which the log counts rows: the county.
const COUNTY: usize = 6;

/// What building needs at hand.
#[derive(Clone)]
pub struct Builder {
    pub database: Database,
    pub desk: Desk,
    pub clock: Clock,
    pub vault: Arc<Vault>,
    pub atlas: Arc<Atlas>,
    pub lexicon: Arc<Lexicon>,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Builder(…)")
    }
}

/// A job in the hands of one builder.
struct Held<'a> {
    job: &'a export_job::Model,
    lease: Uuid,
    parts: i32,
    bytes: i64,
    hash: digest::Context,
}

/// A file that is whole.
struct Whole {
    rows: i64,
    parts: i32,
    bytes: i64,
    sha256: String,
    by_county: BTreeMap<String, i64>,
}

impl Builder {
    /// Takes one step of the work that waits: ends a file whose time is over, throws away what is left of one, builds one.
    /// Says whether there was anything to do.
    ///
    /// # Errors
    /// Of the database. A job that cannot be built is no error of the worker.
    pub async fn step(&self) -> Result<bool> {
        let (db, now) = (self.database.reader(), self.clock.now());
        if let Some(job) = store::overdue(db, now).await? {
            self.desk.write(async |work| expire(work, &job).await).await?;
            return Ok(true);
        }
        if let Some(id) = store::leftover(db).await? {
            self.discard(id).await?;
            self.desk.write(async |work| store::swept(work, id).await).await?;
            return Ok(true);
        }
        match store::to_build(db, now).await? {
            Some(job) => self.build(job.id, true).await,
            None => Ok(false),
        }
    }

    /// Builds the file of a job unless somebody else does; `tell` the asker who does not wait for it. Whether the job was
    /// free.
    ///
    /// # Errors
    /// Of the database.
    pub(super) async fn build(&self, id: ExportId, tell: bool) -> Result<bool> {
        let lease = Uuid::now_v7();
        if !self.desk.write(async |work| store::take(work, id, lease, LEASE).await).await? {
            return Ok(false);
        }
        let job = store::by_id(self.database.reader(), id).await?;
        if job.lease != Some(lease) {
            return Ok(true);
        }
        // Whoever tried before did not live to say why it failed.
        if job.attempts > ATTEMPTS {
            self.give_up(&job, "export.failed").await?;
            return Ok(true);
        }
        self.discard(id).await?;
        match self.whole(&job, lease).await {
            Ok(whole) => self.desk.write(async |work| ready(work, &job, &whole, tell).await).await?,
            Err(Error::Refused(refusal)) => self.give_up(&job, refusal.code).await?,
            Err(Error::NotFound(_)) => self.give_up(&job, "export.right_lost").await?,
            // Another builder has it by now.
            Err(Error::Stale) => {}
            Err(e) if job.attempts >= ATTEMPTS => {
                tracing::error!(%id, "an export could not be built: {e}");
                self.give_up(&job, "export.failed").await?;
            }
            Err(e) => {
                tracing::warn!(%id, "an export was not built: {e}");
                self.desk.write(async |work| store::let_go(work, id, lease).await).await?;
            }
        }
        Ok(true)
    }

    async fn give_up(&self, job: &export_job::Model, fault: &'static str) -> Result<()> {
        self.desk.write(async |work| give_up(work, job, fault).await).await
    }

    /// Throws away what lies there of a file, some pieces at a time.
    async fn discard(&self, id: ExportId) -> Result<()> {
        while let Some(last) = store::last_part(self.database.reader(), id).await? {
            self.desk.write(async |work| store::remove_parts(work, id, last).await).await?;
        }
        Ok(())
    }

    async fn whole(&self, job: &export_job::Model, lease: Uuid) -> Result<Whole> {
        let actor = actor_now(self.database.reader(), job.asked_by).await?;
        let actor = actor.ok_or(Error::refused("export.right_lost"))?;
        let filters = service::filters_of(job)?;
        service::still_may(&actor, job, &filters)?;
        with_list!(job.list, L => self.file_of::<L>(job, lease, &actor, &filters).await)
    }

    async fn file_of<L: List>(
        &self,
        job: &export_job::Model,
        lease: Uuid,
        actor: &Actor,
        filters: &Filters,
    ) -> Result<Whole> {
        let (scope, now) = (actor.scope(), self.clock.now());
        let asked = Asked { filters, scope: &scope, db: self.database.reader(), vault: &self.vault };
        let teller = Teller {
            atlas: &self.atlas,
            lexicon: &self.lexicon,
            locale: Locale::from_tag(&job.language).unwrap_or_default(),
            today: day_of(now),
            words: job.words,
            in_full: job.in_full,
        };
        let most = self.most_rows(job).await?;
        let mut held = Held { job, lease, parts: 0, bytes: 0, hash: digest::Context::new(&digest::SHA256) };
        let mut sheet = Sheet::begin(job.format, &teller.heads(L::columns()), now)?;
        let (mut rows, mut by_county, mut after) = (0_i64, BTreeMap::new(), None);
        loop {
            let (page, next) = L::page(&asked, after, PAGE).await?;
            for row in &page {
                sheet.line(&teller.cells(L::columns(), row))?;
                let area = L::area(row);
                *by_county.entry(area.get(..COUNTY).unwrap_or(area).to_owned()).or_insert(0) += 1;
            }
            rows += i64::try_from(page.len()).map_err(Error::internal)?;
            if most.is_some_and(|most| rows > most) {
                return Err(Error::refused("export.grew"));
            }
            let mut moved = false;
            while let Some(piece) = sheet.piece() {
                self.put(&mut held, &piece, rows).await?;
                moved = true;
            }
            if !moved {
                self.hold(&held, rows).await?;
            }
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let rest = spawn_blocking(move || sheet.finish()).await.map_err(Error::internal)??;
        for piece in rest.chunks(PIECE) {
            self.put(&mut held, piece, rows).await?;
        }
        let Held { parts, bytes, hash, .. } = held;
        Ok(Whole { rows, parts, bytes, sha256: hex(hash.finish().as_ref()), by_county })
    }

    /// With more rows the list has grown since it was asked for: it needs another word, or is too long for a workbook.
    async fn most_rows(&self, job: &export_job::Model) -> Result<Option<i64>> {
        let alone = (!job.second_person).then_some(job.rows_alone);
        let xlsx = match job.format {
            ExportFormat::Xlsx => {
                let book = RuleBook::load(self.database.reader()).await?;
                Some(book.value(Rule::ExportRowsXlsx, &job.area_code, self.clock.today())?)
            }
            ExportFormat::Csv => None,
        };
        Ok(alone.into_iter().chain(xlsx).min())
    }

    /// Seals a piece and puts it away.
    async fn put(&self, held: &mut Held<'_>, piece: &[u8], rows: i64) -> Result<()> {
        let (id, ordinal) = (held.job.id, held.parts);
        held.hash.update(piece);
        let sealed = file::seal(&self.vault, id, ordinal, piece)?;
        held.parts += 1;
        held.bytes += i64::try_from(piece.len()).map_err(Error::internal)?;
        let so_far = (rows, held.parts);
        self.desk
            .write(async |work| {
                store::hold(work, id, held.lease, LEASE, so_far).await?;
                store::put(work, export_part::Model { job_id: id, ordinal, sealed: sealed.clone() }).await
            })
            .await
    }

    async fn hold(&self, held: &Held<'_>, rows: i64) -> Result<()> {
        let (id, so_far) = (held.job.id, (rows, held.parts));
        self.desk.write(async |work| store::hold(work, id, held.lease, LEASE, so_far).await).await
    }

    /// Keeps building until it is told to stop.
    pub fn start(self) -> Building {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            while !*stopped.borrow() {
                let did = self.step().await.unwrap_or_else(|e| {
                    tracing::error!("exports did not get through: {e}");
                    false
                });
                if !did {
                    // Either way the loop goes on to look: for work, and whether to stop.
                    drop(timeout(POLL, stopped.changed()).await);
                }
            }
        });
        Building { stop, worker }
    }
}

/// A worker that builds.
#[derive(Debug)]
pub struct Building {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Building {
    /// Leaves the file at hand to the next process: what is half built is built anew. Close it before the desk.
    pub async fn close(self) {
        self.stop.send_replace(true);
        self.worker.abort();
        // It was told to stop, whichever way it took.
        drop(self.worker.await);
    }
}

async fn ready(work: &Work, job: &export_job::Model, whole: &Whole, tell: bool) -> Result<()> {
    use export_job::Column;
    let days = RuleBook::load(work.db()).await?.value(Rule::ExportDays, &job.area_code, work.today())?;
    let also = vec![
        (Column::Lease, Expr::value(None::<Uuid>)),
        (Column::Rows, Expr::value(whole.rows)),
        (Column::Parts, Expr::value(whole.parts)),
        (Column::Bytes, Expr::value(whole.bytes)),
        (Column::Sha256, Expr::value(whole.sha256.as_str())),
        (Column::BuiltAt, Expr::value(work.now)),
        (Column::ExpiresAt, Expr::value(work.now + TimeDelta::days(days))),
    ];
    store::advance(work, job, job.status.after(ExportAction::Build)?, also).await?;
    let detail = json!({
        "list": job.list, "rows": whole.rows, "bytes": whole.bytes, "sha256": whole.sha256, "in_full": job.in_full,
        "rows_by_county": whole.by_county,
    });
    work.record(Audit::of("build", "export", job.id).area(&job.area_code).detail(detail));
    if tell {
        work.tell(Telling {
            to: job.asked_by,
            kind: "export_ready",
            args: json!({ "rows": whole.rows, "days": days }),
            link: Some(format!("/exports/{}", job.id)),
        });
    }
    Ok(())
}

async fn give_up(work: &Work, job: &export_job::Model, fault: &'static str) -> Result<()> {
    use export_job::Column;
    let also = vec![(Column::Lease, Expr::value(None::<Uuid>)), (Column::Fault, Expr::value(fault))];
    store::advance(work, job, job.status.after(ExportAction::Refuse)?, also).await?;
    work.record(Audit::of("refuse", "export", job.id).area(&job.area_code).detail(json!({ "fault": fault })));
    work.tell(Telling {
        to: job.asked_by,
        kind: "export_given_up",
        args: json!({}),
        link: Some(format!("/exports/{}", job.id)),
    });
    Ok(())
}

async fn expire(work: &Work, job: &export_job::Model) -> Result<()> {
    store::advance(work, job, job.status.after(ExportAction::Expire)?, Vec::new()).await?;
    work.record(Audit::of("expire", "export", job.id).area(&job.area_code).detail(json!({ "fetches": job.fetches })));
    Ok(())
}
