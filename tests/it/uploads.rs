//! The server itself under files: killed while it loads one, sent far too much, sent many at once.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::{Command, Stdio},
    time::Duration,
};

use entities::{import_job, import_reject, person, values::ImportStatus};
use sea_orm::{EntityTrait, PaginatorTrait, sea_query::Expr};
use serde_json::json;
use sidan::data::{Database, Vault};

use crate::support::db::{self, TestDatabase};
use crate::support::files::{file, line};
use crate::support::server::{Member, Server, prepare};

const GIB: usize = 1 << 30;

struct Scene {
    database: TestDatabase,
    keys: BTreeMap<String, String>,
}

impl Scene {
    async fn set() -> Self {
        let scene = Self { database: db::fresh_database().await, keys: Vault::fresh_keys().unwrap() };
        prepare(&scene.database.url, &scene.keys).await;
        scene
    }

    fn serve(&self, more: &[(&str, &str)]) -> Server {
        // What the log tells here nobody reads.
        let quiet = [("RUST_LOG", "warn"), ("ROCKET_LOG_LEVEL", "off")];
        Server::start_with(&self.database.url, &self.keys, &[&quiet[..], more].concat())
    }
}

fn send(server: &Server, clerk: &Member, text: &str) -> (u16, String) {
    let bearer = format!("Authorization: Bearer {}", clerk.token);
    server.ask("POST", "/api/v1/imports", "application/octet-stream", &bearer, text)
}

/// The most memory that the server ever had, in bytes.
fn peak(server: &Server) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1_024
}

async fn job(db: &Database) -> import_job::Model {
    import_job::Entity::find().one(db.reader()).await.unwrap().unwrap()
}

/// The file with how many people and refused rows there are, all of one moment: what the one that died had sent to the
/// database may still be on its way.
async fn standing(db: &Database) -> (import_job::Model, u64, u64) {
    loop {
        let before = job(db).await;
        let people = person::Entity::find().count(db.reader()).await.unwrap();
        let rejects = import_reject::Entity::find().count(db.reader()).await.unwrap();
        if job(db).await.version == before.version {
            return (before, people, rejects);
        }
    }
}

