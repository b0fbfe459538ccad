//! Keeping the registry true: requests to correct a record, what was changed, records that are one person's.

use sea_orm_migration::{
    prelude::*,
    schema::{
        binary, boolean, date_null, integer, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::columns::{index, to, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What no hand changes in a row of the history. Its sealed values alone may be sealed again under another key.
const KEPT: &str = "id, person_id, area_code, field, effective_on, document_no, request_id, changed_by, at";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for column in [string_null("bank_index"), uuid_null("merged_into")] {
            m.alter_table(Table::alter().table("person").add_column(column).to_owned()).await?;
        }
        m.create_table(
            Table::create()
                .table("change_request")
                .col(uuid("id"))
                .col(uuid("person_id"))
                .col(string("area_code"))
                .col(string("decided_in"))
                .col(word("status"))
                .col(text("fields"))
                .col(boolean("needs_second"))
                .col(text_null("note"))
                .col(binary("sealed"))
                .col(uuid("filed_by"))
                .col(timestamp_with_time_zone("filed_at"))
                .col(uuid_null("first_by"))
                .col(uuid_null("second_by"))
                .col(timestamp_with_time_zone_null("decided_at"))
                .col(text_null("reason"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("change_request", "person_id", "person"))
                .check(("change_four_eyes", Expr::cust("second_by IS NULL OR second_by <> first_by")))
                .check(("change_own", Expr::cust("first_by IS NULL OR first_by <> filed_by")))
                .check((
                    "change_decided",
                    Expr::cust("status NOT IN ('applied', 'awaiting_second') OR first_by IS NOT NULL"),
                ))
                .check(("change_second", Expr::cust("NOT (status = 'applied' AND needs_second AND second_by IS NULL)")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("person_change")
                .col(uuid("id"))
                .col(uuid("person_id"))
                .col(string("area_code"))
                .col(word("field"))
                .col(binary("sealed"))
                .col(date_null("effective_on"))
                .col(string_null("document_no"))
                .col(uuid_null("request_id"))
                .col(uuid("changed_by"))
                .col(timestamp_with_time_zone("at"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("person_change", "person_id", "person"))
                .foreign_key(&mut to("person_change", "request_id", "change_request"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("duplicate_pair")
                .col(uuid("id"))
                .col(uuid("a"))
                .col(uuid("b"))
                .col(word("reason"))
                .col(string("area_code"))
                .col(word("status"))
                .col(uuid_null("keeper"))
                .col(uuid_null("asked_by"))
                .col(uuid_null("decided_by"))
                .col(timestamp_with_time_zone_null("decided_at"))
                .col(text_null("reason_text"))
                .col(timestamp_with_time_zone("found_at"))
                .col(timestamp_with_time_zone("last_seen_at"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("duplicate_pair", "a", "person"))
                .foreign_key(&mut to("duplicate_pair", "b", "person"))
                .check(("pair_order", Expr::cust("a < b")))
                .check(("pair_keeper", Expr::cust("keeper IS NULL OR keeper = a OR keeper = b")))
                .check(("pair_four_eyes", Expr::cust("NOT (status = 'merged' AND decided_by = asked_by)")))
                .check((
                    "pair_merged",
                    Expr::cust("status <> 'merged' OR (keeper IS NOT NULL AND asked_by IS NOT NULL AND decided_by IS NOT NULL)"),
                ))
                .to_owned(),
        )
        .await?;
        index(m, "person_merged_into", "person (merged_into) WHERE merged_into IS NOT NULL").await?;
        unique(m, "change_request_open", "change_request (person_id) WHERE status IN ('filed', 'awaiting_second')")
            .await?;
        index(m, "change_request_person", "change_request (person_id)").await?;
        index(m, "change_request_area", "change_request (area_code, status)").await?;
        index(m, "change_request_decided_in", "change_request (decided_in, status)").await?;
        index(m, "person_change_person", "person_change (person_id)").await?;
        index(m, "person_change_request", "person_change (request_id)").await?;
        unique(m, "duplicate_pair_once", "duplicate_pair (a, b, reason)").await?;
        index(m, "duplicate_pair_b", "duplicate_pair (b)").await?;
        index(m, "duplicate_pair_area", "duplicate_pair (area_code, status)").await?;
        keep_history(m).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        forget_history(m).await?;
        for table in ["duplicate_pair", "person_change", "change_request"] {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        m.get_connection().execute_unprepared("DROP INDEX person_merged_into").await?;
        for column in ["merged_into", "bank_index"] {
            m.alter_table(Table::alter().table("person").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

async fn keep_history(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = m.get_connection();
    for (name, event) in [("keep", format!("UPDATE OF {KEPT}")), ("no_delete", "DELETE".to_owned())] {
        let name = format!("person_change_{name}");
        let statement = match db.get_database_backend() {
            DatabaseBackend::Sqlite => format!(
                "CREATE TRIGGER {name} BEFORE {event} ON person_change \
                 BEGIN SELECT RAISE(ABORT, 'person_change is append-only'); END"
            ),
            _ => format!(
                "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ \
                 BEGIN RAISE EXCEPTION 'person_change is append-only'; END $$ LANGUAGE plpgsql; \
                 CREATE TRIGGER {name} BEFORE {event} ON person_change FOR EACH ROW EXECUTE FUNCTION {name}()"
            ),
        };
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

async fn forget_history(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = m.get_connection();
    for name in ["person_change_keep", "person_change_no_delete"] {
        let statement = match db.get_database_backend() {
            DatabaseBackend::Sqlite => format!("DROP TRIGGER {name}"),
            _ => format!("DROP TRIGGER {name} ON person_change; DROP FUNCTION {name}()"),
        };
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}
