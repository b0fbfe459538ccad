//! The money of a dossier, counted again: lines, payments and postings come to the same sums.

use serde_json::Value;

use crate::dossiers::archive::Files;
use crate::dossiers::check::{Row, rows};
use crate::dossiers::tables::{CLAIM, CLAWBACKS, LINES, PAYMENTS, POSTINGS, RECEIPTS};

fn fen(row: &Row, column: &str) -> i128 {
    row.get(column).and_then(Value::as_i64).map_or(0, i128::from)
}

fn is(row: &Row, column: &str, word: &str) -> bool {
    row.get(column).and_then(Value::as_str) == Some(word)
}

/// The sum of a column over the rows that are meant.
fn sum(rows: &[Row], column: &str, meant: impl Fn(&Row) -> bool) -> i128 {
    rows.iter().filter(|row| meant(row)).map(|row| fen(row, column)).sum()
}

/// States of a claim from its second approval on: what is not paid of it is owed.
const OWING: [&str; 7] =
    ["second_approved", "in_notice", "cleared", "finance_approved", "paying", "pay_failed", "paid"];

/// What does not agree, a line each. What cannot be read at all is told where the rows are looked at.
pub(super) fn faults(files: &Files, number: &str) -> Vec<String> {
    let read = |name| rows(files, name);
    let (claim, lines, payments, postings) = match (read(CLAIM), read(LINES), read(PAYMENTS), read(POSTINGS)) {
        (Ok(claim), Ok(lines), Ok(payments), Ok(postings)) => (claim, lines, payments, postings),
        (claim, lines, payments, postings) => {
            return [claim, lines, payments, postings].into_iter().filter_map(std::result::Result::err).collect();
        }
    };
    let [claim] = claim.as_slice() else { return vec![format!("{CLAIM}: there is not one claim in it")] };
    let mut faults = Vec::new();
    let mut agree = |what: &str, one: i128, other: i128| {
        if one != other {
            faults.push(format!("{what}: {one} fen against {other} fen"));
        }
    };
    let id = claim.get("id").and_then(Value::as_str).unwrap_or_default();
    let of_claim = |row: &Row| is(row, "claim_id", id);
    let paid_lines = sum(&lines, "fen", |line| is(line, "status", "paid"));
    let due_lines = sum(&lines, "fen", |line| !is(line, "status", "refused") && !is(line, "status", "void"));
    let due = if is(claim, "status", "rejected") { due_lines } else { fen(claim, "total_fen") };
    agree("the lines that are paid or payable against the total of the claim", due_lines, due);
    agree(
        "the payments against the lines that are paid",
        sum(&payments, "fen", |row| is(row, "status", "paid")),
        paid_lines,
    );
    // What was asked back afterwards left `paid` again and is counted below.
    let paid_out =
        sum(&postings, "fen", |row| of_claim(row) && is(row, "debit", "payable") && is(row, "credit", "paid"));
    agree("what the postings moved into paid against the payments", paid_out, paid_lines);
    let moved = |account: &str| {
        sum(&postings, "fen", |row| of_claim(row) && is(row, "credit", account))
            - sum(&postings, "fen", |row| of_claim(row) && is(row, "debit", account))
    };
    let owes = OWING.iter().any(|status| is(claim, "status", status));
    let owed = if owes { due - paid_lines } else { 0 };
    agree("what the postings left payable against what is approved and not yet paid", moved("payable"), owed);
    if !is(claim, "number", number) {
        faults.push(format!("{CLAIM}: it is not the claim that the manifest names"));
    }
    if let Some(line) = lines.iter().chain(&payments).find(|row| !of_claim(row)) {
        let id = line.get("id").and_then(Value::as_str).unwrap_or_default();
        faults.push(format!("{id} is of another claim"));
    }
    faults.extend(asked_back(files, &postings).unwrap_or_else(|unread| vec![unread]));
    faults
}

/// What was asked back: each sum of a clawback against its postings and against what was received.
fn asked_back(files: &Files, postings: &[Row]) -> Result<Vec<String>, String> {
    let (clawbacks, receipts) = (rows(files, CLAWBACKS)?, rows(files, RECEIPTS)?);
    let mut faults = Vec::new();
    for clawback in &clawbacks {
        let text = |column: &str| clawback.get(column).and_then(Value::as_str).unwrap_or_default();
        let (id, number) = (text("id"), text("number"));
        let posted =
            |account: &str| sum(postings, "fen", |row| is(row, "clawback_id", id) && is(row, "credit", account));
        let asked = if matches!(text("status"), "requested" | "rejected") { 0 } else { fen(clawback, "fen") };
        let received = sum(&receipts, "fen", |row| is(row, "clawback_id", id));
        for (what, says, counted) in [
            ("asks back against its postings", asked, posted("recoverable")),
            ("says came back against its postings", fen(clawback, "recovered_fen"), posted("recovered")),
            ("says came back against its receipts", fen(clawback, "recovered_fen"), received),
            ("says was written off against its postings", fen(clawback, "written_off_fen"), posted("written_off")),
        ] {
            if says != counted {
                faults.push(format!("what {number} {what}: {says} fen against {counted} fen"));
            }
        }
    }
    Ok(faults)
}
