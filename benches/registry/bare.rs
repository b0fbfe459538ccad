//! The bare engine: the same file into a table of text with a primary key, with nothing around it.

use std::{path::Path, process::Command, time::Instant};

const COLUMNS: usize = 25;

pub(crate) fn rows_per_second(file: &Path, people: u64, url: Option<&str>) -> f64 {
    let began = Instant::now();
    match url {
        Some(url) => postgres(file, people, url),
        None => sqlite(file, people),
    }
    people as f64 / began.elapsed().as_secs_f64()
}

fn columns() -> String {
    (0..COLUMNS).map(|n| format!("c{n} TEXT NOT NULL")).collect::<Vec<_>>().join(", ")
}

/// One prepared statement, row by row, one transaction.
fn sqlite(file: &Path, people: u64) {
    let store = file.with_extension("bare.db");
    let mut db = rusqlite::Connection::open(&store).unwrap();
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;").unwrap();
    db.execute_batch(&format!("CREATE TABLE bare_person (id INTEGER PRIMARY KEY, {})", columns())).unwrap();
    let tx = db.transaction().unwrap();
    let mut rows = 0;
    {
        let marks = vec!["?"; COLUMNS].join(", ");
        let mut insert = tx.prepare(&format!("INSERT INTO bare_person VALUES (NULL, {marks})")).unwrap();
        let mut reader = csv::Reader::from_path(file).unwrap();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).unwrap() {
            rows += insert.execute(rusqlite::params_from_iter(record.iter())).unwrap();
        }
    }
    tx.commit().unwrap();
    assert_eq!(rows as u64, people);
    drop(db);
    for tail in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(format!("{}{tail}", store.display())));
    }
}

/// `COPY` by its own client.
fn postgres(file: &Path, people: u64, url: &str) {
    let psql = |sql: &str| {
        let out = Command::new("psql").args([url, "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql]).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let names = (0..COLUMNS).map(|n| format!("c{n}")).collect::<Vec<_>>().join(", ");
    psql(&format!("CREATE TABLE bare_person (id BIGSERIAL PRIMARY KEY, {})", columns()));
    psql(&format!(
        "\\copy bare_person ({names}) FROM '{}' WITH (FORMAT csv, HEADER, FORCE_NOT_NULL ({names}))",
        file.display()
    ));
    assert_eq!(psql("SELECT count(*) FROM bare_person").trim(), people.to_string());
    psql("DROP TABLE bare_person");
}
