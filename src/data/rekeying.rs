//! New keys for what is sealed (密钥轮换): row by row in the background, every sealed value comes under the key that seals
//! anew, and every hash under the key that finds anew. Reads open any key, so nobody notices.
//!
//! Where the work stands is a row of `setting`, moved with the rows themselves by compare-and-set: whoever is killed midway
//! goes on from there, and of several processes at one place only one moves on. A pass that found something to do is followed
//! by another: the work is done when a whole pass found nothing.
//!
//! Hashes of other tables, whose values are kept nowhere, follow the rows that hold the value. Until the work is done, equal
//! values may have different hashes: who compares rows by them waits for [`require_one_key`].

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, task::JoinHandle, time::timeout};
use uuid::Uuid;

use crate::base::{Error, Result};
use crate::data::{Database, Desk, SealedColumn, Vault, Work};

/// Rows of one job: few, for the whole lane waits with it.
const CHUNK: u32 = 100;
/// Rows that are counted by one question.
const COUNTED: u32 = 10_000;
/// A key's id with its length before it.
const HEAD: u32 = 17;
/// The row of `setting` that says where the work stands.
const PLACE: &str = "rekeying";
/// After an error of the database, and at a place that another process moved.
const PAUSE: Duration = Duration::from_secs(2);

/// Where the work stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// The fingerprint of the keys that it is done for.
    under: String,
    /// Which of the columns, and behind which row of it.
    column: usize,
    after: Uuid,
    /// Rows brought under new keys, in this pass and in all.
    changed: u64,
    in_all: u64,
    done: bool,
}

/// What one step did.
#[derive(Clone, Debug, Default)]
pub struct Step {
    pub looked: u32,
    pub changed: u32,
    /// Rows that do not open, or whose hash stands already: left as they are.
    pub left: Vec<(&'static str, Uuid)>,
    pub done: bool,
}

/// How many values of a column each key seals.
#[derive(Clone, Debug)]
pub struct Count {
    pub table: &'static str,
    pub column: &'static str,
    pub by_key: BTreeMap<String, u64>,
}

/// Where things stand.
#[derive(Clone, Debug)]
pub struct Status {
    pub counts: Vec<Count>,
    /// Whether every hash stands under the key that finds anew.
    pub done: bool,
    /// Rows brought under new keys so far.
    pub in_all: u64,
}

impl Status {
    /// How many values a key seals in all.
    pub fn sealed_with(&self, key: &str) -> u64 {
        self.counts.iter().filter_map(|count| count.by_key.get(key)).sum()
    }
}

/// A column of hashes of values that are not kept beside them, as in a list of numbers: they come under the new key with the
/// rows that hold the value.
#[derive(Clone, Copy)]
pub struct Follower {
    /// The table of sealed values with which they go.
    pub of: &'static str,
    pub table: &'static str,
    pub column: &'static str,
    /// Every hash under which the value of a sealed row may stand there, the one that finds anew first.
    pub hashes: fn(&Vault, Uuid, &[u8]) -> Result<Vec<String>>,
}

/// Sealed values that are never sealed again, because they go after some days. A key is needed as long as it seals one.
#[derive(Clone, Copy)]
pub struct Passing {
    pub table: &'static str,
    pub column: &'static str,
}

/// A hash that follows.
struct Moved {
    follower: Follower,
    from: String,
    to: String,
}

/// A row as it should stand.
struct Change {
    id: Uuid,
    before: Vec<u8>,
    sealed: Vec<u8>,
    hashes: Vec<Option<String>>,
}

/// Brings what is sealed under new keys.
#[derive(Clone)]
pub struct Rekeying {
    pub database: Database,
    pub desk: Desk,
    pub vault: Arc<Vault>,
    pub columns: &'static [SealedColumn],
    pub followers: &'static [Follower],
    pub passing: &'static [Passing],
    /// Rows that are looked at in a second.
    pub pace: u32,
}

impl Rekeying {
    fn beginning(&self, in_all: u64) -> Place {
        Place { under: self.vault.fingerprint(), column: 0, after: Uuid::nil(), changed: 0, in_all, done: false }
    }

    /// The place as it is written, and as it is meant: other keys begin anew.
    async fn place(&self) -> Result<(Option<String>, Place)> {
        let written = written(self.database.reader()).await?;
        let place = written.as_deref().and_then(|text| serde_json::from_str::<Place>(text).ok());
        let place = place.filter(|place| place.under == self.vault.fingerprint());
        Ok((written, place.unwrap_or_else(|| self.beginning(0))))
    }

