//! Institutions against their sanctions.

use crate::check::question::Question;

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        rule: "organisation.standing",
        table: "organisation",
        says: "is suspended or struck off by no sanction",
        sql: "SELECT o.id, o.name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM organisation o \
              WHERE o.status <> 'active' AND NOT EXISTS (SELECT 1 FROM sanction s WHERE s.organisation_id = o.id \
              AND s.status = 'in_force' AND s.kind = CASE o.status WHEN 'delisted' THEN 'delist' ELSE 'suspend' END) \
              ORDER BY o.id",
    },
    Question {
        rule: "organisation.struck_off",
        table: "organisation",
        says: "is struck off and takes part",
        sql: "SELECT o.id, o.name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM sanction s \
              JOIN organisation o ON o.id = s.organisation_id \
              WHERE s.kind = 'delist' AND s.status = 'in_force' AND o.status <> 'delisted' ORDER BY o.id",
    },
    Question {
        rule: "sanction.answer",
        table: "sanction",
        says: "waits for the county with {counted} open answers",
        sql: "SELECT s.id, s.number AS name, CAST(0 AS bigint) AS stands, CAST(count(a.id) AS bigint) AS counted \
              FROM sanction s LEFT JOIN sanction_answer a ON a.sanction_id = s.id AND a.verdict IS NULL \
              GROUP BY s.id, s.number, s.status HAVING (s.status = 'answered') <> (count(a.id) = 1) \
              AND s.status NOT IN ('lifted') ORDER BY s.number",
    },
    Question {
        rule: "sanction.appeal",
        table: "sanction",
        says: "stands though the appeal against it was upheld",
        sql: "SELECT s.id, s.number AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM sanction s \
              JOIN sanction_appeal a ON a.sanction_id = s.id \
              WHERE a.status = 'upheld' AND s.status IN ('in_force', 'answered') ORDER BY s.number",
    },
    Question {
        rule: "risk.standing",
        table: "organisation",
        says: "stands in the list at {stands} points, its latest score says {counted}",
        sql: "SELECT l.organisation_id AS id, '' AS name, CAST(l.points AS bigint) AS stands, \
              CAST(r.points AS bigint) AS counted FROM risk_standing l JOIN risk_score r ON r.id = l.score_id \
              WHERE r.points <> l.points OR r.band <> l.band OR r.scored_on <> l.scored_on \
              OR r.organisation_id <> l.organisation_id ORDER BY l.organisation_id",
    },
];
