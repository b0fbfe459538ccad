//! Pots and their ledger: what is granted, by whom, and that no table lets a fen slip.

use std::sync::Arc;

use entities::values::{PotId, Role};
use rocket::http::Status;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::app::{App, COUNTY, Visitor};
use crate::support::doors::{Door, Who};

const READERS: &[Role] =
    &[Role::FinanceOfficer, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor];
const FINANCE: &[Role] = &[Role::FinanceOfficer];

pub const DOORS: &[Door] = &[
    ("GET", "/funds", Who::Roles(READERS)),
    ("POST", "/funds", Who::Roles(FINANCE)),
    ("GET", "/funds/<id>", Who::Roles(READERS)),
    ("GET", "/funds/trial", Who::Roles(READERS)),
    ("POST", "/funds/<id>/grant", Who::Roles(FINANCE)),
    ("POST", "/funds/<id>/carry-over", Who::Roles(FINANCE)),
    ("POST", "/funds/<id>/close", Who::Roles(FINANCE)),
    ("GET", "/api/v1/pots", Who::Roles(READERS)),
    ("POST", "/api/v1/pots", Who::Roles(FINANCE)),
    ("GET", "/api/v1/pots/<id>", Who::Roles(READERS)),
    ("GET", "/api/v1/pots/<id>/postings", Who::Roles(READERS)),
    ("POST", "/api/v1/pots/<id>/carry-over", Who::Roles(FINANCE)),
    ("POST", "/api/v1/pots/<id>/close", Who::Roles(FINANCE)),
    ("GET", "/api/v1/trial-balance", Who::Roles(READERS)),
];

/// 宜丰县, next to 上高县.
const NEIGHBOUR: &str = "360924";

fn grant(amount_fen: i64, document_no: &str) -> Value {
    json!({
        "source": "就业补助资金", "year": 2016, "area_code": COUNTY, "amount_fen": amount_fen,
        "document_no": document_no
    })
}

/// granted, available, reserved, payable, paid
pub async fn balances(reader: &Visitor, pot: PotId) -> [i64; 5] {
    let pot = reader.api_get(&format!("/api/v1/pots/{pot}")).await.is(Status::Ok).json();
    ["granted_fen", "available_fen", "reserved_fen", "payable_fen", "paid_fen"].map(|name| pot[name].as_i64().unwrap())
}

/// Whether the database itself refuses a statement.
pub async fn is_refused(app: &Arc<App>, sql: &str) -> bool {
    app.db.writer().execute_unprepared(sql).await.is_err()
}

/// An id as the database at hand writes it: bytes in the embedded one, text on the server.
pub fn literal(app: &Arc<App>, id: uuid::Uuid) -> String {
    match app.db.backend() {
        sea_orm::DbBackend::Sqlite => format!("X'{}'", id.simple()),
        _ => format!("'{id}'"),
    }
}

#[rocket::async_test]
async fn the_first_grant_makes_the_pot_and_the_next_adds_to_it() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let made = finance.api_post("/api/v1/pots", grant(100_000_001, "赣财社〔2016〕1号")).await.is(Status::Created);
    let pot: PotId = made.json()["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(made.location, Some(format!("/api/v1/pots/{pot}")));
    assert_eq!(balances(&finance, pot).await, [100_000_001, 100_000_001, 0, 0, 0]);
    let more = finance.api_post("/api/v1/pots", grant(99, "赣财社〔2016〕2号")).await.is(Status::Created);
    assert_eq!(more.json()["id"], pot.to_string());
    assert_eq!(balances(&finance, pot).await, [100_000_100, 100_000_100, 0, 0, 0]);
    let postings = finance.api_get(&format!("/api/v1/pots/{pot}/postings")).await.json();
    let latest = &postings["items"][0];
    assert_eq!((&latest["debit"], &latest["credit"]), (&json!("appropriation"), &json!("available")));
    assert_eq!((&latest["amount_fen"], &latest["document_no"]), (&json!(99), &json!("赣财社〔2016〕2号")));
    assert_eq!(postings["items"].as_array().unwrap().len(), 2);
}

