//! The county's register: who may take part, and what an institution may teach.

use std::sync::Arc;

use entities::{
    organisation,
    values::{OrganisationId, OrganisationKind, OrganisationStatus, Programme, Role},
};
use rocket::http::Status;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use sidan::base::CreditCode;

use crate::support::app::{App, COUNTY, Visitor};
use crate::support::doors::{Door, Who};
use crate::support::given::OCCUPATION;

const READERS: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const CLERKS: Who = Who::Roles(&[Role::CountyClerk]);

pub const DOORS: &[Door] = &[
    ("GET", "/organisations", READERS),
    ("GET", "/organisations/new", CLERKS),
    ("POST", "/organisations", CLERKS),
    ("GET", "/organisations/<id>", READERS),
    ("POST", "/organisations/<id>/accreditations", CLERKS),
    ("GET", "/api/v1/organisations", READERS),
    ("POST", "/api/v1/organisations", CLERKS),
    ("GET", "/api/v1/organisations/<id>", READERS),
    ("POST", "/api/v1/organisations/<id>/accreditations", CLERKS),
];

/// A code of the region that tests use, told apart by `n`.
fn code(n: u32) -> String {
    CreditCode::compose(&format!("91369970MA{n:07}")).unwrap().as_str().to_owned()
}

fn school(n: u32) -> Value {
    json!({
        "kind": "institution",
        "name": "锦江职业培训学校",
        "credit_code": code(n),
        "area_code": COUNTY,
        "legal_person": "郭志明",
        "phone": "15400000001",
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn accreditation() -> Value {
    json!({
        "programme": "ecommerce",
        "occupation": OCCUPATION,
        "level_ceiling": 4,
        "valid_from": "2016-01-01",
        "valid_to": "2017-12-31",
        "document_no": "赣人社字〔2016〕1号",
    })
}

/// The numbers of what a list shows.
async fn listed(visitor: &Visitor, path: &str) -> Vec<String> {
    let list = visitor.api_get(path).await.is(Status::Ok).json();
    list["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn registered(app: &Arc<App>) -> (Visitor, String) {
    let clerk = app.sign_in(Role::CountyClerk).await;
    let made = clerk.api_post("/api/v1/organisations", school(1)).await.is(Status::Created);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.location.unwrap(), format!("/api/v1/organisations/{id}"));
    (clerk, id)
}

#[rocket::async_test]
async fn a_clerk_registers_an_institution_and_accredits_it() {
    let app = App::start().await;
    let (clerk, id) = registered(&app).await;
    let path = format!("/api/v1/organisations/{id}");
    let seen = clerk.api_get(&path).await.is(Status::Ok).json();
    assert_eq!(seen["actions"], json!(["accredit"]));
    let answer = clerk.api_post(&format!("{path}/accreditations"), accreditation()).await.is(Status::Created).json();
    assert_eq!(answer["accreditations"][0]["occupation"], OCCUPATION);
    assert_eq!(answer["accreditations"][0]["valid_to"], "2017-12-31");
}

#[rocket::async_test]
async fn a_phone_is_shown_by_its_last_four_only() {
    let app = App::start().await;
    let (clerk, id) = registered(&app).await;
    let seen = clerk.api_get(&format!("/api/v1/organisations/{id}")).await.json();
    assert_eq!(seen["phone"], "154****0001");
    let page = clerk.get(&format!("/organisations/{id}")).await.is(Status::Ok);
    assert!(page.text.contains("154****0001") && !page.text.contains("15400000001"));
}

#[rocket::async_test]
async fn a_code_that_fails_its_check_is_refused_and_so_is_one_that_stands() {
    let app = App::start().await;
    let (clerk, _) = registered(&app).await;
    let send = async |body| clerk.api_post("/api/v1/organisations", body).await;
    let mut wrong = code(2);
    let last = if wrong.ends_with('1') { '2' } else { '1' };
    wrong.replace_range(17.., &last.to_string());
    send(with(school(2), "credit_code", json!(wrong))).await.blames("credit_code", "invalid.credit_code_checksum");
    send(with(school(2), "credit_code", json!("12345"))).await.blames("credit_code", "invalid.credit_code_format");
    send(school(1)).await.blames("credit_code", "invalid.credit_code_taken");
    // Small letters and full-width ones are what keyboards give; they name the same code.
    send(with(school(1), "credit_code", json!(code(1).to_lowercase())))
        .await
        .blames("credit_code", "invalid.credit_code_taken");
}

#[rocket::async_test]
async fn the_table_itself_keeps_a_code_from_standing_twice() {
    let app = App::start().await;
    registered(&app).await;
    let twin = organisation::ActiveModel {
        id: Set(OrganisationId::new()),
        kind: Set(OrganisationKind::Enterprise),
        name: Set("另一家".into()),
        credit_code: Set(code(1)),
        area_code: Set(COUNTY.into()),
        legal_person: Set("刘敏".into()),
        phone: Set("15400000002".into()),
        status: Set(OrganisationStatus::Active),
        created_at: Set(app.clock.now()),
        version: Set(1),
    };
    assert!(organisation::Entity::insert(twin).exec_without_returning(app.db.writer()).await.is_err());
}

#[rocket::async_test]
async fn what_is_no_phone_no_area_of_the_clerk_or_no_kind_for_him_is_told_by_field() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let send = async |body| clerk.api_post("/api/v1/organisations", body).await;
    send(with(school(1), "phone", json!("123"))).await.blames("phone", "invalid.phone");
    send(with(school(1), "area_code", json!("360922"))).await.blames("area_code", "invalid.area");
    send(with(school(1), "area_code", json!("360923999"))).await.blames("area_code", "invalid.area");
    send(with(school(1), "kind", json!("bureau"))).await.blames("kind", "invalid.choice");
    send(with(school(1), "name", json!("校"))).await.blames("name", "invalid.length");
}

#[rocket::async_test]
async fn only_an_institution_is_accredited_and_only_for_days_and_trades_that_exist() {
    let app = App::start().await;
    let (clerk, id) = registered(&app).await;
    let path = format!("/api/v1/organisations/{id}/accreditations");
    let send = async |body| clerk.api_post(&path, body).await;
    send(with(accreditation(), "valid_to", json!("2015-12-31"))).await.blames("valid_to", "invalid.end_before_start");
    send(with(accreditation(), "occupation", json!("9-99-99-99"))).await.blames("occupation", "invalid.choice");
    send(with(accreditation(), "level_ceiling", json!(6))).await.blames("level_ceiling", "invalid.range");
    let enterprise = app.organisation(OrganisationKind::Enterprise, COUNTY).await;
    clerk
        .api_post(&format!("/api/v1/organisations/{enterprise}/accreditations"), accreditation())
        .await
        .refuses("accreditation.not_institution");
}

#[rocket::async_test]
async fn a_neighbour_county_neither_sees_nor_accredits() {
    let app = App::start().await;
    let (clerk, id) = registered(&app).await;
    let neighbour = app.sign_in_at(Role::CountyClerk, "360922").await;
    let path = format!("/api/v1/organisations/{id}");
    neighbour.api_get(&path).await.is(Status::NotFound);
    neighbour.api_post(&format!("{path}/accreditations"), accreditation()).await.is(Status::NotFound);
    assert!(listed(&neighbour, "/api/v1/organisations").await.is_empty());
    assert!(listed(&neighbour, "/api/v1/organisations?area=360923").await.is_empty());
    assert_eq!(listed(&clerk, "/api/v1/organisations").await, [id.as_str()]);
    let supervisor = app.sign_in(Role::Supervisor).await;
    assert_eq!(listed(&supervisor, "/api/v1/organisations?area=360900").await, [id.as_str()]);
    assert_eq!(supervisor.api_get(&path).await.is(Status::Ok).json()["actions"], json!([]));
}

#[rocket::async_test]
async fn a_list_goes_by_kind_and_page_after_page() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let mut schools = Vec::new();
    for _ in 0..3 {
        schools.push(app.organisation(OrganisationKind::Institution, COUNTY).await.to_string());
        app.organisation(OrganisationKind::Enterprise, COUNTY).await;
    }
    schools.reverse();
    assert_eq!(listed(&clerk, "/api/v1/organisations?kind=institution").await, schools);
    let first = clerk.api_get("/api/v1/organisations?kind=institution&limit=2").await.json();
    let after = first["next"].as_str().unwrap();
    let rest = listed(&clerk, &format!("/api/v1/organisations?kind=institution&limit=2&after={after}")).await;
    assert_eq!(rest, schools[2..]);
    clerk.api_get("/api/v1/organisations?kind=school").await.blames("kind", "invalid.choice");
    clerk.api_get("/api/v1/organisations?limit=0").await.blames("limit", "invalid.range");
}

#[rocket::async_test]
async fn the_pages_lead_from_the_list_to_an_accreditation() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let new = clerk.get("/organisations/new").await.is(Status::Ok);
    assert!(new.text.contains("敖山镇"), "the clerk's townships are offered");
    let code = code(7);
    let form = [
        ("kind", "institution"),
        ("name", "锦江职业培训学校"),
        ("credit_code", code.as_str()),
        ("area_code", COUNTY),
        ("legal_person", "郭志明"),
        ("phone", "154 0000 0001"),
    ];
    let home = clerk.post_form("/organisations", &form).await.is(Status::SeeOther).location.unwrap();
    let again = clerk.post_form("/organisations", &form).await.is(Status::UnprocessableEntity);
    assert!(again.text.contains("错误：") && again.text.contains("已经登记过"));
    assert!(again.text.contains("value=\"锦江职业培训学校\""), "what was typed stays");
    let list = clerk.get("/organisations?kind=institution").await.is(Status::Ok);
    assert!(list.text.contains(&home));
    let form = [
        ("programme", "skill"),
        ("occupation", ""),
        ("level_ceiling", "3"),
        ("valid_from", "2016-01-01"),
        ("valid_to", "2016-12-31"),
        ("document_no", "赣人社字〔2016〕1号"),
    ];
    let accreditations = format!("{home}/accreditations");
    clerk.post_form(&accreditations, &form).await.goes_to(&home);
    let page = clerk.get(&home).await.is(Status::Ok);
    assert!(page.text.contains("全部职业") && page.text.contains("三级（高级工）"));
    let mut wrong = form;
    wrong[3] = ("valid_from", "1月1日");
    let told = clerk.post_form(&accreditations, &wrong).await.is(Status::UnprocessableEntity);
    assert!(told.text.contains("href=\"#valid_from\""));
    let english = clerk.get_in("en", &home).await.is(Status::Ok);
    assert!(english.text.contains("Level 3"));
    let checker = app.sign_in(Role::CountyChecker).await;
    assert!(!checker.get(&home).await.is(Status::Ok).text.contains("action=\"/organisations"));
}

#[rocket::async_test]
async fn an_old_landline_is_masked_too() {
    let app = App::start().await;
    let id = app.organisation(OrganisationKind::Institution, COUNTY).await;
    app.given_accreditation(id, Programme::Skill).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let page = clerk.get(&format!("/organisations/{id}")).await.is(Status::Ok);
    assert!(page.text.contains("154****0000"));
}
