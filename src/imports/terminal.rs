//! Files of the operator, loaded beside the server: read and judged on one thread, written by another, committed piece by
//! piece with how far it came. The command that was stopped goes on there when it is given again.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use csv::StringRecord;
use entities::{
    import_job,
    values::{ImportId, ImportMode, ImportSource, ImportStatus, ImportSubject},
};
use ring::digest::{Context, SHA256};
use tokio::{sync::mpsc, task::spawn_blocking};

use crate::access::hex;
use crate::base::clock::day_of;
use crate::base::{Error, FieldError, Result};
use crate::data::Work;
use crate::imports::load::{Ground, Judged, Reject};
use crate::imports::mapping;
use crate::imports::progress::Progress;
use crate::imports::runner::{Works, advance, fail, finish};
use crate::imports::service::{KeptRejects, RejectFile, known_mapping};
use crate::imports::store;
use crate::imports::subject::{Seen, columns};
use crate::people;
use crate::sheets::{Limits, Row, Table};

/// Rows that are judged at a time: enough to make the hand-over cheap.
const BATCH: usize = 2_000;
/// Batches that are judged ahead of the writer.
const AHEAD: usize = 2;
/// Rows of one transaction, unless somebody asks for another number. It touches almost every page of the index of numbers,
/// so few large ones write far less; and it keeps other writers waiting for about a second.
pub const COMMIT: usize = 60_000;

/// What the operator asks for.
pub struct Order<'a> {
    pub file: &'a Path,
    pub subject: ImportSubject,
    /// The area whose people the file may name.
    pub area: &'a str,
    /// Judge the file and write nothing.
    pub dry_run: bool,
    pub mode: ImportMode,
    /// Rows of one transaction.
    pub commit: usize,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub rows: i64,
    pub added: i64,
    pub standing: i64,
    pub rejected: i64,
    /// Where the refused rows lie.
    pub rejects: Option<PathBuf>,
    /// Rows that an earlier run had committed.
    pub resumed_at: Option<i64>,
    /// The same file was loaded to its end before.
    pub finished_before: Option<DateTime<Utc>>,
    /// All or none was asked, and it is none.
    pub nothing_kept: bool,
}

/// How a fault reads in the file of rejects.
pub(super) type Explain<'a> = &'a (dyn Fn(&str, &[(String, String)]) -> String + Sync);

