//! Every list leaves with its own rows, codes and heads, and nobody gets one that is not for him.

use entities::{
    claim, claim_line, organisation, progress, service_event, training_class,
    values::{ClassStatus, EnrolmentStatus, Fen, LineStatus, PersonId, Programme, Role, ServiceKind},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};

use super::{ask, clerk_with_password, column, csv_lines, file, in_full, wanted, with};
use crate::support::app::{App, COUNTY, VILLAGE};
use crate::support::claims::{claim_of, line_of};
use crate::support::given::{GivenClass, Graduate, day};

/// A village of 万载县, next door.
const ELSEWHERE: &str = "360922203202";

#[rocket::async_test]
async fn services_of_a_year_leave_with_who_they_were_for() {
    let app = App::start().await;
    let clerk = clerk_with_password(&app).await;
    let person = app.given_person(1).await;
    let other = app.given_person_in(3, ELSEWHERE).await;
    for (person, on) in [(person, day(5, 2)), (person, day(3, 1)), (other, day(3, 1))] {
        app.given_service(person, ServiceKind::JobIntroduction, on).await;
    }
    let old = app.given_service(person, ServiceKind::JobIntroduction, "2015-12-31".parse().unwrap()).await;
    let lines = csv_lines(&file(&clerk, in_full("services", "csv")).await);
    assert_eq!(column(&lines, "服务日期"), ["2016-03-01", "2016-05-02"]);
    assert_eq!(column(&lines, "姓名"), ["陈福来", "陈福来"]);
    assert_eq!(column(&lines, "服务类型"), ["job_introduction", "job_introduction"]);
    let before = csv_lines(&file(&clerk, with(wanted("services", "csv"), "year", 2015)).await);
    assert_eq!((before.len(), column(&before, "姓名")[0].as_str()), (2, "陈**"));
    assert_eq!(column(&before, "备注"), ["****"]);
    assert!(service_event::Entity::find_by_id(old).one(app.db.reader()).await.unwrap().is_some());
}

#[rocket::async_test]
async fn the_ledger_goes_on_behind_every_page() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let person = app.given_person(1).await;
    let id = app.given_service(person, ServiceKind::JobIntroduction, day(3, 1)).await;
    let row = service_event::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap();
    let rows: Vec<service_event::ActiveModel> = (0..2_100_u64)
        .map(|n| {
            let held_on = day(1, 1).checked_add_days(chrono::Days::new(n % 7)).unwrap();
            let id = entities::values::ServiceId::new();
            service_event::Model { id, held_on, note: n.to_string(), ..row.clone() }.into_active_model()
        })
        .collect();
    for rows in rows.chunks(500) {
        service_event::Entity::insert_many(rows.to_vec()).exec_without_returning(app.db.writer()).await.unwrap();
    }
    let export = ask(&clerk, wanted("services", "csv")).await;
    super::work(&app).await;
    let lines = csv_lines(&super::fetch(&clerk, &super::id_of(&export)).await.bytes);
    assert_eq!(lines.len(), 2_102);
}

