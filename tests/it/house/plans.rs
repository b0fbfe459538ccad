//! How the embedded database would answer what pages ask: nothing that grows with the people is read from end to end for one
//! page. A demonstration is small enough to hide such a reading; a province is not.

use std::{collections::BTreeSet, process::Command, sync::Mutex};

use tracing::{Event, Subscriber, field::Visit};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use super::tour;
use crate::demo;

/// Tables with a row for every person, seat, mark, yuan or deed.
const GROWING: &[&str] = &[
    "account",
    "assessment",
    "attendance_mark",
    "mark_try",
    "audit_event",
    "certificate",
    "call_back",
    "call_sample",
    "call_try",
    "change_request",
    "claim",
    "claim_line",
    "class_session",
    "clawback",
    "clawback_receipt",
    "complaint",
    "completion",
    "course",
    "decision",
    "doubt",
    "duplicate_pair",
    "enrolment",
    "enterprise_order",
    "eligibility_evidence",
    "eligibility_flag",
    "exclusion_entry",
    "export_job",
    "export_part",
    "hire",
    "household",
    "inspection",
    "inspection_photo",
    "message",
    "notice",
    "notice_line",
    "objection",
    "payment",
    "payment_batch",
    "payment_line",
    "bank_response",
    "person",
    "person_change",
    "posting",
    "quota_use",
    "reveal",
    "revocation",
    "risk_score",
    "role_grant",
    "sample_item",
    "sample_run",
    "sample_unit",
    "sanction",
    "sanction_answer",
    "sanction_appeal",
    "seal",
    "service_event",
    "session",
    "sheet_year",
    "supervision_case",
    "tally",
    "training_class",
];

/// What the house asked its database.
static ASKED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

struct Listen;

#[derive(Default)]
struct Statement {
    summary: String,
    whole: String,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.trim().clone_into(&mut self.whole),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
}

impl<S: Subscriber> Layer<S> for Listen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut told = Statement::default();
            event.record(&mut told);
            ASKED.lock().unwrap().insert(if told.whole.is_empty() { told.summary } else { told.whole });
        }
    }
}

/// The steps of the plan that read a growing table from end to end. Walking an index until a page is full is none.
fn readings(file: &rusqlite::Connection, statement: &str) -> Vec<String> {
    let mut plan = file.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
    let mut steps = plan.raw_query();
    let mut found = Vec::new();
    while let Some(step) = steps.next().unwrap() {
        let step: String = step.get("detail").unwrap();
        let Some((table, how)) = step.strip_prefix("SCAN ").map(|s| s.split_once(' ').unwrap_or((s, ""))) else {
            continue;
        };
        let walks = how.contains("INDEX") && statement.contains(" LIMIT ");
        // An empty list of ids is asked as a condition that is never true, which is seen before anything is read.
        let nothing = statement.contains("WHERE ? = ?") || statement.contains("AND ? = ?");
        if GROWING.contains(&table) && !walks && !nothing {
            found.push(step);
        }
    }
    found
}

#[test]
fn no_page_reads_a_whole_table() {
    if std::env::var_os("TEST_DATABASE_URL").is_some() {
        return;
    }
    // What is asked is heard in the whole process, so this tour has one of its own.
    let alone = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "house::plans::a_tour_by_itself", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&alone.stdout);
    assert!(alone.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&alone.stderr));
}

#[rocket::async_test]
#[ignore = "runs in a process of its own, by no_page_reads_a_whole_table"]
async fn a_tour_by_itself() {
    let demo = demo::make(demo::SEED).await;
    let path = demo.url.trim_start_matches("sqlite://").split('?').next().unwrap();
    let client = demo.serve().await;
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Listen)).unwrap();
    assert_eq!(tour::of_everybody(&demo, &client, "en").await, Vec::<String>::new());
    let asked = ASKED.lock().unwrap().clone();
    let asked: Vec<_> = asked.iter().filter(|s| s.starts_with("SELECT") || s.starts_with("WITH")).collect();
    assert!(asked.len() > 100, "the tour asked only {} things: is it heard?", asked.len());
    let file = rusqlite::Connection::open(path).unwrap();
    let whole: Vec<_> =
        asked.into_iter().map(|s| (readings(&file, s), s)).filter(|(found, _)| !found.is_empty()).collect();
    assert!(whole.is_empty(), "{whole:#?}");
}