#[rocket::async_test]
async fn a_document_grants_once_however_often_it_is_entered() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let pot = finance.api_post("/api/v1/pots", grant(500, "赣财社〔2016〕1号")).await.json();
    let pot: PotId = pot["id"].as_str().unwrap().parse().unwrap();
    finance.api_post("/api/v1/pots", grant(500, " 赣财社〔2016〕1号 ")).await.refuses("pot.document_used");
    let form = [("amount", "5.00"), ("document_no", "赣财社〔2016〕1号")];
    let page = finance.post_form(&format!("/funds/{pot}/grant"), &form).await.is(Status::UnprocessableEntity);
    assert!(page.text.contains("已经登记过"), "{}", page.text);
    assert_eq!(balances(&finance, pot).await, [500, 500, 0, 0, 0]);
    let again = format!(
        "INSERT INTO posting (id, pot_id, at, debit, credit, fen, cause, document_no) VALUES ({}, {}, '2016-11-01', \
         'appropriation', 'available', 500, 'grant', '赣财社〔2016〕1号')",
        literal(&app, uuid::Uuid::now_v7()),
        literal(&app, pot.0)
    );
    assert!(is_refused(&app, &again).await);
    assert!(!is_refused(&app, &again.replace("1号", "9号")).await);
}

#[rocket::async_test]
async fn a_grant_sent_twice_under_one_key_is_one_grant() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let body = grant(120_000_000, "赣财社〔2016〕1号");
    let first = finance.api_post_once("/api/v1/pots", "k-1", body.clone()).await.is(Status::Created);
    let second = finance.api_post_once("/api/v1/pots", "k-1", body).await.is(Status::Created);
    assert_eq!((&first.text, &first.location), (&second.text, &second.location));
    let other = finance.api_post_once("/api/v1/pots", "k-1", grant(1, "赣财社〔2016〕2号")).await;
    other.blames("Idempotency-Key", "idempotency.other_body");
    let pot = first.json()["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(balances(&finance, pot).await, [120_000_000, 120_000_000, 0, 0, 0]);
}

#[rocket::async_test]
async fn a_grant_says_what_is_wrong_with_it() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    for (name, value, code) in [
        ("amount_fen", json!(0), "invalid.range"),
        ("amount_fen", json!(-1), "invalid.range"),
        ("amount_fen", json!(1_000_000_000_001_i64), "invalid.range"),
        ("year", json!(1999), "invalid.range"),
        ("document_no", json!("1"), "invalid.length"),
        ("area_code", json!(NEIGHBOUR), "invalid.area"),
        ("area_code", json!("360900"), "invalid.area"),
        ("area_code", json!("360923999"), "invalid.area"),
    ] {
        let mut body = grant(500, "赣财社〔2016〕1号");
        body[name] = value;
        finance.api_post("/api/v1/pots", body).await.blames(name, code);
    }
    let mut body = grant(500, "赣财社〔2016〕1号");
    body["pot"] = json!(1);
    finance.api_post("/api/v1/pots", body).await.blames("pot", "invalid.unknown_field");
    assert_eq!(finance.api_get("/api/v1/pots").await.json()["items"], json!([]));
}

#[rocket::async_test]
async fn the_page_takes_yuan_and_shows_the_equation() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let form = |amount| {
        [
            ("source", "就业补助资金"),
            ("year", "2016"),
            ("area_code", COUNTY),
            ("amount", amount),
            ("document_no", "赣财社〔2016〕1号"),
        ]
    };
    for bad in ["0", "-1", "1.234", "abc"] {
        let page = finance.post_form("/funds", &form(bad)).await.is(Status::UnprocessableEntity);
        assert!(page.text.contains("id=\"amount-e\""), "{bad}: {}", page.text);
    }
    let answer = finance.post_form("/funds", &form("1,200,000.05")).await.is(Status::SeeOther);
    let pot = answer.location.unwrap();
    let page = finance.get(&pot).await.is(Status::Ok);
    assert!(page.text.contains("1,200,000.05") && page.text.contains("资金下达"), "{}", page.text);
    finance
        .post_form(&format!("{pot}/grant"), &[("amount", "0.95"), ("document_no", "赣财社〔2016〕2号")])
        .await
        .goes_to(&pot);
    for language in ["zh-CN", "en"] {
        for path in ["/funds", &pot] {
            let page = finance.get_in(language, path).await.is(Status::Ok);
            assert!(page.text.contains("1,200,001.00"), "{}", page.text);
        }
    }
    let clerk = app.sign_in(Role::CountyClerk).await;
    assert!(!clerk.get("/funds").await.is(Status::Ok).text.contains("<form method=\"post\" action=\"/funds\""));
}

