//! Requests to correct a record, the history of records, exits from poverty.

use entities::{
    account, change_request, household, message, person, person_change,
    values::{ChangeRequestId, ChangeStatus, EnrolmentStatus, PersonId, PersonStatus, PovertyStatus, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use sidan::{base::IdNumber, people::unseal};

use crate::support::app::{App, COUNTY, VILLAGE, Visitor};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, day};

const READERS: Who = Who::Roles(&[
    Role::VillageWorker,
    Role::Trainee,
    Role::CountyClerk,
    Role::CountyChecker,
    Role::Supervisor,
    Role::Auditor,
]);
const FILERS: Who = Who::Roles(&[Role::VillageWorker, Role::Trainee]);
const CLERKS: Who = Who::Roles(&[Role::CountyClerk]);
const CHECKERS: Who = Who::Roles(&[Role::CountyChecker]);
const DECIDERS: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker]);

pub const DOORS: &[Door] = &[
    ("GET", "/corrections", READERS),
    ("GET", "/corrections/new", FILERS),
    ("POST", "/corrections", FILERS),
    ("GET", "/corrections/<id>", READERS),
    ("POST", "/corrections/<id>/apply", CLERKS),
    ("POST", "/corrections/<id>/confirm", CHECKERS),
    ("POST", "/corrections/<id>/refuse", DECIDERS),
    ("POST", "/corrections/<id>/withdraw", FILERS),
    ("GET", "/api/v1/corrections", READERS),
    ("POST", "/api/v1/corrections", FILERS),
    ("GET", "/api/v1/corrections/<id>", READERS),
    ("POST", "/api/v1/corrections/<id>/apply", CLERKS),
    ("POST", "/api/v1/corrections/<id>/confirm", CHECKERS),
    ("POST", "/api/v1/corrections/<id>/refuse", DECIDERS),
    ("POST", "/api/v1/corrections/<id>/withdraw", FILERS),
];

/// 镜山村 of 万载县, next door.
const ELSEWHERE: &str = "360922203202";
const NEIGHBOUR: &str = "360922";

fn asked(person: PersonId, changes: &[(&str, &str)]) -> Value {
    let changes: Vec<Value> = changes.iter().map(|(field, value)| json!({ "field": field, "value": value })).collect();
    json!({ "person_id": person, "changes": changes, "note": "换了手机" })
}

async fn filed(by: &Visitor, person: PersonId, changes: &[(&str, &str)]) -> String {
    let answer = by.api_post("/api/v1/corrections", asked(person, changes)).await.is(Status::Created);
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn act(by: &Visitor, id: &str, action: &str) -> crate::support::app::Answer {
    by.api_post(&format!("/api/v1/corrections/{id}/{action}"), json!({})).await
}

async fn stored(app: &App, id: PersonId) -> person::Model {
    person::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap()
}

async fn request(app: &App, id: &str) -> change_request::Model {
    let id: ChangeRequestId = id.parse().unwrap();
    change_request::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap()
}

async fn told(app: &App, visitor: &Visitor) -> Vec<String> {
    let mine = message::Entity::find().filter(message::Column::AccountId.eq(visitor.account));
    mine.all(app.db.reader()).await.unwrap().into_iter().map(|message| message.kind).collect()
}

async fn history(app: &App, person: PersonId) -> Vec<String> {
    let rows = person_change::Entity::find().filter(person_change::Column::PersonId.eq(person));
    let mut fields: Vec<String> =
        rows.all(app.db.reader()).await.unwrap().into_iter().map(|row| row.field.to_string()).collect();
    fields.sort();
    fields
}

/// The form of a correction as a browser would send it back, with some fields changed.
async fn form_of(visitor: &Visitor, path: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let page = visitor.get(path).await.is(Status::Ok).text;
    let page = scraper::Html::parse_document(&page);
    let controls = scraper::Selector::parse("form.panel input, form.panel select, form.panel textarea").unwrap();
    let chosen = scraper::Selector::parse("option[selected]").unwrap();
    let mut fields = Vec::new();
    for control in page.select(&controls) {
        let name = control.attr("name").unwrap().to_owned();
        if name == "_csrf" || (control.attr("type") == Some("checkbox") && control.attr("checked").is_none()) {
            continue;
        }
        let value = match control.value().name() {
            "select" => control.select(&chosen).next().and_then(|option| option.attr("value")).unwrap_or_default(),
            _ => control.attr("value").unwrap_or_default(),
        };
        fields.push((name, value.to_owned()));
    }
    for (name, value) in changes {
        let field = fields.iter_mut().find(|(field, _)| field == name).unwrap_or_else(|| panic!("no box {name}"));
        (*value).clone_into(&mut field.1);
    }
    fields
}

async fn send(visitor: &Visitor, path: &str, fields: &[(String, String)]) -> crate::support::app::Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post_form(path, &fields).await
}

