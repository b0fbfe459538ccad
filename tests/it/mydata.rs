//! What is kept about oneself.

use chrono::TimeDelta;
use entities::{
    audit_event, person,
    values::{Role, ServiceKind},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use sidan::people::unseal;

use crate::support::app::App;
use crate::support::doors::{Door, Who};
use crate::support::given::{Graduate, day};

const TRAINEES: Who = Who::Roles(&[Role::Trainee]);

pub const DOORS: &[Door] =
    &[("GET", "/my-data", TRAINEES), ("GET", "/my-data/download", TRAINEES), ("GET", "/api/v1/me/data", TRAINEES)];

#[rocket::async_test]
async fn a_trainee_takes_away_everything_about_himself_and_nothing_about_others() {
    let app = App::start().await;
    let institution = app.sign_in(Role::Institution).await.organisation.unwrap();
    let finished = app.given_finished_class(institution, 10, &[Graduate::QUALIFIED; 2]).await;
    let (own, other) = (finished.people[0], finished.people[1]);
    app.given_service(own, ServiceKind::all().next().unwrap(), day(3, 1)).await;
    app.given_service(other, ServiceKind::all().next().unwrap(), day(3, 2)).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let wish = json!({ "fields": ["phone"], "purpose": "call_person", "note": "通知领证" });
    clerk.api_post(&format!("/api/v1/people/{own}/reveal"), wish).await.is(Status::Ok);
    let trainee = app.sign_in_person(own).await;
    let answer = trainee.api_get("/api/v1/me/data").await.is(Status::Ok);
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let private = async |id| {
        let row = person::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap();
        unseal(&app.vault, &row).unwrap()
    };
    let (mine, theirs) = (private(own).await, private(other).await);
    let data = answer.json();
    assert_eq!((&data["person"]["id_number"], &data["person"]["phone"]), (&json!(mine.id_number), &json!(mine.phone)));
    assert_eq!(
        (&data["person"]["bank_account"], &data["person"]["address"]),
        (&json!(mine.bank_account), &json!(mine.address))
    );
    assert!(data["person"]["household_number"].is_string());
    let rows = |list: &str| data[list].as_array().unwrap().len();
    assert_eq!(["services", "seats", "completions", "reveals"].map(rows), [1, 1, 1, 1]);
    assert_eq!(data["seats"][0]["certificates"].as_array().unwrap().len(), 1);
    assert!(data["seats"][0]["class_number"].as_str().is_some_and(|number| !number.is_empty()));
    assert_eq!(data["reveals"][0]["note"], "通知领证");
    for foreign in [theirs.id_number, theirs.phone, theirs.bank_account, other.to_string()] {
        assert!(!answer.text.contains(&foreign), "{foreign}");
    }
    let read = audit_event::Entity::find().filter(audit_event::Column::Action.eq("read_own"));
    assert_eq!(read.count(app.db.reader()).await.unwrap(), 1);
}

#[rocket::async_test]
async fn what_was_asked_and_what_was_changed_is_told_with_numbers_masked() {
    let app = App::start().await;
    let (own, other) = (app.given_person(1).await, app.given_person(2).await);
    let (worker, clerk) = (app.sign_in(Role::VillageWorker).await, app.sign_in(Role::CountyClerk).await);
    let trainee = app.sign_in_person(own).await;
    for (person, phone, address) in [(own, "15412345678", "镜山村8号"), (other, "15487654321", "镜山村9号")] {
        let changes = json!([{ "field": "phone", "value": phone }, { "field": "address", "value": address }]);
        let body = json!({ "person_id": person, "changes": changes, "note": "换了号码" });
        let request = worker.api_post("/api/v1/corrections", body).await.is(Status::Created).json();
        let apply = format!("/api/v1/corrections/{}/apply", request["id"].as_str().unwrap());
        clerk.api_post(&apply, json!({})).await.is(Status::Ok);
    }
    let answer = trainee.api_get("/api/v1/me/data").await.is(Status::Ok);
    let data = answer.json();
    let requests = data["corrections"].as_array().unwrap();
    assert_eq!(
        (requests.len(), &requests[0]["note"], &requests[0]["status"]),
        (1, &json!("换了号码"), &json!("applied"))
    );
    for list in [&requests[0]["changes"], &data["history"]] {
        let told =
            |field: &str| list.as_array().unwrap().iter().find(|row| row["field"] == field).unwrap()["new"].clone();
        assert_eq!((told("phone"), told("address")), (json!("154****5678"), json!("镜山村8号")), "{list}");
    }
    assert_eq!(data["history"].as_array().unwrap().len(), 2);
    assert!(!answer.text.contains("镜山村9号") && !answer.text.contains("4321"), "{}", answer.text);
    let page = trainee.get("/my-data").await.is(Status::Ok).text;
    assert!(page.contains("更正申请") && page.contains("登记的改动"), "{page}");
}

#[rocket::async_test]
async fn the_page_tells_it_and_the_file_is_the_same() {
    let app = App::start().await;
    let id = app.given_person(1).await;
    let trainee = app.sign_in_person(id).await;
    assert!(trainee.get("/").await.text.contains("/my-data"));
    let page = trainee.get("/my-data").await.is(Status::Ok);
    assert!(page.text.contains("/my-data/download") && page.text.contains("15400000001"));
    let english = trainee.get_in("en", "/my-data").await.is(Status::Ok);
    assert!(english.text.contains("What is kept about me"));
    let file = trainee.get("/my-data/download").await.is(Status::Ok);
    assert_eq!(file.header("Content-Type"), Some("application/json"));
    assert_eq!(file.header("Content-Disposition"), Some("attachment; filename=\"my-data.json\""));
    assert_eq!(file.json(), trainee.api_get("/api/v1/me/data").await.json());
}

#[rocket::async_test]
async fn a_session_that_was_left_open_tells_nothing() {
    let app = App::start().await;
    let trainee = app.sign_in_person(app.given_person(1).await).await;
    app.clock.set(app.clock.now() + TimeDelta::minutes(6));
    trainee.api_get("/api/v1/me/data").await.is(Status::Forbidden).refuses("error.step_up_required");
    trainee.get("/my-data").await.goes_to("/confirm?to=%2Fmy-data");
    let answer = trainee.get("/my-data/download").await.is(Status::SeeOther);
    assert!(!answer.text.contains("15400000001"));
}

#[rocket::async_test]
async fn an_account_that_stands_for_nobody_has_no_data() {
    let app = App::start().await;
    let trainee = app.sign_in(Role::Trainee).await;
    trainee.api_get("/api/v1/me/data").await.is(Status::NotFound);
    trainee.get("/my-data").await.is(Status::NotFound);
}
