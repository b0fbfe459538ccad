//! Reference data: divisions, rules, series, facts about the database.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, date, date_null, string, string_null, uuid},
};

use crate::columns::{index, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("area")
                .col(string("code"))
                .col(date("valid_from"))
                .col(date_null("valid_to"))
                .col(string("name"))
                .col(word("level"))
                .col(string("parent_code"))
                .col(string_null("successor"))
                .primary_key(Index::create().col("code").col("valid_from"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("rule")
                .col(uuid("id"))
                .col(string("code"))
                .col(string("area_code"))
                .col(date("valid_from"))
                .col(date_null("valid_to"))
                .col(big_integer("value"))
                .col(string("document_no"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("sequence")
                .col(string("name"))
                .col(big_integer("last"))
                .primary_key(Index::create().col("name"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("setting")
                .col(string("name"))
                .col(string("value"))
                .primary_key(Index::create().col("name"))
                .to_owned(),
        )
        .await?;
        index(m, "area_parent", "area (parent_code)").await?;
        unique(m, "rule_start", "rule (code, area_code, valid_from)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.drop_table(Table::drop().table("setting").to_owned()).await?;
        m.drop_table(Table::drop().table("sequence").to_owned()).await?;
        m.drop_table(Table::drop().table("rule").to_owned()).await?;
        m.drop_table(Table::drop().table("area").to_owned()).await?;
        Ok(())
    }
}