#[rocket::async_test]
async fn a_village_asks_and_the_county_applies_through_the_pages() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let trainee = app.sign_in_person(person).await;
    let page = worker.get(&format!("/people/{person}")).await.is(Status::Ok).text;
    let new = format!("/corrections/new?person={person}");
    assert!(page.contains(&new) && page.contains("登记后没有变更过"));
    let form = form_of(&worker, &new, &[("phone", "154 8888 0001"), ("education", "3"), ("skills", "木工")]).await;
    let answer = send(&worker, "/corrections", &form).await.is(Status::SeeOther);
    let path = answer.location.unwrap();
    let page = worker.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("154****0001") && page.contains("木工") && page.contains("撤回申请"));
    assert!(page.contains("变的是遮盖的部分"), "the ends of both phone numbers are the same");
    assert!(clerk.get("/").await.text.contains("办理1个更正申请"));
    let page = clerk.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("轮到您办理这个更正申请"));
    clerk.post_form(&format!("{path}/apply"), &[]).await.goes_to(&path);
    let row = stored(&app, person).await;
    assert_eq!((row.education.as_str(), row.skills.as_str(), row.version), ("3", "木工", 2));
    assert_eq!(unseal(&app.vault, &row).unwrap().phone, "15488880001");
    assert_eq!(row.phone_index, Some(app.vault.index("phone", "15488880001")));
    assert_eq!(history(&app, person).await, ["education", "phone", "skills"]);
    let page = worker.get(&format!("/people/{person}")).await.text;
    assert!(page.contains("变更前") && page.contains("木工") && page.contains(&path));
    assert_eq!(told(&app, &worker).await, ["correction_applied"]);
    assert_eq!(told(&app, &trainee).await, ["correction_applied"]);
    for language in ["zh-CN", "en"] {
        for path in ["/corrections", &path, &new] {
            worker.get_in(language, path).await.is(Status::Ok);
        }
    }
}

