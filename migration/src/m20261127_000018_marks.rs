//! 考勤: every try to mark, what needs a second person, and the devices that keep rosters without network.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer_null, binary, integer, integer_null, string, string_null, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{append_only, index, stop_guarding, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        for column in ["standing varchar(32) NOT NULL DEFAULT 'credited'", "version integer NOT NULL DEFAULT 1"] {
            db.execute_unprepared(&format!("ALTER TABLE attendance_mark ADD COLUMN {column}")).await?;
        }
        m.create_table(
            Table::create()
                .table("mark_try")
                .col(uuid("id"))
                .col(uuid_null("session_id"))
                .col(uuid_null("class_id"))
                .col(uuid_null("enrolment_id"))
                .col(uuid("account_id"))
                .col(word("method"))
                .col(word("says"))
                .col(timestamp_with_time_zone_null("in_at"))
                .col(timestamp_with_time_zone_null("out_at"))
                .col(timestamp_with_time_zone("made_at"))
                .col(timestamp_with_time_zone("received_at"))
                .col(string_null("device"))
                .col(big_integer_null("sequence"))
                .col(big_integer_null("step"))
                .col(integer_null("latitude_e6"))
                .col(integer_null("longitude_e6"))
                .col(word_null("refusal"))
                .col(text_null("note"))
                .col(text_null("signature"))
                .primary_key(Index::create().col("id"))
                // Nobody is marked before it was said, and what is accepted is of somebody in a session.
                .check((
                    "try_of_somebody",
                    Expr::cust("refusal IS NOT NULL OR (session_id IS NOT NULL AND enrolment_id IS NOT NULL)"),
                ))
                .check(("try_place", Expr::cust("(latitude_e6 IS NULL) = (longitude_e6 IS NULL)")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("mark_photo")
                .col(uuid("id"))
                .col(binary("sealed"))
                .col(string("sha256"))
                .col(timestamp_with_time_zone("created_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("mark_request")
                .col(uuid("id"))
                .col(uuid("class_id"))
                .col(uuid("session_id"))
                .col(uuid("enrolment_id"))
                .col(string("area_code"))
                .col(uuid("organisation_id"))
                .col(word("kind"))
                .col(word("presence"))
                .col(timestamp_with_time_zone_null("in_at"))
                .col(timestamp_with_time_zone_null("out_at"))
                .col(text("reason"))
                .col(uuid_null("photo_id"))
                .col(text_null("old_mark"))
                .col(word("status"))
                .col(uuid("asked_by"))
                .col(timestamp_with_time_zone("asked_at"))
                .col(uuid_null("decided_by"))
                .col(timestamp_with_time_zone_null("decided_at"))
                .col(text_null("answer"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("mark_request", "class_id", "training_class"))
                .foreign_key(&mut to("mark_request", "session_id", "class_session"))
                .foreign_key(&mut to("mark_request", "enrolment_id", "enrolment"))
                .foreign_key(&mut to("mark_request", "photo_id", "mark_photo"))
                .check((
                    "mark_request_four_eyes",
                    Expr::cust("decided_by IS NULL OR decided_by <> asked_by OR status = 'withdrawn'"),
                ))
                .check(("mark_request_decided", Expr::cust("status = 'asked' OR decided_by IS NOT NULL")))
                // A mark by hand rests on a picture.
                .check(("mark_request_photo", Expr::cust("kind <> 'by_hand' OR photo_id IS NOT NULL")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("roster_device")
                .col(uuid("id"))
                .col(uuid("organisation_id"))
                .col(uuid("account_id"))
                .col(string("name"))
                .col(string("public_key"))
                .col(timestamp_with_time_zone("registered_at"))
                .col(timestamp_with_time_zone_null("revoked_at"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("roster_device", "organisation_id", "organisation"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("attendance_warning")
                .col(uuid("enrolment_id"))
                .col(word("outlook"))
                .col(timestamp_with_time_zone("told_at"))
                .primary_key(Index::create().col("enrolment_id"))
                .foreign_key(&mut to("attendance_warning", "enrolment_id", "enrolment"))
                .to_owned(),
        )
        .await?;
        append_only(m, "mark_try").await?;
        index(m, "mark_try_seat", "mark_try (session_id, enrolment_id)").await?;
        index(m, "mark_try_device", "mark_try (session_id, device) WHERE device IS NOT NULL").await?;
        index(m, "mark_try_number", "mark_try (device, sequence) WHERE sequence IS NOT NULL").await?;
        index(m, "mark_try_class", "mark_try (class_id, id)").await?;
        // Only wrong codes are counted by account, so that a mark which is taken costs nothing here.
        let wrong = "mark_try (account_id, received_at) WHERE refusal IN ('code_wrong', 'code_old')";
        index(m, "mark_try_wrong", wrong).await?;
        // By code one comes once and goes once.
        unique(
            m,
            "mark_try_code",
            "mark_try (session_id, enrolment_id, says) WHERE method = 'code' AND refusal IS NULL",
        )
        .await?;
        unique(m, "mark_try_sequence", "mark_try (device, sequence) WHERE method = 'offline' AND refusal IS NULL")
            .await?;
        index(m, "mark_request_class", "mark_request (class_id, id)").await?;
        index(m, "mark_request_area", "mark_request (area_code, id) WHERE status = 'asked'").await?;
        index(m, "mark_request_organisation", "mark_request (organisation_id, id)").await?;
        unique(m, "mark_request_open", "mark_request (session_id, enrolment_id) WHERE status = 'asked'").await?;
        index(m, "roster_device_organisation", "roster_device (organisation_id, id)").await?;
        unique(m, "roster_device_key", "roster_device (public_key)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        stop_guarding(m, "mark_try").await?;
        m.drop_table(Table::drop().table("attendance_warning").to_owned()).await?;
        m.drop_table(Table::drop().table("roster_device").to_owned()).await?;
        m.drop_table(Table::drop().table("mark_request").to_owned()).await?;
        m.drop_table(Table::drop().table("mark_photo").to_owned()).await?;
        m.drop_table(Table::drop().table("mark_try").to_owned()).await?;
        for column in ["standing", "version"] {
            m.get_connection().execute_unprepared(&format!("ALTER TABLE attendance_mark DROP COLUMN {column}")).await?;
        }
        Ok(())
    }
}
