//! Records that may be one person's: found, sorted out, merged with nothing lost.

use std::{collections::BTreeSet, process::Command};

use entities::{
    account, duplicate_pair, person, quota_use,
    values::{
        AccountId, EnrolmentId, PairId, PairReason, PairStatus, PersonId, PersonStatus, Programme, Role, ServiceKind,
    },
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use sidan::{data::Vault, people::unseal};

use crate::support::app::{Answer, App, COUNTY, Visitor, nine_on};
use crate::support::db;
use crate::support::doors::{Door, Who};
use crate::support::given::day;

macro_rules! insert {
    ($app:expr, $table:ident, $row:expr) => {
        $table::Entity::insert(IntoActiveModel::<$table::ActiveModel>::into_active_model($row))
            .exec_without_returning($app.db.writer())
            .await
            .unwrap()
    };
}

mod merging;

const SORTERS: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker]);
const CLERKS: Who = Who::Roles(&[Role::CountyClerk]);
const CHECKERS: Who = Who::Roles(&[Role::CountyChecker]);

pub const DOORS: &[Door] = &[
    ("GET", "/duplicates", SORTERS),
    ("POST", "/duplicates/recompute", CLERKS),
    ("GET", "/duplicates/<id>", SORTERS),
    ("POST", "/duplicates/<id>/dismiss", CLERKS),
    ("POST", "/duplicates/<id>/ask", CLERKS),
    ("POST", "/duplicates/<id>/confirm", CHECKERS),
    ("POST", "/duplicates/<id>/refuse", CHECKERS),
    ("GET", "/api/v1/duplicates", SORTERS),
    ("POST", "/api/v1/duplicates/recompute", CLERKS),
    ("GET", "/api/v1/duplicates/<id>", SORTERS),
    ("POST", "/api/v1/duplicates/<id>/dismiss", CLERKS),
    ("POST", "/api/v1/duplicates/<id>/ask", CLERKS),
    ("POST", "/api/v1/duplicates/<id>/confirm", CHECKERS),
    ("POST", "/api/v1/duplicates/<id>/refuse", CHECKERS),
];

async fn search(clerk: &Visitor) -> Value {
    clerk.api_post("/api/v1/duplicates/recompute", json!({})).await.is(Status::Ok).json()
}

async fn pairs(app: &App) -> Vec<duplicate_pair::Model> {
    duplicate_pair::Entity::find().all(app.db.reader()).await.unwrap()
}

async fn act(by: &Visitor, id: PairId, action: &str, body: Value) -> Answer {
    by.api_post(&format!("/api/v1/duplicates/{id}/{action}"), body).await
}

async fn stored(app: &App, id: PersonId) -> person::Model {
    person::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap()
}

/// Two records of the same name, birth date and village: everybody's first and fifth.
async fn twins(app: &App) -> (PersonId, PersonId) {
    (app.given_person(1).await, app.given_person(5).await)
}

/// The one pair that a search finds, and the two who decide on it.
struct Scene {
    clerk: Visitor,
    checker: Visitor,
    pair: PairId,
    loser: PersonId,
    keeper: PersonId,
}

impl Scene {
    async fn of(app: &std::sync::Arc<App>) -> Self {
        let (loser, keeper) = twins(app).await;
        Self::between(app, loser, keeper).await
    }

    async fn between(app: &std::sync::Arc<App>, loser: PersonId, keeper: PersonId) -> Self {
        let (clerk, checker) = (app.sign_in(Role::CountyClerk).await, app.sign_in(Role::CountyChecker).await);
        search(&clerk).await;
        let both = [loser, keeper];
        let pair = pairs(app).await.into_iter().find(|row| both.contains(&row.a) && both.contains(&row.b)).unwrap().id;
        Self { clerk, checker, pair, loser, keeper }
    }

    async fn ask(&self) -> Answer {
        act(&self.clerk, self.pair, "ask", json!({ "keeper": self.keeper })).await
    }

    async fn merge(&self) -> Answer {
        self.ask().await.is(Status::Ok);
        act(&self.checker, self.pair, "confirm", json!({})).await
    }
}

/// One record goes into another, as two people decide it; the search must find them.
pub async fn merge(app: &std::sync::Arc<App>, loser: PersonId, keeper: PersonId) {
    Scene::between(app, loser, keeper).await.merge().await.is(Status::Ok);
}

async fn quota(app: &App, person_id: PersonId, enrolment_id: EnrolmentId, programme: Programme, n: i32) {
    insert!(app, quota_use, quota_use::Model { person_id, programme, year: 2016, n, enrolment_id });
}

