//! The bare engine with nothing around it: two statements and a commit, or many lines in one transaction.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};

use crate::served::Served;
use crate::wire::Run;

/// Two statements and a commit. `:class` is a key of `bare_class`, `:n` is another each time.
#[derive(Clone, Copy)]
pub(crate) enum Job {
    /// A seat: take one if one is free, write who sits there. As a step of a claim: move it on, write who decided.
    Seat,
    /// A claim: itself, and its 41 lines by one statement.
    Claim,
}

const SCHEMA: &str = "CREATE TABLE bare_class (id INTEGER PRIMARY KEY, taken INTEGER NOT NULL, seats INTEGER NOT NULL); \
                      CREATE TABLE bare_seat (class INTEGER NOT NULL, person BIGINT NOT NULL, PRIMARY KEY (class, person)); \
                      CREATE TABLE bare_place (n INTEGER PRIMARY KEY); \
                      CREATE TABLE bare_claim (id BIGINT PRIMARY KEY, class INTEGER NOT NULL); \
                      CREATE TABLE bare_claim_line (claim BIGINT NOT NULL, n INTEGER NOT NULL, fen BIGINT NOT NULL, \
                      PRIMARY KEY (claim, n))";
const PLACES: i64 = 41;

impl Job {
    fn statements(self) -> [&'static str; 2] {
        match self {
            Self::Seat => [
                "UPDATE bare_class SET taken = taken + 1 WHERE id = :class AND taken < seats",
                "INSERT INTO bare_seat VALUES (:class, :n)",
            ],
            Self::Claim => [
                "INSERT INTO bare_claim VALUES (:n, :class)",
                "INSERT INTO bare_claim_line SELECT :n, n, 80000 FROM bare_place",
            ],
        }
    }

    /// The same for pgbench, where a sequence counts.
    fn script(self) -> String {
        let [first, second] = self.statements();
        match self {
            Self::Seat => format!("{first};\n{};\n", second.replace(":n", "nextval('bare_person')")),
            Self::Claim => format!(
                "{};\n{};\n",
                first.replace(":n", "nextval('bare_person')"),
                second.replace(":n", "currval('bare_person')")
            ),
        }
    }
}

/// So many jobs as the engine of the house takes in a time.
pub(crate) async fn bare(served: &Served, job: Job, classes: i64, time: Duration) -> Run {
    let (folder, server) = (served.folder.path().to_owned(), served.server.clone());
    tokio::task::spawn_blocking(move || match server {
        None => sqlite(&folder, job, classes, time),
        Some(url) => postgres(&url, &folder, job, classes, time),
    })
    .await
    .unwrap()
}

/// So many lines on their way through a batch, one after the other, two statements each and a commit for all; how long it takes
/// until they are in it, and until they are paid.
pub(crate) async fn bare_lines(served: &Served, lines: i64) -> [Duration; 2] {
    if let Some(url) = &served.server {
        return postgres_lines(url, lines).await;
    }
    let folder = served.folder.path().to_owned();
    tokio::task::spawn_blocking(move || sqlite_lines(&folder, lines)).await.unwrap()
}

/// `SQLite` row by row on one thread: one writer is all that it has.
fn sqlite(folder: &Path, job: Job, classes: i64, time: Duration) -> Run {
    let store = Store::open(folder);
    let mut db = store.db();
    for class in 0..classes {
        db.execute("INSERT INTO bare_class VALUES (?1, 0, 100000000)", [class]).unwrap();
    }
    for place in 0..PLACES {
        db.execute("INSERT INTO bare_place VALUES (?1)", [place]).unwrap();
    }
    let began = Instant::now();
    let mut run = Run::default();
    let mut n = 0_i64;
    while began.elapsed() < time {
        let sent = Instant::now();
        let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        for sql in job.statements() {
            let mut statement = tx.prepare_cached(sql).unwrap();
            for (name, value) in [(":class", n % classes), (":n", n)] {
                if let Some(at) = statement.parameter_index(name).unwrap() {
                    statement.raw_bind_parameter(at, value).unwrap();
                }
            }
            assert!(statement.raw_execute().unwrap() > 0);
        }
        tx.commit().unwrap();
        run.times.push(sent.elapsed());
        n += 1;
    }
    run.took = began.elapsed();
    run
}

/// A database of its own that goes with it.
struct Store(PathBuf);

impl Store {
    fn open(folder: &Path) -> Self {
        let store = Self(folder.join("bare.db"));
        store.db().execute_batch(SCHEMA).unwrap();
        store
    }

    fn db(&self) -> rusqlite::Connection {
        let db = rusqlite::Connection::open(&self.0).unwrap();
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;").unwrap();
        db
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        for tail in ["", "-wal", "-shm"] {
            drop(std::fs::remove_file(format!("{}{tail}", self.0.display())));
        }
    }
}

fn psql(url: &str, sql: &str) {
    let done = Command::new("psql").args([url, "-q", "-v", "ON_ERROR_STOP=1", "-c", sql]).status().unwrap();
    assert!(done.success());
}

