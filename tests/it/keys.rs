//! Keys of personal data: new ones take over beside the server, and what is no key starts nothing.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use entities::{
    duplicate_pair, export_part, person, setting,
    values::{PairStatus, PersonId, Role},
};
use rocket::{
    http::{ContentType, Status},
    local::asynchronous::Client,
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use sidan::{
    accounts::Hasher,
    base::IdNumber,
    data::{Vault, rekeying::Rekeying},
    house::House,
    people::{NewPerson, Private, insert_many, rewrite, unseal},
    web::Settings,
};

use crate::exclusions::{load, number_of};
use crate::exports::given_file;
use crate::support::app::{App, VILLAGE, Visitor};

type Keys = BTreeMap<String, String>;

/// The keys of an app with new ones beside them.
fn next_keys(old: &Keys) -> Keys {
    let mut keys = old.clone();
    keys.insert("k2".into(), Vault::fresh_key().unwrap());
    keys.insert("index_old".into(), old["index"].clone());
    keys.insert("index".into(), Vault::fresh_key().unwrap());
    keys
}

/// The new ones alone.
fn without_old(keys: &Keys) -> Keys {
    keys.iter()
        .filter(|(name, _)| !["k1", "index_old"].contains(&name.as_str()))
        .map(|(n, k)| (n.clone(), k.clone()))
        .collect()
}

fn in_settings(keys: &Keys) -> String {
    let keys: Vec<String> = keys.iter().map(|(name, key)| format!("{name}=\"{key}\"")).collect();
    format!("{{{}}}", keys.join(","))
}

/// A house with other keys on the database of an app.
async fn house(app: &App, keys: &Keys) -> (House, Client) {
    let mut settings: Settings = rocket::figment::Figment::from(("base_url", "http://localhost")).extract().unwrap();
    settings.reader = Some(env!("CARGO_BIN_EXE_sidan").into());
    let (clock, hasher) = (app.clock.clone(), Hasher::cheap().unwrap());
    let house = House::open(settings, clock, &app.url(), keys.clone(), hasher).await.unwrap();
    let figment = rocket::figment::Figment::from(rocket::Config::debug_default()).merge(("log_level", "off"));
    let client = Client::untracked(house.rocket(figment).unwrap()).await.unwrap();
    (house, client)
}

fn number(n: u16) -> String {
    let (born, n) = (["1975-05-05", "1976-06-06", "1977-07-07"][usize::from(n) / 900], n % 900 + 1);
    IdNumber::compose("369970", born.parse().unwrap(), n).unwrap().as_str().to_owned()
}

/// So many people, sealed with the keys of the app.
async fn given_people(app: &App, n: u16) -> Vec<PersonId> {
    let model = app.given_person(1).await;
    let model = person::Entity::find_by_id(model).one(app.db.reader()).await.unwrap().unwrap();
    let private = |n: u16| Private {
        id_number: number(n),
        phone: format!("1541{n:07}"),
        bank_account: format!("0000{n:015}"),
        health: vec!["1".into()],
        main_cause: "01".into(),
        other_causes: Vec::new(),
        address: format!("敖山镇镜山村{n}号"),
    };
    let people: Vec<NewPerson> = (0..n)
        .map(|n| NewPerson { row: person::Model { id: PersonId::new(), ..model.clone() }, private: private(n) })
        .collect();
    let ids = people.iter().map(|person| person.row.id).collect();
    for people in people.chunks(500) {
        app.desk.write(async |work| insert_many(work, &app.vault, people.to_vec()).await).await.unwrap();
    }
    ids
}

/// Who asks a second house over HTTP.
struct Reader<'a> {
    client: &'a Client,
    clerk: &'a Visitor,
}

impl Reader<'_> {
    async fn finds(&self, n: u16, id: PersonId) -> bool {
        let request = self.clerk.with_token(self.client.post("/api/v1/people/search"));
        let answer = request.header(ContentType::JSON).body(json!({ "id_number": number(n) }).to_string()).dispatch();
        let found: Value = serde_json::from_str(&answer.await.into_string().await.unwrap()).unwrap();
        found.as_array().is_some_and(|found| found.len() == 1 && found[0]["id"] == id.to_string())
    }

    async fn reads(&self, id: PersonId) -> bool {
        let answer = self.clerk.with_token(self.client.get(format!("/api/v1/people/{id}"))).dispatch().await;
        answer.status() == Status::Ok
    }
}

