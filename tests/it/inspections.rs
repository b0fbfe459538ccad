//! Unannounced inspections: nobody learns of them before, and what was seen is held against the marks.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    audit_event, doubt, inspection, inspection_photo, message, role_grant,
    values::{AccountId, AuditId, ClassId, DoubtKind, EnrolmentId, EnrolmentStatus, GrantId, InspectionStatus, Role},
};
use rocket::http::Status;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};
use sidan::inspections::compare_all;

use crate::support::app::{Answer, App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::files::{picture, send_form};
use crate::support::given::{GivenClass, given_rule};

const READERS: Who =
    Who::Roles(&[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const INSPECTORS: Who = Who::Roles(&[Role::CountyChecker, Role::Supervisor]);
const NOTES: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);

pub const DOORS: &[Door] = &[
    ("GET", "/inspections", READERS),
    ("GET", "/classes/<id>/inspections", READERS),
    ("POST", "/classes/<id>/inspections", INSPECTORS),
    ("GET", "/inspections/<id>", READERS),
    ("GET", "/inspections/<id>/photos/<photo>", NOTES),
    ("GET", "/inspections/<id>/record", INSPECTORS),
    ("POST", "/inspections/<id>/record", INSPECTORS),
    ("POST", "/inspections/<id>/photos", INSPECTORS),
    ("GET", "/inspections/<id>/cancel", INSPECTORS),
    ("POST", "/inspections/<id>/cancel", INSPECTORS),
    ("GET", "/api/v1/inspections", READERS),
    ("POST", "/api/v1/inspections", INSPECTORS),
    ("GET", "/api/v1/inspections/<id>", READERS),
    ("POST", "/api/v1/inspections/<id>/record", INSPECTORS),
    ("POST", "/api/v1/inspections/<id>/photos", INSPECTORS),
    ("POST", "/api/v1/inspections/<id>/cancel", INSPECTORS),
];

/// So many minutes after the first session began.
fn monday(minutes: i64) -> DateTime<Utc> {
    nine_on(11, 14) - TimeDelta::minutes(30) + TimeDelta::minutes(minutes)
}

/// A class of people with six sessions of 200 minutes, and a checker who may go there.
struct Field {
    app: Arc<App>,
    institution: Visitor,
    checker: Visitor,
    class: ClassId,
    seats: Vec<EnrolmentId>,
    sessions: Vec<String>,
}

impl Field {
    async fn of(people: u16) -> Self {
        let app = App::start().await;
        let institution = app.sign_in(Role::Institution).await;
        let class = app
            .given_class(GivenClass { seats: i32::from(people), ..GivenClass::of(institution.organisation.unwrap()) })
            .await;
        let mut persons = Vec::new();
        for n in 0..people {
            persons.push(app.given_person(n).await);
        }
        let seats = app.given_enrolments(class, &persons, EnrolmentStatus::Seated).await;
        let sessions = institution.api_get(&format!("/api/v1/classes/{class}/sessions")).await.is(Status::Ok).json();
        let sessions = sessions["items"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap().to_owned());
        let sessions = sessions.collect();
        let checker = app.sign_in(Role::CountyChecker).await;
        Self { app, institution, checker, class, seats, sessions }
    }

    async fn at(&self, minutes: i64) {
        self.app.time_is(monday(minutes)).await;
    }

    async fn plan_by(&self, who: &Visitor, session: Option<usize>) -> Answer {
        let session = session.map(|n| self.sessions[n - 1].clone());
        who.api_post("/api/v1/inspections", json!({ "class_id": self.class, "session_id": session })).await
    }

    /// The checker's plan for any session.
    async fn planned(&self) -> String {
        let view = self.plan_by(&self.checker, None).await.is(Status::Created).json();
        view["id"].as_str().unwrap().to_owned()
    }

    async fn record(&self, id: &str, headcount: i64) -> Answer {
        let seen = json!({ "headcount": headcount, "seen": "张老师不在，陈福生说只来过一次", "photos": [picture()] });
        self.checker.api_post(&format!("/api/v1/inspections/{id}/record"), seen).await
    }

    /// So many people are marked as there in the first session.
    async fn mark(&self, people: usize) {
        let marks: Vec<Value> =
            self.seats[..people].iter().map(|seat| json!({ "enrolment_id": seat, "presence": "present" })).collect();
        let door = format!("/api/v1/class-sessions/{}/attendance", self.sessions[0]);
        self.institution.api_post(&door, json!({ "marks": marks })).await.is(Status::Ok);
    }

    async fn doubts(&self) -> Vec<doubt::Model> {
        let rows = doubt::Entity::find().filter(doubt::Column::Kind.eq(DoubtKind::Headcount));
        rows.all(self.app.db.reader()).await.unwrap()
    }

    async fn row(&self) -> inspection::Model {
        inspection::Entity::find().one(self.app.db.reader()).await.unwrap().unwrap()
    }
}

#[rocket::async_test]
async fn before_it_is_done_nobody_finds_a_planned_inspection_by_any_door() {
    let field = Field::of(2).await;
    let id = field.planned().await;
    let trainee = field.app.sign_in(Role::Trainee).await;
    let clerk = field.app.sign_in(Role::CountyClerk).await;
    for reader in [&field.institution, &clerk] {
        assert_eq!(reader.api_get("/api/v1/inspections").await.is(Status::Ok).json()["items"], json!([]));
        reader.api_get(&format!("/api/v1/inspections/{id}")).await.is(Status::NotFound);
        reader.get(&format!("/inspections/{id}")).await.is(Status::NotFound);
        for page in ["/inspections", "/inspections?status=planned", "/", "/mailbox"] {
            let page = reader.get(page).await.is(Status::Ok).text;
            assert!(!page.contains(&id) && !page.contains("已安排"), "{page}");
        }
        let page = reader.get(&format!("/classes/{}/inspections", field.class)).await.is(Status::Ok).text;
        assert!(page.contains("还没有检查") && !page.contains(&id), "{page}");
        let page = reader.get(&format!("/classes/{}", field.class)).await.is(Status::Ok).text;
        assert!(!page.contains(&id), "{page}");
        reader.api_get("/api/v1/audit?noun=inspection").await.is(Status::Forbidden);
    }
    trainee.get(&format!("/inspections/{id}")).await.is(Status::Forbidden);
    trainee.api_get("/api/v1/inspections").await.is(Status::Forbidden);
    assert!(message::Entity::find().all(field.app.db.reader()).await.unwrap().is_empty(), "nobody is told");
    // Those who inspect know, so that two do not go there on one day; the auditor reads it in the log.
    let supervisor = field.app.sign_in(Role::Supervisor).await;
    supervisor.api_get(&format!("/api/v1/inspections/{id}")).await.is(Status::Ok);
    let auditor = field.app.sign_in(Role::Auditor).await;
    assert!(auditor.api_get("/api/v1/audit?noun=inspection").await.is(Status::Ok).text.contains(&id));
    let neighbour = field.app.sign_in_at(Role::CountyChecker, "360922").await;
    neighbour.api_get(&format!("/api/v1/inspections/{id}")).await.is(Status::NotFound);
    assert!(field.checker.get("/").await.text.contains(&format!("/inspections/{id}")));
}

#[rocket::async_test]
async fn when_it_is_done_the_institution_sees_the_numbers_and_not_the_notes() {
    let field = Field::of(3).await;
    let id = field.planned().await;
    field.at(30).await;
    field.mark(3).await;
    let done = field.record(&id, 2).await.is(Status::Ok).json();
    assert_eq!((&done["status"], &done["headcount"]), (&json!("done"), &json!(2)));
    let figures = json!({
        "seen": 2, "marked": 3, "missing": 1, "tolerance": 2, "within_session": true, "doubtful": false,
    });
    assert_eq!(done["figures"], figures);
    assert!(done["seen"].as_str().unwrap().contains("陈福生"));
    let told = field.institution.api_get(&format!("/api/v1/inspections/{id}")).await.is(Status::Ok).json();
    assert_eq!((&told["seen"], &told["photos"]), (&Value::Null, &json!([])));
    let told = &told["figures"];
    assert_eq!((&told["marked"], &told["missing"]), (&json!(3), &json!(1)));
    assert_eq!((&told["doubtful"], &told["tolerance"]), (&Value::Null, &Value::Null), "it learns of no doubt");
    let page = field.institution.get(&format!("/inspections/{id}")).await.is(Status::Ok).text;
    assert!(!page.contains("陈福生") && !page.contains("/photos/") && page.contains("现场清点"), "{page}");
    assert!(!page.contains("疑点") && !page.contains("人数相符"), "{page}");
    assert!(field.institution.get("/mailbox").await.text.contains("已做现场检查"));
    let stranger = field.app.sign_in(Role::Institution).await;
    stranger.get(&format!("/inspections/{id}")).await.is(Status::NotFound);
    // The picture is for those who read the notes.
    let photo = done["photos"][0].as_str().unwrap();
    let path = format!("/inspections/{id}/photos/{photo}");
    field.institution.get(&path).await.is(Status::Forbidden);
    let clerk = field.app.sign_in(Role::CountyClerk).await;
    let seen = clerk.get(&path).await.is(Status::Ok);
    assert_eq!(seen.header("Content-Type"), Some("image/jpeg"));
    let page = clerk.get(&format!("/inspections/{id}")).await.is(Status::Ok).text;
    assert!(page.contains("陈福生") && page.contains(&path), "{page}");
}

#[rocket::async_test]
async fn who_has_a_tie_with_the_institution_or_approved_the_class_does_not_inspect_it() {
    let field = Field::of(2).await;
    let organisation = field.institution.organisation.unwrap();
    let write = field.app.db.writer();
    let former = field.app.sign_in(Role::CountyChecker).await;
    let grant = role_grant::Model {
        id: GrantId::new(),
        account_id: former.account,
        role: Role::Institution,
        area_code: COUNTY.into(),
        organisation_id: Some(organisation),
        granted_at: nine_on(1, 4),
        ended_at: Some(nine_on(6, 30)),
    };
    role_grant::Entity::insert(grant.into_active_model()).exec_without_returning(write).await.unwrap();
    field.plan_by(&former, None).await.is(Status::Conflict).refuses("inspection.tie");
    // Who was a clerk in summer and approved it.
    let clerk = field.app.sign_in(Role::CountyChecker).await;
    approve(&field, clerk.account).await;
    field.plan_by(&clerk, None).await.refuses("inspection.tie");
    // Who teaches there.
    let person = field.app.given_person(90).await;
    let teacher = field.app.visitor(Role::CountyChecker, COUNTY, None, Some(person)).await;
    field.plan_by(&teacher, None).await.is(Status::Created);
    let id = field.row().await.id.to_string();
    let row = entities::person::Entity::find_by_id(person).one(write).await.unwrap().unwrap();
    let trainer = entities::trainer::ActiveModel {
        id: Set(entities::values::TrainerId::new()),
        organisation_id: Set(organisation),
        area_code: Set(COUNTY.into()),
        name: Set(row.name),
        id_index: Set(row.id_index),
        sealed: Set(Vec::new()),
        programme: Set(entities::values::Programme::Ecommerce),
        occupation: Set("4-01-06-01".into()),
        qualification: Set("电子商务师".into()),
        qualification_no: Set("1".into()),
        valid_from: Set(crate::support::given::day(1, 1)),
        valid_to: Set(None),
        status: Set(entities::values::RegisterStatus::Active),
        created_by: Set(AccountId::new()),
        created_at: Set(nine_on(1, 4)),
        version: Set(1),
    };
    entities::trainer::Entity::insert(trainer).exec_without_returning(write).await.unwrap();
    // A tie that came after the plan keeps from going there.
    field.at(30).await;
    let seen = json!({ "headcount": 2, "seen": "都在", "photos": [picture()] });
    teacher.api_post(&format!("/api/v1/inspections/{id}/record"), seen).await.refuses("inspection.tie");
    let other = field.app.visitor(Role::Supervisor, "360000", None, Some(person)).await;
    field.plan_by(&other, None).await.refuses("inspection.tie");
    field.plan_by(&field.checker, None).await.is(Status::Created);
}

/// The log says that an account approved the class.
async fn approve(field: &Field, account: AccountId) {
    let row = audit_event::Model {
        id: AuditId::new(),
        at: nine_on(10, 28),
        actor_id: Some(account),
        role: Some(Role::CountyClerk),
        action: "approve".into(),
        noun: "class".into(),
        object_id: field.class.to_string(),
        area_code: Some(COUNTY.into()),
        detail: None,
    };
    audit_event::Entity::insert(row.into_active_model()).exec_without_returning(field.app.db.writer()).await.unwrap();
}

#[rocket::async_test]
async fn more_missing_than_the_tolerance_is_a_doubt_with_both_numbers_and_the_tolerance_itself_is_none() {
    for (seen, doubts) in [(3, 0), (2, 1)] {
        let field = Field::of(5).await;
        let id = field.planned().await;
        field.at(60).await;
        field.mark(5).await;
        let view = field.record(&id, seen).await.is(Status::Ok).json();
        assert_eq!(view["figures"]["doubtful"], json!(doubts == 1));
        let found = field.doubts().await;
        assert_eq!(found.len(), doubts, "{seen} seen of 5");
        if let Some(one) = found.first() {
            let facts: Value = serde_json::from_str(&one.facts).unwrap();
            assert_eq!((&facts["seen"], &facts["marked"]), (&json!(2), &json!(5)));
            assert_eq!((one.class_id, one.session_id.unwrap().to_string()), (field.class, field.sessions[0].clone()));
        }
    }
}

#[rocket::async_test]
async fn how_many_may_be_missing_is_a_rule() {
    let field = Field::of(5).await;
    given_rule(&field.app, "inspections.tolerance", 0).await;
    let id = field.planned().await;
    field.at(60).await;
    field.mark(5).await;
    field.record(&id, 4).await.is(Status::Ok);
    assert_eq!(field.doubts().await.len(), 1);
}

#[rocket::async_test]
async fn marks_that_come_later_are_compared_until_none_can_come_any_more() {
    let field = Field::of(5).await;
    let id = field.planned().await;
    field.at(60).await;
    let view = field.record(&id, 1).await.is(Status::Ok).json();
    assert_eq!(view["figures"]["marked"], 0);
    assert_eq!(compare_all(&field.app.db, &field.app.desk).await.unwrap(), 0);
    field.at(24 * 60).await;
    field.mark(5).await;
    let view = field.checker.api_get(&format!("/api/v1/inspections/{id}")).await.json();
    assert_eq!((&view["figures"]["marked"], &view["figures"]["doubtful"]), (&json!(5), &json!(true)));
    assert_eq!(compare_all(&field.app.db, &field.app.desk).await.unwrap(), 1);
    assert_eq!(compare_all(&field.app.db, &field.app.desk).await.unwrap(), 0, "a doubt is raised once");
    assert_eq!((field.doubts().await.len(), field.row().await.settled_at), (1, None));
    // The session lasts until minute 200, and a device may send its marks for three days.
    field.at(200 + 72 * 60).await;
    compare_all(&field.app.db, &field.app.desk).await.unwrap();
    let row = field.row().await;
    assert!(row.doubted && row.settled_at.is_some());
}

#[rocket::async_test]
async fn people_who_came_late_or_left_early_are_not_missed_at_that_moment() {
    let field = Field::of(4).await;
    let id = field.planned().await;
    given_rule(&field.app, "inspections.tolerance", 0).await;
    field.at(250).await;
    let at = |minutes: i64| monday(minutes).to_rfc3339();
    let marks = json!([
        { "enrolment_id": field.seats[0], "presence": "present" },
        { "enrolment_id": field.seats[1], "presence": "late", "in_at": at(120) },
        { "enrolment_id": field.seats[2], "presence": "late", "in_at": at(5), "out_at": at(50) },
        { "enrolment_id": field.seats[3], "presence": "absent" },
    ]);
    let door = format!("/api/v1/class-sessions/{}/attendance", field.sessions[0]);
    field.institution.api_post(&door, json!({ "marks": marks })).await.is(Status::Ok);
    field.at(60).await;
    let view = field.record(&id, 1).await.is(Status::Ok).json();
    assert_eq!((&view["figures"]["marked"], &view["figures"]["doubtful"]), (&json!(1), &json!(false)));
}

#[rocket::async_test]
async fn it_is_written_down_while_the_session_lasts_or_shortly_around_it() {
    let field = Field::of(3).await;
    given_rule(&field.app, "inspections.tolerance", 0).await;
    let id = field.planned().await;
    for minutes in [-16, 216, 24 * 60 * 4] {
        field.at(minutes).await;
        field.record(&id, 3).await.is(Status::Conflict).refuses("inspection.not_now");
    }
    // Five minutes after the end nobody need be there, so nothing is compared.
    field.at(199).await;
    field.mark(3).await;
    field.at(205).await;
    let view = field.record(&id, 0).await.is(Status::Ok).json();
    assert_eq!((&view["figures"]["within_session"], &view["figures"]["doubtful"]), (&json!(false), &json!(false)));
    assert!(field.doubts().await.is_empty());
    field.record(&id, 0).await.refuses("move.illegal");
    // One more picture is taken as long as the session lasts, and so many at most.
    let more = format!("/api/v1/inspections/{id}/photos");
    for _ in 0..5 {
        field.checker.api_post(&more, json!({ "photo": picture() })).await.is(Status::Ok);
    }
    field.checker.api_post(&more, json!({ "photo": picture() })).await.refuses("inspection.photos_full");
    field.at(240).await;
    field.checker.api_post(&more, json!({ "photo": picture() })).await.refuses("inspection.not_now");
}

#[rocket::async_test]
async fn a_plan_for_one_session_is_not_done_at_another() {
    let field = Field::of(2).await;
    let view = field.plan_by(&field.checker, Some(2)).await.is(Status::Created).json();
    let id = view["id"].as_str().unwrap();
    field.at(60).await;
    field.record(id, 2).await.refuses("inspection.not_now");
    field.at(331).await;
    let done = field.record(id, 2).await.is(Status::Ok).json();
    assert_eq!(done["session_id"], json!(field.sessions[1]));
}

#[rocket::async_test]
async fn what_is_not_told_is_blamed_by_its_field() {
    let field = Field::of(2).await;
    let id = field.planned().await;
    field.at(60).await;
    let door = format!("/api/v1/inspections/{id}/record");
    let good = json!({ "headcount": 2, "seen": "都在", "photos": [picture()], "latitude": 28_230_000, "longitude": 114_920_000 });
    for (name, value, field_name, code) in [
        ("headcount", json!(-1), "headcount", "invalid.range"),
        ("seen", json!(" "), "seen", "invalid.required"),
        ("photos", json!([]), "photos", "invalid.required"),
        ("photos", json!([STANDARD.encode("<svg>")]), "photos", "invalid.picture"),
        ("longitude", json!(null), "longitude", "invalid.required"),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        field.checker.api_post(&door, bad).await.blames(field_name, code);
    }
    assert!(inspection_photo::Entity::find().all(field.app.db.reader()).await.unwrap().is_empty());
    let done = field.checker.api_post(&door, good).await.is(Status::Ok).json();
    assert_eq!((&done["latitude"], &done["longitude"]), (&json!(28_230_000), &json!(114_920_000)));
    let told = field.institution.api_get(&format!("/api/v1/inspections/{id}")).await.json();
    assert_eq!(told["latitude"], Value::Null);
}

#[rocket::async_test]
async fn who_planned_it_goes_there_once_at_a_time_and_cancels_with_a_reason() {
    let field = Field::of(2).await;
    let id = field.planned().await;
    field.plan_by(&field.checker, None).await.refuses("inspection.planned_already");
    let colleague = field.app.sign_in(Role::CountyChecker).await;
    let cancel = format!("/api/v1/inspections/{id}/cancel");
    colleague.api_post(&cancel, json!({ "reason": "下雨" })).await.refuses("inspection.not_yours");
    field.checker.api_post(&cancel, json!({ "reason": " " })).await.blames("reason", "invalid.required");
    let done = field.checker.api_post(&cancel, json!({ "reason": "下雨路断" })).await.is(Status::Ok).json();
    assert_eq!((&done["status"], &done["reason"]), (&json!("cancelled"), &json!("下雨路断")));
    field.institution.get(&format!("/inspections/{id}")).await.is(Status::NotFound);
    field.planned().await;
    // When the last session is over there is nothing to plan.
    field.at(24 * 60 * 3).await;
    field.plan_by(&colleague, None).await.refuses("inspection.nothing_to_come");
}

#[rocket::async_test]
async fn from_the_phone_the_form_is_sent_with_its_picture_and_keeps_what_was_typed() {
    let field = Field::of(2).await;
    let token = field.checker.csrf();
    let class = format!("/classes/{}/inspections", field.class);
    let page = field.checker.get(&class).await.is(Status::Ok).text;
    assert!(page.contains("安排检查") && page.contains("哪一次都可以"), "{page}");
    let planned = field.checker.post_form(&class, &[("session", &field.sessions[0])]).await;
    assert_eq!(planned.status, Status::SeeOther, "{}", planned.text);
    let path = planned.location.unwrap();
    field.at(60).await;
    let record = format!("{path}/record");
    let form = field.checker.get(&record).await.is(Status::Ok);
    assert!(form.text.contains("data-place") && form.text.contains("/static/place-"), "{}", form.text);
    let fields = |count: &'static str| {
        [("_csrf", token.as_str()), ("headcount", count), ("seen", "在讲直播"), ("latitude", ""), ("longitude", "")]
    };
    let again = send_form(&field.checker, &record, &fields("2"), None).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("在讲直播") && again.contains("href=\"#file\""), "{again}");
    let photo = STANDARD.decode(picture()).unwrap();
    let again = send_form(&field.checker, &record, &fields("两个"), Some(("a.png", &photo))).await;
    assert!(again.is(Status::UnprocessableEntity).text.contains("href=\"#headcount\""));
    send_form(&field.checker, &record, &fields("2"), Some(("a.png", &photo))).await.goes_to(&path);
    let page = field.checker.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("人数相符") && page.contains("再加一张照片"), "{page}");
    let more = format!("{path}/photos");
    send_form(&field.checker, &more, &[("_csrf", token.as_str())], Some(("b.png", &photo))).await.goes_to(&path);
    let none = send_form(&field.checker, &more, &[("_csrf", token.as_str())], None).await;
    assert!(none.is(Status::UnprocessableEntity).text.contains("href=\"#file\""));
    assert_eq!(inspection_photo::Entity::find().all(field.app.db.reader()).await.unwrap().len(), 2);
}

