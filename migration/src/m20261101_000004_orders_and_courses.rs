//! 订单 and 列单: what enterprises ask for and institutions offer.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, date, integer, string, text, text_null, timestamp_with_time_zone, uuid},
};

use crate::columns::{index, to, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("enterprise_order")
                .col(uuid("id"))
                .col(string("number"))
                .col(uuid("organisation_id"))
                .col(string("area_code"))
                .col(string("occupation"))
                .col(integer("level"))
                .col(integer("headcount"))
                .col(big_integer("wage_low_fen"))
                .col(big_integer("wage_high_fen"))
                .col(string("work_place"))
                .col(date("start_by"))
                .col(integer("hire_commitment_percent"))
                .col(text("skills"))
                .col(word("status"))
                .col(text_null("reason"))
                .col(uuid("created_by"))
                .col(timestamp_with_time_zone("created_at"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("enterprise_order", "organisation_id", "organisation"))
                .check(("order_numbers", Expr::cust("headcount > 0 AND wage_low_fen >= 0 AND wage_high_fen >= wage_low_fen AND hire_commitment_percent BETWEEN 0 AND 100")))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("course")
                .col(uuid("id"))
                .col(string("number"))
                .col(uuid("organisation_id"))
                .col(string("area_code"))
                .col(word("programme"))
                .col(string("occupation"))
                .col(integer("level"))
                .col(string("title"))
                .col(integer("theory_minutes"))
                .col(integer("practice_minutes"))
                .col(big_integer("price_fen"))
                .col(text("syllabus"))
                .col(integer("min_class"))
                .col(integer("max_class"))
                .col(word("status"))
                .col(text_null("reason"))
                .col(uuid("created_by"))
                .col(timestamp_with_time_zone("created_at"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("course", "organisation_id", "organisation"))
                .check(("course_numbers", Expr::cust("theory_minutes >= 0 AND practice_minutes >= 0 AND theory_minutes + practice_minutes > 0 AND price_fen >= 0 AND min_class > 0 AND max_class >= min_class")))
                .to_owned(),
        )
        .await?;
        unique(m, "enterprise_order_number", "enterprise_order (number)").await?;
        index(m, "enterprise_order_area", "enterprise_order (area_code, id)").await?;
        index(m, "enterprise_order_organisation", "enterprise_order (organisation_id, id)").await?;
        unique(m, "course_number", "course (number)").await?;
        index(m, "course_area", "course (area_code, id)").await?;
        index(m, "course_organisation", "course (organisation_id, id)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.drop_table(Table::drop().table("course").to_owned()).await?;
        m.drop_table(Table::drop().table("enterprise_order").to_owned()).await?;
        Ok(())
    }
}