#[rocket::async_test]
async fn each_rule_finds_its_pairs() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let found = async |reason: PairReason| {
        let rows = pairs(&app).await.into_iter().filter(|row| row.reason == reason && row.status == PairStatus::Open);
        rows.map(|row| BTreeSet::from([row.a, row.b])).collect::<Vec<_>>()
    };
    let (one, two) = twins(&app).await;
    let elsewhere = app.given_person_in(9, "360923106207").await;
    let number = unseal(&app.vault, &stored(&app, one).await).unwrap().id_number;
    // 陈福根 and 陈福平: other names, so that only the number tells.
    let (old, typo) = (app.given_person(2).await, app.given_person(3).await);
    app.change_person(old, |_, private| private.id_number = format!("{}{}", &number[..6], &number[8..17])).await;
    assert_eq!(search(&clerk).await["new"], json!(2));
    assert_eq!(found(PairReason::SameNameAndBirth).await, [BTreeSet::from([one, two])]);
    assert_eq!(found(PairReason::SameNumber).await, [BTreeSet::from([one, old])]);

    app.change_person(old, |row, _| row.status = PersonStatus::Merged).await;
    let account = unseal(&app.vault, &stored(&app, one).await).unwrap().bank_account;
    app.change_person(typo, |_, private| private.bank_account.clone_from(&account)).await;
    let home = stored(&app, one).await.household_id;
    app.change_person(elsewhere, |row, private| (private.bank_account, row.household_id) = (account.clone(), home))
        .await;
    search(&clerk).await;
    let shared = found(PairReason::SharedAccount).await;
    assert!(shared.contains(&BTreeSet::from([one, typo])) && shared.contains(&BTreeSet::from([typo, elsewhere])));
    assert_eq!(shared.len(), 2, "one household may have one account");

    let mut family = Vec::new();
    for n in 20..26 {
        family.push(app.given_person(n).await);
    }
    for person in &family {
        app.change_person(*person, |_, private| private.phone = "15499990000".into()).await;
    }
    search(&clerk).await;
    assert_eq!(found(PairReason::SharedPhone).await.len(), 0, "six may share a phone");
    app.change_person(typo, |_, private| private.phone = "15499990000".into()).await;
    search(&clerk).await;
    assert_eq!(found(PairReason::SharedPhone).await.len(), 10, "a group is told by ten pairs");
}

#[rocket::async_test]
async fn a_search_undoes_no_decision() {
    let app = App::start().await;
    let Scene { clerk, checker, pair, loser, .. } = Scene::of(&app).await;
    let status = async || pairs(&app).await.into_iter().find(|row| row.id == pair).unwrap().status;
    let birth = stored(&app, loser).await.birth_on;
    let later = async |minute: i64| app.time_is(nine_on(11, 1) + chrono::TimeDelta::minutes(minute)).await;
    later(1).await;
    app.change_person(loser, |row, _| row.birth_on = day(1, 1)).await;
    assert_eq!(search(&clerk).await, json!({ "new": 0, "again": 0, "gone": 1 }));
    assert_eq!(status().await, PairStatus::Gone);
    later(2).await;
    app.change_person(loser, |row, _| row.birth_on = birth).await;
    assert_eq!(search(&clerk).await, json!({ "new": 0, "again": 1, "gone": 0 }));
    assert_eq!(status().await, PairStatus::Open);
    act(&clerk, pair, "dismiss", json!({ "reason": " " })).await.blames("reason", "invalid.length");
    act(&checker, pair, "dismiss", json!({ "reason": "看过证件" })).await.is(Status::Forbidden);
    act(&clerk, pair, "dismiss", json!({ "reason": "看过证件，是两个人" })).await.is(Status::Ok);
    later(3).await;
    assert_eq!(search(&clerk).await, json!({ "new": 0, "again": 0, "gone": 0 }));
    assert_eq!(status().await, PairStatus::Dismissed);
    act(&clerk, pair, "ask", json!({ "keeper": loser })).await.refuses("move.illegal");
    assert_eq!(pairs(&app).await.len(), 1);
}

