//! Bank accounts on which organisations are paid.

use sea_orm_migration::{
    prelude::*,
    schema::{
        binary, date_null, integer, string, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
    },
};

use crate::columns::{index, to, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("payee_account")
                .col(uuid("id"))
                .col(uuid("organisation_id"))
                .col(string("area_code"))
                .col(binary("sealed"))
                .col(string("number_index"))
                .col(string("tail"))
                .col(word("status"))
                .col(uuid("proposed_by"))
                .col(uuid("proposed_holder"))
                .col(timestamp_with_time_zone("proposed_at"))
                .col(uuid_null("decided_by"))
                .col(uuid_null("decided_holder"))
                .col(timestamp_with_time_zone_null("decided_at"))
                .col(date_null("usable_from"))
                .col(date_null("used_until"))
                .col(text_null("reason"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("payee_account", "organisation_id", "organisation"))
                .to_owned(),
        )
        .await?;
        unique(m, "payee_account_one", "payee_account (organisation_id) WHERE status = 'in_force'").await?;
        index(m, "payee_account_organisation", "payee_account (organisation_id, id)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.drop_table(Table::drop().table("payee_account").to_owned()).await
    }
}
