//! Certificates are counted over a province and a year, and no longer over each programme in it. Numbers go on above the
//! highest that was given in any of them, so that none is given twice.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// `certificate JX2016` of `certificate JX2016-EC`.
const SERIES: &str = "substr(name, 1, 18)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        db.execute_unprepared(&format!(
            "INSERT INTO sequence (name, last) SELECT {SERIES}, max(last) FROM sequence \
             WHERE name LIKE 'certificate %-__' GROUP BY {SERIES}"
        ))
        .await?;
        db.execute_unprepared("DELETE FROM sequence WHERE name LIKE 'certificate %-__'").await?;
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        for programme in ["EN", "EC", "SK"] {
            db.execute_unprepared(&format!(
                "INSERT INTO sequence (name, last) SELECT name || '-{programme}', last FROM sequence \
                 WHERE name LIKE 'certificate %' AND length(name) = 18"
            ))
            .await?;
        }
        db.execute_unprepared("DELETE FROM sequence WHERE name LIKE 'certificate %' AND length(name) = 18").await?;
        Ok(())
    }
}