    /// Begins a new pass where the last one is done.
    ///
    /// # Errors
    /// Of the database.
    pub async fn again(&self) -> Result<()> {
        let (written, place) = self.place().await?;
        if !place.done {
            return Ok(());
        }
        let next = self.beginning(0);
        self.desk.write(async |work| move_on(work, written.as_deref(), &next).await).await
    }

    /// Brings the next rows under new keys.
    ///
    /// # Errors
    /// Of the database; `Stale` where another process was quicker.
    pub async fn step(&self) -> Result<Step> {
        let (written, place) = self.place().await?;
        let Some(column) = self.columns.get(place.column).filter(|_| !place.done) else {
            return self.end_pass(written, &place).await;
        };
        let rows = self.rows(column, place.after).await?;
        let mut step = Step { looked: u32::try_from(rows.len()).unwrap_or(CHUNK), ..Step::default() };
        let last = rows.last().map(|row| row.try_get::<Uuid>("", "id")).transpose()?;
        let mut changes = Vec::new();
        for row in &rows {
            match self.change(column, row) {
                Ok(change) => changes.extend(change),
                Err(_) => step.left.push((column.table, row.try_get("", "id")?)),
            }
        }
        let moved = self.moved(column, &rows).await?;
        let changed = u64::try_from(changes.len() + moved.len()).map_err(Error::internal)?;
        let mut next = Place { changed: place.changed + changed, in_all: place.in_all + changed, ..place.clone() };
        if let Some(last) = last.filter(|_| step.looked == CHUNK) {
            next.after = last;
        } else {
            (next.column, next.after) = (place.column + 1, Uuid::nil());
        }
        let done = self
            .desk
            .write(async |work| {
                move_on(work, written.as_deref(), &next).await?;
                for change in &changes {
                    apply(work, column, change).await?;
                }
                follow(work, &moved).await
            })
            .await;
        match done {
            Ok(()) => step.changed = u32::try_from(changed).unwrap_or(CHUNK),
            // One of them has a hash that stands already: the others go by themselves.
            Err(e) if e.is_duplicate() => {
                for change in &changes {
                    match self.desk.write(async |work| apply(work, column, change).await).await {
                        Ok(()) => step.changed += 1,
                        Err(e) if e.is_duplicate() => step.left.push((column.table, change.id)),
                        Err(e) => return Err(e),
                    }
                }
                step.changed += u32::try_from(moved.len()).unwrap_or(CHUNK);
                let more = u64::from(step.changed);
                next = Place { changed: place.changed + more, in_all: place.in_all + more, ..next };
                self.desk
                    .write(async |work| {
                        move_on(work, written.as_deref(), &next).await?;
                        follow(work, &moved).await
                    })
                    .await?;
            }
            Err(e) => return Err(e),
        }
        Ok(step)
    }

    async fn end_pass(&self, written: Option<String>, place: &Place) -> Result<Step> {
        if place.done {
            return Ok(Step { done: true, ..Step::default() });
        }
        let done = place.changed == 0;
        let next = if done { Place { done, ..place.clone() } } else { self.beginning(place.in_all) };
        self.desk.write(async |work| move_on(work, written.as_deref(), &next).await).await?;
        Ok(Step { done, ..Step::default() })
    }

    async fn rows(&self, column: &SealedColumn, after: Uuid) -> Result<Vec<QueryResult>> {
        let db = self.database.reader();
        let hashes: String = column.hashes.iter().flat_map(|hash| [", ", hash]).collect();
        let ask = format!(
            "SELECT id, {} AS sealed{hashes} FROM {} WHERE id > $1 ORDER BY id LIMIT {CHUNK}",
            column.column, column.table
        );
        let ask = Statement::from_sql_and_values(db.get_database_backend(), ask, [after.into()]);
        Ok(db.query_all_raw(ask).await?)
    }

    /// The row as it should stand, unless it stands so.
    fn change(&self, column: &SealedColumn, row: &QueryResult) -> Result<Option<Change>> {
        let (id, before): (Uuid, Vec<u8>) = (row.try_get("", "id")?, row.try_get("", "sealed")?);
        let plain = self.vault.open(column.place, id, &before)?;
        let hashes = (column.hash)(&self.vault, &plain)?;
        let standing = column.hashes.iter().map(|hash| row.try_get("", hash)).collect::<Result<Vec<_>, _>>()?;
        let is_current = Vault::key_of(&before) == Some(self.vault.current());
        if is_current && hashes == standing {
            return Ok(None);
        }
        let sealed = if is_current { before.clone() } else { self.vault.seal(column.place, id, &plain)? };
        Ok(Some(Change { id, before, sealed, hashes }))
    }

