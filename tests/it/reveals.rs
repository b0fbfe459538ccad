//! Looking at a person's numbers in full.

use std::sync::Arc;

use entities::{
    audit_event, reveal, rule,
    values::{PersonId, Role, RuleId},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use sidan::people::{Private, unseal};

use crate::support::app::{App, Visitor};
use crate::support::doors::{Door, Who};
use crate::support::given::day;

const LOOKERS: Who = Who::Roles(&[Role::VillageWorker, Role::CountyClerk, Role::CountyChecker]);

pub const DOORS: &[Door] = &[
    ("GET", "/people/<id>/reveal", LOOKERS),
    ("POST", "/people/<id>/reveal", LOOKERS),
    ("POST", "/api/v1/people/<id>/reveal", LOOKERS),
    ("GET", "/api/v1/me/reveals", Who::Roles(&[Role::Trainee])),
];

fn wish(fields: &[&str]) -> Value {
    json!({ "fields": fields, "purpose": "paper_check", "note": "核对社保卡复印件" })
}

async fn private(app: &App, id: PersonId) -> Private {
    let row = entities::person::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap();
    unseal(&app.vault, &row).unwrap()
}

async fn looked(app: &App) -> u64 {
    reveal::Entity::find().count(app.db.reader()).await.unwrap()
}

async fn ask(by: &Visitor, id: PersonId, wish: Value) -> crate::support::app::Answer {
    by.api_post(&format!("/api/v1/people/{id}/reveal"), wish).await
}

async fn rule_of(app: &App, code: &str, value: i64) {
    let row = rule::Model {
        id: RuleId::new(),
        code: code.into(),
        area_code: "360923".into(),
        valid_from: day(1, 1),
        valid_to: None,
        value,
        document_no: String::new(),
    };
    rule::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
}

#[rocket::async_test]
async fn a_clerk_sees_the_numbers_that_were_asked_for_and_it_is_written_down() {
    let app = App::start().await;
    let (clerk, id) = (app.sign_in(Role::CountyClerk).await, app.given_person(1).await);
    let answer = ask(&clerk, id, wish(&["id_number", "bank_account"])).await.is(Status::Ok);
    let private = private(&app, id).await;
    let due = json!({ "id_number": private.id_number, "phone": null, "bank_account": private.bank_account });
    assert_eq!(answer.json(), due);
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let rows = audit_event::Entity::find().filter(audit_event::Column::Action.eq("reveal")).all(app.db.reader()).await;
    let [row] = rows.unwrap().try_into().unwrap();
    assert_eq!((row.actor_id, row.role, row.object_id), (Some(clerk.account), Some(Role::CountyClerk), id.to_string()));
    let detail = row.detail.unwrap();
    let said = json!({ "fields": ["id_number", "bank_account"], "purpose": "paper_check", "note": "核对社保卡复印件" });
    assert_eq!(serde_json::from_str::<Value>(&detail).unwrap(), said);
    assert!(!detail.contains(&private.id_number) && !detail.contains(&private.bank_account));
}

#[rocket::async_test]
async fn the_page_shows_the_numbers_as_its_answer_and_nowhere_else() {
    let app = App::start().await;
    let (checker, id) = (app.sign_in(Role::CountyChecker).await, app.given_person(1).await);
    let private = private(&app, id).await;
    let path = format!("/people/{id}/reveal");
    assert!(checker.get(&format!("/people/{id}")).await.text.contains(&path));
    let form = checker.get(&path).await.is(Status::Ok);
    assert!(form.text.contains("name=\"id_number\"") && !form.text.contains(&private.id_number));
    let typed = [("id_number", "true"), ("phone", "true"), ("purpose", "complaint"), ("note", "核实来电人")];
    let shown = checker.post_form(&path, &typed).await.is(Status::Ok);
    assert!(shown.text.contains(&private.id_number) && shown.text.contains(&private.phone));
    assert!(!shown.text.contains(&private.bank_account));
    assert_eq!((shown.header("Cache-Control"), shown.location.as_ref()), (Some("no-store"), None));
    assert!(!checker.get(&path).await.text.contains(&private.id_number));
    assert_eq!(looked(&app).await, 1);
}

#[rocket::async_test]
async fn a_village_worker_sees_phones_only() {
    let app = App::start().await;
    let (worker, id) = (app.sign_in(Role::VillageWorker).await, app.given_person(1).await);
    let answer = ask(&worker, id, wish(&["phone"])).await.is(Status::Ok);
    assert_eq!(answer.json()["phone"], private(&app, id).await.phone.as_str());
    for more in [wish(&["id_number"]), wish(&["phone", "bank_account"])] {
        ask(&worker, id, more).await.is(Status::Conflict).refuses("reveal.not_yours");
    }
    assert!(!worker.get(&format!("/people/{id}/reveal")).await.is(Status::Ok).text.contains("name=\"id_number\""));
    let typed = [("id_number", "true"), ("purpose", "complaint"), ("note", "核实")];
    let answer = worker.post_form(&format!("/people/{id}/reveal"), &typed).await.is(Status::UnprocessableEntity);
    assert!(!answer.text.contains(&private(&app, id).await.id_number));
    assert_eq!(looked(&app).await, 1);
}

#[rocket::async_test]
async fn a_look_without_a_reason_or_out_of_the_area_shows_and_writes_nothing() {
    let app = App::start().await;
    let (clerk, id) = (app.sign_in(Role::CountyClerk).await, app.given_person(1).await);
    let with = |field: &str, value: Value| {
        let mut wish = wish(&["phone"]);
        wish[field] = value;
        wish
    };
    ask(&clerk, id, with("note", json!("  "))).await.blames("note", "invalid.required");
    ask(&clerk, id, with("note", json!("长".repeat(201)))).await.blames("note", "invalid.too_long");
    ask(&clerk, id, with("note", json!("电话154 0000 0001"))).await.blames("note", "invalid.reveal_number");
    ask(&clerk, id, with("fields", json!([]))).await.blames("fields", "invalid.reveal_nothing");
    ask(&clerk, id, with("fields", json!(["phone", "phone"]))).await.blames("fields", "invalid.repeated");
    ask(&clerk, id, with("purpose", json!("curiosity"))).await.is(Status::UnprocessableEntity);
    let elsewhere = app.given_person_in(2, "360922203202").await;
    ask(&clerk, elsewhere, wish(&["phone"])).await.is(Status::NotFound);
    clerk.get(&format!("/people/{elsewhere}/reveal")).await.is(Status::NotFound);
    let page = clerk.post_form(&format!("/people/{id}/reveal"), &[("note", "看看")]).await;
    assert!(page.is(Status::UnprocessableEntity).text.contains("href=\"#purpose\""));
    assert_eq!(looked(&app).await, 0);
}

#[rocket::async_test]
async fn an_account_has_so_many_looks_a_day_and_no_more_even_at_once() {
    let app = App::start().await;
    rule_of(&app, "people.reveals_per_day", 3).await;
    let (clerk, id) = (app.sign_in(Role::CountyClerk).await, app.given_person(1).await);
    let clerk = Arc::new(clerk);
    let asks = (0..6).map(|_| {
        let clerk = clerk.clone();
        tokio::spawn(async move { ask(&clerk, id, wish(&["phone"])).await.status })
    });
    let told = rocket::futures::future::join_all(asks).await;
    let shown = told.into_iter().filter(|status| *status.as_ref().unwrap() == Status::Ok).count();
    assert_eq!((shown, looked(&app).await), (3, 3));
    ask(&clerk, id, wish(&["phone"])).await.is(Status::Conflict).refuses("reveal.too_many");
    let colleague = app.sign_in(Role::CountyClerk).await;
    ask(&colleague, id, wish(&["phone"])).await.is(Status::Ok);
    app.time_is(crate::support::app::nine_on(11, 2)).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    ask(&clerk, id, wish(&["phone"])).await.is(Status::Ok);
}

#[rocket::async_test]
async fn the_person_reads_which_post_looked_and_why_but_no_name() {
    let app = App::start().await;
    let (clerk, id) = (app.sign_in(Role::CountyClerk).await, app.given_person(1).await);
    let neighbour = app.given_person(2).await;
    ask(&clerk, id, wish(&["phone"])).await.is(Status::Ok);
    let told = app.sign_in_person(id).await.api_get("/api/v1/me/reveals").await.is(Status::Ok);
    let line = &told.json()[0];
    assert_eq!((&line["role"], &line["bureau_code"]), (&json!("county_clerk"), &json!("360923")));
    assert_eq!((&line["purpose"], &line["note"]), (&json!("paper_check"), &json!("核对社保卡复印件")));
    assert!(!told.text.contains(&clerk.account.to_string()) && !told.text.contains("刘敏"));
    let other = app.sign_in_person(neighbour).await.api_get("/api/v1/me/reveals").await.is(Status::Ok);
    assert_eq!(other.json(), json!([]));
}
