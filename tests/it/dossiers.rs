//! The dossier of a claim: an outsider checks it with nothing but the file, and finds whatever was done to it.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use entities::{
    audit_event, claim_line, person,
    values::{ClaimId, LineStatus, PersonId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use sidan::{
    dossiers::{Checked, Office, check, export},
    house::TEXTS,
    people::unseal,
    web::Lexicon,
};
use tempfile::TempDir;
use uuid::Uuid;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::support::after::asked;
use crate::support::app::{App, nine_on};
use crate::support::given::Graduate;

type Files = BTreeMap<String, Vec<u8>>;

/// A claim of three that was paid, in a house where everything is sealed.
struct Paid {
    app: Arc<App>,
    number: String,
    people: Vec<PersonId>,
    folder: TempDir,
}

async fn paid() -> Paid {
    let app = App::start().await;
    app.clock.set(nine_on(11, 20));
    let institution = app.sign_in(Role::Institution).await;
    let graduates = [Graduate::QUALIFIED, Graduate::TOO_OFTEN_AWAY, Graduate::QUALIFIED, Graduate::QUALIFIED];
    let class = app.given_finished_class(institution.organisation.unwrap(), 1, &graduates).await;
    let path = format!("/api/v1/classes/{}/claim", class.class);
    let claim = institution.api_post(&path, json!({ "contract_no": "DL-2016-1" })).await.is(Status::Created).json();
    let id: ClaimId = claim["id"].as_str().unwrap().parse().unwrap();
    let claim_path = format!("/api/v1/claims/{}", claim["id"].as_str().unwrap());
    for (role, action, body) in [
        (Role::CountyClerk, "approve", json!({})),
        (Role::CountyChecker, "confirm", json!({})),
        (Role::FinanceOfficer, "authorise", json!({})),
    ] {
        let who = app.sign_in(role).await;
        if action == "authorise" {
            app.given_through_notice(id).await;
        }
        who.api_post(&format!("{claim_path}/{action}"), body).await.is(Status::Ok);
    }
    app.sign_in(Role::FinanceOfficer).await.pay_claim(id).await;
    app.house.sealing().seal_until(Uuid::max(), 0).await.unwrap();
    let number = claim["number"].as_str().unwrap().to_owned();
    Paid { app, number, people: class.people, folder: TempDir::new().unwrap() }
}

impl Paid {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn export(&self, name: &str) -> PathBuf {
        let (path, lexicon) = (self.path(name), Lexicon::new(TEXTS).unwrap());
        let sealing = self.app.house.sealing();
        let office = Office { sealing: &sealing, atlas: &self.app.atlas, lexicon: &lexicon };
        export(&office, &self.number, &path).await.unwrap();
        path
    }

    /// What is said of the dossier once its files were changed.
    fn changed(&self, dossier: &Path, change: impl FnOnce(&mut Files)) -> Checked {
        let path = self.path("changed.zip");
        let mut files = unpacked(dossier);
        change(&mut files);
        packed(&path, &files);
        check(&path, None).unwrap()
    }
}

fn unpacked(path: &Path) -> Files {
    let mut archive = ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut files = Files::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(name, bytes);
    }
    files
}

