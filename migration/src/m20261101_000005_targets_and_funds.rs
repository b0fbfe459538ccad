//! Yearly targets and what came of them; pots, postings and standards.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, date, date_null, integer, string, string_null, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{append_only, index, stop_guarding, to, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("target")
                .col(uuid("id"))
                .col(integer("year"))
                .col(string("area_code"))
                .col(word("programme"))
                .col(word("measure"))
                .col(big_integer("value"))
                .col(string("document_no"))
                .col(text_null("reason"))
                .col(uuid_null("issued_by"))
                .col(timestamp_with_time_zone("issued_at"))
                .col(timestamp_with_time_zone_null("superseded_at"))
                .primary_key(Index::create().col("id"))
                .check(("target_value", Expr::cust("value >= 0")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("progress")
                .col(integer("year"))
                .col(word("programme"))
                .col(string("area_code"))
                .col(big_integer("people"))
                .col(big_integer("person_times"))
                .primary_key(Index::create().col("year").col("programme").col("area_code"))
                .check(("progress_counts", Expr::cust("people >= 0 AND person_times >= people")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("pot")
                .col(uuid("id"))
                .col(string("source"))
                .col(integer("year"))
                .col(string("area_code"))
                .col(big_integer("granted_fen"))
                .col(big_integer("available_fen"))
                .col(big_integer("reserved_fen"))
                .col(big_integer("payable_fen"))
                .col(big_integer("paid_fen"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .check((
                    "pot_never_negative",
                    Expr::cust("available_fen >= 0 AND reserved_fen >= 0 AND payable_fen >= 0 AND paid_fen >= 0"),
                ))
                .check((
                    "pot_adds_up",
                    Expr::cust("granted_fen = available_fen + reserved_fen + payable_fen + paid_fen"),
                ))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("posting")
                .col(uuid("id"))
                .col(uuid("pot_id"))
                .col(timestamp_with_time_zone("at"))
                .col(word("debit"))
                .col(word("credit"))
                .col(big_integer("fen"))
                .col(string("cause"))
                .col(uuid_null("class_id"))
                .col(uuid_null("claim_id"))
                .col(uuid_null("posted_by"))
                .col(string_null("document_no"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("posting", "pot_id", "pot"))
                .check(("posting_amount", Expr::cust("fen > 0")))
                .check(("posting_sides", Expr::cust("debit <> credit")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("subsidy_standard")
                .col(uuid("id"))
                .col(word("programme"))
                .col(string_null("occupation"))
                .col(string("area_code"))
                .col(big_integer("fen"))
                .col(date("valid_from"))
                .col(date_null("valid_to"))
                .col(string("document_no"))
                .primary_key(Index::create().col("id"))
                .check(("standard_amount", Expr::cust("fen >= 0")))
                .to_owned(),
        )
        .await?;
        unique(m, "target_in_force", "target (year, area_code, programme, measure) WHERE superseded_at IS NULL")
            .await?;
        unique(m, "pot_key", "pot (source, year, area_code)").await?;
        index(m, "posting_pot", "posting (pot_id, id)").await?;
        index(m, "posting_class", "posting (class_id)").await?;
        unique(m, "posting_grant_once", "posting (pot_id, document_no) WHERE debit = 'appropriation'").await?;
        index(m, "subsidy_standard_key", "subsidy_standard (programme, area_code, valid_from)").await?;
        append_only(m, "posting").await?;
        // A fact about display: rates of start-up training are published with one decimal, all others with two.
        m.get_connection()
            .execute_unprepared("INSERT INTO setting (name, value) VALUES ('decimals.entrepreneurship', '1')")
            .await
            .map(drop)
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.get_connection().execute_unprepared("DELETE FROM setting WHERE name LIKE 'decimals.%'").await?;
        stop_guarding(m, "posting").await?;
        m.drop_table(Table::drop().table("subsidy_standard").to_owned()).await?;
        m.drop_table(Table::drop().table("posting").to_owned()).await?;
        m.drop_table(Table::drop().table("pot").to_owned()).await?;
        m.drop_table(Table::drop().table("progress").to_owned()).await?;
        m.drop_table(Table::drop().table("target").to_owned()).await?;
        Ok(())
    }
}
