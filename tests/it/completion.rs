//! Results, certificates and their verification; their files are in the next room.

use std::sync::Arc;

use chrono::TimeDelta;
use entities::{
    assessment, certificate, completion, enrolment, message, pot, progress, sequence, training_class,
    values::{
        AssessmentId, AssessmentResult, CertificateStatus, ClassId, ClassStatus, EnrolmentId, EnrolmentStatus,
        ExemptReason, Fen, PersonId, Programme, Role,
    },
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};

use crate::support::app::{Answer, App, COUNTY, VILLAGE, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, certificate_of, day};

const READERS: &[Role] =
    &[Role::Institution, Role::Assessor, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor];
const ASSESSORS: Who = Who::Roles(&[Role::Assessor]);
const CLERKS: Who = Who::Roles(&[Role::CountyClerk]);

pub const DOORS: &[Door] = &[
    ("GET", "/classes/<id>/results", Who::Roles(READERS)),
    ("POST", "/classes/<id>/results", ASSESSORS),
    ("GET", "/classes/<id>/results/file", ASSESSORS),
    ("POST", "/classes/<id>/results/file", ASSESSORS),
    ("GET", "/classes/<id>/results/template.csv", ASSESSORS),
    ("GET", "/assessments", ASSESSORS),
    ("GET", "/classes/<id>/assessor", CLERKS),
    ("POST", "/classes/<id>/assessor", CLERKS),
    ("POST", "/classes/<id>/close", CLERKS),
    ("GET", "/api/v1/classes/<id>/completions", Who::Roles(READERS)),
    ("GET", "/api/v1/classes/<id>/results", Who::Roles(READERS)),
    ("GET", "/api/v1/assessments", ASSESSORS),
    ("POST", "/api/v1/classes/<id>/assessor", CLERKS),
    ("POST", "/api/v1/classes/<id>/assessments", ASSESSORS),
    ("POST", "/api/v1/classes/<id>/result-files", ASSESSORS),
    ("POST", "/api/v1/classes/<id>/close", CLERKS),
];

/// A class of four seats, three of them taken, that has ended: five sessions of 200 minutes were held, the sixth was
/// cancelled. Who attended how is said by the test.
pub struct Scene {
    pub app: Arc<App>,
    pub institution: Visitor,
    pub assessor: Visitor,
    pub clerk: Visitor,
    pub class: ClassId,
    pub people: Vec<PersonId>,
    pub seats: Vec<EnrolmentId>,
}

impl Scene {
    /// Everybody was always there.
    pub async fn set() -> Self {
        Self::with(|_, _| json!({ "presence": "present" })).await
    }

    async fn with(mark: impl Fn(usize, usize) -> Value) -> Self {
        let app = App::start().await;
        let institution = app.sign_in(Role::Institution).await;
        let clerk = app.sign_in(Role::CountyClerk).await;
        let mut people = Vec::new();
        for n in 0..3 {
            people.push(app.given_person(n).await);
        }
        Self::on(app, institution, clerk, people, mark).await
    }

    /// Plays a class for these people up to its end.
    pub async fn on(
        app: Arc<App>,
        institution: Visitor,
        clerk: Visitor,
        people: Vec<PersonId>,
        mark: impl Fn(usize, usize) -> Value,
    ) -> Self {
        let given = GivenClass { seats: 4, ..GivenClass::of(institution.organisation.unwrap()) };
        Self::of(app, institution, clerk, people, given, mark).await
    }

    /// The same for a class as it is given.
    pub async fn of(
        app: Arc<App>,
        institution: Visitor,
        clerk: Visitor,
        people: Vec<PersonId>,
        given: GivenClass,
        mark: impl Fn(usize, usize) -> Value,
    ) -> Self {
        let assessed = given.assessed;
        let class = app.given_class(given).await;
        let assessor = if assessed { app.assessor_of(class).await } else { app.sign_in(Role::Assessor).await };
        let seats = app.given_enrolments(class, &people, EnrolmentStatus::Seated).await;
        let sessions = institution.api_get(&format!("/api/v1/classes/{class}/sessions")).await.json();
        for (n, session) in sessions["items"].as_array().unwrap().iter().enumerate() {
            let door = format!("/api/v1/class-sessions/{}", session["id"].as_str().unwrap());
            app.time_is(session["ends_at"].as_str().unwrap().parse().unwrap()).await;
            if n == 5 {
                institution.api_post(&format!("{door}/cancel"), json!({ "reason": "停电" })).await.is(Status::Ok);
                continue;
            }
            let marks: Vec<Value> = seats
                .iter()
                .enumerate()
                .filter_map(|(who, seat)| {
                    let mut mark = mark(who, n);
                    mark.as_object_mut()?.insert("enrolment_id".into(), json!(seat));
                    Some(mark)
                })
                .collect();
            institution.api_post(&format!("{door}/attendance"), json!({ "marks": marks })).await.is(Status::Ok);
        }
        // Two days after the last session the records are locked.
        app.time_is(nine_on(11, 19)).await;
        institution.api_post(&format!("/api/v1/classes/{class}/end"), json!({})).await.is(Status::Ok);
        Self { app, institution, assessor, clerk, class, people, seats }
    }

