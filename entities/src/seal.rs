//! The seal of a row that was written: its place in the chain of its stream; append-only.

use sea_orm::entity::prelude::*;

use crate::values::SealStream;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub stream: SealStream,
    /// From 1 on, without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub row_id: Uuid,
    /// SHA-256 of every column of the row.
    pub row_hash: Vec<u8>,
    /// The keyed hash over this seal and the link before.
    pub link: Vec<u8>,
    pub sealed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
