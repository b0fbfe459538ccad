//! The real-name registry.
#![expect(clippy::disallowed_methods, reason = "a test looks at the rows themselves")]

use entities::{
    audit_event, household, message, person, service_event, setting,
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

use crate::support::app::{Answer, App, COUNTY, VILLAGE, Visitor};
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
async fn a_neighbour_county_sees_nothing_of_a_person_in_list_search_and_page() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let neighbour = app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.get(&format!("/people/{person}")).await.is(Status::NotFound);
    neighbour.api_get(&format!("/api/v1/people/{person}")).await.is(Status::NotFound);
    let list = neighbour.api_get(&format!("/api/v1/people?area={VILLAGE}")).await.is(Status::Ok).json();
    assert_eq!(list["items"], json!([]));
    let id_number = unseal(&app.vault, &stored(&app, &person.to_string()).await).unwrap().id_number;
    let found = neighbour.api_post("/api/v1/people/search", json!({ "id_number": id_number })).await;
    assert_eq!(found.is(Status::Ok).json(), json!([]));
    let page = neighbour.post_form("/people/search", &[("number", &id_number)]).await.is(Status::Ok);
    assert!(page.text.contains("没有查到"));
    let body = json!({ "reason": "moved" });
    neighbour.api_post(&format!("/api/v1/people/{person}/suspend"), body).await.is(Status::NotFound);
    let service = json!({ "person_id": person, "kind": "visit", "held_on": "2016-10-01", "provider": "就业所" });
    neighbour.api_post("/api/v1/services", service).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_person_is_found_by_the_whole_number_and_a_phone_may_be_a_familys() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let id = registered(&worker, 1).await;
    let shared = with(registration(2), "phone", "15400010001");
    worker.api_post("/api/v1/people", shared).await.is(Status::Created);
    worker.post_form("/people/search", &[("number", &number(1))]).await.goes_to(&format!("/people/{id}"));
    let wide = "＋８６ 154-0001-0001";
    let page = worker.post_form("/people/search", &[("number", wide)]).await.is(Status::Ok);
    assert!(page.text.contains("查到2人"));
    let search = async |body: Value| worker.api_post("/api/v1/people/search", body).await;
    assert_eq!(search(json!({ "phone": "15400010001" })).await.json().as_array().unwrap().len(), 2);
    search(json!({})).await.blames("id_number", "invalid.search");
    search(json!({ "phone": "1", "id_number": "2" })).await.blames("id_number", "invalid.search");
    search(json!({ "phone": "154" })).await.blames("phone", "invalid.phone");
    let page = worker.post_form("/people/search", &[("number", "369970197505050010")]).await;
    assert!(page.is(Status::UnprocessableEntity).text.contains("href=\"#number\""));
}

#[rocket::async_test]
async fn health_cause_and_address_are_for_those_who_act_for_the_person() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let id = registered(&worker, 1).await;
    for role in [Role::VillageWorker, Role::CountyClerk, Role::CountyChecker] {
        let page = app.sign_in(role).await.get(&format!("/people/{id}")).await.is(Status::Ok);
        assert!(page.text.contains("因病") && page.text.contains("长期慢性病") && page.text.contains("刘小毛"));
    }
    for role in [Role::Supervisor, Role::Auditor] {
        let reader = app.sign_in(role).await;
        let page = reader.get(&format!("/people/{id}")).await.is(Status::Ok);
        for hidden in ["因病", "长期慢性病", "刘小毛", "暗号组"] {
            assert!(!page.text.contains(hidden), "{role} reads {hidden}");
        }
        assert!(page.text.contains("遮盖") && page.text.contains("刘**"));
        let view = reader.api_get(&format!("/api/v1/people/{id}")).await.is(Status::Ok).json();
        assert_eq!((&view["plight"], &view["name"]), (&Value::Null, &json!("刘**")));
        let list = reader.api_get("/api/v1/people").await.is(Status::Ok);
        assert!(!list.text.contains("刘小毛"));
    }
}

#[rocket::async_test]
async fn nobody_is_shown_a_whole_number() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let id = registered(&worker, 1).await;
    let secrets = [number(1), "15400010001".to_owned(), registration(1)["bank_account"].as_str().unwrap().to_owned()];
    for role in [Role::VillageWorker, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor] {
        let reader = app.sign_in(role).await;
        for text in [
            reader.get(&format!("/people/{id}")).await.is(Status::Ok).text,
            reader.get("/people").await.is(Status::Ok).text,
            reader.api_get(&format!("/api/v1/people/{id}")).await.is(Status::Ok).text,
            reader.api_get("/api/v1/people").await.is(Status::Ok).text,
            reader.get(&format!("/villages/{VILLAGE}")).await.is(Status::Ok).text,
        ] {
            assert!(secrets.iter().all(|secret| !text.contains(secret)), "{role}");
        }
    }
    let page = worker.get(&format!("/people/{id}")).await.text;
    assert!(page.contains(&format!("369970********{}", &number(1)[14..])) && page.contains("154****0001"));
}