    pub fn door(&self, rest: &str) -> String {
        format!("/api/v1/classes/{}/{rest}", self.class)
    }

    pub async fn assess(&self, passed: &[(usize, bool)]) -> Answer {
        let results: Vec<Value> = passed
            .iter()
            .map(|(who, passed)| json!({ "enrolment_id": self.seats[*who], "result": word(*passed) }))
            .collect();
        self.assessor.api_post(&self.door("assessments"), json!({ "results": results })).await
    }

    pub async fn pass_all(&self) {
        self.assess(&[(0, true), (1, true), (2, true)]).await.is(Status::Ok);
    }

    pub async fn close(&self) -> Answer {
        self.clerk.api_post(&self.door("close"), json!({})).await
    }

    async fn status(&self) -> ClassStatus {
        training_class::Entity::find_by_id(self.class).one(self.app.db.reader()).await.unwrap().unwrap().status
    }

    async fn pot(&self) -> pot::Model {
        let class = training_class::Entity::find_by_id(self.class).one(self.app.db.reader()).await.unwrap().unwrap();
        pot::Entity::find_by_id(class.pot_id.unwrap()).one(self.app.db.reader()).await.unwrap().unwrap()
    }

    /// The completion of each, in the order of seats.
    async fn completions(&self) -> Vec<completion::Model> {
        let rows = completion::Entity::find().all(self.app.db.reader()).await.unwrap();
        self.seats.iter().filter_map(|seat| rows.iter().find(|row| row.enrolment_id == *seat).cloned()).collect()
    }

    pub async fn serials(&self) -> Vec<String> {
        serials(&self.app).await
    }
}

fn word(passed: bool) -> &'static str {
    if passed { "passed" } else { "failed" }
}

async fn serials(app: &App) -> Vec<String> {
    let rows = certificate::Entity::find().order_by_asc(certificate::Column::Serial).all(app.db.reader()).await;
    rows.unwrap().into_iter().map(|row| row.serial).collect()
}

async fn numbers_taken(app: &App) -> i64 {
    let rows = sequence::Entity::find().filter(sequence::Column::Name.starts_with("certificate")).all(app.db.reader());
    rows.await.unwrap().iter().map(|row| row.last).sum()
}

/// A story with one certificate for each of three people.
pub async fn closed() -> Scene {
    let scene = Scene::set().await;
    scene.pass_all().await;
    scene.close().await.is(Status::Ok);
    scene
}

#[rocket::async_test]
async fn eighty_percent_to_the_minute_qualifies_and_a_minute_less_does_not() {
    let scene = Scene::with(|who, n| match (who, n) {
        // Four of five sessions: 800 of 1000 minutes.
        (0 | 1, 4) => json!({ "presence": "absent" }),
        // And one minute late: 799 of 1000.
        (1, 0) => json!({ "presence": "late", "in_at": "2016-11-14T00:31:00Z" }),
        _ => json!({ "presence": "present" }),
    })
    .await;
    scene.assess(&[(0, true), (1, true), (2, false)]).await.is(Status::Ok);
    let view = scene.close().await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["qualified"]), (&json!("closed"), &json!(1)));
    let rows = scene.completions().await;
    let sums: Vec<_> =
        rows.iter().map(|row| (row.credited_minutes, row.held_minutes, row.passed, row.qualified)).collect();
    // The cancelled session stands in neither sum.
    assert_eq!(sums, [(800, 1000, true, true), (799, 1000, true, false), (1000, 1000, false, false)]);
    assert!(
        rows.iter().all(|row| (row.year, row.completed_on, row.area_code.as_str()) == (2016, day(11, 16), VILLAGE))
    );
    let listed = scene.clerk.api_get(&scene.door("completions?decimals=1")).await.is(Status::Ok).json();
    let of = |n: usize| {
        let row = listed["items"].as_array().unwrap().iter().find(|row| row["enrolment_id"] == json!(scene.seats[n]));
        row.unwrap().clone()
    };
    assert_eq!(of(0)["attendance"], json!({ "done": 800, "target": 1000, "percent": "80.0" }));
    assert_eq!((&of(1)["attendance"]["percent"], &of(1)["serial"]), (&json!("79.9"), &Value::Null));
    assert!(of(0)["serial"].as_str().unwrap().starts_with("JX2016-EC-0000001-"));
    scene.clerk.api_get(&scene.door("completions?decimals=5")).await.blames("decimals", "invalid.range");
}

