//! Taking files in, naming their columns, checking, loading, giving up, and what their pages show.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    import_job, import_mapping, import_part, import_reject,
    values::{AccountId, ImportId, ImportMode, ImportPartId, ImportSource, ImportStatus, ImportSubject},
};
use ring::digest::{SHA256, digest};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::access::{Actor, Can, hex};
use crate::areas::Atlas;
use crate::base::cells::neutral;
use crate::base::clock::day_of;
use crate::base::columns::{Column, Shown, masked};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Clock, Error, FieldError, Refusal, Result};
use crate::data::{Audit, SealedColumn, Vault, Work};
use crate::imports::forms::MappingForm;
use crate::imports::lifecycle::ImportAction;
use crate::imports::load::{Ground, KeptFault, REJECT, Reject};
use crate::imports::mapping::{self, Mapping};
use crate::imports::rows::{pack, unpack};
use crate::imports::store::{self, Change, Lease};
use crate::imports::subject::{Seen, columns};
use crate::people;
use crate::people::LoadFiles;
use crate::policy::{Rule, RuleBook};
use crate::sheets::{Limits, Reader, Row, Table, Trouble};

/// Where a part of a file stands sealed.
pub(super) const PART: &str = "import_part.sealed";
/// Where a change of keys finds them. Nothing is found by them.
pub const SEALED_PARTS: SealedColumn =
    SealedColumn { table: "import_part", column: "sealed", place: PART, hashes: &[], hash: |_, _| Ok(Vec::new()) };
/// Rows of a part: as many as the desk takes in a small share of the time that a job has.
const ROWS: usize = 500;
/// Lines of a text that the desk takes in the time that a job has.
const AT_ONCE: u64 = 1_000;
/// Rows that the preview judges.
const PREVIEW: usize = 10;

/// A file as it was read by the child process, on its way to the desk.
pub(super) struct Received {
    file_name: String,
    hash: String,
    bytes: i64,
    format: String,
    head: Vec<String>,
    parts: Vec<Vec<Row>>,
}

/// Rows that a file of an area may have, as many as a rule allows.
///
/// # Errors
/// Of the database.
pub(super) async fn most_rows(db: &impl ConnectionTrait, area: &str, today: NaiveDate) -> Result<i64> {
    RuleBook::load(db).await?.value(Rule::ImportRows, area, today)
}

/// Reads a file that somebody sent, of so many rows at most.
///
/// # Errors
/// `Invalid` on the field `file`, with what is wrong with it.
pub(super) async fn read(reader: &Reader, most: i64, file_name: &str, bytes: Vec<u8>) -> Result<Received> {
    let hash = hex(digest(&SHA256, &bytes).as_ref());
    let size = i64::try_from(bytes.len()).map_err(Error::internal)?;
    if bytes.is_empty() {
        return Err(Trouble::Empty.into());
    }
    let limits = Limits { rows: most.unsigned_abs(), ..Limits::default() };
    let mut sheet = reader.read(std::io::Cursor::new(bytes), limits).await?;
    let head: Vec<String> = sheet.head().iter().map(|cell| cell.trim().to_owned()).collect();
    let mut parts: Vec<Vec<Row>> = Vec::new();
    while let Some(batch) = sheet.next().await? {
        for row in batch {
            match parts.last_mut() {
                Some(part) if part.len() < ROWS => part.push(Row { line: row.line, cells: row.cells }),
                _ => parts.push(vec![Row { line: row.line, cells: row.cells }]),
            }
        }
    }
    if parts.is_empty() {
        return Err(Trouble::Empty.into());
    }
    Ok(Received { file_name: file_name.to_owned(), hash, bytes: size, format: sheet.format().to_string(), head, parts })
}

