//! The real-name registry.
#![expect(clippy::disallowed_methods, reason = "a test looks at the rows themselves")]

mod services;
mod sight;

use entities::{
    audit_event, household, message, person, setting,
    values::{PersonId, PersonStatus, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, Statement};
use serde_json::{Value, json};
use sidan::{
    base::BankCard,
    data::Work,
    people::{NewPerson, insert_many, unseal},
};

use crate::support::app::{Answer, App, VILLAGE, Visitor};
use crate::support::doors::{Door, Who};
use crate::support::files::{file, line, number};
use crate::support::given::day;

const READERS: Who =
    Who::Roles(&[Role::VillageWorker, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const VILLAGES: Who = Who::Roles(&[Role::VillageWorker]);
const CLERKS: Who = Who::Roles(&[Role::CountyClerk]);
const SERVANTS: Who = Who::Roles(&[Role::VillageWorker, Role::CountyClerk]);

pub const DOORS: &[Door] = &[
    ("GET", "/people", READERS),
    ("POST", "/people/search", READERS),
    ("GET", "/people/new", VILLAGES),
    ("POST", "/people", VILLAGES),
    ("GET", "/people/<id>", READERS),
    ("POST", "/people/<id>/verify", CLERKS),
    ("POST", "/people/<id>/suspend", CLERKS),
    ("POST", "/people/<id>/restore", CLERKS),
    ("POST", "/people/<id>/exit", CLERKS),
    ("POST", "/people/<id>/return", CLERKS),
    ("POST", "/people/<id>/services", SERVANTS),
    ("GET", "/people/services", SERVANTS),
    ("POST", "/people/services", SERVANTS),
    ("GET", "/api/v1/people", READERS),
    ("POST", "/api/v1/people", VILLAGES),
    ("POST", "/api/v1/people/search", READERS),
    ("POST", "/api/v1/people/names", READERS),
    ("GET", "/api/v1/people/<id>", READERS),
    ("GET", "/api/v1/people/<id>/history", READERS),
    ("POST", "/api/v1/people/<id>/exit", CLERKS),
    ("POST", "/api/v1/people/<id>/return", CLERKS),
    ("POST", "/api/v1/people/<id>/verify", CLERKS),
    ("POST", "/api/v1/people/<id>/suspend", CLERKS),
    ("POST", "/api/v1/people/<id>/restore", CLERKS),
    ("GET", "/api/v1/households/<id>", READERS),
    ("GET", "/api/v1/services", READERS),
    ("POST", "/api/v1/services", SERVANTS),
    ("POST", "/api/v1/services/many", SERVANTS),
];

/// 镜山村 of 万载县, next door.
const ELSEWHERE: &str = "360922203202";

fn registration(n: u16) -> Value {
    json!({
        "name": "刘小毛",
        "id_number": number(n),
        "phone": format!("1540001{n:04}"),
        "bank_account": BankCard::compose(&format!("00000099{n:010}")).unwrap().as_str(),
        "ethnicity": "01",
        "education": "2",
        "political": "13",
        "marital": "20",
        "health": "2",
        "labour_capacity": "ordinary",
        "registration": "20",
        "area_code": VILLAGE,
        "address": "敖山镇镜山村暗号组77号",
        "household_number": format!("H-{n}"),
        "household_members": 4,
        "relation": "02",
        "poverty_status": "registered",
        "main_cause": "01",
        "employment_status": "5",
        "employment_wish": "2",
        "training_wish": "18",
        "startup_wish": true,
        "helper": "王秀兰",
    })
}

fn with(mut input: Value, field: &str, value: impl Into<Value>) -> Value {
    input[field] = value.into();
    input
}

/// The same registration as a page would send it.
async fn register_by_form(worker: &Visitor, input: &Value) -> Answer {
    let texts: Vec<(String, String)> = input
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    let fields: Vec<(&str, &str)> = texts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    worker.post_form("/people", &fields).await
}

pub async fn registered(worker: &Visitor, n: u16) -> String {
    let answer = worker.api_post("/api/v1/people", registration(n)).await.is(Status::Created);
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn people(app: &App) -> u64 {
    person::Entity::find().count(app.db.reader()).await.unwrap()
}

async fn stored(app: &App, id: &str) -> person::Model {
    person::Entity::find_by_id(id.parse::<PersonId>().unwrap()).one(app.db.reader()).await.unwrap().unwrap()
}

#[rocket::async_test]
async fn a_village_registers_and_the_county_verifies_through_the_pages() {
    let app = App::start().await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    worker.get("/people/new").await.is(Status::Ok);
    let answer = register_by_form(&worker, &registration(1)).await.is(Status::SeeOther);
    let path = answer.location.unwrap();
    let page = worker.get(&path).await.is(Status::Ok);
    assert!(page.text.contains("刘小毛") && page.text.contains("等县就业局经办员办理"));
    let page = clerk.get(&path).await.is(Status::Ok);
    assert!(page.text.contains("核实刘小毛的登记"));
    assert!(clerk.get("/people?status=draft").await.text.contains("刘小毛"));
    clerk.post_form(&format!("{path}/verify"), &[]).await.goes_to(&path);
    let row = stored(&app, path.rsplit('/').next().unwrap()).await;
    assert_eq!((row.status, row.verified_on, row.version), (PersonStatus::Verified, Some(day(11, 1)), 2));
    let page = worker.get(&path).await.is(Status::Ok);
    assert!(page.text.contains(&format!("/catalogue?for={}", row.id)) && page.text.contains("已核实"));
}

#[rocket::async_test]
async fn sex_and_birth_date_come_from_the_number_and_the_rest_is_kept_sealed() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let row = stored(&app, &registered(&worker, 2).await).await;
    assert_eq!((row.sex.as_str(), row.birth_on.to_string().as_str()), ("female", "1975-05-05"));
    let private = unseal(&app.vault, &row).unwrap();
    assert_eq!((private.id_number, private.phone.as_str()), (number(2), "15400010002"));
    assert_eq!(row.id_index, app.vault.index("id", &number(2)));
}

#[rocket::async_test]
async fn a_form_with_faults_comes_back_with_what_was_typed() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let input = with(with(registration(1), "id_number", "369970197505050010"), "education", "");
    let answer = register_by_form(&worker, &input).await.is(Status::UnprocessableEntity);
    assert!(answer.text.contains("href=\"#education\"") && answer.text.contains("刘小毛"));
    let english = worker.get_in("en", "/people/new").await.is(Status::Ok);
    assert!(english.text.contains("Register a villager") && english.text.contains("junior secondary"));
    assert_eq!(people(&app).await, 0);
}

#[rocket::async_test]
async fn what_may_be_left_out_must_be_right_when_it_is_there() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    for (field, value) in [("household_members", "四"), ("startup_wish", "maybe"), ("household_members", "31")] {
        let input = with(registration(1), field, value);
        let answer = register_by_form(&worker, &input).await.is(Status::UnprocessableEntity);
        assert!(answer.text.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    assert_eq!(people(&app).await, 0);
}

#[rocket::async_test]
async fn a_number_is_registered_once_in_the_whole_province() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    registered(&worker, 1).await;
    let again = with(registration(1), "household_number", "H-9");
    worker.api_post("/api/v1/people", again.clone()).await.blames("id_number", "invalid.id_taken");
    let other = app.sign_in_at(Role::VillageWorker, ELSEWHERE).await;
    let there = with(again, "area_code", ELSEWHERE);
    other.api_post("/api/v1/people", there).await.blames("id_number", "invalid.id_taken");
    assert_eq!(people(&app).await, 1);
}

#[rocket::async_test]
async fn the_table_itself_holds_a_number_once() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let row = stored(&app, &registered(&worker, 1).await).await;
    let private = unseal(&app.vault, &row).unwrap();
    let twin = NewPerson { row: person::Model { id: PersonId::new(), ..row }, private };
    let done = app.desk.write(async |work| insert_many(work, &app.vault, vec![twin]).await).await;
    assert!(done.unwrap_err().is_duplicate());
}

#[rocket::async_test]
async fn what_is_wrong_is_told_by_field() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    for (field, value, code) in [
        ("id_number", "369970197505050010", "invalid.id_checksum"),
        ("phone", "0791-1234", "invalid.phone"),
        ("bank_account", "11111111111111", "invalid.placeholder"),
        ("phone", "13800000000", "invalid.placeholder"),
        ("name", "不详", "invalid.placeholder"),
        ("area_code", ELSEWHERE, "invalid.area"),
        ("area_code", "360923106", "invalid.area"),
        ("education", "77", "invalid.choice"),
        ("relation", "77", "invalid.choice"),
        ("exited_on", "2016-01-01", "invalid.exit_of_poor"),
        ("household_number", "3.6E+17", "invalid.household_number"),
        ("second_health", "2", "invalid.repeated"),
        ("labour_capacity", "strong", "invalid.choice"),
    ] {
        let input = with(registration(1), field, value);
        worker.api_post("/api/v1/people", input).await.blames(field, code);
    }
    let input = with(registration(1), "nickname", "毛毛");
    worker.api_post("/api/v1/people", input).await.blames("nickname", "invalid.unknown_field");
    assert_eq!(people(&app).await, 0);
}

