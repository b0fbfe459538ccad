//! What is paid for what: proposed by one, put in force by another, never two at once, and fixed for a class at approval.

use std::sync::Arc;

use entities::values::{Programme, Role};
use rocket::http::Status;
use serde_json::{Value, json};

use crate::funds::{is_refused, literal};
use crate::support::app::{App, COUNTY, Visitor};
use crate::support::doors::{Door, Who};

const PROPOSE: Who = Who::Roles(&[Role::Supervisor]);
const ENACT: Who = Who::Roles(&[Role::Supervisor, Role::FinanceOfficer]);

pub const DOORS: &[Door] = &[
    ("GET", "/standards", Who::SignedIn),
    ("GET", "/standards/new", PROPOSE),
    ("POST", "/standards", PROPOSE),
    ("GET", "/standards/<id>", Who::SignedIn),
    ("POST", "/standards/<id>/enact", ENACT),
    ("POST", "/standards/<id>/withdraw", PROPOSE),
    ("POST", "/standards/<id>/end", PROPOSE),
    ("GET", "/uplifts/new", PROPOSE),
    ("POST", "/uplifts", PROPOSE),
    ("GET", "/uplifts/<id>", Who::SignedIn),
    ("POST", "/uplifts/<id>/enact", ENACT),
    ("POST", "/uplifts/<id>/withdraw", PROPOSE),
    ("POST", "/uplifts/<id>/end", PROPOSE),
    ("GET", "/api/v1/subsidy-standards", Who::SignedIn),
    ("POST", "/api/v1/subsidy-standards", PROPOSE),
    ("GET", "/api/v1/subsidy-standards/<id>", Who::SignedIn),
    ("POST", "/api/v1/subsidy-standards/<id>/enact", ENACT),
    ("POST", "/api/v1/subsidy-standards/<id>/withdraw", PROPOSE),
    ("POST", "/api/v1/subsidy-standards/<id>/end", PROPOSE),
    ("GET", "/api/v1/subsidy-uplifts", Who::SignedIn),
    ("POST", "/api/v1/subsidy-uplifts", PROPOSE),
    ("GET", "/api/v1/subsidy-uplifts/<id>", Who::SignedIn),
    ("POST", "/api/v1/subsidy-uplifts/<id>/enact", ENACT),
    ("POST", "/api/v1/subsidy-uplifts/<id>/withdraw", PROPOSE),
    ("POST", "/api/v1/subsidy-uplifts/<id>/end", PROPOSE),
];

const STANDARDS: &str = "/api/v1/subsidy-standards";
const UPLIFTS: &str = "/api/v1/subsidy-uplifts";

/// 1,000 yuan for e-commerce of the fifth level in 上高县, from the first day of 2016.
fn standard() -> Value {
    json!({
        "programme": "ecommerce", "level": 5, "area_code": COUNTY, "kind": "training", "payee": "institution",
        "amount_fen": 100_000, "valid_from": "2016-01-01", "document_no": "上财社〔2016〕3号"
    })
}

/// A fifth more for an e-commerce specialist with a certificate.
fn listed(percent: i32) -> Value {
    json!({
        "area_code": COUNTY, "kind": "listed_trade", "occupation": "4-01-06-01", "percent": percent, "certificate": true,
        "valid_from": "2016-01-01", "document_no": "上人社字〔2016〕5号"
    })
}

struct Bureau {
    app: Arc<App>,
    proposer: Visitor,
    finance: Visitor,
}

impl Bureau {
    async fn open() -> Self {
        let app = App::start().await;
        let (proposer, finance) = (app.sign_in(Role::Supervisor).await, app.sign_in(Role::FinanceOfficer).await);
        Self { app, proposer, finance }
    }

    async fn propose(&self, path: &str, body: Value) -> String {
        let made = self.proposer.api_post(path, body).await.is(Status::Created).json();
        assert_eq!(made["status"], "proposed");
        format!("{path}/{}", made["id"].as_str().unwrap())
    }

    async fn set(&self, path: &str, body: Value) -> String {
        let one = self.propose(path, body).await;
        let enacted = self.finance.api_post(&format!("{one}/enact"), json!({})).await.is(Status::Ok).json();
        assert_eq!(enacted["status"], "in_force");
        one
    }
}

