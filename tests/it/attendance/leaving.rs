//! Standing, warnings before it is too late, dropping out and taking a seat over.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    enrolment, message, quota_use, training_class,
    values::{EnrolmentStatus, Role},
};
use rocket::http::Status;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use serde_json::json;
use sidan::attendance::warn_all;

use super::Scene;
use crate::support::app::{VILLAGE, nine_on};
use crate::support::given::given_rule;

fn monday(minutes: i64) -> DateTime<Utc> {
    nine_on(11, 14) - TimeDelta::minutes(30) + TimeDelta::minutes(minutes)
}

impl Scene {
    async fn warned(&self) -> Vec<(String, String)> {
        warn_all(&self.app.db, &self.app.desk).await.unwrap();
        let rows = message::Entity::find().order_by_asc(message::Column::Id).all(self.app.db.reader()).await.unwrap();
        rows.into_iter()
            .filter(|row| row.kind.starts_with("attendance_"))
            .map(|row| (row.kind, row.args["day"].as_str().unwrap().to_owned()))
            .collect()
    }

    async fn leaves(&self, who: usize, body: serde_json::Value) -> crate::support::app::Answer {
        self.institution.api_post(&format!("/api/v1/enrolments/{}/drop-out", self.seats[who]), body).await
    }

    async fn seat(&self, who: usize) -> enrolment::Model {
        enrolment::Entity::find_by_id(self.seats[who]).one(self.app.db.reader()).await.unwrap().unwrap()
    }
}

#[rocket::async_test]
async fn the_sum_of_a_person_is_shown_down_to_each_mark_with_the_day_on_which_it_is_missed() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(240)).await;
    let late = json!([{ "enrolment_id": scene.seats[0], "presence": "late", "in_at": monday(40) }]);
    scene.mark(1, late).await.is(Status::Ok);
    let trainee = scene.app.sign_in_person(scene.people[0]).await;
    let door = format!("/api/v1/enrolments/{}/attendance", scene.seats[0]);
    let view = trainee.api_get(&door).await.is(Status::Ok).json();
    assert_eq!(view["attendance"], json!({ "done": 160, "target": 200, "percent": "80.00" }));
    assert_eq!((&view["possible_minutes"], &view["threshold"]), (&json!(1_000), &json!(80)));
    // Of 1,200 minutes 240 may be missed, 40 are: the second session missed from now on is one too many.
    assert_eq!((&view["outlook"], &view["misses_at"]), (&json!("safe"), &json!("2016-11-15T03:50:00Z")));
    assert_eq!(
        (&view["sessions"][0]["minutes_credited"], &view["sessions"][0]["method"]),
        (&json!(160), &json!("roster"))
    );
    let page = trainee.get(&format!("/enrolments/{}/attendance", scene.seats[0])).await.is(Status::Ok).text;
    assert!(page.contains("11月15日就达不到要求") && page.contains("80.00"), "{page}");
    let stranger = scene.app.sign_in_person(scene.people[1]).await;
    stranger.api_get(&door).await.is(Status::NotFound);
    scene.app.sign_in(Role::VillageWorker).await.api_get(&door).await.is(Status::Ok);
    scene.app.sign_in_at(Role::CountyClerk, "360922").await.api_get(&door).await.is(Status::NotFound);
    scene.app.sign_in(Role::Institution).await.api_get(&door).await.is(Status::NotFound);
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    assert!(
        clerk.get(&format!("/enrolments/{}/attendance", scene.seats[0])).await.is(Status::Ok).text.contains("/tries")
    );
}

#[rocket::async_test]
async fn a_village_sees_its_own_people_and_not_whoever_learns_in_the_village() {
    let scene = Scene::set().await;
    let elsewhere = "UPDATE enrolment SET area_code = '360922100201'";
    scene.app.db.writer().execute_unprepared(elsewhere).await.unwrap();
    let here = format!("UPDATE training_class SET area_code = '{VILLAGE}'");
    scene.app.db.writer().execute_unprepared(&here).await.unwrap();
    scene.app.time_is(monday(240)).await;
    scene.mark_all(1, "present").await.is(Status::Ok);
    let worker = scene.app.sign_in(Role::VillageWorker).await;
    worker.api_get(&format!("/api/v1/enrolments/{}/attendance", scene.seats[0])).await.is(Status::NotFound);
    worker.get(&format!("/enrolments/{}/drop-out", scene.seats[0])).await.is(Status::NotFound);
    let leaves = format!("/api/v1/enrolments/{}/drop-out", scene.seats[0]);
    worker.api_post(&leaves, json!({ "reason": "job" })).await.is(Status::NotFound);
    assert_eq!(scene.seat(0).await.status, EnrolmentStatus::Started);
    // Who works with the class sees it.
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    clerk.api_get(&format!("/api/v1/enrolments/{}/attendance", scene.seats[0])).await.is(Status::Ok);
}

