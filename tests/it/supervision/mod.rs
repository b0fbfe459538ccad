//! Is it true? What looks wrong is found, decided on by people, and may become a case.

mod cases;
mod finding;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    class_session, doubt, training_class,
    values::{
        ClassId, ClassStatus, DoubtKind, DoubtStatus, EnrolmentId, EnrolmentStatus, OrganisationId, PersonId, Role,
        TrainerId,
    },
    venue,
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};
use sidan::supervision::search_all;

use crate::support::app::{Answer, App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::GivenClass;

const OFFICES: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const LOOKERS: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor]);
const DECIDERS: Who = Who::Roles(&[Role::CountyChecker, Role::Supervisor]);
const SEE_CASES: Who =
    Who::Roles(&[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);

pub const DOORS: &[Door] = &[
    ("GET", "/doubts", OFFICES),
    ("GET", "/doubts/<id>", OFFICES),
    ("POST", "/doubts/<id>/confirm", DECIDERS),
    ("POST", "/doubts/<id>/dismiss", DECIDERS),
    ("POST", "/classes/<id>/look", LOOKERS),
    ("GET", "/cases", SEE_CASES),
    ("GET", "/cases/<id>", SEE_CASES),
    ("POST", "/cases/<id>/decide", DECIDERS),
    ("POST", "/cases/<id>/close", DECIDERS),
    ("GET", "/organisations/<id>/cases/new", DECIDERS),
    ("POST", "/organisations/<id>/cases", DECIDERS),
    ("GET", "/api/v1/doubts", OFFICES),
    ("GET", "/api/v1/doubts/<id>", OFFICES),
    ("POST", "/api/v1/doubts/<id>/confirm", DECIDERS),
    ("POST", "/api/v1/doubts/<id>/dismiss", DECIDERS),
    ("POST", "/api/v1/classes/<id>/look", LOOKERS),
    ("GET", "/api/v1/cases", SEE_CASES),
    ("POST", "/api/v1/cases", DECIDERS),
    ("GET", "/api/v1/cases/<id>", SEE_CASES),
    ("POST", "/api/v1/cases/<id>/decide", DECIDERS),
    ("POST", "/api/v1/cases/<id>/close", DECIDERS),
];

/// A class of 14 November with six sessions, the first from 8:30 to 11:50, and those who look at it.
struct Story {
    app: Arc<App>,
    institution: Visitor,
    checker: Visitor,
    class: ClassId,
    people: Vec<PersonId>,
    seats: Vec<EnrolmentId>,
    sessions: Vec<String>,
}

fn half_past_eight() -> DateTime<Utc> {
    nine_on(11, 14) - TimeDelta::minutes(30)
}

impl Story {
    async fn of(many: u16) -> Self {
        Self::with(ClassStatus::Approved, many).await
    }

    async fn with(status: ClassStatus, many: u16) -> Self {
        let app = App::start().await;
        let institution = app.sign_in(Role::Institution).await;
        let checker = app.sign_in(Role::CountyChecker).await;
        let mut people = Vec::new();
        for n in 0..many {
            people.push(app.given_person(n).await);
        }
        let school = institution.organisation.unwrap();
        let given = GivenClass { status, ..GivenClass::of(school) };
        let class = app.given_class(given).await;
        let seated = if status == ClassStatus::Approved { EnrolmentStatus::Seated } else { EnrolmentStatus::Started };
        let seats = app.given_enrolments(class, &people, seated).await;
        let sessions = sessions_of(&institution, class).await;
        Self { app, institution, checker, class, people, seats, sessions }
    }

    fn school(&self) -> OrganisationId {
        self.institution.organisation.unwrap()
    }

    /// Seconds after the first session begins.
    async fn second(&self, seconds: i64) {
        self.app.time_is(half_past_eight() + TimeDelta::seconds(seconds)).await;
    }

    /// What stands on the trainer's screen now.
    async fn code(&self, n: usize) -> String {
        let path = format!("/classes/{}/sessions/{}/code", self.class, self.sessions[n - 1]);
        let page = self.institution.get(&path).await.is(Status::Ok).text;
        page.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "")
    }

    /// Somebody comes to the first session by code, with what his phone says beside.
    async fn comes(&self, who: usize, more: Value) -> Answer {
        let mut body = json!({ "code": self.code(1).await });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let trainee = self.app.sign_in_person(self.people[who]).await;
        trainee.api_post(&format!("/api/v1/class-sessions/{}/check-ins", self.sessions[0]), body).await
    }

    /// The trainer's roster of a session, a mark a person.
    async fn roster(&self, n: usize, marks: Value) -> Answer {
        roster(&self.institution, &self.sessions[n - 1], marks).await
    }

    async fn all_present(&self, n: usize) {
        self.roster(n, present(&self.seats)).await.is(Status::Ok);
    }

    /// The class is taught in a room that holds so many, with a position at 镜山.
    async fn room(&self, capacity: i32) {
        self.room_of(self.school(), capacity).await;
    }

    async fn room_of(&self, institution: OrganisationId, capacity: i32) {
        let done = venue::Entity::update_many()
            .col_expr(venue::Column::Capacity, Expr::value(capacity))
            .col_expr(venue::Column::LatitudeE6, Expr::value(28_230_000))
            .col_expr(venue::Column::LongitudeE6, Expr::value(114_920_000))
            .filter(venue::Column::OrganisationId.eq(institution))
            .exec(self.app.db.writer())
            .await
            .unwrap();
        assert_eq!(done.rows_affected, 1);
    }

    /// A class and its sessions have this trainer of the register, or one by name alone.
    async fn taught_by(&self, class: ClassId, trainer: Option<TrainerId>) {
        self.change_class(class, training_class::Column::TrainerId, Expr::value(trainer)).await;
        class_session::Entity::update_many()
            .col_expr(class_session::Column::TrainerId, Expr::value(trainer))
            .filter(class_session::Column::ClassId.eq(class))
            .exec(self.app.db.writer())
            .await
            .unwrap();
    }

    async fn change_class(&self, class: ClassId, column: training_class::Column, value: Expr) {
        training_class::Entity::update_many()
            .col_expr(column, value)
            .filter(training_class::Column::Id.eq(class))
            .exec(self.app.db.writer())
            .await
            .unwrap();
    }

    async fn search(&self) -> usize {
        search_all(&self.app.db, &self.app.desk).await.unwrap()
    }

    async fn look(&self, class: ClassId) -> Value {
        self.checker.api_post(&format!("/api/v1/classes/{class}/look"), json!({})).await.is(Status::Ok).json()
    }

    async fn doubts(&self) -> Vec<doubt::Model> {
        doubt::Entity::find().order_by_asc(doubt::Column::Id).all(self.app.db.reader()).await.unwrap()
    }

    /// Kind and state of everything that is doubted.
    async fn stands(&self) -> Vec<(DoubtKind, DoubtStatus)> {
        self.doubts().await.into_iter().map(|row| (row.kind, row.status)).collect()
    }

    async fn facts(&self, kind: DoubtKind) -> Vec<Value> {
        let rows = self.doubts().await.into_iter().filter(|row| row.kind == kind);
        rows.map(|row| serde_json::from_str(&row.facts).unwrap()).collect()
    }

    /// More people in the room than it holds: a doubt as good as any.
    async fn doubted() -> (Self, String) {
        let story = Self::of(3).await;
        story.room(2).await;
        story.second(1_800).await;
        story.all_present(1).await;
        assert_eq!(story.search().await, 1);
        let id = story.doubts().await[0].id.to_string();
        (story, id)
    }
}

