//! 导出: who asked for which list and why, and the file in sealed pieces.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, binary, boolean, integer, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{index, to, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("export_job")
                .col(uuid("id"))
                .col(word("list"))
                .col(string("area_code"))
                .col(text("filters"))
                .col(word("format"))
                .col(word("language"))
                .col(word("purpose"))
                .col(text("note"))
                .col(boolean("words"))
                .col(boolean("in_full"))
                .col(word("status"))
                .col(big_integer("rows_due"))
                .col(big_integer("rows_alone"))
                .col(boolean("second_person"))
                .col(word("approver"))
                .col(uuid("asked_by"))
                .col(timestamp_with_time_zone("asked_at"))
                .col(uuid_null("decided_by"))
                .col(timestamp_with_time_zone_null("decided_at"))
                .col(text_null("reason"))
                .col(string_null("fault"))
                .col(uuid_null("lease"))
                .col(timestamp_with_time_zone_null("lease_until"))
                .col(integer("attempts"))
                .col(big_integer("rows"))
                .col(integer("parts"))
                .col(big_integer("bytes"))
                .col(string_null("sha256"))
                .col(timestamp_with_time_zone_null("built_at"))
                .col(timestamp_with_time_zone_null("expires_at"))
                .col(integer("fetches"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .check(("export_four_eyes", Expr::cust("decided_by IS NULL OR decided_by <> asked_by")))
                // What needs a second person becomes no file before that person agreed.
                .check((
                    "export_second_person",
                    Expr::cust(
                        "NOT second_person OR decided_by IS NOT NULL OR status IN ('asked', 'withdrawn', 'refused')",
                    ),
                ))
                .check((
                    "export_whole",
                    Expr::cust(
                        "status NOT IN ('ready', 'fetched') OR (sha256 IS NOT NULL AND expires_at IS NOT NULL AND parts > 0)",
                    ),
                ))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("export_part")
                .col(uuid("job_id"))
                .col(integer("ordinal"))
                .col(binary("sealed"))
                .primary_key(Index::create().col("job_id").col("ordinal"))
                .foreign_key(&mut to("export_part", "job_id", "export_job"))
                .to_owned(),
        )
        .await?;
        index(m, "export_job_asked_by", "export_job (asked_by, id)").await?;
        index(m, "export_job_area", "export_job (area_code, id)").await?;
        index(m, "export_job_status", "export_job (status, parts)").await?;
        // What came of the people of an area, in the order of the file.
        index(m, "completion_in_area", "completion (area_code, enrolment_id)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.get_connection().execute_unprepared("DROP INDEX completion_in_area").await?;
        m.drop_table(Table::drop().table("export_part").to_owned()).await?;
        m.drop_table(Table::drop().table("export_job").to_owned()).await
    }
}
