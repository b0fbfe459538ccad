//! Changes in the plan of an approved class.

use entities::{
    class_session, message, session_change, training_class,
    values::{EnrolmentStatus, OrganisationKind, Programme, Role, TrainerId, VenueId},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::Scene;
use crate::support::app::Visitor;
use crate::support::given::{GivenClass, day};

/// From 8:30 to 11:50 on a day of November.
fn morning(day: u32) -> Value {
    json!({ "starts_at": format!("2016-11-{day}T00:30:00Z"), "ends_at": format!("2016-11-{day}T03:50:00Z"),
        "reason": "老师培训" })
}

impl Scene {
    fn change(&self, n: usize) -> String {
        format!("/api/v1/class-sessions/{}/changes", self.sessions[n - 1])
    }

    async fn asked(&self, n: usize, change: Value) -> String {
        let answer = self.institution.api_post(&self.change(n), change).await.is(Status::Created);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    async fn plan(&self) -> Vec<class_session::Model> {
        class_session::Entity::find()
            .filter(class_session::Column::ClassId.eq(self.class))
            .order_by_asc(class_session::Column::Ordinal)
            .all(self.app.db.reader())
            .await
            .unwrap()
    }
}

async fn decide(clerk: &Visitor, id: &str, verb: &str) -> crate::support::app::Answer {
    clerk.api_post(&format!("/api/v1/session-changes/{id}/{verb}"), json!({})).await
}

#[rocket::async_test]
async fn a_session_moves_when_the_county_agrees_and_who_sits_there_is_told() {
    let scene = Scene::set().await;
    let trainee = scene.app.sign_in_person(scene.people[0]).await;
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let path = format!("/classes/{}/sessions/{}/change", scene.class, scene.sessions[5]);
    assert!(scene.institution.get(&scene.roster(6)).await.text.contains(&path));
    assert!(scene.institution.get(&path).await.is(Status::Ok).text.contains("不计入出勤"));
    let colleague = TrainerId::new();
    let school = scene.institution.organisation.unwrap();
    scene.app.given_trainer_who(colleague, school, Programme::Ecommerce, 90).await;
    let named = "UPDATE trainer SET name = '郭志明' WHERE qualification_no = '赣电商0090'";
    scene.app.db.writer().execute_unprepared(named).await.unwrap();
    let whom = colleague.to_string();
    let form =
        [("day", "2016-11-18"), ("from", "09:00"), ("to", "12:30"), ("trainer_id", whom.as_str()), ("reason", "停电")];
    let mut short = form;
    short[2].1 = "11:00";
    let again = scene.institution.post_form(&path, &short).await.is(Status::UnprocessableEntity);
    assert!(again.text.contains("不能缩短"), "{}", again.text);
    scene.institution.post_form(&path, &form).await.goes_to("/session-changes");
    scene.institution.api_post(&scene.change(6), morning(19)).await.refuses("session_change.waits");
    assert_eq!(scene.plan().await[5].version, 1, "nothing moves before the county agrees");

    assert!(clerk.get("/").await.text.contains("/session-changes?status=asked"));
    let list = clerk.get("/session-changes?status=asked").await.is(Status::Ok).text;
    assert!(list.contains("郭志明") && !list.contains("将不计入"), "{list}");
    let row = session_change::Entity::find().one(scene.app.db.reader()).await.unwrap().unwrap();
    clerk.post_form(&format!("/session-changes/{}/approve", row.id), &[]).await.goes_to("/session-changes");
    let moved = scene.plan().await.remove(5);
    assert_eq!((moved.starts_at.to_rfc3339(), moved.version), ("2016-11-18T01:00:00+00:00".to_owned(), 2));
    assert_eq!((moved.trainer.as_deref(), moved.creditable), (Some("郭志明"), true));
    assert_eq!(moved.trainer_id, Some(colleague));
    let class = training_class::Entity::find().one(scene.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((class.starts_on, class.ends_on), (day(11, 14), day(11, 18)));
    let told = message::Entity::find().filter(message::Column::Kind.eq("session_changed"));
    let told = told.all(scene.app.db.reader()).await.unwrap();
    assert_eq!(told.iter().map(|one| one.account_id).collect::<Vec<_>>(), [trainee.account]);
    decide(&clerk, &row.id.to_string(), "approve").await.refuses("move.illegal");
}

#[rocket::async_test]
async fn a_change_less_than_a_day_ahead_takes_the_session_out_of_the_sums() {
    let scene = Scene::set().await;
    scene.on(15).await;
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    // On Tuesday at nine: the afternoon of the same day, to Friday.
    let id = scene.asked(4, morning(18)).await;
    assert!(clerk.get("/session-changes").await.text.contains("将不计入"));
    let told = decide(&clerk, &id, "approve").await.is(Status::Ok).json();
    assert_eq!((&told["late"], &told["status"]), (&json!(true), &json!("approved")));
    assert!(!scene.plan().await[3].creditable);
    scene.on(18).await;
    scene.mark_all(4, "present").await.refuses("mark.not_creditable");
}

#[rocket::async_test]
async fn a_session_that_has_begun_or_lies_on_another_is_not_changed() {
    let scene = Scene::set().await;
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let id = scene.asked(1, morning(21)).await;
    scene.institution.api_post(&scene.change(2), morning(15)).await.blames("starts_at", "session_change.overlaps");
    let mut past = morning(21);
    past["reason"] = json!(" ");
    scene.institution.api_post(&scene.change(2), past).await.blames("reason", "invalid.required");
    scene.on(15).await;
    decide(&clerk, &id, "approve").await.refuses("session_change.begun");
    scene.institution.api_post(&scene.change(2), morning(21)).await.refuses("session_change.begun");
    scene.institution.api_post(&scene.change(6), morning(14)).await.blames("starts_at", "invalid.session_time");
    decide(&scene.institution, &id, "withdraw").await.is(Status::Ok);
    decide(&clerk, &id, "approve").await.refuses("move.illegal");
}

#[rocket::async_test]
async fn the_county_refuses_with_a_reason_and_a_neighbour_sees_nothing() {
    let scene = Scene::set().await;
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let id = scene.asked(6, morning(18)).await;
    let neighbour = scene.app.sign_in_at(Role::CountyClerk, "360922").await;
    decide(&neighbour, &id, "approve").await.is(Status::NotFound);
    assert_eq!(neighbour.api_get("/api/v1/session-changes").await.json()["items"], json!([]));
    let stranger = scene.app.sign_in_at(Role::Institution, "360923").await;
    stranger.api_get(&format!("/api/v1/session-changes/{id}")).await.is(Status::NotFound);
    stranger.api_post(&scene.change(5), morning(18)).await.is(Status::NotFound);
    let refuse = format!("/session-changes/{id}/refuse");
    clerk.get(&refuse).await.is(Status::Ok);
    clerk.post_form(&refuse, &[("reason", " ")]).await.is(Status::UnprocessableEntity);
    clerk.post_form(&refuse, &[("reason", "那天放假")]).await.goes_to("/session-changes");
    assert!(scene.institution.get("/session-changes").await.text.contains("那天放假"));
    assert_eq!(scene.plan().await[5].version, 1);
}

#[rocket::async_test]
async fn a_trainer_who_was_promised_elsewhere_since_stands_in_the_way() {
    let scene = Scene::set().await;
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let id = scene.asked(6, morning(18)).await;
    let school = scene.institution.organisation.unwrap();
    scene.app.given_class(GivenClass { starts_on: day(11, 18), ..GivenClass::of(school) }).await;
    let told = decide(&clerk, &id, "approve").await.blames("trainer_id", "class.trainer_busy");
    assert!(told.text.contains("class.venue_busy"));
    clerk.post_form(&format!("/session-changes/{id}/approve"), &[]).await.goes_to("/session-changes");
    let waits = scene.institution.api_get(&format!("/api/v1/session-changes/{id}")).await.json();
    assert_eq!(waits["status"], "asked", "the page says why and nothing moves");
    let free = "UPDATE class_session SET trainer_id = NULL, venue_id = NULL WHERE class_id <> ";
    let free = match scene.app.db.writer().get_database_backend() {
        DatabaseBackend::Sqlite => format!("{free}X'{}'", scene.class.0.simple()),
        _ => format!("{free}'{}'", scene.class),
    };
    scene.app.db.writer().execute_unprepared(&free).await.unwrap();
    decide(&clerk, &id, "approve").await.is(Status::Ok);
}

#[rocket::async_test]
async fn a_cancelled_session_is_made_up_for_once_and_counts_like_every_other() {
    let scene = Scene::set().await;
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let cancel = format!("/api/v1/class-sessions/{}/cancel", scene.sessions[5]);
    scene.institution.api_post(&cancel, json!({ "reason": "停电" })).await.is(Status::Ok);
    scene.on(17).await;
    assert!(scene.institution.get(&scene.roster(6)).await.text.contains("申请补这次课"));
    scene.institution.api_post(&scene.change(6), morning(18)).await.blames("starts_at", "session_change.too_soon");
    let id = scene.asked(6, morning(21)).await;
    decide(&clerk, &id, "approve").await.is(Status::Ok);
    scene.institution.api_post(&scene.change(6), morning(22)).await.refuses("session_change.made_up");
    let plan = scene.plan().await;
    let more = &plan[6];
    assert_eq!((more.ordinal, more.makes_up, more.creditable), (7, Some(plan[5].id), true));
    let class = training_class::Entity::find().one(scene.app.db.reader()).await.unwrap().unwrap();
    assert_eq!(class.ends_on, day(11, 21));
    let told = scene.institution.api_get(&format!("/api/v1/classes/{}/sessions", scene.class)).await.json();
    assert_eq!(told["items"][6]["makes_up"], json!(scene.sessions[5]));
    scene.on(21).await;
    let marks: Vec<Value> =
        scene.seats.iter().map(|seat| json!({ "enrolment_id": seat, "presence": "present" })).collect();
    let mark = format!("/api/v1/class-sessions/{}/attendance", more.id);
    scene.institution.api_post(&mark, json!({ "marks": marks })).await.is(Status::Ok);
    let standing = clerk.api_get(&format!("/api/v1/enrolments/{}/attendance", scene.seats[0])).await.json();
    assert_eq!(standing["attendance"]["target"], 200);
}

#[rocket::async_test]
async fn nobody_who_sits_in_the_class_is_moved_onto_another_of_his_classes() {
    let scene = Scene::set().await;
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let id = scene.asked(6, morning(18)).await;
    // Two of the three take seats elsewhere meanwhile, one of them only on a waiting list.
    let elsewhere = scene.app.organisation(OrganisationKind::Institution, "360923").await;
    let other = scene.app.given_class(GivenClass { starts_on: day(11, 18), ..GivenClass::of(elsewhere) }).await;
    scene.app.given_enrolments(other, &scene.people[..1], EnrolmentStatus::Seated).await;
    scene.app.given_enrolments(other, &scene.people[1..2], EnrolmentStatus::Waitlisted).await;
    let list = clerk.get("/session-changes?status=asked").await.is(Status::Ok).text;
    assert!(list.contains("班里有1人这个时间在别的班上课"), "{list}");
    let told = decide(&clerk, &id, "approve").await.refuses("session_change.people_busy");
    assert_eq!(told.status, Status::Conflict);
    assert_eq!(scene.plan().await[5].version, 1);
    scene.institution.api_post(&scene.change(5), morning(18)).await.refuses("session_change.people_busy");
    scene.institution.api_post(&scene.change(5), morning(21)).await.is(Status::Created);
}

#[rocket::async_test]
async fn a_session_moves_to_a_room_that_holds_the_class() {
    let scene = Scene::set().await;
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let room = VenueId::new();
    scene.app.given_venue_at(room, scene.institution.organisation.unwrap(), "镇中心小学礼堂").await;
    let mut change = morning(18);
    change["venue_id"] = json!(room);
    scene.app.db.writer().execute_unprepared("UPDATE venue SET capacity = 2").await.unwrap();
    scene.institution.api_post(&scene.change(6), change.clone()).await.blames("seats", "class.venue_small");
    scene
        .app
        .db
        .writer()
        .execute_unprepared("UPDATE venue SET capacity = 3, name = '礼堂' WHERE address = '镇中心小学礼堂'")
        .await
        .unwrap();
    let foreign = VenueId::new();
    let stranger = scene.app.organisation(OrganisationKind::Institution, "360923").await;
    scene.app.given_venue_at(foreign, stranger, "别人的教室").await;
    let mut theirs = morning(18);
    theirs["venue_id"] = json!(foreign);
    scene.institution.api_post(&scene.change(6), theirs).await.blames("venue_id", "invalid.choice");
    let id = scene.asked(6, change).await;
    assert!(clerk.get("/session-changes").await.text.contains("礼堂"));
    decide(&clerk, &id, "approve").await.is(Status::Ok);
    assert_eq!(scene.plan().await[5].venue_id, Some(room));
    assert!(scene.institution.get(&format!("/classes/{}", scene.class)).await.text.contains("礼堂"));
    let file = scene.institution.get(&format!("/classes/{}/timetable.ics", scene.class)).await.text;
    assert_eq!(file.matches("礼堂").count(), 1);
}