fn with(mut body: Value, changes: &[(&str, Value)]) -> Value {
    for (name, value) in changes {
        body[*name] = value.clone();
    }
    body
}

#[rocket::async_test]
async fn one_proposes_a_standard_and_another_puts_it_in_force() {
    let bureau = Bureau::open().await;
    let one = bureau.propose(STANDARDS, standard()).await;
    let village = bureau.app.sign_in(Role::VillageWorker).await;
    village.api_get(&one).await.is(Status::NotFound);
    bureau.proposer.api_post(&format!("{one}/enact"), json!({})).await.refuses("standard.own");
    let same = bureau.app.sign_in_as(Role::FinanceOfficer, &bureau.proposer).await;
    same.api_post(&format!("{one}/enact"), json!({})).await.refuses("standard.own");
    bureau.finance.api_post(&format!("{one}/enact"), json!({})).await.is(Status::Ok);
    bureau.finance.api_post(&format!("{one}/enact"), json!({})).await.refuses("move.illegal");
    bureau.proposer.api_post(&format!("{one}/withdraw"), json!({})).await.refuses("move.illegal");
    assert_eq!(village.api_get(&one).await.is(Status::Ok).json()["amount_fen"], 100_000);
    let page = village.get("/standards").await.is(Status::Ok);
    assert!(page.text.contains("1,000.00") && page.text.contains("上财社〔2016〕3号"), "{}", page.text);
}

#[rocket::async_test]
async fn the_tables_let_nobody_set_a_standard_alone_or_change_one_that_stands() {
    let bureau = Bureau::open().await;
    let one = bureau.propose(STANDARDS, standard()).await;
    let id = literal(&bureau.app, one.rsplit('/').next().unwrap().parse().unwrap());
    let alone = ["status = 'in_force'".to_owned(), "status = 'in_force', enacted_by = proposed_by".to_owned()];
    for set in alone {
        assert!(is_refused(&bureau.app, &format!("UPDATE subsidy_standard SET {set} WHERE id = {id}")).await, "{set}");
    }
    bureau.finance.api_post(&format!("{one}/enact"), json!({})).await.is(Status::Ok);
    for set in [
        "fen = 1",
        "document_no = 'x'",
        "valid_from = '2015-01-01'",
        "level = NULL",
        "outcome_percent = 100, completion_percent = 0",
    ] {
        assert!(is_refused(&bureau.app, &format!("UPDATE subsidy_standard SET {set} WHERE id = {id}")).await, "{set}");
    }
    assert!(
        !is_refused(&bureau.app, &format!("UPDATE subsidy_standard SET valid_to = '2016-12-31' WHERE id = {id}")).await
    );
}

#[rocket::async_test]
async fn two_of_one_kind_never_hold_at_once() {
    let bureau = Bureau::open().await;
    let one = bureau.set(STANDARDS, standard()).await;
    let again = |changes: &[(&str, Value)]| with(standard(), changes);
    bureau.proposer.api_post(STANDARDS, again(&[])).await.refuses("standard.overlap");
    let before = again(&[("valid_from", json!("2015-01-01")), ("valid_to", json!("2016-01-02"))]);
    bureau.proposer.api_post(STANDARDS, before).await.refuses("standard.overlap");
    // Another level, payee, purpose or area is another thing; and what ends when it begins does not meet it.
    for changes in [
        [("level", json!(4))],
        [("payee", json!("trainee"))],
        [("kind", json!("appraisal"))],
        [("area_code", json!("360900"))],
        [("occupation", json!("4-01-06-01"))],
    ] {
        bureau.propose(STANDARDS, again(&changes)).await;
    }
    bureau.set(STANDARDS, again(&[("valid_from", json!("2015-01-01")), ("valid_to", json!("2016-01-01"))])).await;
    // Of two proposals that meet, the second stays one.
    let later = |from: &str| again(&[("valid_from", json!(from))]);
    bureau.proposer.api_post(&format!("{one}/end"), json!({ "valid_to": "2016-12-31" })).await.is(Status::Ok);
    let (second, third) =
        (bureau.propose(STANDARDS, later("2016-12-31")).await, bureau.propose(STANDARDS, later("2017-06-01")).await);
    bureau.finance.api_post(&format!("{second}/enact"), json!({})).await.is(Status::Ok);
    bureau.finance.api_post(&format!("{third}/enact"), json!({})).await.refuses("standard.overlap");
    let third = literal(&bureau.app, third.rsplit('/').next().unwrap().parse().unwrap());
    let by_hand = format!(
        "UPDATE subsidy_standard SET status = 'in_force', enacted_by = {} WHERE id = {third}",
        literal(&bureau.app, uuid::Uuid::now_v7())
    );
    assert!(is_refused(&bureau.app, &by_hand).await);
    let freed = format!("UPDATE subsidy_standard SET valid_to = valid_from WHERE id = {third}");
    assert!(!is_refused(&bureau.app, &freed).await);
    assert!(!is_refused(&bureau.app, &by_hand).await);
}

