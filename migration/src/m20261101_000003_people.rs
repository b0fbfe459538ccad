//! The real-name registry: households, people, the service ledger.

use sea_orm_migration::{
    prelude::*,
    schema::{
        binary, boolean, date, date_null, integer, string, string_null, text, timestamp_with_time_zone, uuid, uuid_null,
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
                .table("household")
                .col(uuid("id"))
                .col(string("number"))
                .col(string("area_code"))
                .col(string("kind"))
                .col(integer("members"))
                .col(timestamp_with_time_zone("created_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("person")
                .col(uuid("id"))
                .col(string("id_index"))
                .col(string_null("phone_index"))
                .col(string("name"))
                .col(word("sex"))
                .col(date("birth_on"))
                .col(string("ethnicity"))
                .col(string("education"))
                .col(string("political"))
                .col(string("marital"))
                .col(word("labour_capacity"))
                .col(string("registration"))
                .col(string("area_code"))
                .col(uuid_null("household_id"))
                .col(string("relation"))
                .col(word("poverty_status"))
                .col(date_null("exited_on"))
                .col(string("employment_status"))
                .col(string("employment_wish"))
                .col(string("training_wish"))
                .col(boolean("startup_wish"))
                .col(text("skills"))
                .col(string("helper"))
                .col(word("status"))
                .col(date_null("verified_on"))
                .col(string("source"))
                .col(binary("sealed"))
                .col(timestamp_with_time_zone("created_at"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("person", "household_id", "household"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("service_event")
                .col(uuid("id"))
                .col(uuid("person_id"))
                .col(string("area_code"))
                .col(word("kind"))
                .col(date("held_on"))
                .col(string("provider"))
                .col(text("note"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("service_event", "person_id", "person"))
                .to_owned(),
        )
        .await?;
        unique(m, "household_number", "household (number)").await?;
        unique(m, "person_id_index", "person (id_index)").await?;
        index(m, "person_phone_index", "person (phone_index)").await?;
        index(m, "person_area", "person (area_code, id)").await?;
        // Sheets count by these alone, without a look at the rows.
        index(m, "person_figures", "person (area_code, status, poverty_status, labour_capacity, exited_on)").await?;
        index(m, "service_event_area", "service_event (area_code, held_on, kind)").await?;
        index(m, "service_event_person", "service_event (person_id)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.drop_table(Table::drop().table("service_event").to_owned()).await?;
        m.drop_table(Table::drop().table("person").to_owned()).await?;
        m.drop_table(Table::drop().table("household").to_owned()).await?;
        Ok(())
    }
}
