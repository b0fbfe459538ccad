//! After paying: what was drawn to be looked at and what was found, and what is asked back.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, boolean, date, date_null, integer, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{allow, append_only, index, refuse, stop_guarding, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Who took a step of the claim does not say that its lines are in order; nor does the natural person behind the account.
const HANDS: &str = "EXISTS (SELECT 1 FROM claim c JOIN account a ON a.id IN (c.submitted_by, c.first_approved_by, \
    c.second_approved_by, c.finance_approved_by) WHERE c.id = NEW.claim_id AND (a.id = NEW.seen_by \
    OR coalesce(a.holder_id, a.person_id) = NEW.seen_holder)) \
    OR EXISTS (SELECT 1 FROM decision d JOIN account a ON a.id = d.decided_by WHERE d.claim_id = NEW.claim_id \
    AND (a.id = NEW.seen_by OR coalesce(a.holder_id, a.person_id) = NEW.seen_holder))";

/// Of a line no more is asked back than was paid for it.
const BEYOND: &str = "NOT EXISTS (SELECT 1 FROM claim_line l WHERE l.id = NEW.line_id AND l.claim_id = NEW.claim_id \
    AND l.status = 'paid' AND l.fen >= NEW.fen + (SELECT coalesce(sum(b.fen), 0) FROM clawback b \
    WHERE b.line_id = NEW.line_id AND b.status <> 'rejected'))";

/// No more comes back than is asked back.
const TOO_MUCH: &str = "NOT EXISTS (SELECT 1 FROM clawback b WHERE b.id = NEW.clawback_id \
    AND b.status IN ('approved', 'offsetting', 'invoiced') AND b.fen >= NEW.fen + \
    (SELECT coalesce(sum(r.fen), 0) FROM clawback_receipt r WHERE r.clawback_id = NEW.clawback_id))";

