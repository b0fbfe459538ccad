//! The whole chain by the API: order, list, select, attend, complete, claim, pay; and what it looks like on the way.

use std::sync::Arc;

use entities::{
    pot,
    values::{Fen, OrganisationKind, PersonId, Programme, Role},
};
use rocket::http::Status;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::app::{App, COUNTY, VILLAGE, Visitor, nine_on};
use crate::support::given::OCCUPATION;

/// Made for trials.
const ID_OF_THE_TRAINER: &str = "36997019750101011X";

/// Everybody who takes part in the story.
struct Cast {
    app: Arc<App>,
    enterprise: Visitor,
    institution: Visitor,
    assessor: Visitor,
    clerk: Visitor,
    checker: Visitor,
    finance: Visitor,
    supervisor: Visitor,
    village_worker: Visitor,
    people: Vec<PersonId>,
}

impl Cast {
    async fn gather() -> Self {
        let app = App::start().await;
        let school = app.organisation(OrganisationKind::Institution, COUNTY).await;
        app.given_accreditation(school, Programme::Ecommerce).await;
        app.given_standard(Programme::Ecommerce).await;
        let mut people = Vec::new();
        for n in 0..4 {
            people.push(app.given_person(n).await);
        }
        Self {
            enterprise: app.sign_in(Role::Enterprise).await,
            institution: app.sign_in_for(Role::Institution, school).await,
            assessor: app.sign_in(Role::Assessor).await,
            clerk: app.sign_in(Role::CountyClerk).await,
            checker: app.sign_in(Role::CountyChecker).await,
            finance: app.sign_in(Role::FinanceOfficer).await,
            supervisor: app.sign_in(Role::Supervisor).await,
            village_worker: app.sign_in(Role::VillageWorker).await,
            people,
            app,
        }
    }

    async fn pot(&self) -> [Fen; 5] {
        let pot = pot::Entity::find().one(self.app.db.reader()).await.unwrap().unwrap();
        [pot.granted_fen, pot.available_fen, pot.reserved_fen, pot.payable_fen, pot.paid_fen]
    }
}

async fn created(by: &Visitor, path: &str, body: Value) -> String {
    by.api_post(path, body).await.is(Status::Created).json()["id"].as_str().unwrap().to_owned()
}

async fn moved(by: &Visitor, path: &str, body: Value, status: &str) -> Value {
    let answer = by.api_post(path, body).await.is(Status::Ok).json();
    assert_eq!(answer["status"], status, "{answer}");
    answer
}

fn fen(yuan: i64) -> Fen {
    Fen(yuan * 100)
}

