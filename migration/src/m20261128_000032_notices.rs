//! Public notices with their frozen lists, and the objections to single lines.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, binary, date, integer, string, string_len, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{allow, append_only, index, refuse, stop_guarding, to, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Name, event, condition, what the database says, table. What was published stays as it was; what was decided stands; a line
/// that somebody disputes goes nowhere, and one that an objection took out does not come back.
const GUARDS: [(&str, &str, &str, &str, &str); 10] = [
    ("notice_kept", "DELETE ON notice", "TRUE", "notice is append-only", "notice"),
    (
        "notice_frozen",
        "UPDATE OF number, claim_id, organisation_id, area_code, round, title, institution, list_hash, lines, total_fen, \
         starts_on, last_day, published_at ON notice",
        "TRUE",
        "notice is append-only",
        "notice",
    ),
    (
        "notice_ended",
        "UPDATE OF status ON notice",
        "NEW.status <> OLD.status AND OLD.status <> 'open' AND NOT (OLD.status = 'over' AND NEW.status = 'withdrawn')",
        "a notice that ended does not begin again",
        "notice",
    ),
    ("objection_kept", "DELETE ON objection", "TRUE", "objection is append-only", "objection"),
    (
        "objection_filed",
        "UPDATE OF notice_id, claim_id, line_id, enrolment_id, ordinal, number, organisation_id, area_code, code_hash, \
         source, filed_at, filed_on, of_source, due_on ON objection",
        "TRUE",
        "objection is append-only",
        "objection",
    ),
    (
        "objection_final",
        "UPDATE OF status, investigated_by, investigated_at, decided_by, decided_at ON objection",
        "OLD.status IN ('upheld', 'dismissed')",
        "an objection that was decided stands",
        "objection",
    ),
    (
        "claim_line_disputed",
        "UPDATE OF status ON claim_line",
        "NEW.status IN ('cleared', 'approved', 'batched', 'paid') AND NEW.status <> OLD.status AND EXISTS (SELECT 1 FROM \
         objection o WHERE o.line_id = NEW.id AND o.status IN ('received', 'investigated'))",
        "a line waits until its objections are answered",
        "claim_line",
    ),
    (
        "claim_line_upheld",
        "UPDATE OF status ON claim_line",
        "OLD.reason = 'line.objection_upheld' AND NEW.status NOT IN ('refused', 'void')",
        "a line that an objection took out does not come back",
        "claim_line",
    ),
    ("rule_notice_days_insert", "INSERT ON rule", DAYS, "a notice takes three to seven working days", "rule"),
    ("rule_notice_days_update", "UPDATE ON rule", DAYS, "a notice takes three to seven working days", "rule"),
];

