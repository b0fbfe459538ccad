//! A service given to a person (服务台账), counted in person-times.

use sea_orm::entity::prelude::*;

use crate::values::{PersonId, ServiceId, ServiceKind};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ServiceId,
    pub person_id: PersonId,
    pub area_code: String,
    pub kind: ServiceKind,
    pub held_on: Date,
    pub provider: String,
    pub note: String,
}

impl ActiveModelBehavior for ActiveModel {}