/// Keeps a file that was read, its columns named as the bureau did last time or as its heads say. The same file again is
/// the file that stands there already.
///
/// # Errors
/// Of the database.
pub(super) async fn keep(
    by: &Can<LoadFiles>,
    work: &Work,
    vault: &Vault,
    subject: ImportSubject,
    received: &Received,
) -> Result<import_job::Model> {
    let area = by.actor().area.clone();
    if let Some(same) = store::same_file(work.db(), &area, subject, &received.hash).await? {
        return Ok(same);
    }
    let mapping = known_mapping(work.db(), &area, subject, &received.head).await?;
    let (job, parts) = made(vault, &area, by.actor().account, subject, &mapping, received, work.now)?;
    store::insert(work.db(), &job).await?;
    for part in parts {
        store::insert_part(work.db(), part).await?;
    }
    let detail = json!({ "file_hash": job.file_hash, "rows": job.rows, "bytes": job.bytes });
    work.record(Audit::of("upload", "import", job.id).by_actor(Some(by.actor())).area(&job.area_code).detail(detail));
    Ok(job)
}

/// The rows of a file that was read: the job, and its parts sealed.
fn made(
    vault: &Vault,
    area: &str,
    account: AccountId,
    subject: ImportSubject,
    mapping: &Mapping,
    received: &Received,
    now: DateTime<Utc>,
) -> Result<(import_job::Model, Vec<import_part::Model>)> {
    let id = ImportId::new();
    let n = |count: usize| i64::try_from(count).map_err(Error::internal);
    let job = import_job::Model {
        id,
        subject,
        source: ImportSource::Upload,
        area_code: area.to_owned(),
        account_id: Some(account),
        file_name: received.file_name.clone(),
        file_hash: received.hash.clone(),
        bytes: received.bytes,
        format: received.format.clone(),
        head: serde_json::to_string(&received.head).map_err(Error::internal)?,
        mapping: mapping::written(columns(subject), mapping)?,
        rows: n(received.parts.iter().map(Vec::len).sum())?,
        parts: i32::try_from(received.parts.len()).map_err(Error::internal)?,
        status: ImportStatus::Uploaded,
        mode: None,
        parts_done: 0,
        rows_done: 0,
        added: 0,
        standing: 0,
        rejected: 0,
        failure: None,
        lease_until: None,
        created_at: now,
        started_at: None,
        finished_at: None,
        version: 1,
    };
    let parts = (0_i32..).zip(&received.parts).map(|(n, rows)| {
        let part = ImportPartId::new();
        let sealed = vault.seal(PART, part, &pack(rows.iter())?)?;
        let rows = i32::try_from(rows.len()).map_err(Error::internal)?;
        Ok(import_part::Model { id: part, job_id: id, n, rows, sealed })
    });
    Ok((job, parts.collect::<Result<_>>()?))
}

/// A small text as a bureau had sent it at that moment, for a demonstration.
///
/// # Errors
/// `Invalid` when it is no such text.
pub(crate) fn as_if_sent(
    vault: &Vault,
    (area, account): (&str, AccountId),
    subject: ImportSubject,
    file_name: &str,
    text: &str,
    now: DateTime<Utc>,
) -> Result<(import_job::Model, Vec<import_part::Model>)> {
    let mut table = Table::open(text.as_bytes(), &Limits::default())?;
    let head: Vec<String> = table.head().iter().map(str::to_owned).collect();
    let (mut rows, mut record) = (Vec::new(), csv::StringRecord::new());
    while let Some(line) = table.next(&mut record)? {
        rows.push(Row { line, cells: record.clone() });
    }
    let received = Received {
        file_name: file_name.to_owned(),
        hash: hex(digest(&SHA256, text.as_bytes()).as_ref()),
        bytes: i64::try_from(text.len()).map_err(Error::internal)?,
        format: table.format().to_string(),
        head,
        parts: vec![rows],
    };
    let mapping = mapping::guess(columns(subject), &received.head);
    made(vault, area, account, subject, &mapping, &received, now)
}

/// What the bureau said of such columns last time, else what their heads say.
pub(super) async fn known_mapping(
    db: &impl ConnectionTrait,
    area: &str,
    subject: ImportSubject,
    head: &[String],
) -> Result<Mapping> {
    let columns = columns(subject);
    match store::remembered(db, area, subject, &mapping::hash(head)).await? {
        Some(text) => mapping::stored(columns, &text),
        None => Ok(mapping::guess(columns, head)),
    }
}