#[rocket::async_test]
async fn two_people_merge_two_records_through_the_pages() {
    let app = App::start().await;
    let (loser, keeper) = twins(&app).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let trainee = app.sign_in_person(loser).await;
    app.given_service(loser, ServiceKind::Visit, day(3, 1)).await;
    let body = json!({ "person_id": loser, "changes": [{ "field": "skills", "value": "木工" }] });
    let request = worker.api_post("/api/v1/corrections", body).await.is(Status::Created).json();
    let (clerk, checker) = (app.sign_in(Role::CountyClerk).await, app.sign_in(Role::CountyChecker).await);
    let apply = format!("/api/v1/corrections/{}/apply", request["id"].as_str().unwrap());
    clerk.api_post(&apply, json!({})).await.is(Status::Ok);

    assert!(clerk.get("/people").await.text.contains("href=\"/duplicates\""));
    clerk.post_form("/duplicates/recompute", &[]).await.goes_to("/duplicates");
    assert!(clerk.get("/").await.text.contains("核对1对疑似重复的登记"));
    let pair = pairs(&app).await[0].id;
    let path = format!("/duplicates/{pair}");
    let page = clerk.get("/duplicates").await.is(Status::Ok).text;
    assert!(page.contains(&path) && page.contains("同村同名同生日"));
    let page = clerk.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("木工") && page.contains("不同") && page.contains("保留哪一份"));
    let number = unseal(&app.vault, &stored(&app, loser).await).unwrap().id_number;
    assert!(!page.contains(&number) && page.contains("369970********"));
    let page = clerk.post_form(&format!("{path}/ask"), &[]).await.is(Status::UnprocessableEntity).text;
    assert!(page.contains("href=\"#keeper\""));
    let stranger = json!({ "keeper": PersonId::new() });
    act(&clerk, pair, "ask", stranger).await.blames("keeper", "invalid.choice");
    clerk.post_form(&format!("{path}/ask"), &[("keeper", &keeper.to_string())]).await.goes_to(&path);
    assert!(checker.get("/").await.text.contains("复核1次合并"));
    assert!(checker.get("/duplicates").await.text.contains(&path));
    assert!(checker.get(&path).await.text.contains("轮到您复核这次合并"));
    for language in ["zh-CN", "en"] {
        checker.get_in(language, &path).await.is(Status::Ok);
        checker.get_in(language, "/duplicates?status=merged").await.is(Status::Ok);
    }
    checker.post_form(&format!("{path}/confirm"), &[]).await.goes_to(&format!("/people/{keeper}"));

    let row = stored(&app, loser).await;
    assert_eq!((row.status, row.merged_into), (PersonStatus::Merged, Some(keeper)));
    worker.get(&format!("/people/{loser}")).await.goes_to(&format!("/people/{keeper}"));
    let view = worker.api_get(&format!("/api/v1/people/{loser}")).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["merged_into"]), (&json!("merged"), &json!(keeper)));
    let found = worker.api_post("/api/v1/people/search", json!({ "id_number": number })).await.json();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["id"]), (1, &json!(keeper)));
    let list = worker.api_get("/api/v1/people").await.json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["id"]), (1, &json!(keeper)));
    assert_eq!(list["total"], json!(1), "one head");
    assert_eq!(worker.api_get("/api/v1/people?sex=male").await.json()["total"], json!(1), "of each code too");
    for path in ["/api/v1/people?status=merged", "/api/v1/people?status=merged&sex=male"] {
        assert_eq!(worker.api_get(path).await.json()["items"].as_array().unwrap().len(), 1, "{path}");
    }
    let report = sidan::check::run(&app.db, &app.atlas, Some(&app.vault)).await.unwrap();
    assert_eq!(report.findings, [], "the tallies moved with the merge");
    let page = worker.get(&format!("/people/{keeper}")).await.text;
    assert!(page.contains("上门说过一次") && page.contains("木工"), "services and history of the other record");
    let mine = account::Entity::find_by_id(trainee.account).one(app.db.reader()).await.unwrap().unwrap();
    assert_eq!(mine.person_id, Some(keeper));
    let again = worker.api_post(
        "/api/v1/services",
        json!({ "person_id": loser, "kind": "visit",
        "held_on": "2016-10-01", "provider": "就业所" }),
    );
    again.await.refuses("person.suspended");
    assert_eq!(search(&clerk).await["new"], json!(0), "a merged record is found no more");
    let other = app.sign_in_at(Role::VillageWorker, "360922203202").await;
    let found = other.api_post("/api/v1/people/search", json!({ "id_number": number })).await.json();
    assert_eq!(found, json!([]));
}