#[rocket::async_test]
async fn pots_of_another_county_are_not_there() {
    let app = App::start().await;
    let pot = app.given_pot().await;
    let finance = app.sign_in_at(Role::FinanceOfficer, NEIGHBOUR).await;
    assert_eq!(finance.api_get("/api/v1/pots").await.json()["items"], json!([]));
    assert_eq!(finance.api_get(&format!("/api/v1/pots?area={COUNTY}")).await.json()["items"], json!([]));
    for path in [format!("/api/v1/pots/{pot}"), format!("/api/v1/pots/{pot}/postings")] {
        finance.api_get(&path).await.is(Status::NotFound);
    }
    finance.get(&format!("/funds/{pot}")).await.is(Status::NotFound);
    let form = [("amount", "1"), ("document_no", "赣财社〔2016〕2号")];
    finance.post_form(&format!("/funds/{pot}/grant"), &form).await.is(Status::NotFound);
    let supervisor = app.sign_in(Role::Supervisor).await;
    assert_eq!(supervisor.api_get("/api/v1/pots").await.json()["items"].as_array().unwrap().len(), 1);
    let elsewhere = supervisor.api_get(&format!("/api/v1/pots?area={NEIGHBOUR}")).await.json();
    assert_eq!(elsewhere["items"], json!([]));
    assert_eq!(balances(&supervisor, pot).await, [120_000_000, 120_000_000, 0, 0, 0]);
}

