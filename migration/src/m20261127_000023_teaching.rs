//! Of what an institution uses, one entry a room and one a trainer and trade; both are listed by area.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::columns::{index, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        unique(m, "venue_one_room", "venue (organisation_id, area_code, address) WHERE status = 'active'").await?;
        unique(
            m,
            "trainer_one_trade",
            "trainer (organisation_id, id_index, programme, occupation) WHERE status = 'active'",
        )
        .await?;
        index(m, "venue_area", "venue (area_code, id)").await?;
        index(m, "trainer_area", "trainer (area_code, id)").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for name in ["trainer_area", "venue_area", "trainer_one_trade", "venue_one_room"] {
            m.get_connection().execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        Ok(())
    }
}
