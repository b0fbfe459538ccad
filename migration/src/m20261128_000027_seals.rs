//! What was written is sealed: each deed of the log and each posting has its place in a chain that only the house can make.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary, timestamp_with_time_zone, uuid},
};

use crate::columns::{allow, append_only, refuse, stop_guarding, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// No seal stands in the air: the one before it is there.
const FOLLOWS: &str =
    "NEW.seq > 1 AND NOT EXISTS (SELECT 1 FROM seal s WHERE s.stream = NEW.stream AND s.seq = NEW.seq - 1)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("seal_key")
                .col(uuid("id"))
                .col(binary("sealed"))
                .col(timestamp_with_time_zone("created_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
        // A second key would be a second chain.
        unique(m, "seal_key_one", "seal_key ((created_at IS NOT NULL))").await?;
        m.create_table(
            Table::create()
                .table("seal")
                .col(word("stream"))
                .col(big_integer("seq"))
                .col(uuid("row_id"))
                .col(binary("row_hash"))
                .col(binary("link"))
                .col(timestamp_with_time_zone("sealed_at"))
                .primary_key(Index::create().col("stream").col("seq"))
                .check(("seal_counted", Expr::cust("seq > 0")))
                .to_owned(),
        )
        .await?;
        unique(m, "seal_row", "seal (stream, row_id)").await?;
        refuse(m, "seal_follows", "INSERT ON seal", FOLLOWS, "a seal follows the one before it").await?;
        append_only(m, "seal").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        stop_guarding(m, "seal").await?;
        allow(m, "seal_follows", "seal").await?;
        m.drop_table(Table::drop().table("seal").to_owned()).await?;
        m.drop_table(Table::drop().table("seal_key").to_owned()).await
    }
}
