//! Money that was paid and is asked back: one asks, another decides, a third gives up, and every fen of it stands in its pot.

mod cases;
mod checked;
mod setting_off;
mod states;

use entities::{
    claim_line, clawback, message, posting,
    values::{ClawbackId, LineStatus, PotId, Role},
};
use rocket::futures::future::join_all;
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::funds::{is_refused, literal};
use crate::support::after::{Paid, UNIT, asked};
use crate::support::app::{Visitor, nine_on};
use crate::support::doors::{Door, Who};

pub use checked::BREAKS;

const READERS: Who = Who::Roles(&[
    Role::Institution,
    Role::Trainee,
    Role::CountyClerk,
    Role::CountyChecker,
    Role::FinanceOfficer,
    Role::Supervisor,
    Role::Auditor,
]);
const ASKING: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor]);
const DECIDING: Who = Who::Roles(&[Role::CountyChecker, Role::Supervisor]);
const FINANCE: Who = Who::Roles(&[Role::FinanceOfficer]);
const SUPERVISOR: Who = Who::Roles(&[Role::Supervisor]);

pub const DOORS: &[Door] = &[
    ("GET", "/clawbacks", READERS),
    ("GET", "/clawbacks/new", ASKING),
    ("POST", "/clawbacks", ASKING),
    ("GET", "/clawbacks/<id>", READERS),
    ("GET", "/clawbacks/<id>/invoice", READERS),
    ("POST", "/clawbacks/<id>/approve", DECIDING),
    ("POST", "/clawbacks/<id>/reject", DECIDING),
    ("POST", "/clawbacks/<id>/invoice", FINANCE),
    ("POST", "/clawbacks/<id>/receive", FINANCE),
    ("POST", "/clawbacks/<id>/offset", FINANCE),
    ("POST", "/clawbacks/<id>/write-off", SUPERVISOR),
    ("GET", "/api/v1/clawbacks", READERS),
    ("POST", "/api/v1/clawbacks", ASKING),
    ("GET", "/api/v1/clawbacks/<id>", READERS),
    ("GET", "/api/v1/clawbacks/<id>/offset", FINANCE),
    ("POST", "/api/v1/clawbacks/<id>/approve", DECIDING),
    ("POST", "/api/v1/clawbacks/<id>/reject", DECIDING),
    ("POST", "/api/v1/clawbacks/<id>/offset", FINANCE),
    ("POST", "/api/v1/clawbacks/<id>/invoice", FINANCE),
    ("POST", "/api/v1/clawbacks/<id>/receive", FINANCE),
    ("POST", "/api/v1/clawbacks/<id>/write-off", SUPERVISOR),
];

fn receipt(fen: i64, paper: &str) -> Value {
    json!({ "amount_fen": fen, "document_no": paper, "received_on": "2016-11-20" })
}

fn grounds() -> Value {
    json!({ "grounds": "学校已经注销，没有财产。" })
}

/// paid, recoverable, recovered, written off, available
async fn balances(reader: &Visitor, pot: PotId) -> [i64; 5] {
    let pot = reader.api_get(&format!("/api/v1/pots/{pot}")).await.is(Status::Ok).json();
    ["paid_fen", "recoverable_fen", "recovered_fen", "written_off_fen", "available_fen"]
        .map(|name| pot[name].as_i64().unwrap())
}

async fn told(paid: &Paid, kind: &str) -> usize {
    let rows = message::Entity::find().filter(message::Column::Kind.eq(kind));
    let rows = rows.filter(message::Column::AccountId.eq(paid.institution.account));
    rows.all(paid.app.db.reader()).await.unwrap().len()
}

