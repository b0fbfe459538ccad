//! What goes into a dossier, table by table. Another table is another entry.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::QueryResult;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::base::Result;

/// The rows of one table that belong to a claim.
pub(super) struct Table {
    pub file: &'static str,
    /// The table as `t`, and which of its rows; `$1` is the claim.
    pub of: &'static str,
    pub order: &'static str,
    pub columns: &'static [(&'static str, Kind)],
}

/// What stands in a column.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Id,
    Text,
    Int,
    Fen,
    Flag,
    Day,
    Moment,
}

use Kind::{Day, Fen, Flag, Id, Int, Moment, Text};

pub(super) const CLAIM: &str = "claim.jsonl";
pub(super) const LINES: &str = "claim_lines.jsonl";
pub(super) const PAYMENTS: &str = "payments.jsonl";
pub(super) const SAMPLES: &str = "sample_items.jsonl";
pub(super) const CLAWBACKS: &str = "clawbacks.jsonl";
pub(super) const RECEIPTS: &str = "clawback_receipts.jsonl";
pub(super) const CERTIFICATES: &str = "certificates.jsonl";
/// These are made apart: they stand as their seals cover them.
pub(super) const POSTINGS: &str = "postings.jsonl";
pub(super) const AUDIT: &str = "audit.jsonl";
pub(super) const SEALS: &str = "seals.jsonl";
pub(super) const PEOPLE: &str = "people.jsonl";
/// Credentials of certificates, a file each.
pub(super) const CREDENTIALS: &str = "credentials/";
pub(super) const KEYS: &str = "keys.json";
pub(super) const HEAD: &str = "head.json";
pub(super) const README: &str = "README.txt";