#[rocket::async_test]
async fn a_person_asks_for_the_own_record_and_for_no_other() {
    let app = App::start().await;
    let (mine, other) = (app.given_person(1).await, app.given_person(2).await);
    let trainee = app.sign_in_person(mine).await;
    let form = form_of(&trainee, "/corrections/new", &[("phone", "无"), ("bank_account", "")]).await;
    let path = send(&trainee, "/corrections", &form).await.is(Status::SeeOther).location.unwrap();
    assert!(trainee.get(&path).await.text.contains("154****0001"));
    assert!(trainee.get("/corrections").await.text.contains(&path));
    trainee.api_post("/api/v1/corrections", asked(other, &[("skills", "木工")])).await.is(Status::NotFound);
    trainee.get(&format!("/corrections/new?person={other}")).await.is(Status::NotFound);
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.post_form(&format!("{path}/apply"), &[]).await.goes_to(&path);
    let private = unseal(&app.vault, &stored(&app, mine).await).unwrap();
    assert_eq!((private.phone.as_str(), private.bank_account.as_str()), ("", "000000360000000001"));
    let stranger = app.sign_in_person(other).await;
    stranger.get(&path).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn what_is_asked_for_is_judged_as_at_the_registration() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let taken = unseal(&app.vault, &stored(&app, app.given_person(2).await).await).unwrap().id_number;
    app.given_person_in(3, ELSEWHERE).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    for (field, value, blamed, code) in [
        ("phone", "0791-1234", "phone", "invalid.phone"),
        ("education", "77", "education", "invalid.choice"),
        ("education", "", "education", "invalid.required"),
        ("poverty_status", "rich", "poverty_status", "invalid.choice"),
        ("startup_wish", "perhaps", "startup_wish", "invalid.choice"),
        ("id_number", "369970198001010010", "id_number", "invalid.id_checksum"),
        ("id_number", taken.as_str(), "id_number", "invalid.id_taken"),
        ("exited_on", "2016-09-30", "exited_on", "invalid.exit_of_poor"),
        ("area_code", "360923106", "area_code", "invalid.area"),
        ("area_code", ELSEWHERE, "household_number", "invalid.household_elsewhere"),
        ("household_number", "360922203202000003", "household_number", "invalid.household_elsewhere"),
        ("skills", "", "changes", "invalid.no_change"),
        ("phone", "154 0000 0001", "changes", "invalid.no_change"),
    ] {
        let body = asked(person, &[(field, value)]);
        worker.api_post("/api/v1/corrections", body).await.blames(blamed, code);
    }
    let twice = asked(person, &[("skills", "木工"), ("skills", "电工")]);
    worker.api_post("/api/v1/corrections", twice).await.blames("skills", "invalid.repeated");
    let mut long = asked(person, &[("skills", "木工")]);
    long["note"] = "长".repeat(201).into();
    worker.api_post("/api/v1/corrections", long).await.blames("note", "invalid.too_long");
    let mut old = asked(person, &[("skills", "木工")]);
    old["version"] = 7.into();
    worker.api_post("/api/v1/corrections", old).await.refuses("error.stale");
    worker
        .api_post("/api/v1/corrections", asked(person, &[("nickname", "毛毛")]))
        .await
        .is(Status::UnprocessableEntity);
    let form = form_of(&worker, &format!("/corrections/new?person={person}"), &[("phone", "12")]).await;
    let page = send(&worker, "/corrections", &form).await.is(Status::UnprocessableEntity).text;
    assert!(page.contains("href=\"#phone\""));
    assert_eq!(change_request::Entity::find().count(app.db.reader()).await.unwrap(), 0);
}

#[rocket::async_test]
async fn one_request_at_a_time_and_the_table_itself_holds_it() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let id = filed(&worker, person, &[("skills", "木工")]).await;
    worker.api_post("/api/v1/corrections", asked(person, &[("skills", "电工")])).await.refuses("correction.open");
    let twin = change_request::Model { id: ChangeRequestId::new(), ..request(&app, &id).await };
    let twin = change_request::Entity::insert(sea_orm::IntoActiveModel::into_active_model(twin));
    assert!(twin.exec_without_returning(app.db.writer()).await.is_err());
    let other = app.sign_in(Role::VillageWorker).await;
    act(&other, &id, "withdraw").await.refuses("correction.not_yours");
    act(&worker, &id, "withdraw").await.is(Status::Ok);
    act(&worker, &id, "withdraw").await.refuses("move.illegal");
    filed(&worker, person, &[("skills", "电工")]).await;
}

