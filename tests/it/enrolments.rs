//! Taking a seat, waiting for one, giving one back.

use std::{sync::Arc, time::Duration};

use entities::{
    enrolment, message, quota_use, training_class,
    values::{ClassId, ClassStatus, EnrolmentStatus, OrganisationId, OrganisationKind, PersonId, Programme, Role},
};
use rocket::{
    State,
    http::{ContentType, Header, Status},
    local::asynchronous::Client,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use sidan::{accounts::Hasher, house::House};
use tokio::task::JoinSet;

use crate::support::app::{Answer, App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, day, given_rule};

const TAKE: Who = Who::Roles(&[Role::Trainee, Role::VillageWorker]);
const DECIDE: Who = Who::Roles(&[Role::CountyClerk]);

pub const DOORS: &[Door] = &[
    ("GET", "/classes/<id>", Who::Everybody),
    ("POST", "/classes/<id>/enrolments", TAKE),
    ("GET", "/planned-classes", TAKE),
    ("GET", "/api/v1/planned-classes", TAKE),
    ("POST", "/classes/<id>/approve", DECIDE),
    ("POST", "/api/v1/classes/<id>/approve", DECIDE),
    ("GET", "/my-courses", Who::Roles(&[Role::Trainee])),
    ("GET", "/my-courses/timetable.ics", Who::Roles(&[Role::Trainee])),
    ("GET", "/enrolments/<id>/withdraw", TAKE),
    ("POST", "/enrolments/<id>/withdraw", TAKE),
    ("GET", "/classes/<id>/cancel", DECIDE),
    ("POST", "/classes/<id>/cancel", DECIDE),
    ("POST", "/api/v1/classes/<id>/enrolments", TAKE),
    (
        "GET",
        "/api/v1/classes/<id>/enrolments",
        Who::Roles(&[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]),
    ),
    ("GET", "/api/v1/enrolments/<id>", TAKE),
    ("POST", "/api/v1/enrolments/<id>/withdraw", TAKE),
    ("POST", "/api/v1/classes/<id>/cancel", DECIDE),
];

struct Village {
    app: Arc<App>,
    school: OrganisationId,
    worker: Visitor,
}

impl Village {
    async fn wake() -> Self {
        let app = App::start().await;
        let school = app.organisation(OrganisationKind::Institution, COUNTY).await;
        Self { worker: app.sign_in(Role::VillageWorker).await, school, app }
    }

    async fn class(&self, seats: i32) -> ClassId {
        self.app.given_class(GivenClass { seats, ..GivenClass::of(self.school) }).await
    }

    async fn take(&self, class: ClassId, person: PersonId) -> Answer {
        take(&self.worker, class, person).await
    }

    async fn taken(&self, class: ClassId) -> (i32, u64) {
        let row = training_class::Entity::find_by_id(class).one(self.app.db.reader()).await.unwrap().unwrap();
        let seated = enrolment::Entity::find()
            .filter(enrolment::Column::ClassId.eq(class))
            .filter(enrolment::Column::Status.eq(EnrolmentStatus::Seated));
        (row.taken, seated.count(self.app.db.reader()).await.unwrap())
    }

    async fn set(&self, statement: &str) {
        self.app.db.writer().execute_unprepared(statement).await.unwrap();
    }
}

async fn take(by: &Visitor, class: ClassId, person: PersonId) -> Answer {
    let ask = json!({ "person_id": person, "consent_note": "当面问过，本人同意" });
    by.api_post(&format!("/api/v1/classes/{class}/enrolments"), ask).await
}

#[rocket::async_test]
async fn five_hundred_people_get_exactly_the_fifty_seats_in_every_one_of_twenty_rounds() {
    let village = Village::wake().await;
    let mut people = Vec::new();
    for n in 0..500 {
        people.push(village.app.given_person(n).await);
    }
    // A fresh quota for every round: what is tried here is seats.
    village.set("UPDATE rule SET value = 1000 WHERE code IN ('quota_programme_year', 'quota_year')").await;
    let worker = Arc::new(village.app.sign_in(Role::VillageWorker).await);
    for round in 0..20_u32 {
        // Every round on days of its own, so that no round stands in the way of another.
        let starts_on = day(11, 14).checked_add_days(chrono::Days::new(u64::from(round) * 2)).unwrap();
        let class = village
            .app
            .given_class(GivenClass { seats: 50, starts_on, days: 1, ..GivenClass::of(village.school) })
            .await;
        let mut crowd = JoinSet::new();
        for person in people.clone() {
            let worker = Arc::clone(&worker);
            crowd.spawn(async move { take(&worker, class, person).await });
        }
        let (mut seated, mut waiting) = (0, 0);
        while let Some(answer) = crowd.join_next().await {
            let answer = answer.unwrap().is(Status::Created).json();
            match answer["status"].as_str().unwrap() {
                "seated" => seated += 1,
                "waitlisted" => waiting += 1,
                other => panic!("{other}"),
            }
        }
        assert_eq!((seated, waiting), (50, 450), "round {round}");
        assert_eq!(village.taken(class).await, (50, 50), "round {round}");
    }
}

/// What a naive program does at its door: it looks whether a seat is free and then takes it, with the condition in the
/// update or without it.
#[rocket::post("/naive/<class>/<person>?<guarded>")]
async fn naive(class: ClassId, person: PersonId, guarded: bool, app: &State<Arc<App>>) -> Status {
    let seen = training_class::Entity::find_by_id(class).one(app.db.reader()).await.unwrap().unwrap();
    // Everybody who comes at the same moment looks before anybody has written.
    tokio::time::sleep(Duration::from_secs(1)).await;
    if seen.taken >= seen.seats {
        return Status::Conflict;
    }
    let id = match app.db.backend() {
        DbBackend::Sqlite => format!("x'{}'", class.0.simple()),
        _ => format!("'{}'", class.0),
    };
    let guard = if guarded { " AND taken < seats" } else { "" };
    let update = format!("UPDATE training_class SET taken = taken + 1 WHERE id = {id}{guard}");
    let done = app.desk.write(async |work| Ok(work.db().execute_unprepared(&update).await?.rows_affected())).await;
    if !matches!(done, Ok(1)) {
        return Status::Conflict;
    }
    app.given_enrolment_row(class, person).await;
    Status::Created
}

/// Five hundred people at the naive door for fifty seats; how many were told that they have one, and what stands.
async fn naive_rush(guarded: bool) -> (usize, (i32, u64)) {
    let village = Village::wake().await;
    let class = village.class(50).await;
    if !guarded {
        // The table's own check is the second guard: it must be off too.
        match village.app.db.backend() {
            DbBackend::Sqlite => village.set("PRAGMA ignore_check_constraints = ON").await,
            _ => village.set("ALTER TABLE training_class DROP CONSTRAINT class_seats").await,
        }
    }
    let figment = rocket::figment::Figment::from(rocket::Config::debug_default()).merge(("log_level", "off"));
    let rocket = village.app.house.rocket(figment).unwrap().manage(Arc::clone(&village.app));
    let door = Client::untracked(rocket.mount("/", rocket::routes![naive])).await.unwrap();
    let door = Arc::new(door);
    let mut crowd = JoinSet::new();
    for n in 0..500 {
        let (door, person) = (Arc::clone(&door), village.app.given_person(n).await);
        crowd.spawn(async move {
            door.post(format!("/naive/{class}/{person}?guarded={guarded}")).dispatch().await.status()
        });
    }
    let told = crowd.join_all().await.into_iter().filter(|status| *status == Status::Created).count();
    (told, village.taken(class).await)
}

#[rocket::async_test]
async fn the_same_rush_at_a_naive_door_oversells_once_the_guards_are_off() {
    assert_eq!(naive_rush(true).await, (50, (50, 50)));
    let (told, (taken, seated)) = naive_rush(false).await;
    assert!(
        told > 50 && taken > 50 && seated > 50,
        "{told} of 50: a control run that does not oversell proves nothing"
    );
}

#[rocket::async_test]
async fn two_processes_on_one_database_do_not_oversell_either() {
    let village = Village::wake().await;
    let class = village.class(20).await;
    let mut people = Vec::new();
    for n in 0..80 {
        people.push(village.app.given_person(n).await);
    }
    let url = village.app.url();
    let second = House::open(
        village.app.house.settings.clone(),
        village.app.clock.clone(),
        &url,
        village.app.keys.clone(),
        Hasher::cheap().unwrap(),
    )
    .await
    .unwrap();
    let figment = rocket::figment::Figment::from(rocket::Config::debug_default()).merge(("log_level", "off"));
    let other = Client::untracked(second.rocket(figment).unwrap()).await.unwrap();
    let other = Arc::new(other);
    let worker = Arc::new(village.app.sign_in(Role::VillageWorker).await);
    let bearer = format!("Bearer {}", worker.api.as_ref().unwrap().reveal());
    let mut crowd = JoinSet::new();
    for (n, person) in people.into_iter().enumerate() {
        let (worker, other, bearer) = (Arc::clone(&worker), Arc::clone(&other), bearer.clone());
        crowd.spawn(async move {
            if n % 2 == 0 {
                return take(&worker, class, person).await.status;
            }
            let body = json!({ "person_id": person, "consent_note": "当面问过" }).to_string();
            let request = other.post(format!("/api/v1/classes/{class}/enrolments"));
            let request = request.header(Header::new("Authorization", bearer)).header(ContentType::JSON).body(body);
            request.dispatch().await.status()
        });
    }
    while let Some(status) = crowd.join_next().await {
        // Somebody may be told to come again, never that a seat is his which is not.
        assert!([Status::Created, Status::ServiceUnavailable, Status::Conflict].contains(&status.unwrap()));
    }
    assert_eq!(village.taken(class).await, (20, 20));
    second.close().await.unwrap();
}

#[rocket::async_test]
async fn a_seat_that_falls_free_goes_to_the_first_who_waits_and_may_still_sit_there() {
    let village = Village::wake().await;
    let class = village.class(1).await;
    let mut people = Vec::new();
    for n in 0..3 {
        people.push(village.app.given_person(n).await);
    }
    let seated = village.take(class, people[0]).await.is(Status::Created).json();
    for (place, person) in people.iter().skip(1).enumerate() {
        let told = village.take(class, *person).await.is(Status::Created).json();
        assert_eq!((&told["status"], &told["place"]), (&json!("waitlisted"), &json!(place + 1)));
    }
    // The first who waits has used the year's quota elsewhere meanwhile.
    let elsewhere =
        village.app.given_class(GivenClass { starts_on: day(12, 5), ..GivenClass::of(village.school) }).await;
    village.take(elsewhere, people[1]).await.is(Status::Created);
    let second = village.app.sign_in_person(people[2]).await;
    let path = format!("/api/v1/enrolments/{}/withdraw", seated["id"].as_str().unwrap());
    village.worker.api_post(&path, json!({ "reason": "job" })).await.is(Status::Ok);
    let status = async |person: PersonId| {
        let rows = enrolment::Entity::find()
            .filter(enrolment::Column::ClassId.eq(class))
            .filter(enrolment::Column::PersonId.eq(person));
        rows.one(village.app.db.reader()).await.unwrap().unwrap().status
    };
    assert_eq!(status(people[0]).await, EnrolmentStatus::Withdrawn);
    assert_eq!(status(people[1]).await, EnrolmentStatus::Waitlisted);
    assert_eq!(status(people[2]).await, EnrolmentStatus::Seated);
    assert_eq!(village.taken(class).await, (1, 1));
    let told = message::Entity::find()
        .filter(message::Column::AccountId.eq(second.account))
        .filter(message::Column::Kind.eq("moved_up"))
        .count(village.app.db.reader())
        .await
        .unwrap();
    assert_eq!(told, 1);
    // The quota of the one who left is free again.
    let used = quota_use::Entity::find().filter(quota_use::Column::PersonId.eq(people[0]));
    assert_eq!(used.count(village.app.db.reader()).await.unwrap(), 0);
}

#[rocket::async_test]
async fn who_got_a_seat_or_waits_is_told_on_every_account_that_is_live() {
    let village = Village::wake().await;
    let class = village.class(1).await;
    let (first, second) = (village.app.given_person(0).await, village.app.given_person(1).await);
    let mine = village.app.sign_in_person(first).await;
    let also_mine = village.app.sign_in_person(first).await;
    let gone = village.app.sign_in_person(first).await;
    let waits = village.app.sign_in_person(second).await;
    let login = format!("{}-{}", Role::Trainee, gone.account.0.simple());
    village.app.desk.write(async |work| sidan::accounts::disable_login(work, &login).await).await.unwrap();
    for person in [first, second] {
        village.take(class, person).await.is(Status::Created);
    }
    let told = async |to: &Visitor| {
        let rows = message::Entity::find().filter(message::Column::AccountId.eq(to.account));
        let rows = rows.all(village.app.db.reader()).await.unwrap();
        rows.into_iter().map(|row| (row.kind, row.args["place"].as_str().unwrap().to_owned())).collect::<Vec<_>>()
    };
    for account in [&mine, &also_mine] {
        assert_eq!(told(account).await, [("seat_taken".to_owned(), "0".to_owned())]);
    }
    assert_eq!(told(&waits).await, [("waitlisted".to_owned(), "1".to_owned())]);
    assert!(told(&gone).await.is_empty());
}

#[rocket::async_test]
async fn every_rule_refuses_with_its_own_reason() {
    let village = Village::wake().await;
    let class = village.class(5).await;
    let person = village.app.given_person(1).await;
    for (statement, back, code) in [
        ("UPDATE person SET status = 'draft'", "UPDATE person SET status = 'verified'", "enrolment.not_verified"),
        (
            "UPDATE person SET poverty_status = 'none'",
            "UPDATE person SET poverty_status = 'registered'",
            "enrolment.not_eligible",
        ),
        ("UPDATE person SET birth_on = '2001-01-01'", "UPDATE person SET birth_on = '1980-01-01'", "enrolment.age"),
        (
            "UPDATE person SET labour_capacity = 'none'",
            "UPDATE person SET labour_capacity = 'ordinary'",
            "enrolment.no_labour",
        ),
        (
            "UPDATE training_class SET status = 'running'",
            "UPDATE training_class SET status = 'approved'",
            "class.not_open",
        ),
    ] {
        village.set(statement).await;
        village.take(class, person).await.refuses(code);
        village.set(back).await;
    }
    village.take(class, person).await.is(Status::Created);
    village.take(class, person).await.refuses("enrolment.already");
    // Another class of the programme in the same year, and one of another programme at the same time.
    let december =
        village.app.given_class(GivenClass { starts_on: day(12, 5), ..GivenClass::of(village.school) }).await;
    village.take(december, person).await.refuses("enrolment.quota_programme");
    let other = GivenClass { programme: Programme::Skill, ..GivenClass::of(village.school) };
    let at_once = village.app.given_class(other.clone()).await;
    village.take(at_once, person).await.refuses("enrolment.clash");
    village.set("UPDATE rule SET value = 1 WHERE code = 'quota_year'").await;
    let later = village.app.given_class(GivenClass { starts_on: day(12, 12), ..other }).await;
    village.take(later, person).await.refuses("enrolment.quota_year");
    village.app.time_is(nine_on(11, 14)).await;
    let second = village.app.given_person(2).await;
    village.take(class, second).await.refuses("class.not_open");
    assert_eq!(village.taken(class).await, (1, 1));
}

#[rocket::async_test]
async fn the_same_person_in_two_classes_at_the_same_moment_gets_one() {
    let village = Village::wake().await;
    let worker = Arc::new(village.app.sign_in(Role::VillageWorker).await);
    for n in 0..10 {
        let person = village.app.given_person(n).await;
        let mut crowd = JoinSet::new();
        for month in [11, 12] {
            let starts_on = day(month, 5 + u32::from(n));
            let class =
                village.app.given_class(GivenClass { starts_on, days: 1, ..GivenClass::of(village.school) }).await;
            let worker = Arc::clone(&worker);
            crowd.spawn(async move { take(&worker, class, person).await.status });
        }
        let mut answers = Vec::new();
        while let Some(status) = crowd.join_next().await {
            answers.push(status.unwrap().code);
        }
        answers.sort_unstable();
        assert_eq!(answers, [201, 409]);
    }
}

#[rocket::async_test]
async fn a_command_that_is_sent_twice_takes_one_seat_and_is_answered_alike() {
    let village = Village::wake().await;
    let class = village.class(5).await;
    let person = village.app.given_person(1).await;
    let path = format!("/api/v1/classes/{class}/enrolments");
    let ask = json!({ "person_id": person, "consent_note": "当面问过" });
    let once = async |body: Value| village.worker.api_post_once(&path, "key-1", body).await;
    let (first, second) = tokio::join!(once(ask.clone()), once(ask.clone()));
    let third = once(ask).await.is(Status::Created).text;
    assert_eq!((&first.is(Status::Created).text, &second.is(Status::Created).text), (&third, &third));
    let other = json!({ "person_id": person, "consent_note": "电话里问过" });
    once(other).await.blames("Idempotency-Key", "idempotency.other_body");
    assert_eq!(village.taken(class).await, (1, 1));
}

#[rocket::async_test]
async fn one_takes_a_seat_for_oneself_or_for_somebody_of_ones_village_only() {
    let village = Village::wake().await;
    let class = village.class(5).await;
    let (own, other) = (village.app.given_person(1).await, village.app.given_person(2).await);
    let trainee = village.app.sign_in_person(own).await;
    take(&trainee, class, other).await.is(Status::NotFound);
    let neighbour = village.app.sign_in_at(Role::VillageWorker, "360923106205").await;
    take(&neighbour, class, own).await.is(Status::NotFound);
    let silent = json!({ "person_id": own });
    let path = format!("/api/v1/classes/{class}/enrolments");
    village.worker.api_post(&path, silent).await.blames("consent_note", "invalid.required");
    let told = take(&trainee, class, own).await.is(Status::Created).json();
    let id = told["id"].as_str().unwrap();
    neighbour.api_get(&format!("/api/v1/enrolments/{id}")).await.is(Status::NotFound);
    neighbour
        .api_post(&format!("/api/v1/enrolments/{id}/withdraw"), json!({ "reason": "job" }))
        .await
        .is(Status::NotFound);
    village.worker.api_get(&format!("/api/v1/enrolments/{id}")).await.is(Status::Ok);
}

#[rocket::async_test]
async fn the_page_explains_who_may_sit_and_takes_a_seat_by_a_tick() {
    let village = Village::wake().await;
    let class = village.class(1).await;
    let person = village.app.given_person(1).await;
    let trainee = village.app.sign_in_person(person).await;
    let page = trainee.get(&format!("/classes/{class}")).await.is(Status::Ok);
    assert!(page.text.contains("可以报这个班") && page.text.contains("登记信息已核实"), "{}", page.text);
    let person_id = person.to_string();
    let path = format!("/classes/{class}/enrolments");
    let answer = trainee.post_form(&path, &[("person_id", &person_id)]).await.is(Status::UnprocessableEntity);
    assert!(answer.text.contains("请先打勾"));
    trainee
        .post_form(&path, &[("person_id", &person_id), ("consent", "true")])
        .await
        .goes_to(&format!("/classes/{class}"));
    let own = trainee.get("/my-courses").await.is(Status::Ok);
    assert!(own.text.contains("电子商务实操班") && own.text.contains("已选上"));
    let neighbour = village.app.given_person(3).await;
    let page = village.worker.get_in("en", &format!("/classes/{class}?person={neighbour}")).await.is(Status::Ok);
    assert!(page.text.contains("may take this class") && page.text.contains("waiting list"), "{}", page.text);
}

#[rocket::async_test]
async fn a_cancelled_class_sets_everybody_free_and_tells_them() {
    let village = Village::wake().await;
    let class = village.class(1).await;
    let people = [village.app.given_person(1).await, village.app.given_person(2).await];
    let trainee = village.app.sign_in_person(people[0]).await;
    for person in people {
        village.take(class, person).await.is(Status::Created);
    }
    let clerk = village.app.sign_in(Role::CountyClerk).await;
    clerk.get(&format!("/classes/{class}/cancel")).await.is(Status::Ok);
    let neighbour = village.app.sign_in_at(Role::CountyClerk, "360922").await;
    let cancel = format!("/api/v1/classes/{class}/cancel");
    neighbour.api_post(&cancel, json!({ "reason": "老师生病" })).await.is(Status::NotFound);
    clerk.api_post(&cancel, json!({ "reason": "    " })).await.blames("reason", "invalid.required");
    let told = clerk.api_post(&cancel, json!({ "reason": "老师生病" })).await.is(Status::Ok).json();
    assert_eq!(told["status"], "cancelled");
    trainee.get(&format!("/classes/{class}")).await.is(Status::Ok);
    let live = enrolment::Entity::find().filter(enrolment::Column::Status.ne(EnrolmentStatus::Cancelled));
    assert_eq!(live.count(village.app.db.reader()).await.unwrap(), 0);
    assert_eq!(quota_use::Entity::find().count(village.app.db.reader()).await.unwrap(), 0);
    let message = message::Entity::find()
        .filter(message::Column::AccountId.eq(trainee.account))
        .filter(message::Column::Kind.eq("class_cancelled"))
        .one(village.app.db.reader())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(message.args["reason"], "老师生病");
    clerk.api_post(&cancel, json!({ "reason": "老师生病" })).await.refuses("move.illegal");
    let again = village.class(3).await;
    village.take(again, people[0]).await.is(Status::Created);
}

#[rocket::async_test]
async fn who_is_in_a_class_is_told_masked_and_to_those_in_charge_only() {
    let village = Village::wake().await;
    let class = village.class(3).await;
    let person = village.app.given_person(1).await;
    village.take(class, person).await.is(Status::Created);
    let school = village.app.sign_in_for(Role::Institution, village.school).await;
    let path = format!("/api/v1/classes/{class}/enrolments");
    let told = school.api_get(&path).await.is(Status::Ok).text;
    assert!(told.contains("陈**") && !told.contains("陈福"), "{told}");
    assert!(!told.contains("369970198"), "{told}");
    village.app.sign_in_at(Role::Institution, COUNTY).await.api_get(&path).await.is(Status::NotFound);
}

async fn applied(village: &Village, seats: i32) -> ClassId {
    let given = GivenClass { seats, status: ClassStatus::Applied, ..GivenClass::of(village.school) };
    let class = village.app.given_class(given).await;
    village.app.given_accreditation(village.school, Programme::Ecommerce).await;
    village.app.given_standard(Programme::Ecommerce).await;
    village.app.given_pot().await;
    class
}

#[rocket::async_test]
async fn who_comes_on_the_roster_of_a_planned_class_gets_a_seat_in_that_order_when_it_is_approved() {
    let village = Village::wake().await;
    let class = applied(&village, 20).await;
    let clerk = village.app.sign_in(Role::CountyClerk).await;
    let mut came = Vec::new();
    for n in 0..24 {
        let person = village.app.given_person(n).await;
        let taken = village.take(class, person).await.is(Status::Created).json();
        assert_eq!(
            (&taken["status"], &taken["place"], &taken["on_roster"]),
            (&json!("waitlisted"), &json!(n + 1), &json!(true))
        );
        came.push((person, taken["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(village.taken(class).await, (0, 0));
    let planned = village.worker.api_get("/api/v1/planned-classes").await.json();
    assert_eq!((&planned[0]["id"], &planned[0]["waiting"]), (&json!(class), &json!(24)));
    // The third goes again, and the fourth is retired by the day of approval.
    let gone = format!("/api/v1/enrolments/{}/withdraw", came[2].1);
    village.worker.api_post(&gone, json!({ "reason": "job" })).await.is(Status::Ok);
    village.app.change_person(came[3].0, |row, _| row.birth_on = "1930-01-01".parse().unwrap()).await;
    let page = clerk.get(&format!("/classes/{class}")).await.is(Status::Ok).text;
    assert!(
        page.contains("名单上有23人") && page.contains("陈**") && !page.contains("陈福"),
        "the clerk sees who came, masked"
    );

    clerk.api_post(&format!("/api/v1/classes/{class}/approve"), json!({})).await.is(Status::Ok);
    assert_eq!(village.taken(class).await, (20, 20));
    let rows = clerk.api_get(&format!("/api/v1/classes/{class}/enrolments")).await.json();
    let of = |id: &str| rows.as_array().unwrap().iter().find(|row| row["id"] == id).unwrap()["status"].clone();
    assert_eq!(of(&came[0].1), "seated");
    assert_eq!((of(&came[2].1), of(&came[3].1)), (json!("withdrawn"), json!("lapsed")));
    assert_eq!(
        (of(&came[21].1), of(&came[22].1), of(&came[23].1)),
        (json!("seated"), json!("waitlisted"), json!("waitlisted"))
    );
    for (kind, people) in [("roster_seated", 20), ("roster_refused", 1), ("roster_waits", 2)] {
        let told = message::Entity::find().filter(message::Column::Kind.eq(kind));
        assert_eq!(told.count(village.app.db.reader()).await.unwrap(), people, "{kind}");
    }
}

#[rocket::async_test]
async fn a_county_may_ask_for_a_roster_before_it_approves() {
    let village = Village::wake().await;
    let class = applied(&village, 20).await;
    given_rule(&village.app, "class_roster_percent", 10).await;
    let clerk = village.app.sign_in(Role::CountyClerk).await;
    let approve = format!("/api/v1/classes/{class}/approve");
    clerk.api_post(&approve, json!({})).await.blames("seats", "class.roster_too_short");
    for n in 0..2 {
        let person = village.app.given_person(n).await;
        village.take(class, person).await.is(Status::Created);
    }
    clerk.api_post(&approve, json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn a_planned_class_is_seen_by_who_may_come_and_by_no_passer_by() {
    let village = Village::wake().await;
    let class = applied(&village, 20).await;
    let path = format!("/classes/{class}");
    village.app.passer_by().get(&path).await.is(Status::NotFound);
    village.app.sign_in(Role::Enterprise).await.get(&path).await.is(Status::NotFound);
    village.worker.get(&path).await.is(Status::Ok);
    let person = village.app.given_person(1).await;
    let trainee = village.app.sign_in_person(person).await;
    trainee.get(&path).await.is(Status::Ok);
    assert!(trainee.get("/planned-classes").await.is(Status::Ok).text.contains(&path));
    let elsewhere = village.app.sign_in_at(Role::VillageWorker, "360111100200").await;
    assert!(!elsewhere.get("/planned-classes").await.is(Status::Ok).text.contains(&path));
}