#[rocket::async_test]
async fn lists_go_on_after_a_key_and_know_their_parameters() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let mut pot = Value::Null;
    for n in 1..=5 {
        pot = finance.api_post("/api/v1/pots", grant(n, &format!("赣财社〔2016〕{n}号"))).await.json()["id"].clone();
    }
    let path = format!("/api/v1/pots/{}/postings?limit=2", pot.as_str().unwrap());
    let mut seen = Vec::new();
    let mut at = path.clone();
    loop {
        let page = finance.api_get(&at).await.is(Status::Ok).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["amount_fen"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        at = format!("{path}&after={next}");
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    finance.api_get("/api/v1/pots?limit=0").await.blames("limit", "invalid.range");
    finance.api_get("/api/v1/pots?area=x").await.blames("area", "invalid.area");
    finance.api_get("/api/v1/pots?sort=id").await.is(Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn the_tables_themselves_refuse_a_pot_that_is_negative_or_does_not_add_up() {
    let app = App::start().await;
    let pot = literal(&app, app.given_pot().await.0);
    for wrong in [
        "available_fen = available_fen - 1",
        "reserved_fen = reserved_fen + 1",
        "granted_fen = granted_fen + 1",
        "paid_fen = paid_fen + 1",
        "available_fen = -1, granted_fen = -1",
        "available_fen = available_fen + 1, reserved_fen = -1",
        "available_fen = available_fen + 1, payable_fen = -1",
        "available_fen = available_fen + 1, paid_fen = -1",
        "available_fen = available_fen + 1, recoverable_fen = -1",
        "available_fen = available_fen + 1, recovered_fen = -1",
        "available_fen = available_fen + 1, written_off_fen = -1",
        "recoverable_fen = recoverable_fen + 1",
        "returned_fen = -1",
    ] {
        assert!(is_refused(&app, &format!("UPDATE pot SET {wrong} WHERE id = {pot}")).await, "{wrong}");
    }
    let right = "available_fen = available_fen - 1, reserved_fen = reserved_fen + 1";
    assert!(!is_refused(&app, &format!("UPDATE pot SET {right} WHERE id = {pot}")).await);
}

#[rocket::async_test]
async fn a_posting_is_of_something_between_two_accounts_and_stands_for_good() {
    let app = App::start().await;
    let pot = literal(&app, app.given_pot().await.0);
    let insert = |debit: &str, credit: &str, fen: i64| {
        format!(
            "INSERT INTO posting (id, pot_id, at, debit, credit, fen, cause) VALUES ({}, {pot}, '2016-11-01', '{debit}', \
             '{credit}', {fen}, 'test')",
            literal(&app, uuid::Uuid::now_v7())
        )
    };
    assert!(is_refused(&app, &insert("available", "reserved", 0)).await);
    assert!(is_refused(&app, &insert("available", "reserved", -1)).await);
    assert!(is_refused(&app, &insert("available", "available", 1)).await);
    assert!(!is_refused(&app, &insert("available", "reserved", 1)).await);
    assert!(is_refused(&app, "UPDATE posting SET fen = 2").await);
    assert!(is_refused(&app, "DELETE FROM posting").await);
    let columns = "source, year, area_code, granted_fen, available_fen, reserved_fen, payable_fen, paid_fen, \
                   recoverable_fen, recovered_fen, written_off_fen, returned_fen, version";
    let copied = |values: &str| {
        format!(
            "INSERT INTO pot (id, {columns}) SELECT {}, {values} FROM pot WHERE id = {pot}",
            literal(&app, PotId::new().0)
        )
    };
    assert!(is_refused(&app, &copied(columns)).await);
    assert!(!is_refused(&app, &copied(&columns.replace("year,", "year + 1,"))).await);
}

/// A pot of a year that is over, of which so much is available.
async fn last_year(finance: &Visitor, amount_fen: i64) -> PotId {
    let mut body = grant(amount_fen, "赣财社〔2015〕1号");
    body["year"] = json!(2015);
    let pot = finance.api_post("/api/v1/pots", body).await.is(Status::Created).json();
    pot["id"].as_str().unwrap().parse().unwrap()
}

fn carry(amount_fen: i64, document_no: &str) -> Value {
    json!({ "into_year": 2016, "amount_fen": amount_fen, "document_no": document_no })
}

#[rocket::async_test]
async fn what_a_year_has_left_goes_into_the_next_by_one_document_both_or_neither() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let old = last_year(&finance, 1_000).await;
    let path = format!("/api/v1/pots/{old}/carry-over");
    finance.api_post(&path, carry(1_001, "赣财社〔2016〕7号")).await.refuses("pot.short");
    let mut wrong = carry(400, "赣财社〔2016〕7号");
    wrong["into_year"] = json!(2017);
    finance.api_post(&path, wrong).await.blames("into_year", "invalid.not_next_year");
    assert_eq!(finance.api_get("/api/v1/pots").await.json()["items"].as_array().unwrap().len(), 1);
    let next = finance.api_post_once(&path, "k", carry(400, "赣财社〔2016〕7号")).await.is(Status::Created);
    let again = finance.api_post_once(&path, "k", carry(400, "赣财社〔2016〕7号")).await.is(Status::Created);
    assert_eq!(next.text, again.text);
    let (year, next) = (next.json()["year"].clone(), next.json()["id"].as_str().unwrap().parse().unwrap());
    assert_eq!(year, 2016);
    assert_eq!(balances(&finance, old).await, [600, 600, 0, 0, 0]);
    assert_eq!(balances(&finance, next).await, [400, 400, 0, 0, 0]);
    finance.api_post(&path, carry(100, " 赣财社〔2016〕7号 ")).await.refuses("pot.document_used");
    // A document that granted to the next year does not also carry into it: then nothing leaves the old one.
    finance.api_post("/api/v1/pots", grant(5, "赣财社〔2016〕8号")).await.is(Status::Created);
    finance.api_post(&path, carry(100, "赣财社〔2016〕8号")).await.refuses("pot.document_used");
    assert_eq!(balances(&finance, old).await, [600, 600, 0, 0, 0]);
    assert_eq!(balances(&finance, next).await, [405, 405, 0, 0, 0]);
    let twice = format!(
        "INSERT INTO posting (id, pot_id, at, debit, credit, fen, cause, document_no) VALUES ({}, {}, '2016-11-01', \
         'available', 'appropriation', 1, 'carried_out', '赣财社〔2016〕7号')",
        literal(&app, uuid::Uuid::now_v7()),
        literal(&app, old.0)
    );
    assert!(is_refused(&app, &twice).await);
}

#[rocket::async_test]
async fn a_year_is_carried_over_and_closed_after_it_ended_and_with_a_fresh_password() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let (old, pot) = (last_year(&finance, 1_000).await, app.given_pot().await);
    let mut early = carry(1, "赣财社〔2016〕7号");
    early["into_year"] = json!(2017);
    finance.api_post(&format!("/api/v1/pots/{pot}/carry-over"), early).await.refuses("pot.year_runs");
    finance.api_post(&format!("/api/v1/pots/{pot}/close"), json!({})).await.refuses("pot.year_runs");
    app.clock.set(app.clock.now() + chrono::TimeDelta::minutes(6));
    let carry_over = format!("/api/v1/pots/{old}/carry-over");
    finance.api_post(&carry_over, carry(1, "赣财社〔2016〕7号")).await.refuses("error.step_up_required");
    finance.api_post(&format!("/api/v1/pots/{old}/close"), json!({})).await.refuses("error.step_up_required");
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let neighbour = app.sign_in_at(Role::FinanceOfficer, NEIGHBOUR).await;
    neighbour.api_post(&format!("/api/v1/pots/{old}/close"), json!({})).await.is(Status::NotFound);
    neighbour.api_post(&carry_over, carry(1, "赣财社〔2016〕7号")).await.is(Status::NotFound);
    let closed = finance.api_post(&format!("/api/v1/pots/{old}/close"), json!({})).await.is(Status::Ok);
    assert!(closed.json()["closed_at"].is_string());
    finance.api_post(&format!("/api/v1/pots/{old}/close"), json!({})).await.refuses("pot.closed");
    let mut late = grant(5, "赣财社〔2015〕9号");
    late["year"] = json!(2015);
    finance.api_post("/api/v1/pots", late).await.refuses("pot.closed");
    let posting = |debit: &str, credit: &str, cause: &str| {
        format!(
            "INSERT INTO posting (id, pot_id, at, debit, credit, fen, cause) VALUES ({}, {}, '2016-11-01', '{debit}', \
             '{credit}', 1, '{cause}')",
            literal(&app, uuid::Uuid::now_v7()),
            literal(&app, old.0)
        )
    };
    assert!(is_refused(&app, &posting("appropriation", "available", "grant")).await);
    assert!(is_refused(&app, &posting("available", "reserved", "class_approved")).await);
    assert!(is_refused(&app, &posting("recovered", "available", "given_back")).await);
    assert!(!is_refused(&app, &posting("available", "reserved", "claim_submitted")).await);
    finance.api_post(&carry_over, carry(1_000, "赣财社〔2016〕7号")).await.is(Status::Created);
}

#[rocket::async_test]
async fn the_pages_carry_over_and_close_a_year() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let old = last_year(&finance, 100_000).await;
    let page = finance.get(&format!("/funds/{old}")).await.is(Status::Ok);
    assert!(page.text.contains("结转到2016年"), "{}", page.text);
    let form = |amount| [("into_year", "2016"), ("amount", amount), ("document_no", "赣财社〔2016〕7号")];
    let refused = finance.post_form(&format!("/funds/{old}/carry-over"), &form("1000.01")).await;
    assert!(refused.is(Status::UnprocessableEntity).text.contains("不够"));
    let next = finance.post_form(&format!("/funds/{old}/carry-over"), &form("1000")).await.is(Status::SeeOther);
    let page = finance.get(&next.location.unwrap()).await.is(Status::Ok);
    assert!(page.text.contains("上年结转") && page.text.contains("1,000.00"), "{}", page.text);
    finance.post_form(&format!("/funds/{old}/close"), &[]).await.goes_to(&format!("/funds/{old}"));
    let page = finance.get(&format!("/funds/{old}")).await.is(Status::Ok);
    assert!(page.text.contains("年度已关账"), "{}", page.text);
    let year = finance.get("/funds?year=2015").await.is(Status::Ok);
    assert!(year.text.contains("年度已关账"), "{}", year.text);
}