fn id_of(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

#[rocket::async_test]
async fn what_was_paid_comes_back_by_an_invoice_in_parts_and_the_pot_may_spend_it_again() {
    let paid = Paid::gather().await;
    let (class, lines) = paid.paid(1, 2).await;
    let before = balances(&paid.finance, class.pot).await;
    assert_eq!(before[0], 2 * UNIT);
    let made = paid.ask(&paid.clerk, &lines[0], UNIT).await.is(Status::Created).json();
    assert_eq!((&made["status"], &made["waiting_on"]), (&json!("requested"), &json!("county_checker")));
    assert_eq!(balances(&paid.finance, class.pot).await, before, "asking moves nothing");
    let at = format!("/api/v1/clawbacks/{}", id_of(&made));
    paid.institution.api_get(&at).await.is(Status::NotFound);
    let owed = paid.act(&paid.apart, &made, "approve", json!({ "version": 1 })).await.is(Status::Ok).json();
    assert_eq!((&owed["status"], &owed["balance_fen"]), (&json!("approved"), &json!(UNIT)));
    assert_eq!(balances(&paid.finance, class.pot).await[..2], [UNIT, UNIT]);
    assert_eq!(told(&paid, "clawback_approved").await, 1);
    let own = paid.institution.api_get(&at).await.is(Status::Ok).json();
    assert_eq!((&own["fen"], &own["actions"]), (&json!(UNIT), &json!([])));
    paid.act(&paid.finance, &made, "receive", receipt(UNIT, "J-1")).await.refuses("move.illegal");
    let billed = paid.act(&paid.finance, &made, "invoice", json!({})).await.is(Status::Ok).json();
    assert_eq!((&billed["status"], &billed["due_on"]), (&json!("invoiced"), &json!("2016-12-20")));
    assert_eq!(told(&paid, "clawback_invoiced").await, 1);
    let page = format!("/clawbacks/{}/invoice", id_of(&made));
    let sheet = paid.institution.get(&page).await.is(Status::Ok);
    assert!(sheet.text.contains(billed["invoice_no"].as_str().unwrap()) && sheet.text.contains("800.00"));
    let part = paid.act(&paid.finance, &made, "receive", receipt(30_000, "J-1")).await.is(Status::Ok).json();
    assert_eq!((&part["status"], &part["balance_fen"]), (&json!("invoiced"), &json!(50_000)));
    paid.act(&paid.finance, &made, "receive", receipt(30_000, "J-1")).await.refuses("clawback.document_used");
    paid.act(&paid.finance, &made, "receive", receipt(50_001, "J-2"))
        .await
        .blames("amount_fen", "clawback.beyond_balance");
    let whole = paid.act(&paid.finance, &made, "receive", receipt(50_000, "J-2")).await.is(Status::Ok).json();
    assert_eq!((&whole["status"], &whole["actions"]), (&json!("recovered"), &json!([])));
    assert_eq!(whole["receipts"].as_array().unwrap().len(), 2);
    let [paid_fen, recoverable, recovered, written_off, available] = balances(&paid.finance, class.pot).await;
    assert_eq!([paid_fen, recoverable, recovered, written_off], [UNIT, 0, 0, 0]);
    assert_eq!(available, before[4] + UNIT, "the year is open: it can be spent again");
    assert_eq!(told(&paid, "clawback_received").await, 2);
    let posted = posting::Entity::find().filter(posting::Column::ClawbackId.is_not_null());
    let posted = posted.all(paid.app.db.reader()).await.unwrap();
    let of_line = |row: &posting::Model| {
        row.line_id == Some(lines[0].id) && row.claim_id == Some(lines[0].claim_id) && row.class_id == Some(class.class)
    };
    assert_eq!((posted.len(), posted.iter().all(of_line)), (5, true));
    let line = claim_line::Entity::find_by_id(lines[0].id).one(paid.app.db.reader()).await.unwrap().unwrap();
    assert_eq!(line.status, LineStatus::Paid, "that it was paid stays");
    paid.all_agrees().await;
}

#[rocket::async_test]
async fn in_a_closed_year_what_comes_back_stays_recovered() {
    let paid = Paid::gather().await;
    let (class, lines) = paid.paid(1, 1).await;
    let owed = paid.owed(&lines[0], UNIT).await;
    paid.act(&paid.finance, &owed, "invoice", json!({})).await.is(Status::Ok);
    let pot = literal(&paid.app, class.pot.0);
    let close = format!("UPDATE pot SET closed_at = '2017-01-05T01:00:00Z', closed_by = id WHERE id = {pot}");
    paid.app.db.writer().execute_unprepared(&close).await.unwrap();
    let before = balances(&paid.finance, class.pot).await;
    let done = paid.act(&paid.finance, &owed, "receive", receipt(UNIT, "J-1")).await.is(Status::Ok).json();
    assert_eq!((&done["status"], &done["receipts"][0]["given_back"]), (&json!("recovered"), &json!(false)));
    let after = balances(&paid.finance, class.pot).await;
    assert_eq!([after[1], after[2], after[4]], [0, UNIT, before[4]]);
    paid.all_agrees().await;
}

#[rocket::async_test]
async fn who_asks_does_not_decide_under_whatever_account_nor_past_the_program() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 1).await;
    let made = paid.ask(&paid.supervisor, &lines[0], UNIT).await.is(Status::Created).json();
    assert_eq!(made["actions"], json!([]));
    for verb in ["approve", "reject"] {
        let body = if verb == "reject" { grounds() } else { json!({}) };
        paid.act(&paid.supervisor, &made, verb, body).await.refuses("clawback.same_person");
    }
    let second = paid.app.sign_in_as(Role::CountyChecker, &paid.supervisor).await;
    paid.act(&second, &made, "approve", json!({})).await.refuses("clawback.same_person");
    paid.act(&paid.clerk, &made, "approve", json!({})).await.is(Status::Forbidden);
    let id = literal(&paid.app, id_of(&made).parse().unwrap());
    let (me, other) = (paid.supervisor.account.0, uuid::Uuid::now_v7());
    let holder = paid.supervisor.holder.unwrap().0;
    let decided = |by: uuid::Uuid, holder: uuid::Uuid| {
        format!(
            "UPDATE clawback SET status = 'approved', decided_by = {}, decided_holder = {}, \
             decided_at = '2016-11-20T01:00:00Z' WHERE id = {id}",
            literal(&paid.app, by),
            literal(&paid.app, holder)
        )
    };
    assert!(is_refused(&paid.app, &decided(me, other)).await, "the same account");
    assert!(is_refused(&paid.app, &decided(other, holder)).await, "the same natural person");
    paid.act(&paid.apart, &made, "approve", json!({})).await.is(Status::Ok);
    paid.all_agrees().await;
}

