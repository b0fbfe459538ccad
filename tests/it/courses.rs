//! An institution offers what it can teach.

use entities::{
    message,
    values::{CourseStatus, OrganisationKind, Programme, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::app::{App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::OCCUPATION;

const READERS: Who =
    Who::Roles(&[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const INSTITUTIONS: Who = Who::Roles(&[Role::Institution]);
const CLERKS: Who = Who::Roles(&[Role::CountyClerk]);
const BOTH: Who = Who::Roles(&[Role::Institution, Role::CountyClerk]);

pub const DOORS: &[Door] = &[
    ("GET", "/courses", READERS),
    ("GET", "/courses/new", INSTITUTIONS),
    ("POST", "/courses", INSTITUTIONS),
    ("GET", "/courses/<id>", READERS),
    ("GET", "/courses/<id>/edit", INSTITUTIONS),
    ("POST", "/courses/<id>/edit", INSTITUTIONS),
    ("POST", "/courses/<id>/submit", INSTITUTIONS),
    ("POST", "/courses/<id>/list", CLERKS),
    ("POST", "/courses/<id>/withdraw", BOTH),
    ("GET", "/courses/<id>/return", CLERKS),
    ("POST", "/courses/<id>/return", CLERKS),
    ("GET", "/api/v1/courses", READERS),
    ("POST", "/api/v1/courses", INSTITUTIONS),
    ("GET", "/api/v1/courses/<id>", READERS),
    ("POST", "/api/v1/courses/<id>/submit", INSTITUTIONS),
    ("POST", "/api/v1/courses/<id>/list", CLERKS),
    ("POST", "/api/v1/courses/<id>/return", CLERKS),
    ("POST", "/api/v1/courses/<id>/withdraw", BOTH),
];

fn course() -> Value {
    json!({
        "programme": "ecommerce",
        "occupation": OCCUPATION,
        "level": 5,
        "title": "电子商务实操",
        "theory_minutes": 600,
        "practice_minutes": 840,
        "price_fen": 80_000,
        "syllabus": "开店\n拍照",
        "min_class": 20,
        "max_class": 50,
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn reason() -> Value {
    json!({ "reason": "学时太少，请改好" })
}

/// An institution that may teach e-commerce.
async fn accredited(app: &std::sync::Arc<App>) -> Visitor {
    let institution = app.sign_in(Role::Institution).await;
    app.given_accreditation(institution.organisation.unwrap(), Programme::Ecommerce).await;
    institution
}

async fn listed(visitor: &Visitor, path: &str) -> Vec<String> {
    let list = visitor.api_get(path).await.is(Status::Ok).json();
    list["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[rocket::async_test]
async fn a_course_is_offered_returned_mended_listed_and_told_of() {
    let app = App::start().await;
    let institution = accredited(&app).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let made = institution.api_post("/api/v1/courses", course()).await.is(Status::Created);
    let path = made.location.clone().unwrap();
    assert_eq!(made.json()["number"], "C-2016-0001");
    assert_eq!(made.json()["waiting_on"], "county_clerk");
    assert_eq!(clerk.api_get(&path).await.json()["actions"], json!(["list", "return"]));
    let returned = clerk.api_post(&format!("{path}/return"), reason()).await.is(Status::Ok).json();
    assert_eq!((&returned["status"], &returned["reason"]), (&json!("returned"), &reason()["reason"]));
    institution.api_post(&format!("{path}/submit"), json!({})).await.is(Status::Ok);
    let done = clerk.api_post(&format!("{path}/list"), json!({})).await.is(Status::Ok).json();
    assert_eq!((&done["status"], &done["reason"]), (&json!("listed"), &Value::Null));
    let told = message::Entity::find().filter(message::Column::AccountId.eq(institution.account));
    let mut told: Vec<String> =
        told.all(app.db.reader()).await.unwrap().into_iter().map(|message| message.kind).collect();
    told.sort();
    assert_eq!(told, ["course_listed", "course_returned"]);
}

#[rocket::async_test]
async fn both_the_institution_and_the_clerk_may_withdraw_a_listed_course() {
    let app = App::start().await;
    let institution = accredited(&app).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    for visitor in [&institution, &clerk] {
        let organisation = institution.organisation.unwrap();
        let id = app.given_course(organisation, Programme::Ecommerce, CourseStatus::Listed).await;
        let path = format!("/api/v1/courses/{id}/withdraw");
        let withdrawn = visitor.api_post(&path, json!({})).await.is(Status::Ok).json();
        assert_eq!((&withdrawn["status"], &withdrawn["actions"]), (&json!("withdrawn"), &json!([])));
        visitor.api_post(&path, json!({})).await.refuses("move.illegal");
    }
}

#[rocket::async_test]
async fn nothing_is_offered_beyond_the_accreditation() {
    let app = App::start().await;
    let institution = app.sign_in(Role::Institution).await;
    institution.api_post("/api/v1/courses", course()).await.refuses("accreditation.missing");
    let clerk = app.sign_in(Role::CountyClerk).await;
    let accreditation = json!({
        "programme": "ecommerce", "occupation": OCCUPATION, "level_ceiling": 4,
        "valid_from": "2016-01-01", "valid_to": "2016-11-30", "document_no": "赣人社字〔2016〕1号",
    });
    let path = format!("/api/v1/organisations/{}/accreditations", institution.organisation.unwrap());
    clerk.api_post(&path, accreditation).await.is(Status::Created);
    let send = async |body| institution.api_post("/api/v1/courses", body).await;
    send(course()).await.is(Status::Created);
    send(with(course(), "level", json!(4))).await.is(Status::Created);
    send(with(course(), "level", json!(3))).await.refuses("accreditation.missing");
    send(with(course(), "programme", json!("skill"))).await.refuses("accreditation.missing");
    send(with(course(), "occupation", json!("6-05-01-03"))).await.refuses("accreditation.missing");
}

#[rocket::async_test]
async fn a_course_is_not_listed_after_the_accreditation_has_ended() {
    let app = App::start().await;
    let institution = accredited(&app).await;
    let path = institution.api_post("/api/v1/courses", course()).await.is(Status::Created).location.unwrap();
    // The accreditation runs to the last day of 2017.
    app.clock.set(nine_on(12, 31) + chrono::TimeDelta::days(366));
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.api_post(&format!("{path}/list"), json!({})).await.refuses("accreditation.missing");
    app.clock.set(nine_on(12, 31) + chrono::TimeDelta::days(365));
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.api_post(&format!("{path}/list"), json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn a_suspended_institution_offers_nothing_and_nothing_of_it_is_listed() {
    let app = App::start().await;
    let institution = accredited(&app).await;
    let path = institution.api_post("/api/v1/courses", course()).await.is(Status::Created).location.unwrap();
    app.given_suspended(institution.organisation.unwrap()).await;
    institution.api_post("/api/v1/courses", course()).await.refuses("organisation.suspended");
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.api_post(&format!("{path}/list"), json!({})).await.refuses("organisation.suspended");
    clerk.api_post(&format!("{path}/return"), reason()).await.is(Status::Ok);
    institution.api_post(&format!("{path}/submit"), json!({})).await.refuses("organisation.suspended");
}

#[rocket::async_test]
async fn what_is_wrong_with_a_course_is_told_by_field() {
    let app = App::start().await;
    let institution = accredited(&app).await;
    for (field, value, blamed, code) in [
        ("occupation", json!("9-99-99-99"), "occupation", "invalid.choice"),
        ("level", json!(0), "level", "invalid.range"),
        ("title", json!("电"), "title", "invalid.length"),
        ("theory_minutes", json!(-1), "theory_minutes", "invalid.range"),
        ("price_fen", json!(-1), "price_fen", "invalid.money"),
        ("syllabus", json!(""), "syllabus", "invalid.length"),
        ("min_class", json!(0), "min_class", "invalid.range"),
        ("min_class", json!(51), "max_class", "invalid.class_range"),
        ("max_class", json!(51), "max_class", "invalid.class_size"),
    ] {
        institution.api_post("/api/v1/courses", with(course(), field, value)).await.blames(blamed, code);
    }
    let nothing = with(with(course(), "theory_minutes", json!(0)), "practice_minutes", json!(0));
    institution.api_post("/api/v1/courses", nothing).await.blames("theory_minutes", "invalid.no_hours");
}

#[rocket::async_test]
async fn start_up_classes_are_smaller() {
    let app = App::start().await;
    let institution = app.sign_in(Role::Institution).await;
    app.given_accreditation(institution.organisation.unwrap(), Programme::Entrepreneurship).await;
    let startup = with(course(), "programme", json!("entrepreneurship"));
    let send = async |most: i32| {
        institution.api_post("/api/v1/courses", with(startup.clone(), "max_class", json!(most))).await
    };
    send(31).await.blames("max_class", "invalid.class_size");
    send(30).await.is(Status::Created);
}

#[rocket::async_test]
async fn moves_that_the_table_does_not_have_are_refused() {
    let app = App::start().await;
    let institution = accredited(&app).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let id = app.given_course(institution.organisation.unwrap(), Programme::Ecommerce, CourseStatus::Listed).await;
    let path = format!("/api/v1/courses/{id}");
    institution.api_post(&format!("{path}/submit"), json!({})).await.refuses("move.illegal");
    clerk.api_post(&format!("{path}/list"), json!({})).await.refuses("move.illegal");
    clerk.api_post(&format!("{path}/return"), reason()).await.refuses("move.illegal");
    let empty = json!({ "reason": "" });
    clerk.api_post(&format!("{path}/return"), empty).await.blames("reason", "invalid.length");
}

#[rocket::async_test]
async fn neighbours_and_rivals_see_nothing_and_drafts_are_private() {
    let app = App::start().await;
    let institution = accredited(&app).await;
    let own = institution.organisation.unwrap();
    let submitted = app.given_course(own, Programme::Ecommerce, CourseStatus::Submitted).await;
    let draft = app.given_course(own, Programme::Ecommerce, CourseStatus::Draft).await;
    let rival = app.sign_in(Role::Institution).await;
    let neighbour = app.sign_in_at(Role::CountyClerk, "360922").await;
    for visitor in [&rival, &neighbour] {
        visitor.api_get(&format!("/api/v1/courses/{submitted}")).await.is(Status::NotFound);
        assert!(listed(visitor, "/api/v1/courses").await.is_empty());
    }
    neighbour.api_post(&format!("/api/v1/courses/{submitted}/list"), json!({})).await.is(Status::NotFound);
    rival.api_post(&format!("/api/v1/courses/{draft}/submit"), json!({})).await.is(Status::NotFound);
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.api_get(&format!("/api/v1/courses/{draft}")).await.is(Status::NotFound);
    assert_eq!(listed(&clerk, "/api/v1/courses").await, [submitted.to_string()]);
    assert_eq!(listed(&institution, "/api/v1/courses").await, [draft.to_string(), submitted.to_string()]);
    assert_eq!(listed(&institution, "/api/v1/courses?status=draft").await, [draft.to_string()]);
    let supervisor = app.sign_in(Role::Supervisor).await;
    assert_eq!(listed(&supervisor, "/api/v1/courses?area=360900").await, [submitted.to_string()]);
}

const FORM: [(&str, &str); 10] = [
    ("title", "电子商务实操"),
    ("programme", "ecommerce"),
    ("occupation", OCCUPATION),
    ("level", "5"),
    ("theory_hours", "10"),
    ("practice_hours", "14"),
    ("price", "800.50"),
    ("min_class", "20"),
    ("max_class", "50"),
    ("syllabus", "开店\r\n拍照"),
];

fn form(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = FORM.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes).copied().collect()
}

#[rocket::async_test]
async fn the_pages_lead_from_a_draft_to_a_listed_course() {
    let app = App::start().await;
    let institution = accredited(&app).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    institution.get("/courses/new").await.is(Status::Ok);
    let draft = institution.post_form("/courses", &form(&[("draft", "true")])).await.is(Status::SeeOther);
    let home = draft.location.unwrap();
    let id = home.rsplit('/').next().unwrap().to_owned();
    let made = institution.api_get(&format!("/api/v1/courses/{id}")).await.json();
    assert_eq!((&made["theory_minutes"], &made["price_fen"]), (&json!(600), &json!(80_050)));
    let edit = institution.get(&format!("{home}/edit")).await.is(Status::Ok);
    assert!(edit.text.contains("value=\"14\"") && edit.text.contains("value=\"800.50\""));
    let changed = form(&[("title", "电子商务提高"), ("draft", "false")]);
    institution.post_form(&format!("{home}/edit"), &changed).await.goes_to(&home);
    institution.post_form(&format!("{home}/edit"), &changed).await.is(Status::UnprocessableEntity);
    assert!(clerk.get("/courses?status=submitted").await.is(Status::Ok).text.contains("电子商务提高"));
    clerk.get(&format!("{home}/return")).await.is(Status::Ok);
    let silent = clerk.post_form(&format!("{home}/return"), &[("reason", "")]).await.is(Status::UnprocessableEntity);
    assert!(silent.text.contains("href=\"#reason\""));
    clerk.post_form(&format!("{home}/return"), &[("reason", "学时太少")]).await.goes_to(&home);
    assert!(institution.get(&home).await.text.contains("学时太少"));
    institution.post_form(&format!("{home}/submit"), &[]).await.goes_to(&home);
    clerk.post_form(&format!("{home}/list"), &[]).await.goes_to(&home);
    let page = institution.get(&home).await.is(Status::Ok);
    assert!(page.text.contains(&format!("/classes/new?course={id}")));
    assert!(!clerk.get(&home).await.text.contains("/classes/new"));
    assert!(institution.get_in("en", &home).await.is(Status::Ok).text.contains("Apply for a class"));
    institution.post_form(&format!("{home}/withdraw"), &[]).await.goes_to(&home);
    clerk.post_form(&format!("{home}/withdraw"), &[]).await.goes_to(&home);
    let seen = clerk.api_get(&format!("/api/v1/courses/{id}")).await.json();
    assert_eq!(seen["status"], "withdrawn");
}

#[rocket::async_test]
async fn a_form_that_is_wrong_comes_back_as_it_was_typed() {
    let app = App::start().await;
    let institution = accredited(&app).await;
    let told = async |changes: &[(&'static str, &'static str)]| {
        institution.post_form("/courses", &form(changes)).await.is(Status::UnprocessableEntity).text
    };
    let page = told(&[("price", "八百")]).await;
    assert!(page.contains("href=\"#price\"") && page.contains("value=\"八百\"") && page.contains("错误："));
    assert!(told(&[("theory_hours", "-1")]).await.contains("href=\"#theory_hours\""));
    assert!(told(&[("programme", "")]).await.contains("href=\"#programme\""));
    // A rule that no field can mend stands above the form.
    let other = told(&[("programme", "skill")]).await;
    assert!(other.contains("没有这个类别、职业和等级的定点资质"));
}

#[rocket::async_test]
async fn an_enterprise_has_no_courses() {
    let app = App::start().await;
    let enterprise = app.organisation(OrganisationKind::Enterprise, COUNTY).await;
    let visitor = app.sign_in_for(Role::Institution, enterprise).await;
    visitor.api_post("/api/v1/courses", course()).await.refuses("accreditation.missing");
}
