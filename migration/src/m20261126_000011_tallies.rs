//! Counters by area: people by field and code, figures of the year; and people by the beginning of their names.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, string, text},
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The area of each level in which a service was given: a code tells its place.
const LEVELS: [&str; 5] = [
    "area_code",
    "substr(area_code, 1, 9)",
    "substr(area_code, 1, 6)",
    "substr(area_code, 1, 4) || '00'",
    "substr(area_code, 1, 2) || '0000'",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("tally")
                .col(string("area_code"))
                .col(string("parent_code"))
                .col(text("heads"))
                .primary_key(Index::create().col("area_code"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("sheet_year")
                .col(string("area_code"))
                .col(integer("year"))
                .col(string("facet"))
                .col(big_integer("n"))
                .primary_key(Index::create().col("area_code").col("year").col("facet"))
                .check(("sheet_year_n", Expr::cust("n >= 0")))
                .to_owned(),
        )
        .await?;
        index(m, "tally_parent", "tally (parent_code)").await?;
        // Who of an area was trained in a year, without a look at the rows.
        index(m, "completion_area", "completion (area_code, year, qualified, person_id)").await?;
        let db = m.get_connection();
        if db.get_database_backend() == DatabaseBackend::Postgres {
            // By the bytes of the name, as SQLite has them: a beginning is then a range.
            db.execute_unprepared("ALTER TABLE person ALTER COLUMN name TYPE varchar COLLATE \"C\"").await?;
        }
        index(m, "person_name", "person (name, area_code, id)").await?;
        for level in LEVELS {
            db.execute_unprepared(&format!(
                "INSERT INTO sheet_year (area_code, year, facet, n) \
                 SELECT {level}, CAST(substr(CAST(held_on AS TEXT), 1, 4) AS INTEGER), 'service/' || kind, COUNT(*) \
                 FROM service_event GROUP BY 1, 2, 3"
            ))
            .await?;
        }
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        db.execute_unprepared("DROP INDEX person_name").await?;
        db.execute_unprepared("DROP INDEX completion_area").await?;
        if db.get_database_backend() == DatabaseBackend::Postgres {
            db.execute_unprepared("ALTER TABLE person ALTER COLUMN name TYPE varchar COLLATE \"default\"").await?;
        }
        m.drop_table(Table::drop().table("sheet_year").to_owned()).await?;
        m.drop_table(Table::drop().table("tally").to_owned()).await
    }
}