/// Waits until the file came further. The clock of these servers stands, so the time for which one that died has the file
/// for itself ends here.
async fn further(db: &Database, last: i32) {
    loop {
        for _ in 0..400 {
            let now = job(db).await;
            if now.parts_done > last || now.status != ImportStatus::Loading {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        import_job::Entity::update_many()
            .col_expr(import_job::Column::LeaseUntil, Expr::value(None::<chrono::DateTime<chrono::Utc>>))
            .exec(db.writer())
            .await
            .unwrap();
    }
}

#[rocket::async_test]
async fn a_server_that_is_killed_while_it_loads_goes_on_when_it_is_started_again() {
    let scene = Scene::set().await;
    let db = scene.database.open().await;
    let mut lines: Vec<String> = (1..3_400).map(line).collect();
    for line in lines.iter_mut().step_by(97) {
        *line = line.replace("初中", "私塾");
    }
    let bad = lines.iter().filter(|line| !line.contains("初中")).count();
    let mut server = scene.serve(&[]);
    let clerk = server.sign_in("liumin");
    let (status, answer) = send(&server, &clerk, &file(&lines));
    assert_eq!(status, 201, "{answer}");
    let path = format!("/imports/{}", job(&db).await.id);
    assert_eq!(server.json(&clerk, &format!("{path}/check"), &json!({})).0, 200);
    while job(&db).await.status != ImportStatus::Checked {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(server.json(&clerk, &format!("{path}/load"), &json!({ "mode": "good_rows" })).0, 200);
    let mut last = 0;
    for round in 0..5_u64 {
        further(&db, last).await;
        // Somewhere in the part behind.
        tokio::time::sleep(Duration::from_millis(round * 53 % 130)).await;
        drop(server);
        let (now, people, rejects) = standing(&db).await;
        let told = (u64::try_from(now.added).unwrap(), u64::try_from(now.rejected).unwrap());
        assert_eq!((people, rejects), told, "round {round}: what is told is what is there");
        assert!(now.parts_done > last || now.status != ImportStatus::Loading, "round {round} goes on where it was");
        last = now.parts_done;
        server = scene.serve(&[]);
    }
    assert!(last > 4, "it was killed while it worked");
    further(&db, i32::MAX).await;
    let done = job(&db).await;
    let good = lines.len() - bad;
    let n = |count: usize| i64::try_from(count).unwrap();
    assert_eq!((done.status, done.added, done.standing), (ImportStatus::DoneWithRejects, n(good), 0));
    assert_eq!(done.rejected, n(bad));
    assert_eq!(person::Entity::find().count(db.reader()).await.unwrap(), u64::try_from(good).unwrap());
    let (status, rejects) = server.api(&clerk, &format!("{path}/rejects.csv"));
    assert_eq!((status, rejects.matches("私塾").count()), (200, bad), "every refused row stands in the file once");
    drop(server);
    // Every tally agrees with the rows.
    let keys: Vec<String> = scene.keys.iter().map(|(name, key)| format!("{name}=\"{key}\"")).collect();
    let mut check = Command::new(env!("CARGO_BIN_EXE_sidan"));
    check.arg("check").env("ROCKET_DATABASE_URL", &scene.database.url);
    check.env("ROCKET_DATA_KEYS", format!("{{{}}}", keys.join(","))).stdin(Stdio::null());
    let said = check.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
}

/// Sends a head and then as much of a gibibyte as is taken; the answer, and how much was sent.
fn flood(server: &Server, head: &str, chunked: bool) -> (String, usize) {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let mut ears = stream.try_clone().unwrap();
    // It answers before all is sent, so somebody must listen meanwhile.
    let listening = std::thread::spawn(move || {
        let mut answer = Vec::new();
        drop(ears.read_to_end(&mut answer));
        String::from_utf8_lossy(&answer).into_owned()
    });
    stream.write_all(head.as_bytes()).unwrap();
    let piece = vec![b'a'; 1 << 16];
    let mut sent = 0;
    while sent < GIB && !listening.is_finished() {
        let mut framed = || -> std::io::Result<()> {
            if chunked {
                stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
            }
            stream.write_all(&piece)?;
            if chunked { stream.write_all(b"\r\n") } else { Ok(()) }
        };
        if framed().is_err() {
            break;
        }
        sent += piece.len();
    }
    drop(stream.shutdown(std::net::Shutdown::Write));
    (listening.join().unwrap(), sent)
}

#[rocket::async_test]
async fn a_gibibyte_is_refused_and_leaves_the_server_small() {
    let scene = Scene::set().await;
    let server = scene.serve(&[]);
    let clerk = server.sign_in("liumin");
    let bearer = format!("Authorization: Bearer {}", clerk.token);
    let cookie = format!("Cookie: sidan={}", clerk.session);
    let head = |path: &str, who: &str, kind: &str, length: &str| {
        format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{who}\r\nContent-Type: {kind}\r\n{length}\r\n\r\n")
    };
    let (bytes, form) = ("application/octet-stream", "multipart/form-data; boundary=edge");
    let (said, silent) = (format!("Content-Length: {GIB}"), "Transfer-Encoding: chunked".to_owned());
    let part = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";
    let before = peak(&server);
    for (path, who, kind) in
        [("/api/v1/imports", &bearer, bytes), ("/imports", &cookie, form), ("/exclusions", &cookie, form)]
    {
        let (answer, sent) = flood(&server, &head(path, who, kind, &said), false);
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        assert!(sent < GIB / 2, "{path}: {sent} bytes were taken");
    }
    assert!(peak(&server) - before < 16 << 20, "of what is said to be too large nothing is read");
    let begun = format!("{:x}\r\n{part}\r\n", part.len());
    for (path, who, kind, start) in
        [("/api/v1/imports", &bearer, bytes, ""), ("/imports", &cookie, form, begun.as_str())]
    {
        let (answer, sent) = flood(&server, &(head(path, who, kind, &silent) + start), true);
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        assert!(sent < GIB / 2, "{path}: {sent} bytes were taken");
    }
    assert!(peak(&server) - before < 128 << 20, "no more is held than a file may have");
    assert_eq!(send(&server, &clerk, &file(&[line(1)])).0, 201, "the server lives on");
}

#[rocket::async_test]
async fn many_files_at_once_come_in_or_are_told_to_come_again() {
    let scene = Scene::set().await;
    let server = scene.serve(&[]);
    let clerk = server.sign_in("liumin");
    let text = |n: u16| file(&(1..200).map(|k| line(n * 200 + k)).collect::<Vec<_>>());
    let answers: Vec<(u16, String)> = std::thread::scope(|scope| {
        let sending: Vec<_> = (0..20)
            .map(|n| {
                let (server, clerk) = (&server, &clerk);
                scope.spawn(move || send(server, clerk, &text(n)))
            })
            .collect();
        sending.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut kept = 0;
    for (n, (status, answer)) in (0_u16..).zip(answers) {
        match status {
            201 => kept += 1,
            503 => {
                assert!(answer.to_lowercase().contains("\r\nretry-after:"), "{answer}");
                // Who comes again is served.
                assert_eq!(send(&server, &clerk, &text(n)).0, 201);
            }
            _ => panic!("{answer}"),
        }
    }
    assert!(kept > 0);
    let db = scene.database.open().await;
    assert_eq!(import_job::Entity::find().count(db.reader()).await.unwrap(), 20, "each stands once");
}

#[rocket::async_test]
async fn who_finds_no_room_is_told_so() {
    let scene = Scene::set().await;
    let server = scene.serve(&[("ROCKET_UPLOADS_AT_ONCE", "1")]);
    let clerk = server.sign_in("liumin");
    let text = file(&(1..20).map(line).collect::<Vec<_>>());
    let (most, rest) = text.as_bytes().split_at(text.len() - 10);
    let mut slow = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let head = format!(
        "POST /api/v1/imports HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
        clerk.token,
        text.len()
    );
    slow.write_all(head.as_bytes()).unwrap();
    slow.write_all(most).unwrap();
    slow.flush().unwrap();
    // Its place is taken when the server has read how it begins.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (status, answer) = send(&server, &clerk, &file(&[line(20)]));
    assert_eq!(status, 503, "{answer}");
    assert!(answer.contains("error.busy") && answer.to_lowercase().contains("\r\nretry-after:"), "{answer}");
    slow.write_all(rest).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "who was there first comes in: {answer}");
    assert_eq!(send(&server, &clerk, &file(&[line(20)])).0, 201);
}
