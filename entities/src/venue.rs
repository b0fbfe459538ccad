//! A room (场地) in which an institution teaches.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, OrganisationId, RegisterStatus, VenueId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "venue")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VenueId,
    pub organisation_id: OrganisationId,
    pub area_code: String,
    pub name: String,
    pub address: String,
    pub capacity: i32,
    /// Micro-degrees; none where nobody measured it.
    pub latitude_e6: Option<i32>,
    pub longitude_e6: Option<i32>,
    /// How far from the position a mark may be made.
    pub radius_m: i32,
    pub status: RegisterStatus,
    pub created_by: AccountId,
    pub created_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
