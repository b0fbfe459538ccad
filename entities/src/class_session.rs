//! One session (课次) of a class.

use sea_orm::entity::prelude::*;

use crate::values::{ClassId, ClassSessionStatus, SessionId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub class_id: ClassId,
    pub ordinal: i32,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub status: ClassSessionStatus,
}

impl ActiveModelBehavior for ActiveModel {}
