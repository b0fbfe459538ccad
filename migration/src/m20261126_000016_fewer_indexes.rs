//! An index that the tallies made needless: how many people of an area stand how is no longer counted from their rows, and
//! every person who came in paid for it.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.get_connection().execute_unprepared("DROP INDEX person_figures").await?;
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        index(m, "person_figures", "person (area_code, status, poverty_status, labour_capacity, exited_on)").await
    }
}