#[rocket::async_test]
async fn the_list_pages_through_villages_without_a_gap_or_a_repeat() {
    let app = App::start().await;
    let next_village = "360923106207";
    for n in 0..4 {
        app.given_person(n).await;
        app.given_person_in(100 + n, next_village).await;
    }
    app.given_person_in(200, ELSEWHERE).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let mut seen = Vec::new();
    let mut path = "/api/v1/people?limit=3".to_owned();
    loop {
        let page = clerk.api_get(&path).await.is(Status::Ok).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/people?limit=3&after={next}");
    }
    let distinct: std::collections::HashSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (8, 8));
    let village = clerk.api_get(&format!("/api/v1/people?area={next_village}")).await.json();
    assert_eq!(village["items"].as_array().unwrap().len(), 4);
    let drafts = clerk.api_get("/api/v1/people?status=draft").await.json();
    assert_eq!(drafts["items"], json!([]));
    clerk.api_get("/api/v1/people?limit=0").await.blames("limit", "invalid.range");
    clerk.api_get("/api/v1/people?limit=many").await.blames("limit", "invalid.number");
    clerk.api_get("/api/v1/people?after=x").await.blames("after", "invalid.id");
    clerk.api_get("/api/v1/people?status=happy").await.blames("status", "invalid.choice");
    clerk.api_get("/api/v1/people?area=here").await.blames("area", "invalid.area");
    clerk.api_get("/api/v1/people?colour=red").await.is(Status::UnprocessableEntity);
    clerk.api_get("/api/v1/people?limit=1&limit=2").await.is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn a_service_is_one_person_time_and_is_written_on_either_door() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let page = format!("/people/{person}");
    let form = [("kind", "visit"), ("held_on", "2016-10-20"), ("provider", "镜山村委会"), ("note", "送政策上门")];
    worker.post_form(&format!("{page}/services"), &form).await.goes_to(&page);
    assert!(worker.get(&page).await.text.contains("送政策上门"));
    let body = json!({ "person_id": person, "kind": "guidance", "held_on": "2016-11-01", "provider": "就业所" });
    let made = worker.api_post("/api/v1/services", body.clone()).await.is(Status::Created).json();
    assert_eq!((&made["area_code"], &made["kind"]), (&json!(VILLAGE), &json!("guidance")));
    let list = worker.api_get(&format!("/api/v1/services?area={COUNTY}")).await.is(Status::Ok).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let auditor = app.sign_in(Role::Auditor).await;
    let list = auditor.api_get("/api/v1/services?limit=1").await.is(Status::Ok).json();
    assert_eq!((&list["items"][0]["note"], list["next"].is_string()), (&Value::Null, true));
    let neighbour = app.sign_in_at(Role::CountyClerk, "360922").await;
    assert_eq!(neighbour.api_get("/api/v1/services").await.json()["items"], json!([]));
    for (field, value, code) in [
        ("held_on", "2016-11-02", "invalid.date_future"),
        ("held_on", "昨天", "invalid.date"),
        ("provider", " ", "invalid.length"),
        ("kind", "party", "invalid.choice"),
    ] {
        let body = with(body.clone(), field, value);
        worker.api_post("/api/v1/services", body).await.blames(field, code);
    }
    let bad = [("kind", "visit"), ("held_on", "2016-12-20"), ("provider", "镜山村委会")];
    let answer = worker.post_form(&format!("{page}/services"), &bad).await.is(Status::UnprocessableEntity);
    assert!(answer.text.contains("href=\"#held_on\""));
}

async fn ledger(app: &App) -> u64 {
    service_event::Entity::find().count(app.db.reader()).await.unwrap()
}