#[rocket::async_test]
async fn name_and_number_take_a_second_person() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let checker = app.sign_in(Role::CountyChecker).await;
    let number = IdNumber::compose("369970", "1981-02-03".parse().unwrap(), 22).unwrap();
    let id = filed(&worker, person, &[("id_number", number.as_str()), ("name", "陈福来")]).await;
    act(&checker, &id, "confirm").await.refuses("move.illegal");
    let passed = act(&clerk, &id, "apply").await.is(Status::Ok).json();
    assert_eq!((&passed["status"], &passed["waiting_on"]), (&json!("awaiting_second"), &json!("county_checker")));
    assert_eq!(stored(&app, person).await.version, 1, "nothing is written on one word");
    act(&clerk, &id, "apply").await.refuses("move.illegal");
    let reason = json!({ "reason": "照片不清楚" });
    clerk.api_post(&format!("/api/v1/corrections/{id}/refuse"), reason).await.refuses("move.illegal");
    assert!(checker.get("/").await.text.contains("复核1个更正申请"));
    act(&checker, &id, "confirm").await.is(Status::Ok);
    let row = stored(&app, person).await;
    assert_eq!(
        (row.name.as_str(), row.sex.as_str(), row.birth_on.to_string().as_str()),
        ("陈福来", "female", "1981-02-03")
    );
    assert_eq!(row.id_index, app.vault.index("id", number.as_str()));
    let page = worker.get(&format!("/people/{person}")).await.text;
    assert!(!page.contains(number.as_str()) && page.contains("369970********"));
}

#[rocket::async_test]
async fn one_pair_of_eyes_is_refused_by_the_service_and_by_the_table() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let id = filed(&worker, person, &[("name", "陈福生")]).await;
    act(&clerk, &id, "apply").await.is(Status::Ok);
    // The clerk becomes a checker; it is the same person all the same.
    entities::role_grant::Entity::update_many()
        .col_expr(entities::role_grant::Column::Role, Expr::value(Role::CountyChecker))
        .filter(entities::role_grant::Column::AccountId.eq(clerk.account))
        .exec(app.db.writer())
        .await
        .unwrap();
    act(&clerk, &id, "confirm").await.refuses("correction.same_person");
    for (other, code) in [(&clerk, "correction.same_person"), (&worker, "correction.own")] {
        let again = app.sign_in_as(Role::CountyChecker, other).await;
        act(&again, &id, "confirm").await.refuses(code);
        again.api_post(&format!("/api/v1/corrections/{id}/refuse"), json!({ "reason": "不对" })).await.refuses(code);
    }
    let write = async |column, value: sea_orm::sea_query::SimpleExpr| {
        change_request::Entity::update_many()
            .col_expr(change_request::Column::Status, Expr::value(ChangeStatus::Applied))
            .col_expr(column, value)
            .filter(change_request::Column::Id.eq(id.parse::<ChangeRequestId>().unwrap()))
            .exec(app.db.writer())
            .await
    };
    assert!(write(change_request::Column::SecondBy, Expr::value(clerk.account)).await.is_err());
    assert!(write(change_request::Column::Reason, Expr::value("x")).await.is_err(), "no second person at all");
    assert!(write(change_request::Column::FirstBy, Expr::value(worker.account)).await.is_err(), "who filed decides");
}

#[rocket::async_test]
async fn a_field_that_changed_meanwhile_is_told_and_nothing_is_applied() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let id = filed(&worker, person, &[("phone", "15488880001"), ("skills", "木工")]).await;
    app.change_person(person, |row, private| {
        "15499990001".clone_into(&mut private.phone);
        row.version += 1;
    })
    .await;
    act(&clerk, &id, "apply").await.blames("phone", "invalid.stale");
    let page = clerk.post_form(&format!("/corrections/{id}/apply"), &[]).await.is(Status::UnprocessableEntity).text;
    assert!(page.contains("href=\"#phone\"") && page.contains("id=\"phone\""));
    assert_eq!(request(&app, &id).await.status, ChangeStatus::Filed);
    assert_eq!((stored(&app, person).await.skills.as_str(), history(&app, person).await.len()), ("", 0));
    // What changed elsewhere in the record is no obstacle.
    act(&worker, &id, "withdraw").await.is(Status::Ok);
    let id = filed(&worker, person, &[("skills", "木工")]).await;
    app.change_person(person, |row, _| row.version += 1).await;
    act(&clerk, &id, "apply").await.is(Status::Ok);
    assert_eq!(stored(&app, person).await.version, 4);
}

