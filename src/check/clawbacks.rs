//! What is asked back: no more than was paid, what was received, and the pots from which it was paid. And samples: what was drawn
//! stood in the population.

use crate::check::question::Question;

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        rule: "sample.drawn",
        table: "sample_run",
        says: "says {stands} lines were drawn, {counted} of its population were",
        sql: "SELECT r.id, r.number AS name, CAST(r.chosen AS bigint) AS stands, CAST(count(u.line_id) AS bigint) AS counted \
              FROM sample_run r LEFT JOIN sample_item i ON i.run_id = r.id \
              LEFT JOIN sample_unit u ON u.run_id = i.run_id AND u.line_id = i.line_id AND u.fen = i.fen \
              GROUP BY r.id, r.number, r.chosen HAVING count(u.line_id) <> r.chosen ORDER BY r.number",
    },
    Question {
        rule: "sample.population",
        table: "sample_run",
        says: "says {stands} fen, its population comes to {counted}",
        sql: "SELECT r.id, r.number AS name, r.fen AS stands, CAST(coalesce(u.fen, 0) AS bigint) AS counted FROM sample_run r \
              LEFT JOIN (SELECT run_id, sum(fen) AS fen, count(*) AS n FROM sample_unit GROUP BY run_id) u ON u.run_id = r.id \
              WHERE r.fen <> coalesce(u.fen, 0) OR r.units <> coalesce(u.n, 0) ORDER BY r.number",
    },
    Question {
        rule: "clawback.paid",
        table: "claim_line",
        says: "was paid {stands} fen, {counted} are asked back",
        sql: "SELECT l.id, '' AS name, CASE WHEN l.status = 'paid' THEN l.fen ELSE 0 END AS stands, \
              CAST(b.fen AS bigint) AS counted FROM (SELECT line_id, sum(fen) AS fen FROM clawback \
              WHERE status <> 'rejected' GROUP BY line_id) b JOIN claim_line l ON l.id = b.line_id \
              WHERE b.fen > CASE WHEN l.status = 'paid' THEN l.fen ELSE 0 END ORDER BY l.id",
    },
    Question {
        rule: "clawback.claim",
        table: "clawback",
        says: "is of another claim, class or pot than its line, or asks it of somebody who was not paid",
        sql: "SELECT b.id, b.number AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM clawback b \
              JOIN claim_line l ON l.id = b.line_id JOIN claim c ON c.id = l.claim_id \
              WHERE b.claim_id <> c.id OR b.class_id <> c.class_id OR b.pot_id <> c.pot_id \
              OR b.organisation_id <> c.organisation_id OR NOT EXISTS (SELECT 1 FROM payment_line x \
              JOIN payment p ON p.id = x.payment_id WHERE x.line_id = b.line_id AND x.status = 'paid' \
              AND (p.organisation_id = b.payee_organisation OR p.person_id = b.payee_person)) ORDER BY b.number",
    },
    Question {
        rule: "clawback.received",
        table: "clawback",
        says: "says {stands} fen came back, {counted} were received",
        sql: "SELECT b.id, b.number AS name, b.recovered_fen AS stands, CAST(coalesce(r.fen, 0) AS bigint) AS counted \
              FROM clawback b LEFT JOIN (SELECT clawback_id, sum(fen) AS fen FROM clawback_receipt GROUP BY clawback_id) r \
              ON r.clawback_id = b.id WHERE b.recovered_fen <> coalesce(r.fen, 0) ORDER BY b.number",
    },
    Question {
        rule: "clawback.set_off",
        table: "clawback",
        says: "had {stands} fen set off, {counted} were settled so",
        sql: "SELECT b.id, b.number AS name, r.fen AS stands, CAST(coalesce(p.fen, 0) AS bigint) AS counted \
              FROM clawback_receipt r JOIN clawback b ON b.id = r.clawback_id LEFT JOIN payment p ON p.id = r.payment_id \
              AND p.status = 'paid' AND p.account_index IS NULL AND (p.organisation_id = b.payee_organisation \
              OR p.person_id = b.payee_person) WHERE r.kind = 'offset' AND r.fen <> coalesce(p.fen, 0) ORDER BY b.number",
    },
    Question {
        rule: "clawback.posted",
        table: "clawback",
        says: "asks {stands} fen back, {counted} were posted",
        sql: "SELECT b.id, b.number AS name, CASE WHEN b.status IN ('requested', 'rejected') THEN 0 ELSE b.fen END AS stands, \
              CAST(coalesce(x.fen, 0) AS bigint) AS counted FROM clawback b \
              LEFT JOIN (SELECT clawback_id, sum(fen) AS fen FROM posting WHERE credit = 'recoverable' \
              AND clawback_id IS NOT NULL GROUP BY clawback_id) x ON x.clawback_id = b.id \
              WHERE coalesce(x.fen, 0) <> CASE WHEN b.status IN ('requested', 'rejected') THEN 0 ELSE b.fen END \
              ORDER BY b.number",
    },
    Question {
        rule: "pot.recoverable",
        table: "pot",
        says: "says {stands} fen have to come back, its clawbacks come to {counted}",
        sql: "SELECT p.id, p.source AS name, p.recoverable_fen AS stands, CAST(coalesce(b.fen, 0) AS bigint) AS counted \
              FROM pot p LEFT JOIN (SELECT pot_id, sum(fen - recovered_fen - written_off_fen) AS fen FROM clawback \
              WHERE status NOT IN ('requested', 'rejected') GROUP BY pot_id) b ON b.pot_id = p.id \
              WHERE p.recoverable_fen <> coalesce(b.fen, 0) ORDER BY p.id",
    },
    Question {
        rule: "pot.recovered",
        table: "pot",
        says: "says {stands} fen came back, its clawbacks received {counted}",
        sql: "SELECT p.id, p.source AS name, p.recovered_fen + p.returned_fen AS stands, \
              CAST(coalesce(b.fen, 0) AS bigint) AS counted FROM pot p \
              LEFT JOIN (SELECT b.pot_id, sum(r.fen) AS fen, sum(CASE WHEN r.given_back THEN r.fen ELSE 0 END) AS back \
              FROM clawback_receipt r JOIN clawback b ON b.id = r.clawback_id GROUP BY b.pot_id) b ON b.pot_id = p.id \
              WHERE p.recovered_fen + p.returned_fen <> coalesce(b.fen, 0) OR p.returned_fen <> coalesce(b.back, 0) \
              ORDER BY p.id",
    },
    Question {
        rule: "pot.written_off",
        table: "pot",
        says: "says {stands} fen were written off, its clawbacks come to {counted}",
        sql: "SELECT p.id, p.source AS name, p.written_off_fen AS stands, CAST(coalesce(b.fen, 0) AS bigint) AS counted \
              FROM pot p LEFT JOIN (SELECT pot_id, sum(written_off_fen) AS fen FROM clawback GROUP BY pot_id) b \
              ON b.pot_id = p.id WHERE p.written_off_fen <> coalesce(b.fen, 0) ORDER BY p.id",
    },
];
