//! The key of all seals; there is one.

use sea_orm::entity::prelude::*;

use crate::values::SealKeyId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seal_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SealKeyId,
    pub sealed: Vec<u8>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
