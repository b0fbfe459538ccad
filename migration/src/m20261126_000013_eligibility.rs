//! Who may have what: rules by area and date, exclusion lists, what was found when a class began, what is found since.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, date, date_null, integer, string, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::columns::{append_only, index, stop_guarding, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

const UNPAID: &str = "a line that is blocked is neither claimed nor paid";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        rules(m).await?;
        lists(m).await?;
        findings(m).await?;
        m.alter_table(Table::alter().table("claim_line").add_column(uuid_null("blocked_by")).to_owned()).await?;
        index(m, "claim_line_blocked", "claim_line (blocked_by, id)").await?;
        guard_lines(m).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        for verb in ["insert", "update"] {
            let name = format!("claim_line_blocked_{verb}");
            db.execute_unprepared(&match db.get_database_backend() {
                DatabaseBackend::Sqlite => format!("DROP TRIGGER {name}"),
                _ => format!("DROP TRIGGER {name} ON claim_line; DROP FUNCTION {name}()"),
            })
            .await?;
        }
        db.execute_unprepared("DROP INDEX claim_line_blocked").await?;
        m.alter_table(Table::alter().table("claim_line").drop_column("blocked_by").to_owned()).await?;
        stop_guarding(m, "eligibility_evidence").await?;
        for table in
            ["eligibility_flag", "eligibility_evidence", "exclusion_entry", "exclusion_list", "eligibility_rule"]
        {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn rules(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("eligibility_rule")
            .col(uuid("id"))
            .col(string("area_code"))
            .col(word_null("programme"))
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .col(text("conditions"))
            .col(string("document_no"))
            .primary_key(Index::create().col("id"))
            .check(("eligibility_rule_period", Expr::cust("valid_to IS NULL OR valid_to > valid_from")))
            .to_owned(),
    )
    .await
}

async fn lists(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("exclusion_list")
            .col(uuid("id"))
            .col(word("kind"))
            .col(string("area_code"))
            .col(date("as_of"))
            .col(string("document_no"))
            .col(string("source"))
            .col(string("file_name"))
            .col(string("file_hash"))
            .col(integer("rows"))
            .col(uuid("loaded_by"))
            .col(timestamp_with_time_zone("begun_at"))
            .col(timestamp_with_time_zone_null("loaded_at"))
            .col(uuid_null("superseded_by"))
            .primary_key(Index::create().col("id"))
            .check(("exclusion_list_rows", Expr::cust("rows > 0")))
            .check(("exclusion_list_other", Expr::cust("superseded_by IS NULL OR superseded_by <> id")))
            .to_owned(),
    )
    .await?;
    m.create_table(
        Table::create()
            .table("exclusion_entry")
            .col(uuid("list_id"))
            .col(integer("line"))
            .col(string("id_index"))
            .col(date_null("valid_from"))
            .col(date_null("valid_to"))
            .primary_key(Index::create().col("list_id").col("line"))
            .foreign_key(&mut to("exclusion_entry", "list_id", "exclusion_list"))
            .check((
                "exclusion_entry_period",
                Expr::cust("valid_from IS NULL OR valid_to IS NULL OR valid_to >= valid_from"),
            ))
            .to_owned(),
    )
    .await?;
    unique(
        m,
        "exclusion_list_in_force",
        "exclusion_list (kind, area_code) WHERE loaded_at IS NOT NULL AND superseded_by IS NULL",
    )
    .await?;
    index(m, "exclusion_list_area", "exclusion_list (area_code, id)").await?;
    index(m, "exclusion_entry_number", "exclusion_entry (id_index)").await
}

async fn findings(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("eligibility_evidence")
            .col(uuid("enrolment_id"))
            .col(uuid("person_id"))
            .col(uuid("class_id"))
            .col(timestamp_with_time_zone("decided_at"))
            .col(uuid("rule_id"))
            .col(boolean("holds"))
            .col(text("verdicts"))
            .col(text("facts"))
            .col(string("facts_hash"))
            .primary_key(Index::create().col("enrolment_id"))
            .foreign_key(&mut to("eligibility_evidence", "enrolment_id", "enrolment"))
            .foreign_key(&mut to("eligibility_evidence", "rule_id", "eligibility_rule"))
            .to_owned(),
    )
    .await?;
    m.create_table(
        Table::create()
            .table("eligibility_flag")
            .col(uuid("id"))
            .col(uuid("class_id"))
            .col(uuid("enrolment_id"))
            .col(uuid("person_id"))
            .col(string("area_code"))
            .col(string("cause"))
            .col(text("verdict"))
            .col(word("status"))
            .col(timestamp_with_time_zone("found_at"))
            .col(uuid_null("decided_by"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(text_null("reason"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("eligibility_flag", "class_id", "training_class"))
            .foreign_key(&mut to("eligibility_flag", "enrolment_id", "enrolment"))
            .check((
                "eligibility_flag_decided",
                Expr::cust("status NOT IN ('dismissed', 'confirmed') OR decided_by IS NOT NULL"),
            ))
            .check(("eligibility_flag_reason", Expr::cust("status <> 'dismissed' OR reason IS NOT NULL")))
            .to_owned(),
    )
    .await?;
    index(m, "eligibility_evidence_class", "eligibility_evidence (class_id)").await?;
    unique(m, "eligibility_flag_once", "eligibility_flag (enrolment_id, cause)").await?;
    index(m, "eligibility_flag_class", "eligibility_flag (class_id)").await?;
    index(m, "eligibility_flag_area", "eligibility_flag (area_code, status, id)").await?;
    append_only(m, "eligibility_evidence").await
}

/// What an exclusion list blocks is not paid, whatever the program believes.
async fn guard_lines(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = m.get_connection();
    let blocked = "NEW.blocked_by IS NOT NULL AND NEW.status IN ('claimed', 'paid')";
    for verb in ["INSERT", "UPDATE"] {
        let name = format!("claim_line_blocked_{}", verb.to_lowercase());
        let statement = match db.get_database_backend() {
            DatabaseBackend::Sqlite => format!(
                "CREATE TRIGGER {name} BEFORE {verb} ON claim_line WHEN {blocked} BEGIN SELECT RAISE(ABORT, '{UNPAID}'); END"
            ),
            _ => format!(
                "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ \
                 BEGIN RAISE EXCEPTION '{UNPAID}'; END $$ LANGUAGE plpgsql; \
                 CREATE TRIGGER {name} BEFORE {verb} ON claim_line FOR EACH ROW WHEN ({blocked}) EXECUTE FUNCTION {name}()"
            ),
        };
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}
