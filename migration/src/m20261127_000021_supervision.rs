//! 监管: doubts about marks and classes, and the cases that come of them.

use sea_orm_migration::{
    prelude::*,
    schema::{
        string, string_null, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::columns::{index, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        cases(m).await?;
        doubts(m).await?;
        // How far the search has read what changed.
        m.create_table(
            Table::create()
                .table("doubt_cursor")
                .col(word("feed"))
                .col(uuid("seen"))
                .primary_key(Index::create().col("feed"))
                .to_owned(),
        )
        .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for table in ["doubt_cursor", "doubt", "supervision_case"] {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn cases(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("supervision_case")
            .col(uuid("id"))
            .col(string("number"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(string("title"))
            .col(text("finding"))
            .col(word("status"))
            .col(word_null("outcome"))
            .col(text_null("decision"))
            .col(uuid("opened_by"))
            .col(timestamp_with_time_zone("opened_at"))
            .col(uuid_null("decided_by"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(uuid_null("closed_by"))
            .col(timestamp_with_time_zone_null("closed_at"))
            .col(string_null("closing"))
            .col(ColumnDef::new("version").integer().not_null().to_owned())
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("supervision_case", "organisation_id", "organisation"))
            // Who opens it does not judge it.
            .check(("case_four_eyes", Expr::cust("decided_by IS NULL OR decided_by <> opened_by")))
            .check((
                "case_decided",
                Expr::cust("(status = 'opened') = (outcome IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)"),
            ))
            .check(("case_closed", Expr::cust("(status = 'closed') = (closed_by IS NOT NULL)")))
            .to_owned(),
    )
    .await?;
    unique(m, "supervision_case_number", "supervision_case (number)").await?;
    index(m, "supervision_case_area", "supervision_case (area_code, id)").await?;
    index(m, "supervision_case_organisation", "supervision_case (organisation_id, id)").await?;
    index(m, "supervision_case_status", "supervision_case (status, area_code)").await
}

async fn doubts(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("doubt")
            .col(uuid("id"))
            .col(uuid("class_id"))
            .col(uuid_null("session_id"))
            .col(uuid_null("enrolment_id"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(word("kind"))
            .col(string("key"))
            .col(text("facts"))
            .col(word("status"))
            .col(timestamp_with_time_zone("found_at"))
            .col(uuid_null("decided_by"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(text_null("reason"))
            .col(uuid_null("case_id"))
            .col(ColumnDef::new("version").integer().not_null().to_owned())
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("doubt", "class_id", "training_class"))
            .foreign_key(&mut to("doubt", "session_id", "class_session"))
            .foreign_key(&mut to("doubt", "enrolment_id", "enrolment"))
            .foreign_key(&mut to("doubt", "organisation_id", "organisation"))
            .foreign_key(&mut to("doubt", "case_id", "supervision_case"))
            .check(("doubt_decided", Expr::cust("(status IN ('open', 'cleared')) = (decided_by IS NULL)")))
            .check(("doubt_dismissed", Expr::cust("status <> 'dismissed' OR reason IS NOT NULL")))
            .check(("doubt_in_case", Expr::cust("(status = 'in_case') = (case_id IS NOT NULL)")))
            .to_owned(),
    )
    .await?;
    // The same doubt is found once.
    unique(m, "doubt_same", "doubt (class_id, kind, key)").await?;
    index(m, "doubt_area", "doubt (area_code, id)").await?;
    index(m, "doubt_status", "doubt (status, area_code)").await?;
    index(m, "doubt_organisation", "doubt (organisation_id, id)").await?;
    index(m, "doubt_case", "doubt (case_id) WHERE case_id IS NOT NULL").await
}