#[rocket::async_test]
async fn who_was_never_marked_was_never_there() {
    let scene = Scene::with(|who, _| if who == 0 { Value::Null } else { json!({ "presence": "present" }) }).await;
    scene.pass_all().await;
    scene.close().await.is(Status::Ok);
    let rows = scene.completions().await;
    assert_eq!((rows[0].credited_minutes, rows[0].held_minutes, rows[0].qualified), (0, 1000, false));
    assert!(rows[1].qualified);
}

#[rocket::async_test]
async fn closing_keeps_the_ceiling_of_whoever_qualified_and_releases_the_rest() {
    let scene = Scene::set().await;
    // Two fen of each seat are for an uplift that nobody may have.
    let set = "UPDATE training_class SET unit_fen = unit_fen - 2";
    scene.app.db.writer().execute_unprepared(set).await.unwrap();
    let over = "UPDATE training_class SET ceiling_fen = unit_fen - 1";
    assert!(scene.app.db.writer().execute_unprepared(over).await.is_err());
    scene.assess(&[(0, true), (1, true), (2, false)]).await.is(Status::Ok);
    let before = scene.pot().await;
    scene.close().await.is(Status::Ok);
    let after = scene.pot().await;
    assert_eq!((after.reserved_fen, after.available_fen), (Fen(160_000), before.available_fen + Fen(80_000)));
}

