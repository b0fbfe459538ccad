//! Money: pots against their postings, claims against their lines, payments against their claims, to the fen.

use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::base::Result;
use crate::check::Finding;
use crate::check::question::{Question, named};

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        rule: "claim.total",
        table: "claim",
        says: "says {stands} fen, its lines that lead to money sum to {counted}",
        sql: "SELECT c.id, c.number AS name, c.total_fen AS stands, CAST(coalesce(l.fen, 0) AS bigint) AS counted \
              FROM claim c LEFT JOIN (SELECT claim_id, sum(fen) AS fen FROM claim_line \
              WHERE status NOT IN ('refused', 'void') GROUP BY claim_id) l ON l.claim_id = c.id \
              WHERE c.status <> 'rejected' AND c.total_fen <> coalesce(l.fen, 0) ORDER BY c.number",
    },
    Question {
        rule: "claim.lines",
        table: "claim",
        says: "has {counted} lines in a state that does not go with its own",
        sql: "SELECT c.id, c.number AS name, CAST(0 AS bigint) AS stands, CAST(count(*) AS bigint) AS counted \
              FROM claim c JOIN claim_line l ON l.claim_id = c.id \
              WHERE (c.status = 'paid' AND l.status NOT IN ('paid', 'refused', 'held')) \
              OR (c.status = 'rejected' AND l.status NOT IN ('refused', 'void')) \
              OR (c.status IN ('submitted', 'returned', 'first_approved') AND l.status NOT IN ('claimed', 'refused')) \
              OR (c.status IN ('second_approved', 'in_notice') AND l.status NOT IN ('claimed', 'refused', 'held')) \
              OR (c.status IN ('cleared', 'finance_approved', 'paying', 'pay_failed') \
              AND l.status IN ('claimed', 'void')) \
              GROUP BY c.id, c.number ORDER BY c.number",
    },
    Question {
        rule: "claim.payment",
        table: "claim",
        says: "has paid lines of {stands} fen, {counted} fen went out in payments",
        sql: "SELECT c.id, c.number AS name, CAST(coalesce(l.fen, 0) AS bigint) AS stands, \
              CAST(coalesce(p.fen, 0) AS bigint) AS counted FROM claim c \
              LEFT JOIN (SELECT claim_id, sum(fen) AS fen FROM claim_line WHERE status = 'paid' GROUP BY claim_id) l \
              ON l.claim_id = c.id \
              LEFT JOIN (SELECT claim_id, sum(fen) AS fen FROM payment WHERE status = 'paid' GROUP BY claim_id) p \
              ON p.claim_id = c.id WHERE coalesce(l.fen, 0) <> coalesce(p.fen, 0) ORDER BY c.number",
    },
    Question {
        rule: "payment.claim",
        table: "payment",
        says: "is for a claim of another pot, or to another institution",
        sql: "SELECT p.id, p.reference AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted \
              FROM payment p JOIN claim c ON c.id = p.claim_id JOIN payment_batch b ON b.id = p.batch_id \
              WHERE c.pot_id <> p.pot_id OR b.pot_id <> p.pot_id \
              OR (p.organisation_id IS NOT NULL AND p.organisation_id <> c.organisation_id) ORDER BY p.id",
    },
    Question {
        rule: "payment.lines",
        table: "payment",
        says: "says {stands} fen, its lines come to {counted}",
        sql: "SELECT p.id, p.reference AS name, p.fen AS stands, CAST(coalesce(l.fen, 0) AS bigint) AS counted \
              FROM payment p LEFT JOIN (SELECT payment_id, sum(fen) AS fen, count(*) AS n FROM payment_line \
              GROUP BY payment_id) l ON l.payment_id = p.id \
              WHERE p.fen <> coalesce(l.fen, 0) OR p.lines <> coalesce(l.n, 0) ORDER BY p.id",
    },
    Question {
        rule: "payment.state",
        table: "payment",
        says: "has {counted} lines in a state that does not go with its own",
        sql: "SELECT p.id, p.reference AS name, CAST(0 AS bigint) AS stands, CAST(count(*) AS bigint) AS counted \
              FROM payment p JOIN payment_line x ON x.payment_id = p.id JOIN claim_line l ON l.id = x.line_id \
              WHERE x.status <> p.status OR l.claim_id <> p.claim_id OR x.fen <> l.fen \
              OR (p.status = 'pending' AND l.status <> 'batched') OR (p.status = 'paid' AND l.status <> 'paid') \
              OR (p.status = 'failed' AND p.mended_at IS NULL AND l.status <> 'failed') \
              GROUP BY p.id, p.reference ORDER BY p.id",
    },
    Question {
        rule: "line.paid_twice",
        table: "claim_line",
        says: "is in {counted} payments that wait or were paid",
        sql: "SELECT line_id AS id, '' AS name, CAST(1 AS bigint) AS stands, CAST(count(*) AS bigint) AS counted \
              FROM payment_line WHERE status IN ('pending', 'paid') GROUP BY line_id HAVING count(*) > 1 ORDER BY line_id",
    },
    Question {
        rule: "batch.total",
        table: "payment_batch",
        says: "says {stands} fen, its payments come to {counted}",
        sql: "SELECT b.id, b.number AS name, b.total_fen AS stands, CAST(coalesce(p.fen, 0) AS bigint) AS counted \
              FROM payment_batch b LEFT JOIN (SELECT batch_id, sum(fen) AS fen, count(*) AS n, sum(lines) AS lines \
              FROM payment WHERE status <> 'cancelled' GROUP BY batch_id) p ON p.batch_id = b.id \
              WHERE b.status <> 'cancelled' AND (b.total_fen <> coalesce(p.fen, 0) OR b.payments <> coalesce(p.n, 0) \
              OR b.lines <> coalesce(p.lines, 0)) ORDER BY b.number",
    },
    Question {
        rule: "batch.ledger",
        table: "payment_batch",
        says: "paid {stands} fen, {counted} were posted under its number",
        sql: "SELECT b.id, b.number AS name, CAST(coalesce(p.fen, 0) AS bigint) AS stands, \
              CAST(coalesce(x.fen, 0) AS bigint) AS counted FROM payment_batch b \
              LEFT JOIN (SELECT batch_id, sum(fen) AS fen FROM payment WHERE status = 'paid' GROUP BY batch_id) p \
              ON p.batch_id = b.id \
              LEFT JOIN (SELECT pot_id, document_no, sum(fen) AS fen FROM posting WHERE credit = 'paid' \
              AND document_no IS NOT NULL GROUP BY pot_id, document_no) x ON x.pot_id = b.pot_id AND x.document_no = b.number \
              WHERE b.layout IS NOT NULL AND coalesce(p.fen, 0) <> coalesce(x.fen, 0) ORDER BY b.number",
    },
    Question {
        rule: "batch.state",
        table: "payment_batch",
        says: "has {counted} payments in a state that does not go with its own",
        sql: "SELECT b.id, b.number AS name, CAST(0 AS bigint) AS stands, CAST(count(*) AS bigint) AS counted \
              FROM payment_batch b JOIN payment p ON p.batch_id = b.id \
              WHERE (b.status IN ('building', 'frozen', 'sent') AND p.status NOT IN ('pending', 'cancelled')) \
              OR (b.status IN ('responded', 'reconciled') AND p.status = 'pending') \
              OR (b.status = 'cancelled' AND p.status <> 'cancelled') GROUP BY b.id, b.number ORDER BY b.number",
    },
    Question {
        rule: "claim.owed",
        table: "claim",
        says: "{stands} fen are due by its state, {counted} were posted as payable",
        sql: "SELECT c.id, c.number AS name, \
              CASE WHEN c.status IN ('second_approved', 'in_notice', 'cleared', 'finance_approved', 'paying', 'pay_failed', \
              'paid') THEN c.total_fen ELSE 0 END AS stands, \
              CAST(coalesce(p.fen, 0) AS bigint) AS counted FROM claim c LEFT JOIN (SELECT claim_id, \
              sum(CASE WHEN credit = 'payable' THEN fen WHEN credit = 'reserved' THEN -fen ELSE 0 END) AS fen \
              FROM posting WHERE credit = 'payable' OR debit = 'payable' GROUP BY claim_id) p ON p.claim_id = c.id \
              WHERE coalesce(p.fen, 0) <> CASE WHEN c.status IN ('second_approved', 'in_notice', 'cleared', \
              'finance_approved', 'paying', 'pay_failed', 'paid') THEN c.total_fen ELSE 0 END \
              ORDER BY c.number",
    },
    Question {
        rule: "claim.posted",
        table: "claim",
        says: "has paid lines of {stands} fen, {counted} were posted as paid",
        sql: "SELECT c.id, c.number AS name, CAST(coalesce(l.fen, 0) AS bigint) AS stands, \
              CAST(coalesce(p.fen, 0) AS bigint) AS counted FROM claim c \
              LEFT JOIN (SELECT claim_id, sum(fen) AS fen FROM claim_line WHERE status = 'paid' GROUP BY claim_id) l \
              ON l.claim_id = c.id LEFT JOIN (SELECT claim_id, sum(fen) AS fen \
              FROM posting WHERE credit = 'paid' GROUP BY claim_id) p ON p.claim_id = c.id \
              WHERE coalesce(p.fen, 0) <> coalesce(l.fen, 0) ORDER BY c.number",
    },
    Question {
        rule: "line.base",
        table: "claim_line",
        says: "begins at {stands} fen, the class was approved at {counted}",
        sql: "SELECT l.id, '' AS name, l.base_fen AS stands, k.unit_fen AS counted FROM claim_line l \
              JOIN claim c ON c.id = l.claim_id JOIN training_class k ON k.id = c.class_id \
              WHERE l.kind = 'training' AND l.base_fen <> k.unit_fen ORDER BY l.id",
    },
    Question {
        rule: "line.entitled",
        table: "claim_line",
        says: "comes to {stands} fen in all, by its percent it is {counted}",
        sql: ENTITLED,
    },
    Question {
        rule: "line.amount",
        table: "claim_line",
        says: "comes to {stands} fen in all, its parts take {counted}",
        sql: "SELECT l.id, '' AS name, l.entitled_fen AS stands, CAST(s.fen AS bigint) AS counted FROM claim_line l \
              JOIN (SELECT enrolment_id, kind, max(entitled_fen) AS entitled, sum(fen) AS fen FROM claim_line \
              WHERE status NOT IN ('refused', 'void') GROUP BY enrolment_id, kind) s \
              ON s.enrolment_id = l.enrolment_id AND s.kind = l.kind \
              WHERE l.status NOT IN ('refused', 'void') AND s.fen > s.entitled ORDER BY l.id",
    },
    Question {
        rule: "line.twice",
        table: "claim_line",
        says: "is one of {counted} that are payable for one person and skill",
        sql: "SELECT l.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(d.n AS bigint) AS counted FROM claim_line l \
              JOIN (SELECT person_id, occupation, level, count(*) AS n FROM claim_line \
              WHERE status NOT IN ('refused', 'void') GROUP BY person_id, occupation, level, kind, tranche \
              HAVING count(*) > 1) d \
              ON d.person_id = l.person_id AND d.occupation = l.occupation AND d.level = l.level \
              WHERE l.status NOT IN ('refused', 'void') ORDER BY l.id",
    },
    Question {
        rule: "line.unqualified",
        table: "claim_line",
        says: "is payable for somebody who did not qualify in this class",
        // What is paid ahead is for whoever began.
        sql: "SELECT l.id, '' AS name, CAST(0 AS bigint) AS stands, CAST(0 AS bigint) AS counted FROM claim_line l \
              JOIN claim c ON c.id = l.claim_id LEFT JOIN completion k ON k.enrolment_id = l.enrolment_id \
              WHERE l.status NOT IN ('refused', 'void') AND l.tranche <> 'start' AND (k.enrolment_id IS NULL OR NOT k.qualified \
              OR k.class_id <> c.class_id OR (k.person_id <> l.person_id AND NOT EXISTS \
              (SELECT 1 FROM person p WHERE p.id = l.person_id AND p.merged_into = k.person_id))) ORDER BY l.id",
    },
];