/// Reasons of single people, notes and whatever else may tell of health or need stay behind.
pub(super) const TABLES: &[Table] = &[
    Table {
        file: CLAIM,
        of: "claim t WHERE t.id = $1",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("number", Text),
            ("class_id", Id),
            ("organisation_id", Id),
            ("area_code", Text),
            ("pot_id", Id),
            ("status", Text),
            ("total_fen", Fen),
            ("submitted_by", Id),
            ("first_approved_by", Id),
            ("second_approved_by", Id),
            ("finance_approved_by", Id),
            ("reason", Text),
            ("submitted_at", Moment),
            ("kind", Text),
            ("tranche", Text),
            ("claimant", Text),
            ("contract_no", Text),
        ],
    },
    Table {
        file: LINES,
        of: "claim_line t WHERE t.claim_id = $1",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("claim_id", Id),
            ("enrolment_id", Id),
            ("person_id", Id),
            ("occupation", Text),
            ("level", Int),
            ("standard_id", Id),
            ("fen", Fen),
            ("status", Text),
            ("reason", Text),
            ("blocked_by", Id),
            ("kind", Text),
            ("tranche", Text),
            ("base_fen", Fen),
            ("uplift_percent", Int),
            ("uplift", Text),
            ("entitled_fen", Fen),
        ],
    },
    Table {
        file: "decisions.jsonl",
        of: "decision t WHERE t.claim_id = $1",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("claim_id", Id),
            ("action", Text),
            ("status", Text),
            ("decided_by", Id),
            ("role", Text),
            ("reason", Text),
            ("at", Moment),
        ],
    },
    Table {
        file: PAYMENTS,
        of: "payment t WHERE t.claim_id = $1",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("batch_id", Id),
            ("claim_id", Id),
            ("pot_id", Id),
            ("organisation_id", Id),
            ("person_id", Id),
            ("fen", Fen),
            ("lines", Int),
            ("reference", Text),
            ("status", Text),
            ("failure", Text),
            ("paid_on", Day),
            ("settled_at", Moment),
        ],
    },
    Table {
        file: "payment_lines.jsonl",
        of: "payment_line t WHERE t.payment_id IN (SELECT p.id FROM payment p WHERE p.claim_id = $1)",
        order: "t.payment_id, t.line_id",
        columns: &[("payment_id", Id), ("line_id", Id), ("fen", Fen), ("status", Text)],
    },
    Table {
        file: "payment_batches.jsonl",
        of: "payment_batch t WHERE t.id IN (SELECT p.batch_id FROM payment p WHERE p.claim_id = $1)",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("number", Text),
            ("pot_id", Id),
            ("status", Text),
            ("total_fen", Fen),
            ("payments", Int),
            ("lines", Int),
            ("file_hash", Text),
            ("frozen_by", Id),
            ("frozen_at", Moment),
            ("response_hash", Text),
            ("responded_at", Moment),
            ("reconciled_by", Id),
            ("reconciled_at", Moment),
        ],
    },
    Table {
        file: "notices.jsonl",
        of: "notice t WHERE t.claim_id = $1",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("number", Text),
            ("claim_id", Id),
            ("round", Int),
            ("list_hash", Text),
            ("lines", Int),
            ("total_fen", Fen),
            ("starts_on", Day),
            ("last_day", Day),
            ("status", Text),
        ],
    },
    Table {
        file: "notice_lines.jsonl",
        of: "notice_line t WHERE t.notice_id IN (SELECT n.id FROM notice n WHERE n.claim_id = $1)",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("notice_id", Id),
            ("ordinal", Int),
            ("line_id", Id),
            ("masked_name", Text),
            ("masked_number", Text),
            ("item", Text),
            ("fen", Fen),
        ],
    },
    Table {
        file: "pots.jsonl",
        of: "pot t WHERE t.id IN (SELECT c.pot_id FROM claim c WHERE c.id = $1)",
        order: "t.id",
        columns: &[("id", Id), ("source", Text), ("year", Int), ("area_code", Text), ("granted_fen", Fen)],
    },
    Table {
        file: "standards.jsonl",
        of: "subsidy_standard t WHERE t.id IN (SELECT l.standard_id FROM claim_line l WHERE l.claim_id = $1)",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("programme", Text),
            ("occupation", Text),
            ("area_code", Text),
            ("fen", Fen),
            ("valid_from", Day),
            ("valid_to", Day),
            ("document_no", Text),
            ("level", Int),
            ("payee", Text),
            ("kind", Text),
            ("per_hour", Flag),
            ("cap_fen", Fen),
            ("start_percent", Int),
            ("completion_percent", Int),
            ("outcome_percent", Int),
        ],
    },
    Table {
        file: "organisations.jsonl",
        of: "organisation t WHERE t.id IN (SELECT c.organisation_id FROM claim c WHERE c.id = $1)",
        order: "t.id",
        columns: &[("id", Id), ("kind", Text), ("name", Text), ("credit_code", Text), ("area_code", Text)],
    },
    Table {
        file: "classes.jsonl",
        of: "training_class t WHERE t.id IN (SELECT c.class_id FROM claim c WHERE c.id = $1)",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("number", Text),
            ("course_id", Id),
            ("course_version", Int),
            ("theory_minutes", Int),
            ("practice_minutes", Int),
            ("organisation_id", Id),
            ("assessor_id", Id),
            ("certificate_kind", Text),
            ("area_code", Text),
            ("programme", Text),
            ("occupation", Text),
            ("level", Int),
            ("title", Text),
            ("venue", Text),
            ("seats", Int),
            ("taken", Int),
            ("starts_on", Day),
            ("ends_on", Day),
            ("status", Text),
            ("attendance_percent", Int),
            ("approved_on", Day),
            ("standard_id", Id),
            ("unit_fen", Fen),
            ("ceiling_fen", Fen),
            ("pot_id", Id),
        ],
    },
    Table {
        file: "sessions.jsonl",
        of: "class_session t WHERE t.class_id IN (SELECT c.class_id FROM claim c WHERE c.id = $1)",
        order: "t.starts_at, t.id",
        columns: &[
            ("id", Id),
            ("class_id", Id),
            ("ordinal", Int),
            ("starts_at", Moment),
            ("ends_at", Moment),
            ("status", Text),
            ("mode", Text),
            ("venue_id", Id),
            ("trainer_id", Id),
            ("creditable", Flag),
            ("makes_up", Id),
        ],
    },
    Table {
        file: "enrolments.jsonl",
        of: "enrolment t WHERE t.id IN (SELECT l.enrolment_id FROM claim_line l WHERE l.claim_id = $1)",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("class_id", Id),
            ("person_id", Id),
            ("area_code", Text),
            ("status", Text),
            ("channel", Text),
            ("consent_at", Moment),
            ("enrolled_by", Id),
            ("seated_at", Moment),
            ("ended_at", Moment),
        ],
    },
    Table {
        file: "marks.jsonl",
        of: "attendance_mark t WHERE t.enrolment_id IN (SELECT l.enrolment_id FROM claim_line l WHERE l.claim_id = $1)",
        order: "t.enrolment_id, t.session_id",
        columns: &[
            ("session_id", Id),
            ("enrolment_id", Id),
            ("presence", Text),
            ("in_at", Moment),
            ("out_at", Moment),
            ("minutes", Int),
            ("method", Text),
            ("marked_by", Id),
            ("marked_at", Moment),
            ("standing", Text),
        ],
    },
    Table {
        file: "assessments.jsonl",
        of: "assessment t WHERE t.enrolment_id IN (SELECT l.enrolment_id FROM claim_line l WHERE l.claim_id = $1)",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("enrolment_id", Id),
            ("attempt", Int),
            ("result", Text),
            ("score", Int),
            ("assessor_id", Id),
            ("assessed_on", Day),
            ("recorded_by", Id),
            ("created_at", Moment),
        ],
    },
    Table {
        file: "completions.jsonl",
        of: "completion t WHERE t.enrolment_id IN (SELECT l.enrolment_id FROM claim_line l WHERE l.claim_id = $1)",
        order: "t.enrolment_id",
        columns: &[
            ("enrolment_id", Id),
            ("class_id", Id),
            ("person_id", Id),
            ("programme", Text),
            ("year", Int),
            ("area_code", Text),
            ("credited_minutes", Int),
            ("held_minutes", Int),
            ("passed", Flag),
            ("qualified", Flag),
            ("completed_on", Day),
        ],
    },
    Table {
        file: CERTIFICATES,
        of: "certificate t WHERE t.enrolment_id IN (SELECT l.enrolment_id FROM claim_line l WHERE l.claim_id = $1)",
        order: "t.serial",
        columns: &[
            ("id", Id),
            ("serial", Text),
            ("enrolment_id", Id),
            ("person_id", Id),
            ("class_id", Id),
            ("kind", Text),
            ("issued_on", Day),
            ("status", Text),
            ("title", Text),
            ("occupation", Text),
            ("level", Int),
            ("institution", Text),
            ("assessor", Text),
            ("credited_minutes", Int),
            ("held_minutes", Int),
            ("replaces", Id),
        ],
    },
    Table {
        file: SAMPLES,
        of: "sample_item t WHERE t.claim_id = $1",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("run_id", Id),
            ("line_id", Id),
            ("claim_id", Id),
            ("ordinal", Int),
            ("cause", Text),
            ("fen", Fen),
            ("status", Text),
            ("fault", Text),
            ("seen_by", Id),
            ("seen_at", Moment),
        ],
    },
    Table {
        file: "sample_runs.jsonl",
        of: "sample_run t WHERE t.id IN (SELECT i.run_id FROM sample_item i WHERE i.claim_id = $1)",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("number", Text),
            ("kind", Text),
            ("area_code", Text),
            ("from_on", Day),
            ("to_on", Day),
            ("method", Text),
            ("value_percent", Int),
            ("own_percent", Int),
            ("units", Int),
            ("fen", Fen),
            ("chosen", Int),
            ("chosen_fen", Fen),
            ("population_hash", Text),
            ("seed", Text),
            ("drawn_by", Id),
            ("drawn_at", Moment),
        ],
    },
    Table {
        file: CLAWBACKS,
        of: "clawback t WHERE t.claim_id = $1",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("number", Text),
            ("line_id", Id),
            ("claim_id", Id),
            ("pot_id", Id),
            ("payee_organisation", Id),
            ("payee_person", Id),
            ("source", Text),
            ("item_id", Id),
            ("case_id", Id),
            ("fault", Text),
            ("fen", Fen),
            ("recovered_fen", Fen),
            ("written_off_fen", Fen),
            ("status", Text),
            ("requested_by", Id),
            ("requested_at", Moment),
            ("decided_by", Id),
            ("decided_at", Moment),
            ("invoice_no", Text),
            ("due_on", Day),
            ("written_off_by", Id),
            ("written_off_at", Moment),
        ],
    },
    Table {
        file: RECEIPTS,
        of: "clawback_receipt t WHERE t.clawback_id IN (SELECT b.id FROM clawback b WHERE b.claim_id = $1)",
        order: "t.id",
        columns: &[
            ("id", Id),
            ("clawback_id", Id),
            ("kind", Text),
            ("fen", Fen),
            ("document_no", Text),
            ("received_on", Day),
            ("payment_id", Id),
            ("given_back", Flag),
            ("recorded_by", Id),
            ("recorded_at", Moment),
        ],
    },
];

