//! An enterprise asks for trained people (企业订单).

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, Fen, OrderId, OrderStatus, OrganisationId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enterprise_order")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderId,
    pub number: String,
    pub organisation_id: OrganisationId,
    /// Where the work is.
    pub area_code: String,
    pub occupation: String,
    pub level: i32,
    pub headcount: i32,
    /// Monthly.
    pub wage_low_fen: Fen,
    pub wage_high_fen: Fen,
    pub work_place: String,
    pub start_by: Date,
    pub hire_commitment_percent: i32,
    pub skills: String,
    pub status: OrderStatus,
    pub reason: Option<String>,
    pub created_by: AccountId,
    pub created_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