/// What a standard by the person comes to with its percent, rounded half up once; of training at most what was reserved for
/// a seat. A standard by the hour is rounded with its hours.
const ENTITLED: &str = "SELECT l.id, '' AS name, l.entitled_fen AS stands, l.counted FROM (\
     SELECT l.*, CASE WHEN l.kind = 'training' AND k.ceiling_fen < (2 * l.base_fen * (100 + l.uplift_percent) + 100) / 200 \
     THEN k.ceiling_fen ELSE (2 * l.base_fen * (100 + l.uplift_percent) + 100) / 200 END AS counted FROM claim_line l \
     JOIN claim c ON c.id = l.claim_id JOIN training_class k ON k.id = c.class_id \
     JOIN subsidy_standard s ON s.id = l.standard_id WHERE NOT s.per_hour) l WHERE l.entitled_fen <> l.counted ORDER BY l.id";

/// The columns of a pot that are balances of accounts, and what their account is called.
const COLUMNS: [(&str, &str); 8] = [
    ("granted", "appropriation"),
    ("available", "available"),
    ("reserved", "reserved"),
    ("payable", "payable"),
    ("paid", "paid"),
    ("recoverable", "recoverable"),
    ("recovered", "recovered"),
    ("written_off", "written_off"),
];

/// Every column of every pot is the sum of its postings, and the sum that everybody can follow holds: granted − reserved −
/// payable − paid out + returned = available. A posting takes from the account that it debits and gives to the one that it
/// credits, so the sides agree by themselves; what the appropriation gave is what was granted.
pub(super) async fn pots(db: &impl ConnectionTrait) -> Result<Vec<Finding>> {
    let balance = |(column, account): (&str, &str)| {
        let sign = if column == "granted" { "-" } else { "" };
        format!(
            "{sign}CAST(coalesce(sum(CASE WHEN x.credit = '{account}' THEN x.fen WHEN x.debit = '{account}' THEN -x.fen \
             ELSE 0 END), 0) AS bigint) AS {column}, p.{column}_fen"
        )
    };
    let balances = COLUMNS.map(balance).join(", ");
    let grouped = COLUMNS.map(|(column, _)| format!("p.{column}_fen")).join(", ");
    let sql = format!(
        "SELECT p.id, p.year, p.area_code, {balances}, p.returned_fen, CAST(coalesce(sum(CASE WHEN x.debit = 'recovered' \
         THEN x.fen ELSE 0 END), 0) AS bigint) AS returned, CAST(coalesce(sum(CASE WHEN x.credit = 'paid' THEN x.fen \
         ELSE 0 END), 0) AS bigint) AS paid_out \
         FROM pot p LEFT JOIN posting x ON x.pot_id = p.id \
         GROUP BY p.id, p.year, p.area_code, {grouped}, p.returned_fen ORDER BY p.year, p.area_code"
    );
    let mut findings = Vec::new();
    for row in db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await? {
        let (id, year, area): (Uuid, i32, String) =
            (row.try_get("", "id")?, row.try_get("", "year")?, row.try_get("", "area_code")?);
        let name = named("pot", &format!("{year} {area}"), id);
        let number = |column: &str| -> Result<i64> { Ok(row.try_get("", column)?) };
        for column in COLUMNS.map(|(column, _)| column).into_iter().chain(["returned"]) {
            let (stands, posted) = (number(&format!("{column}_fen"))?, number(column)?);
            if stands != posted {
                let says = format!("says {stands} fen {column}, its postings make {posted}");
                findings.push(Finding { rule: "pot.postings", row: name.clone(), says });
            }
        }
        let taken = number("reserved_fen")? + number("payable_fen")? + number("paid_out")? - number("returned_fen")?;
        let differ = number("granted_fen")? - taken - number("available_fen")?;
        if differ != 0 {
            let says = format!("its parts differ by {differ} fen from what was granted");
            findings.push(Finding { rule: "pot.adds_up", row: name, says });
        }
    }
    Ok(findings)
}
