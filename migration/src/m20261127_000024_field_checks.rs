//! Unannounced inspections with their pictures, call-backs from a sample, complaints.

use sea_orm_migration::{
    prelude::*,
    schema::{
        binary, boolean, date, integer, integer_null, string, string_len, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::columns::{append_only, index, stop_guarding, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        inspections(m).await?;
        samples(m).await?;
        calls(m).await?;
        complaints(m).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for table in ["call_try", "call_sample"] {
            stop_guarding(m, table).await?;
        }
        for table in ["complaint", "call_try", "call_back", "call_sample", "inspection_photo", "inspection"] {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn inspections(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("inspection")
            .col(uuid("id"))
            .col(uuid("class_id"))
            .col(uuid_null("session_id"))
            .col(string("area_code"))
            .col(uuid("organisation_id"))
            .col(uuid("inspector_id"))
            .col(timestamp_with_time_zone("planned_at"))
            .col(word("status"))
            .col(timestamp_with_time_zone_null("seen_at"))
            .col(integer_null("headcount"))
            .col(integer_null("latitude_e6"))
            .col(integer_null("longitude_e6"))
            .col(binary("sealed"))
            .col(text_null("reason"))
            .col(boolean("doubted"))
            .col(timestamp_with_time_zone_null("settled_at"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("inspection", "class_id", "training_class"))
            .foreign_key(&mut to("inspection", "session_id", "class_session"))
            .foreign_key(&mut to("inspection", "organisation_id", "organisation"))
            .foreign_key(&mut to("inspection", "inspector_id", "account"))
            .check((
                "inspection_done",
                Expr::cust(
                    "(status = 'done') = (seen_at IS NOT NULL) AND (status = 'done') = (headcount IS NOT NULL) \
                     AND (status <> 'done' OR session_id IS NOT NULL)",
                ),
            ))
            .check(("inspection_headcount", Expr::cust("headcount IS NULL OR headcount >= 0")))
            .check(("inspection_place", Expr::cust("(latitude_e6 IS NULL) = (longitude_e6 IS NULL)")))
            .check(("inspection_reason", Expr::cust("(status = 'cancelled') = (reason IS NOT NULL)")))
            .check(("inspection_doubted", Expr::cust("status = 'done' OR (NOT doubted AND settled_at IS NULL)")))
            .to_owned(),
    )
    .await?;
    m.create_table(
        Table::create()
            .table("inspection_photo")
            .col(uuid("id"))
            .col(uuid("inspection_id"))
            .col(binary("sealed"))
            .col(string("sha256"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("inspection_photo", "inspection_id", "inspection"))
            .to_owned(),
    )
    .await?;
    index(m, "inspection_area", "inspection (area_code, id)").await?;
    index(m, "inspection_organisation", "inspection (organisation_id, id)").await?;
    index(m, "inspection_class", "inspection (class_id, id)").await?;
    index(m, "inspection_unsettled", "inspection (settled_at, status, id)").await?;
    index(m, "inspection_photo_of", "inspection_photo (inspection_id)").await?;
    unique(m, "inspection_open", "inspection (class_id, inspector_id) WHERE status = 'planned'").await
}

async fn samples(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("call_sample")
            .col(uuid("id"))
            .col(uuid("class_id"))
            .col(string("area_code"))
            .col(string_len("seed", 64))
            .col(word("method"))
            .col(text("population"))
            .col(string_len("population_hash", 64))
            .col(integer("percent"))
            .col(uuid("drawn_by"))
            .col(timestamp_with_time_zone("drawn_at"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("call_sample", "class_id", "training_class"))
            .check(("call_sample_percent", Expr::cust("percent BETWEEN 0 AND 100")))
            .to_owned(),
    )
    .await?;
    // A class is drawn from once: whom chance chose cannot be chosen again.
    unique(m, "call_sample_class", "call_sample (class_id)").await?;
    append_only(m, "call_sample").await
}

async fn calls(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("call_back")
            .col(uuid("id"))
            .col(uuid("sample_id"))
            .col(uuid("class_id"))
            .col(uuid("enrolment_id"))
            .col(string("area_code"))
            .col(string("home_code"))
            .col(integer("ordinal"))
            .col(word("status"))
            .col(integer("missed"))
            .col(boolean("visited"))
            .col(word_null("attended"))
            .col(word_null("days"))
            .col(word_null("taught"))
            .col(word_null("paid"))
            .col(word_null("certificate"))
            .col(binary("sealed"))
            .col(uuid_null("recorded_by"))
            .col(timestamp_with_time_zone_null("recorded_at"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("call_back", "sample_id", "call_sample"))
            .foreign_key(&mut to("call_back", "class_id", "training_class"))
            .foreign_key(&mut to("call_back", "enrolment_id", "enrolment"))
            .check((
                "call_back_answers",
                Expr::cust(
                    "(status = 'recorded') = (attended IS NOT NULL AND days IS NOT NULL AND taught IS NOT NULL \
                     AND paid IS NOT NULL AND certificate IS NOT NULL)",
                ),
            ))
            .check(("call_back_by", Expr::cust("status NOT IN ('recorded', 'unreached') OR recorded_by IS NOT NULL")))
            .check(("call_back_visit", Expr::cust("status NOT IN ('visit', 'unreached') OR visited")))
            .to_owned(),
    )
    .await?;
    m.create_table(
        Table::create()
            .table("call_try")
            .col(uuid("id"))
            .col(uuid("call_back_id"))
            .col(word("outcome"))
            .col(date("tried_on"))
            .col(timestamp_with_time_zone("tried_at"))
            .col(uuid("tried_by"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("call_try", "call_back_id", "call_back"))
            .to_owned(),
    )
    .await?;
    unique(m, "call_back_enrolment", "call_back (enrolment_id)").await?;
    index(m, "call_back_sample", "call_back (sample_id, ordinal)").await?;
    index(m, "call_back_area", "call_back (area_code, id)").await?;
    index(m, "call_back_open", "call_back (area_code, status, id)").await?;
    index(m, "call_back_home", "call_back (home_code, id)").await?;
    index(m, "call_try_of", "call_try (call_back_id)").await?;
    // Who does not answer is given time: three calls in one hour are one.
    unique(m, "call_try_day", "call_try (call_back_id, tried_on) WHERE outcome = 'unreachable'").await?;
    append_only(m, "call_try").await
}

async fn complaints(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("complaint")
            .col(uuid("id"))
            .col(uuid("person_id"))
            .col(uuid_null("class_id"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(word("subject"))
            .col(binary("sealed"))
            .col(uuid("filed_by"))
            .col(timestamp_with_time_zone("filed_at"))
            .col(date("filed_on"))
            .col(integer("number"))
            .col(date("due_on"))
            .col(word("status"))
            .col(uuid_null("taken_by"))
            .col(timestamp_with_time_zone_null("taken_at"))
            .col(word_null("outcome"))
            .col(binary("answer"))
            .col(boolean("told"))
            .col(uuid_null("answered_by"))
            .col(timestamp_with_time_zone_null("answered_at"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("complaint", "person_id", "person"))
            .foreign_key(&mut to("complaint", "class_id", "training_class"))
            .foreign_key(&mut to("complaint", "organisation_id", "organisation"))
            .check((
                "complaint_answered",
                Expr::cust("(status = 'answered') = (outcome IS NOT NULL AND answered_by IS NOT NULL)"),
            ))
            .check(("complaint_taken", Expr::cust("status NOT IN ('taken_up', 'answered') OR taken_by IS NOT NULL")))
            .check(("complaint_told", Expr::cust("NOT told OR status = 'answered'")))
            .to_owned(),
    )
    .await?;
    index(m, "complaint_person", "complaint (person_id, id)").await?;
    index(m, "complaint_area", "complaint (area_code, id)").await?;
    index(m, "complaint_open", "complaint (area_code, status, due_on)").await?;
    index(m, "complaint_organisation", "complaint (organisation_id, id)").await?;
    index(m, "complaint_class", "complaint (class_id)").await?;
    unique(m, "complaint_day", "complaint (filed_by, filed_on, number)").await
}
