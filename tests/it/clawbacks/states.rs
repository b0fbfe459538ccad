//! Every state and every step.

use std::collections::BTreeMap;

use entities::{
    claim_line,
    values::{ClawbackStatus, LineId},
};
use rocket::http::Status;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{grounds, id_of, one_source, receipt};
use crate::check::break_it;
use crate::funds::literal;
use crate::support::after::{Paid, UNIT};
use crate::support::app::Visitor;

/// A clawback in a state.
async fn in_state(paid: &Paid, line: &claim_line::Model, status: ClawbackStatus, spare: LineId) -> Value {
    if matches!(status, ClawbackStatus::Requested | ClawbackStatus::Rejected) {
        let made = paid.ask(&paid.clerk, line, UNIT).await.is(Status::Created).json();
        if status == ClawbackStatus::Rejected {
            paid.act(&paid.apart, &made, "reject", grounds()).await.is(Status::Ok);
        }
        return made;
    }
    let owed = paid.owed(line, UNIT).await;
    let steps: Vec<(&Visitor, &str, Value)> = match status {
        ClawbackStatus::Invoiced => vec![(&paid.finance, "invoice", json!({}))],
        ClawbackStatus::WrittenOff => vec![(&paid.supervisor, "write-off", grounds())],
        ClawbackStatus::Recovered => {
            vec![(&paid.finance, "invoice", json!({})), (&paid.finance, "receive", receipt(UNIT, "J-1"))]
        }
        ClawbackStatus::Offsetting => vec![(&paid.finance, "offset", json!({ "lines": [spare] }))],
        _ => Vec::new(),
    };
    for (by, verb, body) in steps {
        paid.act(by, &owed, verb, body).await.is(Status::Ok);
    }
    owed
}

/// A line of half the sum that waits to be paid.
async fn half(paid: &Paid, first: u16) -> LineId {
    let (class, claim) = paid.approved(first, 1).await;
    let (claim_id, pot) = (literal(&paid.app, claim.0), literal(&paid.app, class.pot.0));
    break_it(&paid.app, "UNTRIGGER claim_line claim_line_amount").await;
    for sql in [
        format!("UPDATE claim_line SET fen = {} WHERE claim_id = {claim_id}", UNIT / 2),
        format!("UPDATE claim SET total_fen = {} WHERE id = {claim_id}", UNIT / 2),
        format!(
            "UPDATE pot SET payable_fen = payable_fen - {0}, reserved_fen = reserved_fen + {0} WHERE id = {pot}",
            UNIT / 2
        ),
    ] {
        paid.app.db.writer().execute_unprepared(&sql).await.unwrap();
    }
    paid.lines(claim).await[0].id
}

#[rocket::async_test]
async fn in_no_state_is_done_what_the_table_of_moves_does_not_know() {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 7).await;
    let spare = half(&paid, 21).await;
    let spares = paid.approved(31, 1).await.1;
    let spares = paid.lines(spares).await[0].id;
    one_source(&paid).await;
    let moves = |spare: LineId| -> [(&Visitor, &'static str, Value); 6] {
        [
            (&paid.apart, "approve", json!({})),
            (&paid.apart, "reject", grounds()),
            (&paid.finance, "offset", json!({ "lines": [spare] })),
            (&paid.finance, "invoice", json!({})),
            (&paid.finance, "receive", receipt(UNIT, "J-7")),
            (&paid.supervisor, "write-off", grounds()),
        ]
    };
    let open: BTreeMap<ClawbackStatus, &[&str]> = BTreeMap::from([
        (ClawbackStatus::Requested, &["approve", "reject"][..]),
        (ClawbackStatus::Approved, &["offset", "invoice", "write-off"][..]),
        (ClawbackStatus::Offsetting, &["offset", "invoice", "write-off"][..]),
        (ClawbackStatus::Invoiced, &["offset", "receive", "write-off"][..]),
    ]);
    for (status, line) in ClawbackStatus::all().zip(&lines) {
        let one = in_state(&paid, line, status, spare).await;
        let at = format!("/api/v1/clawbacks/{}", id_of(&one));
        assert_eq!(paid.clerk.api_get(&at).await.json()["status"], json!(status), "{status}");
        let open = open.get(&status).copied().unwrap_or_default();
        for (by, verb, body) in moves(spares) {
            if !open.contains(&verb) {
                let answer = paid.act(by, &one, verb, body).await;
                assert_eq!(
                    (answer.status, &answer.json()["code"]),
                    (Status::Conflict, &json!("move.illegal")),
                    "{verb} {status}"
                );
            }
        }
    }
}
