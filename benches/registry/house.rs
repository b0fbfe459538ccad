//! The program as an operator runs it: it migrates, loads and serves.

use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::readers;
use crate::wire;

const SIDAN: &str = env!("CARGO_BIN_EXE_sidan");
const PASSWORD: &str = "a-long-pass-phrase-of-a-benchmark";

/// How a file went in.
pub(crate) struct Imported {
    pub took: Duration,
    pub peak_mib: u64,
    pub server_growth_mib: u64,
}

pub(crate) struct House {
    folder: PathBuf,
    url: Option<String>,
    keys: String,
    port: u16,
    token: String,
    server: Child,
}

pub(crate) fn people_file(file: &Path, people: u64, seed: &str) {
    let made = Command::new(SIDAN)
        .args(["people-file", &file.display().to_string(), "--people", &people.to_string(), "--seed", seed])
        .stdout(Stdio::null())
        .status();
    assert!(made.unwrap().success());
}

impl House {
    /// A fresh database with a server before it.
    pub(crate) async fn open(folder: &Path, people: u64) -> Self {
        let folder = folder.join(format!("house-{people}"));
        std::fs::create_dir_all(&folder).unwrap();
        let fresh = || {
            let out = Command::new(SIDAN).args(["keys", "fresh"]).output().unwrap();
            String::from_utf8(out.stdout).unwrap().trim().to_owned()
        };
        let keys = format!(r#"{{index="{}",k1="{}"}}"#, fresh(), fresh());
        let url = std::env::var("TEST_DATABASE_URL").ok();
        if let Some(url) = &url {
            psql(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        // Replaced below, when there is a schema to serve.
        let server = Command::new("true").spawn().unwrap();
        let mut house = Self { folder, url, keys, port, token: String::new(), server };
        assert!(house.command(&["migrate", "up"]).stdout(Stdio::null()).status().unwrap().success());
        let trial = "INSERT INTO setting (name, value) VALUES ('demo', 'yes')";
        match &house.url {
            Some(url) => {
                psql(url, trial);
            }
            None => {
                rusqlite::Connection::open(house.folder.join("sidan.db")).unwrap().execute(trial, []).unwrap();
            }
        }
        let mut account = house
            .command(&["account", "create", "reader", "--name", "Reader", "--role", "county_clerk", "--area", "360000"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        account.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
        assert!(account.wait().unwrap().success());
        house.server = house.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        house.token = house.sign_in().await;
        house
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(SIDAN);
        command
            .args(args)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("ROCKET_DATA_DIR", &self.folder)
            .env("ROCKET_DATA_KEYS", &self.keys)
            .env("ROCKET_TODAY", "\"2016-12-31\"")
            .env("ROCKET_PORT", self.port.to_string());
        if let Some(url) = &self.url {
            command.env("ROCKET_DATABASE_URL", url);
        }
        command
    }

    async fn sign_in(&self) -> String {
        let body = format!(r#"{{"login":"reader","password":"{PASSWORD}"}}"#);
        let ask = wire::request("POST", "/api/v1/tokens", None, None, &body);
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if tokio::net::TcpStream::connect(self.address()).await.is_ok() {
                let (status, answer) = readers::once(self.address(), &ask).await;
                assert_eq!(status, 201, "{}", String::from_utf8_lossy(&answer));
                let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
                return answer["token"].as_str().unwrap().to_owned();
            }
        }
        panic!("the server did not come up");
    }

    pub(crate) fn engine(&self) -> &'static str {
        if self.url.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Loads a file beside the server.
    pub(crate) async fn import(&self, file: &Path) -> Imported {
        let before = memory_mib(self.server.id(), "VmRSS").unwrap();
        let began = Instant::now();
        let mut load = self
            .command(&["import", "people", &file.display().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (mut peak, mut server) = (0, before);
        let status = loop {
            if let Some(status) = load.try_wait().unwrap() {
                break status;
            }
            peak = memory_mib(load.id(), "VmHWM").unwrap_or(peak);
            server = server.max(memory_mib(self.server.id(), "VmRSS").unwrap());
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert!(status.success());
        if let Some(url) = &self.url {
            psql(url, "ANALYZE");
        }
        Imported { took: began.elapsed(), peak_mib: peak, server_growth_mib: server - before }
    }

    pub(crate) fn close(mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

/// What the system counts for a process, while it lives.
fn memory_mib(process: u32, what: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(what))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1_024)
}

fn psql(url: &str, sql: &str) -> String {
    let out = Command::new("psql").args([url, "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}