/// `PostgreSQL` by its own pgbench with 16 clients, prepared.
fn postgres(url: &str, folder: &Path, job: Job, classes: i64, time: Duration) -> Run {
    psql(url, "DROP TABLE IF EXISTS bare_class, bare_seat, bare_place, bare_claim, bare_claim_line");
    psql(url, "DROP SEQUENCE IF EXISTS bare_person");
    psql(url, SCHEMA);
    psql(url, &format!("INSERT INTO bare_class SELECT n, 0, 100000000 FROM generate_series(0, {}) n", classes - 1));
    psql(url, &format!("INSERT INTO bare_place SELECT n FROM generate_series(1, {PLACES}) n"));
    psql(url, "CREATE SEQUENCE bare_person CACHE 1000");
    let script = folder.join("bare.sql");
    let text = format!("\\set class random(0, {})\nBEGIN;\n{}COMMIT;\n", classes - 1, job.script());
    std::fs::write(&script, text).unwrap();
    let pgbench = Command::new(tool("pgbench"))
        .args(["-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", &time.as_secs().to_string(), "-f"])
        .arg(&script)
        .arg(url)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&pgbench.stdout).into_owned();
    assert!(pgbench.status.success(), "{told}{}", String::from_utf8_lossy(&pgbench.stderr));
    let figure = |mark: &str| -> f64 {
        let line = told.lines().find(|line| line.starts_with(mark)).unwrap();
        line.split('=').nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap()
    };
    let (tps, mean) = (figure("tps ="), figure("latency average ="));
    // pgbench tells a mean and no percentile; the count is what is compared.
    let jobs = tps * time.as_secs_f64();
    let mean = Duration::from_secs_f64(mean / 1e3);
    Run { statuses: Vec::new(), times: std::iter::repeat_n(mean, jobs.round() as usize).collect(), took: time }
}

const LINES: [&str; 2] = [
    "CREATE TABLE bare_line (id INTEGER PRIMARY KEY, fen BIGINT NOT NULL, status VARCHAR(16) NOT NULL)",
    "CREATE TABLE bare_paid (line INTEGER PRIMARY KEY, fen BIGINT NOT NULL, status VARCHAR(16) NOT NULL)",
];
/// A line goes into a batch, and is paid; each pair in a transaction of all lines.
const INTO_BATCH: [&str; 2] =
    ["INSERT INTO bare_paid VALUES ($1, 80000, 'pending')", "UPDATE bare_line SET status = 'batched' WHERE id = $1"];
const PAID: [&str; 2] =
    ["UPDATE bare_paid SET status = 'paid' WHERE line = $1", "UPDATE bare_line SET status = 'paid' WHERE id = $1"];

fn sqlite_lines(folder: &Path, lines: i64) -> [Duration; 2] {
    let store = Store::open(folder);
    let mut db = store.db();
    let tx = db.transaction().unwrap();
    for sql in LINES {
        tx.execute_batch(sql).unwrap();
    }
    for n in 0..lines {
        tx.prepare_cached("INSERT INTO bare_line VALUES (?1, 80000, 'approved')").unwrap().execute([n]).unwrap();
    }
    tx.commit().unwrap();
    [INTO_BATCH, PAID].map(|pair| {
        let began = Instant::now();
        let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        for n in 0..lines {
            for sql in pair {
                assert_eq!(tx.prepare_cached(sql).unwrap().execute([n]).unwrap(), 1);
            }
        }
        tx.commit().unwrap();
        began.elapsed()
    })
}

/// Over a connection.
async fn postgres_lines(url: &str, lines: i64) -> [Duration; 2] {
    let db = sea_orm::Database::connect(url).await.unwrap();
    db.execute_unprepared("DROP TABLE IF EXISTS bare_line, bare_paid").await.unwrap();
    for sql in LINES {
        db.execute_unprepared(sql).await.unwrap();
    }
    let fill = format!("INSERT INTO bare_line SELECT n, 80000, 'approved' FROM generate_series(0, {}) n", lines - 1);
    db.execute_unprepared(&fill).await.unwrap();
    let mut took = [Duration::ZERO; 2];
    for (took, pair) in took.iter_mut().zip([INTO_BATCH, PAID]) {
        let began = Instant::now();
        let tx = db.begin().await.unwrap();
        for n in 0..lines {
            for sql in pair {
                let n = i32::try_from(n).unwrap();
                let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [n.into()]);
                assert_eq!(tx.execute_raw(statement).await.unwrap().rows_affected(), 1);
            }
        }
        tx.commit().await.unwrap();
        *took = began.elapsed();
    }
    took
}

/// Debian keeps server tools out of the PATH.
fn tool(name: &str) -> String {
    let found = glob_newest(name);
    found.unwrap_or_else(|| name.to_owned())
}

fn glob_newest(name: &str) -> Option<String> {
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|e| e.path()).collect();
    versions.sort();
    versions.iter().rev().map(|v| v.join("bin").join(name)).find(|p| p.exists()).map(|p| p.display().to_string())
}