#[rocket::async_test]
async fn what_will_not_come_back_is_written_off_by_a_third_person_with_the_reason() {
    let paid = Paid::gather().await;
    let (class, lines) = paid.paid(1, 3).await;
    // Neither who asked ...
    let asked_by = paid.ask(&paid.supervisor, &lines[0], UNIT).await.is(Status::Created).json();
    paid.act(&paid.apart, &asked_by, "approve", json!({})).await.is(Status::Ok);
    paid.act(&paid.supervisor, &asked_by, "write-off", grounds()).await.refuses("clawback.third_person");
    // ... nor who decided.
    let decided_by = paid.ask(&paid.clerk, &lines[1], UNIT).await.is(Status::Created).json();
    paid.act(&paid.supervisor, &decided_by, "approve", json!({})).await.is(Status::Ok);
    paid.act(&paid.supervisor, &decided_by, "write-off", grounds()).await.refuses("clawback.third_person");
    let owed = paid.owed(&lines[2], UNIT).await;
    let same = paid.app.sign_in_as(Role::Supervisor, &paid.apart).await;
    paid.act(&same, &owed, "write-off", grounds()).await.refuses("clawback.third_person");
    paid.act(&paid.supervisor, &owed, "write-off", json!({ "grounds": " " }))
        .await
        .blames("grounds", "invalid.required");
    paid.act(&paid.finance, &owed, "write-off", grounds()).await.is(Status::Forbidden);
    let row: clawback::Model = clawback::Entity::find_by_id(id_of(&owed).parse::<ClawbackId>().unwrap())
        .one(paid.app.db.reader())
        .await
        .unwrap()
        .unwrap();
    let off = |by: uuid::Uuid, holder: uuid::Uuid| {
        format!(
            "UPDATE clawback SET status = 'written_off', written_off_fen = fen, written_off_by = {}, \
             written_off_holder = {}, written_off_at = '2016-11-20T01:00:00Z', write_off = '注销' WHERE id = {}",
            literal(&paid.app, by),
            literal(&paid.app, holder),
            literal(&paid.app, row.id.0)
        )
    };
    let other = uuid::Uuid::now_v7();
    assert!(is_refused(&paid.app, &off(row.requested_by.0, other)).await);
    assert!(is_refused(&paid.app, &off(other, row.decided_holder.unwrap().0)).await);
    paid.act(&paid.finance, &owed, "invoice", json!({})).await.is(Status::Ok);
    paid.act(&paid.finance, &owed, "receive", receipt(20_000, "J-1")).await.is(Status::Ok);
    let done = paid.act(&paid.supervisor, &owed, "write-off", grounds()).await.is(Status::Ok).json();
    assert_eq!((&done["status"], &done["written_off_fen"]), (&json!("written_off"), &json!(60_000)));
    let [_, recoverable, _, written_off, _] = balances(&paid.finance, class.pot).await;
    assert_eq!([recoverable, written_off], [2 * UNIT, 60_000]);
    let own = paid.institution.api_get(&format!("/api/v1/clawbacks/{}", id_of(&owed))).await.is(Status::Ok).json();
    assert_eq!((&own["write_off"], told(&paid, "clawback_written_off").await), (&Value::Null, 1));
    // What was written off left what was paid, and is not asked for twice.
    paid.ask(&paid.clerk, &lines[2], 1).await.blames("amount_fen", "clawback.beyond");
    paid.all_agrees().await;
}

