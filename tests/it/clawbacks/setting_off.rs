//! What is owed is set off against what is to be paid.

use entities::values::{LineStatus, Role};
use rocket::http::Status;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{balances, id_of, one_source, told};
use crate::funds::{is_refused, literal};
use crate::support::after::{Paid, UNIT};

#[rocket::async_test]
async fn it_is_set_off_against_whole_lines_of_the_same_payee_and_source_and_nothing_is_paid_twice() {
    let paid = Paid::gather().await;
    let (class, lines) = paid.paid(1, 2).await;
    let (waiting, claim) = paid.approved(11, 2).await;
    let open = paid.lines(claim).await;
    let owed = paid.owed(&lines[0], UNIT).await;
    let offers = format!("/api/v1/clawbacks/{}/offset", id_of(&owed));
    assert_eq!(paid.finance.api_get(&offers).await.is(Status::Ok).json(), json!([]), "another source");
    let off = async |lines: Value| paid.act(&paid.finance, &owed, "offset", json!({ "lines": lines })).await;
    off(json!([open[0].id])).await.refuses("clawback.other_money");
    one_source(&paid).await;
    assert_eq!(paid.finance.api_get(&offers).await.json().as_array().unwrap().len(), 2);
    off(json!([])).await.blames("lines", "invalid.required");
    off(json!([open[0].id, open[1].id])).await.blames("lines", "clawback.beyond_balance");
    off(json!([lines[1].id])).await.refuses("clawback.other_money");
    let other = paid.app.sign_in(Role::Institution).await;
    let (_, foreign) = paid.approved_of(&other, 21, 1).await;
    one_source(&paid).await;
    off(json!([paid.lines(foreign).await[0].id])).await.refuses("clawback.other_money");
    // Who took a step of a claim does not pay it.
    let clerks = paid.app.sign_in_as(Role::FinanceOfficer, &paid.clerk).await;
    paid.act(&clerks, &owed, "offset", json!({ "lines": [open[0].id] })).await.refuses("claim.same_person");
    let before = balances(&paid.finance, waiting.pot).await;
    let page = paid.finance.get(&format!("/clawbacks/{}", id_of(&owed))).await.is(Status::Ok);
    assert!(page.text.contains(&format!("lines[{}]", open[0].id)));
    let done = off(json!([open[0].id])).await.is(Status::Ok).json();
    assert_eq!((&done["status"], &done["receipts"][0]["kind"]), (&json!("recovered"), &json!("offset")));
    assert_eq!(told(&paid, "clawback_offset").await, 1);
    let now = paid.lines(claim).await;
    assert_eq!([now[0].status, now[1].status], [LineStatus::Paid, LineStatus::Approved]);
    assert_eq!(balances(&paid.finance, waiting.pot).await[0], before[0] + UNIT, "it is paid, and went nowhere");
    let [paid_fen, recoverable, ..] = balances(&paid.finance, class.pot).await;
    assert_eq!([paid_fen, recoverable], [UNIT, 0]);
    // The bank gets the other line alone.
    let batch = paid.finance.build_batch(waiting.pot).await.is(Status::Created).json();
    assert_eq!((&batch["lines"], &batch["total_fen"]), (&json!(1), &json!(UNIT)));
    paid.finance.send_batch(&batch).await;
    paid.finance.settle_batch(&batch, &[]).await;
    let twice = format!(
        "INSERT INTO payment_line SELECT payment_id, {}, fen, status FROM payment_line WHERE line_id = {}",
        literal(&paid.app, open[0].id.0),
        literal(&paid.app, open[1].id.0)
    );
    assert!(is_refused(&paid.app, &twice).await);
    let period = paid
        .finance
        .api_get(&format!("/api/v1/pots/{}/reconciliation?from=2016-01-01&to=2016-12-31", waiting.pot))
        .await
        .is(Status::Ok)
        .json();
    assert_eq!((&period["payments"]["fen"], &period["agrees"]), (&json!(2 * UNIT), &json!(true)));
    let payments = paid.finance.api_get(&format!("/api/v1/claims/{claim}/payments")).await.is(Status::Ok).json();
    let own = payments.as_array().or(payments["items"].as_array()).unwrap();
    let set_off = own.iter().find(|payment| payment["account"] == Value::Null).unwrap();
    let figures = format!("/api/v1/batches/{}/reconciliation", set_off["batch_id"].as_str().unwrap());
    assert_eq!(paid.finance.api_get(&figures).await.is(Status::Ok).json()["differences"], json!([]));
    let batch = format!("/batches/{}", set_off["batch_id"].as_str().unwrap());
    paid.finance.get(&batch).await.is(Status::Ok);
    // What was settled so can be asked back like all that was paid.
    paid.ask(&paid.clerk, &now[0], UNIT).await.is(Status::Created);
    paid.all_agrees().await;
}

#[rocket::async_test]
async fn what_does_not_hold_any_more_is_not_set_off() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 2).await;
    let (waiting, claim) = paid.approved(11, 2).await;
    let open = paid.lines(claim).await;
    one_source(&paid).await;
    let row = entities::certificate::Entity::find_by_id(waiting.certificates[0]).one(paid.app.db.reader()).await;
    paid.app.given_revoked(&row.unwrap().unwrap().serial).await;
    let fallen = open.iter().find(|line| line.enrolment_id == waiting.enrolments[0]).unwrap();
    let owed = paid.owed(&lines[0], UNIT).await;
    let off = json!({ "lines": [fallen.id] });
    paid.act(&paid.finance, &owed, "offset", off).await.refuses("clawback.nothing_left");
    let now = paid.lines(claim).await;
    assert!(now.iter().all(|line| line.status == LineStatus::Approved), "nothing happened");
    paid.all_agrees().await;
}
