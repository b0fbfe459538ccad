//! How a file is built, kept and given out: whole or not at all, with the rights of the moment, for some days.

use chrono::TimeDelta;
use entities::{
    export_job, export_part, person,
    values::{ExportStatus, PersonId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::json;
use sidan::people::{NewPerson, insert_many, unseal};

use super::{
    ask, clerk_with_password, column, csv_lines, deeds, fetch, given_rule, id_of, in_full, job, moved_to, parts,
    wanted, work,
};
use crate::support::app::{App, VILLAGE, nine_on};

/// A village of 万载县, next door.
const ELSEWHERE: &str = "360922203202";

/// A job that was agreed to and waits for its builder: too large to be built at once, by the rule of the test.
async fn approved(app: &std::sync::Arc<App>, clerk: &crate::support::app::Visitor) -> String {
    given_rule(app, "export_rows_masked", 0).await;
    let id = id_of(&ask(clerk, wanted("people", "csv")).await);
    let checker = app.sign_in(Role::CountyChecker).await;
    checker.api_post(&format!("/api/v1/exports/{id}/approve"), json!({})).await.is(Status::Ok);
    id
}

#[rocket::async_test]
async fn the_answer_is_an_attachment_with_a_chinese_name_and_is_never_kept() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    app.given_person(1).await;
    let got = fetch(&clerk, &id_of(&ask(&clerk, wanted("people", "csv")).await)).await;
    let name = "%E4%BA%BA%E5%91%98%E5%90%8D%E5%8D%95_%E4%B8%8A%E9%AB%98%E5%8E%BF_2016-11-01.csv";
    let disposition = format!("attachment; filename=\"people_360923_2016-11-01.csv\"; filename*=UTF-8''{name}");
    assert_eq!(got.header("Content-Disposition"), disposition);
    assert_eq!(got.header("Cache-Control"), "no-store");
    assert_eq!(got.header("X-Content-Type-Options"), "nosniff");
    assert!(got.header("Content-Type").starts_with("text/csv"));
    let xlsx = fetch(&clerk, &id_of(&ask(&clerk, wanted("people", "xlsx")).await)).await;
    assert!(xlsx.header("Content-Type").contains("spreadsheetml"));
}

#[rocket::async_test]
async fn who_lost_the_area_or_the_right_gets_no_file() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    app.given_person(1).await;
    let built = id_of(&ask(&clerk, wanted("people", "csv")).await);
    let waiting = approved(&app, &clerk).await;
    moved_to(&app, clerk.account, Role::CountyClerk, "360922").await;
    clerk.api_get(&format!("/api/v1/exports/{built}/file")).await.refuses("export.right_lost");
    work(&app).await;
    let job = job(&app, &waiting).await;
    assert_eq!((job.status, job.fault.as_deref()), (ExportStatus::Refused, Some("export.right_lost")));
    assert!(clerk.get(&format!("/exports/{waiting}")).await.text.contains("不能再要这个名单"));
    moved_to(&app, clerk.account, Role::FinanceOfficer, "360923").await;
    clerk.api_get(&format!("/api/v1/exports/{built}/file")).await.refuses("export.right_lost");
}

#[rocket::async_test]
async fn rows_are_those_that_the_asker_may_see_when_the_file_is_built() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    app.given_person(1).await;
    let leaving = app.given_person(3).await;
    let id = approved(&app, &clerk).await;
    app.given_person(5).await;
    app.change_person(leaving, |row, _| row.area_code = ELSEWHERE.to_owned()).await;
    work(&app).await;
    let lines = csv_lines(&fetch(&clerk, &id).await.bytes);
    assert_eq!(column(&lines, "所在村"), [VILLAGE, VILLAGE]);
    assert_eq!(job(&app, &id).await.rows, 2);
}