#[rocket::async_test]
async fn test_numbers_are_taken_only_where_the_whole_database_is_a_trial() {
    let app = App::start().await;
    setting::Entity::delete_many().exec(app.db.writer()).await.unwrap();
    let worker = app.sign_in(Role::VillageWorker).await;
    worker.api_post("/api/v1/people", registration(1)).await.blames("id_number", "invalid.id_test_number");
    let clerk = app.sign_in(Role::CountyClerk).await;
    let body = json!({ "csv": file(&[line(11)]) });
    let answer = clerk.api_post("/api/v1/imports/people", body).await;
    answer.blames("line 2, 身份证号", "invalid.id_test_number");
    assert_eq!(people(&app).await, 0);
}

#[rocket::async_test]
async fn a_household_is_made_by_its_number_and_joined_when_it_stands() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let first = stored(&app, &registered(&worker, 1).await).await;
    let joining = with(with(registration(2), "household_number", "H-1"), "relation", "10");
    let second = worker.api_post("/api/v1/people", joining).await.is(Status::Created).json();
    assert_eq!(second["household_id"].as_str().unwrap(), first.household_id.unwrap().to_string());
    assert_eq!(household::Entity::find().count(app.db.reader()).await.unwrap(), 1);
    let path = format!("/api/v1/households/{}", first.household_id.unwrap());
    let view = worker.api_get(&path).await.is(Status::Ok).json();
    assert_eq!((view["number"].as_str(), view["members"].as_i64()), (Some("H-1"), Some(4)));
    assert_eq!(view["people"].as_array().unwrap().len(), 2);
    let neighbour = app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.api_get(&path).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn nobody_is_moved_into_a_household_of_another_place() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    registered(&worker, 1).await;
    let other = app.sign_in_at(Role::VillageWorker, ELSEWHERE).await;
    let input = with(with(registration(2), "area_code", ELSEWHERE), "household_number", "H-1");
    other.api_post("/api/v1/people", input).await.blames("household_number", "invalid.household_elsewhere");
    assert_eq!(people(&app).await, 1);
}

