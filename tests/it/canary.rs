//! A hundred people whose numbers and addresses occur nowhere else go through the real server; then every byte that it left
//! on the disk is searched for them: database, journal, backup, log, temporary files.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use entities::person;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use sidan::{
    access::Token,
    base::{BankCard, IdNumber},
    data::Vault,
};
use tempfile::TempDir;

use crate::support::app::VILLAGE;
use crate::support::db;
use crate::support::server::{Member, Server, prepare};

/// What every planted value begins with, beyond what its masked form shows.
const STEMS: [&str; 4] = ["36997019680229", "15477712", "000000994771", "暗号组QX7Z"];

/// One of those who are planted.
#[derive(Clone)]
struct Planted {
    number: String,
    phone: String,
    card: String,
    address: String,
}

fn planted(n: u16) -> Planted {
    let card = BankCard::compose(&format!("000000994771{n:06}")).unwrap();
    Planted {
        number: IdNumber::compose("369970", "1968-02-29".parse().unwrap(), n).unwrap().as_str().to_owned(),
        phone: format!("15477712{n:03}"),
        card: card.as_str().to_owned(),
        address: format!("暗号组QX7Z{n}号"),
    }
}

fn registration(n: u16) -> Value {
    let one = planted(n);
    json!({
        "name": "刘小毛", "id_number": one.number, "phone": one.phone, "bank_account": one.card, "education": "2",
        "health": "2", "labour_capacity": "ordinary", "area_code": VILLAGE, "address": one.address,
        "household_number": format!("H-{n}"), "relation": "02", "poverty_status": "registered", "main_cause": "01",
        "employment_status": "5",
    })
}

const HEAD: &str = "姓名,身份证号,民族,文化程度,政治面貌,婚姻状况,健康状况,劳动能力,户口性质,所在村,家庭住址,手机号,户编号,\
                    与户主关系,贫困状态,脱贫日期,主要致贫原因,其他致贫原因,就业状况,就业愿望,培训愿望,创业意愿,技能,社保卡账号,帮扶责任人";

fn line(n: u16) -> String {
    let Planted { number, phone, card, address } = planted(n);
    format!(
        "陈大勇,{number},汉族,初中,群众,已婚,健康,普通劳动力,20,镜山村,{address},{phone},H-{n},户主,建档立卡,,因病,,务农,\
         就近转移,电商培训,否,,{card},刘敏"
    )
}

fn csv(lines: impl Iterator<Item = String>) -> String {
    format!("\u{FEFF}{HEAD}\r\n{}\r\n", lines.collect::<Vec<_>>().join("\r\n"))
}

/// The forms in which a text may lie in a file.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let hex = |upper: bool| -> String {
        bytes.iter().map(|b| if upper { format!("{b:02X}") } else { format!("{b:02x}") }).collect()
    };
    let mut forms = vec![
        bytes.to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        hex(false).into_bytes(),
        hex(true).into_bytes(),
    ];
    let url = rocket::http::RawStr::new(text).percent_encode().to_string().into_bytes();
    if url != bytes {
        forms.push(url);
    }
    // Base64 cuts a text at one of three places; its first and last sign there depend on what stands around.
    for before in 0..3 {
        let code = STANDARD.encode([vec![0; before], bytes.to_vec()].concat());
        let whole = (before + bytes.len()) / 3 * 4;
        let skipped = [0, 2, 3][before];
        forms.push(code.as_bytes()[skipped..whole].to_vec());
    }
    forms
}

/// Searches files for many needles at once, by their first two bytes.
struct Search {
    needles: Vec<Vec<u8>>,
    by_start: Vec<Vec<usize>>,
}

impl Search {
    fn new() -> Self {
        let needles: Vec<Vec<u8>> = STEMS.iter().flat_map(|stem| forms(stem)).collect();
        let mut by_start = vec![Vec::new(); 65_536];
        for (i, needle) in needles.iter().enumerate() {
            by_start[usize::from(needle[0]) << 8 | usize::from(needle[1])].push(i);
        }
        Self { needles, by_start }
    }