#[rocket::async_test]
async fn a_list_that_outgrew_what_one_may_take_alone_is_not_built() {
    let app = App::start().await;
    let clerk = clerk_with_password(&app).await;
    app.given_person(1).await;
    let id = id_of(&ask(&clerk, in_full("people", "csv")).await);
    // As if the builder came late.
    export_job::Entity::update_many()
        .col_expr(export_job::Column::Status, Expr::value(ExportStatus::Approved))
        .col_expr(export_job::Column::RowsAlone, Expr::value(0_i64))
        .filter(export_job::Column::Id.eq(job(&app, &id).await.id))
        .exec(app.db.writer())
        .await
        .unwrap();
    // The hold of the first builder is over.
    app.time_is(nine_on(11, 1) + TimeDelta::minutes(2)).await;
    work(&app).await;
    assert_eq!(job(&app, &id).await.fault.as_deref(), Some("export.grew"));
    assert!(parts(&app).await.is_empty());
}

#[rocket::async_test]
async fn a_file_goes_after_three_days_with_all_its_pieces() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    app.given_person(1).await;
    let id = id_of(&ask(&clerk, wanted("people", "csv")).await);
    app.time_is(nine_on(11, 4) - TimeDelta::seconds(1)).await;
    work(&app).await;
    assert_eq!(fetch(&clerk, &id).await.status, Status::Ok);
    app.time_is(nine_on(11, 4)).await;
    clerk.api_get(&format!("/api/v1/exports/{id}/file")).await.refuses("export.expired");
    work(&app).await;
    assert_eq!(job(&app, &id).await.status, ExportStatus::Expired);
    assert!(parts(&app).await.is_empty());
    clerk.api_get(&format!("/api/v1/exports/{id}/file")).await.refuses("export.expired");
    assert!(clerk.get(&format!("/exports/{id}")).await.text.contains("到期删除"));
    assert_eq!(deeds(&app).await.last().unwrap().0, "expire");
}

#[rocket::async_test]
async fn what_a_killed_builder_left_is_thrown_away_and_built_anew() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    for n in 0..3 {
        app.given_person(n).await;
    }
    let id = approved(&app, &clerk).await;
    let key = job(&app, &id).await.id;
    for ordinal in 0..70 {
        let row = export_part::Model { job_id: key, ordinal, sealed: b"half a file".to_vec() };
        export_part::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    }
    export_job::Entity::update_many()
        .col_expr(export_job::Column::Lease, Expr::value(uuid::Uuid::now_v7()))
        .col_expr(export_job::Column::LeaseUntil, Expr::value(app.clock.now() + TimeDelta::seconds(60)))
        .col_expr(export_job::Column::Parts, Expr::value(70))
        .filter(export_job::Column::Id.eq(key))
        .exec(app.db.writer())
        .await
        .unwrap();
    work(&app).await;
    assert_eq!(job(&app, &id).await.status, ExportStatus::Approved, "somebody may still be at it");
    app.time_is(nine_on(11, 1) + TimeDelta::seconds(60)).await;
    work(&app).await;
    assert_eq!(parts(&app).await.len(), 1);
    assert_eq!(csv_lines(&fetch(&clerk, &id).await.bytes).len(), 4);
}

#[rocket::async_test]
async fn two_builders_make_one_file() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    app.given_person(1).await;
    let id = approved(&app, &clerk).await;
    let (one, other) = (super::builder(&app), super::builder(&app).clone());
    let (first, second) = tokio::join!(one.step(), other.step());
    first.unwrap();
    second.unwrap();
    assert_eq!(parts(&app).await.len(), 1);
    assert_eq!(csv_lines(&fetch(&clerk, &id).await.bytes).len(), 2);
    assert_eq!(deeds(&app).await.iter().filter(|(verb, _)| verb == "build").count(), 1);
}

#[rocket::async_test]
async fn what_kills_every_builder_is_given_up() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    app.given_person(1).await;
    let id = approved(&app, &clerk).await;
    export_job::Entity::update_many()
        .col_expr(export_job::Column::Attempts, Expr::value(5))
        .exec(app.db.writer())
        .await
        .unwrap();
    work(&app).await;
    assert_eq!(job(&app, &id).await.fault.as_deref(), Some("export.failed"));
}

