//! An enterprise asks for people.

use std::sync::Arc;

use entities::{
    hire, message, order_class, training_class,
    values::{
        ClassId, ClassStatus, EnrolmentId, EnrolmentStatus, HireId, OrderId, OrderStatus, OrganisationKind, PersonId,
        Role,
    },
};
use rocket::http::Status;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::support::app::{App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, OCCUPATION, day};

const READERS: Who =
    Who::Roles(&[Role::Enterprise, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const ENTERPRISES: Who = Who::Roles(&[Role::Enterprise]);
const CLERKS: Who = Who::Roles(&[Role::CountyClerk]);

pub const DOORS: &[Door] = &[
    ("GET", "/orders", READERS),
    ("GET", "/orders/new", ENTERPRISES),
    ("POST", "/orders", ENTERPRISES),
    ("GET", "/orders/<id>", READERS),
    ("GET", "/orders/<id>/edit", ENTERPRISES),
    ("POST", "/orders/<id>/edit", ENTERPRISES),
    ("POST", "/orders/<id>/submit", ENTERPRISES),
    ("POST", "/orders/<id>/accept", CLERKS),
    ("POST", "/orders/<id>/settle", ENTERPRISES),
    ("GET", "/orders/<id>/return", CLERKS),
    ("POST", "/orders/<id>/return", CLERKS),
    ("GET", "/orders/<id>/cancel", ENTERPRISES),
    ("POST", "/orders/<id>/cancel", ENTERPRISES),
    ("POST", "/orders/<id>/link", CLERKS),
    ("POST", "/orders/<id>/hires", ENTERPRISES),
    ("GET", "/api/v1/orders", READERS),
    ("POST", "/api/v1/orders", ENTERPRISES),
    ("GET", "/api/v1/orders/<id>", READERS),
    ("POST", "/api/v1/orders/<id>/submit", ENTERPRISES),
    ("POST", "/api/v1/orders/<id>/accept", CLERKS),
    ("POST", "/api/v1/orders/<id>/return", CLERKS),
    ("POST", "/api/v1/orders/<id>/settle", ENTERPRISES),
    ("POST", "/api/v1/orders/<id>/cancel", ENTERPRISES),
    ("POST", "/api/v1/orders/<id>/link", CLERKS),
    ("POST", "/api/v1/orders/<id>/hires", ENTERPRISES),
];

fn order() -> Value {
    json!({
        "occupation": OCCUPATION,
        "level": 5,
        "headcount": 20,
        "wage_low_fen": 260_000,
        "wage_high_fen": 320_000,
        "work_place": "上高县工业园",
        "area_code": COUNTY,
        "start_by": "2016-12-31",
        "hire_commitment_percent": 80,
        "skills": "会上架、会客服",
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn path(id: impl std::fmt::Display) -> String {
    format!("/api/v1/orders/{id}")
}

fn reason() -> Value {
    json!({ "reason": "工资写得太低，请改好" })
}

/// An enterprise, the clerk of its county, and an order between them.
struct Story {
    app: Arc<App>,
    enterprise: Visitor,
    clerk: Visitor,
    order: OrderId,
}

impl Story {
    async fn of(headcount: i32, status: OrderStatus) -> Self {
        Self::in_house(App::start().await, headcount, status).await
    }

    /// The same on the day after a class of most stories is over; sessions of an earlier day would have ended.
    async fn after_class(headcount: i32) -> Self {
        let app = App::start().await;
        app.clock.set(nine_on(11, 17));
        Self::in_house(app, headcount, OrderStatus::Accepted).await
    }

    async fn in_house(app: Arc<App>, headcount: i32, status: OrderStatus) -> Self {
        let enterprise = app.sign_in(Role::Enterprise).await;
        let clerk = app.sign_in(Role::CountyClerk).await;
        let order = app.given_order(enterprise.organisation.unwrap(), headcount, status).await;
        Self { app, enterprise, clerk, order }
    }

    fn path(&self, action: &str) -> String {
        format!("{}/{action}", path(self.order))
    }

    /// A class of an institution in that area.
    async fn class(&self, change: impl FnOnce(&mut GivenClass)) -> ClassId {
        let institution = self.app.organisation(OrganisationKind::Institution, COUNTY).await;
        let mut given = GivenClass::of(institution);
        change(&mut given);
        self.app.given_class(given).await
    }

    async fn link(&self, class: ClassId, seats: i32) -> crate::support::app::Answer {
        self.clerk.api_post(&self.path("link"), json!({ "class_id": class, "seats": seats })).await
    }

    /// People who sat in a class, the first `qualified` of them with success.
    async fn trained(&self, class: ClassId, people: u16, qualified: u16) -> Vec<(PersonId, EnrolmentId)> {
        let mut trained = Vec::new();
        for n in 0..people {
            let person = self.app.given_person(n).await;
            let enrolments = self.app.given_enrolments(class, &[person], EnrolmentStatus::Completed).await;
            self.app.given_completion(class, enrolments[0], person, n < qualified).await;
            trained.push((person, enrolments[0]));
        }
        trained
    }

    async fn set_class(&self, class: ClassId, status: ClassStatus) {
        training_class::Entity::update_many()
            .col_expr(training_class::Column::Status, Expr::value(status))
            .filter(training_class::Column::Id.eq(class))
            .exec(self.app.db.writer())
            .await
            .unwrap();
    }

    async fn hire(&self, enrolment: EnrolmentId, day: &str) -> crate::support::app::Answer {
        let body = json!({ "enrolment_id": enrolment, "hired_on": day });
        self.enterprise.api_post(&self.path("hires"), body).await
    }
}

async fn listed(visitor: &Visitor, path: &str) -> Vec<String> {
    let list = visitor.api_get(path).await.is(Status::Ok).json();
    list["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn kinds_of_messages(app: &App, visitor: &Visitor) -> Vec<String> {
    let rows = message::Entity::find().filter(message::Column::AccountId.eq(visitor.account));
    rows.all(app.db.reader()).await.unwrap().into_iter().map(|row| row.kind).collect()
}

#[rocket::async_test]
async fn an_order_is_placed_returned_mended_accepted_and_told_of() {
    let app = App::start().await;
    let enterprise = app.sign_in(Role::Enterprise).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let made = enterprise.api_post("/api/v1/orders", order()).await.is(Status::Created);
    let made_path = made.location.clone().unwrap();
    let body = made.json();
    assert_eq!((&body["status"], &body["waiting_on"]), (&json!("submitted"), &json!("county_clerk")));
    assert_eq!(body["number"], "D-2016-0001");
    assert_eq!(clerk.api_get(&made_path).await.json()["actions"], json!(["accept", "return"]));
    let returned = clerk.api_post(&format!("{made_path}/return"), reason()).await.is(Status::Ok).json();
    assert_eq!((&returned["status"], &returned["reason"]), (&json!("returned"), &reason()["reason"]));
    let again = enterprise.api_post(&format!("{made_path}/submit"), json!({})).await.is(Status::Ok).json();
    assert_eq!((&again["status"], &again["reason"]), (&json!("submitted"), &Value::Null));
    let accepted = clerk.api_post(&format!("{made_path}/accept"), json!({})).await.is(Status::Ok).json();
    assert_eq!((&accepted["status"], &accepted["waiting_on"]), (&json!("accepted"), &json!("institution")));
    let mut told = kinds_of_messages(&app, &enterprise).await;
    told.sort();
    assert_eq!(told, ["order_accepted", "order_returned"]);
}

#[rocket::async_test]
async fn numbers_of_orders_follow_each_other() {
    let app = App::start().await;
    let enterprise = app.sign_in(Role::Enterprise).await;
    for n in 1..=3 {
        let made = enterprise.api_post("/api/v1/orders", order()).await.is(Status::Created).json();
        assert_eq!(made["number"], format!("D-2016-000{n}"));
    }
}

#[rocket::async_test]
async fn a_draft_is_seen_by_its_enterprise_only() {
    let app = App::start().await;
    let enterprise = app.sign_in(Role::Enterprise).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let draft = enterprise.api_post("/api/v1/orders", with(order(), "draft", json!(true))).await.is(Status::Created);
    let draft_path = draft.location.clone().unwrap();
    assert_eq!(draft.json()["actions"], json!(["submit", "cancel"]));
    clerk.api_get(&draft_path).await.is(Status::NotFound);
    assert!(listed(&clerk, "/api/v1/orders").await.is_empty());
    enterprise.api_post(&format!("{draft_path}/submit"), json!({})).await.is(Status::Ok);
    clerk.api_get(&draft_path).await.is(Status::Ok);
}

#[rocket::async_test]
async fn what_is_wrong_with_an_order_is_told_by_field() {
    let app = App::start().await;
    let enterprise = app.sign_in(Role::Enterprise).await;
    for (field, value, blamed, code) in [
        ("occupation", json!("9-99-99-99"), "occupation", "invalid.choice"),
        ("level", json!(6), "level", "invalid.range"),
        ("headcount", json!(0), "headcount", "invalid.range"),
        ("wage_low_fen", json!(0), "wage_low_fen", "invalid.money"),
        ("wage_low_fen", json!(400_000), "wage_high_fen", "invalid.wage_range"),
        ("wage_high_fen", json!(2_000_000_000_000_i64), "wage_high_fen", "invalid.money"),
        ("work_place", json!(""), "work_place", "invalid.length"),
        ("area_code", json!("360900"), "area_code", "invalid.work_area"),
        ("area_code", json!("360999"), "area_code", "invalid.work_area"),
        ("start_by", json!("2016-10-31"), "start_by", "invalid.start_by"),
        ("hire_commitment_percent", json!(101), "hire_commitment_percent", "invalid.range"),
    ] {
        enterprise.api_post("/api/v1/orders", with(order(), field, value)).await.blames(blamed, code);
    }
    enterprise.api_post("/api/v1/orders", with(order(), "start_by", json!("2016-11-01"))).await.is(Status::Created);
}

#[rocket::async_test]
async fn a_suspended_enterprise_places_nothing_and_nothing_of_it_is_accepted() {
    let story = Story::of(20, OrderStatus::Submitted).await;
    let organisation = story.enterprise.organisation.unwrap();
    let draft = story.app.given_order(organisation, 20, OrderStatus::Draft).await;
    story.app.given_suspended(organisation).await;
    story.enterprise.api_post("/api/v1/orders", order()).await.refuses("organisation.suspended");
    let submit = format!("{}/submit", path(draft));
    story.enterprise.api_post(&submit, json!({})).await.refuses("organisation.suspended");
    story.clerk.api_post(&story.path("accept"), json!({})).await.refuses("organisation.suspended");
    story.clerk.api_post(&story.path("return"), reason()).await.is(Status::Ok);
}

#[rocket::async_test]
async fn an_order_whose_day_of_start_is_over_is_not_submitted() {
    let story = Story::of(20, OrderStatus::Draft).await;
    story.app.clock.set(nine_on(12, 31) + chrono::TimeDelta::days(1));
    let app = &story.app;
    let enterprise = app.sign_in_for(Role::Enterprise, story.enterprise.organisation.unwrap()).await;
    enterprise.api_post(&story.path("submit"), json!({})).await.refuses("order.start_passed");
}

#[rocket::async_test]
async fn moves_that_the_table_does_not_have_are_refused() {
    let story = Story::of(20, OrderStatus::Accepted).await;
    story.enterprise.api_post(&story.path("submit"), json!({})).await.refuses("move.illegal");
    story.clerk.api_post(&story.path("accept"), json!({})).await.refuses("move.illegal");
    story.clerk.api_post(&story.path("return"), reason()).await.refuses("move.illegal");
    story.enterprise.api_post(&story.path("settle"), json!({})).await.is(Status::Ok);
    story.enterprise.api_post(&story.path("cancel"), reason()).await.refuses("move.illegal");
    story.enterprise.api_post(&story.path("settle"), json!({})).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn returning_and_cancelling_need_a_reason() {
    let story = Story::of(20, OrderStatus::Submitted).await;
    let empty = json!({ "reason": " " });
    story.clerk.api_post(&story.path("return"), empty.clone()).await.blames("reason", "invalid.length");
    story.enterprise.api_post(&story.path("cancel"), empty).await.blames("reason", "invalid.length");
}

#[rocket::async_test]
async fn two_clerks_decide_once() {
    let story = Story::of(20, OrderStatus::Submitted).await;
    let (accept, give_back) = (story.path("accept"), story.path("return"));
    let other = story.app.sign_in(Role::CountyClerk).await;
    let answers = rocket::tokio::join!(story.clerk.api_post(&accept, json!({})), other.api_post(&give_back, reason()));
    let won = [answers.0.status, answers.1.status].into_iter().filter(|status| *status == Status::Ok).count();
    assert_eq!(won, 1);
}

#[rocket::async_test]
async fn neighbours_see_and_move_nothing() {
    let story = Story::of(20, OrderStatus::Submitted).await;
    let rival = story.app.sign_in(Role::Enterprise).await;
    let neighbour = story.app.sign_in_at(Role::CountyClerk, "360922").await;
    for visitor in [&rival, &neighbour] {
        visitor.api_get(&path(story.order)).await.is(Status::NotFound);
        assert!(listed(visitor, "/api/v1/orders").await.is_empty());
        assert!(listed(visitor, "/api/v1/orders?area=360923").await.is_empty());
    }
    neighbour.api_post(&story.path("accept"), json!({})).await.is(Status::NotFound);
    neighbour.api_post(&story.path("return"), reason()).await.is(Status::NotFound);
    rival.api_post(&story.path("cancel"), reason()).await.is(Status::NotFound);
    rival.get(&format!("/orders/{}/edit", story.order)).await.is(Status::NotFound);
    let supervisor = story.app.sign_in(Role::Supervisor).await;
    assert_eq!(listed(&supervisor, "/api/v1/orders?area=360900").await, [story.order.to_string()]);
    assert_eq!(supervisor.api_get(&path(story.order)).await.json()["actions"], json!([]));
}

#[rocket::async_test]
async fn a_list_goes_by_status_and_page_after_page() {
    let story = Story::of(1, OrderStatus::Submitted).await;
    let organisation = story.enterprise.organisation.unwrap();
    let second = story.app.given_order(organisation, 2, OrderStatus::Submitted).await;
    story.app.given_order(organisation, 3, OrderStatus::Accepted).await;
    let submitted = "/api/v1/orders?status=submitted";
    assert_eq!(listed(&story.clerk, submitted).await, [second.to_string(), story.order.to_string()]);
    let first = story.clerk.api_get(&format!("{submitted}&limit=1")).await.json();
    assert_eq!(first["items"][0]["id"], second.to_string());
    let rest = listed(&story.clerk, &format!("{submitted}&after={}", first["next"].as_str().unwrap())).await;
    assert_eq!(rest, [story.order.to_string()]);
    story.clerk.api_get("/api/v1/orders?status=lost").await.blames("status", "invalid.choice");
    story.clerk.api_get("/api/v1/orders?after=1").await.blames("after", "invalid.id");
}

#[rocket::async_test]
async fn seats_are_set_aside_up_to_a_fifth_beyond_the_headcount() {
    let story = Story::of(20, OrderStatus::Accepted).await;
    let (first, second) = (story.class(|_| {}).await, story.class(|_| {}).await);
    let linked = story.link(first, 20).await.is(Status::Ok).json();
    assert_eq!((&linked["classes"][0]["seats"], &linked["fill"]["ordered"]), (&json!(20), &json!(20)));
    let refused = story.link(second, 5).await.refuses("order.over_allocated").json();
    assert!(refused["title"].as_str().unwrap().contains("还能留4座"), "{refused}");
    story.link(second, 4).await.is(Status::Ok);
    // Said again for the same class, the last number holds.
    story.link(first, 21).await.refuses("order.over_allocated");
    story.link(first, 10).await.is(Status::Ok);
    story.link(second, 14).await.is(Status::Ok);
    story.link(second, 0).await.blames("seats", "invalid.range");
}

#[rocket::async_test]
async fn a_cancelled_class_holds_nothing_of_an_order() {
    let story = Story::of(10, OrderStatus::Accepted).await;
    let (first, second) = (story.class(|_| {}).await, story.class(|_| {}).await);
    story.link(first, 12).await.is(Status::Ok);
    story.link(second, 1).await.refuses("order.over_allocated");
    story.set_class(first, ClassStatus::Cancelled).await;
    story.link(second, 12).await.is(Status::Ok);
    let seen = story.enterprise.api_get(&path(story.order)).await.json();
    assert_eq!(seen["classes"].as_array().unwrap().len(), 1);
}

#[rocket::async_test]
async fn a_class_sets_no_more_seats_aside_than_it_has() {
    let story = Story::of(100, OrderStatus::Accepted).await;
    let class = story.class(|given| given.seats = 30).await;
    story.link(class, 31).await.refuses("order.class_small");
    story.link(class, 20).await.is(Status::Ok);
    let other = story.app.given_order(story.enterprise.organisation.unwrap(), 100, OrderStatus::Accepted).await;
    let link = format!("{}/link", path(other));
    let body = |seats: i32| json!({ "class_id": class, "seats": seats });
    story.clerk.api_post(&link, body(11)).await.refuses("order.class_small");
    story.clerk.api_post(&link, body(10)).await.is(Status::Ok);
}

#[rocket::async_test]
async fn only_an_accepted_order_gets_seats_of_a_live_class_of_its_trade_in_its_prefecture() {
    let story = Story::of(20, OrderStatus::Submitted).await;
    let class = story.class(|_| {}).await;
    story.link(class, 5).await.refuses("order.not_accepted");
    story.clerk.api_post(&story.path("accept"), json!({})).await.is(Status::Ok);
    for status in [ClassStatus::Ended, ClassStatus::Closed, ClassStatus::Cancelled] {
        let over = story.class(|given| given.status = status).await;
        story.link(over, 5).await.refuses("order.class_over");
    }
    let elsewhere = story.class(|given| given.area = "360922").await;
    story.link(elsewhere, 5).await.is(Status::NotFound);
    training_class::Entity::update_many()
        .col_expr(training_class::Column::Occupation, Expr::value("6-05-01-03"))
        .filter(training_class::Column::Id.eq(class))
        .exec(story.app.db.writer())
        .await
        .unwrap();
    story.link(class, 5).await.refuses("order.other_occupation");
}

#[rocket::async_test]
async fn the_table_keeps_out_seats_of_nobody() {
    let story = Story::of(20, OrderStatus::Accepted).await;
    let class = story.class(|_| {}).await;
    let row = |seats| order_class::ActiveModel { order_id: Set(story.order), class_id: Set(class), seats: Set(seats) };
    let insert = async |seats| {
        order_class::Entity::insert(row(seats)).exec_without_returning(story.app.db.writer()).await.is_ok()
    };
    assert!(!insert(0).await);
    assert!(insert(5).await);
    assert!(!insert(5).await, "one row for an order and a class");
}

#[rocket::async_test]
async fn a_cancelled_order_gives_its_seats_back_unless_it_brought_people_into_work() {
    let story = Story::of(20, OrderStatus::Accepted).await;
    let class = story.class(|_| {}).await;
    story.link(class, 5).await.is(Status::Ok);
    let cancelled = story.enterprise.api_post(&story.path("cancel"), reason()).await.is(Status::Ok).json();
    assert_eq!((&cancelled["status"], &cancelled["actions"]), (&json!("cancelled"), &json!([])));
    assert!(order_class::Entity::find().all(story.app.db.reader()).await.unwrap().is_empty());
}

#[rocket::async_test]
async fn the_chain_counts_from_the_order_to_the_hire() {
    let story = Story::after_class(4).await;
    let class = story.class(|_| {}).await;
    story.link(class, 4).await.is(Status::Ok);
    let trained = story.trained(class, 5, 3).await;
    let seen = story.hire(trained[0].1, "2016-11-17").await.is(Status::Ok).json();
    // Five sit in the class, four seats of it are meant for this order.
    assert_eq!(seen["fill"], json!({ "ordered": 4, "enrolled": 4, "completed": 3, "hired": 1 }));
    assert_eq!(seen["waiting_on"], "enterprise");
    let page = story.enterprise.get(&format!("/orders/{}", story.order)).await.is(Status::Ok);
    assert!(page.text.contains("占上一步75.00%") && page.text.contains("占上一步33.33%"), "{}", page.text);
}

#[rocket::async_test]
async fn only_who_qualified_in_a_class_of_the_order_is_hired_and_only_once() {
    let story = Story::after_class(4).await;
    let class = story.class(|_| {}).await;
    let trained = story.trained(class, 2, 1).await;
    story.hire(trained[0].1, "2016-11-17").await.refuses("hire.not_qualified");
    story.link(class, 4).await.is(Status::Ok);
    story.hire(trained[1].1, "2016-11-17").await.refuses("hire.not_qualified");
    story.hire(trained[0].1, "2016-11-15").await.blames("hired_on", "invalid.hired_on");
    story.hire(trained[0].1, "2016-11-18").await.blames("hired_on", "invalid.hired_on");
    story.hire(trained[0].1, "2016-11-17").await.is(Status::Ok);
    story.hire(trained[0].1, "2016-11-17").await.refuses("hire.already");
    let twin = hire::ActiveModel {
        id: Set(HireId::new()),
        order_id: Set(story.order),
        person_id: Set(trained[0].0),
        enrolment_id: Set(trained[0].1),
        hired_on: Set(day(11, 17)),
        recorded_by: Set(story.enterprise.account),
        created_at: Set(story.app.clock.now()),
    };
    assert!(hire::Entity::insert(twin).exec_without_returning(story.app.db.writer()).await.is_err());
    story.enterprise.api_post(&story.path("cancel"), reason()).await.refuses("order.has_hires");
}

#[rocket::async_test]
async fn names_stay_masked_until_the_hire_and_for_everybody_else() {
    let story = Story::after_class(4).await;
    let class = story.class(|_| {}).await;
    story.link(class, 4).await.is(Status::Ok);
    let trained = story.trained(class, 1, 1).await;
    let page = format!("/orders/{}", story.order);
    let before = story.enterprise.get(&page).await.is(Status::Ok);
    assert!(before.text.contains("陈**") && !before.text.contains("陈福生"));
    assert!(!story.clerk.get(&page).await.is(Status::Ok).text.contains("陈**"));
    let form = [("enrolment_id", trained[0].1.to_string()), ("hired_on", "2016-11-17".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    story.enterprise.post_form(&format!("{page}/hires"), &form).await.goes_to(&page);
    assert!(story.enterprise.get(&page).await.text.contains("陈福生"));
    let clerk = story.clerk.get(&page).await.text;
    assert!(clerk.contains("陈**") && !clerk.contains("陈福生"));
}

#[rocket::async_test]
async fn an_order_is_settled_when_its_classes_are_closed() {
    let story = Story::of(4, OrderStatus::Accepted).await;
    let class = story.class(|_| {}).await;
    story.link(class, 4).await.is(Status::Ok);
    story.enterprise.api_post(&story.path("settle"), json!({})).await.refuses("order.classes_open");
    story.set_class(class, ClassStatus::Closed).await;
    let page = format!("/orders/{}", story.order);
    assert!(story.enterprise.get(&page).await.text.contains(&format!("{page}/settle")));
    story.enterprise.post_form(&format!("{page}/settle"), &[]).await.goes_to(&page);
    let settled = story.enterprise.api_get(&path(story.order)).await.json();
    assert_eq!((&settled["status"], &settled["waiting_on"]), (&json!("settled"), &Value::Null));
    let hire = story.hire(EnrolmentId::new(), "2016-11-01").await;
    hire.refuses("order.not_accepted");
}

const FORM: [(&str, &str); 10] = [
    ("occupation", OCCUPATION),
    ("level", "5"),
    ("headcount", "20"),
    ("wage_low", "2,600"),
    ("wage_high", "3200.50"),
    ("area_code", COUNTY),
    ("work_place", "上高县工业园"),
    ("start_by", "2016-12-31"),
    ("hire_commitment_percent", "80"),
    ("skills", "会上架"),
];

fn form(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = FORM.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes).copied().collect()
}

#[rocket::async_test]
async fn the_pages_lead_from_a_draft_to_an_accepted_order() {
    let app = App::start().await;
    let enterprise = app.sign_in(Role::Enterprise).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    assert!(enterprise.get("/orders/new").await.is(Status::Ok).text.contains("上高县"));
    let draft = enterprise.post_form("/orders", &form(&[("draft", "true")])).await.is(Status::SeeOther);
    let home = draft.location.unwrap();
    let page = enterprise.get(&home).await.is(Status::Ok);
    assert!(page.text.contains("电子商务师，要20人") && page.text.contains("3,200.50"));
    let edit = enterprise.get(&format!("{home}/edit")).await.is(Status::Ok);
    assert!(edit.text.contains("value=\"2,600.00\""));
    let changed = form(&[("headcount", "25"), ("draft", "false")]);
    enterprise.post_form(&format!("{home}/edit"), &changed).await.goes_to(&home);
    enterprise.post_form(&format!("{home}/edit"), &changed).await.is(Status::UnprocessableEntity);
    let list = clerk.get("/orders?status=submitted").await.is(Status::Ok);
    assert!(list.text.contains(&home) && list.text.contains("25人"));
    assert!(
        clerk.get(&home).await.text.contains("轮到您") || clerk.get(&home).await.text.contains("受理或退回这张订单")
    );
    clerk.get(&format!("{home}/return")).await.is(Status::Ok);
    let silent = clerk.post_form(&format!("{home}/return"), &[("reason", "")]).await.is(Status::UnprocessableEntity);
    assert!(silent.text.contains("href=\"#reason\""));
    clerk.post_form(&format!("{home}/return"), &[("reason", "工资写低了")]).await.goes_to(&home);
    assert!(enterprise.get(&home).await.text.contains("工资写低了"));
    enterprise.post_form(&format!("{home}/submit"), &[]).await.goes_to(&home);
    clerk.post_form(&format!("{home}/accept"), &[]).await.goes_to(&home);
    // A button that comes too late leads back with a word, and changes nothing.
    clerk.post_form(&format!("{home}/accept"), &[]).await.goes_to(&home);
    assert!(clerk.get_in("en", &home).await.is(Status::Ok).text.contains("Set seats aside for the order"));
    enterprise.get(&format!("{home}/cancel")).await.is(Status::Ok);
    enterprise.post_form(&format!("{home}/cancel"), &[("reason", "不缺人了")]).await.goes_to(&home);
    assert!(clerk.get(&home).await.is(Status::Ok).text.contains("不缺人了"));
}

#[rocket::async_test]
async fn a_form_that_is_wrong_comes_back_as_it_was_typed() {
    let app = App::start().await;
    let enterprise = app.sign_in(Role::Enterprise).await;
    let told = async |changes: &[(&'static str, &'static str)]| {
        enterprise.post_form("/orders", &form(changes)).await.is(Status::UnprocessableEntity).text
    };
    let page = told(&[("wage_low", "两千六")]).await;
    assert!(page.contains("href=\"#wage_low\"") && page.contains("value=\"两千六\"") && page.contains("错误："));
    assert!(told(&[("wage_high", "2000")]).await.contains("href=\"#wage_high\""));
    assert!(told(&[("start_by", "明天")]).await.contains("href=\"#start_by\""));
    assert!(told(&[("headcount", "")]).await.contains("href=\"#headcount\""));
}

#[rocket::async_test]
async fn a_clerk_links_a_class_by_the_number_that_stands_on_it() {
    let story = Story::of(20, OrderStatus::Accepted).await;
    let class = story.class(|_| {}).await;
    let row = training_class::Entity::find_by_id(class).one(story.app.db.reader()).await.unwrap().unwrap();
    let home = format!("/orders/{}", story.order);
    let link = format!("{home}/link");
    let unknown = story.clerk.post_form(&link, &[("class_number", "B-0"), ("seats", "5")]).await;
    assert!(unknown.is(Status::UnprocessableEntity).text.contains("href=\"#class_number\""));
    let many = story.clerk.post_form(&link, &[("class_number", row.number.as_str()), ("seats", "25")]).await;
    assert!(many.is(Status::UnprocessableEntity).text.contains("最多还能留24座"));
    story.clerk.post_form(&link, &[("class_number", row.number.as_str()), ("seats", "20")]).await.goes_to(&home);
    assert!(story.enterprise.get(&home).await.is(Status::Ok).text.contains(&row.number));
}