#[rocket::async_test]
async fn the_tables_refuse_two_standards_and_two_uplifts_that_meet() {
    let app = App::start().await;
    let standard = |level: &str, from: &str, to: &str| {
        format!(
            "INSERT INTO subsidy_standard (id, programme, level, area_code, fen, valid_from, valid_to, document_no) VALUES \
             ({}, 'skill', {level}, '360000', 1, '{from}', {to}, 'x')",
            literal(&app, uuid::Uuid::now_v7())
        )
    };
    assert!(!is_refused(&app, &standard("5", "2016-01-01", "'2016-07-01'")).await);
    for (from, to) in [("2016-06-30", "NULL"), ("2015-01-01", "NULL"), ("2016-02-01", "'2016-03-01'")] {
        assert!(is_refused(&app, &standard("5", from, to)).await, "{from} {to}");
    }
    assert!(!is_refused(&app, &standard("5", "2016-07-01", "NULL")).await);
    assert!(!is_refused(&app, &standard("NULL", "2016-06-30", "NULL")).await);
    assert!(is_refused(&app, &standard("NULL", "2016-06-30", "NULL")).await);
    assert!(
        is_refused(&app, "UPDATE subsidy_standard SET valid_to = '2017-01-01' WHERE valid_to = '2016-07-01'").await
    );
    let uplift = |kind: &str, occupation: &str, percent: i32| {
        format!(
            "INSERT INTO standard_uplift (id, area_code, kind, occupation, percent, certificate, stackable, valid_from, \
             document_no, status, version) VALUES ({}, '360000', '{kind}', {occupation}, {percent}, TRUE, FALSE, \
             '2016-01-01', 'x', 'in_force', 1)",
            literal(&app, uuid::Uuid::now_v7())
        )
    };
    assert!(!is_refused(&app, &uplift("poor", "NULL", 10)).await);
    assert!(is_refused(&app, &uplift("poor", "NULL", 20)).await);
    assert!(!is_refused(&app, &uplift("listed_trade", "'4-01-06-01'", 20)).await);
    assert!(is_refused(&app, &uplift("listed_trade", "'4-01-06-01'", 10)).await);
    assert!(!is_refused(&app, &uplift("listed_trade", "'6-05-01-03'", 20)).await);
    for wrong in
        [uplift("listed_trade", "NULL", 20), uplift("disabled", "'4-01-06-01'", 20), uplift("disabled", "NULL", 0)]
    {
        assert!(is_refused(&app, &wrong).await, "{wrong}");
    }
}