#[rocket::async_test]
async fn no_more_is_asked_back_than_was_paid_by_the_service_and_by_the_table() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 1).await;
    for (fen, blamed) in [(0, true), (-1, true), (UNIT + 1, false)] {
        let answer = paid.ask(&paid.clerk, &lines[0], fen).await;
        if blamed {
            answer.blames("amount_fen", "invalid.money")
        } else {
            answer.blames("amount_fen", "clawback.beyond")
        };
    }
    let first = paid.ask(&paid.clerk, &lines[0], 50_000).await.is(Status::Created).json();
    paid.ask(&paid.checker, &lines[0], 30_001).await.blames("amount_fen", "clawback.beyond");
    paid.ask(&paid.checker, &lines[0], 30_000).await.refuses("clawback.open");
    paid.act(&paid.apart, &first, "approve", json!({})).await.is(Status::Ok);
    paid.ask(&paid.checker, &lines[0], 30_001).await.blames("amount_fen", "clawback.beyond");
    let second = paid.ask(&paid.checker, &lines[0], 30_000).await.is(Status::Created).json();
    paid.ask(&paid.clerk, &lines[0], 1).await.blames("amount_fen", "clawback.beyond");
    paid.act(&paid.supervisor, &second, "reject", grounds()).await.is(Status::Ok);
    let again = |fen: i64, number: &str| {
        format!(
            "INSERT INTO clawback SELECT {}, '{number}', line_id, claim_id, class_id, pot_id, area_code, organisation_id, \
             payee_organisation, payee_person, source, item_id, case_id, fault, note, {fen}, 0, 0, 'requested', \
             requested_by, requested_holder, requested_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
             NULL, NULL, 1 FROM clawback WHERE id = {}",
            literal(&paid.app, uuid::Uuid::now_v7()),
            literal(&paid.app, id_of(&first).parse().unwrap())
        )
    };
    assert!(is_refused(&paid.app, &again(30_001, "R-9")).await, "the table itself takes no more than was paid");
    assert!(!is_refused(&paid.app, &again(30_000, "R-10")).await, "what was rejected is free again");
    assert!(is_refused(&paid.app, &again(1, "R-11")).await, "one waits at a time, and nothing is left");
    for sql in [
        "UPDATE clawback SET fen = fen + 1 WHERE status = 'approved'",
        "UPDATE clawback SET recovered_fen = 1 WHERE status = 'approved'",
        "UPDATE clawback SET status = 'recovered' WHERE status = 'approved'",
        "UPDATE clawback SET refusal = '不' WHERE status = 'rejected'",
        "DELETE FROM clawback WHERE status = 'rejected'",
    ] {
        assert!(is_refused(&paid.app, sql).await, "{sql}");
    }
    let more = format!(
        "INSERT INTO clawback_receipt SELECT {}, id, 'cash', 50001, 'J-9', '2016-11-20', NULL, FALSE, requested_by, \
         requested_at FROM clawback WHERE status = 'approved'",
        literal(&paid.app, uuid::Uuid::now_v7())
    );
    assert!(is_refused(&paid.app, &more).await, "nor does more come back than was asked for");
}