fn head_of(job: &import_job::Model) -> Result<Vec<String>> {
    serde_json::from_str(&job.head).map_err(Error::internal)
}

/// Says which column is which, and remembers it for the bureau's next file of this kind.
///
/// # Errors
/// `NotFound` out of scope, `Invalid` by column, `move.illegal` once it is being loaded, `Stale`.
pub(super) async fn map(
    by: &Can<LoadFiles>,
    work: &Work,
    id: ImportId,
    keys: &[Option<&str>],
) -> Result<import_job::Model> {
    let job = store::visible(work.db(), &by.scope(), id).await?;
    let status = job.status.after(ImportAction::Map)?;
    let (columns, head) = (columns(job.subject), head_of(&job)?);
    let named = mapping::written(columns, &mapping::read(columns, &head, keys)?)?;
    store::forget_rejects(work.db(), id).await?;
    let change =
        Change { status: Some(status), mapping: Some(named.clone()), counts: Some([0; 5]), ..Change::default() };
    store::change(work.db(), &job, change).await?;
    let remembered = import_mapping::Model {
        area_code: job.area_code.clone(),
        subject: job.subject,
        head_hash: mapping::hash(&head),
        mapping: named,
        used_at: work.now,
    };
    store::remember(work.db(), remembered).await?;
    work.record(Audit::of("map", "import", id).by_actor(Some(by.actor())).area(&job.area_code));
    store::visible(work.db(), &by.scope(), id).await
}

/// The same from the form of a page.
///
/// # Errors
/// As of [`map`].
pub(super) async fn map_chosen(
    by: &Can<LoadFiles>,
    work: &Work,
    id: ImportId,
    chosen: &MappingForm,
) -> Result<import_job::Model> {
    let job = store::visible(work.db(), &by.scope(), id).await?;
    map(by, work, id, &chosen.keys(head_of(&job)?.len())).await
}

/// Has every row judged; nothing is written into the registry.
///
/// # Errors
/// `NotFound` out of scope, `import.columns_lacking`, `move.illegal`, `Stale`.
pub(super) async fn check(by: &Can<LoadFiles>, work: &Work, id: ImportId) -> Result<import_job::Model> {
    let job = store::visible(work.db(), &by.scope(), id).await?;
    let status = job.status.after(ImportAction::Check)?;
    let columns = columns(job.subject);
    if !mapping::lacking(columns, &mapping::stored(columns, &job.mapping)?).is_empty() {
        return Err(Error::refused("import.columns_lacking"));
    }
    begin(by, work, job, status, ImportAction::Check, None).await
}

/// Has the rows loaded that were checked.
///
/// # Errors
/// `NotFound` out of scope, `import.has_rejects` and `import.too_long_for_whole` where all or none was asked,
/// `move.illegal`, `Stale`.
pub(super) async fn load(
    by: &Can<LoadFiles>,
    work: &Work,
    id: ImportId,
    mode: ImportMode,
) -> Result<import_job::Model> {
    let job = store::visible(work.db(), &by.scope(), id).await?;
    let status = job.status.after(ImportAction::Load)?;
    if mode == ImportMode::AllOrNothing && job.rejected > 0 {
        return Err(Error::refused("import.has_rejects"));
    }
    if mode == ImportMode::AllOrNothing {
        let most = RuleBook::load(work.db()).await?.value(Rule::ImportRowsWhole, &job.area_code, work.today())?;
        if job.rows > most {
            return Err(Error::Refused(
                Refusal { code: "import.too_long_for_whole", args: Vec::new() }.with("most", most),
            ));
        }
    }
    begin(by, work, job, status, ImportAction::Load, Some(mode)).await
}