#[rocket::async_test]
async fn notes_and_pictures_lie_sealed() {
    let field = Field::of(2).await;
    let id = field.planned().await;
    field.at(60).await;
    field.record(&id, 2).await.is(Status::Ok);
    let row = field.row().await;
    let clear = "陈福生".as_bytes();
    assert!(!row.sealed.windows(clear.len()).any(|part| part == clear));
    let photo = inspection_photo::Entity::find().one(field.app.db.reader()).await.unwrap().unwrap();
    assert!(!photo.sealed.starts_with(&[0xFF, 0xD8]), "no JPEG lies open");
    let told = audit_event::Entity::find().all(field.app.db.reader()).await.unwrap();
    assert!(told.iter().all(|deed| !deed.detail.as_deref().unwrap_or_default().contains("陈福生")));
}

#[rocket::async_test]
async fn the_table_keeps_what_is_done_and_what_is_not_apart() {
    let field = Field::of(2).await;
    field.planned().await;
    let db = field.app.db.writer();
    for bad in [
        "UPDATE inspection SET status = 'done'",
        "UPDATE inspection SET headcount = 5",
        "UPDATE inspection SET status = 'cancelled'",
        "UPDATE inspection SET latitude_e6 = 1",
        "UPDATE inspection SET doubted = true",
    ] {
        assert!(db.execute_unprepared(bad).await.is_err(), "{bad}");
    }
    assert_eq!(field.row().await.status, InspectionStatus::Planned);
}
