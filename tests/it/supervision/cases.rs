//! A case against an institution: opened by one person, decided by another, told to the institution.

use entities::{
    message, supervision_case,
    values::{CaseStatus, DoubtStatus, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{Story, present, roster, sessions_of};
use crate::support::app::Visitor;
use crate::support::given::GivenClass;

/// Two confirmed doubts about one institution.
async fn confirmed() -> (Story, Vec<String>) {
    let (story, _) = Story::doubted().await;
    story.app.time_is(crate::support::app::nine_on(11, 14) + chrono::TimeDelta::hours(6)).await;
    story.all_present(2).await;
    assert_eq!(story.search().await, 1);
    let ids: Vec<String> = story.doubts().await.iter().map(|row| row.id.to_string()).collect();
    for id in &ids {
        story.checker.api_post(&format!("/api/v1/doubts/{id}/confirm"), json!({})).await.is(Status::Ok);
    }
    (story, ids)
}

fn case(doubts: &[String]) -> Value {
    json!({ "doubts": doubts, "title": "两次课超过场地容量", "finding": "两次课都计了3人，场地只有2个座位。" })
}

async fn opened(story: &Story, doubts: &[String]) -> String {
    let view = story.checker.api_post("/api/v1/cases", case(doubts)).await.is(Status::Created).json();
    view["id"].as_str().unwrap().to_owned()
}

async fn told(to: &Visitor) -> Vec<String> {
    let rows = message::Entity::find()
        .filter(message::Column::AccountId.eq(to.account))
        .order_by_asc(message::Column::Id)
        .all(to.app.db.reader())
        .await
        .unwrap();
    rows.into_iter().map(|row| row.kind).filter(|kind| kind.starts_with("case_")).collect()
}

#[rocket::async_test]
async fn a_case_goes_from_several_doubts_to_its_closing_and_takes_two_people() {
    let (story, ids) = confirmed().await;
    let view = story.checker.api_post("/api/v1/cases", case(&ids)).await.is(Status::Created).json();
    assert_eq!((&view["status"], &view["number"]), (&json!("opened"), &json!("A-2016-0001")));
    assert_eq!(view["doubts"].as_array().unwrap().len(), 2);
    // Who opened it does not decide.
    assert_eq!(view["actions"], json!([]));
    assert!(story.doubts().await.iter().all(|row| row.status == DoubtStatus::InCase));
    let at = format!("/api/v1/cases/{}", view["id"].as_str().unwrap());
    let decision = json!({ "outcome": "rectify", "decision": "一个月内换到能坐下全班的教室。", "version": 1 });
    story.checker.api_post(&format!("{at}/decide"), decision.clone()).await.refuses("case.same_person");
    let again = story.app.sign_in_as(Role::Supervisor, &story.checker).await;
    again.api_post(&format!("{at}/decide"), decision.clone()).await.refuses("case.same_person");
    let supervisor = story.app.sign_in(Role::Supervisor).await;
    assert!(supervisor.get("/").await.text.contains("1个案件等您决定"));
    assert!(!story.checker.get("/").await.text.contains("1个案件等您决定"));
    supervisor.api_post(&format!("{at}/close"), json!({ "closing": "换了教室" })).await.refuses("move.illegal");
    let view = supervisor.api_post(&format!("{at}/decide"), decision.clone()).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["outcome"]), (&json!("decided"), &json!("rectify")));
    supervisor.api_post(&format!("{at}/decide"), decision).await.refuses("error.stale");
    let closing = json!({ "closing": "已换到一楼大教室" });
    let view = story.checker.api_post(&format!("{at}/close"), closing).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["closing"]), (&json!("closed"), &json!("已换到一楼大教室")));
    assert_eq!(told(&story.institution).await, ["case_opened", "case_decided", "case_closed"]);
}

#[rocket::async_test]
async fn the_institution_sees_the_case_against_it_and_not_what_was_found() {
    let (story, ids) = confirmed().await;
    let id = opened(&story, &ids).await;
    let view = story.institution.api_get(&format!("/api/v1/cases/{id}")).await.is(Status::Ok).json();
    assert_eq!((&view["title"], &view["finding"]), (&json!("两次课超过场地容量"), &Value::Null));
    assert_eq!((&view["doubts"], &view["actions"]), (&json!([]), &json!([])));
    let page = story.institution.get(&format!("/cases/{id}")).await.is(Status::Ok).text;
    assert!(!page.contains("只有2个座位") && !page.contains("/doubts/"), "{page}");
    assert!(story.institution.get("/cases").await.is(Status::Ok).text.contains("两次课超过场地容量"));
    for stranger in
        [story.app.sign_in(Role::Institution).await, story.app.sign_in_at(Role::CountyChecker, "360922").await]
    {
        stranger.api_get(&format!("/api/v1/cases/{id}")).await.is(Status::NotFound);
        assert_eq!(stranger.api_get("/api/v1/cases").await.json()["items"], json!([]));
    }
    let auditor = story.app.sign_in(Role::Auditor).await;
    let page = auditor.get(&format!("/cases/{id}")).await.is(Status::Ok).text;
    assert!(page.contains("只有2个座位") && page.contains("待决定"), "{page}");
}