#[rocket::async_test]
async fn the_checker_may_send_it_back_and_is_somebody_else() {
    let app = App::start().await;
    let scene = Scene::of(&app).await;
    act(&scene.checker, scene.pair, "confirm", json!({})).await.refuses("move.illegal");
    scene.ask().await.is(Status::Ok);
    scene.ask().await.refuses("move.illegal");
    let page = format!("/duplicates/{}", scene.pair);
    let answer = scene.checker.post_form(&format!("{page}/refuse"), &[]).await.is(Status::UnprocessableEntity);
    assert!(answer.text.contains("href=\"#reason\""));
    scene.checker.post_form(&format!("{page}/refuse"), &[("reason", "名字不一样")]).await.goes_to("/duplicates");
    assert!(scene.clerk.get(&page).await.text.contains("名字不一样"));
    scene.ask().await.is(Status::Ok);
    // The clerk becomes a checker; it is the same person all the same.
    entities::role_grant::Entity::update_many()
        .col_expr(entities::role_grant::Column::Role, Expr::value(Role::CountyChecker))
        .filter(entities::role_grant::Column::AccountId.eq(scene.clerk.account))
        .exec(app.db.writer())
        .await
        .unwrap();
    act(&scene.clerk, scene.pair, "confirm", json!({})).await.refuses("merge.same_person");
    let again = app.sign_in_as(Role::CountyChecker, &scene.clerk).await;
    act(&again, scene.pair, "confirm", json!({})).await.refuses("merge.same_person");
    let write = async |by: Option<AccountId>| {
        duplicate_pair::Entity::update_many()
            .col_expr(duplicate_pair::Column::Status, Expr::value(PairStatus::Merged))
            .col_expr(duplicate_pair::Column::DecidedBy, Expr::value(by))
            .exec(app.db.writer())
            .await
    };
    assert!(write(Some(scene.clerk.account)).await.is_err());
    assert!(write(None).await.is_err());
    let row = pairs(&app).await.remove(0);
    let turned = duplicate_pair::Model { id: PairId::new(), a: row.b, b: row.a, ..row };
    let turned = duplicate_pair::Entity::insert(turned.into_active_model());
    assert!(turned.exec_without_returning(app.db.writer()).await.is_err(), "a pair stands one way round");
}

#[rocket::async_test]
async fn two_checkers_at_once_merge_once() {
    let app = App::start().await;
    let scene = Scene::of(&app).await;
    scene.ask().await.is(Status::Ok);
    let other = app.sign_in(Role::CountyChecker).await;
    let (first, second) = rocket::tokio::join!(
        act(&scene.checker, scene.pair, "confirm", json!({})),
        act(&other, scene.pair, "confirm", json!({}))
    );
    let mut answers = [first.status, second.status].map(|status| status.code);
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
}

#[rocket::async_test]
async fn a_neighbour_county_sees_no_pair() {
    let app = App::start().await;
    let scene = Scene::of(&app).await;
    for role in [Role::CountyClerk, Role::CountyChecker] {
        let there = app.sign_in_at(role, "360922").await;
        there.get(&format!("/duplicates/{}", scene.pair)).await.is(Status::NotFound);
        assert_eq!(there.api_get("/api/v1/duplicates").await.json()["items"], json!([]));
    }
    let there = app.sign_in_at(Role::CountyClerk, "360922").await;
    act(&there, scene.pair, "dismiss", json!({ "reason": "不是我县" })).await.is(Status::NotFound);
    app.time_is(nine_on(11, 2)).await;
    search(&there).await;
    assert_eq!(pairs(&app).await[0].status, PairStatus::Open, "another county's search leaves it alone");
    let list = scene.clerk.api_get("/api/v1/duplicates?limit=1&status=open").await.is(Status::Ok).json();
    assert_eq!(list["items"][0]["id"], json!(scene.pair));
    scene.clerk.api_get("/api/v1/duplicates?status=lost").await.blames("status", "invalid.choice");
}

#[rocket::async_test]
async fn the_command_line_searches_county_by_county() {
    let database = db::fresh_database().await;
    let keys = Vault::fresh_keys().unwrap();
    let keys: Vec<String> = keys.iter().map(|(name, key)| format!("{name}=\"{key}\"")).collect();
    let run = |area: &str| {
        Command::new(env!("CARGO_BIN_EXE_sidan"))
            .args(["duplicates", "--area", area])
            .env("ROCKET_DATABASE_URL", &database.url)
            .env("ROCKET_DATA_KEYS", format!("{{{}}}", keys.join(",")))
            .env("ROCKET_TODAY", "\"2016-11-01\"")
            .output()
            .unwrap()
    };
    let said = run(COUNTY);
    let text = String::from_utf8(said.stdout).unwrap();
    assert_eq!((said.status.code(), text.trim()), (Some(0), "上高县：新找到0对，0对已不重复"));
    let said = run("360900");
    assert_eq!(String::from_utf8(said.stdout).unwrap().lines().count(), 10, "宜春 has ten counties");
    assert_eq!(run("999999").status.code(), Some(1));
}