#[rocket::async_test]
async fn closing_counts_certifies_releases_and_tells() {
    let scene = Scene::set().await;
    let trainee = scene.app.sign_in_person(scene.people[0]).await;
    scene.assess(&[(0, true), (1, true), (2, false)]).await.is(Status::Ok);
    // One of four seats was nobody's when the class ended.
    assert_eq!(scene.pot().await.reserved_fen, Fen(240_000));
    let view = scene.close().await.is(Status::Ok).json();
    assert_eq!(view["released_fen"], 160_000);
    // Two of four seats are paid for.
    assert_eq!(scene.pot().await.reserved_fen, Fen(160_000));
    let seats = enrolment::Entity::find().all(scene.app.db.reader()).await.unwrap();
    let of = |n: usize| seats.iter().find(|seat| seat.id == scene.seats[n]).unwrap().status;
    assert_eq!(
        [of(0), of(1), of(2)],
        [EnrolmentStatus::Completed, EnrolmentStatus::Completed, EnrolmentStatus::Failed]
    );
    let key = (2016, Programme::Ecommerce, COUNTY.to_owned());
    let county = progress::Entity::find_by_id(key).one(scene.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((county.people, county.person_times), (2, 2));
    let told = message::Entity::find()
        .filter(message::Column::AccountId.eq(trainee.account))
        .filter(message::Column::Kind.eq("certificate_issued"))
        .one(scene.app.db.reader())
        .await
        .unwrap()
        .unwrap();
    let serial = told.args["serial"].as_str().unwrap().to_owned();
    assert_eq!(told.link, Some(format!("/certificates/{serial}")));
    trainee.get(&format!("/certificates/{serial}")).await.is(Status::Ok);
    // From the own classes it is one link away, whose address names the seat.
    let by_seat = format!("/enrolments/{}/certificate", scene.seats[0]);
    let classes = trainee.get("/my-courses").await.is(Status::Ok).text;
    assert!(classes.contains(&format!("href=\"{by_seat}\"")), "{classes}");
    trainee.get(&by_seat).await.goes_to(&format!("/certificates/{serial}"));
    trainee.get(&format!("/enrolments/{}/certificate", scene.seats[1])).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_person_who_qualifies_twice_in_a_year_is_one_person_and_two_person_times() {
    let first = closed().await;
    let Scene { app, institution, clerk, people, .. } = first;
    let second = Scene::on(app, institution, clerk, people, |_, _| json!({ "presence": "present" })).await;
    second.pass_all().await;
    second.close().await.is(Status::Ok);
    let key = (2016, Programme::Ecommerce, COUNTY.to_owned());
    let county = progress::Entity::find_by_id(key).one(second.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((county.people, county.person_times), (3, 6));
    // The series goes on where the first class left it.
    let serials = second.serials().await;
    let numbers: Vec<&str> = serials.iter().map(|serial| serial.split('-').nth(2).unwrap()).collect();
    assert_eq!(numbers, ["0000001", "0000002", "0000003", "0000004", "0000005", "0000006"]);
}

#[rocket::async_test]
async fn a_class_is_closed_once() {
    let scene = Scene::set().await;
    scene.pass_all().await;
    scene.close().await.is(Status::Ok);
    let serials = scene.serials().await;
    scene.close().await.is(Status::Conflict).refuses("move.illegal");
    let path = format!("/classes/{}/close", scene.class);
    scene.clerk.post_form(&path, &[]).await.goes_to(&format!("/classes/{}/results", scene.class));
    assert_eq!((scene.serials().await, numbers_taken(&scene.app).await), (serials, 3));
    assert_eq!(scene.pot().await.reserved_fen, Fen(240_000));
}

#[rocket::async_test]
async fn the_same_command_to_close_gets_the_first_answer() {
    let scene = Scene::set().await;
    scene.pass_all().await;
    let first = scene.clerk.api_post_once(&scene.door("close"), "k-1", json!({})).await.is(Status::Ok);
    let again = scene.clerk.api_post_once(&scene.door("close"), "k-1", json!({})).await.is(Status::Ok);
    assert_eq!(first.text, again.text);
    assert_eq!(numbers_taken(&scene.app).await, 3);
}

#[rocket::async_test]
async fn a_closing_that_fails_midway_leaves_no_trace_and_no_gap() {
    let scene = Scene::set().await;
    scene.assess(&[(0, true), (1, true), (2, false)]).await.is(Status::Ok);
    let reserve = async |fen: i64| {
        let pot = scene.pot().await;
        let available = pot.available_fen.0 + pot.reserved_fen.0 - fen;
        pot::Entity::update_many()
            .col_expr(pot::Column::ReservedFen, Expr::value(fen))
            .col_expr(pot::Column::AvailableFen, Expr::value(available))
            .filter(pot::Column::Id.eq(pot.id))
            .exec(scene.app.db.writer())
            .await
            .unwrap();
    };
    // The last step finds less reserved than is to go back.
    reserve(0).await;
    assert!(scene.close().await.status.code >= 400);
    assert_eq!(scene.status().await, ClassStatus::Ended);
    assert!(scene.serials().await.is_empty() && scene.completions().await.is_empty());
    assert_eq!(numbers_taken(&scene.app).await, 0);
    assert!(progress::Entity::find().all(scene.app.db.reader()).await.unwrap().is_empty());
    reserve(320_000).await;
    scene.close().await.is(Status::Ok);
    let serials = scene.serials().await;
    assert!(serials[0].starts_with("JX2016-EC-0000001-") && serials[1].starts_with("JX2016-EC-0000002-"));
}

#[rocket::async_test]
async fn a_class_is_not_closed_as_long_as_a_result_is_missing() {
    let scene = Scene::set().await;
    scene.close().await.is(Status::Conflict).refuses("class.results_missing");
    scene.assess(&[(0, true), (1, false)]).await.is(Status::Ok);
    let told = scene.close().await.refuses("class.results_missing");
    assert!(told.json()["title"].as_str().unwrap().contains("1人"), "{}", told.text);
    scene.assess(&[(2, false)]).await.is(Status::Ok);
    scene.close().await.is(Status::Ok);
}

#[rocket::async_test]
async fn results_are_entered_between_the_end_and_the_closing() {
    let scene = closed().await;
    scene.assess(&[(0, false)]).await.is(Status::Conflict).refuses("assessment.class_not_ended");
    let given = GivenClass { status: ClassStatus::Running, ..GivenClass::of(scene.institution.organisation.unwrap()) };
    let running = scene.app.given_class(given).await;
    let body = json!({ "results": [{ "enrolment_id": scene.seats[0], "result": "passed" }] });
    let door = format!("/api/v1/classes/{running}/assessments");
    scene.app.assessor_of(running).await.api_post(&door, body).await.refuses("assessment.class_not_ended");
    let clerk = &scene.clerk;
    clerk.api_post(&format!("/api/v1/classes/{running}/close"), json!({})).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn one_may_try_twice_and_who_passed_is_done() {
    let scene = Scene::set().await;
    scene.assess(&[(0, false), (1, true)]).await.is(Status::Ok);
    scene.assess(&[(1, false)]).await.blames("results[0].result", "invalid.passed_already");
    scene.assess(&[(0, false)]).await.is(Status::Ok);
    // The third attempt keeps out the good one beside it.
    scene.assess(&[(2, true), (0, true)]).await.blames("results[1].result", "invalid.attempts_used");
    let rows = assessment::Entity::find().all(scene.app.db.reader()).await.unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows.iter().filter(|row| row.enrolment_id == scene.seats[0]).map(|row| row.attempt).max(), Some(2));
}

#[rocket::async_test]
async fn a_second_attempt_that_passes_qualifies() {
    let scene = Scene::set().await;
    scene.assess(&[(0, false), (1, true), (2, true)]).await.is(Status::Ok);
    let view = scene.assess(&[(0, true)]).await.is(Status::Ok).json();
    assert_eq!((&view["waiting_on"], &view["qualified"]), (&json!("county_clerk"), &json!(3)));
    scene.close().await.is(Status::Ok);
    assert!(scene.completions().await[0].qualified);
}

#[rocket::async_test]
async fn a_result_that_cannot_be_is_told_by_its_field() {
    let scene = Scene::set().await;
    let [a, b] = [scene.seats[0], scene.seats[1]];
    let good = json!({ "enrolment_id": a, "result": "passed", "score": 85 });
    for (bad, field, code) in [
        (json!({ "enrolment_id": b, "result": "passed", "score": 101 }), "results[1].score", "invalid.range"),
        (json!({ "enrolment_id": b, "result": "passed", "score": -1 }), "results[1].score", "invalid.range"),
        (json!({ "enrolment_id": a, "result": "failed" }), "results[1].enrolment_id", "invalid.repeated"),
        (
            json!({ "enrolment_id": EnrolmentId::new(), "result": "failed" }),
            "results[1].enrolment_id",
            "invalid.not_started",
        ),
    ] {
        let body = json!({ "results": [good, bad] });
        scene.assessor.api_post(&scene.door("assessments"), body).await.blames(field, code);
    }
    let none = json!({ "results": [] });
    scene.assessor.api_post(&scene.door("assessments"), none).await.blames("results", "invalid.no_results");
    // A command that says which attempt it is, is not taken for the next one when it comes again.
    let first = json!({ "results": [{ "enrolment_id": a, "result": "failed", "attempt": 1 }] });
    scene.assessor.api_post(&scene.door("assessments"), first.clone()).await.is(Status::Ok);
    scene.assessor.api_post(&scene.door("assessments"), first).await.is(Status::Conflict).refuses("error.stale");
    assert_eq!(assessment::Entity::find().all(scene.app.db.reader()).await.unwrap().len(), 1);
}

#[rocket::async_test]
async fn the_house_next_door_and_the_next_county_see_nothing_of_it() {
    let scene = closed().await;
    let serial = &scene.serials().await[0];
    let other = scene.app.sign_in(Role::Institution).await;
    let body = json!({ "results": [{ "enrolment_id": scene.seats[0], "result": "passed" }] });
    scene.app.sign_in(Role::Assessor).await.api_post(&scene.door("assessments"), body).await.is(Status::NotFound);
    let neighbour = scene.app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.api_post(&scene.door("close"), json!({})).await.is(Status::NotFound);
    for visitor in [&other, &neighbour] {
        visitor.api_get(&scene.door("completions")).await.is(Status::NotFound);
        visitor.get(&format!("/classes/{}/results", scene.class)).await.is(Status::NotFound);
        visitor.get(&format!("/certificates/{serial}")).await.is(Status::NotFound);
    }
    let checker = scene.app.sign_in_at(Role::CountyChecker, "360922").await;
    let reason = json!({ "reason": "冒名顶替" });
    checker.api_post(&format!("/api/v1/certificates/{serial}/revoke"), reason).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_certificate_is_opened_by_whom_the_person_or_the_class_concerns() {
    let scene = closed().await;
    let path = format!("/certificates/{}", scene.serials().await[0]);
    let own = scene.app.sign_in_person(scene.people[0]).await;
    let page = own.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("陈福生") && page.contains("培训合格证书") && page.contains("class=\"qr\""), "{page}");
    assert!(page.contains("上高县就业局") && page.contains("锦江职业培训学校") && page.contains("100.00%"), "{page}");
    // The number stays masked on paper too.
    assert!(page.contains("369970********"), "{page}");
    own.get_in("en", &path).await.is(Status::Ok);
    scene.app.sign_in_person(scene.people[1]).await.get(&path).await.is(Status::NotFound);
    scene.app.sign_in_at(Role::VillageWorker, "360923106201").await.get(&path).await.is(Status::NotFound);
    scene.app.sign_in(Role::VillageWorker).await.get(&path).await.is(Status::Ok);
    let page = scene.institution.get(&path).await.is(Status::Ok).text;
    assert!(!page.contains("撤销这本证书") && !page.contains("换发这本证书"));
}

#[rocket::async_test]
async fn everybody_may_verify_and_learns_no_name() {
    let scene = closed().await;
    let serial = scene.serials().await[0].clone();
    let stranger = scene.app.passer_by();
    let asked = format!("/verify?serial={}", serial.to_lowercase());
    stranger.get(&asked).await.goes_to(&format!("/verify/{serial}"));
    let page = stranger.get(&format!("/verify/{serial}")).await.is(Status::Ok).text;
    assert!(page.contains("证书真实有效") && page.contains("陈**") && page.contains("369970********"), "{page}");
    assert!(!page.contains("陈福"), "{page}");
    stranger.get_in("en", &format!("/verify/{serial}")).await.is(Status::Ok);
    let door = format!("/api/v1/certificates/{serial}/verification");
    let view = stranger.api_get(&door).await.is(Status::Ok);
    assert!(!view.text.contains("陈福"), "{}", view.text);
    let view = view.json();
    assert_eq!(
        (&view["status"], &view["masked_name"], &view["area_code"]),
        (&json!("published"), &json!("陈**"), &json!(COUNTY))
    );
    assert_eq!(view["attendance"]["percent"], "100.00");
    assert_eq!(view["masked_id"].as_str().unwrap().len(), 18);
}

#[rocket::async_test]
async fn an_unknown_serial_is_told_alike_however_near_it_comes() {
    let scene = closed().await;
    let serial = scene.serials().await[0].clone();
    let stranger = scene.app.passer_by();
    let near = format!("{}{}", &serial[..serial.len() - 1], if serial.ends_with('A') { 'B' } else { 'A' });
    // Nothing of the page but the address in its links tells what was asked.
    let said = async |serial: &str| {
        let page = stranger.get(&format!("/verify/{serial}")).await.is(Status::NotFound).text;
        page.replace(serial, "")
    };
    let far = said("ZZ-1").await;
    assert!(far.contains("没有这本证书") && far.contains("查另一本证书"), "{far}");
    assert_eq!(said(&near).await, far);
    stranger.api_get(&format!("/api/v1/certificates/{near}/verification")).await.is(Status::NotFound);
    let empty = stranger.get("/verify?serial=%20").await.is(Status::UnprocessableEntity).text;
    assert!(empty.contains("请填写这一项"), "{empty}");
    let form = stranger.get("/verify").await.is(Status::Ok).text;
    assert!(form.contains("查验") && !form.contains("没有这本证书"), "{form}");
    stranger.get("/verify?serial=%2F%2Fevil.example").await.goes_to("/verify/EVILEXAMPLE");
}

#[rocket::async_test]
async fn the_page_takes_results_person_by_person() {
    let scene = Scene::set().await;
    let path = format!("/classes/{}/results", scene.class);
    let page = scene.assessor.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("轮到您登记考核结果") && !page.contains(" checked"), "{page}");
    let name = |word: &str, n: usize| format!("{word}-{}", scene.seats[n]);
    let (p0, s0, a0) = (name("result", 0), name("score", 0), name("attempt", 0));
    let (p1, a1) = (name("result", 1), name("attempt", 1));
    let nothing = [(a0.as_str(), "1"), (a1.as_str(), "1")];
    let again = scene.assessor.post_form(&path, &nothing).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("一个人都没有登记"), "{again}");
    let bad = [(s0.as_str(), "120"), (p0.as_str(), "passed"), (a0.as_str(), "1")];
    let again = scene.assessor.post_form(&path, &bad).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains(&format!("href=\"#{s0}\"")) && again.contains("value=\"120\""), "{again}");
    let half = [(s0.as_str(), "60"), (a0.as_str(), "1")];
    let again = scene.assessor.post_form(&path, &half).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("还要选合格、不合格或免考"), "{again}");
    let form =
        [(p0.as_str(), "passed"), (s0.as_str(), "85"), (a0.as_str(), "1"), (p1.as_str(), "failed"), (a1.as_str(), "1")];
    scene.assessor.post_form(&path, &form).await.goes_to(&path);
    // Sent twice: the second finds the first and is no second attempt.
    let twice = [(p1.as_str(), "failed"), (a1.as_str(), "1")];
    let again = scene.assessor.post_form(&path, &twice).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("别人改过") && again.contains("第2次考核"), "{again}");
    assert_eq!(assessment::Entity::find().all(scene.app.db.reader()).await.unwrap().len(), 2);
    let waiting = scene.clerk.get(&path).await.is(Status::Ok).text;
    assert!(waiting.contains("等考核评价机构办理") && !waiting.contains("轮到您结班"), "{waiting}");
    scene.assess(&[(2, true)]).await.is(Status::Ok);
    let ready = scene.clerk.get(&path).await.is(Status::Ok).text;
    assert!(ready.contains("结班，给2人发证书") && ready.contains("1,600.00元"), "{ready}");
    scene.clerk.get_in("en", &path).await.is(Status::Ok);
    scene.clerk.post_form(&format!("/classes/{}/close", scene.class), &[]).await.goes_to(&path);
    assert!(!scene.institution.get(&path).await.text.contains("name=\"result-"), "the school enters nothing");
    let closed = scene.institution.get(&path).await.is(Status::Ok).text;
    assert!(scene.serials().await.iter().all(|serial| closed.contains(serial.as_str())), "{closed}");
    assert_eq!(scene.status().await, ClassStatus::Closed);
}