#[rocket::async_test]
async fn a_proposal_says_what_is_wrong_with_it() {
    let bureau = Bureau::open().await;
    for (changes, field, code) in [
        (vec![("amount_fen", json!(0))], "amount_fen", "invalid.range"),
        (vec![("level", json!(6))], "level", "invalid.range"),
        (vec![("occupation", json!("9-99"))], "occupation", "invalid.choice"),
        (vec![("area_code", json!("370000"))], "area_code", "invalid.area"),
        (vec![("per_hour", json!(true))], "cap_fen", "invalid.cap"),
        (vec![("cap_fen", json!(5))], "cap_fen", "invalid.cap"),
        (vec![("outcome_percent", json!(50))], "completion_percent", "invalid.not_whole"),
        (vec![("start_percent", json!(51)), ("completion_percent", json!(49))], "start_percent", "invalid.advance"),
        (vec![("kind", json!("living"))], "payee", "invalid.living_payee"),
        (vec![("valid_to", json!("2016-01-01"))], "valid_to", "invalid.end_before_start"),
        (vec![("document_no", json!("x"))], "document_no", "invalid.length"),
    ] {
        bureau.proposer.api_post(STANDARDS, with(standard(), &changes)).await.blames(field, code);
    }
    let halves = [("start_percent", json!(50)), ("completion_percent", json!(0)), ("outcome_percent", json!(50))];
    bureau.propose(STANDARDS, with(standard(), &halves)).await;
    let no_trade = with(listed(20), &[("occupation", Value::Null)]);
    bureau.proposer.api_post(UPLIFTS, no_trade).await.blames("occupation", "invalid.listed_trade");
    bureau
        .proposer
        .api_post(UPLIFTS, with(listed(20), &[("kind", json!("poor"))]))
        .await
        .blames("occupation", "invalid.listed_trade");
    bureau.proposer.api_post(UPLIFTS, listed(101)).await.blames("percent", "invalid.range");
}

#[rocket::async_test]
async fn an_end_lies_ahead_and_is_not_moved_away() {
    let bureau = Bureau::open().await;
    let one = bureau.set(STANDARDS, standard()).await;
    let end = async |day: &str| bureau.proposer.api_post(&format!("{one}/end"), json!({ "valid_to": day })).await;
    let today = bureau.app.clock.today().to_string();
    end(&today).await.blames("valid_to", "invalid.ends_too");
    assert_eq!(end("2017-07-01").await.is(Status::Ok).json()["valid_to"], "2017-07-01");
    end("2017-07-02").await.blames("valid_to", "invalid.ends_too");
    end("2017-01-01").await.is(Status::Ok);
}

