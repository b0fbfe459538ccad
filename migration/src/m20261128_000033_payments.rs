//! Paying in batches: a file for the bank, its answer, and payments by payee. What was paid before, a row a claim, becomes a
//! batch of its own each.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, binary_null, date, date_null, integer, string, string_len, string_len_null, string_null, text,
        text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{allow, append_only, index, refuse, stop_guarding, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Who took a step of a claim.
const HANDS: &str = "(c.submitted_by, c.first_approved_by, c.second_approved_by)";

/// Name, event, condition, words, and the table of a guard.
fn guards() -> Vec<(&'static str, &'static str, String, &'static str, &'static str)> {
    vec![
        (
            "payment_fixed",
            "UPDATE OF batch_id, claim_id, pot_id, organisation_id, person_id, fen, lines, reference ON payment",
            "TRUE".to_owned(),
            "what a payment is stays",
            "payment",
        ),
        (
            "payment_settled",
            "UPDATE OF status, paid_on, settled_at, failure ON payment",
            "OLD.status <> 'pending'".to_owned(),
            "what was settled stays",
            "payment",
        ),
        (
            "payment_late",
            "INSERT ON payment",
            // What was paid before may be written after it, as far as the batch says.
            "NOT EXISTS (SELECT 1 FROM payment_batch b WHERE b.id = NEW.batch_id AND (b.status = 'building' \
             OR (b.status = 'reconciled' AND NEW.status <> 'pending' AND b.total_fen >= NEW.fen + \
             (SELECT coalesce(sum(p.fen), 0) FROM payment p WHERE p.batch_id = NEW.batch_id AND p.status <> 'cancelled'))))"
                .to_owned(),
            "a batch that was frozen takes no payment",
            "payment",
        ),
        (
            "payment_hands",
            "INSERT ON payment",
            format!(
                "EXISTS (SELECT 1 FROM claim c JOIN payment_batch b ON b.id = NEW.batch_id \
                 WHERE c.id = NEW.claim_id AND b.built_by IN {HANDS})"
            ),
            "who took a step of a claim does not pay it",
            "payment",
        ),
        ("payment_kept", "DELETE ON payment", "TRUE".to_owned(), "a payment stays", "payment"),
        (
            "payment_line_fixed",
            // The state goes with the payment, by a key of both.
            "UPDATE ON payment_line",
            "NEW.payment_id <> OLD.payment_id OR NEW.line_id <> OLD.line_id OR NEW.fen <> OLD.fen".to_owned(),
            "what is paid for stays",
            "payment_line",
        ),
        ("payment_line_kept", "DELETE ON payment_line", "TRUE".to_owned(), "what is paid for stays", "payment_line"),
        (
            "payment_batch_frozen",
            "UPDATE OF pot_id, number, layout, total_fen, payments, lines, file_hash ON payment_batch",
            "OLD.status <> 'building'".to_owned(),
            "a batch that was frozen does not change",
            "payment_batch",
        ),
        (
            "payment_batch_final",
            "UPDATE OF status ON payment_batch",
            "OLD.status IN ('reconciled', 'cancelled')".to_owned(),
            "a batch that is done does not change",
            "payment_batch",
        ),
        ("payment_batch_kept", "DELETE ON payment_batch", "TRUE".to_owned(), "a batch stays", "payment_batch"),
        (
            "bank_response_applied",
            "UPDATE ON bank_response",
            "OLD.applied_at IS NOT NULL".to_owned(),
            "an answer that was applied does not change",
            "bank_response",
        ),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        stop_guarding(m, "payment").await?;
        db.execute_unprepared("CREATE TABLE payment_before AS SELECT * FROM payment").await?;
        m.drop_table(Table::drop().table("payment").to_owned()).await?;
        layouts(m).await?;
        batches(m).await?;
        payments(m).await?;
        keep(m).await?;
        index(m, "claim_pot", "claim (pot_id, status, id)").await?;
        index(m, "posting_document", "posting (pot_id, document_no) WHERE document_no IS NOT NULL").await?;
        for (name, event, condition, says, _) in guards() {
            refuse(m, name, event, &condition, says).await?;
        }
        append_only(m, "bank_layout").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        stop_guarding(m, "bank_layout").await?;
        for (name, _, _, _, table) in guards() {
            allow(m, name, table).await?;
        }
        for name in ["posting_document", "claim_pot"] {
            db.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        // One row a claim, as it was: of several payments the first stands for all.
        db.execute_unprepared(
            "CREATE TABLE payment_before AS SELECT p.id, p.claim_id, p.pot_id, c.organisation_id, \
             (SELECT CAST(sum(q.fen) AS bigint) FROM payment q WHERE q.claim_id = p.claim_id AND q.status = 'paid') AS fen, \
             (SELECT CAST(sum(q.lines) AS integer) FROM payment q WHERE q.claim_id = p.claim_id AND q.status = 'paid') \
             AS lines, p.reference AS bank_reference, b.built_by AS paid_by, p.settled_at AS paid_at FROM payment p \
             JOIN claim c ON c.id = p.claim_id JOIN payment_batch b ON b.id = p.batch_id \
             WHERE p.status = 'paid' AND NOT EXISTS (SELECT 1 FROM payment q WHERE q.claim_id = p.claim_id \
             AND q.status = 'paid' AND q.id < p.id)",
        )
        .await?;
        for table in ["bank_response", "payment_line", "payment", "payment_batch", "bank_layout"] {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        m.create_table(
            Table::create()
                .table("payment")
                .col(uuid("id"))
                .col(uuid("claim_id"))
                .col(uuid("pot_id"))
                .col(uuid("organisation_id"))
                .col(big_integer("fen"))
                .col(integer("lines"))
                .col(string("bank_reference"))
                .col(uuid("paid_by"))
                .col(timestamp_with_time_zone("paid_at"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("payment", "claim_id", "claim"))
                .foreign_key(&mut to("payment", "pot_id", "pot"))
                .check(("payment_amount", Expr::cust("fen >= 0")))
                .to_owned(),
        )
        .await?;
        let columns = "id, claim_id, pot_id, organisation_id, fen, lines, bank_reference, paid_by, paid_at";
        db.execute_unprepared(&format!("INSERT INTO payment ({columns}) SELECT {columns} FROM payment_before")).await?;
        m.drop_table(Table::drop().table("payment_before").to_owned()).await?;
        unique(m, "payment_claim", "payment (claim_id)").await?;
        append_only(m, "payment").await
    }
}

async fn layouts(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("bank_layout")
            .col(string_len("code", 32))
            .col(string("name_zh"))
            .col(string("name_en"))
            .col(text("spec"))
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .primary_key(Index::create().col("code"))
            .to_owned(),
    )
    .await
}

async fn batches(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("payment_batch")
            .col(uuid("id"))
            .col(string("number"))
            .col(uuid("pot_id"))
            .col(string("area_code"))
            .col(word("status"))
            .col(string_len_null("layout", 32))
            .col(big_integer("total_fen"))
            .col(integer("payments"))
            .col(integer("lines"))
            .col(string_null("file_hash"))
            .col(uuid("built_by"))
            .col(timestamp_with_time_zone("built_at"))
            .col(uuid_null("frozen_by"))
            .col(timestamp_with_time_zone_null("frozen_at"))
            .col(uuid_null("fetched_by"))
            .col(timestamp_with_time_zone_null("fetched_at"))
            .col(integer("fetches"))
            .col(uuid_null("sent_by"))
            .col(timestamp_with_time_zone_null("sent_at"))
            .col(string_null("response_hash"))
            .col(uuid_null("responded_by"))
            .col(timestamp_with_time_zone_null("responded_at"))
            .col(uuid_null("reconciled_by"))
            .col(timestamp_with_time_zone_null("reconciled_at"))
            .col(uuid_null("cancelled_by"))
            .col(timestamp_with_time_zone_null("cancelled_at"))
            .col(text_null("reason"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("payment_batch", "pot_id", "pot"))
            .check(("payment_batch_total", Expr::cust("total_fen >= 0 AND payments >= 0 AND lines >= 0")))
            .check((
                "payment_batch_file",
                Expr::cust("layout IS NULL OR status IN ('building', 'cancelled') OR file_hash IS NOT NULL"),
            ))
            .to_owned(),
    )
    .await?;
    m.create_table(
        Table::create()
            .table("bank_response")
            .col(uuid("id"))
            .col(uuid("batch_id"))
            .col(string("file_name"))
            .col(string("file_hash"))
            .col(integer("rows"))
            .col(text("outcomes"))
            .col(uuid("checked_by"))
            .col(timestamp_with_time_zone("checked_at"))
            .col(uuid_null("applied_by"))
            .col(timestamp_with_time_zone_null("applied_at"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("bank_response", "batch_id", "payment_batch"))
            .to_owned(),
    )
    .await?;
    unique(m, "payment_batch_number", "payment_batch (number)").await?;
    // Of several who build at once for a pot one does.
    unique(m, "payment_batch_open", "payment_batch (pot_id) WHERE status = 'building'").await?;
    index(m, "payment_batch_area", "payment_batch (area_code, id)").await?;
    index(m, "payment_batch_pot", "payment_batch (pot_id, id)").await?;
    index(m, "payment_batch_status", "payment_batch (status, area_code, id)").await?;
    unique(m, "bank_response_file", "bank_response (batch_id, file_hash)").await?;
    unique(m, "bank_response_one", "bank_response (batch_id) WHERE applied_at IS NOT NULL").await
}

async fn payments(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("payment")
            .col(uuid("id"))
            .col(uuid("batch_id"))
            .col(uuid("claim_id"))
            .col(uuid("pot_id"))
            .col(string("area_code"))
            .col(uuid_null("organisation_id"))
            .col(uuid_null("person_id"))
            .col(big_integer("fen"))
            .col(integer("lines"))
            .col(string("reference"))
            .col(word("status"))
            .col(binary_null("sealed"))
            .col(string_null("account_index"))
            .col(string_len_null("account_tail", 8))
            .col(word_null("failure"))
            .col(string_len_null("bank_code", 32))
            .col(date_null("paid_on"))
            .col(timestamp_with_time_zone_null("settled_at"))
            .col(uuid_null("mended_by"))
            .col(timestamp_with_time_zone_null("mended_at"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("payment", "batch_id", "payment_batch"))
            .foreign_key(&mut to("payment", "claim_id", "claim"))
            .foreign_key(&mut to("payment", "pot_id", "pot"))
            .check(("payment_amount", Expr::cust("fen > 0 AND lines > 0")))
            .check(("payment_payee", Expr::cust("(organisation_id IS NULL) <> (person_id IS NULL)")))
            .check(("payment_failure", Expr::cust("(status = 'failed') = (failure IS NOT NULL)")))
            .check(("payment_day", Expr::cust("(status = 'paid') = (paid_on IS NOT NULL)")))
            .check(("payment_mended", Expr::cust("mended_at IS NULL OR status = 'failed'")))
            .to_owned(),
    )
    .await?;
    unique(m, "payment_state", "payment (id, status)").await?;
    m.create_table(
        Table::create()
            .table("payment_line")
            .col(uuid("payment_id"))
            .col(uuid("line_id"))
            .col(big_integer("fen"))
            .col(word("status"))
            .primary_key(Index::create().col("payment_id").col("line_id"))
            .foreign_key(&mut to("payment_line", "line_id", "claim_line"))
            .foreign_key(
                ForeignKey::create()
                    .name("payment_line_state")
                    .from("payment_line", ("payment_id", "status"))
                    .to("payment", ("id", "status"))
                    .on_update(ForeignKeyAction::Cascade),
            )
            .check(("payment_line_amount", Expr::cust("fen > 0")))
            .to_owned(),
    )
    .await?;
    unique(m, "payment_reference", "payment (batch_id, reference)").await?;
    index(m, "payment_claim", "payment (claim_id, id)").await?;
    index(m, "payment_batch_rows", "payment (batch_id, id)").await?;
    index(m, "payment_open", "payment (area_code, id) WHERE status = 'failed' AND mended_at IS NULL").await?;
    index(m, "payment_organisation", "payment (organisation_id, id) WHERE organisation_id IS NOT NULL").await?;
    index(m, "payment_person", "payment (person_id, id) WHERE person_id IS NOT NULL").await?;
    index(m, "payment_pot_day", "payment (pot_id, settled_at) WHERE status = 'paid'").await?;
    index(m, "payment_line_payment", "payment_line (payment_id, status)").await?;
    // Nobody is paid twice for one line.
    unique(m, "payment_line_once", "payment_line (line_id) WHERE status IN ('pending', 'paid')").await
}

/// What was paid before: a batch each, that is done.
async fn keep(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = m.get_connection();
    let day = match db.get_database_backend() {
        // A text of ISO 8601 begins with its day; a county of Jiangxi is eight hours ahead of it.
        sea_orm_migration::sea_orm::DatabaseBackend::Sqlite => "date(o.paid_at, '+8 hours')",
        _ => "CAST(o.paid_at AT TIME ZONE 'Asia/Shanghai' AS date)",
    };
    db.execute_unprepared(
        "INSERT INTO payment_batch (id, number, pot_id, area_code, status, total_fen, payments, lines, built_by, built_at, \
         fetches, sent_by, sent_at, responded_by, responded_at, reconciled_by, reconciled_at, version) \
         SELECT o.id, 'B-' || c.number, o.pot_id, p.area_code, 'reconciled', o.fen, 1, o.lines, o.paid_by, o.paid_at, 0, \
         o.paid_by, o.paid_at, o.paid_by, o.paid_at, o.paid_by, o.paid_at, 1 FROM payment_before o \
         JOIN claim c ON c.id = o.claim_id JOIN pot p ON p.id = o.pot_id WHERE o.fen > 0",
    )
    .await?;
    db.execute_unprepared(&format!(
        "INSERT INTO payment (id, batch_id, claim_id, pot_id, area_code, organisation_id, fen, lines, reference, status, \
         paid_on, settled_at) SELECT o.id, o.id, o.claim_id, o.pot_id, c.area_code, o.organisation_id, o.fen, o.lines, \
         o.bank_reference, 'paid', {day}, o.paid_at FROM payment_before o JOIN claim c ON c.id = o.claim_id WHERE o.fen > 0"
    ))
    .await?;
    db.execute_unprepared(
        "INSERT INTO payment_line (payment_id, line_id, fen, status) SELECT p.id, l.id, l.fen, 'paid' FROM payment p \
         JOIN claim_line l ON l.claim_id = p.claim_id WHERE l.status = 'paid' AND l.fen > 0",
    )
    .await?;
    m.drop_table(Table::drop().table("payment_before").to_owned()).await
}