    fn hits(&self, bytes: &[u8]) -> Vec<String> {
        let mut hits = Vec::new();
        for (at, pair) in bytes.windows(2).enumerate() {
            for &i in &self.by_start[usize::from(pair[0]) << 8 | usize::from(pair[1])] {
                if bytes[at..].starts_with(&self.needles[i]) {
                    let around = &bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())];
                    hits.push(format!("at {at}: {}", String::from_utf8_lossy(around)));
                }
            }
        }
        hits.truncate(3);
        hits
    }

    /// What is found in a file or in all files of a folder, and how many bytes were looked at.
    fn look(&self, path: &Path) -> (Vec<String>, usize) {
        if path.is_dir() {
            let mut found = (Vec::new(), 0);
            // What goes away meanwhile belongs to another test of the same server.
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                let (hits, bytes) = self.look(&entry.path());
                found.0.extend(hits);
                found.1 += bytes;
            }
            return found;
        }
        let Ok(bytes) = fs::read(path) else { return (Vec::new(), 0) };
        let hits = self.hits(&bytes).into_iter().map(|hit| format!("{} {hit}", path.display())).collect();
        (hits, bytes.len())
    }
}

#[test]
fn the_search_finds_a_planted_value_in_every_form() {
    let search = Search::new();
    let folder = TempDir::new().unwrap();
    let one = planted(7);
    for value in [one.number, one.phone, one.card, one.address] {
        for before in ["", "a", "ab"] {
            let text = format!("{before}{value} and more");
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let hex: Vec<String> = text.bytes().map(|b| format!("{b:02x}")).collect();
            for bytes in
                [text.clone().into_bytes(), utf16, hex.concat().into_bytes(), STANDARD.encode(&text).into_bytes()]
            {
                fs::write(folder.path().join("control"), &bytes).unwrap();
                assert!(!search.look(folder.path()).0.is_empty(), "{value} behind {before:?}");
            }
        }
    }
    fs::write(folder.path().join("control"), "369970********0012 154****0007 **** 0071").unwrap();
    assert!(search.look(folder.path()).0.is_empty());
}