#[rocket::async_test]
async fn officials_of_another_county_neither_see_nor_set_what_is_proposed_here() {
    let bureau = Bureau::open().await;
    let one = bureau.propose(STANDARDS, standard()).await;
    let neighbour = bureau.app.sign_in_at(Role::FinanceOfficer, "360924").await;
    neighbour.api_get(&one).await.is(Status::NotFound);
    neighbour.api_post(&format!("{one}/enact"), json!({})).await.is(Status::NotFound);
    assert_eq!(neighbour.api_get(STANDARDS).await.json()["items"], json!([]));
    assert!(!neighbour.get("/standards").await.text.contains("上财社〔2016〕3号"));
    let clerk = bureau.app.sign_in(Role::CountyClerk).await;
    assert!(clerk.get("/standards").await.text.contains("上财社〔2016〕3号"));
    bureau.finance.api_post(&format!("{one}/enact"), json!({})).await.is(Status::Ok);
    neighbour.api_get(&one).await.is(Status::Ok);
    // County finance does not set what holds in the whole province.
    let wide = bureau.propose(STANDARDS, with(standard(), &[("area_code", json!("360000"))])).await;
    bureau.finance.api_post(&format!("{wide}/enact"), json!({})).await.is(Status::NotFound);
    let second = bureau.app.sign_in(Role::Supervisor).await;
    second.api_post(&format!("{wide}/enact"), json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn pages_take_yuan_and_lead_through_both_steps() {
    let bureau = Bureau::open().await;
    let form = |amount: &'static str| {
        [
            ("programme", "ecommerce"),
            ("occupation", ""),
            ("level", "5"),
            ("area_code", COUNTY),
            ("kind", "training"),
            ("payee", "institution"),
            ("amount", amount),
            ("cap", "2000"),
            ("per_hour", "true"),
            ("start_percent", "30"),
            ("completion_percent", "60"),
            ("outcome_percent", "10"),
            ("valid_from", "2016-01-01"),
            ("valid_to", ""),
            ("document_no", "上财社〔2016〕3号"),
        ]
    };
    bureau.proposer.get("/standards/new").await.is(Status::Ok);
    let page = bureau.proposer.post_form("/standards", &form("two")).await.is(Status::UnprocessableEntity);
    assert!(page.text.contains("id=\"amount-e\""), "{}", page.text);
    let path = bureau.proposer.post_form("/standards", &form("25")).await.is(Status::SeeOther).location.unwrap();
    let own = bureau.proposer.get(&path).await.is(Status::Ok);
    assert!(!own.text.contains("/enact") && own.text.contains("/withdraw"), "{}", own.text);
    bureau.finance.post_form(&format!("{path}/enact"), &[]).await.goes_to(&path);
    for language in ["zh-CN", "en"] {
        let page = bureau.finance.get_in(language, &path).await.is(Status::Ok);
        assert!(
            page.text.contains("25.00") && page.text.contains("2,000.00") && page.text.contains("30%"),
            "{}",
            page.text
        );
    }
    bureau.proposer.post_form(&format!("{path}/end"), &[("valid_to", "2017-01-01")]).await.goes_to(&path);
    let uplift = [
        ("kind", "poor"),
        ("occupation", ""),
        ("area_code", COUNTY),
        ("percent", "10"),
        ("certificate", "true"),
        ("valid_from", "2016-01-01"),
        ("valid_to", ""),
        ("document_no", "上人社字〔2016〕5号"),
    ];
    let path = bureau.proposer.post_form("/uplifts", &uplift).await.is(Status::SeeOther).location.unwrap();
    bureau.proposer.post_form(&format!("{path}/withdraw"), &[]).await.goes_to(&path);
    bureau.finance.post_form(&format!("{path}/enact"), &[]).await;
    assert_eq!(bureau.proposer.api_get(&format!("/api/v1/subsidy-{}", &path[1..])).await.json()["status"], "withdrawn");
}

#[rocket::async_test]
async fn the_nearest_and_most_exact_standard_decides_and_uplifts_make_the_ceiling() {
    let bureau = Bureau::open().await;
    bureau.app.given_standard(Programme::Ecommerce).await;
    bureau.set(STANDARDS, standard()).await;
    bureau.set(STANDARDS, with(standard(), &[("level", json!(4)), ("amount_fen", json!(1))])).await;
    bureau.set(UPLIFTS, listed(15)).await;
    let poor =
        with(listed(50), &[("kind", json!("poor")), ("occupation", Value::Null), ("area_code", json!("360924"))]);
    bureau.propose(UPLIFTS, poor).await;
    let class = crate::classes::approved(&bureau.app).await;
    // 1,000 yuan of the county for the level, and 15 percent more for a listed trade.
    assert_eq!((&class["unit_fen"], &class["ceiling_fen"]), (&json!(100_000), &json!(115_000)));
}

#[rocket::async_test]
async fn a_class_that_is_cancelled_releases_the_ceiling_of_every_seat() {
    let bureau = Bureau::open().await;
    bureau.set(STANDARDS, standard()).await;
    bureau.set(UPLIFTS, listed(15)).await;
    let class = crate::classes::approved(&bureau.app).await;
    let pot = |name: &'static str| {
        let finance = &bureau.finance;
        async move { finance.api_get("/api/v1/pots").await.json()["items"][0][name].as_i64().unwrap() }
    };
    assert_eq!((pot("reserved_fen").await, pot("available_fen").await), (41 * 115_000, 120_000_000 - 41 * 115_000));
    let clerk = bureau.app.sign_in(Role::CountyClerk).await;
    let cancel = format!("/api/v1/classes/{}/cancel", class["id"].as_str().unwrap());
    clerk.api_post(&cancel, json!({ "reason": "老师生病" })).await.is(Status::Ok);
    assert_eq!((pot("reserved_fen").await, pot("available_fen").await), (0, 120_000_000));
}

#[rocket::async_test]
async fn a_class_by_the_hour_costs_its_hours_up_to_the_cap() {
    let bureau = Bureau::open().await;
    let by_hour = [("per_hour", json!(true)), ("amount_fen", json!(2_500)), ("cap_fen", json!(70_000))];
    bureau.set(STANDARDS, with(standard(), &by_hour)).await;
    bureau.set(UPLIFTS, listed(20)).await;
    let class = crate::classes::approved(&bureau.app).await;
    // 24 hours of 25 yuan are 600; a fifth more would be 720, and the cap is 700.
    assert_eq!((&class["unit_fen"], &class["ceiling_fen"]), (&json!(60_000), &json!(70_000)));
}
