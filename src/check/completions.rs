//! Completions and certificates: derived from marks and assessments, never typed.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::{
    class_session,
    values::{ClassId, ClassSessionStatus},
};
use rocket::futures::{Stream, TryStreamExt};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryResult, QuerySelect,
    Statement, StreamTrait,
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
              sum(CASE WHEN result <> 'failed' THEN 1 ELSE 0 END) AS passed FROM assessment GROUP BY enrolment_id) a \
              ON a.enrolment_id = k.enrolment_id WHERE k.passed <> (a.passed > 0) ORDER BY k.enrolment_id",
    },
    Question {
        rule: "assessment.own",
        table: "assessment",
        says: "was recorded for the school that taught",
        sql: "SELECT a.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM assessment a \
              JOIN enrolment e ON e.id = a.enrolment_id JOIN training_class c ON c.id = e.class_id \
              WHERE a.assessor_id = c.organisation_id ORDER BY a.id",
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
    Question {
        rule: "certificate.replaced",
        table: "certificate",
        says: "was replaced, and nothing took its place",
        sql: "SELECT t.id, t.serial AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM certificate t \
              WHERE t.status = 'replaced' AND NOT EXISTS (SELECT 1 FROM certificate n WHERE n.replaces = t.id) \
              ORDER BY t.serial",
    },
];

/// In classes that have marks, the minutes of every completion are the sum of its marks in sessions that were held, and
/// the length of those sessions. The sums are taken one after the other and put together here: a year has a mark for every
/// person and session, and joined in one question they cost three times as much.
pub(super) async fn minutes(tx: &DatabaseTransaction) -> Result<Vec<Finding>> {
    let (held, marked, taught) = (held(tx).await?, marked(tx).await?, taught(tx).await?);
    let mut findings = Vec::new();
    let mut rows = ask(
        tx,
        "SELECT enrolment_id, class_id, CAST(credited_minutes AS bigint) AS credited, \
         CAST(held_minutes AS bigint) AS held FROM completion",
    )
    .await?;
    while let Some(row) = rows.try_next().await? {
        let (id, class): (Uuid, ClassId) = (row.try_get("", "enrolment_id")?, row.try_get("", "class_id")?);
        let says: (i64, i64) = (row.try_get("", "credited")?, row.try_get("", "held")?);
        let counted = (marked.get(&id).copied().unwrap_or_default(), held.get(&class).copied().unwrap_or_default());
        if says != counted && taught.contains(&class) {
            let says = format!(
                "says {} of {} minutes, marks and sessions make {} of {}",
                says.0, says.1, counted.0, counted.1
            );
            findings.push(Finding { rule: "completion.minutes", row: named("completion", "", id), says });
        }
    }
    Ok(findings)
}

type Rows<'a> = std::pin::Pin<Box<dyn Stream<Item = std::result::Result<QueryResult, DbErr>> + Send + 'a>>;

async fn ask<'a>(tx: &'a DatabaseTransaction, sql: &str) -> Result<Rows<'a>> {
    let question = Statement::from_string(ConnectionTrait::get_database_backend(tx), sql);
    Ok(Box::pin(tx.stream_raw(question).await?))
}

/// Minutes that every enrolment was there, in sessions that were held.
async fn marked(tx: &DatabaseTransaction) -> Result<HashMap<Uuid, i64>> {
    let mut marked = HashMap::new();
    let mut rows = ask(
        tx,
        "SELECT m.enrolment_id, CAST(sum(m.minutes) AS bigint) AS minutes FROM attendance_mark m \
         WHERE m.session_id NOT IN (SELECT id FROM class_session WHERE status <> 'held' OR NOT creditable) \
         GROUP BY m.enrolment_id",
    )
    .await?;
    while let Some(row) = rows.try_next().await? {
        marked.insert(row.try_get("", "enrolment_id")?, row.try_get("", "minutes")?);
    }
    Ok(marked)
}

/// The classes that have a mark at all; of years that came in from elsewhere only the outcome is known.
async fn taught(tx: &DatabaseTransaction) -> Result<HashSet<ClassId>> {
    let mut taught = HashSet::new();
    let mut rows = ask(
        tx,
        "SELECT DISTINCT s.class_id FROM class_session s \
         WHERE EXISTS (SELECT 1 FROM attendance_mark m WHERE m.session_id = s.id)",
    )
    .await?;
    while let Some(row) = rows.try_next().await? {
        taught.insert(row.try_get("", "class_id")?);
    }
    Ok(taught)
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
        .filter(class_session::Column::Creditable.eq(true))
        .into_tuple::<(ClassId, DateTime<Utc>, DateTime<Utc>)>();
    let mut sessions = sessions.stream(tx).await?;
    while let Some((class, from, to)) = sessions.try_next().await? {
        *held.entry(class).or_default() += (to - from).num_minutes();
    }
    Ok(held)
}