#[rocket::async_test]
async fn what_was_not_paid_is_not_asked_back_nor_what_lies_elsewhere() {
    let paid = Paid::gather().await;
    let (_, claim) = paid.approved(1, 1).await;
    let line = paid.lines(claim).await.remove(0);
    paid.ask(&paid.clerk, &line, UNIT).await.refuses("clawback.not_paid");
    let (_, lines) = paid.paid(11, 1).await;
    let neighbour = paid.app.sign_in_at(Role::CountyClerk, "360924").await;
    paid.ask(&neighbour, &lines[0], UNIT).await.is(Status::NotFound);
    let made = paid.ask(&paid.clerk, &lines[0], UNIT).await.is(Status::Created).json();
    let stranger = paid.app.sign_in_at(Role::Supervisor, "360924").await;
    paid.act(&stranger, &made, "approve", json!({})).await.is(Status::NotFound);
    let other = paid.app.sign_in(Role::Institution).await;
    paid.act(&paid.apart, &made, "approve", json!({})).await.is(Status::Ok);
    other.api_get(&format!("/api/v1/clawbacks/{}", id_of(&made))).await.is(Status::NotFound);
    assert_eq!(other.api_get("/api/v1/clawbacks").await.json()["items"], json!([]));
    let mut advance = asked(&lines[0], 1);
    advance["source"] = json!("advance");
    paid.clerk.api_post("/api/v1/clawbacks", advance).await.blames("amount_fen", "clawback.beyond");
}

#[rocket::async_test]
async fn an_advance_is_asked_back_of_an_advance_alone() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 1).await;
    let mut body = asked(&lines[0], UNIT);
    body["source"] = json!("advance");
    paid.clerk.api_post("/api/v1/clawbacks", body.clone()).await.refuses("clawback.no_advance");
    let sql = format!("UPDATE claim_line SET tranche = 'start' WHERE id = {}", literal(&paid.app, lines[0].id.0));
    paid.app.db.writer().execute_unprepared(&sql).await.unwrap();
    body["fault"] = json!("unearned");
    let made = paid.clerk.api_post("/api/v1/clawbacks", body).await.is(Status::Created).json();
    assert_eq!((&made["source"], &made["fault"]), (&json!("advance"), &json!("unearned")));
}

#[rocket::async_test]
async fn of_ten_who_ask_at_once_for_the_whole_of_a_line_one_does() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 1).await;
    let answers = join_all((0..10).map(|_| Box::pin(paid.ask(&paid.clerk, &lines[0], UNIT)))).await;
    let made = answers.iter().filter(|answer| answer.status == Status::Created).count();
    let refused = answers.iter().filter(|answer| answer.status == Status::UnprocessableEntity).count();
    assert_eq!((made, refused), (1, 9));
    let owed = answers.iter().find(|answer| answer.status == Status::Created).unwrap().json();
    let answers = join_all((0..10).map(|_| Box::pin(paid.act(&paid.apart, &owed, "approve", json!({}))))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == Status::Ok).count(), 1);
    paid.act(&paid.finance, &owed, "invoice", json!({})).await.is(Status::Ok);
    let papers: Vec<String> = (0..10).map(|n| format!("J-{n}")).collect();
    let answers =
        join_all(papers.iter().map(|paper| Box::pin(paid.act(&paid.finance, &owed, "receive", receipt(UNIT, paper)))))
            .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == Status::Ok).count(), 1);
    paid.all_agrees().await;
}

#[rocket::async_test]
async fn what_is_sent_again_under_its_key_is_done_once() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 1).await;
    let made = async || paid.clerk.api_post_once("/api/v1/clawbacks", "k-1", asked(&lines[0], UNIT)).await;
    let first = made().await.is(Status::Created).json();
    assert_eq!(made().await.is(Status::Created).json()["id"], first["id"]);
    let at = |verb: &str| format!("/api/v1/clawbacks/{}/{verb}", id_of(&first));
    for _ in 0..2 {
        paid.apart.api_post_once(&at("approve"), "k-2", json!({})).await.is(Status::Ok);
    }
    paid.finance.api_post_once(&at("invoice"), "k-3", json!({})).await.is(Status::Ok);
    for _ in 0..2 {
        let part = paid.finance.api_post_once(&at("receive"), "k-4", receipt(30_000, "J-1")).await.is(Status::Ok);
        assert_eq!(part.json()["recovered_fen"], json!(30_000));
    }
    let other = paid.finance.api_post_once(&at("receive"), "k-4", receipt(20_000, "J-2")).await;
    other.blames("Idempotency-Key", "idempotency.other_body");
    paid.all_agrees().await;
}

/// Every pot is of one source, as in a county that has one.
async fn one_source(paid: &Paid) {
    let sql = "UPDATE pot SET source = '就业补助资金', year = 1900 + \
               (SELECT count(*) FROM pot p WHERE p.id < pot.id)";
    paid.app.db.writer().execute_unprepared(sql).await.unwrap();
}