/// The hundred come in by every door, are found, shown, mistyped and refused.
fn live(server: &Server) -> Vec<String> {
    let (worker, clerk) = (server.sign_in("worker"), server.sign_in("liumin"));
    let mut ids = Vec::new();
    for n in 1..=40 {
        let (status, answer) = server.json(&worker, "/people", &registration(n));
        assert_eq!(status, 201, "{answer}");
        ids.push(answer.split("\"id\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned());
    }
    for n in 41..=60 {
        let input = registration(n);
        let fields: Vec<(&str, &str)> =
            input.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        assert_eq!(server.form(&worker, "/people", &fields).0, 303);
    }
    let (status, answer) = server.json(&clerk, "/imports/people", &json!({ "csv": csv((61..=80).map(line)) }));
    assert_eq!(status, 201, "{answer}");
    let upload = |text: &str| {
        let token = Token::from_visitor(&clerk.session).form_token();
        let part = |name: &str, rest: &str, body: &str| {
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n\r\n{body}\r\n")
        };
        let file = part("file", "; filename=\"people.csv\"\r\nContent-Type: text/csv", text);
        let body = part("_csrf", "", &token) + &part("subject", "", "people") + &file + "--edge--\r\n";
        let cookie = format!("Cookie: sidan={}", clerk.session);
        server.ask("POST", "/imports", "multipart/form-data; boundary=edge", &cookie, &body)
    };
    // A file that is checked and loaded, and one of bad rows that are kept and fetched.
    let bad = csv((1..=3).map(|n| line(n).replace("镜山村", "别处村").replace("初中", "私塾")));
    for text in [csv((81..=100).map(line)), bad] {
        let (status, answer) = upload(&text);
        assert_eq!(status, 303, "{answer}");
        let path = answer.split("/imports/").nth(1).unwrap().get(..36).unwrap();
        for (deed, body, until) in [("check", json!({}), "checked"), ("load", json!({ "mode": "good_rows" }), "done")] {
            assert_eq!(server.json(&clerk, &format!("/imports/{path}/{deed}"), &body).0, 200);
            while !server.api(&clerk, &format!("/imports/{path}")).1.contains(&format!("\"status\":\"{until}")) {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        }
        assert_eq!(server.api(&clerk, &format!("/imports/{path}/rejects.csv")).0, 200);
    }
    // Wrong in every way: no columns, cut off, not JSON at all.
    assert_eq!(upload(&line(5)).0, 422);
    assert_eq!(server.json(&clerk, "/imports/people", &json!({ "csv": line(6) })).0, 422);
    assert_eq!(server.json(&worker, "/people", &registration(1)).0, 422);
    let mut wrong = registration(2);
    wrong["nonsense"] = wrong["id_number"].clone();
    assert_eq!(server.json(&worker, "/people", &wrong).0, 422);
    let bearer = format!("Authorization: Bearer {}", worker.token);
    let cut = registration(3).to_string().replace('}', "");
    assert_eq!(server.ask("POST", "/api/v1/people", "application/json", &bearer, &cut).0, 422);
    for n in [1, 50, 70, 90] {
        let one = planted(n);
        assert_eq!(server.json(&clerk, "/people/search", &json!({ "id_number": one.number })).0, 200);
        assert_eq!(server.json(&clerk, "/people/search", &json!({ "phone": one.phone })).0, 200);
        assert_eq!(server.form(&clerk, "/people/search", &[("number", &one.number)]).0, 303);
        // Somebody types a number where a login, a password or a note is meant.
        assert_eq!(server.json(&clerk, "/tokens", &json!({ "login": one.number, "password": one.card })).0, 409);
        let nobody = Member { cookie: "sidan-visitor", session: "a-passer-by".into(), token: String::new() };
        assert_eq!(server.form(&nobody, "/sign-in", &[("login", &one.phone), ("password", &one.number)]).0, 422);
        let mut wish =
            json!({ "fields": ["id_number", "phone", "bank_account"], "purpose": "complaint", "note": "核实" });
        let path = format!("/people/{}/reveal", ids[usize::from(n) % 40]);
        let (status, shown) = server.json(&clerk, &path, &wish);
        assert!(status == 200 && shown.contains(STEMS[0]) && shown.contains(STEMS[2]), "{shown}");
        wish["note"] = json!(format!("来电{}", one.phone));
        assert_eq!(server.json(&clerk, &path, &wish).0, 422);
        let ticked = [("phone", "true"), ("purpose", "complaint"), ("note", one.number.as_str())];
        assert_eq!(server.form(&clerk, &path, &ticked).0, 422);
    }
    ids
}

async fn canary() {
    let database = db::fresh_database().await;
    let keys = Vault::fresh_keys().unwrap();
    prepare(&database.url, &keys).await;
    let server = Server::start(&database.url, &keys);
    let ids = live(&server);
    let file = database.url.strip_prefix("sqlite://").map(PathBuf::from);
    let db = database.open().await;
    let sealed = person::Entity::find_by_id(ids[1].parse::<entities::values::PersonId>().unwrap());
    let foreign = sealed.one(db.reader()).await.unwrap().unwrap().sealed;
    person::Entity::update_many()
        .col_expr(person::Column::Sealed, Expr::value(foreign))
        .filter(person::Column::Id.eq(ids[0].parse::<entities::values::PersonId>().unwrap()))
        .exec(db.writer())
        .await
        .unwrap();
    let clerk = server.sign_in("liumin");
    let bearer = format!("Authorization: Bearer {}", clerk.token);
    let (status, _) = server.ask("GET", &format!("/api/v1/people/{}", ids[0]), "text/plain", &bearer, "");
    assert_eq!(status, 500);
    let backups = TempDir::new().unwrap();
    let backup = backups.path().join("backup");
    let mut places = vec![server.data.path().to_owned(), server.temp.path().to_owned(), backups.path().to_owned()];
    if let Some(file) = &file {
        let vacuum = format!("VACUUM INTO '{}'", backup.display());
        db.writer().execute_unprepared(&vacuum).await.unwrap();
        places.push(file.parent().unwrap().to_owned());
        assert!(file.with_extension("db-wal").metadata().unwrap().len() > 0);
    } else {
        let dump = Command::new("pg_dump").args(["--file", backup.to_str().unwrap(), &database.url]).status();
        assert!(dump.unwrap().success());
        db.writer().execute_unprepared("CHECKPOINT").await.unwrap();
        let ask = "SELECT current_setting('data_directory')";
        let ask = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, ask);
        let folder = db.reader().query_one_raw(ask).await.unwrap().unwrap();
        let folder = PathBuf::from(folder.try_get_by_index::<String>(0).unwrap());
        // A server of another machine keeps its files to itself.
        if fs::read_dir(&folder).is_ok() {
            places.push(folder.join("pg_wal"));
            places.push(folder.join("base"));
            places.push(folder.with_file_name("server.log"));
        }
    }
    assert!(backup.metadata().unwrap().len() > 100_000);
    let search = Search::new();
    let looked: Vec<_> = places.iter().map(|place| search.look(place)).collect();
    let hits: Vec<&String> = looked.iter().flat_map(|(hits, _)| hits).collect();
    assert!(hits.is_empty(), "{hits:#?}");
    // It was there to be found: the log is as chatty as it gets, and the people stand in the database.
    assert!(server.log().metadata().unwrap().len() > 100_000);
    assert_eq!(sea_orm::PaginatorTrait::count(person::Entity::find(), db.reader()).await.unwrap(), 100);
    db.close().await.unwrap();
}

#[rocket::async_test]
async fn of_a_hundred_planted_people_nothing_lies_in_clear() {
    canary().await;
}