async fn begin(
    by: &Can<LoadFiles>,
    work: &Work,
    job: import_job::Model,
    status: ImportStatus,
    action: ImportAction,
    mode: Option<ImportMode>,
) -> Result<import_job::Model> {
    store::forget_rejects(work.db(), job.id).await?;
    let change = Change {
        status: Some(status),
        counts: Some([0; 5]),
        mode,
        lease: Lease::Free,
        started_at: Some(work.now),
        ..Change::default()
    };
    store::change(work.db(), &job, change).await?;
    let deed = Audit::of(action.into(), "import", job.id).by_actor(Some(by.actor())).area(&job.area_code);
    work.record(deed.detail(json!({ "mode": mode.map(ImportMode::as_str) })));
    store::visible(work.db(), &by.scope(), job.id).await
}

/// Gives a file up. Who was loaded stays; the rest of the file is forgotten.
///
/// # Errors
/// `NotFound` out of scope, `move.illegal`, `Stale`.
pub(super) async fn cancel(by: &Can<LoadFiles>, work: &Work, id: ImportId) -> Result<import_job::Model> {
    let job = store::visible(work.db(), &by.scope(), id).await?;
    let change = Change {
        status: Some(job.status.after(ImportAction::Cancel)?),
        lease: Lease::Free,
        finished_at: Some(work.now),
        ..Change::default()
    };
    store::change(work.db(), &job, change).await?;
    store::forget_parts(work.db(), id).await?;
    let deed = Audit::of("cancel", "import", id).by_actor(Some(by.actor())).area(&job.area_code);
    work.record(deed.detail(json!({ "added": job.added })));
    store::visible(work.db(), &by.scope(), id).await
}

/// Writes down that the refused rows go out in clear, to whoever sent the file.
///
/// # Errors
/// `NotFound` out of scope.
pub(super) async fn fetch_rejects(by: &Can<LoadFiles>, work: &Work, id: ImportId) -> Result<import_job::Model> {
    let job = store::visible(work.db(), &by.scope(), id).await?;
    let deed = Audit::of("fetch_rejects", "import", id).by_actor(Some(by.actor())).area(&job.area_code);
    work.record(deed.detail(json!({ "rows": job.rejected })));
    Ok(job)
}

/// What somebody may do with a file now, by name.
pub(super) fn open_to(job: &import_job::Model, reader: &Actor) -> Vec<&'static str> {
    job.status.open_to(reader.role).into_iter().map(Into::into).collect()
}

/// What a file's page is made with.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub vault: &'a Arc<Vault>,
    pub atlas: &'a Arc<Atlas>,
    pub clock: &'a Clock,
}

impl Reading<'_> {
    async fn ground(
        self,
        db: &impl ConnectionTrait,
        subject: ImportSubject,
        within: &str,
        head: &[String],
        mapping: &Mapping,
    ) -> Result<Ground> {
        let now = self.clock.now();
        Ok(Ground {
            subject,
            atlas: self.atlas.clone(),
            vault: self.vault.clone(),
            now,
            today: day_of(now),
            within: within.to_owned(),
            test_numbers: people::takes_test_numbers(db).await?,
            head: Arc::new(head.to_vec()),
            mapping: Arc::new(mapping.clone()),
        })
    }
}

/// A column of the file with what it is taken for.
pub(super) struct Taken {
    pub head: String,
    /// The key of ours, or empty.
    pub ours: &'static str,
    /// Of the first row, masked as the column wants it.
    pub example: String,
}

/// The first rows with the verdict on each.
pub(super) struct Preview {
    pub columns: Vec<Taken>,
    /// Our columns that no column of the file is.
    pub lacking: Vec<&'static Column>,
    pub rows: Vec<(u64, Vec<KeptFault>)>,
}

