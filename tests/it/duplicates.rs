//! Records that may be one person's: found, sorted out, merged with nothing lost.

use std::collections::BTreeSet;
use std::process::Command;

use entities::{
    account, certificate, claim_line, completion, duplicate_pair, enrolment, hire, person, progress, quota_use,
    service_event,
    values::{
        AccountId, Channel, ClassId, EnrolmentId, EnrolmentStatus, HireId, OrderStatus, OrganisationKind, PairId,
        PairReason, PairStatus, PersonId, PersonStatus, Programme, Role, ServiceKind,
    },
};
use rocket::http::Status;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use serde_json::{Value, json};
use sidan::{
    data::Vault,
    duplicates::{Care, TABLES},
    people::unseal,
    targets::{Counted, count},
};

use crate::support::app::{Answer, App, COUNTY, VILLAGE, Visitor, nine_on};
use crate::support::db;
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, Graduate, day};

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

macro_rules! insert {
    ($app:expr, $table:ident, $row:expr) => {
        $table::Entity::insert(IntoActiveModel::<$table::ActiveModel>::into_active_model($row))
            .exec_without_returning($app.db.writer())
            .await
            .unwrap()
    };
}

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

/// What stands of everything that a merge moves, with whose it is left out.
async fn everything(app: &App) -> [u64; 8] {
    let db = app.db.reader();
    [
        service_event::Entity::find().count(db).await.unwrap(),
        enrolment::Entity::find().count(db).await.unwrap(),
        quota_use::Entity::find().count(db).await.unwrap(),
        completion::Entity::find().count(db).await.unwrap(),
        certificate::Entity::find().count(db).await.unwrap(),
        hire::Entity::find().count(db).await.unwrap(),
        account::Entity::find().filter(account::Column::PersonId.is_not_null()).count(db).await.unwrap(),
        claim_line::Entity::find().count(db).await.unwrap(),
    ]
}

#[rocket::async_test]
async fn what_cannot_be_one_person_s_refuses_the_merge_and_nothing_is_half_done() {
    let app = App::start().await;
    let scene = Scene::of(&app).await;
    let school = app.organisation(OrganisationKind::Institution, COUNTY).await;
    let both = [scene.loser, scene.keeper];
    scene.ask().await.is(Status::Ok);
    let confirm = async || act(&scene.checker, scene.pair, "confirm", json!({})).await;
    let untouched = async || {
        let row = stored(&app, scene.loser).await;
        assert_eq!((row.status, row.merged_into, row.version), (PersonStatus::Verified, None, 1));
        assert_eq!(pairs(&app).await[0].status, PairStatus::MergeAsked);
        let moved = enrolment::Entity::find().filter(enrolment::Column::PersonId.eq(scene.loser));
        assert_eq!(moved.count(app.db.reader()).await.unwrap(), 1);
    };

    let class = app.given_class(GivenClass::of(school)).await;
    let seats = app.given_enrolments(class, &both, EnrolmentStatus::Seated).await;
    confirm().await.refuses("merge.class");
    untouched().await;
    let page = scene.checker.post_form(&format!("/duplicates/{}/confirm", scene.pair), &[]).await;
    page.goes_to(&format!("/duplicates/{}", scene.pair));
    let other = app.given_class(GivenClass::of(school)).await;
    let moved = enrolment::Entity::update_many().col_expr(enrolment::Column::ClassId, Expr::value(other));
    moved.filter(enrolment::Column::Id.eq(seats[0])).exec(app.db.writer()).await.unwrap();

    quota(&app, scene.loser, seats[0], Programme::Skill, 1).await;
    quota(&app, scene.keeper, seats[1], Programme::Skill, 1).await;
    confirm().await.refuses("merge.quota");
    untouched().await;
    let freed = quota_use::Entity::delete_many().filter(quota_use::Column::EnrolmentId.eq(seats[1]));
    freed.exec(app.db.writer()).await.unwrap();

    let enterprise = app.organisation(OrganisationKind::Enterprise, COUNTY).await;
    let order = app.given_order(enterprise, 5, OrderStatus::Accepted).await;
    let mut hires = Vec::new();
    for (person_id, enrolment_id) in both.into_iter().zip(&seats) {
        let row = hire::Model {
            id: HireId::new(),
            order_id: order,
            person_id,
            enrolment_id: *enrolment_id,
            hired_on: day(10, 1),
            recorded_by: AccountId::new(),
            created_at: app.clock.now(),
        };
        hires.push(row.id);
        insert!(app, hire, row);
    }
    confirm().await.refuses("merge.hire");
    untouched().await;
    hire::Entity::delete_by_id(hires[1]).exec(app.db.writer()).await.unwrap();

    let worker = app.sign_in(Role::VillageWorker).await;
    let body = json!({ "person_id": scene.loser, "changes": [{ "field": "skills", "value": "木工" }] });
    let request = worker.api_post("/api/v1/corrections", body).await.is(Status::Created).json();
    confirm().await.refuses("merge.request");
    untouched().await;
    let withdraw = format!("/api/v1/corrections/{}/withdraw", request["id"].as_str().unwrap());
    worker.api_post(&withdraw, json!({})).await.is(Status::Ok);

    let before = everything(&app).await;
    confirm().await.is(Status::Ok);
    assert_eq!(everything(&app).await, before);
    let left = enrolment::Entity::find().filter(enrolment::Column::PersonId.eq(scene.loser));
    assert_eq!(left.count(app.db.reader()).await.unwrap(), 0);
    let hired = hire::Entity::find_by_id(hires[0]).one(app.db.reader()).await.unwrap().unwrap();
    assert_eq!(hired.person_id, scene.keeper);
}

