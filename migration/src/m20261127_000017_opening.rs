//! Opening a class: the days that offices work, rooms with their capacity and position, trainers with their papers, and a
//! plan in which each session has its mode, room and trainer.

use sea_orm_migration::{
    prelude::*,
    schema::{
        binary, boolean, date, date_null, integer, integer_null, string, timestamp_with_time_zone, uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{index, to, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

const CLASS_COLUMNS: [&str; 5] = ["course_version", "theory_minutes", "practice_minutes", "venue_id", "trainer_id"];
const SESSION_COLUMNS: [&str; 6] = ["mode", "venue_id", "trainer_id", "creditable", "makes_up", "version"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("calendar_day")
                .col(date("day"))
                .col(boolean("working"))
                .col(string("name"))
                .col(string("document_no"))
                .primary_key(Index::create().col("day"))
                .to_owned(),
        )
        .await?;
        registers(m).await?;
        for column in [
            integer("course_version").default(1).to_owned(),
            integer("theory_minutes").default(0).to_owned(),
            integer("practice_minutes").default(0).to_owned(),
            uuid_null("venue_id"),
            uuid_null("trainer_id"),
        ] {
            m.alter_table(Table::alter().table("training_class").add_column(column).to_owned()).await?;
        }
        for column in [
            word("mode").default("practice").to_owned(),
            uuid_null("venue_id"),
            uuid_null("trainer_id"),
            boolean("creditable").default(true).to_owned(),
            uuid_null("makes_up"),
            integer("version").default(1).to_owned(),
        ] {
            m.alter_table(Table::alter().table("class_session").add_column(column).to_owned()).await?;
        }
        // What a class that stands was applied for: the course as it is, of which no older version was kept.
        m.get_connection()
            .execute_unprepared(
                "UPDATE training_class SET \
                 course_version = (SELECT c.version FROM course c WHERE c.id = training_class.course_id), \
                 theory_minutes = (SELECT c.theory_minutes FROM course c WHERE c.id = training_class.course_id), \
                 practice_minutes = (SELECT c.practice_minutes FROM course c WHERE c.id = training_class.course_id)",
            )
            .await?;
        index(m, "class_session_venue", "class_session (venue_id, starts_at)").await?;
        index(m, "class_session_trainer", "class_session (trainer_id, starts_at)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for name in ["class_session_trainer", "class_session_venue"] {
            m.get_connection().execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        for column in SESSION_COLUMNS {
            m.alter_table(Table::alter().table("class_session").drop_column(column).to_owned()).await?;
        }
        for column in CLASS_COLUMNS {
            m.alter_table(Table::alter().table("training_class").drop_column(column).to_owned()).await?;
        }
        for table in ["trainer", "venue", "calendar_day"] {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// Rooms and trainers of the institutions.
async fn registers(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("venue")
            .col(uuid("id"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(string("name"))
            .col(string("address"))
            .col(integer("capacity"))
            .col(integer_null("latitude_e6"))
            .col(integer_null("longitude_e6"))
            .col(integer("radius_m"))
            .col(word("status"))
            .col(uuid("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("venue", "organisation_id", "organisation"))
            .check(("venue_capacity", Expr::cust("capacity > 0")))
            .check(("venue_radius", Expr::cust("radius_m > 0")))
            .check((
                "venue_position",
                Expr::cust(
                    "(latitude_e6 IS NULL AND longitude_e6 IS NULL) OR (latitude_e6 BETWEEN -90000000 AND 90000000 AND \
                     longitude_e6 BETWEEN -180000000 AND 180000000)",
                ),
            ))
            .to_owned(),
    )
    .await?;
    m.create_table(
        Table::create()
            .table("trainer")
            .col(uuid("id"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(string("name"))
            .col(string("id_index"))
            .col(binary("sealed"))
            .col(word("programme"))
            .col(string("occupation"))
            .col(string("qualification"))
            .col(string("qualification_no"))
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .col(word("status"))
            .col(uuid("created_by"))
            .col(timestamp_with_time_zone("created_at"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("trainer", "organisation_id", "organisation"))
            .check(("trainer_dates", Expr::cust("valid_to IS NULL OR valid_to > valid_from")))
            .to_owned(),
    )
    .await?;
    index(m, "venue_organisation", "venue (organisation_id, id)").await?;
    index(m, "venue_address", "venue (area_code, address)").await?;
    index(m, "trainer_organisation", "trainer (organisation_id, id)").await?;
    index(m, "trainer_id_index", "trainer (id_index)").await
}
