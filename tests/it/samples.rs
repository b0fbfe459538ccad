//! Samples after payment: drawn by chance that anybody can replay, and looked at by somebody who had no part in it.

use std::collections::BTreeSet;

use entities::{
    audit_event, sample_item, sample_unit,
    values::{Role, SampleCause},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::funds::{is_refused, literal};
use crate::support::after::{Paid, UNIT};
use crate::support::app::{Answer, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::given_rule;

const READERS: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const LOOKING: Who = Who::Roles(&[Role::CountyChecker, Role::Supervisor]);

pub const DOORS: &[Door] = &[
    ("GET", "/samples", READERS),
    ("POST", "/samples", LOOKING),
    ("GET", "/samples/<id>", READERS),
    ("GET", "/sample-items/<id>", READERS),
    ("POST", "/sample-items/<id>/assure", LOOKING),
    ("POST", "/sample-items/<id>/doubt", LOOKING),
    ("GET", "/api/v1/samples", READERS),
    ("POST", "/api/v1/samples", LOOKING),
    ("GET", "/api/v1/samples/<id>", READERS),
    ("GET", "/api/v1/samples/<id>/population", READERS),
    ("GET", "/api/v1/samples/<id>/items", READERS),
    ("GET", "/api/v1/sample-items/<id>", READERS),
    ("POST", "/api/v1/sample-items/<id>/assure", LOOKING),
    ("POST", "/api/v1/sample-items/<id>/doubt", LOOKING),
];

const DAYS: [&str; 2] = ["2016-11-01", "2016-11-20"];

async fn draw(by: &Visitor, [from, to]: [&str; 2]) -> Answer {
    by.api_post("/api/v1/samples", json!({ "area_code": COUNTY, "from_on": from, "to_on": to })).await
}

async fn drawn(by: &Visitor) -> Value {
    draw(by, DAYS).await.is(Status::Created).json()
}

fn id_of(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// What stands in hexadecimal.
fn bytes_of(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len() / 2).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap()).collect()
}

async fn items(by: &Visitor, run: &Value) -> Vec<Value> {
    let answer = by.api_get(&format!("/api/v1/samples/{}/items?limit=200", id_of(run))).await.is(Status::Ok);
    answer.json()["items"].as_array().unwrap().clone()
}

async fn look(by: &Visitor, item: &Value, verb: &str, body: Value) -> Answer {
    by.api_post(&format!("/api/v1/sample-items/{}/{verb}", id_of(item)), body).await
}

fn wrong() -> Value {
    json!({ "fault": "not_attended", "finding": "签到表上的字是同一个人写的。" })
}

#[rocket::async_test]
async fn a_tenth_of_the_value_of_each_programme_is_drawn_and_the_same_draw_comes_out_again() {
    let paid = Paid::gather().await;
    paid.paid(1, 25).await;
    let run = drawn(&paid.apart).await;
    assert_eq!((&run["kind"], &run["units"], &run["fen"]), (&json!("county"), &json!(25), &json!(25 * UNIT)));
    assert_eq!((&run["chosen"], &run["replayed"]), (&json!(3), &json!(true)), "three of 25 come to a tenth and more");
    assert_eq!((run["seed"].as_str().unwrap().len(), &run["method"]), (64, &json!("hmac-sha256-strata-1")));
    let stratum = &run["strata"][0];
    assert_eq!((&stratum["percent"], &stratum["chosen_fen"]), (&json!(10), &json!(3 * UNIT)));
    // Whoever has seed and population draws the same.
    let at = format!("/api/v1/samples/{}/population", id_of(&run));
    let population = paid.clerk.api_get(&at).await.is(Status::Ok).json();
    let lines: Vec<String> =
        population["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect();
    let text = format!("{}\n", lines.join("\n"));
    let hash = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    assert_eq!(bytes_of(&run["population_hash"]), hash.as_ref());
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &bytes_of(&run["seed"]));
    let mut order: Vec<&str> = lines.iter().map(|line| line.split(',').next().unwrap()).collect();
    order.sort_by_key(|line| ring::hmac::sign(&key, line.as_bytes()).as_ref().to_vec());
    let items = items(&paid.apart, &run).await;
    let chosen: Vec<&str> = items.iter().map(|item| item["line_id"].as_str().unwrap()).collect();
    assert_eq!(chosen, order[..3]);
    assert!(items.iter().all(|item| item["cause"] == "value" && item["person"].as_str().unwrap().contains('*')));
    let told = audit_event::Entity::find().filter(audit_event::Column::Noun.eq("sample_run"));
    assert_eq!(told.all(paid.app.db.reader()).await.unwrap().len(), 1);
    paid.all_agrees().await;
}

#[rocket::async_test]
async fn what_stood_in_a_run_stands_in_no_other_of_its_kind() {
    let paid = Paid::gather().await;
    paid.paid(1, 3).await;
    drawn(&paid.apart).await;
    draw(&paid.checker, DAYS).await.refuses("sample.nothing");
    let above = drawn(&paid.supervisor).await;
    assert_eq!((&above["kind"], &above["units"]), (&json!("superior"), &json!(3)));
    draw(&paid.supervisor, DAYS).await.refuses("sample.nothing");
    paid.paid(11, 2).await;
    assert_eq!(drawn(&paid.apart).await["units"], json!(2), "only what was paid since");
    let unit = &sample_unit::Entity::find().all(paid.app.db.reader()).await.unwrap()[0];
    let (run, line) = (literal(&paid.app, uuid::Uuid::now_v7()), literal(&paid.app, unit.line_id.0));
    let twice = format!(
        "INSERT INTO sample_unit SELECT {run}, {line}, kind, organisation_id, programme, fen, band, percent, own \
         FROM sample_unit WHERE line_id = {line} AND kind = 'county'"
    );
    assert!(is_refused(&paid.app, &twice).await);
    for sql in ["UPDATE sample_run SET seed = '00'", "UPDATE sample_unit SET fen = 1", "DELETE FROM sample_unit"] {
        assert!(is_refused(&paid.app, sql).await, "{sql}");
    }
}

#[rocket::async_test]
async fn days_that_are_to_come_and_areas_of_others_are_not_drawn_from() {
    let paid = Paid::gather().await;
    paid.paid(1, 1).await;
    draw(&paid.apart, ["2016-11-01", "2016-11-21"]).await.blames("to_on", "invalid.date_future");
    draw(&paid.apart, ["2016-11-20", "2016-11-01"]).await.blames("to_on", "invalid.end_before_start");
    draw(&paid.apart, ["2016-11-01", "2016-11-19"]).await.refuses("sample.nothing");
    let elsewhere = json!({ "area_code": "360924", "from_on": DAYS[0], "to_on": DAYS[1] });
    paid.apart.api_post("/api/v1/samples", elsewhere).await.blames("area_code", "invalid.area");
    let run = drawn(&paid.apart).await;
    let neighbour = paid.app.sign_in_at(Role::CountyChecker, "360924").await;
    neighbour.api_get(&format!("/api/v1/samples/{}", id_of(&run))).await.is(Status::NotFound);
    let item = &items(&paid.apart, &run).await[0];
    neighbour.api_get(&format!("/api/v1/sample-items/{}", id_of(item))).await.is(Status::NotFound);
    look(&neighbour, item, "assure", json!({})).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn of_an_institution_of_high_risk_everything_is_drawn() {
    let paid = Paid::gather().await;
    paid.paid(1, 12).await;
    given_rule(&paid.app, "risk.high_from", 0).await;
    let run = drawn(&paid.apart).await;
    assert_eq!((&run["chosen"], &run["strata"][0]["band"]), (&json!(12), &json!("high")));
    let rows = sample_item::Entity::find().all(paid.app.db.reader()).await.unwrap();
    assert!(rows.iter().all(|row| row.cause == SampleCause::HighRisk));
}

#[rocket::async_test]
async fn the_risk_of_an_institution_raises_its_share() {
    let paid = Paid::gather().await;
    paid.paid(1, 10).await;
    given_rule(&paid.app, "risk.middle_from", 0).await;
    let run = drawn(&paid.apart).await;
    assert_eq!((&run["chosen"], &run["strata"][0]["percent"]), (&json!(3), &json!(30)));
}

#[rocket::async_test]
async fn of_those_who_claimed_for_themselves_a_fifth_is_drawn() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 10).await;
    let claim = literal(&paid.app, lines[0].claim_id.0);
    let own = format!("UPDATE claim SET claimant = 'trainee' WHERE id = {claim}");
    paid.app.db.writer().execute_unprepared(&own).await.unwrap();
    let run = drawn(&paid.apart).await;
    assert_eq!((&run["own"], &run["own_chosen"], &run["chosen"]), (&json!(10), &json!(2), &json!(2)));
    let causes: BTreeSet<String> =
        items(&paid.apart, &run).await.iter().map(|item| item["cause"].as_str().unwrap().to_owned()).collect();
    assert_eq!(causes, BTreeSet::from(["own".to_owned(), "value".to_owned()]));
}

