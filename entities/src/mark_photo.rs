//! The picture that a mark by hand rests on, sealed.

use sea_orm::entity::prelude::*;

use crate::values::PhotoId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mark_photo")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PhotoId,
    pub sealed: Vec<u8>,
    /// Of the picture as it is kept.
    pub sha256: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