    /// The hashes that stand under the old key for the values of these rows, whoever wrote the rows.
    async fn moved(&self, column: &SealedColumn, rows: &[QueryResult]) -> Result<Vec<Moved>> {
        let mut moved = Vec::new();
        let followers = self.followers.iter().filter(|follower| follower.of == column.table);
        for follower in followers.filter(|_| self.vault.has_old_index()) {
            let mut anew: BTreeMap<String, String> = BTreeMap::new();
            for row in rows {
                let (id, sealed): (Uuid, Vec<u8>) = (row.try_get("", "id")?, row.try_get("", "sealed")?);
                // One that does not open is named as left already.
                let mut hashes = (follower.hashes)(&self.vault, id, &sealed).unwrap_or_default().into_iter();
                if let Some(to) = hashes.next() {
                    anew.extend(hashes.map(|from| (from, to.clone())));
                }
            }
            if anew.is_empty() {
                continue;
            }
            let marks: Vec<String> = (1..=anew.len()).map(|n| format!("${n}")).collect();
            let ask = format!(
                "SELECT DISTINCT {1} AS hash FROM {0} WHERE {1} IN ({2})",
                follower.table,
                follower.column,
                marks.join(", ")
            );
            let db = self.database.reader();
            let values = anew.keys().map(|from| Value::from(from.clone()));
            let ask = Statement::from_sql_and_values(db.get_database_backend(), ask, values);
            for row in db.query_all_raw(ask).await? {
                let from: String = row.try_get("", "hash")?;
                if let Some(to) = anew.remove(&from) {
                    moved.push(Moved { follower: *follower, from, to });
                }
            }
        }
        Ok(moved)
    }

    /// Works to the end, at its pace. `told` hears of every step.
    ///
    /// # Errors
    /// Of the database.
    pub async fn run(&self, mut told: impl FnMut(&Step)) -> Result<()> {
        loop {
            let begun = Instant::now();
            let step = match self.step().await {
                Err(Error::Stale | Error::Busy) => {
                    tokio::time::sleep(PAUSE / 10).await;
                    continue;
                }
                step => step?,
            };
            told(&step);
            if step.done {
                return Ok(());
            }
            let due = Duration::from_secs(1) * step.looked / self.pace.max(1);
            tokio::time::sleep(due.saturating_sub(begun.elapsed())).await;
        }
    }

    /// How many values each key seals. Nothing is opened; the table is walked by its key, so readers are served meanwhile.
    ///
    /// # Errors
    /// Of the database.
    pub async fn status(&self) -> Result<Status> {
        let mut counts = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            counts.push(Count { table: column.table, column: column.column, by_key: self.count(column).await? });
        }
        for passing in self.passing {
            counts.push(Count { table: passing.table, column: passing.column, by_key: self.count_all(passing).await? });
        }
        let (_, place) = self.place().await?;
        Ok(Status { counts, done: place.done, in_all: place.in_all })
    }

    /// There are few, so one question tells.
    async fn count_all(&self, passing: &Passing) -> Result<BTreeMap<String, u64>> {
        let db = self.database.reader();
        let ask = format!("SELECT substr({}, 1, {HEAD}) AS head FROM {}", passing.column, passing.table);
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), ask)).await?;
        let mut by_key = BTreeMap::new();
        for row in &rows {
            let head: Vec<u8> = row.try_get("", "head")?;
            *by_key.entry(Vault::key_of(&head).unwrap_or("?").to_owned()).or_default() += 1;
        }
        Ok(by_key)
    }

    async fn count(&self, column: &SealedColumn) -> Result<BTreeMap<String, u64>> {
        let db = self.database.reader();
        let ask = format!(
            "SELECT id, substr({}, 1, {HEAD}) AS head FROM {} WHERE id > $1 ORDER BY id LIMIT {COUNTED}",
            column.column, column.table
        );
        let mut by_key = BTreeMap::new();
        let mut after = Uuid::nil();
        loop {
            let ask = Statement::from_sql_and_values(db.get_database_backend(), &ask, [after.into()]);
            let rows = db.query_all_raw(ask).await?;
            for row in &rows {
                let head: Vec<u8> = row.try_get("", "head")?;
                *by_key.entry(Vault::key_of(&head).unwrap_or("?").to_owned()).or_default() += 1;
            }
            match rows.last() {
                Some(row) => after = row.try_get("", "id")?,
                None => return Ok(by_key),
            }
        }
    }

    /// Works beside the server until it is done or told to stop. Rows that are left are named in the log.
    pub fn start(self) -> Running {
        let (stop, mut stopped) = watch::channel(false);
        let worker = tokio::spawn(async move {
            let mut in_all = 0_u64;
            loop {
                let work = self.run(|step| {
                    in_all += u64::from(step.changed);
                    for (table, id) in &step.left {
                        tracing::error!(table, %id, "a sealed row does not come under the new key");
                    }
                });
                let ended = tokio::select! {
                    ended = work => ended,
                    _ = stopped.changed() => return,
                };
                match ended {
                    Ok(()) if in_all > 0 => return tracing::info!(rows = in_all, "everything is under the new keys"),
                    Ok(()) => return,
                    Err(e) => tracing::error!("new keys: {e}"),
                }
                if timeout(PAUSE, stopped.changed()).await.is_ok() {
                    return;
                }
            }
        });
        Running { stop, worker }
    }
}

