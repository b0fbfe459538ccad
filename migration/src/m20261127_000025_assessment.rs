//! Assessment by a body that is not the institution: who assesses a class, results in three words, and what a class leads
//! to. A result that stood as yes or no becomes a word.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, date, integer, integer_null, string, string_null, timestamp_with_time_zone, uuid, uuid_null},
    sea_orm::ConnectionTrait,
};

use crate::columns::{allow, append_only, index, refuse, stop_guarding, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A body that assesses is another one than the school, with other people behind it.
const TIED: &str = "NEW.assessor_id IS NOT NULL AND (NEW.assessor_id = NEW.organisation_id \
    OR NOT EXISTS (SELECT 1 FROM organisation a WHERE a.id = NEW.assessor_id AND a.kind = 'assessor') \
    OR EXISTS (SELECT 1 FROM organisation a JOIN organisation t ON t.id = NEW.organisation_id WHERE a.id = NEW.assessor_id \
    AND (a.credit_code = t.credit_code OR a.legal_person = t.legal_person OR a.phone = t.phone)))";

/// A result comes from the body that was named for the class.
const OTHERS: &str = "NOT EXISTS (SELECT 1 FROM enrolment e JOIN training_class c ON c.id = e.class_id \
    WHERE e.id = NEW.enrolment_id AND c.assessor_id = NEW.assessor_id)";

const CARRIED: &str = "id, enrolment_id, attempt, score, assessed_on, recorded_by, created_at";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for table in ["course", "training_class"] {
            let kind = word("certificate_kind").default("completion").to_owned();
            m.alter_table(Table::alter().table(table).add_column(kind).to_owned()).await?;
        }
        m.alter_table(Table::alter().table("training_class").add_column(uuid_null("assessor_id")).to_owned()).await?;
        index(m, "training_class_assessor", "training_class (assessor_id, id)").await?;
        for (name, event) in [("class_assessor_insert", "INSERT"), ("class_assessor_update", "UPDATE OF assessor_id")] {
            refuse(m, name, &format!("{event} ON training_class"), TIED, "nobody assesses his own class").await?;
        }
        results(m).await?;
        m.create_table(
            Table::create()
                .table("result_file")
                .col(uuid("id"))
                .col(uuid("class_id"))
                .col(string("file_hash"))
                .col(integer("rows"))
                .col(uuid("loaded_by"))
                .col(timestamp_with_time_zone("loaded_at"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("result_file", "class_id", "training_class"))
                .to_owned(),
        )
        .await?;
        unique(m, "result_file_once", "result_file (class_id, file_hash)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        m.drop_table(Table::drop().table("result_file").to_owned()).await?;
        stop_guarding(m, "assessment").await?;
        allow(m, "assessment_of_another", "assessment").await?;
        m.rename_table(Table::rename().table("assessment", "assessment_before").to_owned()).await?;
        m.create_table(
            Table::create()
                .table("assessment")
                .col(uuid("id"))
                .col(uuid("enrolment_id"))
                .col(integer("attempt"))
                .col(boolean("passed"))
                .col(integer_null("score"))
                .col(date("assessed_on"))
                .col(uuid("recorded_by"))
                .col(timestamp_with_time_zone("created_at"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("assessment", "enrolment_id", "enrolment"))
                .to_owned(),
        )
        .await?;
        db.execute_unprepared(&format!(
            "INSERT INTO assessment ({CARRIED}, passed) SELECT {CARRIED}, result <> 'failed' FROM assessment_before"
        ))
        .await?;
        m.drop_table(Table::drop().table("assessment_before").to_owned()).await?;
        unique(m, "assessment_attempt", "assessment (enrolment_id, attempt)").await?;
        allow(m, "class_assessor_insert", "training_class").await?;
        allow(m, "class_assessor_update", "training_class").await?;
        db.execute_unprepared("DROP INDEX training_class_assessor").await?;
        for (table, column) in
            [("training_class", "assessor_id"), ("training_class", "certificate_kind"), ("course", "certificate_kind")]
        {
            m.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

/// The table is written anew: its checks cannot be added to one that stands.
async fn results(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = m.get_connection();
    m.rename_table(Table::rename().table("assessment", "assessment_before").to_owned()).await?;
    m.create_table(
        Table::create()
            .table("assessment")
            .col(uuid("id"))
            .col(uuid("enrolment_id"))
            .col(integer("attempt"))
            .col(word("result"))
            .col(word_null("exempt_reason"))
            .col(integer_null("score"))
            .col(string_null("paper_ref"))
            .col(uuid_null("assessor_id"))
            .col(date("assessed_on"))
            .col(uuid("recorded_by"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("assessment", "enrolment_id", "enrolment"))
            .foreign_key(&mut to("assessment", "assessor_id", "organisation"))
            .check(("assessment_score", Expr::cust("score IS NULL OR score BETWEEN 0 AND 100")))
            .check(("assessment_result", Expr::cust("result IN ('passed', 'failed', 'exempt')")))
            .check(("assessment_reason", Expr::cust("(result = 'exempt') = (exempt_reason IS NOT NULL)")))
            .check(("assessment_exempt", Expr::cust("result <> 'exempt' OR (score IS NULL AND paper_ref IS NOT NULL)")))
            .to_owned(),
    )
    .await?;
    db.execute_unprepared(&format!(
        "INSERT INTO assessment ({CARRIED}, result) \
         SELECT {CARRIED}, CASE WHEN passed THEN 'passed' ELSE 'failed' END FROM assessment_before"
    ))
    .await?;
    m.drop_table(Table::drop().table("assessment_before").to_owned()).await?;
    unique(m, "assessment_attempt", "assessment (enrolment_id, attempt)").await?;
    append_only(m, "assessment").await?;
    refuse(m, "assessment_of_another", "INSERT ON assessment", OTHERS, "only the body named for a class assesses it")
        .await
}