#[rocket::async_test]
async fn one_service_of_many_is_written_for_all_or_for_nobody() {
    let app = App::start().await;
    let (a, b) = (app.given_person(1).await, app.given_person(2).await);
    let rests = app.given_person(3).await;
    app.change_person(rests, |row, _| row.status = PersonStatus::Suspended).await;
    let elsewhere = app.given_person_in(500, ELSEWHERE).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let body = |people: &[PersonId], on: &str| json!({ "person_ids": people, "kind": "policy", "held_on": on, "provider": "镜山村委会" });
    let path = "/api/v1/services/many";
    let bad = worker.api_post(path, body(&[a, rests, elsewhere], "2016-10-20")).await;
    let bad = bad.blames("services[1].person_id", "invalid.person_rests");
    bad.blames("services[2].person_id", "invalid.person_unknown");
    let unborn = worker.api_post(path, body(&[a, b], "1979-01-01")).await;
    unborn
        .blames("services[0].held_on", "invalid.service_before_birth")
        .blames("services[1].held_on", "invalid.service_before_birth");
    worker.api_post(path, body(&[], "2016-10-20")).await.blames("person_ids", "invalid.nobody_chosen");
    worker.api_post(path, body(&[a, a], "2016-10-20")).await.blames("person_ids", "invalid.repeated");
    worker.api_post(path, body(&vec![a; 201], "2016-10-20")).await.blames("person_ids", "invalid.too_many_chosen");
    assert_eq!(ledger(&app).await, 0);
    let done = worker.api_post(path, body(&[a, b], "2016-10-20")).await.is(Status::Created).json();
    assert_eq!((done, ledger(&app).await), (json!({ "person_times": 2 }), 2));
    let deeds =
        audit_event::Entity::find().filter(audit_event::Column::Noun.eq("service")).count(app.db.reader()).await;
    assert_eq!(deeds.unwrap(), 2);
    let sheet = worker.api_get(&format!("/api/v1/villages/{VILLAGE}")).await.json();
    assert_eq!(sheet["services"], json!([{ "kind": "policy", "person_times": 2 }]));
}

#[rocket::async_test]
async fn a_village_worker_ticks_who_was_served() {
    let app = App::start().await;
    let (a, b) = (app.given_person(1).await, app.given_person(2).await);
    let worker = app.sign_in(Role::VillageWorker).await;
    let page = format!("/people/services?area={VILLAGE}");
    for from in ["/people".to_owned(), format!("/villages/{VILLAGE}")] {
        assert!(worker.get(&from).await.is(Status::Ok).text.contains(&format!("href=\"{page}\"")), "{from}");
    }
    let shown = worker.get(&page).await.is(Status::Ok).text;
    assert!(shown.contains("陈福来") && shown.contains(&format!("name=\"person-{a}\"")));
    let (tick_a, tick_b) = (format!("person-{a}"), format!("person-{b}"));
    let common = [("kind", "visit"), ("held_on", "2016-10-20"), ("provider", "镜山村委会")];
    let nobody = worker.post_form(&page, &common).await.is(Status::UnprocessableEntity).text;
    assert!(nobody.contains("href=\"#person_ids\"") && nobody.contains("请至少勾选一个人"));
    let late = [
        ("kind", "visit"),
        ("held_on", "2016-12-20"),
        ("provider", "镜山村委会"),
        (&tick_a, "true"),
        (&tick_b, "true"),
    ];
    let late = worker.post_form(&page, &late).await.is(Status::UnprocessableEntity).text;
    assert_eq!(late.matches("href=\"#held_on\"").count(), 1);
    assert!(late.contains("checked"));
    let mut form = common.to_vec();
    form.extend([(tick_a.as_str(), "true"), (tick_b.as_str(), "true")]);
    app.change_person(b, |row, _| row.status = PersonStatus::Suspended).await;
    let rests = worker.post_form(&page, &form).await.is(Status::UnprocessableEntity).text;
    assert!(rests.contains("陈福根：登记已暂停，不能记服务"), "{rests}");
    assert_eq!(ledger(&app).await, 0);
    app.change_person(b, |row, _| row.status = PersonStatus::Verified).await;
    worker.post_form(&page, &form).await.goes_to(&format!("/villages/{VILLAGE}"));
    assert_eq!(ledger(&app).await, 2);
    worker.post_form(&page, &[("kind", "visit"), ("colour", "red")]).await.is(Status::UnprocessableEntity);
    worker.get("/people/services?area=360923106").await.is(Status::NotFound);
    let neighbour = app.sign_in_at(Role::VillageWorker, ELSEWHERE).await;
    neighbour.get(&page).await.is(Status::NotFound);
    neighbour.get_in("en", "/people/services").await.is(Status::Ok);
    neighbour.post_form(&page, &form).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_record_that_rests_gets_no_service() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    app.change_person(person, |row, _| row.status = PersonStatus::Suspended).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let body = json!({ "person_id": person, "kind": "visit", "held_on": "2016-10-01", "provider": "就业所" });
    worker.api_post("/api/v1/services", body).await.refuses("person.suspended");
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
    for word in ["illness", "long-term chronic disease", "junior secondary", "e-commerce training", "Not verified yet"] {
        assert!(page.contains(word), "{word}");
    }
    clerk.get_in("en", "/people").await.is(Status::Ok);
    let list = clerk.get_in("en", "/people?status=draft").await.is(Status::Ok).text;
    assert!(list.contains("People of 上高县"));
}
