//! What `sidan check` says of money that was asked back.

use rocket::http::Status;
use serde_json::json;
use sidan::check;

use super::{one_source, receipt};
use crate::check::break_it;
use crate::support::after::{Paid, UNIT};
use crate::support::app::COUNTY;

/// Each rule with what breaks it.
pub const BREAKS: &[(&str, &[&str])] = &[
    ("clawback.paid", &["UPDATE claim_line SET status = 'claimed'"]),
    ("clawback.claim", &["UNTRIGGER clawback clawback_final", FIXED, "UPDATE clawback SET class_id = claim_id"]),
    (
        "clawback.received",
        &["UNTRIGGER clawback clawback_forth", "UPDATE clawback SET recovered_fen = 1 WHERE recovered_fen < fen"],
    ),
    (
        "clawback.set_off",
        &[
            "UNTRIGGER clawback_receipt clawback_receipt_no_update",
            "UPDATE clawback_receipt SET fen = fen - 1 WHERE kind = 'offset'",
        ],
    ),
    ("clawback.posted", &[FIXED, "UPDATE clawback SET fen = fen - 1 WHERE recovered_fen < fen"]),
    ("sample.drawn", &["UNTRIGGER sample_item sample_item_fixed", "UPDATE sample_item SET fen = fen + 1"]),
    ("sample.population", &["UNTRIGGER sample_run sample_run_no_update", "UPDATE sample_run SET fen = fen + 1"]),
    (
        "pot.recoverable",
        &["UPDATE pot SET recoverable_fen = recoverable_fen - 1, paid_fen = paid_fen + 1 WHERE recoverable_fen > 0"],
    ),
    (
        "pot.recovered",
        &["UPDATE pot SET recovered_fen = recovered_fen + 1, paid_fen = paid_fen - 1 WHERE paid_fen > 0"],
    ),
    (
        "pot.written_off",
        &["UPDATE pot SET written_off_fen = written_off_fen + 1, paid_fen = paid_fen - 1 WHERE paid_fen > 0"],
    ),
];
const FIXED: &str = "UNTRIGGER clawback clawback_fixed";

/// One that was set off, one of which a part came back, and a sample of what was paid.
async fn asked_back() -> Paid {
    let paid = Paid::gather().await;
    let (_, lines) = paid.paid(1, 2).await;
    let open = paid.lines(paid.approved(11, 1).await.1).await;
    one_source(&paid).await;
    let owed = paid.owed(&lines[0], UNIT).await;
    paid.act(&paid.finance, &owed, "offset", json!({ "lines": [open[0].id] })).await.is(Status::Ok);
    let owed = paid.owed(&lines[1], UNIT).await;
    paid.act(&paid.finance, &owed, "invoice", json!({})).await.is(Status::Ok);
    paid.act(&paid.finance, &owed, "receive", receipt(30_000, "J-1")).await.is(Status::Ok);
    let days = json!({ "area_code": COUNTY, "from_on": "2016-11-01", "to_on": "2016-11-20" });
    paid.apart.api_post("/api/v1/samples", days).await.is(Status::Created);
    paid.all_agrees().await;
    paid
}

#[rocket::async_test]
async fn every_rule_of_what_is_asked_back_names_the_row_that_breaks_it() {
    for (rule, deeds) in BREAKS {
        let paid = asked_back().await;
        for deed in *deeds {
            break_it(&paid.app, deed).await;
        }
        let report = check::run(&paid.app.db, &check::atlas(&paid.app.db).await.unwrap(), None).await.unwrap();
        let named = report.findings.iter().any(|found| found.rule == *rule);
        assert!(named, "{rule} is not named: {:#?}", report.findings);
    }
}
