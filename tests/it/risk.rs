//! How risky an institution is: from facts alone, of a day, kept once, and seen as far as the reader is told.

use entities::{
    risk_score,
    values::{CaseOutcome, DoubtKind, DoubtStatus, OrganisationKind, RiskBand, Role},
};
use rocket::http::Status;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};
use sidan::risk::{rate_for, score_all};

use crate::sanctions::{Story, delisting, given_doubt, warning};
use crate::support::app::{COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};

const SEE: Who =
    Who::Roles(&[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const COMPARE: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const KEEP: Who = Who::Roles(&[Role::CountyChecker, Role::Supervisor]);

pub const DOORS: &[Door] = &[
    ("GET", "/risk", COMPARE),
    ("GET", "/organisations/<id>/risk", SEE),
    ("POST", "/organisations/<id>/risk", KEEP),
    ("GET", "/api/v1/risk", COMPARE),
    ("GET", "/api/v1/organisations/<id>/risk", SEE),
    ("GET", "/api/v1/organisations/<id>/risk/kept", COMPARE),
    ("POST", "/api/v1/organisations/<id>/risk", KEEP),
];

async fn score(by: &Visitor, story: &Story, query: &str) -> Value {
    by.api_get(&format!("/api/v1/organisations/{}/risk{query}", story.institution())).await.is(Status::Ok).json()
}

/// Factor, count and points of each line.
fn lines(view: &Value) -> Vec<(String, i64, i64)> {
    let line = |line: &Value| {
        (line["factor"].as_str().unwrap().to_owned(), line["count"].as_i64().unwrap(), line["points"].as_i64().unwrap())
    };
    view["lines"].as_array().unwrap().iter().map(line).collect()
}

fn named(lines: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
    lines.iter().map(|(factor, count, points)| ((*factor).to_owned(), *count, *points)).collect()
}

#[rocket::async_test]
async fn a_score_is_explained_line_by_line() {
    let story = Story::with(CaseOutcome::Warning).await;
    for _ in 0..2 {
        given_doubt(&story, DoubtKind::SharedDevice, DoubtStatus::Confirmed, 30).await;
    }
    given_doubt(&story, DoubtKind::Headcount, DoubtStatus::Open, 3).await;
    given_doubt(&story, DoubtKind::OverCapacity, DoubtStatus::Open, 3).await;
    given_doubt(&story, DoubtKind::PassRate, DoubtStatus::Dismissed, 3).await;
    // Longer ago than the months that count.
    given_doubt(&story, DoubtKind::SharedDevice, DoubtStatus::Confirmed, 400).await;
    story.in_force(warning()).await;
    let checker = story.app.sign_in(Role::CountyChecker).await;
    let view = score(&checker, &story, "").await;
    let told = [
        ("shared_device", 2, 16),
        ("open_doubt", 1, 1),
        ("case", 1, 10),
        ("warning", 1, 5),
        ("headcount", 1, 8),
        ("first_year", 1, 5),
    ];
    assert_eq!(lines(&view), named(&told));
    assert_eq!((&view["points"], &view["band"], &view["sampling_percent"]), (&json!(45), &json!("middle"), &json!(30)));
    assert_eq!((&view["on"], &view["method"]), (&json!("2016-11-01"), &json!("1")));
}

#[rocket::async_test]
async fn a_weight_and_a_band_are_rules_by_area_and_date() {
    let story = Story::with(CaseOutcome::Warning).await;
    let checker = story.app.sign_in(Role::CountyChecker).await;
    assert_eq!(score(&checker, &story, "").await["points"], 15);
    let sql = |table: &str, of: &str| {
        format!(
            "INSERT INTO {table} SELECT * FROM (SELECT {} AS id, {of} AND area_code = '360000') AS other",
            match story.app.db.backend() {
                sea_orm::DbBackend::Sqlite => "randomblob(16)",
                _ => "gen_random_uuid()",
            }
        )
    };
    // The county weighs a case more, and calls 25 points high.
    let heavier = sql(
        "risk_weight",
        &format!(
            "factor, '{COUNTY}' AS area_code, valid_from, valid_to, 22, 30, document_no FROM risk_weight WHERE factor = 'case'"
        ),
    );
    story.app.db.writer().execute_unprepared(&heavier).await.unwrap();
    let sooner = sql(
        "rule",
        &format!(
            "code, '{COUNTY}' AS area_code, valid_from, valid_to, 25, document_no FROM rule WHERE code = 'risk.high_from'"
        ),
    );
    story.app.db.writer().execute_unprepared(&sooner).await.unwrap();
    let view = score(&checker, &story, "").await;
    assert_eq!((&view["points"], &view["band"], &view["sampling_percent"]), (&json!(27), &json!("high"), &json!(100)));
    let sampling = rate_for(story.app.db.reader(), story.institution(), story.app.clock.today()).await.unwrap();
    assert_eq!((sampling.points, sampling.band, sampling.percent), (27, RiskBand::High, 100));
}

#[rocket::async_test]
async fn a_score_of_a_past_day_knows_nothing_of_what_came_later() {
    let story = Story::with(CaseOutcome::Delist).await;
    given_doubt(&story, DoubtKind::SharedDevice, DoubtStatus::Open, 1).await;
    let checker = story.app.sign_in(Role::CountyChecker).await;
    let before = score(&checker, &story, "?on=2016-11-01").await;
    story.app.time_is(nine_on(11, 5)).await;
    let checker = story.app.sign_in(Role::CountyChecker).await;
    let sql = "UPDATE doubt SET status = 'confirmed', decided_by = (SELECT opened_by FROM supervision_case), \
               decided_at = '2016-11-05 01:00:00+00:00'";
    story.app.db.writer().execute_unprepared(sql).await.unwrap();
    let after = score(&checker, &story, "").await;
    assert!(lines(&after).contains(&("shared_device".to_owned(), 1, 8)), "{after}");
    assert_eq!(score(&checker, &story, "?on=2016-11-01").await, before);
    let yesterday = score(&checker, &story, "?on=2016-10-30").await;
    assert_eq!(lines(&yesterday), named(&[]));
    checker
        .api_get(&format!("/api/v1/organisations/{}/risk?on=2016-11-06", story.institution()))
        .await
        .blames("on", "invalid.date_future");
}

#[rocket::async_test]
async fn striking_off_is_the_whole_score_and_an_appeal_that_is_upheld_takes_it_back() {
    let story = Story::with(CaseOutcome::Delist).await;
    let at = story.in_force(delisting()).await;
    let auditor = story.app.sign_in(Role::Auditor).await;
    let view = score(&auditor, &story, "").await;
    assert_eq!((&view["points"], &view["band"], &view["sampling_percent"]), (&json!(100), &json!("high"), &json!(100)));
    assert_eq!(view["actions"], json!([]));
    story.school.api_post(&format!("{at}/appeal"), json!({ "appeal": "不服。" })).await.is(Status::Ok);
    let apart = story.app.sign_in(Role::Supervisor).await;
    let upheld = json!({ "outcome": "upheld", "decision": "证据不足。" });
    apart.api_post(&format!("{at}/appeal/decide"), upheld).await.is(Status::Ok);
    assert!(lines(&score(&auditor, &story, "").await).iter().all(|line| line.0 != "delisting"));
}

#[rocket::async_test]
async fn the_institution_sees_its_own_score_without_what_is_still_looked_into() {
    let story = Story::with(CaseOutcome::Warning).await;
    for kind in [DoubtKind::SharedDevice, DoubtKind::Headcount, DoubtKind::CallBack] {
        given_doubt(&story, kind, DoubtStatus::Open, 3).await;
    }
    let view = score(&story.school, &story, "").await;
    assert_eq!(lines(&view), named(&[("case", 1, 10), ("first_year", 1, 5)]));
    assert_eq!((&view["points"], &view["band"]), (&json!(15), &json!("low")));
    let path = format!("/organisations/{}/risk", story.institution());
    let page = story.school.get(&path).await.is(Status::Ok).text;
    assert!(!page.contains("清点") && !page.contains("/doubts") && page.contains("成立的案件"), "{page}");
    assert!(story.school.get("/").await.text.contains(&path));
    let other = story.app.sign_in(Role::Institution).await;
    other.get(&path).await.is(Status::NotFound);
    other.api_get(&format!("/api/v1{path}")).await.is(Status::NotFound);
    let elsewhere = story.app.sign_in_at(Role::CountyChecker, "360922").await;
    elsewhere.api_get(&format!("/api/v1{path}")).await.is(Status::NotFound);
    elsewhere.api_post(&format!("/api/v1{path}"), json!({})).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_score_is_kept_as_it_was_found_and_only_added_to() {
    let story = Story::with(CaseOutcome::Warning).await;
    let checker = story.app.sign_in(Role::CountyChecker).await;
    let path = format!("/organisations/{}/risk", story.institution());
    checker.api_post(&format!("/api/v1{path}"), json!({})).await.is(Status::Created);
    given_doubt(&story, DoubtKind::SharedDevice, DoubtStatus::Confirmed, 1).await;
    checker.post_form(&path, &[]).await.goes_to(&path);
    let kept = checker.api_get(&format!("/api/v1{path}/kept")).await.is(Status::Ok).json();
    let points: Vec<i64> = kept.as_array().unwrap().iter().map(|row| row["points"].as_i64().unwrap()).collect();
    assert_eq!(points, [23, 15]);
    assert_eq!((&kept[0]["by_hand"], &kept[0]["lines"][0]["factor"]), (&json!(true), &json!("shared_device")));
    let page = checker.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("留存的分数") && page.contains("查实：一机多人") && page.contains("1 × 8 → 8"), "{page}");
    for sql in ["UPDATE risk_score SET points = 0", "DELETE FROM risk_score"] {
        assert!(story.app.db.writer().execute_unprepared(sql).await.is_err(), "{sql}");
    }
}

#[rocket::async_test]
async fn a_task_keeps_one_score_a_day_of_every_institution() {
    let story = Story::with(CaseOutcome::Warning).await;
    let app = &story.app;
    app.organisation(OrganisationKind::Institution, "360922").await;
    app.organisation(OrganisationKind::Enterprise, COUNTY).await;
    let round = async || score_all(&app.db, &app.desk, &app.clock).await.unwrap();
    assert_eq!((round().await, round().await), (2, 0));
    app.time_is(nine_on(11, 2)).await;
    assert_eq!((round().await, round().await), (2, 0));
    let rows = risk_score::Entity::find().all(app.db.reader()).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.made_by.is_none()).count(), 4);
}

