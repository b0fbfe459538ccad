//! Certificates as signed credentials: the keys that sign them.

use sea_orm_migration::{
    prelude::*,
    schema::{binary, string, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

use crate::columns::unique;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("signing_key")
                .col(uuid("id"))
                .col(string("kid"))
                .col(string("public"))
                .col(binary("sealed"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("retired_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
        unique(m, "signing_key_kid", "signing_key (kid)").await?;
        // One key signs at a time, also where two first needs come at once.
        unique(m, "signing_key_in_force", "signing_key ((retired_at IS NULL)) WHERE retired_at IS NULL").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.drop_table(Table::drop().table("signing_key").to_owned()).await
    }
}
