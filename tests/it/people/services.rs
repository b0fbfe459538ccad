//! The ledger of services.

use entities::{
    audit_event, service_event,
    values::{PersonId, PersonStatus, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{ELSEWHERE, with};
use crate::support::app::{App, COUNTY, VILLAGE};

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