#[rocket::async_test]
async fn two_clerks_at_once_apply_once() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let (a, b) = (app.sign_in(Role::CountyClerk).await, app.sign_in(Role::CountyClerk).await);
    let id = filed(&worker, person, &[("skills", "木工")]).await;
    let (first, second) = rocket::tokio::join!(act(&a, &id, "apply"), act(&b, &id, "apply"));
    let mut answers = [first.status, second.status].map(|status| status.code);
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
    assert_eq!((stored(&app, person).await.version, history(&app, person).await.len()), (2, 1));
}

#[rocket::async_test]
async fn a_refusal_has_its_reason_and_is_told() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let id = filed(&worker, person, &[("skills", "木工")]).await;
    let path = format!("/corrections/{id}");
    let page = clerk.post_form(&format!("{path}/refuse"), &[("reason", " ")]).await.is(Status::UnprocessableEntity);
    assert!(page.text.contains("href=\"#reason\""));
    clerk.post_form(&format!("{path}/refuse"), &[("reason", "没有证书")]).await.goes_to(&path);
    assert_eq!((request(&app, &id).await.status, stored(&app, person).await.version), (ChangeStatus::Refused, 1));
    assert!(worker.get(&path).await.text.contains("没有证书"));
    assert_eq!(told(&app, &worker).await, ["correction_refused"]);
    act(&clerk, &id, "apply").await.refuses("move.illegal");
}

#[rocket::async_test]
async fn who_moves_to_another_county_is_taken_in_by_that_county() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let there = app.sign_in_at(Role::CountyClerk, NEIGHBOUR).await;
    let new = format!("/corrections/new?person={person}");
    let lost = form_of(&worker, &new, &[("moves_to", "不存在村")]).await;
    assert!(send(&worker, "/corrections", &lost).await.text.contains("href=\"#moves_to\""));
    let moves = form_of(&worker, &new, &[("moves_to", "万载县镜山村"), ("household_number", "W-1")]).await;
    let path = send(&worker, "/corrections", &moves).await.is(Status::SeeOther).location.unwrap();
    let id = path.rsplit('/').next().unwrap().to_owned();
    act(&clerk, &id, "apply").await.refuses("correction.other_county");
    assert_eq!(clerk.api_get(&format!("/api{}", path.replace("/corr", "/v1/corr"))).await.json()["actions"], json!([]));
    assert!(there.get("/").await.text.contains("办理1个更正申请"));
    assert!(there.get(&path).await.is(Status::Ok).text.contains("万载县"));
    act(&there, &id, "apply").await.is(Status::Ok);
    let row = stored(&app, person).await;
    assert_eq!(row.area_code, ELSEWHERE);
    let household = household::Entity::find_by_id(row.household_id.unwrap()).one(app.db.reader()).await.unwrap();
    assert_eq!(household.unwrap().number, "W-1");
    there.get(&format!("/people/{person}")).await.is(Status::Ok);
    worker.get(&format!("/people/{person}")).await.is(Status::NotFound);
    worker.get(&path).await.is(Status::Ok);
    let third = app.sign_in_at(Role::CountyClerk, "360924").await;
    third.get(&path).await.is(Status::NotFound);
    assert_eq!(third.api_get("/api/v1/corrections").await.json()["items"], json!([]));
}