#[rocket::async_test]
async fn the_tables_hold_what_carries_money() {
    let scene = closed().await;
    let writer = scene.app.db.writer();
    let row = scene.completions().await[0].clone();
    let more = completion::Entity::update_many()
        .col_expr(completion::Column::CreditedMinutes, Expr::value(row.held_minutes + 1))
        .filter(completion::Column::EnrolmentId.eq(row.enrolment_id));
    assert!(more.exec(writer).await.is_err());
    let place = (row.class_id, row.enrolment_id, row.person_id);
    let second = certificate_of(place, "JX2016-EC-9999999-0".into(), CertificateStatus::Published);
    assert!(certificate::Entity::insert(second.into_active_model()).exec_without_returning(writer).await.is_err());
    let again = assessment::Model {
        id: AssessmentId::new(),
        enrolment_id: row.enrolment_id,
        attempt: 1,
        result: AssessmentResult::Passed,
        exempt_reason: None,
        score: None,
        paper_ref: None,
        assessor_id: scene.assessor.organisation,
        assessed_on: day(11, 17),
        recorded_by: scene.assessor.account,
        created_at: scene.app.clock.now() + TimeDelta::seconds(1),
    };
    let insert = |row: assessment::Model| assessment::Entity::insert(row.into_active_model());
    assert!(insert(again.clone()).exec_without_returning(writer).await.is_err(), "an attempt stands once");
    let third = assessment::Model { attempt: 3, ..again };
    for wrong in [
        assessment::Model { score: Some(101), ..third.clone() },
        assessment::Model { exempt_reason: Some(ExemptReason::Competition), ..third.clone() },
        assessment::Model { result: AssessmentResult::Exempt, paper_ref: Some("1".into()), ..third.clone() },
        assessment::Model { assessor_id: scene.institution.organisation, ..third.clone() },
        assessment::Model { assessor_id: None, ..third.clone() },
    ] {
        assert!(insert(wrong.clone()).exec_without_returning(writer).await.is_err(), "{wrong:?}");
    }
    insert(third).exec_without_returning(writer).await.unwrap();
    // What was recorded is neither changed nor taken away.
    for deed in ["UPDATE assessment SET score = 100", "DELETE FROM assessment"] {
        assert!(writer.execute_unprepared(deed).await.is_err(), "{deed}");
    }
}