/// Loads a file.
///
/// # Errors
/// `Invalid` when it is no such file or lacks columns; of the database. What was committed stays.
pub async fn from_file(
    works: &Works,
    order: &Order<'_>,
    explain: Explain<'_>,
    heads: [&str; 2],
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Told> {
    let subject = order.subject;
    let (hash, bytes) = digest(order.file)?;
    let table = Table::open(open(order.file)?, &Limits::of_the_operator())?;
    let head: Vec<String> = table.head().iter().map(|cell| cell.trim().to_owned()).collect();
    let mapping = known_mapping(works.database.reader(), order.area, subject, &head).await?;
    let lacking = mapping::lacking(columns(subject), &mapping);
    if !lacking.is_empty() {
        let fault = |column: &&crate::base::columns::Column| FieldError::new(column.zh, "invalid.column_missing");
        return Err(Error::Invalid(lacking.iter().map(fault).collect()));
    }
    let now = works.clock.now();
    let ground = Ground {
        subject,
        atlas: works.atlas.clone(),
        vault: works.vault.clone(),
        now,
        today: day_of(now),
        within: order.area.to_owned(),
        test_numbers: people::takes_test_numbers(works.database.reader()).await?,
        head: Arc::new(head),
        mapping: Arc::new(mapping),
    };
    let load = Load { works, order, explain, heads, progress, ground, bytes, begun: std::time::Instant::now() };
    if order.dry_run {
        return load.rehearse(table).await;
    }
    let found = store::same_file(works.database.reader(), order.area, subject, &hash).await?;
    match found {
        Some(job) if matches!(job.status, ImportStatus::Done | ImportStatus::DoneWithRejects) => {
            Ok(Told { finished_before: job.finished_at, ..told(&job) })
        }
        Some(job) if job.source == ImportSource::Terminal => load.run(table, job).await,
        Some(_) => Err(Error::refused("import.sent_already")),
        None => {
            let job = load.job(&table, hash)?;
            let insert = Work::begin(&works.database, &works.clock).await?;
            store::insert(insert.db(), &job).await?;
            insert.finish().await?;
            load.run(table, job).await
        }
    }
}

fn open(file: &Path) -> Result<BufReader<File>> {
    let file_of = File::open(file).map_err(|e| Error::internal(format!("{}: {e}", file.display())))?;
    Ok(BufReader::with_capacity(1 << 20, file_of))
}

/// The hash of a file and its size.
fn digest(file: &Path) -> Result<(String, u64)> {
    let (mut source, mut digest, mut bytes) = (open(file)?, Context::new(&SHA256), 0_u64);
    let mut piece = vec![0_u8; 1 << 20];
    loop {
        let read = source.read(&mut piece).map_err(Error::internal)?;
        if read == 0 {
            return Ok((hex(digest.finish().as_ref()), bytes));
        }
        digest.update(piece.get(..read).unwrap_or_default());
        bytes += u64::try_from(read).map_err(Error::internal)?;
    }
}

fn told(job: &import_job::Model) -> Told {
    Told { rows: job.rows_done, added: job.added, standing: job.standing, rejected: job.rejected, ..Told::default() }
}

struct Load<'a> {
    works: &'a Works,
    order: &'a Order<'a>,
    explain: Explain<'a>,
    heads: [&'a str; 2],
    progress: &'a (dyn Fn(Progress) + Sync),
    ground: Ground,
    bytes: u64,
    begun: std::time::Instant,
}

/// Judged rows, and how many bytes of the file were read by then.
type Batches = mpsc::Receiver<Result<(Judged, u64)>>;

impl Load<'_> {
    fn job(&self, table: &Table<BufReader<File>>, file_hash: String) -> Result<import_job::Model> {
        let name = self.order.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(import_job::Model {
            id: ImportId::new(),
            subject: self.order.subject,
            source: ImportSource::Terminal,
            area_code: self.order.area.to_owned(),
            account_id: None,
            file_name: name,
            file_hash,
            bytes: i64::try_from(self.bytes).map_err(Error::internal)?,
            format: table.format().to_string(),
            head: serde_json::to_string(&*self.ground.head).map_err(Error::internal)?,
            mapping: mapping::written(columns(self.order.subject), &self.ground.mapping)?,
            rows: 0,
            parts: 0,
            status: ImportStatus::Loading,
            mode: Some(self.order.mode),
            parts_done: 0,
            rows_done: 0,
            added: 0,
            standing: 0,
            rejected: 0,
            failure: None,
            lease_until: None,
            created_at: self.ground.now,
            started_at: Some(self.ground.now),
            finished_at: None,
            version: 1,
        })
    }

    /// Reads and judges on a thread of its own, behind the rows that are done.
    fn batches(&self, mut table: Table<BufReader<File>>, done: i64) -> Batches {
        let (give, batches) = mpsc::channel(AHEAD);
        let (ground, batch_of) = (self.ground.clone(), BATCH.min(self.order.commit).max(1));
        spawn_blocking(move || {
            let mut judge = ground.judge();
            let mut record = StringRecord::new();
            let mut rows: Vec<Row> = Vec::with_capacity(batch_of);
            let mut passed = 0_i64;
            loop {
                let next = table.next(&mut record);
                let over = !matches!(next, Ok(Some(_)));
                if let Ok(Some(line)) = next {
                    passed += 1;
                    if passed > done {
                        rows.push(Row { line, cells: record.clone() });
                    }
                }
                if rows.len() == batch_of || (over && !rows.is_empty()) {
                    let batch = std::mem::replace(&mut rows, Vec::with_capacity(batch_of));
                    let judged = ground.try_rows(&mut judge, batch).map(|judged| (judged, table.bytes_read()));
                    if give.blocking_send(judged).is_err() {
                        return;
                    }
                }
                if over {
                    if let Err(trouble) = next {
                        // Whoever waited for it went away.
                        drop(give.blocking_send(Err(trouble.into())));
                    }
                    return;
                }
            }
        });
        batches
    }

    /// How far it came; how many rows there are in all is judged by the share of the bytes.
    fn tell(&self, done: i64, before: i64, bytes: u64) {
        let rows = i64::try_from(u128::from(self.bytes) * u128::from(done.unsigned_abs()) / u128::from(bytes.max(1)));
        let millis = i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        let of_this_run = Progress::new(done - before, rows.unwrap_or(done) - before, millis);
        (self.progress)(Progress { done, rows: rows.unwrap_or(done), ..of_this_run });
    }

    async fn rehearse(&self, table: Table<BufReader<File>>) -> Result<Told> {
        let mut batches = self.batches(table, 0);
        let (mut seen, mut sum) = (Seen::default(), Told::default());
        let mut rejects = self.rejects();
        while let Some(batch) = batches.recv().await {
            let (judged, bytes) = batch?;
            let outcome = self.ground.foresee(self.works.database.reader(), judged, &mut seen).await?;
            for reject in &outcome.rejects {
                rejects.push(reject)?;
            }
            add(&mut sum, outcome.count, outcome.added, outcome.standing, outcome.rejects.len())?;
            self.tell(sum.rows, 0, bytes);
        }
        Ok(Told { rejects: rejects.close()?, ..sum })
    }

    async fn run(&self, table: Table<BufReader<File>>, mut job: import_job::Model) -> Result<Told> {
        let before = job.rows_done;
        let mut batches = self.batches(table, before);
        let whole = self.order.mode == ImportMode::AllOrNothing;
        let mut open: Option<(Work, usize)> = None;
        // Once a row is refused where all or none was asked, the rest is only judged: every fault is told at once.
        let mut refused: Vec<Reject> = Vec::new();
        while let Some(batch) = batches.recv().await {
            let (judged, bytes) = batch?;
            if !refused.is_empty() {
                let reader = self.works.database.reader();
                refused.extend(self.ground.foresee(reader, judged, &mut Seen::default()).await?.rejects);
                continue;
            }
            let (work, rows) = match open.take() {
                Some(open) => open,
                None => (Work::begin(&self.works.database, &self.works.clock).await?, 0),
            };
            let outcome = self.ground.land(&work, judged).await?;
            if whole && !outcome.rejects.is_empty() {
                refused = outcome.rejects;
                continue;
            }
            let rows = rows + outcome.count;
            let next = advance(&work, &job, &self.ground, outcome, 0).await?;
            self.tell(next.rows_done, before, bytes);
            job = next;
            if rows >= self.order.commit && !whole {
                work.finish().await?;
            } else {
                open = Some((work, rows));
            }
        }
        if !refused.is_empty() {
            return self.give_up(job.id, refused).await;
        }
        let work = match open {
            Some((work, _)) => work,
            None => Work::begin(&self.works.database, &self.works.clock).await?,
        };
        finish(&work, &job).await?;
        work.finish().await?;
        let mut rejects = self.rejects();
        let mut kept = KeptRejects::of(self.works.database.reader(), &self.ground.vault, job.id);
        while let Some(page) = kept.next().await? {
            for (row, faults) in page {
                rejects.push_kept(&row, &faults)?;
            }
        }
        Ok(Told { resumed_at: (before > 0).then_some(before), rejects: rejects.close()?, ..told(&job) })
    }

    /// Nothing of the file stays but what is wrong with it.
    async fn give_up(&self, id: ImportId, refused: Vec<Reject>) -> Result<Told> {
        let work = Work::begin(&self.works.database, &self.works.clock).await?;
        let job = store::job(work.db(), id).await?;
        fail(&work, &job, "import.has_rejects").await?;
        work.finish().await?;
        let mut rejects = self.rejects();
        for reject in &refused {
            rejects.push(reject)?;
        }
        let rejected = i64::try_from(refused.len()).map_err(Error::internal)?;
        Ok(Told { rejected, rejects: rejects.close()?, nothing_kept: true, ..Told::default() })
    }

    fn rejects(&self) -> Rejects<'_> {
        let mut path = self.order.file.as_os_str().to_owned();
        path.push(".rejects.csv");
        Rejects { path: path.into(), head: &self.ground.head, heads: self.heads, explain: self.explain, file: None }
    }
}

