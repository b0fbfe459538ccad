//! One officer acts for another of the same role between two days (委托代办).

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, DelegationId, HolderId, Role};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delegation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DelegationId,
    pub from_account: AccountId,
    pub from_holder: HolderId,
    pub to_account: AccountId,
    pub to_holder: HolderId,
    /// The role that both hold.
    pub role: Role,
    pub from_on: Date,
    /// The last day.
    pub to_on: Date,
    pub reason: String,
    pub created_at: DateTimeUtc,
    pub ended_by: Option<AccountId>,
    pub ended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
