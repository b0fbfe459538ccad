//! The audit log.

use entities::{audit_event, values::Role};
use rocket::http::Status;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::json;
use sidan::data::{Audit, Work};

use crate::support::app::{App, COUNTY};
use crate::support::doors::{Door, Who};

pub const DOORS: &[Door] = &[
    ("GET", "/audit", Who::Roles(&[Role::Auditor])),
    ("GET", "/api/v1/audit", Who::Roles(&[Role::Auditor])),
    ("GET", "/api/v1/audit/head", Who::Roles(&[Role::Auditor])),
];

async fn deed(app: &App, action: &'static str, noun: &'static str, id: &str, area: Option<&str>) {
    let audit = Audit::of(action, noun, id).detail(json!({ "headcount": 41 }));
    let audit = match area {
        Some(area) => audit.area(area),
        None => audit,
    };
    let done = async |work: &Work| {
        work.record(audit.clone());
        Ok(())
    };
    app.desk.write(done).await.unwrap();
}

#[rocket::async_test]
async fn the_newest_deed_stands_first_and_pages_follow_by_key() {
    let app = App::start().await;
    for id in ["one", "two", "three"] {
        deed(&app, "submit", "order", id, Some(COUNTY)).await;
    }
    let auditor = app.sign_in(Role::Auditor).await;
    let first = auditor.api_get("/api/v1/audit?limit=2").await.is(Status::Ok).json();
    let ids = |page: &serde_json::Value| {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["object_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&first), ["three", "two"]);
    assert_eq!(first["items"][0]["detail"], json!({ "headcount": 41 }));
    let next = first["next"].as_str().unwrap();
    let second = auditor.api_get(&format!("/api/v1/audit?limit=2&after={next}")).await.json();
    assert_eq!((ids(&second), &second["next"]), (vec!["one".to_owned()], &json!(null)));

    let page = auditor.get("/audit").await.is(Status::Ok).text;
    assert!(page.find("three").unwrap() < page.find("two").unwrap());
    assert!(
        page.contains("提交") && page.contains("订单") && page.contains("上高县") && page.contains("系统"),
        "{page}"
    );
}

#[rocket::async_test]
async fn the_log_is_narrowed_to_one_kind_of_thing() {
    let app = App::start().await;
    deed(&app, "submit", "order", "an-order", Some(COUNTY)).await;
    deed(&app, "pay", "claim", "a-claim", Some(COUNTY)).await;
    let auditor = app.sign_in(Role::Auditor).await;
    let claims = auditor.api_get("/api/v1/audit?noun=claim").await.is(Status::Ok);
    assert!(claims.text.contains("a-claim") && !claims.text.contains("an-order"));
    let page = auditor.get("/audit?noun=claim").await.is(Status::Ok).text;
    assert!(page.contains("a-claim") && !page.contains("an-order"), "{page}");
    auditor.api_get("/api/v1/audit?noun=bread").await.blames("noun", "invalid.choice");
    auditor.api_get("/api/v1/audit?area=360923").await.is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn an_auditor_of_a_county_sees_its_deeds_and_those_of_no_area() {
    let app = App::start().await;
    deed(&app, "submit", "order", "own", Some(COUNTY)).await;
    deed(&app, "submit", "order", "foreign", Some("360502")).await;
    deed(&app, "sign_in_failed", "account", "nowhere", None).await;
    let auditor = app.sign_in_at(Role::Auditor, COUNTY).await;
    for answer in [auditor.get("/audit").await, auditor.api_get("/api/v1/audit").await] {
        let text = answer.is(Status::Ok).text;
        assert!(text.contains("own") && text.contains("nowhere") && !text.contains("foreign"), "{text}");
    }
}

#[rocket::async_test]
async fn a_deed_that_nobody_translated_is_told_by_its_bare_word() {
    let app = App::start().await;
    deed(&app, "juggle", "teapot", "a-teapot", None).await;
    let auditor = app.sign_in(Role::Auditor).await;
    for language in ["zh-CN", "en"] {
        let page = auditor.get_in(language, "/audit").await.is(Status::Ok).text;
        assert!(page.contains("juggle") && page.contains("teapot"), "{page}");
    }
}

#[rocket::async_test]
async fn the_table_itself_lets_no_deed_be_changed_or_removed() {
    let app = App::start().await;
    deed(&app, "submit", "order", "an-order", None).await;
    for sql in ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"] {
        assert!(app.db.writer().execute_unprepared(sql).await.is_err(), "{sql}");
    }
    assert_eq!(audit_event::Entity::find().count(app.db.reader()).await.unwrap(), 1);
}