#[rocket::async_test]
async fn who_took_a_step_of_the_claim_does_not_look_at_it_under_whatever_account() {
    let paid = Paid::gather().await;
    paid.paid(1, 2).await;
    let run = drawn(&paid.checker).await;
    let item = &items(&paid.apart, &run).await[0];
    look(&paid.checker, item, "assure", json!({})).await.refuses("sample.took_part");
    look(&paid.checker, item, "doubt", wrong()).await.refuses("sample.took_part");
    let second = paid.app.sign_in_as(Role::CountyChecker, &paid.finance).await;
    look(&second, item, "assure", json!({})).await.refuses("sample.took_part");
    look(&paid.clerk, item, "assure", json!({})).await.is(Status::Forbidden);
    let id = literal(&paid.app, id_of(item).parse().unwrap());
    let seen = |by: uuid::Uuid, holder: uuid::Uuid| {
        format!(
            "UPDATE sample_item SET status = 'assured', seen_by = {}, seen_holder = {}, seen_at = '2016-11-20T01:00:00Z' \
             WHERE id = {id}",
            literal(&paid.app, by),
            literal(&paid.app, holder)
        )
    };
    let nobody = uuid::Uuid::now_v7();
    assert!(is_refused(&paid.app, &seen(paid.checker.account.0, nobody)).await, "by the account");
    let holder = sidan::accounts::holder_of(paid.app.db.reader(), paid.checker.account).await.unwrap();
    assert!(is_refused(&paid.app, &seen(nobody, holder.0)).await, "by the natural person");
    let view = paid.checker.api_get(&format!("/api/v1/sample-items/{}", id_of(item))).await.json();
    assert_eq!((&view["actions"], &view["waiting_on"]), (&json!([]), &json!("county_checker")));
    let view =
        look(&paid.apart, item, "assure", json!({ "note": "照片和签到表都对得上。" })).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["actions"]), (&json!("assured"), &json!([])));
}

