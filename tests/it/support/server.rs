//! The real server in a process of its own, spoken to over the wire.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use entities::{setting, values::Role};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use sidan::{
    access::Token,
    accounts::{Hasher, NewAccount, create},
    base::Clock,
    house::House,
    web::Settings,
};
use tempfile::TempDir;

use super::app::{COUNTY, VILLAGE, nine_on};

pub const PASSWORD: &str = "五单四单-2016";

/// The server as it is run in a county, its whole log in a file.
pub struct Server {
    process: Child,
    pub port: u16,
    pub data: TempDir,
    pub temp: TempDir,
}

impl Server {
    pub fn start(url: &str, keys: &BTreeMap<String, String>) -> Self {
        Self::start_with(url, keys, &[])
    }

    /// The same with settings of one's own.
    pub fn start_with(url: &str, keys: &BTreeMap<String, String>, more: &[(&str, &str)]) -> Self {
        let keys: Vec<String> = keys.iter().map(|(name, key)| format!("{name}=\"{key}\"")).collect();
        let (data, temp) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = File::create(temp.path().join("server.log")).unwrap();
        let process = Command::new(env!("CARGO_BIN_EXE_sidan"))
            .arg("serve")
            .current_dir(data.path())
            .env("ROCKET_DATABASE_URL", url)
            .env("ROCKET_DATA_KEYS", format!("{{{}}}", keys.join(",")))
            .env("ROCKET_DATA_DIR", data.path())
            .env("ROCKET_PORT", port.to_string())
            .env("ROCKET_TODAY", "\"2016-11-01\"")
            .env("ROCKET_LOG_LEVEL", "debug")
            .env("RUST_LOG", "trace")
            .env("TMPDIR", temp.path())
            .envs(more.iter().copied())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { process, port, data, temp };
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the server does not come up: {}", fs::read_to_string(server.log()).unwrap());
    }

    pub fn log(&self) -> PathBuf {
        self.temp.path().join("server.log")
    }

    /// Status, headers and body of an answer.
    pub fn ask(&self, verb: &str, path: &str, kind: &str, who: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = format!(
            "{verb} {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n{who}\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
    }

    pub fn json(&self, who: &Member, path: &str, body: &Value) -> (u16, String) {
        let bearer = format!("Authorization: Bearer {}", who.token);
        self.ask("POST", &format!("/api/v1{path}"), "application/json", &bearer, &body.to_string())
    }

    pub fn api(&self, who: &Member, path: &str) -> (u16, String) {
        let bearer = format!("Authorization: Bearer {}", who.token);
        self.ask("GET", &format!("/api/v1{path}"), "application/json", &bearer, "")
    }

    pub fn form(&self, who: &Member, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let encode = |text: &str| rocket::http::RawStr::new(text).percent_encode().to_string();
        let token = Token::from_visitor(&who.session).form_token();
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("&{name}={}", encode(value))).collect();
        let cookie = format!("Cookie: {}={}", who.cookie, who.session);
        self.ask(
            "POST",
            path,
            "application/x-www-form-urlencoded",
            &cookie,
            &format!("_csrf={token}{}", fields.concat()),
        )
    }

    pub fn sign_in(&self, login: &str) -> Member {
        let nobody = Member { cookie: "sidan-visitor", session: "a-passer-by".into(), token: String::new() };
        let (_, page) = self.form(&nobody, "/sign-in", &[("login", login), ("password", PASSWORD)]);
        let session = page.split("sidan=").nth(1).unwrap().split(';').next().unwrap().to_owned();
        let (_, answer) = self.json(&nobody, "/tokens", &json!({ "login": login, "password": PASSWORD }));
        let token = answer.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        Member { cookie: "sidan", session, token }
    }
}

impl Server {
    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // As in a power cut: the journal stays where it is.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

pub struct Member {
    pub cookie: &'static str,
    pub session: String,
    pub token: String,
}

/// Accounts of a worker and a clerk, in a database of trials.
pub async fn prepare(url: &str, keys: &BTreeMap<String, String>) {
    let settings: Settings = rocket::figment::Figment::new().extract().unwrap();
    let clock = Clock::fixed_at(nine_on(11, 1));
    let house = House::open(settings, clock, url, keys.clone(), Hasher::cheap().unwrap()).await.unwrap();
    setting::Entity::insert(setting::ActiveModel { name: Set("demo".into()), value: Set("yes".into()) })
        .exec_without_returning(house.database.writer())
        .await
        .unwrap();
    for (login, role, area) in [("worker", Role::VillageWorker, VILLAGE), ("liumin", Role::CountyClerk, COUNTY)] {
        let new = NewAccount {
            login: login.into(),
            name: "刘敏".into(),
            role,
            area_code: area.into(),
            organisation_id: None,
            person_id: None,
            email: None,
            identity: None,
            password: PASSWORD.into(),
        };
        house
            .desk
            .write(async |work| create(None, work, &house.vault, &house.atlas, &house.hasher, &new).await)
            .await
            .unwrap();
    }
    house.close().await.unwrap();
}
