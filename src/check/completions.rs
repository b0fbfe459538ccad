//! Completions and certificates: derived from marks and assessments, never typed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    class_session,
    values::{ClassId, ClassSessionStatus},
};
use rocket::futures::TryStreamExt;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, Statement, StreamTrait,
};
use uuid::Uuid;

use crate::base::Result;
use crate::check::Finding;
use crate::check::question::{Question, named};

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        rule: "completion.verdict",
        table: "completion",
        says: "{stands} of {counted} minutes and its assessment do not make the verdict that it carries",
        sql: "SELECT k.enrolment_id AS id, '' AS name, CAST(k.credited_minutes AS bigint) AS stands, \
              CAST(k.held_minutes AS bigint) AS counted \
              FROM completion k JOIN training_class c ON c.id = k.class_id \
              WHERE k.held_minutes > 0 AND k.qualified <> (k.passed AND CAST(k.credited_minutes AS bigint) * 100 >= \
              CAST(k.held_minutes AS bigint) * c.attendance_percent) ORDER BY k.enrolment_id",
    },
    Question {
        rule: "completion.assessment",
        table: "completion",
        says: "does not say of the assessment what its {counted} attempts say",
        sql: "SELECT k.enrolment_id AS id, '' AS name, CAST(0 AS bigint) AS stands, CAST(a.n AS bigint) AS counted \
              FROM completion k JOIN (SELECT enrolment_id, count(*) AS n, \
              sum(CASE WHEN passed THEN 1 ELSE 0 END) AS passed FROM assessment GROUP BY enrolment_id) a \
              ON a.enrolment_id = k.enrolment_id WHERE k.passed <> (a.passed > 0) ORDER BY k.enrolment_id",
    },
    Question {
        rule: "completion.enrolment",
        table: "completion",
        says: "does not go with its enrolment: another person, another class or another outcome",
        sql: "SELECT k.enrolment_id AS id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted \
              FROM completion k JOIN enrolment e ON e.id = k.enrolment_id \
              WHERE e.person_id <> k.person_id OR e.class_id <> k.class_id OR (k.qualified AND e.status <> 'completed') \
              OR (NOT k.qualified AND e.status <> 'failed') ORDER BY k.enrolment_id",
    },
    Question {
        rule: "completion.missing",
        table: "enrolment",
        says: "is finished without a completion",
        sql: "SELECT e.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM enrolment e \
              WHERE e.status IN ('completed', 'failed') \
              AND NOT EXISTS (SELECT 1 FROM completion k WHERE k.enrolment_id = e.id) ORDER BY e.id",
    },
    Question {
        rule: "certificate.unqualified",
        table: "certificate",
        says: "is published for somebody who did not qualify in this class",
        sql: "SELECT t.id, t.serial AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted \
              FROM certificate t LEFT JOIN completion k ON k.enrolment_id = t.enrolment_id \
              WHERE t.status = 'published' AND (k.enrolment_id IS NULL OR NOT k.qualified \
              OR k.person_id <> t.person_id OR k.class_id <> t.class_id) ORDER BY t.serial",
    },
];

/// In classes that have marks, the minutes of every completion are the sum of its marks in sessions that were held, and
/// the length of those sessions.
pub(super) async fn minutes(tx: &DatabaseTransaction) -> Result<Vec<Finding>> {
    let held = held(tx).await?;
    let sql = "SELECT k.enrolment_id, k.class_id, CAST(k.credited_minutes AS bigint) AS credited, \
               CAST(k.held_minutes AS bigint) AS held, CAST(coalesce(m.minutes, 0) AS bigint) AS marked FROM completion k \
               LEFT JOIN (SELECT m.enrolment_id, sum(m.minutes) AS minutes FROM attendance_mark m \
               JOIN class_session s ON s.id = m.session_id WHERE s.status = 'held' GROUP BY m.enrolment_id) m \
               ON m.enrolment_id = k.enrolment_id \
               WHERE k.class_id IN (SELECT s.class_id FROM class_session s \
               WHERE EXISTS (SELECT 1 FROM attendance_mark m WHERE m.session_id = s.id))";
    let mut findings = Vec::new();
    let mut rows = tx.stream_raw(Statement::from_string(ConnectionTrait::get_database_backend(tx), sql)).await?;
    while let Some(row) = rows.try_next().await? {
        let (id, class): (Uuid, ClassId) = (row.try_get("", "enrolment_id")?, row.try_get("", "class_id")?);
        let says: (i64, i64) = (row.try_get("", "credited")?, row.try_get("", "held")?);
        let counted: (i64, i64) = (row.try_get("", "marked")?, held.get(&class).copied().unwrap_or_default());
        if says != counted {
            let says = format!(
                "says {} of {} minutes, marks and sessions make {} of {}",
                says.0, says.1, counted.0, counted.1
            );
            findings.push(Finding { rule: "completion.minutes", row: named("completion", "", id), says });
        }
    }
    Ok(findings)
}

/// Minutes of the sessions of each class that were held. Instants are text in one database and not in the other, so they
/// are subtracted here.
#[expect(clippy::disallowed_methods, reason = "a check looks at every row")]
async fn held(tx: &DatabaseTransaction) -> Result<HashMap<ClassId, i64>> {
    let mut held: HashMap<ClassId, i64> = HashMap::new();
    let sessions = class_session::Entity::find()
        .select_only()
        .column(class_session::Column::ClassId)
        .column(class_session::Column::StartsAt)
        .column(class_session::Column::EndsAt)
        .filter(class_session::Column::Status.eq(ClassSessionStatus::Held))
        .into_tuple::<(ClassId, DateTime<Utc>, DateTime<Utc>)>();
    let mut sessions = sessions.stream(tx).await?;
    while let Some((class, from, to)) = sessions.try_next().await? {
        *held.entry(class).or_default() += (to - from).num_minutes();
    }
    Ok(held)
}