/// Whether the number of somebody who stands there is taken.
async fn is_taken(client: &Client, worker: &Visitor, n: u16) -> bool {
    let body = json!({
        "name": "刘小毛", "id_number": number(n), "education": "2", "health": "1", "labour_capacity": "ordinary",
        "area_code": VILLAGE, "household_number": "H-9", "relation": "02", "poverty_status": "registered",
        "main_cause": "01", "employment_status": "5",
    });
    let request = worker.with_token(client.post("/api/v1/people")).header(ContentType::JSON).body(body.to_string());
    let answer: Value = serde_json::from_str(&request.dispatch().await.into_string().await.unwrap()).unwrap();
    let told = answer["errors"].as_array().unwrap();
    told.len() == 1 && told[0]["code"] == "invalid.id_taken"
}

fn sidan(app: &App, keys: &Keys, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidan"));
    command.args(args).env("ROCKET_DATABASE_URL", app.url()).env("ROCKET_DATA_KEYS", in_settings(keys));
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

async fn sealed_with(work: &Rekeying, key: &str) -> u64 {
    work.status().await.unwrap().sealed_with(key)
}

/// Ends a process as a power cut would, once so many rows stand under the new key.
async fn kill_at(mut child: Child, work: &Rekeying, rows: u64) {
    while sealed_with(work, "k2").await < rows {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[rocket::async_test]
async fn new_keys_take_over_while_people_are_read_and_found_and_a_killed_run_goes_on() {
    const PEOPLE: u16 = 2_000;
    let app = App::start().await;
    let ids = Arc::new(given_people(&app, PEOPLE).await);
    // With the model, and the two who sign in.
    let everybody = u64::from(PEOPLE) + 3;
    let keys = next_keys(&app.keys);
    let (house, client) = house(&app, &keys).await;
    let client = Arc::new(client);
    let (clerk, worker) = (Arc::new(app.sign_in(Role::CountyClerk).await), app.sign_in(Role::VillageWorker).await);
    let work = house.rekeying(1_000);
    assert_eq!((sealed_with(&work, "k1").await, sealed_with(&work, "k2").await), (everybody, 0));
    let (stop, asked, failed) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let reading = tokio::spawn({
        let (stop, asked, failed) = (stop.clone(), asked.clone(), failed.clone());
        let (client, clerk, ids) = (client.clone(), clerk.clone(), ids.clone());
        async move {
            let reader = Reader { client: &client, clerk: &clerk };
            let mut n: u16 = 0;
            while !stop.load(Ordering::Relaxed) {
                n = (n + 773) % PEOPLE;
                let id = ids[usize::from(n)];
                let fine = reader.finds(n, id).await && reader.reads(id).await;
                failed.fetch_add(usize::from(!fine), Ordering::Relaxed);
                asked.fetch_add(2, Ordering::Relaxed);
            }
        }
    });
    let everywhere = [0, 1, PEOPLE / 2, PEOPLE - 1];
    let reader = Reader { client: &client, clerk: &clerk };
    let check = async || {
        for n in everywhere {
            assert!(reader.finds(n, ids[usize::from(n)]).await && is_taken(&client, &worker, n).await, "{n}");
        }
    };
    check().await;
    // Killed the first time: the task is dropped where it stands.
    let dropped = tokio::spawn({
        let work = work.clone();
        async move { work.run(|_| {}).await }
    });
    while sealed_with(&work, "k2").await < 300 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    dropped.abort();
    dropped.await.unwrap_err();
    let standing = sealed_with(&work, "k2").await;
    assert!((300..everybody).contains(&standing), "{standing}");
    check().await;
    // The second time: the process goes without a word.
    let mut slow = sidan(&app, &keys, &["keys", "rotate", "--rows-per-second", "1000"]);
    kill_at(slow.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap(), &work, standing + 300).await;
    let (old, new) = (sealed_with(&work, "k1").await, sealed_with(&work, "k2").await);
    assert!(old > 0 && old + new == everybody, "{old} + {new}");
    check().await;
    let told = said(&sidan(&app, &keys, &["keys", "status"]).output().unwrap());
    assert!(told.contains(&format!("data_keys.k1 is needed by {old} rows")), "{told}");
    assert!(told.contains("data_keys.index_old is still needed"), "{told}");
    // It goes on where it stood, and tells what may go.
    let ended = sidan(&app, &keys, &["keys", "rotate", "--rows-per-second", "100000"]).output().unwrap();
    let told = said(&ended);
    assert!(ended.status.success(), "{told}");
    assert!(told.contains(&format!("{everybody} rows brought under new keys")), "{told}");
    assert!(
        told.contains("data_keys.k1 seals nothing") && told.contains("data_keys.index_old finds nothing"),
        "{told}"
    );
    assert_eq!((sealed_with(&work, "k1").await, sealed_with(&work, "k2").await), (0, everybody));
    check().await;
    stop.store(true, Ordering::Relaxed);
    reading.await.unwrap();
    assert_eq!(failed.load(Ordering::Relaxed), 0);
    assert!(asked.load(Ordering::Relaxed) > 20);
    house.close().await.unwrap();
    // Without the old keys nobody misses them.
    let (house, client) = self::house(&app, &without_old(&keys)).await;
    let reader = Reader { client: &client, clerk: &clerk };
    for n in everywhere {
        let id = ids[usize::from(n)];
        assert!(reader.finds(n, id).await && reader.reads(id).await && is_taken(&client, &worker, n).await, "{n}");
    }
    house.close().await.unwrap();
}

#[rocket::async_test]
async fn a_row_that_does_not_open_is_named_and_left_and_the_others_come_along() {
    let app = App::start().await;
    let ids = given_people(&app, 5).await;
    person::Entity::update_many()
        .col_expr(person::Column::Sealed, Expr::value(b"\x02k1 no sealed value at all".to_vec()))
        .filter(person::Column::Id.eq(ids[2]))
        .exec(app.db.writer())
        .await
        .unwrap();
    let keys = next_keys(&app.keys);
    let ended = sidan(&app, &keys, &["keys", "rotate"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let told = said(&ended);
    assert!(told.contains(&format!("person {} was left as it is", ids[2])), "{told}");
    assert!(told.contains("data_keys.k1 is needed by 1 rows"), "{told}");
    let (house, _) = house(&app, &keys).await;
    assert_eq!(sealed_with(&house.rekeying(1), "k2").await, 5);
    house.close().await.unwrap();
}

#[rocket::async_test]
async fn a_hash_that_stands_already_holds_up_nobody_else() {
    let app = App::start().await;
    let ids = given_people(&app, 5).await;
    let keys = next_keys(&app.keys);
    let (house, _) = house(&app, &keys).await;
    let twice = house.vault.index("id", &number(1));
    person::Entity::update_many()
        .col_expr(person::Column::IdIndex, Expr::value(twice))
        .filter(person::Column::Id.eq(ids[3]))
        .exec(app.db.writer())
        .await
        .unwrap();
    let mut left = Vec::new();
    house.rekeying(10_000).run(|step| left.extend(step.left.clone())).await.unwrap();
    // The first pass leaves the one whose hash somebody else bears; that one gets its own, so the next pass gets through.
    assert_eq!(left, [("person", ids[1].0)]);
    assert_eq!(sealed_with(&house.rekeying(1), "k2").await, 6);
    house.close().await.unwrap();
}

#[rocket::async_test]
async fn two_at_once_do_the_work_of_one_and_the_server_does_it_by_itself() {
    let app = App::start().await;
    given_people(&app, 700).await;
    let keys = next_keys(&app.keys);
    let ((first, _), (second, _)) = (house(&app, &keys).await, house(&app, &keys).await);
    let works = [first.rekeying(100_000), second.rekeying(100_000)];
    let runs = works.iter().map(|work| work.run(|_| {}));
    for ended in rocket::futures::future::join_all(runs).await {
        ended.unwrap();
    }
    let status = works[0].status().await.unwrap();
    assert_eq!((status.done, status.in_all, status.sealed_with("k2")), (true, 701, 701));
    // Nothing is left to do: a server that starts looks once and writes nothing.
    let place = async || setting::Entity::find_by_id("rekeying".to_owned()).one(app.db.reader()).await.unwrap();
    let before = place().await;
    first.rekeying(1).start().close().await;
    assert_eq!(place().await, before);
    for house in [first, second] {
        house.close().await.unwrap();
    }
}

/// Asks another house for the search.
async fn search(client: &Client, clerk: &Visitor) -> (Status, Value) {
    let request = clerk.with_token(client.post("/api/v1/duplicates/recompute")).header(ContentType::JSON).body("{}");
    let answer = request.dispatch().await;
    (answer.status(), serde_json::from_str(&answer.into_string().await.unwrap()).unwrap())
}

#[rocket::async_test]
async fn the_search_for_duplicates_rests_until_every_hash_stands_under_one_key() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let first = app.given_person(2).await;
    given_people(&app, 120).await;
    let last = app.given_person(3).await;
    app.change_person(first, |_, private| private.bank_account = "0000999999999999999".into()).await;
    app.change_person(last, |_, private| private.bank_account = "0000999999999999999".into()).await;
    let pair = async || {
        let of_both = duplicate_pair::Column::A.eq(first).and(duplicate_pair::Column::B.eq(last));
        duplicate_pair::Entity::find().filter(of_both).one(app.db.reader()).await.unwrap().unwrap().status
    };
    assert_eq!(search(&app.client, &clerk).await.0, Status::Ok);
    assert_eq!(pair().await, PairStatus::Open);
    app.clock.set(app.clock.now() + TimeDelta::minutes(1));
    let keys = next_keys(&app.keys);
    let (house, client) = house(&app, &keys).await;
    let rests = async |client: &Client| {
        let (status, told) = search(client, &clerk).await;
        assert_eq!((status, &told["code"]), (Status::Conflict, &json!("keys.changing")));
    };
    rests(&client).await;
    // One chunk stands under the new key, the other half of the pair does not.
    house.rekeying(1).step().await.unwrap();
    rests(&client).await;
    // Nor does a house that does not know the new key search.
    rests(&app.client).await;
    assert_eq!(pair().await, PairStatus::Open);
    house.rekeying(100_000).run(|_| {}).await.unwrap();
    rests(&app.client).await;
    let (status, told) = search(&client, &clerk).await;
    assert_eq!((status, &told["gone"], &told["new"]), (Status::Ok, &json!(0), &json!(0)), "{told}");
    assert_eq!(pair().await, PairStatus::Open);
    house.close().await.unwrap();
}

#[rocket::async_test]
async fn numbers_on_exclusion_lists_follow_the_people_who_bear_them() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let person = app.given_person(1).await;
    let (listed, nobody) = (number_of(&app, person).await, number(7));
    load(&clerk, "insured", &[format!("{listed},,"), format!("{nobody},,")]).await.is(Status::Created);
    let keys = next_keys(&app.keys);
    let (house, client) = house(&app, &keys).await;
    let list = json!({ "kind": "student", "as_of": "2016-10-31", "document_no": "1", "source": "教育局", "csv": format!("身份证号\n{listed}") });
    let loading = clerk.with_token(client.post("/api/v1/exclusion-lists")).header(ContentType::JSON);
    let told = loading.body(list.to_string()).dispatch().await.into_string().await.unwrap();
    assert!(told.contains("keys.changing"), "{told}");
    // Somebody writes the person before the work comes by: the row stands under the new key, its number on the list does not.
    let row = person::Entity::find_by_id(person).one(app.db.reader()).await.unwrap().unwrap();
    let private = unseal(&house.vault, &row).unwrap();
    let after = NewPerson { row: row.clone(), private };
    house.desk.write(async |work| rewrite(work, &house.vault, &row, after.clone()).await).await.unwrap();
    house.rekeying(100_000).run(|_| {}).await.unwrap();
    house.close().await.unwrap();
    let (house, client) = self::house(&app, &without_old(&keys)).await;
    let asked = clerk.with_token(client.get(format!("/api/v1/people/{person}/eligibility"))).dispatch().await;
    let told = asked.into_string().await.unwrap();
    assert!(told.contains("enrolment.excluded"), "{told}");
    house.close().await.unwrap();
}

#[rocket::async_test]
async fn a_key_that_seals_a_file_of_an_export_is_needed_until_the_file_goes() {
    let app = App::start().await;
    let keys = next_keys(&app.keys);
    let (house, _) = house(&app, &keys).await;
    house.rekeying(100_000).run(|_| {}).await.unwrap();
    given_file(&app).await;
    let told = said(&sidan(&app, &keys, &["keys", "rotate"]).output().unwrap());
    assert!(told.contains("export_part.sealed\n  k1: 1 rows"), "{told}");
    assert!(told.contains("data_keys.k1 is needed by 1 rows"), "{told}");
    export_part::Entity::delete_many().exec(app.db.writer()).await.unwrap();
    let told = said(&sidan(&app, &keys, &["keys", "status"]).output().unwrap());
    assert!(told.contains("data_keys.k1 seals nothing"), "{told}");
    house.close().await.unwrap();
}

/// What `sidan serve` says of its settings; one that starts is ended.
fn serve(settings: &[(&str, &str)], config: Option<&Path>) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidan"));
    command.arg("serve").current_dir(folder.path()).env("ROCKET_DATA_DIR", folder.path()).env("ROCKET_PORT", "0");
    if let Some(config) = config {
        command.env("ROCKET_CONFIG", config);
    }
    for (name, value) in settings {
        command.env(name, value);
    }
    command.output().unwrap()
}

#[test]
fn settings_without_proper_keys_start_nothing_and_name_the_setting_but_not_its_value() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let fresh = || Vault::fresh_key().unwrap();
    let (index, k1) = (fresh(), fresh());
    let both = |index: &str, k1: &str| format!("{{index=\"{index}\",k1=\"{k1}\"}}");
    let short = STANDARD.encode([1_u8, 9, 250, 3, 77, 6, 2, 90, 4, 33, 8, 222, 5, 17, 99, 160]);
    let sample = STANDARD.encode((0..32).collect::<Vec<u8>>());
    let typed = STANDARD.encode("change-me-change-me-change-me-32");
    let same = STANDARD.encode([7_u8; 32]);
    let no_base64 = "not*base64*at*all*not*base64*at*all*not*b64=";
    let third = format!("{{index=\"{index}\",k1=\"{k1}\",k2=\"{k1}\"}}");
    let again = format!("{{index=\"{index}\",index_old=\"{index}\",k1=\"{k1}\"}}");
    let bad = [
        (String::new(), "data_keys", ""),
        ("{}".to_owned(), "data_keys is not set", ""),
        (format!("{{k1=\"{k1}\"}}"), "data_keys.index is not set", k1.as_str()),
        (format!("{{index=\"{index}\"}}"), "data_keys has no key that seals", &index),
        (both(&index, ""), "data_keys.k1 is not 32 bytes", &index),
        (both(&index, &short), "data_keys.k1 is not 32 bytes", &short),
        (both(&index, no_base64), "data_keys.k1 is not base64", no_base64),
        (both(&same, &k1), "data_keys.index is not random", &same),
        (both(&index, &sample), "data_keys.k1 is not random", &sample),
        (both(&index, &typed), "data_keys.k1 is not random", &typed),
        (both(&k1, &k1), "data_keys.k1 is the same key as data_keys.index", &k1),
        (third, "data_keys.k2 is the same key as data_keys.k1", &k1),
        (again, "data_keys.index_old is the same key as data_keys.index", &index),
        (format!("\"{k1}\""), "data_keys cannot be read", &k1),
    ];
    for (keys, line, secret) in bad {
        let ended = serve(&[("ROCKET_DATA_KEYS", &keys)], None);
        let told = said(&ended);
        assert_eq!(ended.status.code(), Some(1), "{told}");
        assert_eq!((told.lines().count(), told.contains(line)), (1, true), "{line}: {told}");
        assert!(secret.is_empty() || !told.contains(secret), "{told}");
    }
    assert!(said(&serve(&[], None)).contains("data_keys is not set"));
}

#[cfg(unix)]
#[test]
fn keys_in_a_file_that_everybody_may_read_start_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Rocket.toml");
    let keys = Vault::fresh_keys().unwrap();
    let lines: Vec<String> = keys.iter().map(|(name, key)| format!("{name} = \"{key}\"\n")).collect();
    std::fs::write(&file, format!("[default.data_keys]\n{}", lines.concat())).unwrap();
    let with_mode = |mode: u32| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        said(&serve(&[], Some(&file)))
    };
    let told = with_mode(0o644);
    assert!(told.contains("data_keys stands in") && told.contains("chmod o="), "{told}");
    assert!(keys.values().all(|key| !told.contains(key)), "{told}");
    // With the file shut it is the missing schema that keeps it from serving.
    let told = with_mode(0o640);
    assert!(told.contains("sidan migrate up"), "{told}");
}
