//! 选单: classes, their sessions, and who sits in them.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, date, date_null, integer, string, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
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
                .table("training_class")
                .col(uuid("id"))
                .col(string("number"))
                .col(uuid("course_id"))
                .col(uuid("organisation_id"))
                .col(string("area_code"))
                .col(word("programme"))
                .col(string("occupation"))
                .col(integer("level"))
                .col(string("title"))
                .col(string("venue"))
                .col(string("trainer"))
                .col(integer("seats"))
                .col(integer("taken"))
                .col(date("starts_on"))
                .col(date("ends_on"))
                .col(word("status"))
                .col(text_null("reason"))
                .col(integer("attendance_percent"))
                .col(date_null("approved_on"))
                .col(uuid_null("standard_id"))
                .col(big_integer("unit_fen"))
                .col(uuid_null("pot_id"))
                .col(uuid("created_by"))
                .col(timestamp_with_time_zone("created_at"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("training_class", "course_id", "course"))
                .foreign_key(&mut to("training_class", "organisation_id", "organisation"))
                .foreign_key(&mut to("training_class", "pot_id", "pot"))
                .foreign_key(&mut to("training_class", "standard_id", "subsidy_standard"))
                .check(("class_seats", Expr::cust("taken >= 0 AND taken <= seats AND seats > 0")))
                .check(("class_dates", Expr::cust("ends_on >= starts_on")))
                .check(("class_percent", Expr::cust("attendance_percent BETWEEN 0 AND 100")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("class_session")
                .col(uuid("id"))
                .col(uuid("class_id"))
                .col(integer("ordinal"))
                .col(timestamp_with_time_zone("starts_at"))
                .col(timestamp_with_time_zone("ends_at"))
                .col(word("status"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("class_session", "class_id", "training_class"))
                .check(("session_times", Expr::cust("ends_at > starts_at")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("order_class")
                .col(uuid("order_id"))
                .col(uuid("class_id"))
                .col(integer("seats"))
                .primary_key(Index::create().col("order_id").col("class_id"))
                .foreign_key(&mut to("order_class", "order_id", "enterprise_order"))
                .foreign_key(&mut to("order_class", "class_id", "training_class"))
                .check(("order_class_seats", Expr::cust("seats > 0")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("enrolment")
                .col(uuid("id"))
                .col(uuid("class_id"))
                .col(uuid("person_id"))
                .col(string("area_code"))
                .col(word("status"))
                .col(word("channel"))
                .col(timestamp_with_time_zone("consent_at"))
                .col(text_null("consent_note"))
                .col(uuid("enrolled_by"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("seated_at"))
                .col(timestamp_with_time_zone_null("ended_at"))
                .col(text_null("reason"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("enrolment", "class_id", "training_class"))
                .foreign_key(&mut to("enrolment", "person_id", "person"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("quota_use")
                .col(uuid("person_id"))
                .col(word("programme"))
                .col(integer("year"))
                .col(integer("n"))
                .col(uuid("enrolment_id"))
                .primary_key(Index::create().col("person_id").col("programme").col("year").col("n"))
                .foreign_key(&mut to("quota_use", "enrolment_id", "enrolment"))
                .check(("quota_n", Expr::cust("n > 0")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("hire")
                .col(uuid("id"))
                .col(uuid("order_id"))
                .col(uuid("person_id"))
                .col(uuid("enrolment_id"))
                .col(date("hired_on"))
                .col(uuid("recorded_by"))
                .col(timestamp_with_time_zone("created_at"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("hire", "order_id", "enterprise_order"))
                .foreign_key(&mut to("hire", "enrolment_id", "enrolment"))
                .to_owned(),
        )
        .await?;
        unique(m, "training_class_number", "training_class (number)").await?;
        index(m, "training_class_area", "training_class (area_code, id)").await?;
        index(m, "training_class_organisation", "training_class (organisation_id, id)").await?;
        index(m, "training_class_open", "training_class (status, starts_on, id)").await?;
        unique(m, "class_session_ordinal", "class_session (class_id, ordinal)").await?;
        index(m, "order_class_class", "order_class (class_id)").await?;
        unique(
            m,
            "enrolment_live",
            "enrolment (class_id, person_id) WHERE status IN ('waitlisted', 'seated', 'started', 'completed', 'failed')",
        )
        .await?;
        index(m, "enrolment_person", "enrolment (person_id)").await?;
        index(m, "quota_use_enrolment", "quota_use (enrolment_id)").await?;
        unique(m, "hire_once", "hire (order_id, person_id)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.drop_table(Table::drop().table("hire").to_owned()).await?;
        m.drop_table(Table::drop().table("quota_use").to_owned()).await?;
        m.drop_table(Table::drop().table("enrolment").to_owned()).await?;
        m.drop_table(Table::drop().table("order_class").to_owned()).await?;
        m.drop_table(Table::drop().table("class_session").to_owned()).await?;
        m.drop_table(Table::drop().table("training_class").to_owned()).await?;
        Ok(())
    }
}