fn add(sum: &mut Told, rows: usize, added: usize, standing: usize, rejected: usize) -> Result<()> {
    let n = |count: usize| i64::try_from(count).map_err(Error::internal);
    sum.rows += n(rows)?;
    sum.added += n(added)?;
    sum.standing += n(standing)?;
    sum.rejected += n(rejected)?;
    Ok(())
}

/// The file of rejects beside the file; made when there is one, readable by its owner alone.
struct Rejects<'a> {
    path: PathBuf,
    head: &'a [String],
    heads: [&'a str; 2],
    explain: Explain<'a>,
    file: Option<RejectFile<BufWriter<File>>>,
}

impl Rejects<'_> {
    fn push(&mut self, reject: &Reject) -> Result<()> {
        let faults: Vec<_> = reject.faults.iter().map(Into::into).collect();
        self.push_kept(&reject.row, &faults)
    }

    fn push_kept(&mut self, row: &Row, faults: &[crate::imports::load::KeptFault]) -> Result<()> {
        if self.file.is_none() {
            let file = private_file(&self.path).map_err(Error::internal)?;
            self.file = Some(RejectFile::new(BufWriter::new(file), self.head, self.heads)?);
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        file.push(row, faults, |fault| (self.explain)(&fault.code, &fault.args))
    }

    fn close(self) -> Result<Option<PathBuf>> {
        let Some(file) = self.file else { return Ok(None) };
        file.finish()?.flush().map_err(Error::internal)?;
        Ok(Some(self.path))
    }
}

fn private_file(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    // It may have stood there, open to others.
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    Ok(file)
}