#[rocket::async_test]
async fn money_is_moved_by_whoever_typed_the_password_just_now() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 1).await;
    let made = paid.ask(&paid.clerk, &lines[0], UNIT).await.is(Status::Created).json();
    paid.app.clock.set(nine_on(11, 20) + chrono::TimeDelta::minutes(6));
    let code = "error.step_up_required";
    paid.act(&paid.apart, &made, "approve", json!({})).await.refuses(code);
    paid.app.given_fresh().await;
    paid.act(&paid.apart, &made, "approve", json!({})).await.is(Status::Ok);
    paid.app.clock.set(nine_on(11, 20) + chrono::TimeDelta::minutes(12));
    for (by, verb, body) in [
        (&paid.finance, "invoice", json!({})),
        (&paid.finance, "receive", receipt(UNIT, "J-1")),
        (&paid.finance, "offset", json!({ "lines": [] })),
        (&paid.supervisor, "write-off", grounds()),
    ] {
        paid.act(by, &made, verb, body).await.refuses(code);
    }
}

#[rocket::async_test]
async fn the_pages_lead_from_asking_to_what_came_back() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 2).await;
    let number =
        entities::claim::Entity::find_by_id(lines[0].claim_id).one(paid.app.db.reader()).await.unwrap().unwrap();
    let page = paid.clerk.get(&format!("/clawbacks/new?claim={}", number.number)).await.is(Status::Ok);
    let ask = format!("/clawbacks/new?line={}", lines[0].id);
    assert!(page.text.contains(&ask));
    assert!(paid.clerk.get(&ask).await.is(Status::Ok).text.contains("value=\"800.00\""));
    let line = lines[0].id.to_string();
    let form = |amount| {
        [
            ("line_id", line.as_str()),
            ("amount", amount),
            ("fault", "overpaid"),
            ("note", "多付了一次。"),
            ("source", "self_report"),
        ]
    };
    let again = paid.clerk.post_form("/clawbacks", &form("900")).await.is(Status::UnprocessableEntity);
    assert!(again.text.contains("800.00"), "it says how much is left");
    let made = paid.clerk.post_form("/clawbacks", &form("800")).await.is(Status::SeeOther).location.unwrap();
    assert!(paid.apart.get("/").await.text.contains("/clawbacks?status=requested"));
    assert!(!paid.clerk.get(&made).await.is(Status::Ok).text.contains("/approve"));
    assert!(paid.apart.get(&made).await.is(Status::Ok).text.contains(&format!("{made}/approve")));
    paid.apart.post_form(&format!("{made}/approve"), &[("version", "1")]).await.goes_to(&made);
    assert!(paid.finance.get("/").await.text.contains("/clawbacks?status=approved"));
    paid.finance.post_form(&format!("{made}/invoice"), &[]).await.goes_to(&made);
    assert!(paid.institution.get("/").await.text.contains("/clawbacks?status=invoiced"));
    for language in ["zh-CN", "en"] {
        for path in [made.clone(), format!("{made}/invoice"), "/clawbacks".to_owned()] {
            paid.institution.get_in(language, &path).await.is(Status::Ok);
            paid.finance.get_in(language, &path).await.is(Status::Ok);
        }
    }
    let receive = format!("{made}/receive");
    let part = [("amount", "300"), ("document_no", "J-1"), ("received_on", "2016-11-20")];
    paid.finance.post_form(&receive, &part).await.goes_to(&made);
    let early = [("amount", "300"), ("document_no", "J-2"), ("received_on", "2016-11-21")];
    paid.finance.post_form(&receive, &early).await.is(Status::UnprocessableEntity);
    let write_off = format!("{made}/write-off");
    paid.supervisor.post_form(&write_off, &[("grounds", "学校已经注销。")]).await.goes_to(&made);
    let told = paid.institution.get_in("en", &made).await.is(Status::Ok);
    assert!(told.text.contains("Written off") && !told.text.contains("学校已经注销。"));
    let refused = paid.ask(&paid.clerk, &lines[1], UNIT).await.json();
    let page = format!("/clawbacks/{}", id_of(&refused));
    paid.apart.post_form(&format!("{page}/reject"), &[("grounds", "签到表是本人写的。")]).await.goes_to(&page);
    paid.institution.get(&page).await.is(Status::NotFound);
    let sought = paid.clerk.api_get(&format!("/api/v1/clawbacks?line={line}&status=written_off")).await.json();
    assert_eq!(sought["items"].as_array().unwrap().len(), 1);
    paid.all_agrees().await;
}
