//! A second person's word: when it is needed, whose it is, and that nobody gives it to oneself.

use entities::{
    export_job, message,
    values::{ExportStatus, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{ask, clerk_with_password, deeds, fetch, given_rule, id_of, in_full, job, wanted, with, work};
use crate::support::app::{App, COUNTY, Visitor};

async fn told(app: &App, visitor: &Visitor) -> Vec<String> {
    let mine = message::Entity::find().filter(message::Column::AccountId.eq(visitor.account));
    mine.all(app.db.reader()).await.unwrap().into_iter().map(|row| row.kind).collect()
}

#[rocket::async_test]
async fn more_rows_than_one_may_take_alone_wait_for_the_checker() {
    let app = App::start().await;
    given_rule(&app, "export_rows_masked", 3).await;
    for n in 0..4 {
        app.given_person(n).await;
    }
    let clerk = app.sign_in(Role::CountyClerk).await;
    let checker = app.sign_in(Role::CountyChecker).await;
    let stranger = app.sign_in_at(Role::CountyChecker, "360922").await;
    let supervisor = app.sign_in(Role::Supervisor).await;
    let export = ask(&clerk, wanted("people", "csv")).await;
    let id = id_of(&export);
    assert_eq!((&export["status"], &export["waiting_on"]), (&json!("asked"), &json!("county_checker")));
    assert_eq!(export["actions"], json!(["withdraw"]));
    work(&app).await;
    assert_eq!(job(&app, &id).await.status, ExportStatus::Asked);
    clerk.api_get(&format!("/api/v1/exports/{id}/file")).await.refuses("export.not_ready");

    let approve = format!("/api/v1/exports/{id}/approve");
    clerk.api_post(&approve, json!({})).await.is(Status::Forbidden);
    stranger.api_post(&approve, json!({})).await.is(Status::NotFound);
    supervisor.api_post(&approve, json!({})).await.is(Status::Forbidden);
    assert!(checker.get("/").await.text.contains(&format!("/exports/{id}")));
    let seen = checker.api_get(&format!("/api/v1/exports/{id}")).await.is(Status::Ok).json();
    assert_eq!(seen["actions"], json!(["approve", "refuse"]));
    checker.api_post(&approve, json!({})).await.is(Status::Ok);
    checker.api_post(&approve, json!({})).await.refuses("move.illegal");
    work(&app).await;
    let got = fetch(&clerk, &id).await;
    assert_eq!(got.text().lines().count(), 5);
    assert_eq!(fetch(&checker, &id).await.status, Status::NotFound, "whoever agreed does not fetch");
    let verbs: Vec<String> = deeds(&app).await.into_iter().map(|(verb, _)| verb).collect();
    assert_eq!(verbs, ["ask", "approve", "build", "fetch"]);
    assert_eq!(told(&app, &clerk).await, ["export_approved", "export_ready"]);
}

#[rocket::async_test]
async fn who_is_refused_reads_why_and_nothing_is_built() {
    let app = App::start().await;
    given_rule(&app, "export_rows_masked", 0).await;
    app.given_person(1).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let checker = app.sign_in(Role::CountyChecker).await;
    let id = id_of(&ask(&clerk, wanted("people", "csv")).await);
    let refuse = format!("/api/v1/exports/{id}/refuse");
    checker.api_post(&refuse, json!({ "reason": " " })).await.is(Status::UnprocessableEntity);
    checker.api_post(&refuse, json!({ "reason": "请按乡镇分开申请" })).await.is(Status::Ok);
    work(&app).await;
    let seen = clerk.api_get(&format!("/api/v1/exports/{id}")).await.json();
    assert_eq!((&seen["status"], &seen["reason"]), (&json!("refused"), &json!("请按乡镇分开申请")));
    clerk.api_get(&format!("/api/v1/exports/{id}/file")).await.refuses("export.not_ready");
    assert_eq!(told(&app, &clerk).await, ["export_refused"]);
    assert!(clerk.get(&format!("/exports/{id}")).await.text.contains("请按乡镇分开申请"));
}

#[rocket::async_test]
async fn one_takes_back_what_nobody_decided_on() {
    let app = App::start().await;
    given_rule(&app, "export_rows_masked", 0).await;
    app.given_person(1).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let other = app.sign_in(Role::CountyClerk).await;
    let id = id_of(&ask(&clerk, wanted("people", "csv")).await);
    let withdraw = format!("/api/v1/exports/{id}/withdraw");
    other.api_post(&withdraw, json!({})).await.is(Status::NotFound);
    clerk.api_post(&withdraw, json!({})).await.is(Status::Ok);
    clerk.api_post(&withdraw, json!({})).await.refuses("move.illegal");
    let checker = app.sign_in(Role::CountyChecker).await;
    checker.api_post(&format!("/api/v1/exports/{id}/approve"), json!({})).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn nobody_agrees_to_what_was_asked_for_by_oneself() {
    let app = App::start().await;
    given_rule(&app, "export_rows_masked", 0).await;
    app.given_person(1).await;
    let supervisor = app.sign_in_at(Role::Supervisor, COUNTY).await;
    let export = ask(&supervisor, wanted("people", "csv")).await;
    assert_eq!(export["waiting_on"], "supervisor");
    let path = format!("/api/v1/exports/{}/approve", id_of(&export));
    supervisor.api_post(&path, json!({})).await.refuses("export.same_person");
    let again = app.sign_in_as(Role::Supervisor, &supervisor).await;
    again.api_post(&path, json!({})).await.refuses("export.same_person");
    app.sign_in(Role::Supervisor).await.api_post(&path, json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn the_tables_themselves_know_that_it_takes_two() {
    let app = App::start().await;
    given_rule(&app, "export_rows_masked", 0).await;
    app.given_person(1).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let id = job(&app, &id_of(&ask(&clerk, wanted("people", "csv")).await)).await.id;
    let set = |column: export_job::Column, value: Expr| {
        export_job::Entity::update_many().col_expr(column, value).filter(export_job::Column::Id.eq(id))
    };
    let by_oneself = set(export_job::Column::DecidedBy, Expr::value(clerk.account));
    assert!(by_oneself.exec(app.db.writer()).await.is_err());
    let by_nobody = set(export_job::Column::Status, Expr::value(ExportStatus::Approved));
    assert!(by_nobody.exec(app.db.writer()).await.is_err());
    let no_file = set(export_job::Column::Status, Expr::value(ExportStatus::Ready));
    let no_file = no_file.col_expr(export_job::Column::SecondPerson, Expr::value(false));
    assert!(no_file.exec(app.db.writer()).await.is_err());
}

#[rocket::async_test]
async fn many_small_files_are_one_large_one() {
    let app = App::start().await;
    let clerk = clerk_with_password(&app).await;
    given_rule(&app, "export_rows_full", 3).await;
    for n in 0..2 {
        app.given_person(n).await;
    }
    assert_eq!(ask(&clerk, in_full("people", "csv")).await["status"], "ready");
    let second = ask(&clerk, in_full("people", "csv")).await;
    assert_eq!((&second["status"], &second["second_person"]), (&json!("asked"), &json!(true)));
    // Masked rows are counted by themselves, and a new day begins anew.
    assert_eq!(ask(&clerk, wanted("people", "csv")).await["status"], "ready");
    app.time_is(crate::support::app::nine_on(11, 2) + chrono::TimeDelta::minutes(1)).await;
    assert_eq!(ask(&clerk, in_full("people", "csv")).await["status"], "ready");
}

#[rocket::async_test]
async fn pages_lead_from_the_list_through_a_second_person_to_the_file() {
    let app = App::start().await;
    given_rule(&app, "export_rows_masked", 1).await;
    let (clerk, checker) = (app.sign_in(Role::CountyClerk).await, app.sign_in(Role::CountyChecker).await);
    for n in 0..2 {
        app.given_person(n).await;
    }
    let list = clerk.get("/people").await.text;
    assert!(
        list.contains("/exports/new?list=people&amp;area=360923")
            || list.contains("/exports/new?list=people&#38;area=360923"),
        "{list}"
    );
    let form = clerk.get("/exports/new?list=people&area=360923&status=").await.is(Status::Ok).text;
    for field in ["format", "purpose", "note", "words", "in_full", "password"] {
        assert!(form.contains(&format!("name=\"{field}\"")), "{field}");
    }
    let plain = checker.get("/exports/new?list=people").await.is(Status::Ok).text;
    assert!(!plain.contains("name=\"in_full\""));
    let fields = [("list", "people"), ("area", "360923"), ("format", "csv"), ("words", "true")];
    let again = clerk.post_form("/exports", &fields).await.is(Status::UnprocessableEntity);
    assert!(again.text.contains("href=\"#purpose\""));
    let asked = clerk.post_form("/exports", &[&fields[..], &[("purpose", "handover")]].concat()).await;
    let path = asked.is(Status::SeeOther).location.unwrap();
    assert!(clerk.get(&path).await.is(Status::Ok).text.contains("撤回申请"));
    assert!(checker.get("/exports").await.text.contains(&path));
    assert!(checker.get(&path).await.text.contains("同意导出"));
    checker.post_form(&format!("{path}/approve"), &[]).await.goes_to(&path);
    assert!(clerk.get(&path).await.text.contains("正在生成"));
    work(&app).await;
    assert!(clerk.get(&path).await.text.contains("下载"));
    let got = super::post(&clerk, &format!("{path}/file")).await;
    assert_eq!(got.status, Status::Ok);
    assert_eq!(got.text().lines().count(), 3);
    assert!(clerk.get(&path).await.text.contains("已下载"));

    let mut fields = fields.to_vec();
    fields.push(("purpose", "check"));
    let second = clerk.post_form("/exports", &fields).await.location.unwrap();
    checker.get(&format!("{second}/refuse")).await.is(Status::Ok);
    checker.post_form(&format!("{second}/refuse"), &[("reason", "")]).await.is(Status::UnprocessableEntity);
    checker.post_form(&format!("{second}/refuse"), &[("reason", "刚导出过")]).await.goes_to(&second);
    assert!(clerk.get(&second).await.text.contains("刚导出过"));
}

#[rocket::async_test]
async fn the_auditor_sees_every_export_of_the_area_and_asks_for_none() {
    let app = App::start().await;
    app.given_person(1).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let id = id_of(&ask(&clerk, with(wanted("people", "csv"), "purpose", "audit")).await);
    let auditor = app.sign_in(Role::Auditor).await;
    let listed = auditor.api_get("/api/v1/exports").await.is(Status::Ok).json();
    assert_eq!(listed["items"][0]["id"], id.as_str());
    assert_eq!(listed["items"][0]["actions"], json!([]));
    let page = auditor.get("/exports").await.is(Status::Ok).text;
    assert!(page.contains(&format!("/exports/{id}")) && !page.contains("/exports/new"));
    auditor.get(&format!("/exports/{id}")).await.is(Status::Ok);
    let elsewhere = app.sign_in_at(Role::Auditor, "360922").await;
    assert_eq!(elsewhere.api_get("/api/v1/exports").await.json()["items"], json!([]));
    elsewhere.api_get(&format!("/api/v1/exports/{id}")).await.is(Status::NotFound);
    let other = app.sign_in(Role::CountyClerk).await;
    other.api_get(&format!("/api/v1/exports/{id}/file")).await.is(Status::NotFound);
    assert!(auditor.get("/audit?noun=export").await.text.contains("生成文件"));
}