#[rocket::async_test]
async fn money_keeps_its_name_and_is_not_paid_a_second_time_under_the_other_one() {
    let app = App::start().await;
    app.clock.set(nine_on(11, 20));
    let (institution, finance) = (app.sign_in(Role::Institution).await, app.sign_in(Role::FinanceOfficer).await);
    let school = institution.organisation.unwrap();
    let first = app.given_finished_class(school, 1, &[Graduate::QUALIFIED]).await;
    let second = app.given_finished_class(school, 5, &[Graduate::QUALIFIED]).await;
    for area_code in app.atlas.ancestors(VILLAGE) {
        let area_code = area_code.to_owned();
        let row =
            progress::Model { year: 2016, programme: Programme::Ecommerce, area_code, people: 2, person_times: 2 };
        insert!(app, progress, row);
    }
    let scene = Scene::between(&app, first.people[0], second.people[0]).await;
    let claim = async |class: ClassId| institution.api_post(&format!("/api/v1/classes/{class}/claim"), json!({})).await;
    let act_on = async |who: &Visitor, claim: &Value, action: &str, body: Value| {
        let path = format!("/api/v1/claims/{}/{action}", claim["id"].as_str().unwrap());
        who.api_post(&path, body).await.is(Status::Ok)
    };
    let paid = claim(first.class).await.is(Status::Created).json();
    let open = claim(second.class).await.is(Status::Created).json();
    scene.ask().await.is(Status::Ok);
    act(&scene.checker, scene.pair, "confirm", json!({})).await.refuses("merge.claim");
    act_on(&scene.clerk, &open, "reject", json!({ "reason": "两份登记是同一个人" })).await;
    act_on(&scene.clerk, &paid, "approve", json!({})).await;
    act_on(&scene.checker, &paid, "confirm", json!({})).await;
    act_on(&finance, &paid, "pay", json!({ "bank_reference": "ICBC-2016-1122" })).await;
    act(&scene.checker, scene.pair, "confirm", json!({})).await.is(Status::Ok);
    let line = claim_line::Entity::find().filter(claim_line::Column::EnrolmentId.eq(first.enrolments[0]));
    let line = line.one(app.db.reader()).await.unwrap().unwrap();
    assert_eq!(line.person_id, scene.loser, "it was paid in that name");
    claim(second.class).await.refuses("claim.nothing_payable");
    let report = sidan::check::run(&app.db, &app.atlas, Some(&app.vault)).await.unwrap();
    let wrong: Vec<_> = report.findings.iter().filter(|finding| finding.rule.starts_with("line.")).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[rocket::async_test]
async fn one_person_counts_once_after_the_merge() {
    let app = App::start().await;
    let scene = Scene::of(&app).await;
    let school = app.organisation(OrganisationKind::Institution, COUNTY).await;
    for (person, area) in [(scene.loser, VILLAGE), (scene.keeper, VILLAGE), (scene.loser, "360923106207")] {
        let class = app.given_class(GivenClass::of(school)).await;
        let seat = app.given_enrolments(class, &[person], EnrolmentStatus::Completed).await[0];
        let counted =
            Counted { person_id: person, programme: Programme::Ecommerce, year: 2016, area_code: area.to_owned() };
        app.desk.write(async |work| count(work, &app.atlas, std::slice::from_ref(&counted)).await).await.unwrap();
        app.given_completion(class, seat, person, true).await;
        let moved = completion::Entity::update_many().col_expr(completion::Column::AreaCode, Expr::value(area));
        moved.filter(completion::Column::EnrolmentId.eq(seat)).exec(app.db.writer()).await.unwrap();
    }
    let stands = async |area: &str| {
        let row = progress::Entity::find().filter(progress::Column::AreaCode.eq(area)).one(app.db.reader()).await;
        let row = row.unwrap().unwrap();
        (row.people, row.person_times)
    };
    assert_eq!((stands(COUNTY).await, stands(VILLAGE).await, stands("360923106207").await), ((2, 3), (2, 2), (1, 1)));
    scene.merge().await.is(Status::Ok);
    assert_eq!((stands(COUNTY).await, stands(VILLAGE).await, stands("360923106207").await), ((1, 3), (1, 2), (1, 1)));
    let report = sidan::check::run(&app.db, &app.atlas, Some(&app.vault)).await.unwrap();
    let wrong: Vec<_> = report.findings.iter().filter(|finding| finding.rule.starts_with("progress")).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[rocket::async_test]
async fn a_record_that_took_another_in_goes_on_with_it() {
    let app = App::start().await;
    let people = [app.given_person(1).await, app.given_person(5).await, app.given_person(9).await];
    Scene::between(&app, people[0], people[1]).await.merge().await.is(Status::Ok);
    let left = pairs(&app).await.into_iter().filter(|row| row.status == PairStatus::Open).count();
    assert_eq!(left, 1, "what else was said of the record that went is gone");
    Scene::between(&app, people[1], people[2]).await.merge().await.is(Status::Ok);
    for person in &people[..2] {
        assert_eq!(stored(&app, *person).await.merged_into, Some(people[2]));
    }
}

/// Every table that names a person stands in the list of what a merge does with it.
#[rocket::async_test]
async fn no_table_that_names_a_person_is_forgotten() {
    let app = App::start().await;
    let sql = match app.db.backend() {
        sea_orm::DbBackend::Sqlite => {
            "SELECT m.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' \
             AND c.name = 'person_id' ORDER BY 1"
        }
        _ => {
            "SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' \
             AND column_name = 'person_id' ORDER BY 1"
        }
    };
    let rows = app.db.reader().query_all_raw(sea_orm::Statement::from_string(app.db.backend(), sql)).await.unwrap();
    let stand: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    assert_eq!(stand, TABLES.map(|(name, _)| name));
}

/// Rows of every table that moves, of one person; told by the list itself.
async fn rows_of(app: &App, person: PersonId, care: Care) -> u64 {
    let mut all = 0;
    for (table, _) in TABLES.iter().filter(|(_, how)| *how == care) {
        let sql = format!("SELECT count(*) AS n FROM {table} WHERE person_id = $1");
        let asked = sea_orm::Statement::from_sql_and_values(app.db.backend(), sql, [person.into()]);
        let n: i64 = app.db.reader().query_one_raw(asked).await.unwrap().unwrap().try_get("", "n").unwrap();
        all += u64::try_from(n).unwrap();
    }
    all
}

#[rocket::async_test]
async fn over_many_merges_nothing_is_lost_and_nothing_doubled() {
    for seed in [1_u64, 7, 42] {
        let app = App::start().await;
        let (clerk, checker) = (app.sign_in(Role::CountyClerk).await, app.sign_in(Role::CountyChecker).await);
        let school = app.organisation(OrganisationKind::Institution, COUNTY).await;
        let mut state = seed;
        let mut roll = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut people = Vec::new();
        for n in 0..6_u16 {
            people.push(app.given_person(1 + 4 * n).await);
        }
        let mut classes = Vec::new();
        for _ in 0..4 {
            classes.push(app.given_class(GivenClass::of(school)).await);
        }
        let statuses = [EnrolmentStatus::Seated, EnrolmentStatus::Withdrawn, EnrolmentStatus::Waitlisted];
        for person in &people {
            for _ in 0..roll(4) {
                app.given_service(*person, ServiceKind::Visit, day(3, 1)).await;
            }
            let class = classes[usize::try_from(roll(4)).unwrap()];
            let id = EnrolmentId::new();
            let row = enrolment::Model {
                id,
                class_id: class,
                person_id: *person,
                area_code: VILLAGE.into(),
                status: statuses[usize::try_from(roll(3)).unwrap()],
                channel: Channel::Own,
                consent_at: app.clock.now(),
                consent_note: None,
                enrolled_by: AccountId::new(),
                created_at: app.clock.now(),
                seated_at: None,
                ended_at: None,
                reason: None,
                version: 1,
            };
            insert!(app, enrolment, row);
            if roll(2) == 0 {
                let programme = [Programme::Skill, Programme::Ecommerce][usize::try_from(roll(2)).unwrap()];
                quota(&app, *person, id, programme, i32::try_from(1 + roll(3)).unwrap()).await;
            }
            app.sign_in_person(*person).await;
        }
        let before = everything(&app).await;
        let mut merged = 0;
        for _ in 0..8 {
            search(&clerk).await;
            let open: Vec<_> = pairs(&app).await.into_iter().filter(|row| row.status == PairStatus::Open).collect();
            if open.is_empty() {
                break;
            }
            let row = &open[usize::try_from(roll(open.len() as u64)).unwrap()];
            let (keeper, loser) = if roll(2) == 0 { (row.a, row.b) } else { (row.b, row.a) };
            let all = rows_of(&app, keeper, Care::Moves).await + rows_of(&app, loser, Care::Moves).await;
            act(&clerk, row.id, "ask", json!({ "keeper": keeper })).await.is(Status::Ok);
            let answer = act(&checker, row.id, "confirm", json!({})).await;
            if answer.status == Status::Ok {
                merged += 1;
                assert_eq!(rows_of(&app, loser, Care::Moves).await, 0, "seed {seed}");
                assert_eq!(rows_of(&app, keeper, Care::Moves).await, all, "seed {seed}");
            } else {
                assert!(answer.json()["code"].as_str().unwrap().starts_with("merge."), "{}", answer.text);
                let after = rows_of(&app, keeper, Care::Moves).await + rows_of(&app, loser, Care::Moves).await;
                assert_eq!((after, stored(&app, loser).await.status), (all, PersonStatus::Verified), "seed {seed}");
            }
            assert_eq!(everything(&app).await, before, "seed {seed}");
        }
        assert!(merged > 0, "seed {seed} merged nobody");
    }
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
