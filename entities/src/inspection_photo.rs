//! A picture that was taken at an inspection, sealed.

use sea_orm::entity::prelude::*;

use crate::values::{InspectionId, InspectionPhotoId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inspection_photo")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InspectionPhotoId,
    pub inspection_id: InspectionId,
    pub sealed: Vec<u8>,
    /// Of the picture as it is kept.
    pub sha256: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