/// account -> (debit, credit, balance)
async fn trial(reader: &Visitor, query: &str) -> std::collections::BTreeMap<String, (i64, i64, i64)> {
    let view = reader.api_get(&format!("/api/v1/trial-balance?{query}")).await.is(Status::Ok).json();
    assert_eq!(view["debit_fen"], view["credit_fen"]);
    let number = |row: &Value, name: &str| row[name].as_i64().unwrap();
    let rows = view["accounts"].as_array().unwrap().iter();
    let rows: std::collections::BTreeMap<_, _> = rows
        .map(|row| {
            let figures = (number(row, "debit_fen"), number(row, "credit_fen"), number(row, "balance_fen"));
            (row["account"].as_str().unwrap().to_owned(), figures)
        })
        .collect();
    assert_eq!(rows.values().map(|row| row.2).sum::<i64>(), 0);
    rows
}

#[rocket::async_test]
async fn the_trial_balance_is_that_of_its_day_and_todays_is_that_of_the_pots() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let yesterday = app.clock.today().to_string();
    let pot: PotId = finance.api_post("/api/v1/pots", grant(1_000, "赣财社〔2016〕1号")).await.json()["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    app.clock.set(app.clock.now() + chrono::TimeDelta::hours(24));
    let finance = app.sign_in(Role::FinanceOfficer).await;
    finance.api_post("/api/v1/pots", grant(500, "赣财社〔2016〕2号")).await.is(Status::Created);
    let elsewhere = app.sign_in_at(Role::FinanceOfficer, NEIGHBOUR).await;
    let mut body = grant(70_000, "赣财社〔2016〕3号");
    body["area_code"] = json!(NEIGHBOUR);
    elsewhere.api_post("/api/v1/pots", body).await.is(Status::Created);
    let now = trial(&finance, "").await;
    assert_eq!((now["appropriation"], now["available"]), ((1_500, 0, -1_500), (0, 1_500, 1_500)));
    assert_eq!(balances(&finance, pot).await[1], now["available"].2);
    let then = trial(&finance, &format!("on={yesterday}")).await;
    assert_eq!(then["available"], (0, 1_000, 1_000));
    // A county sees nothing of its neighbour, whatever it asks for; the province sees both.
    assert_eq!(trial(&finance, &format!("area={NEIGHBOUR}")).await["available"], (0, 0, 0));
    assert_eq!(trial(&elsewhere, "").await["available"], (0, 70_000, 70_000));
    let supervisor = app.sign_in(Role::Supervisor).await;
    assert_eq!(trial(&supervisor, "").await["available"], (0, 71_500, 71_500));
    assert_eq!(trial(&supervisor, &format!("area={COUNTY}")).await["available"], (0, 1_500, 1_500));
    assert_eq!(trial(&supervisor, "year=2015").await["available"], (0, 0, 0));
    supervisor.api_get("/api/v1/trial-balance?on=never").await.blames("on", "invalid.date");
    supervisor.api_get("/api/v1/trial-balance?day=2016-01-01").await.is(Status::UnprocessableEntity);
    for language in ["zh-CN", "en"] {
        let page = finance.get_in(language, &format!("/funds/trial?on={yesterday}&year=2016")).await.is(Status::Ok);
        assert!(page.text.contains("10.00") && !page.text.contains("15.00"), "{}", page.text);
    }
}

