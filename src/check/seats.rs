//! Seats: what a class says it has taken, who sits there, who waits, and what each has used of the year's quota.

use crate::check::question::Question;

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        rule: "class.taken",
        table: "class",
        says: "says {stands} seats taken, its enrolments hold {counted}",
        sql: "SELECT c.id, c.number AS name, CAST(c.taken AS bigint) AS stands, CAST(coalesce(e.n, 0) AS bigint) AS counted \
              FROM training_class c LEFT JOIN (SELECT class_id, count(*) AS n FROM enrolment \
              WHERE status IN ('seated', 'started', 'completed', 'failed') GROUP BY class_id) e ON e.class_id = c.id \
              WHERE c.taken <> coalesce(e.n, 0) ORDER BY c.number",
    },
    Question {
        rule: "class.oversold",
        table: "class",
        says: "has {stands} seats, its enrolments hold {counted}",
        sql: "SELECT c.id, c.number AS name, CAST(c.seats AS bigint) AS stands, CAST(e.n AS bigint) AS counted \
              FROM training_class c JOIN (SELECT class_id, count(*) AS n FROM enrolment \
              WHERE status IN ('seated', 'started', 'completed', 'failed') GROUP BY class_id) e ON e.class_id = c.id \
              WHERE e.n > c.seats OR c.taken > c.seats ORDER BY c.number",
    },
    Question {
        rule: "enrolment.twice",
        table: "enrolment",
        says: "is one of {counted} live enrolments of one person in one class",
        sql: "SELECT e.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(d.n AS bigint) AS counted FROM enrolment e \
              JOIN (SELECT class_id, person_id, count(*) AS n FROM enrolment \
              WHERE status IN ('waitlisted', 'seated', 'started', 'completed', 'failed') \
              GROUP BY class_id, person_id HAVING count(*) > 1) d \
              ON d.class_id = e.class_id AND d.person_id = e.person_id \
              WHERE e.status IN ('waitlisted', 'seated', 'started', 'completed', 'failed') ORDER BY e.id",
    },
    Question {
        rule: "enrolment.waits_beside_free_seat",
        table: "enrolment",
        says: "waits though {stands} of {counted} seats are taken",
        sql: "SELECT e.id, '' AS name, CAST(c.taken AS bigint) AS stands, CAST(c.seats AS bigint) AS counted \
              FROM enrolment e JOIN training_class c ON c.id = e.class_id \
              WHERE e.status = 'waitlisted' AND c.status = 'approved' AND c.taken < c.seats ORDER BY e.id",
    },
    Question {
        rule: "enrolment.waits_for_nothing",
        table: "enrolment",
        says: "waits for a class that takes nobody any more",
        sql: "SELECT e.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted \
              FROM enrolment e JOIN training_class c ON c.id = e.class_id \
              WHERE e.status = 'waitlisted' AND c.status NOT IN ('applied', 'returned', 'approved') ORDER BY e.id",
    },
    Question {
        rule: "quota.missing",
        table: "enrolment",
        says: "holds a seat and has used {counted} places of the quota instead of 1",
        sql: "SELECT e.id, '' AS name, CAST(1 AS bigint) AS stands, CAST(coalesce(q.n, 0) AS bigint) AS counted \
              FROM enrolment e LEFT JOIN (SELECT enrolment_id, count(*) AS n FROM quota_use GROUP BY enrolment_id) q \
              ON q.enrolment_id = e.id \
              WHERE e.status IN ('seated', 'started', 'completed', 'failed') AND coalesce(q.n, 0) <> 1 ORDER BY e.id",
    },
    Question {
        rule: "quota.stray",
        table: "quota_use of enrolment",
        says: "is used up for an enrolment that holds no seat, of another person or in another programme",
        sql: "SELECT q.enrolment_id AS id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted \
              FROM quota_use q JOIN enrolment e ON e.id = q.enrolment_id JOIN training_class c ON c.id = e.class_id \
              WHERE e.status NOT IN ('seated', 'started', 'completed', 'failed') OR e.person_id <> q.person_id \
              OR c.programme <> q.programme ORDER BY q.enrolment_id",
    },
];