#[rocket::async_test]
async fn a_damaged_or_missing_piece_is_an_error_and_no_short_file() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    app.given_person(1).await;
    let id = id_of(&ask(&clerk, wanted("people", "csv")).await);
    let mut piece = parts(&app).await.remove(0);
    let whole = piece.sealed.clone();
    *piece.sealed.last_mut().unwrap() ^= 1;
    let write = async |sealed: Vec<u8>| {
        export_part::Entity::update_many()
            .col_expr(export_part::Column::Sealed, Expr::value(sealed))
            .exec(app.db.writer())
            .await
            .unwrap();
    };
    write(piece.sealed.clone()).await;
    let path = format!("/api/v1/exports/{id}/file");
    clerk.api_get(&path).await.is(Status::InternalServerError);
    assert_eq!(super::post(&clerk, &format!("/exports/{id}/file")).await.status, Status::InternalServerError);
    write(whole).await;
    assert_eq!(fetch(&clerk, &id).await.status, Status::Ok);
    export_part::Entity::delete_many().exec(app.db.writer()).await.unwrap();
    clerk.api_get(&path).await.is(Status::InternalServerError);
    assert_eq!(deeds(&app).await.iter().filter(|(verb, _)| verb == "fetch").count(), 1);
}

#[rocket::async_test]
async fn pieces_of_one_file_do_not_open_in_another() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    app.given_person(1).await;
    let first = id_of(&ask(&clerk, wanted("people", "csv")).await);
    let second = id_of(&ask(&clerk, wanted("people", "csv")).await);
    let pieces = parts(&app).await;
    let sealed = pieces.iter().find(|piece| piece.job_id.to_string() == first).unwrap().sealed.clone();
    export_part::Entity::update_many()
        .col_expr(export_part::Column::Sealed, Expr::value(sealed))
        .exec(app.db.writer())
        .await
        .unwrap();
    assert_eq!(fetch(&clerk, &first).await.status, Status::Ok);
    assert_eq!(fetch(&clerk, &second).await.status, Status::InternalServerError);
}

#[rocket::async_test]
async fn a_workbook_has_its_length_and_csv_has_none() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    given_rule(&app, "export_rows_xlsx", 1).await;
    for n in 0..2 {
        app.given_person(n).await;
    }
    let answer = clerk.api_post("/api/v1/exports", wanted("people", "xlsx")).await;
    answer.refuses("export.too_long");
    assert_eq!(ask(&clerk, wanted("people", "csv")).await["status"], "ready");
}

#[rocket::async_test]
async fn twenty_thousand_rows_leave_in_pieces_of_one_size() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let first = app.given_person(1).await;
    let row = person::Entity::find_by_id(first).one(app.db.reader()).await.unwrap().unwrap();
    let private = unseal(&app.vault, &row).unwrap();
    let people = (1..20_000).map(|n: u32| {
        let mut private = private.clone();
        private.id_number = format!("{n:018}");
        NewPerson { row: person::Model { id: PersonId::new(), ..row.clone() }, private }
    });
    let people: Vec<NewPerson> = people.collect();
    let work_alone = sidan::data::Work::begin(&app.db, &app.clock).await.unwrap();
    insert_many(&work_alone, &app.vault, people).await.unwrap();
    work_alone.finish().await.unwrap();
    given_rule(&app, "export_rows_masked", 100_000).await;
    let export = ask(&clerk, wanted("people", "csv")).await;
    let id = id_of(&export);
    assert_eq!((&export["status"], &export["rows_due"]), (&json!("approved"), &json!(20_000)));
    work(&app).await;
    let pieces = parts(&app).await;
    assert!(pieces.len() > 10, "{}", pieces.len());
    assert!(pieces.iter().all(|piece| piece.sealed.len() <= 256 * 1_024 + 64));
    let got = fetch(&clerk, &id).await;
    assert_eq!(got.header("Content-Length"), got.bytes.len().to_string());
    assert_eq!(got.text().lines().count(), 20_001);
    let built = job(&app, &id).await;
    assert_eq!((built.rows, usize::try_from(built.bytes).unwrap()), (20_000, got.bytes.len()));
    let told = deeds(&app).await;
    assert_eq!(told.last().unwrap().1["rows"], 20_000);
}
