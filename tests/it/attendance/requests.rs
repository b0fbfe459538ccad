//! Marks that need a second person, and the lock after which every change is one.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    mark_photo, mark_try,
    values::{ClassStatus, MarkMethod, MarkRefusal, MarkStanding, Presence, Role},
};
use rocket::http::Status;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

use super::Scene;
use crate::support::app::{Answer, Visitor, nine_on};
use crate::support::files::{picture, send_form};
use crate::support::given::given_rule;

fn monday(minutes: i64) -> DateTime<Utc> {
    nine_on(11, 14) - TimeDelta::minutes(30) + TimeDelta::minutes(minutes)
}

impl Scene {
    async fn asks(&self, n: usize, who: usize, kind: &str, presence: &str) -> Answer {
        let body = json!({
            "enrolment_id": self.seats[who], "kind": kind, "presence": presence, "reason": "手机没电，当天在场",
            "photo": (kind == "by_hand").then(picture),
        });
        self.institution.api_post(&format!("/api/v1/class-sessions/{}/mark-requests", self.sessions[n - 1]), body).await
    }

    async fn decides(&self, who: &Visitor, request: &Value, action: &str) -> Answer {
        let path = format!("/api/v1/mark-requests/{}/{action}", request["id"].as_str().unwrap());
        who.api_post(&path, json!({ "answer": (action == "refuse").then_some("照片里没有这个人") })).await
    }

    async fn book(&self) -> Vec<mark_try::Model> {
        mark_try::Entity::find().all(self.app.db.reader()).await.unwrap()
    }
}

#[rocket::async_test]
async fn a_mark_by_hand_counts_when_the_county_has_seen_the_picture_and_agreed() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(30)).await;
    let asked = scene.asks(1, 0, "by_hand", "present").await.is(Status::Created).json();
    assert_eq!(
        (&asked["status"], &asked["waiting_on"], &asked["has_photo"]),
        (&json!("asked"), &json!("county_clerk"), &json!(true))
    );
    assert!(scene.marks().await.is_empty(), "nothing counts before");
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let page = clerk.get(&format!("/mark-requests/{}", asked["id"].as_str().unwrap())).await.is(Status::Ok).text;
    assert!(page.contains("轮到您办") && page.contains("/photo\"") && page.contains("手机没电"), "{page}");
    let photo = clerk.get(&format!("/mark-requests/{}/photo", asked["id"].as_str().unwrap())).await.is(Status::Ok);
    assert_eq!(photo.header("content-type"), Some("image/jpeg"));
    scene.decides(&scene.institution, &asked, "approve").await.is(Status::Forbidden);
    let done = scene.decides(&clerk, &asked, "approve").await.is(Status::Ok).json();
    assert_eq!(done["status"], "approved");
    let mark = scene.marks().await.pop().unwrap();
    assert_eq!((mark.method, mark.minutes, mark.standing), (MarkMethod::ByHand, 200, MarkStanding::Credited));
    assert_eq!(scene.class().await.status, ClassStatus::Running);
    scene.decides(&clerk, &asked, "refuse").await.refuses("move.illegal");
    // The picture lies there sealed.
    let kept = mark_photo::Entity::find().one(scene.app.db.reader()).await.unwrap().unwrap();
    assert!(!kept.sealed.windows(3).any(|bytes| bytes == [0xFF, 0xD8, 0xFF]));
}

#[rocket::async_test]
async fn a_mark_by_hand_without_a_picture_or_with_something_else_is_none() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(30)).await;
    let door = format!("/api/v1/class-sessions/{}/mark-requests", scene.sessions[0]);
    let with = |photo: Option<&str>| json!({ "enrolment_id": scene.seats[0], "kind": "by_hand", "presence": "present", "reason": "在场", "photo": photo });
    scene.institution.api_post(&door, with(None)).await.blames("photo", "invalid.required");
    let svg = STANDARD.encode("<svg onload=alert(1)>");
    scene.institution.api_post(&door, with(Some(&svg))).await.blames("photo", "invalid.picture");
    scene.institution.api_post(&door, with(Some("no base64"))).await.blames("photo", "invalid.picture");
    let mut nameless = with(Some(&picture()));
    nameless["reason"] = json!(" ");
    scene.institution.api_post(&door, nameless).await.blames("reason", "invalid.required");
    assert!(scene.book().await.is_empty());
}

