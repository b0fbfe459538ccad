//! What is asked to be changed in the plan of an approved class; a session that somebody else teaches; one session at most
//! that makes up for another.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, integer, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{index, to, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        table(m).await?;
        index(m, "session_change_organisation", "session_change (organisation_id, id)").await?;
        unique(m, "session_change_one_more", "session_change (makes_up) WHERE status = 'asked'").await?;
        m.alter_table(Table::alter().table("class_session").add_column(string_null("trainer")).to_owned()).await?;
        unique(
            m,
            "class_session_makes_up",
            "class_session (makes_up) WHERE makes_up IS NOT NULL AND status <> 'cancelled'",
        )
        .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.get_connection().execute_unprepared("DROP INDEX class_session_makes_up").await?;
        m.alter_table(Table::alter().table("class_session").drop_column("trainer").to_owned()).await?;
        m.drop_table(Table::drop().table("session_change").to_owned()).await
    }
}

async fn table(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("session_change")
        .col(uuid("id"))
        .col(uuid("class_id"))
        // None where a session is asked for in addition.
        .col(uuid_null("session_id"))
        .col(uuid_null("makes_up"))
        .col(string("area_code"))
        .col(word("mode"))
        .col(timestamp_with_time_zone_null("old_starts_at"))
        .col(timestamp_with_time_zone_null("old_ends_at"))
        .col(uuid_null("old_venue_id"))
        .col(uuid_null("old_trainer_id"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(uuid("organisation_id"))
        .col(uuid_null("venue_id"))
        .col(uuid_null("trainer_id"))
        .col(string("old_trainer"))
        .col(string("trainer"))
        .col(text_null("answer"))
        .col(boolean("late"))
        .col(text("reason"))
        .col(word("status"))
        .col(uuid("asked_by"))
        .col(timestamp_with_time_zone("asked_at"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(integer("version"))
        .primary_key(Index::create().col("id"))
        .foreign_key(&mut to("session_change", "organisation_id", "organisation"))
        .foreign_key(&mut to("session_change", "class_id", "training_class"))
        .foreign_key(&mut to("session_change", "session_id", "class_session"))
        .foreign_key(&mut to("session_change", "makes_up", "class_session"))
        .foreign_key(&mut to("session_change", "venue_id", "venue"))
        .foreign_key(&mut to("session_change", "trainer_id", "trainer"))
        .check(("session_change_times", Expr::cust("ends_at > starts_at")))
        .check(("session_change_kind", Expr::cust("(session_id IS NULL) <> (makes_up IS NULL)")))
        .check((
            "session_change_two",
            Expr::cust("status NOT IN ('approved', 'refused') OR (decided_by IS NOT NULL AND decided_by <> asked_by)"),
        ))
        .to_owned();
    m.create_table(table).await?;
    index(m, "session_change_class", "session_change (class_id, id)").await?;
    index(m, "session_change_asked", "session_change (area_code, id) WHERE status = 'asked'").await?;
    unique(m, "session_change_one", "session_change (session_id) WHERE status = 'asked'").await
}