#[rocket::async_test]
async fn the_postings_of_an_account_are_those_that_left_it_or_arrived() {
    let app = App::start().await;
    let finance = app.sign_in(Role::FinanceOfficer).await;
    let old = last_year(&finance, 900).await;
    for n in 1..=5 {
        let body = carry(n, &format!("赣财社〔2016〕{n}号"));
        finance.api_post(&format!("/api/v1/pots/{old}/carry-over"), body).await.is(Status::Created);
    }
    let path = format!("/api/v1/pots/{old}/postings?account=appropriation&limit=2");
    let (mut seen, mut at) = (Vec::new(), path.clone());
    loop {
        let page = finance.api_get(&at).await.is(Status::Ok).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["amount_fen"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        at = format!("{path}&after={next}");
    }
    assert_eq!(seen, [5, 4, 3, 2, 1, 900]);
    let reserved = finance.api_get(&format!("/api/v1/pots/{old}/postings?account=reserved")).await.json();
    assert_eq!(reserved["items"], json!([]));
    finance.api_get(&format!("/api/v1/pots/{old}/postings?account=x")).await.blames("account", "invalid.choice");
    let page = finance.get(&format!("/funds/{old}?account=reserved")).await.is(Status::Ok);
    assert!(page.text.contains("这个科目还没有分录"), "{}", page.text);
}
