//! Marking who was there, and what it adds up to.

mod changes;
mod codes;
mod devices;
mod leaving;
mod requests;

use std::sync::Arc;

use chrono::TimeDelta;
use entities::{
    attendance_mark, audit_event, message, training_class,
    values::{
        AccountId, ClassId, ClassStatus, EnrolmentId, EnrolmentStatus, MarkMethod, MarkStanding, PersonId, Presence,
        Role, SessionId,
    },
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use crate::support::app::{App, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::GivenClass;

const READERS: &[Role] = &[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor];

/// Who sees marks that need a second person.
const ASKERS: &[Role] = &[
    Role::Trainee,
    Role::VillageWorker,
    Role::Institution,
    Role::CountyClerk,
    Role::CountyChecker,
    Role::Supervisor,
    Role::Auditor,
];
/// Who says that somebody leaves.
const LEAVERS: &[Role] = &[Role::Trainee, Role::VillageWorker, Role::Institution];
/// Who can be the second person.
const SECOND: &[Role] = &[Role::Institution, Role::CountyClerk, Role::CountyChecker];

pub const DOORS: &[Door] = &[
    ("GET", "/classes/<id>/roster", Who::Roles(READERS)),
    ("POST", "/classes/<id>/roster", Who::Roles(&[Role::Institution])),
    ("GET", "/classes/<id>/sessions/<session>/code", Who::Roles(&[Role::Institution])),
    ("GET", "/check-in", Who::Roles(&[Role::Trainee])),
    ("POST", "/check-in", Who::Roles(&[Role::Trainee])),
    ("POST", "/api/v1/class-sessions/<id>/check-ins", Who::Roles(&[Role::Trainee])),
    ("GET", "/classes/<id>/sessions/<session>/tries", Who::Roles(READERS)),
    ("POST", "/classes/<id>/sessions/<session>/simulation", Who::Roles(READERS)),
    ("POST", "/api/v1/class-sessions/<id>/simulation", Who::Roles(READERS)),
    ("GET", "/mark-requests", Who::Roles(ASKERS)),
    ("GET", "/mark-requests/<id>", Who::Roles(ASKERS)),
    ("GET", "/mark-requests/<id>/photo", Who::Roles(ASKERS)),
    ("POST", "/mark-requests/<id>/approve", Who::Roles(SECOND)),
    ("POST", "/mark-requests/<id>/refuse", Who::Roles(SECOND)),
    ("POST", "/mark-requests/<id>/withdraw", Who::Roles(ASKERS)),
    ("GET", "/classes/<id>/sessions/<session>/mark-requests/new", Who::Roles(&[Role::Institution])),
    ("POST", "/classes/<id>/sessions/<session>/mark-requests", Who::Roles(&[Role::Institution])),
    ("GET", "/enrolments/<id>/attendance", Who::Roles(ASKERS)),
    ("GET", "/api/v1/enrolments/<id>/attendance", Who::Roles(ASKERS)),
    ("GET", "/enrolments/<id>/drop-out", Who::Roles(LEAVERS)),
    ("POST", "/enrolments/<id>/drop-out", Who::Roles(LEAVERS)),
    ("POST", "/api/v1/enrolments/<id>/drop-out", Who::Roles(LEAVERS)),
    ("GET", "/enrolments/<id>/leave", Who::Roles(&[Role::Trainee, Role::VillageWorker])),
    ("POST", "/enrolments/<id>/leave", Who::Roles(&[Role::Trainee, Role::VillageWorker])),
    ("GET", "/api/v1/mark-requests", Who::Roles(ASKERS)),
    ("GET", "/api/v1/mark-requests/<id>", Who::Roles(ASKERS)),
    ("POST", "/api/v1/class-sessions/<id>/mark-requests", Who::Roles(&[Role::Institution])),
    ("POST", "/api/v1/enrolments/<id>/leave", Who::Roles(&[Role::Trainee, Role::VillageWorker])),
    ("POST", "/api/v1/mark-requests/<id>/approve", Who::Roles(SECOND)),
    ("POST", "/api/v1/mark-requests/<id>/refuse", Who::Roles(SECOND)),
    ("POST", "/api/v1/mark-requests/<id>/withdraw", Who::Roles(ASKERS)),
    ("GET", "/session-changes", Who::Roles(READERS)),
    ("GET", "/classes/<id>/sessions/<session>/change", Who::Roles(&[Role::Institution])),
    ("POST", "/classes/<id>/sessions/<session>/change", Who::Roles(&[Role::Institution])),
    ("POST", "/session-changes/<id>/approve", Who::Roles(&[Role::CountyClerk])),
    ("GET", "/session-changes/<id>/refuse", Who::Roles(&[Role::CountyClerk])),
    ("POST", "/session-changes/<id>/refuse", Who::Roles(&[Role::CountyClerk])),
    ("POST", "/session-changes/<id>/withdraw", Who::Roles(&[Role::Institution])),
    ("GET", "/api/v1/session-changes", Who::Roles(READERS)),
    ("GET", "/api/v1/session-changes/<id>", Who::Roles(READERS)),
    ("POST", "/api/v1/class-sessions/<id>/changes", Who::Roles(&[Role::Institution])),
    ("POST", "/api/v1/session-changes/<id>/approve", Who::Roles(&[Role::CountyClerk])),
    ("POST", "/api/v1/session-changes/<id>/refuse", Who::Roles(&[Role::CountyClerk])),
    ("POST", "/api/v1/session-changes/<id>/withdraw", Who::Roles(&[Role::Institution])),
    ("GET", "/offline-roster", Who::Roles(&[Role::Institution])),
    ("GET", "/offline-roster/data", Who::Roles(&[Role::Institution])),
    ("GET", "/offline-roster.webmanifest", Who::Everybody),
    ("GET", "/offline-worker.js", Who::Everybody),
    ("GET", "/static/offline/<name>", Who::Everybody),
    ("GET", "/roster-devices", Who::Roles(&[Role::Institution])),
    ("POST", "/roster-devices", Who::Roles(&[Role::Institution])),
    ("POST", "/roster-devices/<id>/marks", Who::Roles(&[Role::Institution])),
    ("POST", "/roster-devices/<id>/revoke", Who::Roles(&[Role::Institution])),
    ("GET", "/api/v1/roster-devices", Who::Roles(&[Role::Institution])),
    ("POST", "/api/v1/roster-devices", Who::Roles(&[Role::Institution])),
    ("POST", "/api/v1/roster-devices/<id>/marks", Who::Roles(&[Role::Institution])),
    ("POST", "/api/v1/roster-devices/<id>/revoke", Who::Roles(&[Role::Institution])),
    ("GET", "/api/v1/offline-rosters", Who::Roles(&[Role::Institution])),
    ("POST", "/classes/<id>/sessions/<session>/cancel", Who::Roles(&[Role::Institution, Role::CountyClerk])),
    ("POST", "/classes/<id>/end", Who::Roles(&[Role::Institution])),
    ("GET", "/api/v1/classes/<id>/sessions", Who::Roles(READERS)),
    ("GET", "/api/v1/class-sessions/<id>/attendance", Who::Roles(READERS)),
    ("POST", "/api/v1/class-sessions/<id>/attendance", Who::Roles(&[Role::Institution])),
    ("POST", "/api/v1/class-sessions/<id>/cancel", Who::Roles(&[Role::Institution, Role::CountyClerk])),
    ("POST", "/api/v1/classes/<id>/end", Who::Roles(&[Role::Institution])),
];

/// A class of three people and six sessions from 14 November on, two a day, 200 minutes each.
struct Scene {
    app: Arc<App>,
    institution: Visitor,
    class: ClassId,
    people: Vec<PersonId>,
    seats: Vec<EnrolmentId>,
    sessions: Vec<String>,
}

impl Scene {
    async fn set() -> Self {
        Self::of(ClassStatus::Approved).await
    }

    async fn of(status: ClassStatus) -> Self {
        Self::with(status, 3).await
    }

    async fn set_for(people: u16) -> Self {
        Self::with(ClassStatus::Approved, people).await
    }

    async fn with(status: ClassStatus, many: u16) -> Self {
        let app = App::start().await;
        let institution = app.sign_in(Role::Institution).await;
        let given = GivenClass { status, seats: i32::from(many), ..GivenClass::of(institution.organisation.unwrap()) };
        let class = app.given_class(given).await;
        let mut people = Vec::new();
        for n in 0..many {
            people.push(app.given_person(n).await);
        }
        let seated = if status == ClassStatus::Approved { EnrolmentStatus::Seated } else { EnrolmentStatus::Started };
        let seats = app.given_enrolments(class, &people, seated).await;
        let sessions = institution.api_get(&format!("/api/v1/classes/{class}/sessions")).await.is(Status::Ok).json();
        let sessions = sessions["items"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap().to_owned());
        Self { sessions: sessions.collect(), app, institution, class, people, seats }
    }

    /// Nine in the morning of that day of November.
    async fn on(&self, day: u32) {
        self.app.time_is(nine_on(11, day)).await;
    }

    fn door(&self, n: usize) -> String {
        format!("/api/v1/class-sessions/{}/attendance", self.sessions[n - 1])
    }

    fn roster(&self, n: usize) -> String {
        format!("/classes/{}/roster?session={n}", self.class)
    }

    async fn mark(&self, n: usize, marks: Value) -> crate::support::app::Answer {
        self.institution.api_post(&self.door(n), json!({ "marks": marks })).await
    }

    /// The same mark for everybody.
    async fn mark_all(&self, n: usize, presence: &str) -> crate::support::app::Answer {
        let marks: Vec<Value> =
            self.seats.iter().map(|seat| json!({ "enrolment_id": seat, "presence": presence })).collect();
        self.mark(n, json!(marks)).await
    }

    async fn class(&self) -> training_class::Model {
        training_class::Entity::find_by_id(self.class).one(self.app.db.reader()).await.unwrap().unwrap()
    }

    async fn marks(&self) -> Vec<attendance_mark::Model> {
        attendance_mark::Entity::find().all(self.app.db.reader()).await.unwrap()
    }
}

#[rocket::async_test]
async fn the_first_mark_holds_the_session_and_starts_the_class_with_everybody_seated() {
    let scene = Scene::set().await;
    scene.on(14).await;
    let mark = json!([{ "enrolment_id": scene.seats[0], "presence": "present" }]);
    let view = scene.mark(1, mark).await.is(Status::Ok).json();
    assert_eq!((&view["session"]["status"], &view["session"]["ordinal"]), (&json!("held"), &json!(1)));
    assert_eq!((&view["items"][0]["presence"], &view["items"][0]["minutes"]), (&json!("present"), &json!(200)));
    // Of the others nothing is said, and nothing is credited.
    assert_eq!((&view["items"][1]["presence"], &view["items"][1]["minutes"]), (&Value::Null, &json!(0)));
    assert_eq!(scene.class().await.status, ClassStatus::Running);
    let started = entities::enrolment::Entity::find()
        .filter(entities::enrolment::Column::Status.eq(EnrolmentStatus::Started))
        .all(scene.app.db.reader())
        .await
        .unwrap();
    assert_eq!(started.len(), 3);
}

#[rocket::async_test]
async fn nobody_is_marked_before_the_session_begins() {
    let scene = Scene::set().await;
    scene.app.time_is(nine_on(11, 14) - TimeDelta::minutes(31)).await;
    scene.mark_all(1, "present").await.is(Status::Conflict).refuses("session.not_begun");
    assert_eq!((scene.marks().await.len(), scene.class().await.status), (0, ClassStatus::Approved));
    scene.app.time_is(nine_on(11, 14) - TimeDelta::minutes(30)).await;
    scene.mark_all(1, "present").await.is(Status::Ok);
    scene.mark_all(2, "present").await.refuses("session.not_begun");
}

#[rocket::async_test]
async fn nobody_is_marked_before_the_approval_or_after_the_end() {
    for (status, code) in [
        (ClassStatus::Draft, "session.class_not_approved"),
        (ClassStatus::Applied, "session.class_not_approved"),
        (ClassStatus::Returned, "session.class_not_approved"),
        (ClassStatus::Ended, "session.class_over"),
        (ClassStatus::Closed, "session.class_over"),
        (ClassStatus::Cancelled, "session.class_over"),
    ] {
        let scene = Scene::of(status).await;
        scene.on(30).await;
        scene.mark_all(1, "present").await.is(Status::Conflict).refuses(code);
        scene
            .institution
            .api_post(&format!("/api/v1/class-sessions/{}/cancel", scene.sessions[0]), json!({ "reason": "停电" }))
            .await
            .refuses(code);
        assert!(scene.marks().await.is_empty());
    }
}

#[rocket::async_test]
async fn who_was_late_is_credited_the_minutes_that_he_was_there() {
    let scene = Scene::set().await;
    scene.on(15).await;
    let marks = json!([
        { "enrolment_id": scene.seats[0], "presence": "late", "in_at": "2016-11-14T00:45:30Z" },
        { "enrolment_id": scene.seats[1], "presence": "late", "in_at": "2016-11-14T00:45:00Z", "out_at": "2016-11-14T03:00:00Z" },
        { "enrolment_id": scene.seats[2], "presence": "leave" },
    ]);
    let view = scene.mark(1, marks).await.is(Status::Ok).json();
    let minutes: Vec<i64> = (0..3).map(|n| view["items"][n]["minutes"].as_i64().unwrap()).collect();
    // Whole minutes only: half a minute is not rounded up.
    assert_eq!(minutes, [184, 135, 0]);
}

#[rocket::async_test]
async fn one_mark_that_cannot_be_keeps_all_of_them_out() {
    let scene = Scene::set().await;
    scene.on(14).await;
    let stranger = EnrolmentId::new();
    let [a, b, c] = [scene.seats[0], scene.seats[1], scene.seats[2]];
    let good = json!({ "enrolment_id": a, "presence": "present" });
    for (bad, field, code) in [
        (json!({ "enrolment_id": stranger, "presence": "present" }), "marks[1].enrolment_id", "invalid.no_seat"),
        (json!({ "enrolment_id": a, "presence": "absent" }), "marks[1].enrolment_id", "invalid.repeated"),
        (json!({ "enrolment_id": b, "presence": "late" }), "marks[1].in_at", "invalid.late_when"),
        (
            json!({ "enrolment_id": b, "presence": "late", "in_at": "2016-11-14T01:30:00Z" }),
            "marks[1].in_at",
            "invalid.future",
        ),
        (
            json!({ "enrolment_id": c, "presence": "absent", "in_at": "2016-11-14T00:45:00Z" }),
            "marks[1].in_at",
            "invalid.not_there",
        ),
        (json!({ "enrolment_id": c, "presence": "perhaps" }), "marks[1].presence", "invalid.choice"),
        (json!({ "enrolment_id": c, "presence": "leave", "minutes": 200 }), "minutes", "invalid.unknown_field"),
    ] {
        scene.mark(1, json!([good, bad])).await.blames(field, code);
    }
    scene.mark(1, json!([])).await.blames("marks", "invalid.no_marks");
    assert_eq!((scene.marks().await.len(), scene.class().await.status), (0, ClassStatus::Approved));
}

#[rocket::async_test]
async fn who_waits_for_a_seat_is_not_marked() {
    let scene = Scene::set().await;
    scene.on(14).await;
    let person = scene.app.given_person(9).await;
    let waits = scene.app.given_enrolments(scene.class, &[person], EnrolmentStatus::Waitlisted).await[0];
    let mark = json!([{ "enrolment_id": waits, "presence": "present" }]);
    scene.mark(1, mark).await.blames("marks[0].enrolment_id", "invalid.no_seat");
}

#[rocket::async_test]
async fn a_later_mark_takes_the_place_of_the_earlier_one_and_the_audit_keeps_both() {
    let scene = Scene::set().await;
    scene.on(14).await;
    scene.mark_all(1, "present").await.is(Status::Ok);
    let late = json!([
        { "enrolment_id": scene.seats[0], "presence": "late", "in_at": "2016-11-14T00:50:00Z" },
        { "enrolment_id": scene.seats[1], "presence": "present" },
    ]);
    scene.mark(1, late).await.is(Status::Ok);
    let marks = scene.marks().await;
    assert_eq!(marks.len(), 3);
    let changed = marks.iter().find(|mark| mark.enrolment_id == scene.seats[0]).unwrap();
    assert_eq!(
        (changed.presence, changed.minutes, changed.marked_by),
        (Presence::Late, 180, scene.institution.account)
    );
    let deeds = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("mark"))
        .all(scene.app.db.reader())
        .await
        .unwrap();
    let mut told: Vec<Value> =
        deeds.iter().map(|deed| serde_json::from_str(deed.detail.as_ref().unwrap()).unwrap()).collect();
    told.sort_by_key(|detail| detail["marks"].as_array().unwrap().len());
    assert_eq!(told.len(), 2);
    // What did not change is not told again.
    assert_eq!(told[0]["marks"].as_array().unwrap().len(), 1);
    assert_eq!(told[0]["marks"][0]["old"]["presence"], "present");
    assert_eq!(told[0]["marks"][0]["old"]["minutes"], 200);
    assert_eq!(told[0]["marks"][0]["new"]["minutes"], 180);
    assert_eq!(told[1]["marks"][0]["old"], Value::Null);
}

#[rocket::async_test]
async fn the_house_next_door_sees_nothing_of_it() {
    let scene = Scene::set().await;
    scene.on(14).await;
    let marks = json!({ "marks": [{ "enrolment_id": scene.seats[0], "presence": "present" }] });
    let reason = json!({ "reason": "停电" });
    let cancel = format!("/api/v1/class-sessions/{}/cancel", scene.sessions[0]);
    let other = scene.app.sign_in(Role::Institution).await;
    other.api_post(&scene.door(1), marks).await.is(Status::NotFound);
    other.api_post(&cancel, reason.clone()).await.is(Status::NotFound);
    other.api_post(&format!("/api/v1/classes/{}/end", scene.class), json!({})).await.is(Status::NotFound);
    other.post_form(&format!("/classes/{}/roster", scene.class), &[("session", "1")]).await.is(Status::NotFound);
    let neighbour = scene.app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.api_post(&cancel, reason).await.is(Status::NotFound);
    for visitor in [&other, &neighbour] {
        visitor.api_get(&scene.door(1)).await.is(Status::NotFound);
        visitor.api_get(&format!("/api/v1/classes/{}/sessions", scene.class)).await.is(Status::NotFound);
        visitor.get(&scene.roster(1)).await.is(Status::NotFound);
    }
    for role in [Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor] {
        scene.app.sign_in(role).await.get(&scene.roster(1)).await.is(Status::Ok);
    }
    assert!(scene.marks().await.is_empty());
}

#[rocket::async_test]
async fn a_session_of_another_class_is_not_cancelled_through_this_one() {
    let scene = Scene::set().await;
    let other = scene.app.given_class(GivenClass::of(scene.institution.organisation.unwrap())).await;
    let path = format!("/classes/{other}/sessions/{}/cancel", scene.sessions[0]);
    scene.institution.post_form(&path, &[("reason", "停电")]).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_cancelled_session_leaves_both_sums_but_the_institution_cannot_wash_absences_away() {
    let scene = Scene::set().await;
    scene.on(15).await;
    scene.mark_all(1, "present").await.is(Status::Ok);
    scene.mark_all(2, "absent").await.is(Status::Ok);
    let page = scene.institution.get(&scene.roster(1)).await.is(Status::Ok).text;
    assert!(page.contains("50.00%"), "{page}");
    let cancel = format!("/api/v1/class-sessions/{}/cancel", scene.sessions[1]);
    scene.institution.api_post(&cancel, json!({ "reason": "停电" })).await.is(Status::Conflict).refuses("session.held");
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    clerk.api_post(&cancel, json!({ "reason": " " })).await.blames("reason", "invalid.required");
    clerk.api_post(&cancel, json!({ "reason": "长".repeat(201) })).await.blames("reason", "invalid.too_long");
    let view = clerk.api_post(&cancel, json!({ "reason": "停电" })).await.is(Status::Ok).json();
    assert_eq!(view["session"]["status"], "cancelled");
    let page = scene.institution.get(&scene.roster(1)).await.is(Status::Ok).text;
    assert!(page.contains("100.00%") && !page.contains("50.00%"), "{page}");
    clerk.api_post(&cancel, json!({ "reason": "停电" })).await.refuses("move.illegal");
    scene.mark_all(2, "present").await.refuses("session.cancelled");
}

#[rocket::async_test]
async fn a_session_that_was_changed_too_late_is_in_no_sum_and_no_way_leads_into_it() {
    let scene = Scene::set().await;
    let trainee = scene.app.sign_in_person(scene.people[0]).await;
    scene.on(15).await;
    scene.mark_all(1, "present").await.is(Status::Ok);
    scene.mark_all(2, "absent").await.is(Status::Ok);
    assert!(scene.institution.get(&scene.roster(1)).await.text.contains("50.00%"));
    for n in [2, 3, 4] {
        let late = format!(
            "UPDATE class_session SET creditable = false WHERE class_id = (SELECT id FROM training_class) AND ordinal = {n}"
        );
        scene.app.db.writer().execute_unprepared(&late).await.unwrap();
    }
    let page = scene.institution.get(&scene.roster(2)).await.is(Status::Ok).text;
    assert!(page.contains("100.00%") && !page.contains("50.00%") && page.contains("不计入"), "{page}");
    let standing = format!("/api/v1/enrolments/{}/attendance", scene.seats[0]);
    let told = trainee.api_get(&standing).await.is(Status::Ok).json();
    assert_eq!((&told["attendance"]["target"], &told["possible_minutes"]), (&json!(200), &json!(400)), "{told}");
    assert_eq!(told["sessions"][1]["minutes_held"], 0);
    assert!(trainee.get(&format!("/enrolments/{}/attendance", scene.seats[0])).await.text.contains("不计入"));
    // The roster, the code, the hand, leave.
    scene.mark_all(2, "present").await.refuses("mark.not_creditable");
    scene.mark_all(3, "present").await.refuses("mark.not_creditable");
    let hand = json!({ "enrolment_id": scene.seats[0], "kind": "amendment", "presence": "present", "reason": "来过" });
    let ask = format!("/api/v1/class-sessions/{}/mark-requests", scene.sessions[1]);
    scene.institution.api_post(&ask, hand).await.refuses("mark.not_creditable");
    let leave = json!({ "session_id": scene.sessions[3], "reason": "收稻子" });
    let ask = format!("/api/v1/enrolments/{}/leave", scene.seats[0]);
    trainee.api_post(&ask, leave).await.refuses("mark.not_creditable");
    assert!(!scene.institution.get("/").await.text.contains("第3次"), "nothing waits to be marked there");
    // The end of the class does not wait for it.
    scene.on(17).await;
    for n in [5, 6] {
        scene.mark_all(n, "present").await.is(Status::Ok);
    }
    scene.institution.api_post(&format!("/api/v1/classes/{}/end", scene.class), json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn a_session_to_come_is_cancelled_by_the_institution_and_who_holds_a_seat_is_told() {
    let scene = Scene::set().await;
    let trainee = scene.app.sign_in_person(scene.people[0]).await;
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let cancel = format!("/classes/{}/sessions/{}/cancel", scene.class, scene.sessions[2]);
    let api = format!("/api/v1/class-sessions/{}/cancel", scene.sessions[2]);
    clerk.api_post(&api, json!({ "reason": "停电" })).await.refuses("session.not_held");
    let again = scene.institution.post_form(&cancel, &[("reason", "")]).await.is(Status::UnprocessableEntity);
    assert!(again.text.contains("请填写这一项") && again.text.contains("错误："), "{}", again.text);
    scene.institution.post_form(&cancel, &[("reason", "老师生病")]).await.goes_to(&scene.roster(3));
    let told = message::Entity::find().all(scene.app.db.reader()).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].account_id, told[0].kind.as_str()), (trainee.account, "session_cancelled"));
    assert_eq!(told[0].args["day"], "2016-11-15");
    let page = scene.institution.get(&scene.roster(3)).await.is(Status::Ok).text;
    assert!(page.contains("已取消"));
}

#[rocket::async_test]
async fn a_class_ends_when_every_session_is_held_or_cancelled_and_over() {
    let scene = Scene::set().await;
    let end = format!("/api/v1/classes/{}/end", scene.class);
    scene.institution.api_post(&end, json!({})).await.refuses("move.illegal");
    scene.on(16).await;
    for n in 1..=4 {
        scene.mark_all(n, "present").await.is(Status::Ok);
    }
    scene.mark_all(5, "present").await.is(Status::Ok);
    scene.institution.api_post(&end, json!({})).await.is(Status::Conflict).refuses("session.open_left");
    let cancel = format!("/api/v1/class-sessions/{}/cancel", scene.sessions[5]);
    scene.institution.api_post(&cancel, json!({ "reason": "停电" })).await.is(Status::Ok);
    // At nine the fifth session, until 11:50, still lasts.
    scene.institution.api_post(&end, json!({})).await.refuses("session.lasts");
    scene.app.time_is(nine_on(11, 16) + TimeDelta::minutes(170)).await;
    let view = scene.institution.api_post(&end, json!({})).await.is(Status::Ok).json();
    assert_eq!(view["status"], "ended");
    assert_eq!(scene.class().await.status, ClassStatus::Ended);
    scene.institution.api_post(&end, json!({})).await.refuses("move.illegal");
    scene.mark_all(1, "absent").await.refuses("session.class_over");
}

#[rocket::async_test]
async fn a_class_that_only_cancelled_has_nothing_to_end() {
    let scene = Scene::of(ClassStatus::Running).await;
    for session in &scene.sessions {
        let cancel = format!("/api/v1/class-sessions/{session}/cancel");
        scene.institution.api_post(&cancel, json!({ "reason": "停电" })).await.is(Status::Ok);
    }
    let end = format!("/classes/{}/end", scene.class);
    scene.institution.post_form(&end, &[]).await.goes_to(&format!("/classes/{}/roster", scene.class));
    assert_eq!(scene.class().await.status, ClassStatus::Running);
    let api = format!("/api/v1/classes/{}/end", scene.class);
    scene.institution.api_post(&api, json!({})).await.refuses("session.none_held");
}

#[rocket::async_test]
async fn the_roster_presets_nothing_and_keeps_what_was_typed() {
    let scene = Scene::set().await;
    scene.on(14).await;
    let page = scene.institution.get(&format!("/classes/{}/roster", scene.class)).await.is(Status::Ok).text;
    // The session that has begun is opened by itself.
    assert!(page.contains("第1次课点名") && page.contains("轮到您点名") && page.contains("陈福生"), "{page}");
    assert!(!page.contains(" checked") && !page.contains("全部到"), "{page}");
    let names: Vec<[String; 2]> =
        scene.seats.iter().map(|seat| [format!("mark-{seat}"), format!("in-{seat}")]).collect();
    let path = format!("/classes/{}/roster", scene.class);
    let empty = scene.institution.post_form(&path, &[("session", "1")]).await.is(Status::UnprocessableEntity);
    assert!(empty.text.contains("一个人都没有点"), "{}", empty.text);
    let form = [("session", "1"), (names[0][0].as_str(), "present"), (names[1][0].as_str(), "late")];
    let again = scene.institution.post_form(&path, &form).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains(&format!("href=\"#in-{}\"", scene.seats[1])), "{again}");
    assert_eq!(again.matches(" checked").count(), 2);
    let form = [form.as_slice(), &[(names[1][1].as_str(), "8.45")]].concat();
    let again = scene.institution.post_form(&path, &form).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("时:分") && scene.marks().await.is_empty(), "{again}");
    let form = [
        ("session", "1"),
        (names[0][0].as_str(), "present"),
        // A time that was left over from a change of mind.
        (names[0][1].as_str(), "08:55"),
        (names[1][0].as_str(), "late"),
        (names[1][1].as_str(), "08:45"),
    ];
    scene.institution.post_form(&path, &form).await.goes_to(&scene.roster(1));
    let mut minutes: Vec<i32> = scene.marks().await.iter().map(|mark| mark.minutes).collect();
    minutes.sort_unstable();
    assert_eq!(minutes, [185, 200]);
    let page = scene.institution.get(&scene.roster(1)).await.is(Status::Ok).text;
    assert!(page.contains("value=\"08:45\"") && page.contains("已点名"), "{page}");
    assert_eq!(page.matches(" checked").count(), 2);
    let foreign = [("session", "1"), ("mark-everybody", "present")];
    scene.institution.post_form(&path, &foreign).await.is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn the_roster_of_a_session_to_come_has_no_form_and_a_reader_has_none_at_all() {
    let scene = Scene::set().await;
    scene.on(14).await;
    let coming = scene.institution.get(&scene.roster(2)).await.is(Status::Ok).text;
    assert!(coming.contains("还没有开始") && !coming.contains("保存点名"), "{coming}");
    let clerk = scene.app.sign_in(Role::CountyClerk).await;
    let read = clerk.get(&scene.roster(1)).await.is(Status::Ok).text;
    assert!(read.contains("等培训机构点名") && !read.contains("保存点名"), "{read}");
    let english = clerk.get_in("en", &scene.roster(1)).await.is(Status::Ok).text;
    assert!(english.contains("Waiting for the institution"), "{english}");
    clerk.get(&scene.roster(7)).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn the_grid_warns_before_the_last_absence_and_tells_what_is_lost() {
    let scene = Scene::set().await;
    scene.on(15).await;
    let mark = |n: usize, presence: &str| json!({ "enrolment_id": scene.seats[n], "presence": presence });
    let marks = json!([mark(0, "present"), mark(1, "absent"), mark(2, "absent")]);
    scene.mark(1, marks).await.is(Status::Ok);
    let marks = json!([mark(0, "present"), mark(1, "present")]);
    scene.mark(2, marks).await.is(Status::Ok);
    let page = scene.institution.get(&scene.roster(1)).await.is(Status::Ok).text;
    assert_eq!(page.matches("再缺 1 次就拿不到证书").count(), 1, "{page}");
    // Who was absent once and not marked once, missed twice.
    assert_eq!(page.matches("已达不到 80%，拿不到证书").count(), 1, "{page}");
    assert_eq!(page.matches("class=\"lit\"").count(), 2);
    assert!(page.contains("未点"), "{page}");
}

#[rocket::async_test]
async fn the_tables_take_one_mark_a_person_and_no_minutes_below_none() {
    let scene = Scene::set().await;
    let row = |minutes| attendance_mark::Model {
        session_id: scene.sessions[0].parse::<SessionId>().unwrap(),
        enrolment_id: scene.seats[0],
        presence: Presence::Present,
        in_at: None,
        out_at: None,
        minutes,
        method: MarkMethod::Roster,
        marked_by: AccountId::new(),
        marked_at: scene.app.clock.now(),
        standing: MarkStanding::Credited,
        version: 1,
    };
    let insert = |minutes| attendance_mark::Entity::insert(row(minutes).into_active_model());
    assert!(insert(-1).exec_without_returning(scene.app.db.writer()).await.is_err());
    insert(200).exec_without_returning(scene.app.db.writer()).await.unwrap();
    assert!(insert(200).exec_without_returning(scene.app.db.writer()).await.is_err());
}