#[rocket::async_test]
async fn a_record_goes_from_draft_to_verified_to_rest_and_back_and_no_other_way() {
    let app = App::start().await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let path = format!("/api/v1/people/{}", registered(&worker, 1).await);
    let act = async |action: &str, body: Value| clerk.api_post(&format!("{path}/{action}"), body).await;
    let reason = json!({ "reason": "moved" });
    let draft = clerk.api_get(&path).await.json();
    assert_eq!((&draft["actions"], &draft["waiting_on"]), (&json!(["verify"]), &json!("county_clerk")));
    act("suspend", reason.clone()).await.refuses("move.illegal");
    act("restore", json!({})).await.refuses("move.illegal");
    let verified = act("verify", json!({})).await.is(Status::Ok).json();
    assert_eq!((&verified["status"], &verified["waiting_on"]), (&json!("verified"), &Value::Null));
    act("verify", json!({})).await.refuses("move.illegal");
    act("suspend", json!({ "reason": "holiday" })).await.blames("reason", "invalid.choice");
    act("suspend", reason).await.is(Status::Ok);
    let page = clerk.get(path.strip_prefix("/api/v1").unwrap()).await.is(Status::Ok);
    assert!(page.text.contains("登记已暂停") && page.text.contains("迁出"));
    let page = app.sign_in(Role::Auditor).await.get(path.strip_prefix("/api/v1").unwrap()).await.is(Status::Ok);
    assert!(page.text.contains("登记已暂停") && !page.text.contains("迁出"));
    let restored = act("restore", json!({})).await.is(Status::Ok).json();
    assert_eq!((&restored["status"], &restored["verified_on"]), (&json!("verified"), &json!("2016-11-01")));
    let deeds =
        audit_event::Entity::find().filter(audit_event::Column::Noun.eq("person")).all(app.db.reader()).await.unwrap();
    let verbs: Vec<&str> = deeds.iter().map(|deed| deed.action.as_str()).collect();
    assert_eq!(verbs, ["register", "verify", "suspend", "restore"]);
}

#[rocket::async_test]
async fn a_record_whose_number_tells_another_sex_is_not_verified() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let person = app.given_person(1).await;
    app.change_person(person, |row, _| {
        (row.status, row.sex) = (PersonStatus::Draft, entities::values::Sex::Female);
    })
    .await;
    let path = format!("/api/v1/people/{person}/verify");
    clerk.api_post(&path, json!({})).await.refuses("person.number_mismatch");
    let page = format!("/people/{person}");
    clerk.post_form(&format!("{page}/verify"), &[]).await.goes_to(&page);
    assert_eq!(stored(&app, &person.to_string()).await.status, PersonStatus::Draft);
}

