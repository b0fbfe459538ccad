//! States against one another, and against the dates that go with them.

use crate::check::question::Question;

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        rule: "class.unready",
        table: "class",
        says: "was approved without its day, its standard or its pot",
        sql: "SELECT id, number AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM training_class \
              WHERE status IN ('approved', 'running', 'ended', 'closed') \
              AND (approved_on IS NULL OR standard_id IS NULL OR pot_id IS NULL) ORDER BY number",
    },
    Question {
        rule: "class.dates",
        table: "class",
        says: "was approved after it had begun",
        sql: "SELECT id, number AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM training_class \
              WHERE approved_on > starts_on ORDER BY number",
    },
    Question {
        rule: "class.sessions",
        table: "class",
        says: "is over with {counted} sessions still planned",
        sql: "SELECT c.id, c.number AS name, CAST(0 AS bigint) AS stands, CAST(count(*) AS bigint) AS counted \
              FROM training_class c JOIN class_session s ON s.class_id = c.id \
              WHERE c.status IN ('ended', 'closed', 'cancelled') AND s.status = 'planned' \
              GROUP BY c.id, c.number ORDER BY c.number",
    },
    Question {
        rule: "enrolment.unfinished",
        table: "enrolment",
        says: "holds a seat in a class that is closed or cancelled",
        sql: "SELECT e.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM enrolment e \
              JOIN training_class c ON c.id = e.class_id \
              WHERE e.status IN ('seated', 'started') AND c.status IN ('closed', 'cancelled') ORDER BY e.id",
    },
    Question {
        rule: "enrolment.early",
        table: "enrolment",
        says: "is ahead of its class",
        sql: "SELECT e.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM enrolment e \
              JOIN training_class c ON c.id = e.class_id \
              WHERE (e.status IN ('completed', 'failed') AND c.status <> 'closed') \
              OR (e.status = 'started' AND c.status IN ('draft', 'applied', 'returned', 'approved')) \
              OR (e.status = 'seated' AND c.status IN ('draft', 'applied', 'returned')) ORDER BY e.id",
    },
    Question {
        rule: "enrolment.seat_time",
        table: "enrolment",
        says: "holds a seat and does not say since when",
        sql: "SELECT id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM enrolment \
              WHERE status IN ('seated', 'started', 'completed', 'failed') AND seated_at IS NULL ORDER BY id",
    },
    Question {
        rule: "completion.early",
        table: "completion",
        says: "stands though its class is not closed, or before the class began",
        sql: "SELECT k.enrolment_id AS id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted \
              FROM completion k JOIN training_class c ON c.id = k.class_id \
              WHERE c.status <> 'closed' OR k.completed_on < c.starts_on ORDER BY k.enrolment_id",
    },
    Question {
        rule: "certificate.early",
        table: "certificate",
        says: "is dated before the completion",
        sql: "SELECT t.id, t.serial AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted \
              FROM certificate t JOIN completion k ON k.enrolment_id = t.enrolment_id \
              WHERE t.issued_on < k.completed_on ORDER BY t.serial",
    },
    Question {
        rule: "claim.class",
        table: "claim",
        says: "is for a class that is not closed, of another organisation",
        sql: "SELECT c.id, c.number AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM claim c \
              JOIN training_class k ON k.id = c.class_id \
              WHERE k.status <> 'closed' OR k.organisation_id <> c.organisation_id ORDER BY c.number",
    },
    Question {
        rule: "claim.approvals",
        table: "claim",
        says: "got further than those who signed it",
        sql: "SELECT id, number AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM claim \
              WHERE (status IN ('first_approved', 'second_approved', 'paid') AND first_approved_by IS NULL) \
              OR (status IN ('second_approved', 'paid') AND second_approved_by IS NULL) \
              OR (status = 'paid' AND finance_approved_by IS NULL) ORDER BY number",
    },
    Question {
        rule: "target.superseded",
        table: "target",
        says: "is one of {counted} in force for one area, year and programme",
        sql: "SELECT t.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(d.n AS bigint) AS counted FROM target t \
              JOIN (SELECT year, area_code, programme, measure, count(*) AS n FROM target WHERE superseded_at IS NULL \
              GROUP BY year, area_code, programme, measure HAVING count(*) > 1) d ON d.year = t.year \
              AND d.area_code = t.area_code AND d.programme = t.programme AND d.measure = t.measure \
              WHERE t.superseded_at IS NULL ORDER BY t.id",
    },
];