#[rocket::async_test]
async fn who_is_about_to_miss_the_certificate_and_the_institution_are_told_once_for_each_turn() {
    let scene = Scene::set().await;
    let trainee = scene.app.sign_in_person(scene.people[0]).await;
    scene.app.time_is(monday(240)).await;
    let marks = |presence: &str| {
        json!([
            { "enrolment_id": scene.seats[0], "presence": presence },
            { "enrolment_id": scene.seats[1], "presence": "present" },
            { "enrolment_id": scene.seats[2], "presence": "present" },
        ])
    };
    scene.mark(1, marks("absent")).await.is(Status::Ok);
    // One of six missed: the next one costs the certificate. Told to the person and to the institution.
    let told = ("attendance_last_chance".to_owned(), "2016-11-14".to_owned());
    assert_eq!(scene.warned().await, [told.clone(), told.clone()]);
    assert_eq!(scene.warned().await.len(), 2, "nobody is told twice");
    scene.app.time_is(monday(540)).await;
    scene.mark(2, marks("absent")).await.is(Status::Ok);
    let warned = scene.warned().await;
    assert_eq!(warned.iter().filter(|(kind, _)| kind == "attendance_lost").count(), 2);
    assert_eq!(warned.len(), 4);
    let mailbox = trainee.get("/mailbox").await.is(Status::Ok).text;
    assert!(mailbox.contains("出勤已达不到要求"), "{mailbox}");
}

#[rocket::async_test]
async fn who_drops_out_says_why_and_gives_seat_and_quota_back() {
    let scene = Scene::set().await;
    scene.leaves(0, json!({ "reason": "job" })).await.refuses("leaver.not_begun");
    scene.app.time_is(monday(240)).await;
    scene.mark_all(1, "present").await.is(Status::Ok);
    scene.leaves(0, json!({ "reason": "bored" })).await.blames("reason", "invalid.choice");
    scene.leaves(0, json!({})).await.blames("reason", "invalid.required");
    let left = scene.leaves(0, json!({ "reason": "job" })).await.is(Status::Ok).json();
    assert_eq!((&left["status"], &left["reason"]), (&json!("dropped_out"), &json!("job")));
    let class = training_class::Entity::find_by_id(scene.class).one(scene.app.db.reader()).await.unwrap().unwrap();
    assert_eq!(class.taken, 2);
    let used = quota_use::Entity::find().all(scene.app.db.reader()).await.unwrap();
    assert!(used.iter().all(|row| row.enrolment_id != scene.seats[0]));
    scene.leaves(0, json!({ "reason": "job" })).await.refuses("move.illegal");
    // Who left is marked no more.
    let mark = json!([{ "enrolment_id": scene.seats[0], "presence": "present" }]);
    scene.mark(1, mark).await.blames("marks[0].enrolment_id", "invalid.no_seat");
    let trainee = scene.app.sign_in_person(scene.people[1]).await;
    let own = format!("/enrolments/{}/drop-out", scene.seats[1]);
    trainee.get(&own).await.is(Status::Ok);
    trainee.get(&format!("/enrolments/{}/drop-out", scene.seats[2])).await.is(Status::NotFound);
    trainee
        .post_form(&own, &[("reason", "family")])
        .await
        .goes_to(&format!("/enrolments/{}/attendance", scene.seats[1]));
    assert_eq!(scene.seat(1).await.status, EnrolmentStatus::DroppedOut);
}

#[rocket::async_test]
async fn who_had_waited_takes_the_seat_while_less_than_a_tenth_was_taught() {
    let scene = Scene::set().await;
    let person = scene.app.given_person(9).await;
    let waits = scene.app.given_enrolments(scene.class, &[person], EnrolmentStatus::Waitlisted).await[0];
    scene.app.time_is(monday(240)).await;
    scene.mark_all(1, "present").await.is(Status::Ok);
    // One of six sessions is more than a tenth.
    let next = json!({ "reason": "illness", "replaced_by": waits });
    scene.leaves(0, next.clone()).await.is(Status::Conflict).refuses("leaver.too_late_to_replace");
    given_rule(&scene.app, "attendance.replace_percent", 20).await;
    let page = scene.institution.get(&format!("/enrolments/{}/drop-out", scene.seats[0])).await.is(Status::Ok).text;
    assert!(page.contains(&waits.to_string()), "{page}");
    let stranger = json!({ "reason": "illness", "replaced_by": scene.seats[1] });
    scene.leaves(0, stranger).await.refuses("move.illegal");
    assert_eq!(scene.seat(0).await.status, EnrolmentStatus::Started, "all or nothing");
    scene.leaves(0, next).await.is(Status::Ok);
    assert_eq!(scene.seat(0).await.status, EnrolmentStatus::Replaced);
    let taken = enrolment::Entity::find_by_id(waits).one(scene.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((taken.status, taken.ended_at), (EnrolmentStatus::Started, None));
    assert_eq!(scene.class().await.taken, 3);
    let used = quota_use::Entity::find().all(scene.app.db.reader()).await.unwrap();
    assert!(used.iter().any(|row| row.enrolment_id == waits));
    let mark = json!([{ "enrolment_id": waits, "presence": "present" }]);
    scene.mark(1, mark).await.is(Status::Ok);
}