/// Guards by name and table: on what event, under what condition, what they say.
const GUARDS: [(&str, &str, &str, &str, &str); 11] = [
    (
        "sample_item_hands",
        "sample_item",
        "UPDATE OF seen_by ON sample_item",
        HANDS,
        "who took a step does not look at it",
    ),
    ("sample_item_final", "sample_item", "UPDATE ON sample_item", "OLD.status <> 'chosen'", "what was found stays"),
    (
        "sample_item_fixed",
        "sample_item",
        "UPDATE OF run_id, line_id, claim_id, class_id, organisation_id, area_code, ordinal, cause, fen ON sample_item",
        "TRUE",
        "what was drawn stays",
    ),
    ("sample_item_kept", "sample_item", "DELETE ON sample_item", "TRUE", "what was drawn stays"),
    ("clawback_beyond", "clawback", "INSERT ON clawback", BEYOND, "more than was paid"),
    (
        "clawback_fixed",
        "clawback",
        "UPDATE OF number, line_id, claim_id, class_id, pot_id, area_code, organisation_id, payee_organisation, \
         payee_person, source, item_id, case_id, fault, note, fen, requested_by, requested_holder ON clawback",
        "TRUE",
        "what was asked back stays",
    ),
    (
        "clawback_once",
        "clawback",
        "UPDATE OF decided_by, decided_holder ON clawback",
        "OLD.decided_by IS NOT NULL",
        "it was decided already",
    ),
    (
        "clawback_final",
        "clawback",
        "UPDATE ON clawback",
        "OLD.status IN ('rejected', 'recovered', 'written_off')",
        "it is over",
    ),
    (
        "clawback_forth",
        "clawback",
        "UPDATE OF recovered_fen ON clawback",
        "NEW.recovered_fen <> (SELECT coalesce(sum(r.fen), 0) FROM clawback_receipt r WHERE r.clawback_id = NEW.id)",
        "what came back is what was received",
    ),
    ("clawback_kept", "clawback", "DELETE ON clawback", "TRUE", "it stays"),
    ("clawback_receipt_beyond", "clawback_receipt", "INSERT ON clawback_receipt", TOO_MUCH, "more than is asked back"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        runs(m).await?;
        items(m).await?;
        clawbacks(m).await?;
        receipts(m).await?;
        for (name, _, event, condition, says) in GUARDS {
            refuse(m, name, event, condition, says).await?;
        }
        for table in ["sample_run", "sample_unit", "clawback_receipt"] {
            append_only(m, table).await?;
        }
        // What was paid within some days, by area.
        index(m, "payment_paid_day", "payment (area_code, paid_on) WHERE status = 'paid'").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.get_connection().execute_unprepared("DROP INDEX payment_paid_day").await?;
        for table in ["sample_run", "sample_unit", "clawback_receipt"] {
            stop_guarding(m, table).await?;
        }
        for (name, table, _, _, _) in GUARDS {
            allow(m, name, table).await?;
        }
        for table in ["clawback_receipt", "clawback", "sample_item", "sample_unit", "sample_run"] {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn runs(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("sample_run")
            .col(uuid("id"))
            .col(string("number"))
            .col(word("kind"))
            .col(string("area_code"))
            .col(date("from_on"))
            .col(date("to_on"))
            .col(string("method"))
            .col(integer("value_percent"))
            .col(integer("own_percent"))
            .col(integer("units"))
            .col(big_integer("fen"))
            .col(integer("chosen"))
            .col(big_integer("chosen_fen"))
            .col(string("population_hash"))
            .col(string("seed"))
            .col(uuid("drawn_by"))
            .col(timestamp_with_time_zone("drawn_at"))
            .primary_key(Index::create().col("id"))
            .check(("sample_run_days", Expr::cust("from_on <= to_on")))
            .check(("sample_run_part", Expr::cust("units > 0 AND chosen BETWEEN 1 AND units AND chosen_fen <= fen")))
            .to_owned(),
    )
    .await?;
    unique(m, "sample_run_number", "sample_run (number)").await?;
    index(m, "sample_run_area", "sample_run (area_code, id)").await?;
    m.create_table(
        Table::create()
            .table("sample_unit")
            .col(uuid("run_id"))
            .col(uuid("line_id"))
            .col(word("kind"))
            .col(uuid("organisation_id"))
            .col(word("programme"))
            .col(big_integer("fen"))
            .col(word("band"))
            .col(integer("percent"))
            .col(boolean("own"))
            .primary_key(Index::create().col("run_id").col("line_id"))
            .foreign_key(&mut to("sample_unit", "run_id", "sample_run"))
            .foreign_key(&mut to("sample_unit", "line_id", "claim_line"))
            .check(("sample_unit_percent", Expr::cust("fen > 0 AND percent BETWEEN 0 AND 100")))
            .to_owned(),
    )
    .await?;
    // What stood in a population stands in no other of its kind.
    unique(m, "sample_unit_once", "sample_unit (line_id, kind)").await
}

async fn items(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("sample_item")
            .col(uuid("id"))
            .col(uuid("run_id"))
            .col(uuid("line_id"))
            .col(uuid("claim_id"))
            .col(uuid("class_id"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(integer("ordinal"))
            .col(word("cause"))
            .col(big_integer("fen"))
            .col(word("status"))
            .col(word_null("fault"))
            .col(text_null("note"))
            .col(uuid_null("seen_by"))
            .col(uuid_null("seen_holder"))
            .col(timestamp_with_time_zone_null("seen_at"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("sample_item", "run_id", "sample_run"))
            .foreign_key(&mut to("sample_item", "line_id", "claim_line"))
            .check((
                "sample_item_seen",
                Expr::cust(
                    "(status = 'chosen') = (seen_by IS NULL) AND (seen_by IS NULL) = (seen_holder IS NULL) \
                     AND (seen_by IS NULL) = (seen_at IS NULL)",
                ),
            ))
            .check((
                "sample_item_fault",
                Expr::cust("(status = 'not_assured') = (fault IS NOT NULL) AND (fault IS NULL OR note IS NOT NULL)"),
            ))
            .to_owned(),
    )
    .await?;
    unique(m, "sample_item_line", "sample_item (run_id, line_id)").await?;
    unique(m, "sample_item_order", "sample_item (run_id, ordinal)").await?;
    index(m, "sample_item_of", "sample_item (line_id)").await?;
    index(m, "sample_item_area", "sample_item (status, area_code, id)").await
}

/// What every clawback keeps to.
const CLAWBACK: [(&str, &str); 11] = [
    (
        "clawback_amount",
        "fen > 0 AND recovered_fen >= 0 AND written_off_fen >= 0 AND recovered_fen + written_off_fen <= fen",
    ),
    ("clawback_payee", "(payee_organisation IS NULL) <> (payee_person IS NULL)"),
    ("clawback_source", "(source = 'sample') = (item_id IS NOT NULL) AND (source = 'case') = (case_id IS NOT NULL)"),
    // Who asks for it does not decide on it, under whatever account.
    (
        "clawback_two",
        "decided_by IS NULL OR (decided_by <> requested_by AND decided_holder IS NOT NULL \
         AND decided_holder <> requested_holder)",
    ),
    (
        "clawback_decided",
        "(status = 'requested') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
    ),
    ("clawback_refused", "(status = 'rejected') = (refusal IS NOT NULL)"),
    (
        "clawback_unmoved",
        "status NOT IN ('requested', 'rejected', 'approved') OR (recovered_fen = 0 AND invoice_no IS NULL)",
    ),
    (
        "clawback_invoice",
        "(invoice_no IS NULL) = (due_on IS NULL) AND (invoice_no IS NULL) = (invoiced_by IS NULL) \
         AND (status <> 'invoiced' OR invoice_no IS NOT NULL)",
    ),
    ("clawback_back", "status <> 'recovered' OR recovered_fen = fen"),
    (
        "clawback_off",
        "(status = 'written_off') = (written_off_by IS NOT NULL) AND (status = 'written_off') = \
         (written_off_fen > 0) AND (status <> 'written_off' OR recovered_fen + written_off_fen = fen)",
    ),
    // A third person writes off what will not come back, and says why.
    (
        "clawback_three",
        "written_off_by IS NULL OR (write_off IS NOT NULL AND written_off_holder IS NOT NULL \
         AND written_off_by NOT IN (requested_by, decided_by) \
         AND written_off_holder NOT IN (requested_holder, decided_holder))",
    ),
];

async fn clawbacks(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("clawback")
        .col(uuid("id"))
        .col(string("number"))
        .col(uuid("line_id"))
        .col(uuid("claim_id"))
        .col(uuid("class_id"))
        .col(uuid("pot_id"))
        .col(string("area_code"))
        .col(uuid("organisation_id"))
        .col(uuid_null("payee_organisation"))
        .col(uuid_null("payee_person"))
        .col(word("source"))
        .col(uuid_null("item_id"))
        .col(uuid_null("case_id"))
        .col(word("fault"))
        .col(text("note"))
        .col(big_integer("fen"))
        .col(big_integer("recovered_fen"))
        .col(big_integer("written_off_fen"))
        .col(word("status"))
        .col(uuid("requested_by"))
        .col(uuid("requested_holder"))
        .col(timestamp_with_time_zone("requested_at"))
        .col(uuid_null("decided_by"))
        .col(uuid_null("decided_holder"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(text_null("refusal"))
        .col(string_null("invoice_no"))
        .col(uuid_null("invoiced_by"))
        .col(timestamp_with_time_zone_null("invoiced_at"))
        .col(date_null("due_on"))
        .col(uuid_null("written_off_by"))
        .col(uuid_null("written_off_holder"))
        .col(timestamp_with_time_zone_null("written_off_at"))
        .col(text_null("write_off"))
        .col(integer("version"))
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut to("clawback", "line_id", "claim_line"))
        .foreign_key(&mut to("clawback", "claim_id", "claim"))
        .foreign_key(&mut to("clawback", "pot_id", "pot"))
        .foreign_key(&mut to("clawback", "item_id", "sample_item"))
        .foreign_key(&mut to("clawback", "case_id", "supervision_case"));
    for (name, condition) in CLAWBACK {
        table.check((name, Expr::cust(condition)));
    }
    m.create_table(table).await?;
    unique(m, "clawback_number", "clawback (number)").await?;
    unique(m, "clawback_invoice_no", "clawback (invoice_no)").await?;
    // Of several who ask at once for a line one does.
    unique(m, "clawback_open", "clawback (line_id) WHERE status = 'requested'").await?;
    index(m, "clawback_line", "clawback (line_id)").await?;
    index(m, "clawback_claim", "clawback (claim_id)").await?;
    index(m, "clawback_item", "clawback (item_id) WHERE item_id IS NOT NULL").await?;
    index(m, "clawback_case", "clawback (case_id) WHERE case_id IS NOT NULL").await?;
    index(m, "clawback_pot", "clawback (pot_id)").await?;
    index(m, "clawback_area", "clawback (area_code, id)").await?;
    index(m, "clawback_status", "clawback (status, area_code, id)").await?;
    index(m, "clawback_organisation", "clawback (payee_organisation, id)").await?;
    index(m, "clawback_person", "clawback (payee_person, id)").await
}

async fn receipts(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("clawback_receipt")
            .col(uuid("id"))
            .col(uuid("clawback_id"))
            .col(word("kind"))
            .col(big_integer("fen"))
            .col(string("document_no"))
            .col(date("received_on"))
            .col(uuid_null("payment_id"))
            .col(boolean("given_back"))
            .col(uuid("recorded_by"))
            .col(timestamp_with_time_zone("recorded_at"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("clawback_receipt", "clawback_id", "clawback"))
            .foreign_key(&mut to("clawback_receipt", "payment_id", "payment"))
            .check(("clawback_receipt_amount", Expr::cust("fen > 0")))
            .check(("clawback_receipt_kind", Expr::cust("(kind = 'offset') = (payment_id IS NOT NULL)")))
            .to_owned(),
    )
    .await?;
    // One paper brings one sum.
    unique(m, "clawback_receipt_paper", "clawback_receipt (clawback_id, document_no)").await?;
    unique(m, "clawback_receipt_payment", "clawback_receipt (payment_id) WHERE payment_id IS NOT NULL").await
}
