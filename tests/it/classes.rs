//! Opening a class, and the public catalogue.

use std::sync::Arc;

use entities::{
    class_session, pot, training_class,
    values::{ClassStatus, CourseStatus, Fen, OrganisationId, OrganisationKind, Programme, Role, TrainerId, VenueId},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};

use crate::support::app::{App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, day, given_rule};

const SEE: Who =
    Who::Roles(&[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const APPLY: Who = Who::Roles(&[Role::Institution]);
const DECIDE: Who = Who::Roles(&[Role::CountyClerk]);

pub const DOORS: &[Door] = &[
    ("GET", "/catalogue", Who::Everybody),
    ("GET", "/classes", SEE),
    ("GET", "/classes/new", APPLY),
    ("POST", "/classes", APPLY),
    ("GET", "/classes/<id>/edit", APPLY),
    ("POST", "/classes/<id>/edit", APPLY),
    ("GET", "/classes/<id>/return", DECIDE),
    ("POST", "/classes/<id>/return", DECIDE),
    ("GET", "/classes/<id>/timetable.ics", SEE),
    ("GET", "/trainers/<id>/timetable.ics", APPLY),
    ("GET", "/api/v1/catalogue", Who::Everybody),
    ("GET", "/api/v1/classes", SEE),
    ("POST", "/api/v1/classes", APPLY),
    ("GET", "/api/v1/classes/<id>", SEE),
    ("POST", "/api/v1/classes/<id>/apply", APPLY),
    ("POST", "/api/v1/classes/<id>/return", DECIDE),
];

struct School {
    app: Arc<App>,
    institution: Visitor,
    id: OrganisationId,
    course: String,
    venue: String,
    trainer: String,
}

impl School {
    async fn open() -> Self {
        Self::open_in(App::start().await).await
    }

    async fn open_in(app: Arc<App>) -> Self {
        let id = app.organisation(OrganisationKind::Institution, COUNTY).await;
        app.given_accreditation(id, Programme::Ecommerce).await;
        let course = app.given_course(id, Programme::Ecommerce, CourseStatus::Listed).await.to_string();
        Self::of(app, id, course).await
    }

    async fn of(app: Arc<App>, id: OrganisationId, course: String) -> Self {
        let venue = app.given_venue(id).await.to_string();
        let trainer = app.given_trainer(id, Programme::Ecommerce).await.to_string();
        Self { institution: app.sign_in_for(Role::Institution, id).await, id, app, course, venue, trainer }
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

    /// A second room, at another address.
    async fn another_room(&self) -> String {
        let id = VenueId::new();
        self.app.given_venue_at(id, self.id, "镇中心小学礼堂").await;
        id.to_string()
    }

    /// Somebody else with the same paper.
    async fn colleague(&self) -> String {
        let id = TrainerId::new();
        self.app.given_trainer_who(id, self.id, Programme::Ecommerce, 90).await;
        id.to_string()
    }

    async fn apply(&self) -> String {
        let answer = self.institution.api_post("/api/v1/classes", self.application()).await.is(Status::Created);
        answer.json()["id"].as_str().unwrap().to_owned()
    }
}

/// A class of 41 seats that the clerk approved under what is in force, paid from a pot of 1,200,000 yuan.
pub async fn approved(app: &Arc<App>) -> serde_json::Value {
    let school = School::open_in(app.clone()).await;
    app.given_pot().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let id = school.apply().await;
    clerk.api_post(&format!("/api/v1/classes/{id}/approve"), json!({})).await.is(Status::Ok);
    clerk.api_get(&format!("/api/v1/classes/{id}")).await.is(Status::Ok).json()
}

#[rocket::async_test]
async fn an_approved_class_has_its_money_reserved_and_stands_in_the_catalogue() {
    let school = School::open().await;
    school.app.given_standard(Programme::Ecommerce).await;
    let pot = school.app.given_pot().await;
    let clerk = school.app.sign_in(Role::CountyClerk).await;
    let id = school.apply().await;
    let stranger = school.app.passer_by();
    assert_eq!(stranger.api_get("/api/v1/catalogue").await.json()["items"], json!([]));
    stranger.get(&format!("/classes/{id}")).await.is(Status::NotFound);

    clerk.post_form(&format!("/classes/{id}/approve"), &[]).await.goes_to(&format!("/classes/{id}"));
    let class = school.institution.api_get(&format!("/api/v1/classes/{id}")).await.is(Status::Ok).json();
    assert_eq!(
        (&class["status"], &class["unit_fen"], &class["attendance_percent"]),
        (&json!("approved"), &json!(80_000), &json!(80))
    );
    let row = pot::Entity::find_by_id(pot).one(school.app.db.reader()).await.unwrap().unwrap();
    assert_eq!(row.reserved_fen, Fen(80_000).times(41));
    let told = stranger.api_get("/api/v1/catalogue").await.json();
    assert_eq!((&told["items"][0]["id"], &told["items"][0]["seats_left"]), (&json!(id), &json!(41)));
    stranger.get(&format!("/classes/{id}")).await.is(Status::Ok);
    clerk.api_post(&format!("/api/v1/classes/{id}/approve"), json!({})).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn a_class_without_money_or_standard_is_not_approved_and_nothing_moves() {
    let school = School::open().await;
    let clerk = school.app.sign_in(Role::CountyClerk).await;
    let id = school.apply().await;
    let approve = format!("/api/v1/classes/{id}/approve");
    clerk.api_post(&approve, json!({})).await.refuses("standard.none");
    school.app.given_standard(Programme::Ecommerce).await;
    clerk.api_post(&approve, json!({})).await.refuses("pot.none");
    school.app.given_pot_of(Fen(80_000 * 40)).await;
    clerk.api_post(&approve, json!({})).await.refuses("pot.short");
    let class = clerk.api_get(&format!("/api/v1/classes/{id}")).await.json();
    assert_eq!((&class["status"], &class["unit_fen"]), (&json!("applied"), &json!(0)));
}

#[rocket::async_test]
async fn what_was_true_at_the_application_is_asked_again_at_the_approval() {
    let school = School::open().await;
    let clerk = school.app.sign_in(Role::CountyClerk).await;
    school.app.given_standard(Programme::Ecommerce).await;
    school.app.given_pot().await;
    let approve = format!("/api/v1/classes/{}/approve", school.apply().await);
    for (since, back, code) in [
        (
            "UPDATE organisation SET status = 'suspended'",
            "UPDATE organisation SET status = 'active'",
            "organisation.suspended",
        ),
        ("UPDATE course SET status = 'withdrawn'", "UPDATE course SET status = 'listed'", "class.course_not_listed"),
    ] {
        school.app.db.writer().execute_unprepared(since).await.unwrap();
        clerk.api_post(&approve, json!({})).await.refuses(code);
        school.app.db.writer().execute_unprepared(back).await.unwrap();
    }
    // The accreditation ends on the second of three days.
    school.app.db.writer().execute_unprepared("UPDATE accreditation SET valid_to = '2016-11-15'").await.unwrap();
    clerk.api_post(&approve, json!({})).await.blames("course_id", "class.not_accredited");
    school.app.db.writer().execute_unprepared("UPDATE accreditation SET valid_to = '2017-12-31'").await.unwrap();
    // Somebody else was promised the trainer, then the room, at the same time.
    let other = school.app.given_class(GivenClass::of(school.id)).await;
    let (colleague, room) = (school.colleague().await, school.another_room().await);
    let promised = async |trainer: &str, venue: &str| {
        class_session::Entity::update_many()
            .col_expr(class_session::Column::TrainerId, Expr::value(trainer.parse::<TrainerId>().unwrap().0))
            .col_expr(class_session::Column::VenueId, Expr::value(venue.parse::<VenueId>().unwrap().0))
            .filter(class_session::Column::ClassId.eq(other))
            .exec(school.app.db.writer())
            .await
            .unwrap();
    };
    promised(&school.trainer, &room).await;
    clerk.api_post(&approve, json!({})).await.blames("trainer_id", "class.trainer_busy");
    promised(&colleague, &school.venue).await;
    clerk.api_post(&approve, json!({})).await.blames("venue_id", "class.venue_busy");
    promised(&colleague, &room).await;
    clerk.api_post(&approve, json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn an_application_is_told_what_is_wrong_with_its_plan() {
    let school = School::open().await;
    let with = |field: &str, value: Value| {
        let mut application = school.application();
        application[field] = value;
        application
    };
    let post = async |body| school.institution.api_post("/api/v1/classes", body).await;
    post(with("seats", json!(51))).await.blames("seats", "class.size");
    // Nowhere, everywhere, and the neighbour county, whose clerk and pot are not this institution's.
    for area in ["999999", "360000", "360900", "360922"] {
        post(with("area_code", json!(area))).await.blames("area_code", "invalid.area");
    }
    post(with("sessions", json!([]))).await.is(Status::UnprocessableEntity);
    let short = json!([{ "starts_at": "2016-11-14T00:30:00Z", "ends_at": "2016-11-14T04:30:00Z" }]);
    post(with("sessions", short)).await.blames("sessions", "class.too_short");
    let backwards = json!([
        { "starts_at": "2016-11-14T00:30:00Z", "ends_at": "2016-11-14T04:30:00Z" },
        { "starts_at": "2016-11-14T04:00:00Z", "ends_at": "2016-11-14T08:30:00Z" },
    ]);
    post(with("sessions", backwards)).await.blames("sessions[1]", "invalid.session_time");
    // The first of November is a Tuesday: from Wednesday the 9th on there are three working days and more.
    school.app.time_is(nine_on(11, 10)).await;
    post(school.application()).await.blames("sessions", "class.too_soon");
}

#[rocket::async_test]
async fn nobody_teaches_twice_at_once_and_no_room_holds_two_classes() {
    let school = School::open().await;
    school.apply().await;
    let (room, colleague) = (school.another_room().await, school.colleague().await);
    let mut second = school.application();
    second["venue_id"] = json!(room);
    school.institution.api_post("/api/v1/classes", second.clone()).await.blames("trainer_id", "class.trainer_busy");
    second["venue_id"] = json!(school.venue);
    second["trainer_id"] = json!(colleague);
    school.institution.api_post("/api/v1/classes", second.clone()).await.blames("venue_id", "class.venue_busy");
    second["venue_id"] = json!(room);
    school.institution.api_post("/api/v1/classes", second).await.is(Status::Created);
}

#[rocket::async_test]
async fn an_institution_without_accreditation_or_with_an_unlisted_course_opens_no_class() {
    let app = App::start().await;
    let id = app.organisation(OrganisationKind::Institution, COUNTY).await;
    let course = app.given_course(id, Programme::Ecommerce, CourseStatus::Submitted).await.to_string();
    let school = School::of(app.clone(), id, course).await;
    school.institution.api_post("/api/v1/classes", school.application()).await.refuses("class.course_not_listed");
    let course = app.given_course(id, Programme::Ecommerce, CourseStatus::Listed).await.to_string();
    let school = School { course, ..school };
    school
        .institution
        .api_post("/api/v1/classes", school.application())
        .await
        .blames("course_id", "class.not_accredited");
}

#[rocket::async_test]
async fn a_returned_application_is_mended_and_sent_again() {
    let school = School::open().await;
    let clerk = school.app.sign_in(Role::CountyClerk).await;
    let id = school.apply().await;
    for nothing in ["", "    "] {
        clerk.post_form(&format!("/classes/{id}/return"), &[("reason", nothing)]).await.is(Status::UnprocessableEntity);
    }
    let form = [("reason", "教室太小")];
    clerk.post_form(&format!("/classes/{id}/return"), &form).await.goes_to(&format!("/classes/{id}"));
    let page = school.institution.get(&format!("/classes/{id}")).await.is(Status::Ok);
    assert!(page.text.contains("教室太小"));
    let mut again = school.application();
    again["venue_id"] = json!(school.another_room().await);
    let told =
        school.institution.api_post(&format!("/api/v1/classes/{id}/apply"), again.clone()).await.is(Status::Ok).json();
    assert_eq!(
        (&told["status"], &told["venue_id"], &told["reason"]),
        (&json!("applied"), &again["venue_id"], &Value::Null)
    );
}

#[rocket::async_test]
async fn the_page_form_plans_days_in_a_row() {
    let school = School::open().await;
    let form = [
        ("course_id", school.course.as_str()),
        ("title", "电子商务实操班"),
        ("area_code", COUNTY),
        ("venue_id", school.venue.as_str()),
        ("trainer_id", school.trainer.as_str()),
        ("seats", "41"),
        ("first_day", "2016-11-14"),
        ("days", "3"),
        ("morning_from", "08:30"),
        ("morning_to", "12:30"),
        ("afternoon_from", "14:00"),
        ("afternoon_to", "18:00"),
        ("morning_mode", "theory"),
        ("afternoon_mode", "practice"),
    ];
    school.institution.get(&format!("/classes/new?course={}", school.course)).await.is(Status::Ok);
    let wrong: Vec<(&str, &str)> =
        form.iter().map(|(n, v)| if *n == "first_day" { (*n, "soon") } else { (*n, *v) }).collect();
    let answer = school.institution.post_form("/classes", &wrong).await.is(Status::UnprocessableEntity);
    assert!(answer.text.contains("电子商务实操班"), "what was typed is kept");
    let answer = school.institution.post_form("/classes", &form).await.is(Status::SeeOther);
    let id = answer.location.unwrap().rsplit('/').next().unwrap().to_owned();
    let class = training_class::Entity::find().one(school.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((class.id.to_string(), class.starts_on, class.ends_on), (id, day(11, 14), day(11, 16)));
}

#[rocket::async_test]
async fn a_neighbour_county_and_a_foreign_institution_see_no_class() {
    let school = School::open().await;
    let id = school.apply().await;
    for stranger in [
        school.app.sign_in_at(Role::CountyClerk, "360922").await,
        school.app.sign_in_at(Role::Institution, COUNTY).await,
    ] {
        stranger.api_get(&format!("/api/v1/classes/{id}")).await.is(Status::NotFound);
        stranger.get(&format!("/classes/{id}")).await.is(Status::NotFound);
        assert_eq!(stranger.api_get("/api/v1/classes").await.json()["items"], json!([]));
    }
    let clerk = school.app.sign_in_at(Role::CountyClerk, "360922").await;
    clerk.api_post(&format!("/api/v1/classes/{id}/approve"), json!({})).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn the_catalogue_filters_and_pages_by_key() {
    let app = App::start().await;
    let school = app.organisation(OrganisationKind::Institution, COUNTY).await;
    for n in 0..5 {
        app.given_class(GivenClass { starts_on: day(11, 14 + n), ..GivenClass::of(school) }).await;
    }
    app.given_class(GivenClass { programme: Programme::Entrepreneurship, area: "360922", ..GivenClass::of(school) })
        .await;
    app.given_class(GivenClass { status: ClassStatus::Running, ..GivenClass::of(school) }).await;
    app.given_class(GivenClass { starts_on: day(11, 1), ..GivenClass::of(school) }).await;
    let visitor = app.passer_by();
    let count = async |query: &str| {
        let path = format!("/api/v1/catalogue{query}");
        visitor.api_get(&path).await.is(Status::Ok).json()["items"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 6);
    assert_eq!(count("?area=360923").await, 5);
    assert_eq!(count("?area=360900").await, 6);
    assert_eq!(count("?programme=entrepreneurship").await, 1);
    assert_eq!(count("?from=2016-11-17").await, 2);
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = visitor.api_get(&format!("/api/v1/catalogue?limit=2{after}")).await.is(Status::Ok).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let distinct: std::collections::BTreeSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (6, 6));
    visitor.api_get("/api/v1/catalogue?area=36x").await.blames("area", "invalid.area");
    let page = visitor.get("/catalogue?area=360923&free=true").await.is(Status::Ok);
    assert!(page.text.contains("上高县") && page.text.contains("共5个班"), "{}", page.text);
}

#[rocket::async_test]
async fn all_that_fails_is_told_at_once() {
    let school = School::open().await;
    school.apply().await;
    let mut plan = school.application();
    plan["seats"] = json!(51);
    for session in plan["sessions"].as_array_mut().unwrap() {
        session["mode"] = json!("theory");
    }
    let told = school.institution.api_post("/api/v1/classes", plan).await.is(Status::UnprocessableEntity).json();
    let mut codes: Vec<&str> = told["errors"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["class.little_practice", "class.size", "class.trainer_busy", "class.venue_busy"]);
}

#[rocket::async_test]
async fn theory_and_practice_each_have_their_share_whatever_they_are_called() {
    let school = School::open().await;
    for (modes, code) in [
        (["practice", "on_the_job"], Some("class.little_theory")),
        (["theory", "online"], Some("class.little_practice")),
        (["online", "on_the_job"], None),
    ] {
        let mut plan = school.application();
        for (n, session) in plan["sessions"].as_array_mut().unwrap().iter_mut().enumerate() {
            session["mode"] = json!(modes[n % 2]);
        }
        let answer = school.institution.api_post("/api/v1/classes", plan).await;
        match code {
            Some(code) => drop(answer.blames("sessions", code)),
            None => drop(answer.is(Status::Created)),
        }
    }
}

#[rocket::async_test]
async fn a_county_may_ask_for_more_hours_than_the_course_takes() {
    let school = School::open().await;
    given_rule(&school.app, "class_min_hours_ecommerce", 25).await;
    let answer = school.institution.api_post("/api/v1/classes", school.application()).await;
    answer.blames("sessions", "class.too_short");
    let enough = "UPDATE rule SET value = 24 WHERE code = 'class_min_hours_ecommerce'";
    school.app.db.writer().execute_unprepared(enough).await.unwrap();
    school.apply().await;
}

#[rocket::async_test]
async fn days_ahead_are_counted_over_holidays_and_the_weekend_that_makes_up_for_them() {
    let school = School::open().await;
    let plan = |days: [&str; 3]| {
        let mut plan = school.application();
        let sessions = plan["sessions"].as_array_mut().unwrap();
        for (n, session) in sessions.iter_mut().enumerate() {
            for end in ["starts_at", "ends_at"] {
                session[end] = json!(format!("2016-{}{}", days[n / 2], &session[end].as_str().unwrap()[10..]));
            }
        }
        plan
    };
    // On Friday the 30th of September the next working days are Saturday the 8th, Sunday the 9th and Monday the 10th.
    school.app.time_is(nine_on(9, 30)).await;
    let post = async |days| school.institution.api_post("/api/v1/classes", plan(days)).await;
    post(["10-09", "10-10", "10-11"]).await.blames("sessions", "class.too_soon");
    post(["10-10", "10-11", "10-12"]).await.is(Status::Created);
}

#[rocket::async_test]
async fn the_clerk_sees_what_holds_and_what_does_not_before_approving() {
    let school = School::open().await;
    school.app.given_standard(Programme::Ecommerce).await;
    school.app.given_pot().await;
    let clerk = school.app.sign_in(Role::CountyClerk).await;
    let path = format!("/classes/{}", school.apply().await);
    assert!(clerk.get(&path).await.is(Status::Ok).text.contains("座位在1到50之间"));
    school.app.db.writer().execute_unprepared("UPDATE course SET max_class = 40").await.unwrap();
    assert!(clerk.get(&path).await.is(Status::Ok).text.contains("座位要在1到40之间"));
    clerk.post_form(&format!("{path}/approve"), &[]).await.goes_to(&path);
    clerk.api_post(&format!("/api/v1{path}/approve"), json!({})).await.blames("seats", "class.size");
    let class = training_class::Entity::find().one(school.app.db.reader()).await.unwrap().unwrap();
    assert_eq!(class.status, ClassStatus::Applied);
}

#[rocket::async_test]
async fn the_calendar_of_a_year_names_its_holidays_or_says_that_it_has_none() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let known = clerk.get("/calendar?year=2016").await.is(Status::Ok);
    assert!(known.text.contains("国庆节") && known.text.contains("国办发明电〔2015〕18号"));
    assert!(clerk.get("/calendar?year=2031").await.is(Status::Ok).text.contains("还没有2031年的节假日安排"));
}

/// The lines of a calendar's file, put together again where they were folded.
fn unfolded(text: &str) -> Vec<String> {
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'));
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    text.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

#[rocket::async_test]
async fn a_timetable_goes_into_a_calendar_with_what_was_cancelled() {
    let app = App::start().await;
    let school = app.organisation(OrganisationKind::Institution, COUNTY).await;
    let id = app.given_class(GivenClass::of(school)).await;
    let venue =
        "UPDATE training_class SET venue = '敖山镇便民服务中心二楼，东边第三间电商直播培训教室; 从后门进, 上楼左转'";
    app.db.writer().execute_unprepared(venue).await.unwrap();
    let person = app.given_person(1).await;
    app.given_enrolment_row(id, person).await;
    let institution = app.sign_in_for(Role::Institution, school).await;
    let path = format!("/classes/{id}/timetable.ics");
    assert!(institution.get(&format!("/classes/{id}")).await.text.contains(&path));
    let answer = institution.get(&path).await.is(Status::Ok);
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"timetable.ics\""));
    let lines = unfolded(&answer.text);
    assert_eq!((lines[0].as_str(), lines[1].as_str()), ("BEGIN:VCALENDAR", "VERSION:2.0"));
    let all = |name: &str| lines.iter().filter_map(|line| line.strip_prefix(name)).collect::<Vec<_>>();
    let sessions = class_session::Entity::find()
        .filter(class_session::Column::ClassId.eq(id))
        .order_by_asc(class_session::Column::Ordinal)
        .all(app.db.reader())
        .await
        .unwrap();
    assert_eq!(all("BEGIN:VEVENT").len(), sessions.len());
    assert!(all("UID:")[0].starts_with(&format!("{}@", sessions[0].id)));
    assert_eq!(all("DTSTART:")[0], sessions[0].starts_at.format("%Y%m%dT%H%M%SZ").to_string());
    assert_eq!(all("DTEND:")[0], sessions[0].ends_at.format("%Y%m%dT%H%M%SZ").to_string());
    assert!(all("LOCATION:")[0].ends_with("教室\\; 从后门进\\, 上楼左转"), "{}", all("LOCATION:")[0]);
    assert_eq!((all("STATUS:")[0], all("SEQUENCE:")[0]), ("CONFIRMED", "1"));

    let cancel = format!("/api/v1/class-sessions/{}/cancel", sessions[0].id);
    institution.api_post(&cancel, json!({ "reason": "停电" })).await.is(Status::Ok);
    let trainee = app.sign_in_person(person).await;
    assert!(trainee.get("/my-courses").await.text.contains("/my-courses/timetable.ics"));
    let own = unfolded(&trainee.get("/my-courses/timetable.ics").await.is(Status::Ok).text);
    let own = |name: &str| own.iter().filter_map(|line| line.strip_prefix(name)).collect::<Vec<_>>();
    assert_eq!((own("STATUS:")[0], own("SEQUENCE:")[0], own("STATUS:")[1]), ("CANCELLED", "2", "CONFIRMED"));
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.post_form(&format!("/classes/{id}/cancel"), &[("reason", "停办")]).await.is(Status::SeeOther);
    let nothing = trainee.get("/my-courses/timetable.ics").await.is(Status::Ok).text;
    assert!(!nothing.contains("VEVENT"), "who sits nowhere has no timetable");
    assert!(!institution.get(&path).await.text.contains("CONFIRMED"));
    for stranger in [app.sign_in_at(Role::CountyClerk, "360922").await, app.sign_in_at(Role::Institution, COUNTY).await]
    {
        stranger.get(&path).await.is(Status::NotFound);
    }
}