/// A worker that brings rows under new keys.
pub struct Running {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Running {
    /// Returns when the step at hand is through or undone; close it before the desk, to which it writes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        if self.worker.await.is_err() {
            tracing::error!("the work on new keys had ended before it was closed");
        }
    }
}

async fn written(db: &impl ConnectionTrait) -> Result<Option<String>> {
    let ask = "SELECT value FROM setting WHERE name = $1";
    let ask = Statement::from_sql_and_values(db.get_database_backend(), ask, [PLACE.into()]);
    db.query_one_raw(ask).await?.map(|row| Ok(row.try_get("", "value")?)).transpose()
}

/// Sees to it that equal values have equal hashes everywhere.
///
/// # Errors
/// `keys.changing` while rows are hashed anew, or where another process does so under a key that is not known here.
pub async fn require_one_key(db: &impl ConnectionTrait, vault: &Vault) -> Result<()> {
    let place = written(db).await?.and_then(|text| serde_json::from_str::<Place>(&text).ok());
    let changing = match place {
        Some(place) if Vault::finds_as(&place.under, &vault.fingerprint()) => vault.has_old_index() && !place.done,
        Some(_) => true,
        None => vault.has_old_index(),
    };
    if changing { Err(Error::refused("keys.changing")) } else { Ok(()) }
}

/// Moves the place from what was read; who comes second moves nothing.
async fn move_on(work: &Work, from: Option<&str>, to: &Place) -> Result<()> {
    let to = serde_json::to_string(to).map_err(Error::internal)?;
    let (sql, values): (_, Vec<Value>) = match from {
        Some(from) => {
            ("UPDATE setting SET value = $1 WHERE name = $2 AND value = $3", vec![to.into(), PLACE.into(), from.into()])
        }
        None => {
            ("INSERT INTO setting (value, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", vec![to.into(), PLACE.into()])
        }
    };
    let moved = Statement::from_sql_and_values(work.db().get_database_backend(), sql, values);
    if work.db().execute_raw(moved).await?.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Writes the row, unless somebody wrote it since it was read: then it stands under the new keys already, or the next pass
/// comes by.
async fn apply(work: &Work, column: &SealedColumn, change: &Change) -> Result<()> {
    let mut sets = format!("{} = $1", column.column);
    let mut values: Vec<Value> = vec![change.sealed.clone().into()];
    for (hash, value) in column.hashes.iter().zip(&change.hashes) {
        values.push(value.clone().into());
        sets = format!("{sets}, {hash} = ${}", values.len());
    }
    let n = values.len();
    values.extend([Value::from(change.id), change.before.clone().into()]);
    let sql = format!("UPDATE {} SET {sets} WHERE id = ${} AND {} = ${}", column.table, n + 1, column.column, n + 2);
    work.db().execute_raw(Statement::from_sql_and_values(work.db().get_database_backend(), sql, values)).await?;
    Ok(())
}

/// Hashes come after the rows that hold their values.
async fn follow(work: &Work, moved: &[Moved]) -> Result<()> {
    for Moved { follower: Follower { table, column, .. }, from, to } in moved {
        let sql = format!("UPDATE {table} SET {column} = $1 WHERE {column} = $2");
        let values = [Value::from(to.clone()), Value::from(from.clone())];
        work.db().execute_raw(Statement::from_sql_and_values(work.db().get_database_backend(), sql, values)).await?;
    }
    Ok(())
}