#[rocket::async_test]
async fn no_more_than_a_tenth_of_a_class_is_marked_by_hand() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(400)).await;
    // Three people, six sessions: eighteen marks, one of them by hand.
    scene.asks(1, 0, "by_hand", "present").await.is(Status::Created);
    scene.asks(1, 1, "by_hand", "present").await.is(Status::Conflict).refuses("mark.by_hand_full");
    given_rule(&scene.app, "attendance.by_hand_percent", 12).await;
    let second = scene.asks(1, 1, "by_hand", "present").await.is(Status::Created).json();
    scene.asks(2, 1, "by_hand", "present").await.refuses("mark.by_hand_full");
    // What was refused takes no room.
    let checker = scene.app.sign_in(Role::CountyChecker).await;
    scene.decides(&checker, &second, "refuse").await.is(Status::Ok);
    scene.asks(2, 1, "by_hand", "present").await.is(Status::Created);
    let refusals: Vec<_> = scene.book().await.into_iter().filter_map(|row| row.refusal).collect();
    assert_eq!(refusals, [MarkRefusal::ByHandFull, MarkRefusal::ByHandFull]);
}

#[rocket::async_test]
async fn a_session_is_locked_two_days_after_its_end_and_changes_after_that_keep_the_old_value() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(30)).await;
    scene.mark_all(1, "absent").await.is(Status::Ok);
    scene.asks(1, 0, "amendment", "present").await.refuses("mark.not_locked");
    scene.app.time_is(monday(200) + TimeDelta::hours(48) - TimeDelta::minutes(1)).await;
    scene.mark(1, json!([{ "enrolment_id": scene.seats[1], "presence": "leave" }])).await.is(Status::Ok);
    scene.app.time_is(monday(200) + TimeDelta::hours(48)).await;
    scene.mark_all(1, "present").await.is(Status::Conflict).refuses("session.locked");
    scene.asks(1, 0, "by_hand", "present").await.refuses("session.locked");
    let asked = scene.asks(1, 0, "amendment", "present").await.is(Status::Created).json();
    assert_eq!((&asked["old_mark"]["presence"], &asked["old_mark"]["minutes"]), (&json!("absent"), &json!(0)));
    let checker = scene.app.sign_in(Role::CountyChecker).await;
    scene.decides(&checker, &asked, "approve").await.is(Status::Ok);
    let mark = scene.marks().await.into_iter().find(|mark| mark.enrolment_id == scene.seats[0]).unwrap();
    assert_eq!((mark.presence, mark.minutes, mark.method), (Presence::Present, 200, MarkMethod::Ruling));
    // The old value and who agreed stand in the request for good.
    let id = asked["id"].as_str().unwrap();
    let kept = checker.api_get(&format!("/api/v1/mark-requests/{id}")).await.is(Status::Ok).json();
    assert_eq!((&kept["old_mark"]["presence"], &kept["status"]), (&json!("absent"), &json!("approved")));
    let page = scene.institution.get(&scene.roster(1)).await.is(Status::Ok).text;
    assert!(page.contains("锁定后更正") && page.contains("已锁定"), "{page}");
    let refusals = scene.book().await.into_iter().filter_map(|row| row.refusal).collect::<Vec<_>>();
    assert_eq!(refusals.iter().filter(|refusal| **refusal == MarkRefusal::Locked).count(), 4);
}

#[rocket::async_test]
async fn a_quarrel_is_settled_by_two_people_and_only_a_quarrel_is() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(30)).await;
    scene.asks(1, 0, "settlement", "present").await.refuses("mark.not_disputed");
    // The person's phone says there, the trainer says away.
    let trainee = scene.app.sign_in_person(scene.people[0]).await;
    let wall = format!("/classes/{}/sessions/{}/code", scene.class, scene.sessions[0]);
    let page = scene.institution.get(&wall).await.text;
    let code = page.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let door = format!("/api/v1/class-sessions/{}/check-ins", scene.sessions[0]);
    trainee.api_post(&door, json!({ "code": code })).await.is(Status::Created);
    scene.mark_all(1, "absent").await.is(Status::Ok);
    assert_eq!(scene.marks().await.iter().filter(|mark| mark.standing == MarkStanding::Disputed).count(), 1);
    let asked = scene.asks(1, 0, "settlement", "present").await.is(Status::Created).json();
    scene.asks(1, 0, "settlement", "absent").await.refuses("mark.waiting");
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    scene.decides(&clerk, &asked, "approve").await.is(Status::Ok);
    let mark = scene.marks().await.into_iter().find(|mark| mark.enrolment_id == scene.seats[0]).unwrap();
    assert_eq!((mark.minutes, mark.standing), (200, MarkStanding::Credited));
}

