//! Loading exclusion lists, and what is shown of them.

use std::sync::Arc;

use chrono::NaiveDate;
use entities::{
    exclusion_entry, exclusion_list,
    values::{ExclusionListId, PersonId},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::access::{Can, hex};
use crate::base::columns::Fault;
use crate::base::{Clock, Error, Result};
use crate::data::rekeying::require_one_key;
use crate::data::{Audit, Database, Desk, Vault, Work};
use crate::exclusions::files::{Judging, Sheet};
use crate::exclusions::forms::Incoming;
use crate::exclusions::rights::{LoadExclusions, SeeExclusions};
use crate::exclusions::store::{self, Blocked, Listed};
use crate::people;
use crate::policy::{Rule, RuleBook};
use crate::sheets::{Limits, Reader, Row, Trouble};

/// Rows that one job at the desk writes; the lane serves others between two of them.
const PIECE: usize = 2_000;
/// Blocked lines that a list's page names one by one.
const NAMED: u64 = 50;

/// Rows that a list of an area may have, as many as a rule allows.
///
/// # Errors
/// Of the database.
pub(crate) async fn most_rows(db: &impl ConnectionTrait, area: &str, today: NaiveDate) -> Result<i64> {
    RuleBook::load(db).await?.value(Rule::ExclusionRows, area, today)
}

/// What became of a file: it counts whole, or nothing of it does.
#[derive(Debug)]
pub(crate) enum Landed {
    Loaded {
        id: ExclusionListId,
        rows: i32,
    },
    /// Each with its line.
    Faults(Vec<(u64, Fault)>),
}

/// What loading needs at hand between the door and the desk.
#[derive(Clone, Copy)]
pub(crate) struct Loader<'a> {
    pub db: &'a Database,
    pub reader: &'a Reader,
    pub desk: &'a Desk,
    pub vault: &'a Arc<Vault>,
    pub clock: &'a Clock,
}

impl Loader<'_> {
    /// Has a file read by the child process, judges it beside the async threads and loads it in pieces. It counts from the moment on in which its last row is
    /// in; what a crash leaves behind counts for nobody and goes with the next list of its kind.
    ///
    /// # Errors
    /// `Invalid` when it is no such file or a field is wrong; `exclusion.older`, `exclusion.same_file`; `keys.changing` while
    /// people are hashed anew, whom the list would not find; `Stale`.
    pub(crate) async fn load(&self, by: &Can<LoadExclusions>, incoming: Incoming) -> Result<Landed> {
        let today = self.clock.today();
        incoming.check(today)?;
        let Incoming { kind, as_of, document_no, source, file_name, bytes } = incoming;
        let file_hash = hex(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref());
        let most = most_rows(self.db.reader(), &by.area, today).await?;
        let (head, rows) = self.read(bytes, most).await.map_err(|trouble| trouble.at("csv"))?;
        let vault = Arc::clone(self.vault);
        let judging = move || {
            let judging = Judging { vault: &vault, kind, today };
            Sheet::judge((head.line, &head.cells), &rows, judging)
        };
        let sheet = spawn_blocking(judging).await.map_err(Error::internal)?;
        if !sheet.faults.is_empty() {
            return Ok(Landed::Faults(sheet.faults));
        }
        let list = exclusion_list::Model {
            id: ExclusionListId::new(),
            kind,
            area_code: by.area.clone(),
            as_of,
            document_no,
            source,
            file_name,
            file_hash,
            rows: i32::try_from(sheet.entries.len()).map_err(Error::internal)?,
            loaded_by: by.account,
            begun_at: self.clock.now(),
            loaded_at: None,
            superseded_by: None,
        };
        let entries: Vec<exclusion_entry::Model> = sheet
            .entries
            .into_iter()
            .map(|row| exclusion_entry::Model {
                list_id: list.id,
                line: row.line,
                id_index: row.id_index,
                valid_from: row.from,
                valid_to: row.to,
            })
            .collect();
        self.desk.write(async |work| begin(self.vault, work, &list).await).await?;
        for piece in entries.chunks(PIECE) {
            self.desk.write(async |work| store::insert_entries(work, piece).await).await?;
        }
        self.desk.write(async |work| finish(by, self.vault, work, &list).await).await?;
        Ok(Landed::Loaded { id: list.id, rows: list.rows })
    }

    /// The head and the rows below it.
    async fn read(&self, bytes: Vec<u8>, most: i64) -> std::result::Result<(Row, Vec<Row>), Trouble> {
        let limits = Limits { rows: most.unsigned_abs(), ..Limits::default() };
        let mut sheet = self.reader.read(std::io::Cursor::new(bytes), limits).await?;
        let head = Row { line: sheet.head_line(), cells: sheet.head().clone() };
        let mut rows = Vec::new();
        while let Some(batch) = sheet.next().await? {
            rows.extend(batch);
        }
        if rows.is_empty() { Err(Trouble::Empty) } else { Ok((head, rows)) }
    }
}

/// A list may take the place of the one that stands unless it tells of an earlier day, or is the same file again.
async fn require_newer(work: &Work, list: &exclusion_list::Model) -> Result<()> {
    match store::standing(work.db(), list.kind, &list.area_code).await? {
        Some(standing) if standing.as_of > list.as_of => Err(Error::refused("exclusion.older")),
        Some(standing) if standing.file_hash == list.file_hash => Err(Error::refused("exclusion.same_file")),
        Some(_) | None => Ok(()),
    }
}

async fn begin(vault: &Vault, work: &Work, list: &exclusion_list::Model) -> Result<()> {
    require_one_key(work.db(), vault).await?;
    require_newer(work, list).await?;
    store::sweep(work, list.kind, &list.area_code).await?;
    store::insert(work, list.clone()).await
}

async fn finish(by: &Can<LoadExclusions>, vault: &Vault, work: &Work, list: &exclusion_list::Model) -> Result<()> {
    require_one_key(work.db(), vault).await?;
    require_newer(work, list).await?;
    store::put_in_force(work, list).await?;
    let detail = json!({
        "kind": list.kind, "as_of": list.as_of, "document_no": list.document_no, "rows": list.rows,
        "file_hash": list.file_hash,
    });
    let audit = Audit::of("load", "exclusion_list", list.id).by_actor(Some(by.actor()));
    work.record(audit.area(&list.area_code).detail(detail));
    Ok(())
}

/// A list with what it blocks in the reader's sight.
#[derive(Debug)]
pub(crate) struct Shown {
    pub list: Listed,
    pub blocked: u64,
    /// The latest of them, with masked names.
    pub lines: Vec<(Blocked, String)>,
}

/// # Errors
/// `NotFound` out of sight.
pub(crate) async fn show(
    by: &Can<SeeExclusions>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    id: ExclusionListId,
) -> Result<Shown> {
    let scope = by.scope();
    let list = store::one(db, &scope, id).await?;
    let lines = store::blocked(db, &scope, id, NAMED).await?;
    let people: Vec<PersonId> = lines.iter().map(|line| line.person_id).collect();
    let briefs = people::briefs(db, vault, &people).await?;
    let named = lines.into_iter().map(|line| {
        let called = briefs.get(&line.person_id).map(|brief| format!("{} …{}", brief.masked_name, brief.tail));
        (line, called.unwrap_or_default())
    });
    Ok(Shown { lines: named.collect(), blocked: store::blocked_count(db, &scope, id).await?, list })
}
