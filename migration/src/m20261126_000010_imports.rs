//! Files on their way into the registry: the job, the sealed parts of the file, the rows that were refused, and which column
//! of a bureau's file is which.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, binary, integer, string, string_len, string_null, text, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::columns::{index, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("import_job")
                .col(uuid("id"))
                .col(word("subject"))
                .col(word("source"))
                .col(string("area_code"))
                .col(uuid_null("account_id"))
                .col(string("file_name"))
                .col(string_len("file_hash", 64))
                .col(big_integer("bytes"))
                .col(word("format"))
                .col(text("head"))
                .col(text("mapping"))
                .col(big_integer("rows"))
                .col(integer("parts"))
                .col(word("status"))
                .col(word_null("mode"))
                .col(integer("parts_done"))
                .col(big_integer("rows_done"))
                .col(big_integer("added"))
                .col(big_integer("standing"))
                .col(big_integer("rejected"))
                .col(string_null("failure"))
                .col(timestamp_with_time_zone_null("lease_until"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("started_at"))
                .col(timestamp_with_time_zone_null("finished_at"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("import_job", "account_id", "account"))
                .check(Expr::cust("rows_done >= 0 AND added >= 0 AND standing >= 0 AND rejected >= 0"))
                .check(Expr::cust("added + standing + rejected = rows_done"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("import_part")
                .col(uuid("id"))
                .col(uuid("job_id"))
                .col(integer("n"))
                .col(integer("rows"))
                .col(binary("sealed"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("import_part", "job_id", "import_job"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("import_reject")
                .col(uuid("id"))
                .col(uuid("job_id"))
                .col(big_integer("line"))
                .col(text("faults"))
                .col(binary("sealed"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("import_reject", "job_id", "import_job"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("import_mapping")
                .col(string("area_code"))
                .col(word("subject"))
                .col(string_len("head_hash", 64))
                .col(text("mapping"))
                .col(timestamp_with_time_zone("used_at"))
                .primary_key(Index::create().col("area_code").col("subject").col("head_hash"))
                .to_owned(),
        )
        .await?;
        // The same file is not taken twice, unless the first was given up.
        unique(
            m,
            "import_job_file",
            "import_job (area_code, subject, file_hash) WHERE status NOT IN ('cancelled', 'failed')",
        )
        .await?;
        unique(m, "import_part_place", "import_part (job_id, n)").await?;
        unique(m, "import_reject_place", "import_reject (job_id, line)").await?;
        index(m, "import_job_area", "import_job (area_code, id)").await?;
        index(m, "import_job_status", "import_job (status, id)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for table in ["import_mapping", "import_reject", "import_part", "import_job"] {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
