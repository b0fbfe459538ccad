//! Attendance, assessment, completion and certificates.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, date, integer, integer_null, string, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid,
    },
};

use crate::columns::{index, to, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("attendance_mark")
                .col(uuid("session_id"))
                .col(uuid("enrolment_id"))
                .col(word("presence"))
                .col(timestamp_with_time_zone_null("in_at"))
                .col(timestamp_with_time_zone_null("out_at"))
                .col(integer("minutes"))
                .col(word("method"))
                .col(uuid("marked_by"))
                .col(timestamp_with_time_zone("marked_at"))
                .primary_key(Index::create().col("session_id").col("enrolment_id"))
                .foreign_key(&mut to("attendance_mark", "session_id", "class_session"))
                .foreign_key(&mut to("attendance_mark", "enrolment_id", "enrolment"))
                .check(("mark_minutes", Expr::cust("minutes >= 0")))
                .to_owned(),
        )
        .await?;
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
        m.create_table(
            Table::create()
                .table("completion")
                .col(uuid("enrolment_id"))
                .col(uuid("class_id"))
                .col(uuid("person_id"))
                .col(word("programme"))
                .col(integer("year"))
                .col(string("area_code"))
                .col(integer("credited_minutes"))
                .col(integer("held_minutes"))
                .col(boolean("passed"))
                .col(boolean("qualified"))
                .col(date("completed_on"))
                .primary_key(Index::create().col("enrolment_id"))
                .foreign_key(&mut to("completion", "enrolment_id", "enrolment"))
                .check(("completion_minutes", Expr::cust("credited_minutes >= 0 AND credited_minutes <= held_minutes")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("certificate")
                .col(uuid("id"))
                .col(string("serial"))
                .col(uuid("enrolment_id"))
                .col(uuid("person_id"))
                .col(uuid("class_id"))
                .col(word("kind"))
                .col(date("issued_on"))
                .col(word("status"))
                .col(text_null("reason"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("certificate", "enrolment_id", "enrolment"))
                .to_owned(),
        )
        .await?;
        index(m, "attendance_mark_enrolment", "attendance_mark (enrolment_id)").await?;
        unique(m, "assessment_attempt", "assessment (enrolment_id, attempt)").await?;
        index(m, "completion_person", "completion (person_id, programme, year)").await?;
        index(m, "completion_class", "completion (class_id)").await?;
        unique(m, "certificate_serial", "certificate (serial)").await?;
        unique(m, "certificate_enrolment", "certificate (enrolment_id) WHERE status = 'published'").await?;
        index(m, "certificate_class", "certificate (class_id)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.drop_table(Table::drop().table("certificate").to_owned()).await?;
        m.drop_table(Table::drop().table("completion").to_owned()).await?;
        m.drop_table(Table::drop().table("assessment").to_owned()).await?;
        m.drop_table(Table::drop().table("attendance_mark").to_owned()).await?;
        Ok(())
    }
}
