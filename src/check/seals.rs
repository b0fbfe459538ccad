//! What was sealed is still there. Whether it is as it was, `sidan audit verify` tells, which has the keys.

use crate::check::question::Question;

const SAYS: &str = "its row is gone; its place in the chain is {stands}";

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        rule: "seal.deed",
        table: "audit_event",
        says: SAYS,
        sql: "SELECT s.row_id AS id, '' AS name, CAST(s.seq AS bigint) AS stands, CAST(0 AS bigint) AS counted \
              FROM seal s WHERE s.stream = 'audit' \
              AND NOT EXISTS (SELECT 1 FROM audit_event t WHERE t.id = s.row_id) ORDER BY s.seq",
    },
    Question {
        rule: "seal.posting",
        table: "posting",
        says: SAYS,
        sql: "SELECT s.row_id AS id, '' AS name, CAST(s.seq AS bigint) AS stands, CAST(0 AS bigint) AS counted \
              FROM seal s WHERE s.stream = 'ledger' \
              AND NOT EXISTS (SELECT 1 FROM posting t WHERE t.id = s.row_id) ORDER BY s.seq",
    },
];