#[rocket::async_test]
async fn three_people_are_trained_for_an_order_and_the_county_pays_for_the_two_who_qualify() {
    let cast = Cast::gather().await;

    // 资金: the county has money for the year.
    let grant = json!({ "source": "就业补助资金", "year": 2016, "area_code": COUNTY, "amount_fen": 1_000_000,
        "document_no": "赣财社〔2016〕1号" });
    cast.finance.api_post("/api/v1/pots", grant).await.is(Status::Created);
    assert_eq!(cast.pot().await, [fen(10_000), fen(10_000), fen(0), fen(0), fen(0)]);

    // 任务
    let target = json!({ "year": 2016, "area_code": COUNTY, "programme": "ecommerce", "value": 4,
        "document_no": "赣人社字〔2016〕8号" });
    cast.supervisor.api_post("/api/v1/targets", target).await.is(Status::Created);

    // 订单: the enterprise asks, the clerk accepts.
    let order = json!({ "occupation": OCCUPATION, "level": 5, "headcount": 3, "wage_low_fen": 260_000,
        "wage_high_fen": 320_000, "area_code": COUNTY, "work_place": "上高县工业园", "start_by": "2016-12-31",
        "hire_commitment_percent": 80, "skills": "会上架、会客服" });
    let order = created(&cast.enterprise, "/api/v1/orders", order).await;
    moved(&cast.clerk, &format!("/api/v1/orders/{order}/accept"), json!({}), "accepted").await;

    // 列单: the institution lists a course, the clerk lists it; the class is applied for and approved.
    let course = json!({ "programme": "ecommerce", "occupation": OCCUPATION, "level": 5, "title": "电子商务实操",
        "theory_minutes": 200, "practice_minutes": 200, "price_fen": 80_000, "syllabus": "开店、拍照、上架、快递、售后",
        "min_class": 1, "max_class": 41 });
    let course = created(&cast.institution, "/api/v1/courses", course).await;
    moved(&cast.clerk, &format!("/api/v1/courses/{course}/list"), json!({}), "listed").await;
    // 师资和场地
    let venue = json!({ "name": "敖山镇便民服务中心二楼", "address": "敖山镇文明路1号二楼", "area_code": COUNTY,
        "capacity": 41, "latitude": 28_232_000, "longitude": 114_924_000 });
    let venue = created(&cast.institution, "/api/v1/venues", venue).await;
    let trainer = json!({ "name": "刘晓燕", "id_number": ID_OF_THE_TRAINER, "programme": "ecommerce",
        "occupation": OCCUPATION, "qualification": "电子商务师三级", "qualification_no": "1",
        "valid_from": "2015-06-01", "valid_to": "2018-05-31" });
    let trainer = created(&cast.institution, "/api/v1/trainers", trainer).await;
    let class = json!({ "course_id": course, "title": "电子商务实操班", "area_code": COUNTY, "venue_id": venue,
        "trainer_id": trainer, "seats": 3, "order_id": order, "order_seats": 3, "sessions": [
            { "mode": "theory", "starts_at": "2016-11-14T00:30:00Z", "ends_at": "2016-11-14T03:50:00Z" },
            { "starts_at": "2016-11-14T06:00:00Z", "ends_at": "2016-11-14T09:20:00Z" },
        ] });
    let class = created(&cast.institution, "/api/v1/classes", class).await;
    moved(&cast.clerk, &format!("/api/v1/classes/{class}/approve"), json!({}), "approved").await;
    assert_eq!(cast.pot().await, [fen(10_000), fen(7_600), fen(2_400), fen(0), fen(0)]);

    // 选单: three take a seat with their consent recorded, the fourth waits.
    let catalogue = cast.app.passer_by().api_get("/api/v1/catalogue").await.is(Status::Ok).json();
    assert_eq!(catalogue["items"][0]["id"], class.as_str());
    let mut seats = Vec::new();
    for (person, status) in cast.people.iter().zip(["seated", "seated", "seated", "waitlisted"]) {
        let ask = json!({ "person_id": person, "consent_note": "当面问过，本人同意" });
        let path = format!("/api/v1/classes/{class}/enrolments");
        let told = cast.village_worker.api_post(&path, ask).await.is(Status::Created).json();
        assert_eq!(told["status"], status, "{told}");
        seats.push(told["id"].as_str().unwrap().to_owned());
    }

    // 考勤: the third comes in the morning only.
    cast.app.time_is(nine_on(11, 15)).await;
    let sessions = cast.institution.api_get(&format!("/api/v1/classes/{class}/sessions")).await.is(Status::Ok).json();
    let sessions = sessions["items"].as_array().or(sessions.as_array()).unwrap().clone();
    for (n, session) in sessions.iter().enumerate() {
        let third = if n == 0 { "present" } else { "absent" };
        let marks = json!({ "marks": [
            { "enrolment_id": seats[0], "presence": "present" },
            { "enrolment_id": seats[1], "presence": "present" },
            { "enrolment_id": seats[2], "presence": third },
        ] });
        let path = format!("/api/v1/class-sessions/{}/attendance", session["id"].as_str().unwrap());
        cast.institution.api_post(&path, marks).await.is(Status::Ok);
    }
    moved(&cast.institution, &format!("/api/v1/classes/{class}/end"), json!({}), "ended").await;

    // 结业
    cast.app.time_is(nine_on(11, 17)).await;
    let results: Vec<Value> =
        seats.iter().take(3).map(|id| json!({ "enrolment_id": id, "result": "passed", "score": 85 })).collect();
    let path = format!("/api/v1/classes/{class}/assessments");
    // 考核: by a body that the county names, and not by who taught.
    let body = json!({ "results": results });
    cast.institution.api_post(&path, body.clone()).await.is(Status::Forbidden);
    let named = json!({ "assessor_id": cast.assessor.organisation });
    cast.assessor.api_post(&path, body.clone()).await.is(Status::NotFound);
    cast.clerk.api_post(&format!("/api/v1/classes/{class}/assessor"), named).await.is(Status::Ok);
    cast.assessor.api_post(&path, body).await.is(Status::Ok);
    moved(&cast.clerk, &format!("/api/v1/classes/{class}/close"), json!({}), "closed").await;
    assert_eq!(cast.pot().await, [fen(10_000), fen(8_400), fen(1_600), fen(0), fen(0)]);
    let completions = cast.clerk.api_get(&format!("/api/v1/classes/{class}/completions")).await.is(Status::Ok).json();
    let completions = completions["items"].as_array().or(completions.as_array()).unwrap().clone();
    assert_eq!(completions.iter().filter(|row| row["qualified"] == true).count(), 2);
    let serial = completions.iter().find_map(|row| row["serial"].as_str()).unwrap().to_owned();
    let verified = format!("/api/v1/certificates/{serial}/verification");
    let verified = cast.app.passer_by().api_get(&verified).await.is(Status::Ok).text;
    assert!(verified.contains("陈**") && !verified.contains("陈福"), "{verified}");

    // 任务: two of four, at every level.
    for area in [VILLAGE, "360923106", COUNTY, "360900", "360000"] {
        let path = format!("/api/v1/progress?area={area}&year=2016&decimals=1");
        let progress = cast.supervisor.api_get(&path).await.is(Status::Ok).json();
        let rate = &progress["programmes"][0]["rate"];
        assert_eq!(rate["done"], 2, "{area}: {progress}");
        let percent = if area == COUNTY { json!("50.0") } else { Value::Null };
        assert_eq!(rate["percent"], percent, "{area}: {progress}");
    }

    // 买单: the institution claims, three different people let it through.
    let claim =
        created(&cast.institution, &format!("/api/v1/classes/{class}/claim"), json!({ "contract_no": "DL-2016-1" }))
            .await;
    moved(&cast.clerk, &format!("/api/v1/claims/{claim}/approve"), json!({}), "first_approved").await;
    cast.app.given_fresh().await;
    moved(&cast.checker, &format!("/api/v1/claims/{claim}/confirm"), json!({}), "second_approved").await;
    assert_eq!(cast.pot().await, [fen(10_000), fen(8_400), fen(0), fen(1_600), fen(0)]);
    cast.app.given_through_notice(claim.parse().unwrap()).await;
    let authorise = format!("/api/v1/claims/{claim}/authorise");
    let approved = moved(&cast.finance, &authorise, json!({}), "finance_approved").await;
    assert_eq!(approved["total_fen"], 160_000);
    cast.finance.api_post(&authorise, json!({})).await.refuses("move.illegal");
    assert_eq!(cast.pot().await, [fen(10_000), fen(8_400), fen(0), fen(1_600), fen(0)]);
    cast.finance.pay_claim(claim.parse().unwrap()).await;
    assert_eq!(cast.pot().await, [fen(10_000), fen(8_400), fen(0), fen(0), fen(1_600)]);

    // 录用: the enterprise hires one; the chain of its order shows every step.
    let hire = json!({ "enrolment_id": seats[0], "hired_on": "2016-11-15" });
    cast.enterprise.api_post(&format!("/api/v1/orders/{order}/hires"), hire).await.is(Status::Ok);
    let told = cast.enterprise.api_get(&format!("/api/v1/orders/{order}")).await.is(Status::Ok).json();
    assert_eq!(told["fill"], json!({ "ordered": 3, "enrolled": 3, "completed": 2, "hired": 1 }), "{told}");

    // And every page of it can be read by whom it concerns.
    for (who, path) in [
        (&cast.enterprise, format!("/orders/{order}")),
        (&cast.institution, format!("/courses/{course}")),
        (&cast.institution, format!("/classes/{class}")),
        (&cast.institution, format!("/classes/{class}/roster")),
        (&cast.institution, format!("/classes/{class}/results")),
        (&cast.assessor, format!("/classes/{class}/results")),
        (&cast.assessor, "/assessments".to_owned()),
        (&cast.clerk, format!("/claims/{claim}")),
        (&cast.supervisor, "/targets/360923?year=2016".to_owned()),
        (&cast.village_worker, format!("/villages/{VILLAGE}")),
        (&cast.finance, "/funds".to_owned()),
    ] {
        for language in ["zh-CN", "en"] {
            who.get_in(language, &path).await.is(Status::Ok);
        }
    }

    // Every invariant holds over what the journey left behind.
    let report = sidan::check::run(&cast.app.db, &cast.app.atlas, Some(&cast.app.vault)).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

#[rocket::async_test]
async fn who_may_not_take_a_step_is_refused_and_nothing_moves() {
    let cast = Cast::gather().await;
    let order = json!({ "occupation": OCCUPATION, "level": 5, "headcount": 3, "wage_low_fen": 260_000,
        "wage_high_fen": 320_000, "area_code": COUNTY, "work_place": "上高县工业园", "start_by": "2016-12-31",
        "hire_commitment_percent": 80, "skills": "会上架" });
    cast.institution.api_post("/api/v1/orders", order.clone()).await.is(Status::Forbidden);
    cast.app.passer_by().api_post("/api/v1/orders", order.clone()).await.is(Status::Unauthorized);
    let order = created(&cast.enterprise, "/api/v1/orders", order).await;
    let accept = format!("/api/v1/orders/{order}/accept");
    cast.enterprise.api_post(&accept, json!({})).await.is(Status::Forbidden);
    let neighbour = cast.app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.api_post(&accept, json!({})).await.is(Status::NotFound);
    cast.clerk.api_post(&accept, json!({})).await.is(Status::Ok);
    cast.clerk.api_post(&accept, json!({})).await.refuses("move.illegal");
}
