//! The village on one page.

use std::sync::Arc;

use entities::values::{EnrolmentStatus, LabourCapacity, PersonId, PersonStatus, PovertyStatus, Role, ServiceKind};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::support::app::{App, COUNTY, VILLAGE};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, Graduate, day};

const READERS: Who =
    Who::Roles(&[Role::VillageWorker, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);

pub const DOORS: &[Door] = &[
    ("GET", "/villages/<code>", READERS),
    ("GET", "/villages/<code>/posting", READERS),
    ("GET", "/api/v1/villages/<code>", READERS),
    ("GET", "/api/v1/areas", Who::Everybody),
    ("GET", "/api/v1/areas/<code>", Who::Everybody),
];

const TOWNSHIP: &str = "360923106";

/// 29 people by four causes, 68 services, 3 exits, as the news told it of 镜山村 in 2016.
async fn jingshan(app: &Arc<App>) -> Vec<PersonId> {
    let causes = ["01"; 15].into_iter().chain(["04"; 2]).chain(["03"; 4]).chain(["02"; 8]);
    let mut people = Vec::new();
    for (n, cause) in causes.enumerate() {
        let person = app.given_person(u16::try_from(n).unwrap()).await;
        app.change_person(person, |row, private| {
            private.main_cause = cause.into();
            if [2, 17, 20].contains(&n) {
                (row.poverty_status, row.exited_on) = (PovertyStatus::Exited, Some(day(9, 30)));
            }
        })
        .await;
        people.push(person);
    }
    let kinds = [
        (ServiceKind::JobIntroduction, 21),
        (ServiceKind::Training, 15),
        (ServiceKind::Guidance, 16),
        (ServiceKind::Visit, 12),
        (ServiceKind::SocialInsurance, 4),
    ];
    let services = kinds.into_iter().flat_map(|(kind, times)| std::iter::repeat_n(kind, times));
    for (n, kind) in services.enumerate() {
        app.given_service(people[n % 29], kind, day(1 + u32::try_from(n % 10).unwrap(), 15)).await;
    }
    people
}

#[rocket::async_test]
async fn jingshan_reads_29_people_68_person_times_and_3_exits() {
    let app = App::start().await;
    jingshan(&app).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let sheet = worker.api_get(&format!("/api/v1/villages/{VILLAGE}")).await.is(Status::Ok).json();
    let figures = [&sheet["people"], &sheet["person_times"], &sheet["exits"]].map(|n| n.as_i64().unwrap());
    assert_eq!(figures, [29, 68, 3]);
    let causes: Vec<i64> = sheet["causes"].as_array().unwrap().iter().map(|c| c["people"].as_i64().unwrap()).collect();
    assert_eq!(causes, [15, 2, 4, 8]);
    assert_eq!(sheet["roll"].as_array().unwrap().len(), 29);
    let page = worker.get(&format!("/villages/{VILLAGE}")).await.is(Status::Ok).text;
    assert!(page.contains("15 + 2 + 4 + 8 = 29") && page.contains("内部使用，不得张贴"));
    assert_eq!(page.matches("width=\"18\" height=\"20\"").count(), 29);
    for text in ["29人的致贫原因", "68人次服务", "镜山村就业扶贫一页表"] {
        assert!(page.contains(text), "{text}");
    }
}

#[rocket::async_test]
async fn only_verified_people_of_poor_households_who_can_work_are_counted() {
    let app = App::start().await;
    let mut people = Vec::new();
    for n in 0..6 {
        people.push(app.given_person(n).await);
    }
    app.change_person(people[1], |row, _| row.status = PersonStatus::Draft).await;
    app.change_person(people[2], |row, _| row.status = PersonStatus::Suspended).await;
    app.change_person(people[3], |row, _| row.labour_capacity = LabourCapacity::None).await;
    app.change_person(people[4], |row, _| row.poverty_status = PovertyStatus::None).await;
    app.given_service(people[0], ServiceKind::Visit, day(1, 1)).await;
    app.given_service(people[0], ServiceKind::Visit, "2015-12-31".parse().unwrap()).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    for area in [VILLAGE, TOWNSHIP, COUNTY] {
        let sheet = clerk.api_get(&format!("/api/v1/villages/{area}")).await.is(Status::Ok).json();
        assert_eq!((&sheet["people"], &sheet["person_times"]), (&json!(2), &json!(1)), "{area}");
    }
}

#[rocket::async_test]
async fn every_level_shows_the_same_figures_and_the_areas_below_add_up() {
    let app = App::start().await;
    jingshan(&app).await;
    let other = app.given_person_in(500, "360922203202").await;
    app.given_service(other, ServiceKind::Policy, day(5, 5)).await;
    let supervisor = app.sign_in(Role::Supervisor).await;
    for (area, child, people, times) in [
        (TOWNSHIP, VILLAGE, 29, 68),
        (COUNTY, TOWNSHIP, 29, 68),
        ("360900", COUNTY, 30, 69),
        ("360000", "360900", 30, 69),
    ] {
        let sheet = supervisor.api_get(&format!("/api/v1/villages/{area}")).await.is(Status::Ok).json();
        assert_eq!((&sheet["people"], &sheet["person_times"]), (&json!(people), &json!(times)), "{area}");
        let below = sheet["below"].as_array().unwrap();
        let sum = |key: &str| below.iter().map(|area| area[key].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("people"), sum("person_times"), sum("exits")), (people, times, 3), "{area}");
        assert!(below.iter().any(|line| line["area_code"] == child && line["people"].as_i64() > Some(0)), "{area}");
        let page = supervisor.get(&format!("/villages/{area}")).await.is(Status::Ok).text;
        assert!(page.contains(&format!("href=\"/villages/{child}\"")), "{area}");
        assert_eq!(sheet["roll"], json!([]));
        let causes =
            |cause: &str| sheet["causes"].as_array().unwrap().iter().find(|c| c["cause"] == cause).unwrap().clone();
        assert_eq!((&causes("02")["people"], &causes("04")["people"]), (&json!(8), &json!(2)), "{area}");
        let labour = &sheet["labour"][0];
        assert_eq!((&labour["code"], &labour["people"]), (&json!("ordinary"), &json!(people)), "{area}");
    }
}