#[rocket::async_test]
async fn institutions_are_listed_by_their_risk_within_ones_area() {
    let story = Story::with(CaseOutcome::Warning).await;
    let app = &story.app;
    let clean = app.organisation(OrganisationKind::Institution, COUNTY).await;
    app.organisation(OrganisationKind::Institution, "360922").await;
    score_all(&app.db, &app.desk, &app.clock).await.unwrap();
    let clerk = app.sign_in(Role::CountyClerk).await;
    let ids = |view: &Value| -> Vec<String> {
        let items = view["items"].as_array().unwrap();
        items.iter().map(|row| row["organisation_id"].as_str().unwrap().to_owned()).collect()
    };
    let view = clerk.api_get("/api/v1/risk").await.is(Status::Ok).json();
    assert_eq!(ids(&view), [story.institution().to_string(), clean.to_string()]);
    let first = clerk.api_get("/api/v1/risk?limit=1").await.json();
    assert_eq!(ids(&first), [story.institution().to_string()]);
    let next = first["next"].as_str().unwrap();
    let rest = clerk.api_get(&format!("/api/v1/risk?limit=1&after={next}")).await.is(Status::Ok).json();
    assert_eq!((ids(&rest), &rest["next"]), (vec![clean.to_string()], &Value::Null));
    assert_eq!(ids(&clerk.api_get("/api/v1/risk?band=high").await.json()), Vec::<String>::new());
    clerk.api_get("/api/v1/risk?band=grave").await.blames("band", "invalid.choice");
    clerk.api_get("/api/v1/risk?after=x").await.blames("after", "invalid.id");
    let supervisor = app.sign_in(Role::Supervisor).await;
    assert_eq!(ids(&supervisor.api_get("/api/v1/risk").await.json()).len(), 3);
    assert_eq!(ids(&supervisor.api_get("/api/v1/risk?area=360922").await.json()).len(), 1);
    let page = clerk.get("/risk").await.is(Status::Ok).text;
    assert!(page.contains(&format!("/organisations/{clean}/risk")) && page.contains("低（2）"), "{page}");
}
