//! Public notices: what is in the notice lies open, what went on lay open before, and a frozen list is what its hash says.

use sea_orm::ConnectionTrait;

use crate::base::Result;
use crate::check::Finding;
use crate::check::question::{Question, named};
use crate::notices;

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        rule: "claim.notice",
        table: "claim",
        says: "is in the notice, and {counted} notices of it lie open",
        sql: "SELECT c.id, c.number AS name, CAST(1 AS bigint) AS stands, CAST(count(n.id) AS bigint) AS counted \
              FROM claim c LEFT JOIN notice n ON n.claim_id = c.id AND n.status = 'open' WHERE c.status = 'in_notice' \
              GROUP BY c.id, c.number HAVING count(n.id) <> 1 ORDER BY c.number",
    },
    Question {
        rule: "notice.claim",
        table: "notice",
        says: "lies open though its claim is not in the notice",
        sql: "SELECT n.id, n.number AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM notice n \
              JOIN claim c ON c.id = n.claim_id WHERE n.status = 'open' AND c.status <> 'in_notice' ORDER BY n.number",
    },
    Question {
        rule: "notice.list",
        table: "notice",
        says: "shows {counted} rows that are no lines of its claim, or lacks some that are",
        sql: "SELECT n.id, n.number AS name, CAST(0 AS bigint) AS stands, CAST(count(*) AS bigint) AS counted FROM notice n \
              JOIN (SELECT x.notice_id, x.line_id FROM notice_line x JOIN claim_line l ON l.id = x.line_id \
              WHERE l.status NOT IN ('claimed', 'held') AND coalesce(l.reason, '') <> 'line.objection_upheld' \
              UNION ALL SELECT o.id, l.id FROM notice o JOIN claim_line l ON l.claim_id = o.claim_id \
              LEFT JOIN notice_line x ON x.notice_id = o.id AND x.line_id = l.id \
              WHERE o.status = 'open' AND l.status IN ('claimed', 'held') AND (x.id IS NULL OR x.fen <> l.fen)) d \
              ON d.notice_id = n.id WHERE n.status = 'open' GROUP BY n.id, n.number ORDER BY n.number",
    },
    Question {
        rule: "notice.sum",
        table: "notice",
        says: "says {stands} fen, its rows sum to {counted}",
        sql: "SELECT n.id, n.number AS name, n.total_fen AS stands, CAST(coalesce(sum(x.fen), 0) AS bigint) AS counted \
              FROM notice n LEFT JOIN notice_line x ON x.notice_id = n.id GROUP BY n.id, n.number, n.total_fen, n.lines \
              HAVING n.total_fen <> coalesce(sum(x.fen), 0) OR n.lines <> count(x.id) ORDER BY n.number",
    },
    Question {
        rule: "line.unnoticed",
        table: "claim_line",
        says: "went on to the finance bureau without a notice that was over",
        sql: "SELECT l.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM claim_line l \
              WHERE l.status IN ('cleared', 'approved', 'batched', 'paid', 'failed') \
              AND NOT EXISTS (SELECT 1 FROM notice_exempt e WHERE e.claim_id = l.claim_id) \
              AND NOT EXISTS (SELECT 1 FROM notice_line x JOIN notice n ON n.id = x.notice_id \
              WHERE x.line_id = l.id AND n.claim_id = l.claim_id AND n.status = 'over') ORDER BY l.id",
    },
    Question {
        rule: "line.disputed",
        table: "claim_line",
        says: "goes on though an objection to it is not answered",
        sql: "SELECT DISTINCT l.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM objection o \
              JOIN claim_line l ON l.id = o.line_id WHERE o.status IN ('received', 'investigated') \
              AND l.status IN ('cleared', 'approved', 'batched', 'paid', 'failed') ORDER BY l.id",
    },
    Question {
        rule: "objection.upheld",
        table: "objection",
        says: "was upheld, and its line leads to money all the same",
        sql: "SELECT o.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM objection o \
              JOIN claim_line l ON l.enrolment_id = o.enrolment_id WHERE o.status = 'upheld' \
              AND l.status NOT IN ('refused', 'void') ORDER BY o.id",
    },
];

/// Frozen lists whose rows are not those that were hashed.
pub(super) async fn hashes(db: &impl ConnectionTrait) -> Result<Vec<Finding>> {
    let found = notices::broken(db).await?;
    let finding = |row: entities::notice::Model| Finding {
        rule: "notice.hash",
        row: named("notice", &row.number, row.id.0),
        says: "its rows are not those that were published".to_owned(),
    };
    Ok(found.into_iter().map(finding).collect())
}
