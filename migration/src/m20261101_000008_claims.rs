//! 买单: claims, their lines, decisions and payments.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, string, text_null, timestamp_with_time_zone, uuid, uuid_null},
};

use crate::columns::{append_only, index, stop_guarding, to, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("claim")
                .col(uuid("id"))
                .col(string("number"))
                .col(uuid("class_id"))
                .col(uuid("organisation_id"))
                .col(string("area_code"))
                .col(uuid("pot_id"))
                .col(word("status"))
                .col(big_integer("total_fen"))
                .col(uuid("submitted_by"))
                .col(uuid_null("first_approved_by"))
                .col(uuid_null("second_approved_by"))
                .col(uuid_null("paid_by"))
                .col(text_null("reason"))
                .col(timestamp_with_time_zone("submitted_at"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("claim", "class_id", "training_class"))
                .foreign_key(&mut to("claim", "organisation_id", "organisation"))
                .foreign_key(&mut to("claim", "pot_id", "pot"))
                .check((
                    "claim_four_eyes",
                    Expr::cust("second_approved_by IS NULL OR second_approved_by <> first_approved_by"),
                ))
                .check((
                    "claim_payer",
                    Expr::cust("paid_by IS NULL OR (paid_by <> first_approved_by AND paid_by <> second_approved_by)"),
                ))
                .check((
                    "claim_approvers",
                    Expr::cust("first_approved_by IS NULL OR first_approved_by <> submitted_by"),
                ))
                .check(("claim_total", Expr::cust("total_fen >= 0")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("claim_line")
                .col(uuid("id"))
                .col(uuid("claim_id"))
                .col(uuid("enrolment_id"))
                .col(uuid("person_id"))
                .col(string("occupation"))
                .col(integer("level"))
                .col(uuid("standard_id"))
                .col(big_integer("fen"))
                .col(word("status"))
                .col(text_null("reason"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("claim_line", "claim_id", "claim"))
                .foreign_key(&mut to("claim_line", "enrolment_id", "enrolment"))
                .foreign_key(&mut to("claim_line", "standard_id", "subsidy_standard"))
                .check(("line_amount", Expr::cust("fen >= 0")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("decision")
                .col(uuid("id"))
                .col(uuid("claim_id"))
                .col(string("action"))
                .col(word("status"))
                .col(uuid("decided_by"))
                .col(word("role"))
                .col(text_null("reason"))
                .col(timestamp_with_time_zone("at"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("decision", "claim_id", "claim"))
                .to_owned(),
        )
        .await?;
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
        unique(m, "claim_number", "claim (number)").await?;
        unique(m, "claim_live", "claim (class_id) WHERE status <> 'rejected'").await?;
        index(m, "claim_area", "claim (area_code, id)").await?;
        index(m, "claim_organisation", "claim (organisation_id, id)").await?;
        index(m, "claim_line_claim", "claim_line (claim_id)").await?;
        unique(m, "claim_line_enrolment", "claim_line (enrolment_id) WHERE status IN ('claimed', 'paid')").await?;
        unique(m, "claim_line_once", "claim_line (person_id, occupation, level) WHERE status IN ('claimed', 'paid')")
            .await?;
        index(m, "decision_claim", "decision (claim_id)").await?;
        unique(m, "payment_claim", "payment (claim_id)").await?;
        append_only(m, "decision").await?;
        append_only(m, "payment").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        stop_guarding(m, "decision").await?;
        stop_guarding(m, "payment").await?;
        m.drop_table(Table::drop().table("payment").to_owned()).await?;
        m.drop_table(Table::drop().table("decision").to_owned()).await?;
        m.drop_table(Table::drop().table("claim_line").to_owned()).await?;
        m.drop_table(Table::drop().table("claim").to_owned()).await?;
        Ok(())
    }
}