/// What deeds are done to: the names under which the log knows them, of the tables above.
pub(super) const OBJECTS: &[(&str, &str)] = &[
    (CLAIM, "id"),
    (LINES, "id"),
    (PAYMENTS, "id"),
    ("classes.jsonl", "id"),
    ("sessions.jsonl", "id"),
    ("enrolments.jsonl", "id"),
    (CERTIFICATES, "serial"),
    (SAMPLES, "id"),
    (CLAWBACKS, "id"),
];

/// Deeds whose details may tell of one person's reasons: of them the hash goes out in the place of the text.
pub(super) const PERSONAL: &[&str] = &["enrolment", "certificate", "completion", "mark_request"];

impl Table {
    pub(super) fn sql(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|(name, _)| format!("t.{name} AS {name}")).collect();
        format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), self.of, self.order)
    }

    /// A row as it goes out.
    pub(super) fn row(&self, row: &QueryResult) -> Result<Value> {
        let mut out = Map::with_capacity(self.columns.len());
        for (name, kind) in self.columns {
            let value = match kind {
                Id => json!(row.try_get::<Option<Uuid>>("", name)?),
                Text => json!(row.try_get::<Option<String>>("", name)?),
                Int => json!(row.try_get::<Option<i32>>("", name)?),
                Fen => json!(row.try_get::<Option<i64>>("", name)?),
                Flag => json!(row.try_get::<Option<bool>>("", name)?),
                Day => json!(row.try_get::<Option<NaiveDate>>("", name)?),
                Moment => {
                    let at = row.try_get::<Option<DateTime<Utc>>>("", name)?;
                    json!(at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)))
                }
            };
            out.insert((*name).to_owned(), value);
        }
        Ok(Value::Object(out))
    }
}
