//! When a session's password was last typed, and who looked at whose data in full.

use sea_orm_migration::{
    prelude::*,
    schema::{date, integer, string, string_len, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
    sea_orm::ConnectionTrait,
};

use crate::columns::{append_only, index, stop_guarding, to, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let confirmed = timestamp_with_time_zone_null("confirmed_at");
        m.alter_table(Table::alter().table("session").add_column(confirmed).to_owned()).await?;
        m.create_table(
            Table::create()
                .table("reveal")
                .col(uuid("id"))
                .col(uuid("person_id"))
                .col(uuid("account_id"))
                .col(word("role"))
                .col(string("bureau_code"))
                .col(string("fields"))
                .col(word("purpose"))
                .col(string_len("note", 200))
                .col(timestamp_with_time_zone("revealed_at"))
                .col(date("revealed_on"))
                .col(integer("number").check(Expr::col("number").gt(0)))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("reveal", "person_id", "person"))
                .foreign_key(&mut to("reveal", "account_id", "account"))
                .to_owned(),
        )
        .await?;
        index(m, "reveal_person", "reveal (person_id, id)").await?;
        // Two at the same moment do not both take the last of the day.
        unique(m, "reveal_number", "reveal (account_id, revealed_on, number)").await?;
        append_only(m, "reveal").await?;
        // Whoever asks for his own data asks for his jobs too.
        index(m, "hire_person", "hire (person_id)").await?;
        // Failures were counted under logins in clear, and a login that nobody has may be a number that somebody has.
        m.get_connection().execute_unprepared("DELETE FROM login_attempt").await.map(drop)
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.get_connection().execute_unprepared("DROP INDEX hire_person").await?;
        stop_guarding(m, "reveal").await?;
        m.drop_table(Table::drop().table("reveal").to_owned()).await?;
        m.alter_table(Table::alter().table("session").drop_column("confirmed_at").to_owned()).await
    }
}