#[rocket::async_test]
async fn a_roster_is_of_one_class_in_sight() {
    let app = App::start().await;
    let school = app.sign_in(Role::Institution).await;
    let stranger = app.sign_in(Role::Institution).await;
    let clerk = clerk_with_password(&app).await;
    let class = app.given_class(GivenClass::of(school.organisation.unwrap())).await;
    let people = [app.given_person(1).await, app.given_person(3).await];
    app.given_enrolments(class, &people[..1], EnrolmentStatus::Seated).await;
    app.given_enrolments(class, &people[1..], EnrolmentStatus::Waitlisted).await;
    let roster = |body| with(body, "class_id", class.to_string());
    let lines = csv_lines(&file(&school, with(roster(wanted("roster", "csv")), "words", true)).await);
    assert_eq!(column(&lines, "报名状态"), ["seated", "waitlisted"]);
    assert_eq!(column(&lines, "姓名"), ["陈**", "陈**"]);
    let full = csv_lines(&file(&clerk, roster(in_full("roster", "csv"))).await);
    assert_eq!(column(&full, "手机号"), ["15400000001", "15400000003"]);
    let path = "/api/v1/exports";
    stranger.api_post(path, roster(wanted("roster", "csv"))).await.is(Status::NotFound);
    school.api_post(path, wanted("roster", "csv")).await.blames("class_id", "invalid.required");
    school.get(&format!("/exports/new?list=roster&class_id={class}")).await.is(Status::Ok);
    stranger.get(&format!("/exports/new?list=roster&class_id={class}")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn classes_completions_and_claims_leave_with_codes_and_money() {
    let app = App::start().await;
    let school = app.sign_in(Role::Institution).await;
    let own = school.organisation.unwrap();
    let done = app.given_finished_class(own, 1, &[Graduate::QUALIFIED, Graduate::NOT_PASSED]).await;
    let clerk = clerk_with_password(&app).await;
    let lines = csv_lines(&file(&clerk, with(wanted("classes", "csv"), "words", true)).await);
    assert_eq!(column(&lines, "职业"), ["4-01-06-01"]);
    assert_eq!(column(&lines, "开班地点"), ["360923000000"]);
    assert_eq!(column(&lines, "每人补贴（元）"), ["800.00"]);
    assert_eq!(column(&lines, "状态"), ["closed"]);
    let none = csv_lines(&file(&clerk, with(wanted("classes", "csv"), "status", "running")).await);
    assert_eq!(none.len(), 1);

    let lines = csv_lines(&file(&clerk, in_full("completions", "csv")).await);
    let mut qualified = column(&lines, "结业合格");
    qualified.sort();
    assert_eq!(qualified, ["否", "是"]);
    assert!(column(&lines, "证书编号").iter().any(|serial| serial.starts_with("Z-")));
    let of_school = csv_lines(&file(&school, wanted("completions", "csv")).await);
    assert_eq!(of_school.len(), 3);
    assert!(!of_school.concat().concat().contains("Z-"));

    let (claim, line) = given_claim(&app, &done).await;
    let lines = csv_lines(&file(&clerk, in_full("claim_lines", "csv")).await);
    assert_eq!(column(&lines, "金额（元）"), ["800.00"]);
    assert_eq!(column(&lines, "申领号"), [claim]);
    assert_eq!(column(&lines, "社保卡账号"), ["000000360000000001"]);
    assert_eq!(column(&lines, "明细状态"), [line.as_str()]);
    let other = app.sign_in(Role::Institution).await;
    assert_eq!(csv_lines(&file(&other, wanted("claim_lines", "csv")).await).len(), 1);
    assert_eq!(csv_lines(&file(&school, wanted("claim_lines", "csv")).await).len(), 2);
    let finance = app.sign_in(Role::FinanceOfficer).await;
    assert_eq!(csv_lines(&file(&finance, wanted("claim_lines", "csv")).await).len(), 2);
    finance.api_post("/api/v1/exports", wanted("people", "csv")).await.is(Status::Forbidden);
}

/// A claim with one line for the first who finished.
async fn given_claim(app: &App, done: &crate::support::given::FinishedClass) -> (String, LineStatus) {
    let class = training_class::Entity::find_by_id(done.class).one(app.db.reader()).await.unwrap().unwrap();
    let number = "SL-1".to_owned();
    let row = claim_of(app, &class, done.pot, &number, Fen(80_000));
    let line = line_of(&row, &class, (done.people[0], done.enrolments[0]), LineStatus::Claimed);
    claim::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    claim_line::Entity::insert(line.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    (number, LineStatus::Claimed)
}

#[rocket::async_test]
async fn targets_leave_beside_what_came_of_them() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    app.given_target(COUNTY, Programme::Ecommerce, 200).await;
    app.given_target("360923106", Programme::Ecommerce, 40).await;
    app.given_target("360922", Programme::Ecommerce, 40).await;
    for (area, people) in [(COUNTY, 50), (VILLAGE, 3)] {
        let row = progress::Model {
            year: 2016,
            programme: Programme::Ecommerce,
            area_code: area.into(),
            people,
            person_times: people + 1,
        };
        progress::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    }
    let lines = csv_lines(&file(&clerk, wanted("progress", "csv")).await);
    assert_eq!(column(&lines, "地区"), ["360923000000", "360923106000", "360923106206"]);
    assert_eq!(column(&lines, "任务人数"), ["200", "40", ""]);
    assert_eq!(column(&lines, "完成人数"), ["50", "0", "3"]);
    assert_eq!(column(&lines, "完成率（%）"), ["25.00", "0.00", ""]);
}

#[rocket::async_test]
async fn nobody_gets_a_list_of_another_area_or_another_role() {
    let app = App::start().await;
    let school = app.sign_in(Role::Institution).await;
    app.given_person_in(1, ELSEWHERE).await;
    app.given_class(GivenClass { area: "360922", ..GivenClass::of(school.organisation.unwrap()) }).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    for list in ["people", "services", "classes", "completions", "claim_lines", "progress"] {
        assert_eq!(csv_lines(&file(&clerk, wanted(list, "csv")).await).len(), 1, "{list}");
    }
    let worker = app.sign_in(Role::VillageWorker).await;
    for list in ["classes", "completions", "claim_lines"] {
        worker.api_post("/api/v1/exports", wanted(list, "csv")).await.is(Status::Forbidden);
        worker.get(&format!("/exports/new?list={list}")).await.is(Status::Forbidden);
    }
    assert_eq!(csv_lines(&file(&worker, wanted("people", "csv")).await).len(), 1);
}

#[rocket::async_test]
async fn formulas_in_other_lists_leave_as_text_too() {
    let app = App::start().await;
    let school = app.sign_in(Role::Institution).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let evil = "=cmd|' /C calc'!A0";
    let class = app
        .given_class(GivenClass { status: ClassStatus::Running, ..GivenClass::of(school.organisation.unwrap()) })
        .await;
    training_class::Entity::update_many()
        .col_expr(training_class::Column::Title, Expr::value(evil))
        .col_expr(training_class::Column::Venue, Expr::value(evil))
        .col_expr(training_class::Column::Trainer, Expr::value(evil))
        .filter(training_class::Column::Id.eq(class))
        .exec(app.db.writer())
        .await
        .unwrap();
    organisation::Entity::update_many()
        .col_expr(organisation::Column::Name, Expr::value(evil))
        .exec(app.db.writer())
        .await
        .unwrap();
    let person: PersonId = app.given_person(1).await;
    app.given_service(person, ServiceKind::JobIntroduction, day(3, 1)).await;
    service_event::Entity::update_many()
        .col_expr(service_event::Column::Provider, Expr::value(evil))
        .exec(app.db.writer())
        .await
        .unwrap();
    for list in ["classes", "services"] {
        let lines = csv_lines(&file(&clerk, wanted(list, "csv")).await);
        assert!(lines.concat().iter().all(|cell| !cell.starts_with('=')), "{list}: {lines:?}");
        assert!(lines.concat().contains(&format!("'{evil}")), "{list}");
        let (rows, formulas) = super::workbook(file(&clerk, wanted(list, "xlsx")).await);
        assert_eq!(formulas, 0, "{list}");
        assert!(rows[1].iter().any(|cell| *cell == evil), "{list}");
    }
}