#[rocket::async_test]
async fn what_is_asked_for_stands_sealed_and_is_shown_to_those_who_act_for_the_person() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let changes = [("address", "暗号组9号"), ("health", "3"), ("phone", "15477770001"), ("main_cause", "02")];
    let id = filed(&worker, person, &changes).await;
    let row = request(&app, &id).await;
    for secret in ["暗号组", "15477770001"] {
        assert!(!row.sealed.windows(secret.len()).any(|part| part == secret.as_bytes()));
    }
    let moved = change_request::Model { id: ChangeRequestId::new(), ..row.clone() };
    assert!(app.vault.open("change_request.sealed", moved.id, &moved.sealed).is_err(), "bytes of another row");
    let path = format!("/corrections/{id}");
    for role in [Role::VillageWorker, Role::CountyClerk, Role::CountyChecker] {
        let page = app.sign_in(role).await.get(&path).await.is(Status::Ok).text;
        assert!(page.contains("暗号组9号") && page.contains("154****0001") && !page.contains("15477770001"), "{role}");
    }
    for role in [Role::Supervisor, Role::Auditor] {
        let reader = app.sign_in(role).await;
        let page = reader.get(&path).await.is(Status::Ok).text;
        for hidden in ["暗号组", "陈福", "换了手机", "15477770001", "因残"] {
            assert!(!page.contains(hidden), "{role} reads {hidden}");
        }
        let view = reader.api_get(&format!("/api/v1{path}")).await.json();
        let address = view["changes"].as_array().unwrap().iter().find(|c| c["field"] == "address").unwrap().clone();
        assert_eq!(address, json!({ "field": "address", "old": null, "new": null }));
    }
    act(&app.sign_in(Role::CountyClerk).await, &id, "apply").await.is(Status::Ok);
    let history = format!("/api/v1/people/{person}/history");
    let told = app.sign_in(Role::Auditor).await.api_get(&history).await.is(Status::Ok).text;
    assert!(!told.contains("暗号组") && told.contains("154****0001"));
    assert!(worker.api_get(&history).await.text.contains("暗号组9号"));
    app.sign_in_at(Role::CountyClerk, NEIGHBOUR).await.api_get(&history).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn the_history_is_written_once_and_only_sealed_anew() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let id = filed(&worker, person, &[("skills", "木工")]).await;
    act(&clerk, &id, "apply").await.is(Status::Ok);
    let change =
        |column, value: sea_orm::sea_query::SimpleExpr| person_change::Entity::update_many().col_expr(column, value);
    let refused = change(person_change::Column::At, Expr::value(app.clock.now())).exec(app.db.writer()).await;
    assert!(refused.is_err());
    assert!(person_change::Entity::delete_many().exec(app.db.writer()).await.is_err());
    change(person_change::Column::Sealed, Expr::value(vec![1_u8])).exec(app.db.writer()).await.unwrap();
}