#[rocket::async_test]
async fn leave_is_asked_before_the_session_and_granted_by_the_institution() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(30)).await;
    let trainee = scene.app.sign_in_person(scene.people[0]).await;
    let door = format!("/api/v1/enrolments/{}/leave", scene.seats[0]);
    let leave = |n: usize| json!({ "session_id": scene.sessions[n - 1], "reason": "家里有事" });
    trainee.api_post(&door, leave(1)).await.refuses("mark.too_late");
    let asked = trainee.api_post(&door, leave(2)).await.is(Status::Created).json();
    let stranger = scene.app.sign_in_person(scene.people[1]).await;
    stranger.api_post(&door, leave(3)).await.is(Status::NotFound);
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    scene.decides(&clerk, &asked, "approve").await.is(Status::Forbidden);
    scene.decides(&scene.institution, &asked, "approve").await.is(Status::Ok);
    // It credits nothing and holds nothing; who comes all the same is there.
    let mark = scene.marks().await.pop().unwrap();
    assert_eq!((mark.presence, mark.minutes, mark.method), (Presence::Leave, 0, MarkMethod::Leave));
    let page = trainee.get(&format!("/enrolments/{}/leave", scene.seats[0])).await.is(Status::Ok).text;
    assert!(page.contains("第3次") && !page.contains("第1次"), "{page}");
    scene.app.time_is(monday(400)).await;
    scene.mark(2, json!([{ "enrolment_id": scene.seats[0], "presence": "present" }])).await.is(Status::Ok);
    assert_eq!(scene.marks().await.iter().map(|mark| mark.minutes).sum::<i32>(), 200);
}

#[rocket::async_test]
async fn one_takes_back_what_one_asked_and_nobody_elses() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(30)).await;
    let asked = scene.asks(1, 0, "by_hand", "present").await.is(Status::Created).json();
    let colleague = scene.app.sign_in_for(Role::Institution, scene.institution.organisation.unwrap()).await;
    scene.decides(&colleague, &asked, "withdraw").await.is(Status::NotFound);
    let stranger = scene.app.sign_in(Role::Institution).await;
    stranger.get(&format!("/mark-requests/{}", asked["id"].as_str().unwrap())).await.is(Status::NotFound);
    stranger.get(&format!("/mark-requests/{}/photo", asked["id"].as_str().unwrap())).await.is(Status::NotFound);
    let neighbour = scene.app.sign_in_at(Role::CountyClerk, "360922").await;
    scene.decides(&neighbour, &asked, "approve").await.is(Status::NotFound);
    let done = scene.decides(&scene.institution, &asked, "withdraw").await.is(Status::Ok).json();
    assert_eq!(done["status"], "withdrawn");
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    scene.decides(&clerk, &asked, "approve").await.refuses("move.illegal");
    assert!(scene.marks().await.is_empty());
}

#[rocket::async_test]
async fn the_table_lets_nobody_decide_on_his_own_request() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(30)).await;
    scene.asks(1, 0, "by_hand", "present").await.is(Status::Created);
    let db = scene.app.db.writer();
    let own = "UPDATE mark_request SET status = 'approved', decided_by = asked_by";
    assert!(db.execute_unprepared(own).await.is_err());
    let nobody = "UPDATE mark_request SET status = 'approved'";
    assert!(db.execute_unprepared(nobody).await.is_err());
    assert!(db.execute_unprepared("UPDATE mark_request SET photo_id = NULL").await.is_err());
}

#[rocket::async_test]
async fn the_form_of_the_page_keeps_what_was_typed_and_names_what_is_wrong() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(30)).await;
    let new =
        format!("/classes/{}/sessions/{}/mark-requests/new?seat={}", scene.class, scene.sessions[0], scene.seats[1]);
    let page = scene.institution.get(&new).await.is(Status::Ok).text;
    assert!(page.contains("multipart/form-data") && page.contains("selected"), "{page}");
    let door = format!("/classes/{}/sessions/{}/mark-requests", scene.class, scene.sessions[0]);
    let (token, seat) = (scene.institution.csrf(), scene.seats[1].to_string());
    let fields = |came: &'static str| {
        [
            ("_csrf", token.as_str()),
            ("seat", seat.as_str()),
            ("kind", "by_hand"),
            ("presence", "late"),
            ("came", came),
            ("reason", "手机没电"),
        ]
    };
    let photo = STANDARD.decode(picture()).unwrap();
    for (came, file, field, said) in [
        ("8.45", Some(photo.as_slice()), "came", "时:分"),
        ("", Some(photo.as_slice()), "came", "几点来的"),
        ("08:45", None, "file", "请填写这一项"),
        ("08:45", Some(b"no picture".as_slice()), "file", "JPEG 或 PNG 照片"),
    ] {
        let file = file.map(|bytes| ("photo.png", bytes));
        let again =
            send_form(&scene.institution, &door, &fields(came), file).await.is(Status::UnprocessableEntity).text;
        assert!(again.contains(said) && again.contains(&format!("href=\"#{field}\"")), "{came}: {again}");
        assert!(again.contains("手机没电"), "what was typed is kept: {again}");
    }
    let asked = send_form(&scene.institution, &door, &fields("08:45"), Some(("photo.png", &photo))).await;
    assert_eq!(asked.status, Status::SeeOther, "{}", asked.text);
    let list = scene.institution.get("/mark-requests?status=asked").await.is(Status::Ok).text;
    assert!(list.contains("陈福来") && list.contains("手工补记"), "{list}");
}

