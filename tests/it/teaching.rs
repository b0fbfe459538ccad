//! The registers of venues and trainers, and what a class asks of them.

use std::sync::Arc;

use entities::{
    audit_event, class_session, trainer,
    values::{CourseStatus, OrganisationKind, Programme, Role, TrainerId, VenueId},
    venue,
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::support::app::{App, COUNTY, Visitor};
use crate::support::doors::{Door, Who};
use crate::support::given::{OCCUPATION, day};

const READ: Who =
    Who::Roles(&[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const KEEP: Who = Who::Roles(&[Role::Institution]);

pub const DOORS: &[Door] = &[
    ("GET", "/venues", READ),
    ("GET", "/venues/<id>", READ),
    ("GET", "/venues/new", KEEP),
    ("POST", "/venues", KEEP),
    ("GET", "/venues/<id>/edit", KEEP),
    ("POST", "/venues/<id>/edit", KEEP),
    ("POST", "/venues/<id>/retire", KEEP),
    ("GET", "/trainers", READ),
    ("GET", "/trainers/<id>", READ),
    ("GET", "/trainers/new", KEEP),
    ("POST", "/trainers", KEEP),
    ("GET", "/trainers/<id>/edit", KEEP),
    ("POST", "/trainers/<id>/edit", KEEP),
    ("POST", "/trainers/<id>/retire", KEEP),
    ("GET", "/api/v1/venues", READ),
    ("GET", "/api/v1/venues/<id>", READ),
    ("POST", "/api/v1/venues", KEEP),
    ("POST", "/api/v1/venues/<id>/change", KEEP),
    ("POST", "/api/v1/venues/<id>/retire", KEEP),
    ("GET", "/api/v1/trainers", READ),
    ("GET", "/api/v1/trainers/<id>", READ),
    ("POST", "/api/v1/trainers", KEEP),
    ("POST", "/api/v1/trainers/<id>/change", KEEP),
    ("POST", "/api/v1/trainers/<id>/retire", KEEP),
];

/// 上高县敖山镇
const AOSHAN: &str = "360923106";
const NUMBER: &str = "36997019750101011X";
const ANOTHER: &str = "369970197501020115";

fn room() -> Value {
    json!({ "name": "便民服务中心2号教室", "address": "敖山镇文明路1号便民服务中心201", "area_code": AOSHAN, "capacity": 41,
        "latitude": 28_232_000, "longitude": 114_924_000 })
}

fn somebody(number: &str) -> Value {
    json!({ "name": "刘晓燕", "id_number": number, "programme": "ecommerce", "occupation": OCCUPATION,
        "qualification": "电子商务师三级", "qualification_no": "赣电商0001", "valid_from": "2016-01-01",
        "valid_to": "2016-12-31" })
}

fn without(mut value: Value, field: &str) -> Value {
    value.as_object_mut().unwrap().remove(field);
    value
}

fn with(mut value: Value, field: &str, to: impl Into<Value>) -> Value {
    value[field] = to.into();
    value
}

/// An institution that may teach, with a room and a trainer of its own.
struct School {
    app: Arc<App>,
    institution: Visitor,
    course: String,
    venue: String,
    trainer: String,
}

impl School {
    async fn open() -> Self {
        Self::open_beside(App::start().await, NUMBER, "敖山镇文明路1号便民服务中心201").await
    }

    /// One more, whose trainer has that number and whose room is at that address.
    async fn open_beside(app: Arc<App>, number: &str, address: &str) -> Self {
        let id = app.organisation(OrganisationKind::Institution, COUNTY).await;
        app.given_accreditation(id, Programme::Ecommerce).await;
        let course = app.given_course(id, Programme::Ecommerce, CourseStatus::Listed).await.to_string();
        let institution = app.sign_in_for(Role::Institution, id).await;
        let venue = made(&institution, "/api/v1/venues", with(room(), "address", address)).await;
        let trainer = made(&institution, "/api/v1/trainers", somebody(number)).await;
        Self { app, institution, course, venue, trainer }
    }

    /// Three days from the 14th on, morning and afternoon, as long as the course takes.
    fn application(&self) -> Value {
        let sessions: Vec<Value> = (14..17)
            .flat_map(|day| [(day, "00:30", "04:30", "theory"), (day, "06:00", "10:00", "practice")])
            .map(|(day, from, to, mode)| {
                json!({ "mode": mode, "starts_at": format!("2016-11-{day}T{from}:00Z"), "ends_at": format!("2016-11-{day}T{to}:00Z") })
            })
            .collect();
        json!({ "course_id": self.course, "title": "电子商务实操班", "area_code": COUNTY, "venue_id": self.venue,
            "trainer_id": self.trainer, "seats": 41, "sessions": sessions })
    }

    async fn asks(&self, application: Value) -> crate::support::app::Answer {
        self.institution.api_post("/api/v1/classes", application).await
    }

    async fn apply(&self) -> String {
        self.asks(self.application()).await.is(Status::Created).json()["id"].as_str().unwrap().to_owned()
    }
}

async fn made(by: &Visitor, path: &str, body: Value) -> String {
    by.api_post(path, body).await.is(Status::Created).json()["id"].as_str().unwrap().to_owned()
}

async fn audits(app: &App, noun: &str) -> Vec<audit_event::Model> {
    audit_event::Entity::find()
        .filter(audit_event::Column::Noun.eq(noun))
        .order_by_asc(audit_event::Column::Id)
        .all(app.db.reader())
        .await
        .unwrap()
}

#[rocket::async_test]
async fn a_venue_is_entered_in_degrees_and_its_radius_follows_the_rule() {
    let app = App::start().await;
    let institution = app.sign_in(Role::Institution).await;
    institution.get("/venues/new").await.is(Status::Ok);
    let form = [
        ("name", "2号教室"),
        ("address", "敖山镇文明路１号２０１"),
        ("area_code", AOSHAN),
        ("capacity", "41"),
        ("latitude", "28.232976"),
        ("longitude", "114.9"),
        ("radius_m", ""),
    ];
    let mut wrong = form;
    wrong[4].1 = "28.2329761";
    let again = institution.post_form("/venues", &wrong).await.is(Status::UnprocessableEntity);
    assert!(again.text.contains("28.2329761") && again.text.contains("最多6位小数"), "{}", again.text);
    wrong[4].1 = "";
    institution.post_form("/venues", &wrong).await.is(Status::UnprocessableEntity);
    let answer = institution.post_form("/venues", &form).await.is(Status::SeeOther);
    let row = venue::Entity::find().one(app.db.reader()).await.unwrap().unwrap();
    assert_eq!(answer.location.as_deref(), Some(format!("/venues/{}", row.id).as_str()));
    assert_eq!((row.latitude_e6, row.longitude_e6, row.radius_m), (Some(28_232_976), Some(114_900_000), 300));
    assert_eq!(row.address, "敖山镇文明路1号201", "digits of any width are the same address");
    assert!(institution.get(&format!("/venues/{}", row.id)).await.text.contains("28.232976"));
    assert!(institution.get("/venues").await.text.contains("2号教室"));
}

#[rocket::async_test]
async fn a_venue_lies_in_the_institutions_county_and_stands_once() {
    let app = App::start().await;
    let institution = app.sign_in(Role::Institution).await;
    let post = async |body: Value| institution.api_post("/api/v1/venues", body).await;
    for area in ["360000", "360900", "360922", "360923999"] {
        post(with(room(), "area_code", area)).await.blames("area_code", "invalid.area");
    }
    post(with(room(), "capacity", 0)).await.blames("capacity", "invalid.range");
    post(with(room(), "latitude", 90_000_001)).await.blames("latitude", "invalid.range");
    post(without(room(), "longitude")).await.blames("longitude", "invalid.required");
    post(room()).await.is(Status::Created);
    post(room()).await.blames("address", "invalid.address_taken");
    let neighbour = app.sign_in(Role::Institution).await;
    neighbour.api_post("/api/v1/venues", room()).await.is(Status::Created);
}

#[rocket::async_test]
async fn what_counts_of_a_venue_stands_in_the_audit_old_and_new() {
    let app = App::start().await;
    let institution = app.sign_in(Role::Institution).await;
    let id = made(&institution, "/api/v1/venues", room()).await;
    let change = format!("/api/v1/venues/{id}/change");
    let told =
        institution.api_post(&change, with(without(without(room(), "latitude"), "longitude"), "capacity", 30)).await;
    let told = told.is(Status::Ok).json();
    assert_eq!((&told["capacity"], &told["latitude"], &told["version"]), (&json!(30), &Value::Null, &json!(2)));
    let last: Value = serde_json::from_str(audits(&app, "venue").await[1].detail.as_deref().unwrap()).unwrap();
    assert_eq!(
        last,
        json!({ "version": 2, "changed": { "capacity": { "old": 41, "new": 30 },
            "position": { "old": "28.232000, 114.924000", "new": null } } })
    );
    let stranger = app.sign_in(Role::Institution).await;
    stranger.api_post(&change, room()).await.is(Status::NotFound);
    institution.api_post(&format!("/api/v1/venues/{id}/retire"), json!({})).await.is(Status::Ok);
    institution.api_post(&change, room()).await.refuses("move.illegal");
    let again = made(&institution, "/api/v1/venues", room()).await;
    assert_ne!(again, id, "who retired a room may enter it anew");
    let retired = institution.api_get("/api/v1/venues?status=retired").await.json();
    assert_eq!(retired["items"].as_array().unwrap().len(), 1);
}

#[rocket::async_test]
async fn the_number_of_a_trainer_is_sealed_and_shown_to_nobody() {
    let app = App::start().await;
    let institution = app.sign_in(Role::Institution).await;
    let post = async |body: Value| institution.api_post("/api/v1/trainers", body).await;
    post(somebody("369970197501010111")).await.blames("id_number", "invalid.id_checksum");
    post(with(somebody(NUMBER), "valid_to", "2015-12-31")).await.blames("valid_to", "invalid.end_before_start");
    post(with(somebody(NUMBER), "occupation", "0")).await.blames("occupation", "invalid.choice");
    let id = made(&institution, "/api/v1/trainers", somebody(NUMBER)).await;
    post(somebody(NUMBER)).await.blames("occupation", "invalid.trainer_twice");
    let row = trainer::Entity::find().one(app.db.reader()).await.unwrap().unwrap();
    assert_eq!(row.id_index, app.vault.index("id", NUMBER));
    assert!(!row.sealed.windows(NUMBER.len()).any(|bytes| bytes == NUMBER.as_bytes()));
    assert_eq!(app.vault.open("trainer.sealed", row.id, &row.sealed).unwrap(), NUMBER.as_bytes());
    assert_eq!(row.valid_to, Some(day(12, 31).succ_opt().unwrap()));
    for reader in [&institution, &app.sign_in(Role::CountyClerk).await, &app.sign_in(Role::Auditor).await] {
        let told = reader.api_get(&format!("/api/v1/trainers/{id}")).await.is(Status::Ok);
        assert!(!told.text.contains(NUMBER));
        assert_eq!(
            (&told.json()["id_number"], &told.json()["valid_to"]),
            (&json!("369970********011X"), &json!("2016-12-31"))
        );
        let page = reader.get(&format!("/trainers/{id}")).await.is(Status::Ok).text;
        assert!(page.contains("369970********011X") && !page.contains(NUMBER));
        assert!(reader.get("/trainers").await.text.contains("电子商务师三级"));
    }
    for stranger in [app.sign_in(Role::Institution).await, app.sign_in_at(Role::CountyClerk, "360922").await] {
        stranger.api_get(&format!("/api/v1/trainers/{id}")).await.is(Status::NotFound);
        stranger.get(&format!("/trainers/{id}")).await.is(Status::NotFound);
        assert_eq!(stranger.api_get("/api/v1/trainers").await.json()["items"], json!([]));
    }
    assert!(audits(&app, "trainer").await.iter().all(|one| !one.detail.as_deref().unwrap().contains(NUMBER)));
}

#[rocket::async_test]
async fn a_trainer_is_entered_and_changed_on_pages_and_the_number_stays() {
    let app = App::start().await;
    let institution = app.sign_in(Role::Institution).await;
    institution.get("/trainers/new").await.is(Status::Ok);
    let form = [
        ("name", "刘晓燕"),
        ("id_number", NUMBER),
        ("programme", "ecommerce"),
        ("occupation", OCCUPATION),
        ("qualification", "电子商务师三级"),
        ("qualification_no", "赣电商0001"),
        ("valid_from", "2016-01-01"),
        ("valid_to", ""),
    ];
    institution.post_form("/trainers", &form[2..]).await.is(Status::UnprocessableEntity);
    institution.post_form("/trainers", &form).await.is(Status::SeeOther);
    let row = trainer::Entity::find().one(app.db.reader()).await.unwrap().unwrap();
    let edit = format!("/trainers/{}/edit", row.id);
    assert!(!institution.get(&edit).await.is(Status::Ok).text.contains("id_number"));
    let mut papers: Vec<(&str, &str)> = form.into_iter().filter(|(name, _)| *name != "id_number").collect();
    papers[6].1 = "2017-06-30";
    institution.post_form(&edit, &papers).await.goes_to(&format!("/trainers/{}", row.id));
    let detail = audits(&app, "trainer").await[1].detail.clone().unwrap();
    assert!(detail.contains("\"until\":\"2017-07-01\"") && detail.contains("\"until\":null"), "{detail}");
    institution.post_form(&format!("/trainers/{}/retire", row.id), &[]).await.is(Status::SeeOther);
    assert!(institution.get("/trainers?status=retired").await.text.contains("刘晓燕"));
    assert!(!institution.get("/trainers?status=active").await.text.contains("刘晓燕"));
}

#[rocket::async_test]
async fn a_class_names_only_what_stands_in_the_institutions_own_registers() {
    let school = School::open().await;
    let other = School::open_beside(school.app.clone(), ANOTHER, "另一处").await;
    let nobody = TrainerId::new().to_string();
    for whom in [&other.trainer, &nobody] {
        school
            .asks(with(school.application(), "trainer_id", whom.as_str()))
            .await
            .blames("trainer_id", "invalid.choice");
        let mut plan = school.application();
        plan["sessions"][0]["trainer_id"] = json!(whom);
        school.asks(plan).await.blames("trainer_id", "invalid.choice");
    }
    let nowhere = VenueId::new().to_string();
    for place in [&other.venue, &nowhere] {
        school.asks(with(school.application(), "venue_id", place.as_str())).await.blames("venue_id", "invalid.choice");
    }
    school.asks(without(school.application(), "venue_id")).await.blames("venue_id", "invalid.required");
    let told = school.asks(school.application()).await.is(Status::Created).json();
    assert_eq!((&told["venue"], &told["trainer"]), (&json!("便民服务中心2号教室"), &json!("刘晓燕")));
}

#[rocket::async_test]
async fn a_paper_must_cover_the_trade_on_every_day_of_the_class() {
    let school = School::open().await;
    let change = format!("/api/v1/trainers/{}/change", school.trainer);
    let papers = || without(somebody(NUMBER), "id_number");
    for papers in [
        with(papers(), "valid_to", "2016-11-15"),
        with(papers(), "valid_from", "2016-11-15"),
        with(papers(), "occupation", "6-05-01-03"),
        with(papers(), "programme", "skill"),
    ] {
        school.institution.api_post(&change, papers).await.is(Status::Ok);
        school.asks(school.application()).await.blames("trainer_id", "class.trainer_paper");
    }
    school.institution.api_post(&change, with(papers(), "valid_to", "2016-11-16")).await.is(Status::Ok);
    let id = school.apply().await;
    // What was true at the application is asked again.
    school.app.given_standard(Programme::Ecommerce).await;
    school.app.given_pot().await;
    school.institution.api_post(&change, with(papers(), "valid_to", "2016-11-15")).await.is(Status::Ok);
    let clerk = school.app.sign_in(Role::CountyClerk).await;
    assert!(clerk.get(&format!("/classes/{id}")).await.text.contains("不在有效期内"));
    let approve = format!("/api/v1/classes/{id}/approve");
    clerk.api_post(&approve, json!({})).await.blames("trainer_id", "class.trainer_paper");
    school.institution.api_post(&change, papers()).await.is(Status::Ok);
    assert!(clerk.get(&format!("/classes/{id}")).await.text.contains("每个上课日都有对口的证书"));
    clerk.api_post(&approve, json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn a_room_holds_the_class_and_lies_in_its_township() {
    let school = School::open().await;
    let change = format!("/api/v1/venues/{}/change", school.venue);
    school.institution.api_post(&change, with(room(), "capacity", 40)).await.is(Status::Ok);
    school.asks(school.application()).await.blames("seats", "class.venue_small");
    school.asks(with(school.application(), "area_code", "360923102")).await.blames("venue_id", "class.venue_outside");
    school.institution.api_post(&change, room()).await.is(Status::Ok);
    let id = school.asks(with(school.application(), "area_code", AOSHAN)).await.is(Status::Created).json();
    school.institution.api_post(&change, with(room(), "capacity", 40)).await.is(Status::Ok);
    let approve = format!("/api/v1/classes/{}/approve", id["id"].as_str().unwrap());
    let clerk = school.app.sign_in(Role::CountyClerk).await;
    clerk.api_post(&approve, json!({})).await.blames("seats", "class.venue_small");
}

#[rocket::async_test]
async fn what_is_retired_is_not_taught_by_and_what_is_needed_is_not_retired() {
    let school = School::open().await;
    school.app.given_standard(Programme::Ecommerce).await;
    school.app.given_pot().await;
    let clerk = school.app.sign_in(Role::CountyClerk).await;
    let id = school.apply().await;
    let retire = |what: &str, id: &str| format!("/api/v1/{what}/{id}/retire");
    let (room_of_it, trainer) = (retire("venues", &school.venue), retire("trainers", &school.trainer));
    clerk.api_post(&format!("/api/v1/classes/{id}/approve"), json!({})).await.is(Status::Ok);
    school.institution.api_post(&room_of_it, json!({})).await.refuses("venue.needed");
    school.institution.api_post(&trainer, json!({})).await.refuses("trainer.needed");
    // Nor do they become less than what the class was approved with.
    let change = async |what: &str, id: &str, body: Value| {
        school.institution.api_post(&format!("/api/v1/{what}/{id}/change"), body).await
    };
    change("venues", &school.venue, with(room(), "capacity", 40)).await.refuses("venue.needed");
    change("venues", &school.venue, with(room(), "address", "敖山镇建设路9号")).await.refuses("venue.needed");
    change("venues", &school.venue, with(room(), "capacity", 60)).await.is(Status::Ok);
    let papers = without(somebody(NUMBER), "id_number");
    let shorter = with(papers.clone(), "valid_to", "2016-11-20");
    change("trainers", &school.trainer, shorter).await.refuses("trainer.needed");
    change("trainers", &school.trainer, with(papers, "valid_to", "2017-12-31")).await.is(Status::Ok);
    let stranger = school.app.sign_in(Role::Institution).await;
    for (what, id, body) in
        [("venues", &school.venue, room()), ("trainers", &school.trainer, without(somebody(NUMBER), "id_number"))]
    {
        stranger.api_post(&format!("/api/v1/{what}/{id}/change"), body).await.is(Status::NotFound);
        stranger.api_post(&format!("/api/v1/{what}/{id}/retire"), json!({})).await.is(Status::NotFound);
        stranger.get(&format!("/{what}/{id}/edit")).await.is(Status::NotFound);
        stranger.post_form(&format!("/{what}/{id}/retire"), &[]).await.is(Status::NotFound);
    }
    let path = format!("/trainers/{}", school.trainer);
    school.institution.post_form(&format!("{path}/retire"), &[]).await.goes_to(&path);
    clerk.post_form(&format!("/classes/{id}/cancel"), &[("reason", "停办")]).await.is(Status::SeeOther);
    school.institution.api_post(&room_of_it, json!({})).await.is(Status::Ok);
    school.institution.api_post(&trainer, json!({})).await.is(Status::Ok);
    let told = school.asks(school.application()).await.blames("trainer_id", "class.trainer_retired");
    assert!(told.text.contains("class.venue_retired"), "{}", told.text);
    let page = school.institution.get(&format!("/classes/new?course={}", school.course)).await.is(Status::Ok).text;
    assert!(!page.contains(&school.trainer) && !page.contains(&school.venue), "only what is in use is offered");
}

#[rocket::async_test]
async fn one_person_in_two_institutions_is_in_one_place_at_a_time() {
    let school = School::open().await;
    let other = School::open_beside(school.app.clone(), NUMBER, "另一处").await;
    school.apply().await;
    other.asks(other.application()).await.blames("trainer_id", "class.trainer_busy");
    // As somebody who only helps out in one session, too.
    let third = School::open_beside(school.app.clone(), ANOTHER, "第三处").await;
    let helper = made(&third.institution, "/api/v1/trainers", somebody(NUMBER)).await;
    let mut plan = third.application();
    plan["sessions"][3]["trainer_id"] = json!(helper);
    third.asks(plan).await.blames("trainer_id", "class.trainer_busy");
    third.asks(third.application()).await.is(Status::Created);
    let sessions = class_session::Entity::find().all(school.app.db.reader()).await.unwrap();
    assert!(sessions.iter().all(|one| one.trainer_id.is_some() && one.venue_id.is_some() && one.trainer.is_none()));
}

#[rocket::async_test]
async fn one_address_is_one_room_whoever_entered_it_and_online_teaching_needs_none() {
    let school = School::open().await;
    let other = School::open_beside(school.app.clone(), ANOTHER, "敖山镇文明路1号便民服务中心201").await;
    school.apply().await;
    other.asks(other.application()).await.blames("venue_id", "class.venue_busy");
    let room = made(&other.institution, "/api/v1/venues", with(room(), "address", "另一处")).await;
    let mut plan = other.application();
    for session in plan["sessions"].as_array_mut().unwrap() {
        if session["mode"] == "theory" {
            session["mode"] = json!("online");
        } else {
            session["venue_id"] = json!(room);
        }
    }
    let id = other.asks(plan).await.is(Status::Created).json()["id"].as_str().unwrap().to_owned();
    let page = other.institution.get(&format!("/classes/{id}")).await.is(Status::Ok).text;
    assert!(page.contains("线上"), "{page}");
    let rows = class_session::Entity::find().filter(class_session::Column::Mode.eq("online"));
    assert!(rows.all(school.app.db.reader()).await.unwrap().iter().all(|row| row.venue_id.is_none()));
}

#[rocket::async_test]
async fn of_two_applications_at_once_for_one_trainer_and_room_one_passes() {
    let school = School::open().await;
    let other = School::open_beside(school.app.clone(), NUMBER, "敖山镇文明路1号便民服务中心201").await;
    let asks = [&school, &other].map(|school| Box::pin(school.asks(school.application())));
    let told = rocket::futures::future::join_all(asks).await;
    let mut codes: Vec<u16> = told.iter().map(|answer| answer.status.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [201, 422], "{told:?}");
}

#[rocket::async_test]
async fn a_class_that_is_older_than_the_registers_keeps_its_words_but_is_not_approved() {
    let school = School::open().await;
    let id = school.apply().await;
    for sql in [
        "UPDATE training_class SET venue_id = NULL, trainer_id = NULL, venue = '老教室'",
        "UPDATE class_session SET venue_id = NULL, trainer_id = NULL",
    ] {
        school.app.db.writer().execute_unprepared(sql).await.unwrap();
    }
    let clerk = school.app.sign_in(Role::CountyClerk).await;
    let told = clerk.api_get(&format!("/api/v1/classes/{id}")).await.is(Status::Ok).json();
    assert_eq!((&told["venue"], &told["venue_id"]), (&json!("老教室"), &Value::Null));
    let approve = format!("/api/v1/classes/{id}/approve");
    clerk.api_post(&approve, json!({})).await.blames("venue_id", "class.not_registered");
    clerk.post_form(&format!("/classes/{id}/return"), &[("reason", "请从登记里选")]).await.is(Status::SeeOther);
    school.institution.get(&format!("/classes/{id}/edit")).await.is(Status::Ok);
    let apply = format!("/api/v1/classes/{id}/apply");
    school.institution.api_post(&apply, school.application()).await.is(Status::Ok);
}

#[rocket::async_test]
async fn a_trainer_has_one_timetable_over_all_classes_of_the_institution() {
    let school = School::open().await;
    school.app.given_standard(Programme::Ecommerce).await;
    school.app.given_pot().await;
    let clerk = school.app.sign_in(Role::CountyClerk).await;
    let path = format!("/trainers/{}/timetable.ics", school.trainer);
    assert!(school.institution.get(&format!("/trainers/{}", school.trainer)).await.text.contains(&path));
    let first = school.apply().await;
    assert!(!school.institution.get(&path).await.is(Status::Ok).text.contains("VEVENT"), "nothing is sure yet");
    clerk.api_post(&format!("/api/v1/classes/{first}/approve"), json!({})).await.is(Status::Ok);
    let answer = school.institution.get(&path).await.is(Status::Ok);
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert_eq!(answer.text.matches("BEGIN:VEVENT").count(), 6);
    clerk.get(&path).await.is(Status::Forbidden);
    let other = School::open_beside(school.app.clone(), NUMBER, "另一处").await;
    other.institution.get(&path).await.is(Status::NotFound);
    let own = other.institution.get(&format!("/trainers/{}/timetable.ics", other.trainer)).await.is(Status::Ok);
    assert!(!own.text.contains("VEVENT"), "what is taught elsewhere is not this institution's affair");
}

/// The form of an application, with its rows.
fn form(school: &School, step: &str, rows: &[[&str; 4]]) -> Vec<(String, String)> {
    let mut form: Vec<(String, String)> = [
        ("course_id", school.course.as_str()),
        ("title", "电子商务实操班"),
        ("area_code", COUNTY),
        ("venue_id", &school.venue),
        ("trainer_id", &school.trainer),
        ("seats", "41"),
        ("first_day", "2016-11-14"),
        ("days", "3"),
        ("morning_from", "08:30"),
        ("morning_to", "12:30"),
        ("morning_mode", "theory"),
        ("afternoon_from", "14:00"),
        ("afternoon_to", "18:00"),
        ("afternoon_mode", "practice"),
        ("step", step),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    for (n, [day, from, to, mode]) in rows.iter().enumerate() {
        for (name, value) in
            [("day", day), ("from", from), ("to", to), ("mode", mode), ("trainer_id", &""), ("venue_id", &"")]
        {
            form.push((format!("rows[{n}].{name}"), (*value).to_owned()));
        }
    }
    form
}

#[rocket::async_test]
async fn a_plan_is_changed_line_by_line_before_it_is_sent() {
    let school = School::open().await;
    let send = async |form: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        school.institution.post_form("/classes", &fields).await
    };
    let laid = send(&form(&school, "plan", &[])).await.is(Status::Ok).text;
    assert!(laid.contains("rows[5].day") && !laid.contains("rows[6].day"), "{laid}");
    let rows = [
        ["2016-11-14", "08:30", "12:30", "theory"],
        ["2016-11-14", "14:00", "18:00", "practice"],
        ["2016-11-15", "08:30", "12:30", "theory"],
        ["2016-11-15", "14:00", "18:00", "practice"],
        ["2016-11-16", "08:30", "12:30", "theory"],
        ["2016-11-16", "14:00", "18:00", "on_the_job"],
    ];
    let mut fewer = form(&school, "update", &rows);
    let last = fewer.iter().position(|(name, _)| name == "rows[2].venue_id").unwrap();
    fewer.insert(last + 1, ("rows[2].out".to_owned(), "true".to_owned()));
    let fewer = send(&fewer).await.is(Status::Ok).text;
    assert!(fewer.contains("rows[4].day") && !fewer.contains("rows[5].day"), "{fewer}");
    let more = send(&form(&school, "add", &rows)).await.is(Status::Ok).text;
    assert!(more.contains("rows[6].day") && more.contains("2016-11-17"), "{more}");
    let mut wrong = rows;
    wrong[4][2] = "8:15";
    let told = send(&form(&school, "apply", &wrong)).await.is(Status::UnprocessableEntity).text;
    assert!(told.contains("rows[4].to") && told.contains("第5次"), "{told}");
    send(&form(&school, "apply", &rows)).await.is(Status::SeeOther);
    let sessions = class_session::Entity::find()
        .order_by_asc(class_session::Column::Ordinal)
        .all(school.app.db.reader())
        .await
        .unwrap();
    assert_eq!((sessions.len(), sessions[5].mode.as_str()), (6, "on_the_job"));
}
