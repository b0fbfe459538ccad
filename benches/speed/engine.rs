//! The bare engine: the two statements of a seat (take one if one is free, write who sits there) and a commit, with
//! nothing around them.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use crate::wire::Run;

const SCHEMA: &str = "CREATE TABLE bare_class (id INTEGER PRIMARY KEY, taken INTEGER NOT NULL, seats INTEGER NOT NULL); \
                      CREATE TABLE bare_seat (class INTEGER NOT NULL, person BIGINT NOT NULL, PRIMARY KEY (class, person));";

/// `SQLite` row by row on one thread: one writer is all that it has.
pub(crate) fn sqlite(folder: &Path, classes: i64, time: Duration) -> Run {
    let file = folder.join(format!("bare-{classes}-{}.db", std::process::id()));
    drop(std::fs::remove_file(&file));
    let mut db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;").unwrap();
    db.execute_batch(SCHEMA).unwrap();
    for class in 0..classes {
        db.execute("INSERT INTO bare_class VALUES (?1, 0, 100000000)", [class]).unwrap();
    }
    let began = Instant::now();
    let mut run = Run::default();
    let mut person = 0_i64;
    while began.elapsed() < time {
        let sent = Instant::now();
        let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        let class = person % classes;
        let taken = tx
            .prepare_cached("UPDATE bare_class SET taken = taken + 1 WHERE id = ?1 AND taken < seats")
            .unwrap()
            .execute([class])
            .unwrap();
        assert_eq!(taken, 1);
        tx.prepare_cached("INSERT INTO bare_seat VALUES (?1, ?2)").unwrap().execute([class, person]).unwrap();
        tx.commit().unwrap();
        run.times.push(sent.elapsed());
        person += 1;
    }
    run.took = began.elapsed();
    drop(db);
    for tail in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(format!("{}{tail}", file.display())));
    }
    run
}

/// `PostgreSQL` by its own pgbench with 16 clients, prepared.
pub(crate) fn postgres(url: &str, folder: &Path, classes: i64, time: Duration) -> Run {
    let psql = |sql: &str| {
        let done = Command::new("psql").args([url, "-q", "-v", "ON_ERROR_STOP=1", "-c", sql]).status().unwrap();
        assert!(done.success());
    };
    psql("DROP TABLE IF EXISTS bare_class, bare_seat; DROP SEQUENCE IF EXISTS bare_person");
    psql(SCHEMA);
    psql(&format!("INSERT INTO bare_class SELECT n, 0, 100000000 FROM generate_series(0, {}) n", classes - 1));
    psql("CREATE SEQUENCE bare_person CACHE 1000");
    let script = folder.join("bare.sql");
    let text = format!(
        "\\set class random(0, {})\nBEGIN;\nUPDATE bare_class SET taken = taken + 1 WHERE id = :class AND taken < seats;\n\
         INSERT INTO bare_seat VALUES (:class, nextval('bare_person'));\nCOMMIT;\n",
        classes - 1
    );
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