#[rocket::async_test]
async fn an_exit_is_a_dated_fact_and_so_is_a_return() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let trainee = app.sign_in_person(person).await;
    let api = format!("/api/v1/people/{person}");
    let exit = |day: &str| json!({ "exited_on": day, "document_no": "上扶字〔2016〕9号" });
    let back = |day: &str| json!({ "returned_on": day, "document_no": "上扶字〔2016〕10号" });
    clerk.api_post(&format!("{api}/return"), back("2016-10-01")).await.refuses("person.not_exited");
    clerk.api_post(&format!("{api}/exit"), exit("2016-11-02")).await.blames("exited_on", "invalid.date_future");
    clerk.api_post(&format!("{api}/exit"), exit("昨天")).await.blames("exited_on", "invalid.date");
    clerk.api_post(&format!("{api}/exit"), exit("1979-12-31")).await.blames("exited_on", "invalid.date_early");
    let bare = json!({ "exited_on": "2016-10-01", "document_no": " " });
    clerk.api_post(&format!("{api}/exit"), bare).await.blames("document_no", "invalid.required");
    let page = format!("/people/{person}");
    let answer = clerk.post_form(&format!("{page}/exit"), &[("exited_on", "2016-12-01"), ("document_no", "1号")]).await;
    assert!(answer.is(Status::UnprocessableEntity).text.contains("href=\"#exited_on\""));
    let form = [("exited_on", "2016-10-01"), ("document_no", "上扶字〔2016〕9号")];
    clerk.post_form(&format!("{page}/exit"), &form).await.goes_to(&page);
    let row = stored(&app, person).await;
    assert_eq!((row.poverty_status, row.exited_on), (PovertyStatus::Exited, Some(day(10, 1))));
    clerk.api_post(&format!("{api}/exit"), exit("2016-10-02")).await.refuses("person.not_poor");
    clerk.api_post(&format!("{api}/return"), back("2016-09-30")).await.blames("returned_on", "invalid.date_early");
    let form = [("returned_on", "2016-10-20"), ("document_no", "上扶字〔2016〕10号")];
    clerk.post_form(&format!("{page}/return"), &form).await.goes_to(&page);
    let row = stored(&app, person).await;
    assert_eq!((row.poverty_status, row.exited_on, row.version), (PovertyStatus::Registered, None, 3));
    let page = clerk.get(&page).await.text;
    assert!(page.contains("上扶字〔2016〕9号") && page.contains("自2016年10月1日起") && page.contains("10号"));
    assert_eq!(history(&app, person).await.len(), 4);
    let mut kinds = told(&app, &trainee).await;
    kinds.sort();
    assert_eq!(kinds, ["person_exited", "person_returned"]);
    let neighbour = app.sign_in_at(Role::CountyClerk, NEIGHBOUR).await;
    neighbour.api_post(&format!("{api}/exit"), exit("2016-10-30")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_record_that_rests_tells_the_seats_that_it_still_holds() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let school = app.sign_in(Role::Institution).await.organisation.unwrap();
    let person = app.given_person(1).await;
    let ahead = app.given_class(GivenClass::of(school)).await;
    let begun = app.given_class(GivenClass { starts_on: day(10, 31), ..GivenClass::of(school) }).await;
    app.given_enrolments(ahead, &[person], EnrolmentStatus::Seated).await;
    app.given_enrolments(begun, &[person], EnrolmentStatus::Started).await;
    let api = format!("/api/v1/people/{person}");
    assert_eq!(clerk.api_get(&api).await.json()["seats_ahead"], json!([]));
    let answer = clerk.api_post(&format!("{api}/suspend"), json!({ "reason": "prison" })).await.is(Status::Ok).json();
    let seats = answer["seats_ahead"].as_array().unwrap();
    assert_eq!((seats.len(), &seats[0]["class_id"]), (1, &json!(ahead)));
    let page = clerk.get(&format!("/people/{person}")).await.text;
    assert!(page.contains(&format!("/classes/{ahead}")) && !page.contains(&format!("/classes/{begun}")));
}

#[rocket::async_test]
async fn a_merged_record_is_corrected_no_more() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    app.change_person(person, |row, _| row.status = PersonStatus::Merged).await;
    worker.api_post("/api/v1/corrections", asked(person, &[("skills", "木工")])).await.refuses("person.merged");
}

#[rocket::async_test]
async fn the_list_is_paged_and_filtered() {
    let app = App::start().await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let people = [app.given_person(1).await, app.given_person(2).await, app.given_person(3).await];
    for person in people {
        filed(&worker, person, &[("skills", "木工")]).await;
    }
    let first = clerk.api_get("/api/v1/corrections?limit=2").await.is(Status::Ok).json();
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let after = first["next"].as_str().unwrap();
    let rest = clerk.api_get(&format!("/api/v1/corrections?limit=2&after={after}")).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    let of_one = clerk.api_get(&format!("/api/v1/corrections?person={}&status=filed", people[1])).await.json();
    assert_eq!(of_one["items"][0]["person_id"], json!(people[1]));
    assert_eq!(clerk.api_get("/api/v1/corrections?status=applied").await.json()["items"], json!([]));
    clerk.api_get("/api/v1/corrections?status=lost").await.blames("status", "invalid.choice");
    clerk.api_get("/api/v1/corrections?person=x").await.blames("person", "invalid.id");
    clerk.api_get("/api/v1/corrections?colour=red").await.is(Status::UnprocessableEntity);
    let village = person::Entity::find_by_id(people[0]).one(app.db.reader()).await.unwrap().unwrap().area_code;
    assert!(village == VILLAGE && VILLAGE.starts_with(COUNTY));
    assert_eq!(account::Entity::find().count(app.db.reader()).await.unwrap(), 2);
}
