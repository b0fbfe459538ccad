//! Claims in all their steps: who claims what part, what is asked of a line, what waits, and by when somebody must act.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, date_null, integer, string_len_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{allow, index, refuse, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Of a line that may still lead to money, or led to it.
const LIVE: &str = "status NOT IN ('refused', 'void')";
/// What stands on an exclusion list is not paid, whatever the program believes.
const BLOCKED: &str = "NEW.blocked_by IS NOT NULL AND NEW.status NOT IN ('refused', 'void')";
const BLOCKED_BEFORE: &str = "NEW.blocked_by IS NOT NULL AND NEW.status IN ('claimed', 'paid')";
const UNPAID: &str = "a line that an exclusion list blocks is not paid";
/// Nobody approves what somebody has still to look at.
const UNANSWERED: &str = "NEW.status = 'first_approved' AND EXISTS (SELECT 1 FROM line_check k LEFT JOIN claim_line l \
                          ON l.id = k.line_id WHERE k.claim_id = NEW.id AND k.status = 'open' \
                          AND (k.line_id IS NULL OR l.status = 'claimed'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        db.execute_unprepared("ALTER TABLE claim RENAME COLUMN paid_by TO finance_approved_by").await?;
        let of_claim = [
            word("kind").default("training").take(),
            word("tranche").default("completion").take(),
            word("claimant").default("institution").take(),
            uuid_null("person_id"),
            string_len_null("contract_no", 64),
            date_null("due_on"),
            word_null("hold_reason"),
            text_null("hold_note"),
            uuid_null("held_by"),
        ];
        for column in of_claim {
            m.alter_table(Table::alter().table("claim").add_column(column).to_owned()).await?;
        }
        let of_line = [
            word("kind").default("training").take(),
            word("tranche").default("completion").take(),
            big_integer("base_fen").default(0).take(),
            integer("uplift_percent").default(0).take(),
            word_null("uplift"),
            word_null("hold_reason"),
        ];
        for column in of_line {
            m.alter_table(Table::alter().table("claim_line").add_column(column).to_owned()).await?;
        }
        db.execute_unprepared("UPDATE claim_line SET base_fen = fen").await?;
        for name in ["claim_live", "claim_line_enrolment", "claim_line_once"] {
            db.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        unique(
            m,
            "claim_live",
            "claim (class_id, kind, tranche) WHERE claimant = 'institution' AND status <> 'rejected'",
        )
        .await?;
        unique(
            m,
            "claim_own",
            "claim (class_id, person_id, kind, tranche) WHERE claimant = 'trainee' AND status <> 'rejected'",
        )
        .await?;
        unique(m, "claim_line_enrolment", &format!("claim_line (enrolment_id, kind, tranche) WHERE {LIVE}")).await?;
        unique(m, "claim_line_once", &format!("claim_line (person_id, occupation, level, kind, tranche) WHERE {LIVE}"))
            .await?;
        index(m, "claim_due", "claim (status, area_code, due_on)").await?;
        m.create_table(
            Table::create()
                .table("line_check")
                .col(uuid("id"))
                .col(uuid_null("line_id"))
                .col(uuid("claim_id"))
                .col(word("kind"))
                .col(text("evidence"))
                .col(word("status"))
                .col(timestamp_with_time_zone("found_at"))
                .col(uuid_null("decided_by"))
                .col(timestamp_with_time_zone_null("decided_at"))
                .col(text_null("reason"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("line_check", "line_id", "claim_line"))
                .foreign_key(&mut to("line_check", "claim_id", "claim"))
                .check((
                    "line_check_answered",
                    Expr::cust("status <> 'cleared' OR (decided_by IS NOT NULL AND reason IS NOT NULL)"),
                ))
                .to_owned(),
        )
        .await?;
        index(m, "line_check_claim", "line_check (claim_id, id)").await?;
        unique(m, "line_check_line", "line_check (line_id, kind) WHERE line_id IS NOT NULL AND status <> 'gone'")
            .await?;
        unique(m, "line_check_whole", "line_check (claim_id, kind) WHERE line_id IS NULL AND status <> 'gone'").await?;
        refuse(m, "claim_unanswered", "UPDATE ON claim", UNANSWERED, "what is asked of a line is not answered").await?;
        guard(m, BLOCKED).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        allow(m, "claim_unanswered", "claim").await?;
        m.drop_table(Table::drop().table("line_check").to_owned()).await?;
        for name in ["claim_live", "claim_own", "claim_line_enrolment", "claim_line_once", "claim_due"] {
            db.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        // What the schema before knows no word for is told by its nearest one.
        db.execute_unprepared(
            "UPDATE claim SET status = 'second_approved' \
             WHERE status IN ('in_notice', 'cleared', 'finance_approved', 'paying', 'pay_failed')",
        )
        .await?;
        db.execute_unprepared(
            "UPDATE claim_line SET status = 'claimed' WHERE status IN ('held', 'cleared', 'approved', 'batched', 'failed')",
        )
        .await?;
        for name in ["kind", "tranche", "base_fen", "uplift_percent", "uplift", "hold_reason"] {
            m.alter_table(Table::alter().table("claim_line").drop_column(name).to_owned()).await?;
        }
        for name in
            ["kind", "tranche", "claimant", "person_id", "contract_no", "due_on", "hold_reason", "hold_note", "held_by"]
        {
            m.alter_table(Table::alter().table("claim").drop_column(name).to_owned()).await?;
        }
        db.execute_unprepared("ALTER TABLE claim RENAME COLUMN finance_approved_by TO paid_by").await?;
        unique(m, "claim_live", "claim (class_id) WHERE status <> 'rejected'").await?;
        unique(m, "claim_line_enrolment", "claim_line (enrolment_id) WHERE status IN ('claimed', 'paid')").await?;
        unique(m, "claim_line_once", "claim_line (person_id, occupation, level) WHERE status IN ('claimed', 'paid')")
            .await?;
        guard(m, BLOCKED_BEFORE).await
    }
}

/// Says anew which lines an exclusion list blocks.
async fn guard(m: &SchemaManager<'_>, condition: &str) -> Result<(), DbErr> {
    for verb in ["INSERT", "UPDATE"] {
        let name = format!("claim_line_blocked_{}", verb.to_lowercase());
        allow(m, &name, "claim_line").await?;
        refuse(m, &name, &format!("{verb} ON claim_line"), condition, UNPAID).await?;
    }
    Ok(())
}