#[rocket::async_test]
async fn a_run_from_above_is_looked_at_above() {
    let paid = Paid::gather().await;
    paid.paid(1, 2).await;
    let run = drawn(&paid.supervisor).await;
    let item = &items(&paid.supervisor, &run).await[0];
    look(&paid.apart, item, "assure", json!({})).await.is(Status::Forbidden);
    look(&paid.supervisor, item, "assure", json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn what_was_found_stays_and_is_told_with_the_progress() {
    let paid = Paid::gather().await;
    paid.paid(1, 15).await;
    let run = drawn(&paid.apart).await;
    let drawn = items(&paid.apart, &run).await;
    assert_eq!(drawn.len(), 2);
    let todo = paid.apart.get("/").await.is(Status::Ok);
    assert!(todo.text.contains(&format!("/samples/{}", id_of(&run))), "it waits for whoever may look");
    look(&paid.apart, &drawn[0], "doubt", json!({ "fault": "not_attended", "finding": " " }))
        .await
        .blames("finding", "invalid.required");
    let stale = json!({ "fault": "not_attended", "finding": "代签。", "version": 9 });
    look(&paid.apart, &drawn[0], "doubt", stale).await.refuses("error.stale");
    look(&paid.apart, &drawn[0], "doubt", wrong()).await.is(Status::Ok);
    for (verb, body) in [("assure", json!({})), ("doubt", wrong())] {
        look(&paid.apart, &drawn[0], verb, body).await.refuses("move.illegal");
    }
    let id = literal(&paid.app, id_of(&drawn[0]).parse().unwrap());
    for sql in [
        format!("UPDATE sample_item SET note = '无' WHERE id = {id}"),
        format!("DELETE FROM sample_item WHERE id = {id}"),
        "UPDATE sample_item SET fen = 1 WHERE status = 'chosen'".to_owned(),
        "UPDATE sample_item SET status = 'assured' WHERE status = 'chosen'".to_owned(),
    ] {
        assert!(is_refused(&paid.app, &sql).await, "{sql}");
    }
    let told = paid.apart.api_get(&format!("/api/v1/samples/{}", id_of(&run))).await.json();
    assert_eq!((&told["assured"], &told["not_assured"], &told["replayed"]), (&json!(0), &json!(1), &json!(true)));
    let left = format!("/api/v1/samples/{}/items?status=chosen", id_of(&run));
    assert_eq!(paid.apart.api_get(&left).await.json()["items"].as_array().unwrap().len(), 1);
    let first = format!("/api/v1/samples/{}/items?limit=1", id_of(&run));
    let first = paid.apart.api_get(&first).await.json();
    let next = format!("/api/v1/samples/{}/items?limit=1&after={}", id_of(&run), first["next"].as_str().unwrap());
    assert_eq!(paid.apart.api_get(&next).await.json()["items"][0]["id"], drawn[1]["id"]);
    paid.all_agrees().await;
}

#[rocket::async_test]
async fn what_a_sample_found_is_asked_back_by_its_line_alone() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 15).await;
    let run = drawn(&paid.apart).await;
    let drawn = items(&paid.apart, &run).await;
    let ask = |line: &Value, item: &Value| {
        json!({
            "line_id": line, "amount_fen": UNIT, "fault": "not_attended", "note": "签到表上的字是同一个人写的。",
            "source": "sample", "item_id": item["id"], "case_id": null,
        })
    };
    let post = async |body: Value| paid.apart.api_post("/api/v1/clawbacks", body).await;
    post(ask(&drawn[0]["line_id"], &drawn[0])).await.refuses("clawback.assured");
    look(&paid.apart, &drawn[0], "doubt", wrong()).await.is(Status::Ok);
    let other = lines.iter().find(|line| json!(line.id) != drawn[0]["line_id"]).unwrap();
    post(ask(&json!(other.id), &drawn[0])).await.refuses("clawback.assured");
    let mut nothing = ask(&drawn[0]["line_id"], &drawn[0]);
    nothing["item_id"] = Value::Null;
    post(nothing).await.blames("item_id", "invalid.choice");
    let page = paid.apart.get(&format!("/clawbacks/new?item={}", id_of(&drawn[0]))).await.is(Status::Ok);
    assert!(page.text.contains("签到表上的字是同一个人写的。") && page.text.contains("value=\"800.00\""));
    let made = post(ask(&drawn[0]["line_id"], &drawn[0])).await.is(Status::Created).json();
    assert_eq!((&made["source"], &made["item_id"]), (&json!("sample"), &drawn[0]["id"]));
}