#[rocket::async_test]
async fn a_sheet_is_for_those_whose_area_it_is() {
    let app = App::start().await;
    jingshan(&app).await;
    let neighbour = app.sign_in_at(Role::CountyClerk, "360922").await;
    for path in [VILLAGE, TOWNSHIP, COUNTY, "360900", "360000", "999999"] {
        neighbour.api_get(&format!("/api/v1/villages/{path}")).await.is(Status::NotFound);
        neighbour.get(&format!("/villages/{path}")).await.is(Status::NotFound);
    }
    neighbour.get(&format!("/villages/{VILLAGE}/posting")).await.is(Status::NotFound);
    let own = neighbour.api_get("/api/v1/villages/360922").await.is(Status::Ok).json();
    assert_eq!((&own["people"], &own["person_times"]), (&json!(0), &json!(0)));
    let worker = app.sign_in(Role::VillageWorker).await;
    worker.get(&format!("/villages/{TOWNSHIP}")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn who_does_not_act_for_the_village_sees_masked_names_and_no_single_cause() {
    let app = App::start().await;
    jingshan(&app).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let full = worker.get(&format!("/villages/{VILLAGE}")).await.text;
    assert!(full.contains("陈福生"));
    for role in [Role::Supervisor, Role::Auditor] {
        let reader = app.sign_in(role).await;
        let page = reader.get(&format!("/villages/{VILLAGE}")).await.is(Status::Ok).text;
        assert!(!page.contains("陈福生") && page.contains("陈**") && page.contains("遮盖"));
        assert!(page.contains("15 + 2 + 4 + 8 = 29"));
        let sheet = reader.api_get(&format!("/api/v1/villages/{VILLAGE}")).await.json();
        assert!(sheet["roll"].as_array().unwrap().iter().all(|line| line["main_cause"] == Value::Null));
    }
}

#[rocket::async_test]
async fn the_form_for_posting_masks_names_and_tells_no_cause() {
    let app = App::start().await;
    jingshan(&app).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let page = worker.get(&format!("/villages/{VILLAGE}/posting")).await.is(Status::Ok).text;
    assert!(page.contains("陈**") && !page.contains("陈福"));
    for hidden in ["因病", "因残", "致贫", "帮扶中"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.get(&format!("/villages/{COUNTY}/posting")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn the_roll_tells_training_and_services_of_each() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    app.given_service(person, ServiceKind::Visit, day(3, 3)).await;
    app.given_service(person, ServiceKind::Visit, day(4, 4)).await;
    let institution = app.organisation(entities::values::OrganisationKind::Institution, COUNTY).await;
    let class = app.given_class(GivenClass::of(institution)).await;
    app.given_enrolments(class, &[person], EnrolmentStatus::Seated).await;
    let worker = app.sign_in(Role::VillageWorker).await;
    let sheet = worker.api_get(&format!("/api/v1/villages/{VILLAGE}")).await.is(Status::Ok).json();
    let line = &sheet["roll"][0];
    assert_eq!((&line["person_times"], &line["trainings"]), (&json!(2), &json!(["ecommerce"])));
    let english = worker.get_in("en", &format!("/villages/{VILLAGE}")).await.is(Status::Ok).text;
    assert!(english.contains("illness") && english.contains("work nearby") && english.contains("2 times"));
    worker.get_in("en", &format!("/villages/{VILLAGE}/posting")).await.is(Status::Ok);
}

#[rocket::async_test]
async fn everybody_may_walk_the_tree_of_areas_in_the_list_of_a_day() {
    let app = App::start().await;
    let stranger = app.passer_by();
    let province = stranger.api_get("/api/v1/areas").await.is(Status::Ok).json();
    assert_eq!((&province["items"][0]["name"], &province["items"][0]["parent_code"]), (&json!("江西省"), &Value::Null));
    let prefectures = stranger.api_get("/api/v1/areas?parent=360000").await.json();
    assert_eq!(prefectures["items"].as_array().unwrap().len(), 11);
    let then = stranger.api_get("/api/v1/areas/361121?on=2016-12-31").await.is(Status::Ok).json();
    assert_eq!((&then["name"], &then["stands"]), (&json!("上饶县"), &json!(true)));
    let now = stranger.api_get("/api/v1/areas/361121?on=2026-01-01").await.is(Status::Ok).json();
    assert_eq!((&now["name"], &now["stands"]), (&json!("广信区"), &json!(false)));
    let village = stranger.api_get(&format!("/api/v1/areas/{VILLAGE}")).await.json();
    let names: Vec<&str> = village["path"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["江西省", "宜春市", "上高县", "敖山镇", "镜山村委会"]);
    stranger.api_get("/api/v1/areas/999999").await.is(Status::NotFound);
    stranger.api_get("/api/v1/areas?parent=361104&on=2016-01-01").await.is(Status::NotFound);
    stranger.api_get("/api/v1/areas?on=yesterday").await.blames("on", "invalid.date");
    stranger.api_get("/api/v1/areas?depth=3").await.is(Status::UnprocessableEntity);
}

/// People who wish to be trained: one trained, one in a class, one trained last year, one not registered, one without a wish.
async fn training(app: &Arc<App>) -> Vec<PersonId> {
    let mut people = Vec::new();
    for n in 0..5 {
        people.push(app.given_person(n).await);
    }
    app.change_person(people[3], |row, _| row.labour_capacity = LabourCapacity::None).await;
    app.change_person(people[4], |row, _| row.training_wish = String::new()).await;
    let institution = app.organisation(entities::values::OrganisationKind::Institution, COUNTY).await;
    let given = |status| GivenClass { status, ..GivenClass::of(institution) };
    let closed = app.given_class(given(entities::values::ClassStatus::Closed)).await;
    app.given_graduation(closed, &people[..1], &[Graduate::QUALIFIED]).await;
    app.given_graduation(closed, &people[2..3], &[Graduate::NOT_PASSED]).await;
    let open = app.given_class(given(entities::values::ClassStatus::Approved)).await;
    app.given_enrolments(open, &people[1..2], EnrolmentStatus::Seated).await;
    app.given_enrolments(open, &people[2..3], EnrolmentStatus::Waitlisted).await;
    people
}

async fn recount(app: &App) {
    sidan::villages::recount(&app.db, &app.desk, &app.clock, &app.atlas).await.unwrap();
}

#[rocket::async_test]
async fn training_is_told_at_once_in_the_village_and_as_counted_above_it() {
    let app = App::start().await;
    training(&app).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let told = async |area: &str| clerk.api_get(&format!("/api/v1/villages/{area}")).await.json()["training"].clone();
    let figures =
        |training: &Value| ["trained", "in_training", "willing", "unserved"].map(|key| training[key].as_i64().unwrap());
    assert_eq!(figures(&told(VILLAGE).await), [1, 1, 3, 1]);
    assert_eq!(figures(&told(COUNTY).await), [0, 0, 3, 3]);
    assert_eq!(told(COUNTY).await["counted_at"], Value::Null);
    for _ in 0..2 {
        recount(&app).await;
        for area in [TOWNSHIP, COUNTY] {
            assert_eq!(figures(&told(area).await), [1, 1, 3, 1], "{area}");
            assert!(told(area).await["counted_at"].is_string());
        }
    }
    let supervisor = app.sign_in(Role::Supervisor).await;
    for area in ["360900", "360000"] {
        let sheet = supervisor.api_get(&format!("/api/v1/villages/{area}")).await.json();
        assert_eq!(figures(&sheet["training"]), [1, 1, 3, 1], "{area}");
        let below = sheet["below"].as_array().unwrap();
        let sum = |key: &str| below.iter().map(|area| area[key].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("trained"), sum("unserved")), (1, 1), "{area}");
    }
    let page = clerk.get(&format!("/villages/{COUNTY}")).await.is(Status::Ok).text;
    assert!(page.contains("统计于") && page.contains("想培训还没有安排") && page.contains("有培训愿望的3人"));
    assert_eq!(told(VILLAGE).await["counted_at"], Value::Null);
}

#[rocket::async_test]
async fn who_left_the_class_is_counted_no_more_and_who_lived_in_two_places_once() {
    let app = App::start().await;
    let people = training(&app).await;
    // The same person, trained again where he lived before.
    let institution = app.organisation(entities::values::OrganisationKind::Institution, COUNTY).await;
    let closed = GivenClass { status: entities::values::ClassStatus::Closed, ..GivenClass::of(institution) };
    let class = app.given_class(closed).await;
    app.given_graduation(class, &people[..1], &[Graduate::QUALIFIED]).await;
    entities::completion::Entity::update_many()
        .col_expr(entities::completion::Column::AreaCode, Expr::value("360922203202"))
        .filter(entities::completion::Column::ClassId.eq(class))
        .exec(app.db.writer())
        .await
        .unwrap();
    recount(&app).await;
    let supervisor = app.sign_in(Role::Supervisor).await;
    let trained = async |area: &str| {
        supervisor.api_get(&format!("/api/v1/villages/{area}")).await.json()["training"]["trained"].clone()
    };
    assert_eq!((trained(COUNTY).await, trained("360922").await), (json!(1), json!(1)));
    assert_eq!((trained("360900").await, trained("360000").await), (json!(1), json!(1)));

    entities::enrolment::Entity::update_many()
        .col_expr(entities::enrolment::Column::Status, Expr::value(EnrolmentStatus::Withdrawn))
        .filter(entities::enrolment::Column::PersonId.eq(people[1]))
        .exec(app.db.writer())
        .await
        .unwrap();
    recount(&app).await;
    let sheet = supervisor.api_get(&format!("/api/v1/villages/{COUNTY}")).await.json();
    assert_eq!((&sheet["training"]["in_training"], &sheet["training"]["unserved"]), (&json!(0), &json!(2)));
}