#[rocket::async_test]
async fn a_case_is_of_confirmed_doubts_about_one_institution() {
    let (story, ids) = confirmed().await;
    let post = async |body: Value| story.checker.api_post("/api/v1/cases", body).await;
    post(json!({ "doubts": [], "title": "容量", "finding": "超过容量" })).await.blames("doubts", "invalid.required");
    post(json!({ "doubts": ids, "title": " ", "finding": "超过容量" })).await.blames("title", "invalid.required");
    let novel = "长".repeat(2_001);
    post(json!({ "doubts": ids, "title": "容量", "finding": novel })).await.blames("finding", "invalid.too_long");
    // Another house with too few seats.
    let other = story.app.sign_in(Role::Institution).await;
    let class = story.app.given_class(GivenClass::of(other.organisation.unwrap())).await;
    let people = [story.app.given_person(50).await, story.app.given_person(51).await, story.app.given_person(52).await];
    let seats = story.app.given_enrolments(class, &people, entities::values::EnrolmentStatus::Seated).await;
    story.room_of(other.organisation.unwrap(), 2).await;
    roster(&other, &sessions_of(&other, class).await[0], present(&seats)).await.is(Status::Ok);
    assert_eq!(story.search().await, 1);
    let theirs = story.doubts().await.into_iter().find(|row| row.class_id == class).unwrap().id.to_string();
    post(case(std::slice::from_ref(&theirs))).await.refuses("case.not_confirmed");
    story.checker.api_post(&format!("/api/v1/doubts/{theirs}/confirm"), json!({})).await.is(Status::Ok);
    post(case(&[ids[0].clone(), theirs])).await.refuses("case.two_institutions");
    let opened = post(case(&ids[..1])).await.is(Status::Created).json();
    assert_eq!(opened["number"], "A-2016-0001");
    // What is in a case is in no other one, and what was refused took no number.
    post(case(&ids)).await.refuses("case.not_confirmed");
    assert_eq!(post(case(&ids[1..])).await.is(Status::Created).json()["number"], "A-2016-0002");
}

#[rocket::async_test]
async fn the_table_itself_asks_for_a_second_person_and_for_an_outcome() {
    let (story, ids) = confirmed().await;
    let id = opened(&story, &ids).await;
    let row = supervision_case::Entity::find().one(story.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((row.id.to_string(), row.status), (id, CaseStatus::Opened));
    for (bad, why) in [
        ("status = 'decided', outcome = 'warning', decided_by = opened_by", "one person decides alone"),
        ("status = 'decided'", "decided without an outcome"),
        ("status = 'closed'", "closed by nobody"),
        ("outcome = 'warning'", "an outcome before it is decided"),
    ] {
        let sql = format!("UPDATE supervision_case SET {bad}");
        assert!(story.app.db.writer().execute_unprepared(&sql).await.is_err(), "{why}");
    }
    for (bad, why) in [
        ("status = 'open'", "a doubt in a case is open again"),
        ("case_id = NULL", "a doubt is taken out of its case"),
        ("status = 'dismissed', case_id = NULL, reason = NULL", "dismissed without a reason"),
        ("decided_by = NULL", "decided by nobody"),
    ] {
        let sql = format!("UPDATE doubt SET {bad}");
        assert!(story.app.db.writer().execute_unprepared(&sql).await.is_err(), "{why}");
    }
}

#[rocket::async_test]
async fn a_case_is_opened_and_decided_on_pages() {
    let (story, ids) = confirmed().await;
    let new = format!("/organisations/{}/cases", story.school());
    let form = story.checker.get(&format!("{new}/new")).await.is(Status::Ok).text;
    assert!(ids.iter().all(|id| form.contains(&format!("name=\"doubts[{id}]\""))), "{form}");
    let ticked = format!("doubts[{}]", ids[0]);
    let again = story.checker.post_form(&new, &[("title", ""), ("finding", "超过容量"), (&ticked, "true")]).await;
    let again = again.is(Status::UnprocessableEntity).text;
    // What was ticked stays ticked, what was not does not.
    assert!(again.contains(&format!("name=\"{ticked}\" value=\"true\" checked")), "{again}");
    assert!(!again.contains(&format!("name=\"doubts[{}]\" value=\"true\" checked", ids[1])), "{again}");
    let fields = [("title", "超过容量"), ("finding", "两次课都多一个人"), (ticked.as_str(), "true")];
    let sent = story.checker.post_form(&new, &fields).await;
    let case = supervision_case::Entity::find().one(story.app.db.reader()).await.unwrap().unwrap();
    let at = format!("/cases/{}", case.id);
    sent.goes_to(&at);
    let supervisor = story.app.sign_in(Role::Supervisor).await;
    assert!(supervisor.get(&at).await.is(Status::Ok).text.contains("作出处理决定"));
    assert!(!story.checker.get(&at).await.text.contains("name=\"outcome\""));
    let none = supervisor.post_form(&format!("{at}/decide"), &[("decision", "换教室")]).await;
    none.is(Status::UnprocessableEntity);
    let fields = [("outcome", "warning"), ("decision", "换教室"), ("version", "1")];
    supervisor.post_form(&format!("{at}/decide"), &fields).await.goes_to(&at);
    let fields = [("closing", "换好了"), ("version", "2")];
    story.checker.post_form(&format!("{at}/close"), &fields).await.goes_to(&at);
    let page = story.institution.get(&at).await.is(Status::Ok).text;
    assert!(page.contains("警告") && page.contains("换好了"), "{page}");
}