const DAYS: &str = "NEW.code = 'notices.days' AND NEW.value NOT BETWEEN 3 AND 7";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        notices(m).await?;
        objections(m).await?;
        // What was paid before there were notices had none.
        m.create_table(
            Table::create()
                .table("notice_exempt")
                .col(uuid("claim_id"))
                .primary_key(Index::create().col("claim_id"))
                .foreign_key(
                    ForeignKey::create()
                        .name("notice_exempt_claim_id")
                        .from("notice_exempt", "claim_id")
                        .to("claim", "id"),
                )
                .to_owned(),
        )
        .await?;
        let exempt = "INSERT INTO notice_exempt (claim_id) SELECT id FROM claim WHERE status = 'paid'";
        m.get_connection().execute_unprepared(exempt).await?;
        for (name, event, condition, says, _) in GUARDS {
            refuse(m, name, event, condition, says).await?;
        }
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for (name, _, _, _, table) in GUARDS {
            allow(m, name, table).await?;
        }
        stop_guarding(m, "notice_line").await?;
        for table in ["notice_exempt", "objection", "notice_line", "notice"] {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn notices(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("notice")
            .col(uuid("id"))
            .col(string_len("number", 32))
            .col(uuid("claim_id"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(integer("round"))
            .col(string("title"))
            .col(string("institution"))
            .col(string_len("list_hash", 64))
            .col(integer("lines"))
            .col(big_integer("total_fen"))
            .col(date("starts_on"))
            .col(date("last_day"))
            .col(word("status"))
            .col(timestamp_with_time_zone("published_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("notice", "claim_id", "claim"))
            .foreign_key(&mut to("notice", "organisation_id", "organisation"))
            .check(("notice_days", Expr::cust("last_day > starts_on")))
            .check(("notice_end", Expr::cust("(status = 'open') = (ended_at IS NULL)")))
            .to_owned(),
    )
    .await?;
    m.create_table(
        Table::create()
            .table("notice_line")
            .col(uuid("id"))
            .col(uuid("notice_id"))
            .col(integer("ordinal"))
            .col(uuid("line_id"))
            .col(string_len("masked_name", 16))
            .col(string_len("masked_number", 32))
            .col(string("item"))
            .col(big_integer("fen"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("notice_line", "notice_id", "notice"))
            .foreign_key(&mut to("notice_line", "line_id", "claim_line"))
            .check((
                "notice_line_masked",
                Expr::cust("masked_name LIKE '%*' AND length(masked_name) <= 2 AND masked_number LIKE '%********%'"),
            ))
            .to_owned(),
    )
    .await?;
    unique(m, "notice_number", "notice (number)").await?;
    unique(m, "notice_round", "notice (claim_id, round)").await?;
    unique(m, "notice_open", "notice (claim_id) WHERE status = 'open'").await?;
    index(m, "notice_standing", "notice (status, id)").await?;
    index(m, "notice_area", "notice (area_code, id)").await?;
    index(m, "notice_organisation", "notice (organisation_id, id)").await?;
    unique(m, "notice_line_place", "notice_line (notice_id, ordinal)").await?;
    unique(m, "notice_line_once", "notice_line (notice_id, line_id)").await?;
    index(m, "notice_line_line", "notice_line (line_id)").await?;
    append_only(m, "notice_line").await
}

async fn objections(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("objection")
            .col(uuid("id"))
            .col(uuid("notice_id"))
            .col(uuid("claim_id"))
            .col(uuid("line_id"))
            .col(uuid("enrolment_id"))
            .col(integer("ordinal"))
            .col(integer("number"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(binary("sealed"))
            .col(binary("contact"))
            .col(string_len("code_hash", 64))
            .col(string_len("source", 64))
            .col(timestamp_with_time_zone("filed_at"))
            .col(date("filed_on"))
            .col(integer("of_source"))
            .col(date("due_on"))
            .col(word("status"))
            .col(binary("finding"))
            .col(uuid_null("investigated_by"))
            .col(timestamp_with_time_zone_null("investigated_at"))
            .col(binary("answer"))
            .col(uuid_null("decided_by"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("objection", "notice_id", "notice"))
            .foreign_key(&mut to("objection", "claim_id", "claim"))
            .foreign_key(&mut to("objection", "line_id", "claim_line"))
            .foreign_key(&mut to("objection", "enrolment_id", "enrolment"))
            .check((
                "objection_investigated",
                Expr::cust(
                    "(status = 'received') = (investigated_by IS NULL) AND (investigated_by IS NULL) = \
                     (investigated_at IS NULL)",
                ),
            ))
            .check((
                "objection_decided",
                Expr::cust(
                    "(status IN ('upheld', 'dismissed')) = (decided_by IS NOT NULL) AND (decided_by IS NULL) = \
                     (decided_at IS NULL)",
                ),
            ))
            // Who looked into it does not decide on it.
            .check(("objection_two", Expr::cust("decided_by IS NULL OR decided_by <> investigated_by")))
            .to_owned(),
    )
    .await?;
    unique(m, "objection_code", "objection (code_hash)").await?;
    unique(m, "objection_number", "objection (notice_id, number)").await?;
    unique(m, "objection_source", "objection (source, filed_on, of_source)").await?;
    index(m, "objection_day", "objection (notice_id, filed_on)").await?;
    index(m, "objection_line", "objection (line_id)").await?;
    index(m, "objection_claim", "objection (claim_id, id)").await?;
    index(m, "objection_enrolment", "objection (enrolment_id)").await?;
    index(m, "objection_area", "objection (area_code, id)").await?;
    index(m, "objection_waiting", "objection (area_code, status, due_on)").await
}