#[rocket::async_test]
async fn what_would_come_of_a_mark_is_told_with_its_reason_and_nothing_is_written() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(300)).await;
    scene.mark_all(1, "absent").await.is(Status::Ok);
    let before = scene.book().await.len();
    let door = format!("/api/v1/class-sessions/{}/simulation", scene.sessions[1]);
    let at = |minutes: i64| monday(minutes).to_rfc3339();
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let supposed = |way: &str, minutes: i64| json!({ "enrolment_id": scene.seats[0], "way": way, "presence": "present", "at": at(minutes) });
    // The second session lasts from minute 330 to 530.
    for (way, minutes, refusal) in [
        ("code_in", 299, json!("too_early")),
        ("code_in", 531, json!("too_late")),
        ("code_out", 400, json!("not_in")),
        ("roster", 329, json!("too_early")),
        ("roster", 530 + 48 * 60, json!("locked")),
        ("offline", 530 + 48 * 60, json!("locked")),
        ("leave", 331, json!("too_late")),
        ("by_hand", 329, json!("too_early")),
    ] {
        let told = clerk.api_post(&door, supposed(way, minutes)).await.is(Status::Ok).json();
        assert_eq!((&told["refusal"], &told["taken"]), (&refusal, &json!(false)), "{way} at {minutes}");
    }
    let late = json!({
        "enrolment_id": scene.seats[0], "way": "offline", "presence": "present", "at": at(400),
        "received_at": at(400 + 72 * 60 + 1),
    });
    assert_eq!(clerk.api_post(&door, late).await.json()["refusal"], "sent_too_late");
    let told = clerk.api_post(&door, supposed("roster", 400)).await.is(Status::Ok).json();
    assert_eq!(
        (&told["minutes"], &told["rate"]["percent"], &told["needs_second"]),
        (&json!(200), &json!("50.00"), &json!(false))
    );
    let told = clerk.api_post(&door, supposed("by_hand", 400)).await.is(Status::Ok).json();
    assert_eq!((&told["taken"], &told["needs_second"]), (&json!(true), &json!(true)));
    assert_eq!(scene.book().await.len(), before);
    let page = format!("/classes/{}/sessions/{}/tries", scene.class, scene.sessions[0]);
    let page = clerk.get(&page).await.is(Status::Ok).text;
    assert!(page.contains("陈福生") && page.contains("已接受"), "{page}");
    let form = [
        ("seat", scene.seats[0].to_string()),
        ("way", "roster".into()),
        ("presence", "present".into()),
        ("at", "2016-11-14T14:50".into()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let path = format!("/classes/{}/sessions/{}/simulation", scene.class, scene.sessions[1]);
    let told = clerk.post_form(&path, &form).await.is(Status::Ok).text;
    assert!(told.contains("会被接受") && told.contains("200 分钟"), "{told}");
}

#[rocket::async_test]
async fn a_class_is_closed_when_its_records_are_locked_and_nothing_is_open() {
    let scene = Scene::of(ClassStatus::Ended).await;
    // Only the marks of the first session; the others were cancelled.
    let db = scene.app.db.writer();
    db.execute_unprepared("UPDATE class_session SET status = 'cancelled' WHERE ordinal > 1").await.unwrap();
    db.execute_unprepared("UPDATE class_session SET status = 'held' WHERE ordinal = 1").await.unwrap();
    // The morning of its last day, hours before the session is locked.
    scene.app.time_is(monday(200) + TimeDelta::hours(44)).await;
    let results: Vec<Value> =
        scene.seats.iter().map(|seat| json!({ "enrolment_id": seat, "result": "passed" })).collect();
    let assess = format!("/api/v1/classes/{}/assessments", scene.class);
    scene.app.assessor_of(scene.class).await.api_post(&assess, json!({ "results": results })).await.is(Status::Ok);
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let close = format!("/api/v1/classes/{}/close", scene.class);
    clerk.api_post(&close, json!({})).await.is(Status::Conflict).refuses("class.not_locked");
    scene.app.time_is(monday(200) + TimeDelta::hours(48)).await;
    let asked = scene.asks(1, 0, "amendment", "present").await.is(Status::Created).json();
    clerk.api_post(&close, json!({})).await.refuses("class.marks_waiting");
    scene.decides(&clerk, &asked, "approve").await.is(Status::Ok);
    clerk.api_post(&close, json!({})).await.is(Status::Ok);
}
