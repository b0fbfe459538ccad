//! People are found by phone and by name county by county. A file comes county by county too: at a million people an index
//! over the whole province costs a page read and written for every row, one by county stays where the file is. The index
//! behind the old figures goes: tallies count since.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        for old in ["person_figures", "person_phone_index", "person_name"] {
            db.execute_unprepared(&format!("DROP INDEX {old}")).await?;
        }
        index(m, "person_phone", "person (substr(area_code, 1, 6), phone_index)").await?;
        index(m, "person_name", "person (substr(area_code, 1, 6), name, area_code, id)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        for new in ["person_phone", "person_name"] {
            db.execute_unprepared(&format!("DROP INDEX {new}")).await?;
        }
        index(m, "person_figures", "person (area_code, status, poverty_status, labour_capacity, exited_on)").await?;
        index(m, "person_phone_index", "person (phone_index)").await?;
        index(m, "person_name", "person (name, area_code, id)").await
    }
}