async fn sessions_of(institution: &Visitor, class: ClassId) -> Vec<String> {
    let sessions = institution.api_get(&format!("/api/v1/classes/{class}/sessions")).await.is(Status::Ok).json();
    sessions["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn roster(institution: &Visitor, session: &str, marks: Value) -> Answer {
    institution.api_post(&format!("/api/v1/class-sessions/{session}/attendance"), json!({ "marks": marks })).await
}

fn present(seats: &[EnrolmentId]) -> Value {
    seats.iter().map(|seat| json!({ "enrolment_id": seat, "presence": "present" })).collect()
}

#[rocket::async_test]
async fn offices_see_what_is_doubted_and_the_institution_does_not() {
    let (story, id) = Story::doubted().await;
    for role in [Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor] {
        let office = story.app.sign_in(role).await;
        let view = office.api_get(&format!("/api/v1/doubts/{id}")).await.is(Status::Ok).json();
        assert_eq!((&view["kind"], &view["status"]), (&json!("over_capacity"), &json!("open")));
        assert_eq!(view["says"], "第1次课计出勤3人，场地只能容纳2人");
        assert_eq!(view["waiting_on"], "county_checker");
        let decides = matches!(role, Role::CountyChecker | Role::Supervisor);
        assert_eq!(view["actions"] == json!(["dismiss", "confirm"]), decides, "{role}: {view}");
        let board = office.get("/doubts?status=open").await.is(Status::Ok).text;
        assert!(board.contains("第1次课计出勤3人"), "{board}");
        let page = office.get(&format!("/doubts/{id}")).await.is(Status::Ok).text;
        assert_eq!(page.contains("请您判定"), decides, "{page}");
        assert!(page.contains(&format!("/classes/{}/roster?session=1", story.class)), "{page}");
        assert!(page.contains(&format!("/classes/{}/sessions/{}/tries", story.class, story.sessions[0])), "{page}");
    }
    story.institution.api_get("/api/v1/doubts").await.is(Status::Forbidden);
    story.institution.get(&format!("/doubts?class={}", story.class)).await.is(Status::Forbidden);
    let elsewhere = story.app.sign_in_at(Role::CountyChecker, "360922").await;
    elsewhere.api_get(&format!("/api/v1/doubts/{id}")).await.is(Status::NotFound);
    elsewhere.api_post(&format!("/api/v1/doubts/{id}/confirm"), json!({})).await.is(Status::NotFound);
    elsewhere.api_post(&format!("/api/v1/classes/{}/look", story.class), json!({})).await.is(Status::NotFound);
    assert_eq!(elsewhere.api_get("/api/v1/doubts").await.json()["items"], json!([]));
    // The class's own page leads there, for offices alone.
    let link = format!("/doubts?class={}", story.class);
    let at = format!("/classes/{}", story.class);
    assert!(story.checker.get(&at).await.text.contains(&link));
    assert!(!story.institution.get(&at).await.text.contains(&link));
    assert!(story.checker.get(&link).await.is(Status::Ok).text.contains("现在核对这个班"));
}

#[rocket::async_test]
async fn the_board_narrows_by_kind_state_institution_and_class() {
    let (story, _) = Story::doubted().await;
    let many = async |query: &str| {
        let list = story.checker.api_get(&format!("/api/v1/doubts?{query}")).await.is(Status::Ok).json();
        list["items"].as_array().unwrap().len()
    };
    let (school, class) = (story.school(), story.class);
    assert_eq!(many("").await, 1);
    assert_eq!(many(&format!("kind=over_capacity&status=open&organisation={school}&class={class}")).await, 1);
    for other in [
        "kind=pass_rate".to_owned(),
        "status=dismissed".to_owned(),
        format!("organisation={}", OrganisationId::new()),
        format!("class={}", ClassId::new()),
    ] {
        assert_eq!(many(&other).await, 0, "{other}");
    }
    for (bad, field) in [("kind=bad", "kind"), ("status=bad", "status"), ("class=bad", "class")] {
        story.checker.api_get(&format!("/api/v1/doubts?{bad}")).await.blames(
            field,
            match field {
                "class" => "invalid.id",
                _ => "invalid.choice",
            },
        );
    }
    story.checker.api_get("/api/v1/doubts?other=1").await.is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn nothing_in_it_needs_a_reason_and_is_not_raised_again_for_the_same() {
    let (story, id) = Story::doubted().await;
    let at = format!("/api/v1/doubts/{id}/dismiss");
    story.checker.api_post(&at, json!({ "reason": " " })).await.blames("reason", "invalid.length");
    let page = story.checker.post_form(&format!("/doubts/{id}/dismiss"), &[("reason", "")]).await;
    assert!(page.is(Status::UnprocessableEntity).text.contains("summary-error"));
    let view = story.checker.api_post(&at, json!({ "reason": "场地容量填错了" })).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["reason"]), (&json!("dismissed"), &json!("场地容量填错了")));
    assert_eq!(story.search().await, 0);
    assert_eq!(story.look(story.class).await["raised"], 0);
    assert_eq!(story.stands().await, [(DoubtKind::OverCapacity, DoubtStatus::Dismissed)]);
    // Nobody takes it back, not even who decided.
    story.checker.api_post(&format!("/api/v1/doubts/{id}/confirm"), json!({})).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn what_is_so_no_more_is_cleared_and_open_again_when_it_is_there_again() {
    let (story, _) = Story::doubted().await;
    story.roster(1, json!([{ "enrolment_id": story.seats[0], "presence": "absent" }])).await.is(Status::Ok);
    assert_eq!(story.search().await, 0);
    assert_eq!(story.stands().await, [(DoubtKind::OverCapacity, DoubtStatus::Cleared)]);
    story.all_present(1).await;
    assert_eq!(story.search().await, 1);
    assert_eq!(story.stands().await, [(DoubtKind::OverCapacity, DoubtStatus::Open)]);
}

#[rocket::async_test]
async fn what_was_confirmed_stays_so_whatever_is_found_later() {
    let (story, id) = Story::doubted().await;
    story.checker.api_post(&format!("/api/v1/doubts/{id}/confirm"), json!({})).await.is(Status::Ok);
    story.roster(1, json!([{ "enrolment_id": story.seats[0], "presence": "absent" }])).await.is(Status::Ok);
    assert_eq!(story.search().await, 0);
    assert_eq!(story.stands().await, [(DoubtKind::OverCapacity, DoubtStatus::Confirmed)]);
}

#[rocket::async_test]
async fn of_two_who_decide_on_what_they_read_one_is_told_that_it_is_stale() {
    let (story, id) = Story::doubted().await;
    let supervisor = story.app.sign_in(Role::Supervisor).await;
    let (confirm, dismiss) = (format!("/api/v1/doubts/{id}/confirm"), format!("/api/v1/doubts/{id}/dismiss"));
    let reason = json!({ "reason": "场地容量填错了", "version": 1 });
    let (one, other) =
        tokio::join!(story.checker.api_post(&confirm, json!({ "version": 1 })), supervisor.api_post(&dismiss, reason));
    let told = [one.status, other.status];
    assert!(told.contains(&Status::Ok) && told.contains(&Status::Conflict), "{told:?}");
    let late = if one.status == Status::Ok { other } else { one };
    late.refuses("error.stale");
    assert_eq!(story.doubts().await[0].version, 2);
}

#[rocket::async_test]
async fn who_acted_for_the_institution_does_not_judge_it() {
    use entities::role_grant;
    let (story, id) = Story::doubted().await;
    let grant = role_grant::Model {
        id: entities::values::GrantId::new(),
        account_id: story.checker.account,
        role: Role::Institution,
        area_code: COUNTY.into(),
        organisation_id: Some(story.school()),
        granted_at: story.app.clock.now() - TimeDelta::days(400),
        ended_at: Some(story.app.clock.now() - TimeDelta::days(300)),
    };
    role_grant::Entity::insert(grant.into_active_model()).exec_without_returning(story.app.db.writer()).await.unwrap();
    story.checker.api_post(&format!("/api/v1/doubts/{id}/confirm"), json!({})).await.refuses("doubt.tied");
    assert_eq!(story.stands().await, [(DoubtKind::OverCapacity, DoubtStatus::Open)]);
}

#[rocket::async_test]
async fn the_home_page_says_what_waits_for_whom() {
    let (story, id) = Story::doubted().await;
    let clerk = story.app.sign_in(Role::CountyClerk).await;
    assert!(story.checker.get("/").await.text.contains("判定1个班级和考勤疑点"));
    assert!(!clerk.get("/").await.text.contains("判定1个班级和考勤疑点"));
    let sent = story.checker.post_form(&format!("/doubts/{id}/confirm"), &[("version", "1")]).await;
    sent.goes_to(&format!("/doubts/{id}"));
    assert!(story.checker.get("/").await.text.contains("1个属实的疑点还没有立案"));
    let page = story.checker.get(&format!("/doubts/{id}")).await.text;
    assert!(page.contains(&format!("/organisations/{}/cases/new", story.school())), "{page}");
}