#[rocket::async_test]
async fn the_person_is_told_of_the_record_but_the_dead_are_not_written_to() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let person = app.given_person(1).await;
    let trainee = app.sign_in_person(person).await;
    let told = async || {
        let mine = message::Entity::find().filter(message::Column::AccountId.eq(trainee.account));
        mine.all(app.db.reader()).await.unwrap().into_iter().map(|m| m.kind).collect::<Vec<_>>()
    };
    let path = format!("/api/v1/people/{person}");
    clerk.api_post(&format!("{path}/suspend"), json!({ "reason": "moved" })).await.is(Status::Ok);
    clerk.api_post(&format!("{path}/restore"), json!({})).await.is(Status::Ok);
    clerk.api_post(&format!("{path}/suspend"), json!({ "reason": "death" })).await.is(Status::Ok);
    let mut kinds = told().await;
    kinds.sort();
    assert_eq!(kinds, ["person_restored", "person_suspended"]);
}

#[rocket::async_test]
async fn two_clerks_at_once_verify_once() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let (a, b) = (app.sign_in(Role::CountyClerk).await, app.sign_in(Role::CountyClerk).await);
    let path = format!("/api/v1/people/{}/verify", registered(&worker, 1).await);
    let (first, second) = rocket::tokio::join!(a.api_post(&path, json!({})), b.api_post(&path, json!({})));
    let mut answers = [first.status, second.status].map(|status| status.code);
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
}

#[rocket::async_test]
async fn thousands_come_in_at_once_outside_of_the_desk() {
    let app = App::start().await;
    let row = stored(&app, &app.given_person(1).await.to_string()).await;
    let private = unseal(&app.vault, &row).unwrap();
    let people: Vec<NewPerson> = (0..2_400_u32)
        .map(|n| {
            let mut private = private.clone();
            private.id_number = format!("{n}");
            NewPerson { row: person::Model { id: PersonId::new(), ..row.clone() }, private }
        })
        .collect();
    let work = Work::begin(&app.db, &app.clock).await.unwrap();
    insert_many(&work, &app.vault, people).await.unwrap();
    work.finish().await.unwrap();
    assert_eq!(self::people(&app).await, 2_401);
}

#[rocket::async_test]
async fn no_secret_stands_in_the_file_of_the_database() {
    let app = App::start().await;
    if app.db.backend() != DbBackend::Sqlite {
        return;
    }
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let id = registered(&worker, 51).await;
    register_by_form(&worker, &registration(52)).await.is(Status::SeeOther);
    let body = json!({ "csv": file(&[line(53)]) });
    clerk.api_post("/api/v1/imports/people", body).await.is(Status::Created);
    clerk.api_post("/api/v1/people/search", json!({ "id_number": number(51) })).await.is(Status::Ok);
    clerk.api_post(&format!("/api/v1/people/{id}/verify"), json!({})).await.is(Status::Ok);
    clerk.api_post(&format!("/api/v1/people/{id}/suspend"), json!({ "reason": "moved" })).await.is(Status::Ok);
    let sql = Statement::from_string(DbBackend::Sqlite, "SELECT file FROM pragma_database_list WHERE name = 'main'");
    let row = app.db.reader().query_one_raw(sql).await.unwrap().unwrap();
    let path: String = row.try_get("", "file").unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(std::fs::read(format!("{path}-wal")).unwrap());
    let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds("刘小毛") && holds("陈大勇"), "the search itself finds what stands there");
    for n in [51, 52, 53] {
        assert!(!holds(&number(n)), "the identity number of {n}");
        assert!(!holds(&format!("1540001{n:04}")) && !holds(&format!("1540002{n:04}")), "the phone of {n}");
        assert!(!holds(&format!("00000099{n:010}")) && !holds(&format!("00000098{n:010}")), "the account of {n}");
    }
    assert!(!holds("暗号组"), "an address");
}

#[rocket::async_test]
async fn who_is_registered_waits_for_the_county_and_every_page_reads_in_english() {
    let app = App::start().await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let id = registered(&worker, 1).await;
    let page = clerk.get_in("en", &format!("/people/{id}")).await.is(Status::Ok).text;
    for word in ["illness", "long-term chronic disease", "junior secondary", "e-commerce training", "Not verified yet"]
    {
        assert!(page.contains(word), "{word}");
    }
    clerk.get_in("en", "/people").await.is(Status::Ok);
    let list = clerk.get_in("en", "/people?status=draft").await.is(Status::Ok).text;
    assert!(list.contains("People of 上高县"));
}