/// Judges the first rows as they would be judged.
///
/// # Errors
/// `Internal` when a part does not open.
pub(super) async fn preview(
    db: &impl ConnectionTrait,
    reading: Reading<'_>,
    job: &import_job::Model,
) -> Result<Preview> {
    let columns = columns(job.subject);
    let (head, named) = (head_of(job)?, mapping::stored(columns, &job.mapping)?);
    let lacking = mapping::lacking(columns, &named);
    let (mut rows, mut faults) = (Vec::new(), HashMap::new());
    if let Some(part) = store::part(db, job.id, 0).await? {
        let ground = reading.ground(db, job.subject, &job.area_code, &head, &named).await?;
        let judging = ground.clone();
        let judge = move || {
            let mut first = unpack(&judging.vault.open(PART, part.id, &part.sealed)?)?;
            first.truncate(PREVIEW);
            let judged = judging.try_rows(&mut judging.judge(), first.clone())?;
            Ok::<_, Error>((first, judged))
        };
        let (first, judged) = spawn_blocking(judge).await.map_err(Error::internal)??;
        let outcome = ground.foresee(db, judged, &mut Seen::default()).await?;
        let told = |reject: Reject| (reject.row.line, reject.faults.iter().map(KeptFault::from).collect());
        faults = outcome.rejects.into_iter().map(told).collect();
        rows = first;
    }
    let shown = |at: usize, value: &str| {
        let ours = named.get(at).copied().flatten().and_then(|ours| columns.get(ours));
        // Nobody knows what a column holds that is not named.
        masked(ours.map_or(Shown::Hidden, |ours| ours.shown), value.trim())
    };
    let example =
        |at: usize| rows.first().and_then(|row| row.cells.get(at)).map(|value| shown(at, value)).unwrap_or_default();
    Ok(Preview {
        columns: head
            .iter()
            .enumerate()
            .map(|(at, head)| Taken {
                head: head.clone(),
                ours: named.get(at).copied().flatten().and_then(|ours| columns.get(ours)).map_or("", |ours| ours.key),
                example: example(at),
            })
            .collect(),
        lacking,
        rows: rows.iter().map(|row| (row.line, faults.remove(&row.line).unwrap_or_default())).collect(),
    })
}

/// What is wrong with a row that was kept.
///
/// # Errors
/// `Internal` when it cannot be read.
pub(super) fn faults(reject: &import_reject::Model) -> Result<Vec<KeptFault>> {
    serde_json::from_str(&reject.faults).map_err(Error::internal)
}

/// A refused row as it came.
///
/// # Errors
/// `Internal` when it does not open.
pub(super) fn row(vault: &Vault, reject: &import_reject::Model) -> Result<Row> {
    let plain = vault.open(REJECT, reject.id, &reject.sealed)?;
    unpack(&plain)?.pop().ok_or_else(|| Error::internal("a refused row is empty"))
}

/// The refused rows of a file that was seen, a page at a time.
pub(super) struct KeptRejects<'a, C: ConnectionTrait> {
    db: &'a C,
    vault: &'a Vault,
    job: ImportId,
    after: i64,
}

impl<'a, C: ConnectionTrait> KeptRejects<'a, C> {
    pub(super) fn of(db: &'a C, vault: &'a Vault, job: ImportId) -> Self {
        Self { db, vault, job, after: 0 }
    }

    /// # Errors
    /// `Internal` when a row does not open.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<(Row, Vec<KeptFault>)>>> {
        const PAGE: u64 = 1_000;
        let rejects = store::rejects(self.db, self.job, self.after, PAGE).await?;
        let Some(last) = rejects.last() else { return Ok(None) };
        self.after = last.line;
        rejects.iter().map(|reject| Ok((row(self.vault, reject)?, faults(reject)?))).collect::<Result<_>>().map(Some)
    }
}

/// The file of refused rows: the columns as they came, and behind them the line and what is wrong. Nothing takes these two
/// for columns of the registry, so a mended file can be sent as it is.
///
/// # Errors
/// `Internal` when a row does not open.
pub(super) async fn reject_file(
    db: &impl ConnectionTrait,
    vault: &Vault,
    job: &import_job::Model,
    heads: [&str; 2],
    explain: impl Fn(&KeptFault) -> String,
) -> Result<Vec<u8>> {
    let mut file = RejectFile::new(Vec::new(), &head_of(job)?, heads)?;
    let mut kept = KeptRejects::of(db, vault, job.id);
    while let Some(page) = kept.next().await? {
        for (row, faults) in page {
            file.push(&row, &faults, &explain)?;
        }
    }
    file.finish()
}