fn packed(path: &Path, files: &Files) {
    let mut archive = ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, bytes) in files {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

fn rows(files: &Files, name: &str) -> Vec<Value> {
    let text = std::str::from_utf8(&files[name]).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Replaces the rows of a file.
fn put(files: &mut Files, name: &str, rows: &[Value]) {
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    files.insert(name.to_owned(), (lines.join("\n") + "\n").into_bytes());
}

#[rocket::async_test]
async fn a_dossier_holds_everything_that_the_payment_rests_on_and_agrees_with_itself() {
    let paid = paid().await;
    let dossier = paid.export("dossier.zip").await;
    let checked = check(&dossier, None).unwrap();
    assert_eq!(checked.faults, Vec::<String>::new());
    assert_eq!((checked.claim.as_str(), checked.credentials), (paid.number.as_str(), 3));
    let files = unpacked(&dossier);
    let many = |name: &str| rows(&files, name).len();
    assert_eq!(["claim.jsonl", "claim_lines.jsonl", "payments.jsonl", "people.jsonl"].map(many), [1, 4, 1, 4]);
    assert_eq!(["classes.jsonl", "standards.jsonl", "certificates.jsonl"].map(many), [1, 1, 3]);
    assert!(many("sessions.jsonl") > 0 && many("completions.jsonl") == 4 && many("decisions.jsonl") >= 3);
    assert_eq!(rows(&files, "standards.jsonl")[0]["document_no"].as_str().map(str::is_empty), Some(false));
    // Every posting and deed stands in it with its seal.
    assert_eq!(checked.sealed, many("audit.jsonl") + many("postings.jsonl"));
    assert_eq!((checked.unsealed, many("seals.jsonl")), (0, checked.sealed));
    assert!(many("audit.jsonl") >= 4 && many("postings.jsonl") >= 3);
    // The key is the one that the house shows to everybody.
    let keys = paid.app.passer_by().get("/.well-known/jwks.json").await.json();
    assert!(keys["keys"][0]["kid"].as_str().unwrap().ends_with(&checked.key));
    assert!(check(&dossier, Some(&checked.key)).unwrap().is_clean());
    assert!(!check(&dossier, Some("another")).unwrap().is_clean());
    // That it was made is a deed.
    let deeds = audit_event::Entity::find().filter(audit_event::Column::Action.eq("export"));
    assert_eq!(deeds.all(paid.app.db.reader()).await.unwrap().len(), 1);
}

#[rocket::async_test]
async fn people_are_named_as_in_a_public_notice_and_nothing_else_tells_who_they_are() {
    let paid = paid().await;
    let files = unpacked(&paid.export("dossier.zip").await);
    let all: String = files.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    let names = rows(&files, "people.jsonl");
    for id in &paid.people {
        let row = person::Entity::find_by_id(*id).one(paid.app.db.reader()).await.unwrap().unwrap();
        let private = unseal(&paid.app.vault, &row).unwrap();
        for secret in [&row.name, &private.id_number, &private.phone, &private.address, &row.id_index] {
            assert!(secret.is_empty() || !all.contains(secret.as_str()), "{secret}");
        }
        let named = names.iter().find(|it| it["id"] == json!(id)).unwrap();
        let (head, tail) = (&private.id_number[..6], &private.id_number[16..]);
        assert_eq!(named["id_number"], json!(format!("{head}**********{tail}")));
        assert!(named["name"].as_str().unwrap().contains('*'));
    }
}

#[rocket::async_test]
async fn whatever_is_changed_in_a_file_is_found_and_named() {
    let paid = paid().await;
    let dossier = paid.export("dossier.zip").await;
    let names: Vec<String> = unpacked(&dossier).into_keys().collect();
    for name in names {
        let length = unpacked(&dossier)[&name].len();
        if length == 0 {
            continue;
        }
        for at in [0, length / 2, length - 1] {
            let path = paid.path("changed.zip");
            let mut files = unpacked(&dossier);
            files.get_mut(&name).unwrap()[at] ^= 1;
            packed(&path, &files);
            // A manifest that cannot be read is told as an error, all else as a fault.
            assert!(check(&path, None).map_or(true, |checked| !checked.is_clean()), "{name} {at}");
        }
        let checked = (name != "manifest.json").then(|| paid.changed(&dossier, |files| drop(files.remove(&name))));
        let told = checked.is_none_or(|checked| checked.faults.iter().any(|fault| fault.contains(&name)));
        assert!(told, "{name}");
    }
    let added = paid.changed(&dossier, |files| drop(files.insert("more.jsonl".into(), b"{}\n".to_vec())));
    assert_eq!(added.faults, ["more.jsonl was added: the manifest does not name it"]);
}

#[rocket::async_test]
async fn a_changed_amount_is_found_by_its_seal_and_by_the_sums() {
    let paid = paid().await;
    let dossier = paid.export("dossier.zip").await;
    let told = |checked: &Checked, what: &str| {
        assert!(checked.faults.iter().any(|fault| fault.contains(what)), "{what}: {:#?}", checked.faults);
    };
    let more = |file: &'static str, column: &'static str| {
        move |files: &mut Files| {
            let mut lines = rows(files, file);
            let last = lines.last_mut().unwrap();
            last[column] = json!(last[column].as_i64().unwrap() + 1);
            put(files, file, &lines);
        }
    };
    let postings = paid.changed(&dossier, more("postings.jsonl", "fen"));
    told(&postings, "is not what was sealed as");
    told(&postings, "what the postings moved into paid");
    told(&paid.changed(&dossier, more("payments.jsonl", "fen")), "the payments against the lines that are paid");
    told(&paid.changed(&dossier, more("claim.jsonl", "total_fen")), "against the total of the claim");
    let line = |files: &mut Files| {
        let mut lines = rows(files, "claim_lines.jsonl");
        let line = lines.iter_mut().find(|line| line["status"] == "paid").unwrap();
        line["fen"] = json!(1);
        put(files, "claim_lines.jsonl", &lines);
    };
    told(&paid.changed(&dossier, line), "the payments against the lines that are paid");
    let detail = |files: &mut Files| {
        let mut deeds = rows(files, "audit.jsonl");
        deeds[0]["action"] = json!("cancel");
        put(files, "audit.jsonl", &deeds);
    };
    told(&paid.changed(&dossier, detail), "audit.jsonl line 1");
    let fewer = |files: &mut Files| {
        let mut deeds = rows(files, "audit.jsonl");
        deeds.remove(0);
        put(files, "audit.jsonl", &deeds);
    };
    told(&paid.changed(&dossier, fewer), "which is missing");
    let beyond = |files: &mut Files| {
        let mut seals = rows(files, "seals.jsonl");
        seals[0]["seq"] = json!(1_000_000);
        put(files, "seals.jsonl", &seals);
    };
    told(&paid.changed(&dossier, beyond), "does not go with head.json");
    let exchanged = |files: &mut Files| {
        let names: Vec<String> = files.keys().filter(|name| name.starts_with("credentials/")).cloned().collect();
        let other = files[&names[1]].clone();
        files.insert(names[0].clone(), other);
    };
    told(&paid.changed(&dossier, exchanged), "the credential of another certificate");
}

#[rocket::async_test]
async fn what_was_asked_back_stands_in_it_and_agrees_with_its_postings_and_receipts() {
    let paid = paid().await;
    let line = claim_line::Entity::find().filter(claim_line::Column::Status.eq(LineStatus::Paid));
    let line = line.one(paid.app.db.reader()).await.unwrap().unwrap();
    let clerk = paid.app.sign_in(Role::CountyClerk).await;
    let asked = clerk.api_post("/api/v1/clawbacks", asked(&line, 500)).await.is(Status::Created).json();
    let step = async |role: Role, verb: &str, body: Value| {
        let path = format!("/api/v1/clawbacks/{}/{verb}", asked["id"].as_str().unwrap());
        paid.app.sign_in(role).await.api_post(&path, body).await.is(Status::Ok);
    };
    step(Role::CountyChecker, "approve", json!({})).await;
    step(Role::FinanceOfficer, "invoice", json!({})).await;
    let receipt = json!({ "amount_fen": 200, "document_no": "NH-1", "received_on": "2016-11-20" });
    step(Role::FinanceOfficer, "receive", receipt).await;
    step(Role::Supervisor, "write-off", json!({ "grounds": "学校已经注销，没有财产。" })).await;
    paid.app.house.sealing().seal_until(Uuid::max(), 0).await.unwrap();

    let dossier = paid.export("dossier.zip").await;
    let checked = check(&dossier, None).unwrap();
    assert_eq!(checked.faults, Vec::<String>::new());
    let files = unpacked(&dossier);
    let clawback = &rows(&files, "clawbacks.jsonl")[0];
    assert_eq!(
        ["fen", "recovered_fen", "written_off_fen"].map(|name| clawback[name].as_i64()),
        [500, 200, 300].map(Some)
    );
    // The deeds of it are in the log, and no word of what was written about a person.
    let deeds = rows(&files, "audit.jsonl");
    assert_eq!(deeds.iter().filter(|deed| deed["noun"] == "clawback").count(), 5);
    let all: String = files.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    assert!(!all.contains("没有财产") && !all.contains("别人代签"));
    for (file, column, what) in [
        ("clawbacks.jsonl", "fen", "asks back against its postings"),
        ("clawbacks.jsonl", "recovered_fen", "says came back against its postings"),
        ("clawback_receipts.jsonl", "fen", "says came back against its receipts"),
        ("clawbacks.jsonl", "written_off_fen", "says was written off against its postings"),
    ] {
        let more = |files: &mut Files| {
            let mut lines = rows(files, file);
            lines[0][column] = json!(lines[0][column].as_i64().unwrap() + 1);
            put(files, file, &lines);
        };
        let checked = paid.changed(&dossier, more);
        assert!(checked.faults.iter().any(|fault| fault.contains(what)), "{what}: {:#?}", checked.faults);
    }
}

#[rocket::async_test]
async fn no_flipped_byte_of_the_archive_changes_what_is_read_unseen() {
    let paid = paid().await;
    let dossier = paid.export("dossier.zip").await;
    let (bytes, files) = (std::fs::read(&dossier).unwrap(), unpacked(&dossier));
    let path = paid.path("flipped.zip");
    for at in (0..bytes.len()).step_by(211) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        std::fs::write(&path, &flipped).unwrap();
        if check(&path, None).is_ok_and(|checked| checked.is_clean()) {
            assert_eq!(unpacked(&path), files, "{at}");
        }
    }
}

fn sidan(app: &App, args: &[&str]) -> (Option<i32>, String) {
    let keys: Vec<String> = app.keys.iter().map(|(name, key)| format!("{name}=\"{key}\"")).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidan"));
    command.args(args).env("ROCKET_DATABASE_URL", app.url()).env("ROCKET_TODAY", "\"2016-11-20\"");
    command.env("ROCKET_BASE_URL", "http://localhost");
    let output = command.env("ROCKET_DATA_KEYS", format!("{{{}}}", keys.join(","))).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), said)
}

#[rocket::async_test]
async fn the_operator_makes_a_dossier_and_an_outsider_checks_it_without_settings() {
    let paid = paid().await;
    let path = paid.path("dossier.zip");
    let args = ["audit", "export", &paid.number, path.to_str().unwrap()];
    let (code, said) = sidan(&paid.app, &args);
    assert_eq!(code, Some(0), "{said}");
    let before = std::fs::read(&path).unwrap();
    let (code, said) = sidan(&paid.app, &args);
    assert_eq!((code, std::fs::read(&path).unwrap() == before), (Some(1), true), "{said}");
    let (code, _) = sidan(&paid.app, &["audit", "export", "no-such-claim", paid.path("x.zip").to_str().unwrap()]);
    assert_eq!(code, Some(1));

    let outsider = |path: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidan"));
        command.env_clear().current_dir(paid.folder.path()).args(["audit", "check"]).arg(path);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = outsider(&path);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&paid.number) && said.contains("0 not sealed yet, 3 credentials; 0 faults"), "{said}");
    paid.changed(&path, |files| drop(files.remove("marks.jsonl")));
    let (code, said) = outsider(&paid.path("changed.zip"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("marks.jsonl is missing"), "{said}");
}