#[rocket::async_test]
async fn the_pages_show_how_it_was_drawn_and_lead_on() {
    let paid = Paid::gather().await;
    paid.paid(1, 15).await;
    let form = [("area_code", COUNTY), ("from_on", DAYS[0]), ("to_on", DAYS[1])];
    let bad = [("area_code", COUNTY), ("from_on", "昨天"), ("to_on", DAYS[1])];
    paid.apart.post_form("/samples", &bad).await.is(Status::UnprocessableEntity);
    let made = paid.apart.post_form("/samples", &form).await.is(Status::SeeOther);
    let path = made.location.unwrap();
    for language in ["zh-CN", "en"] {
        let page = paid.apart.get_in(language, &path).await.is(Status::Ok);
        assert!(page.text.contains("hmac-sha256-strata-1") && page.text.contains("<svg height=\"12\""), "{language}");
        paid.apart.get_in(language, "/samples").await.is(Status::Ok);
    }
    assert!(paid.institution.get(&path).await.status == Status::Forbidden, "the institution learns nothing of it");
    let run = json!({ "id": path.rsplit('/').next().unwrap() });
    let item = &items(&paid.apart, &run).await[0];
    let page = format!("/sample-items/{}", id_of(item));
    let shown = paid.apart.get(&page).await.is(Status::Ok);
    assert!(shown.text.contains(&format!("{page}/assure")) && shown.text.contains(&format!("{page}/doubt")));
    paid.apart
        .post_form(&format!("{page}/doubt"), &[("fault", "kick_back"), ("finding", "退了三百给学校。")])
        .await
        .goes_to(&page);
    let shown = paid.apart.get_in("en", &page).await.is(Status::Ok);
    assert!(shown.text.contains("/clawbacks/new?item="));
    paid.app.time_is(nine_on(11, 21)).await;
    let home = paid.clerk.get("/").await.is(Status::Ok);
    assert!(home.text.contains(&page), "somebody has to ask it back");
}