/// Rows with what is wrong with them, as a spreadsheet opens them.
pub(super) struct RejectFile<W: std::io::Write> {
    writer: csv::Writer<W>,
    /// Columns of an earlier file of rejects that was sent again: they are written anew.
    old: Vec<bool>,
}

impl<W: std::io::Write> RejectFile<W> {
    /// `heads` name the line and the faults.
    pub(super) fn new(mut into: W, head: &[String], heads: [&str; 2]) -> Result<Self> {
        into.write_all("\u{FEFF}".as_bytes()).map_err(Error::internal)?;
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(into);
        let old: Vec<bool> = head.iter().map(|head| heads.contains(&head.as_str())).collect();
        let kept = head.iter().zip(&old).filter(|(_, old)| !**old).map(|(head, _)| head.as_str());
        writer.write_record(kept.chain(heads)).map_err(Error::internal)?;
        Ok(Self { writer, old })
    }

    pub(super) fn push(
        &mut self,
        row: &Row,
        faults: &[KeptFault],
        explain: impl Fn(&KeptFault) -> String,
    ) -> Result<()> {
        let told: Vec<String> = faults.iter().map(|fault| format!("{}：{}", fault.column, explain(fault))).collect();
        let (line, told) = (row.line.to_string(), told.join("；"));
        let cells = row.cells.iter().enumerate().filter(|(at, _)| !self.old.get(*at).is_some_and(|old| *old));
        let cells = cells.map(|(_, cell)| cell).chain([line.as_str(), told.as_str()]);
        // No cell of it is a formula to the spreadsheet in which it is mended.
        self.writer.write_record(cells.map(|cell| neutral(cell).into_owned())).map_err(Error::internal)
    }

    pub(super) fn finish(self) -> Result<W> {
        self.writer.into_inner().map_err(|_| Error::internal("a file of rejects cannot be written"))
    }
}

/// A text of people that is small enough to be judged and loaded at once, all of it or none.
///
/// # Errors
/// `Invalid` with a line per fault.
pub(super) async fn load_text(by: &Can<LoadFiles>, work: &Work, reading: Reading<'_>, text: Vec<u8>) -> Result<usize> {
    let subject = ImportSubject::People;
    let columns = columns(subject);
    let mut table =
        Table::open(std::io::Cursor::new(text), &Limits { rows: AT_ONCE, ..Limits::default() }).map_err(Error::from)?;
    let head: Vec<String> = table.head().iter().map(|cell| cell.trim().to_owned()).collect();
    let named = known_mapping(work.db(), &by.actor().area, subject, &head).await?;
    let lacking = mapping::lacking(columns, &named);
    if !lacking.is_empty() {
        let fault = |column: &&Column| FieldError::new(format!("line 1, {}", column.zh), "invalid.column_missing");
        return Err(Error::Invalid(lacking.iter().map(fault).collect()));
    }
    let ground = reading.ground(work.db(), subject, &by.actor().area, &head, &named).await?;
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while let Some(line) = table.next(&mut record)? {
        rows.push(Row { line, cells: record.clone() });
    }
    if rows.is_empty() {
        return Err(Trouble::Empty.into());
    }
    let judged = ground.try_rows(&mut ground.judge(), rows)?;
    let outcome = ground.land(work, judged).await?;
    if !outcome.rejects.is_empty() {
        let told = outcome
            .rejects
            .into_iter()
            .flat_map(|reject| reject.faults.into_iter().map(move |fault| fault.on_line(reject.row.line)));
        return Err(Error::Invalid(told.collect()));
    }
    let detail = json!({ "added": outcome.added, "standing": outcome.standing });
    work.record(Audit::of("load", "import", "").by_actor(Some(by.actor())).area(&ground.within).detail(detail));
    Ok(outcome.added)
}
