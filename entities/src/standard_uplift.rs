//! Why and by how much more than the standard is paid (上浮), with its document and its period.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, StandardStatus, UpliftId, UpliftKind};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "standard_uplift")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UpliftId,
    pub area_code: String,
    pub kind: UpliftKind,
    /// The trade that is listed; none for the other kinds.
    pub occupation: Option<String>,
    pub percent: i32,
    /// Whether only who has a certificate of a skill gets it.
    pub certificate: bool,
    /// Whether it adds to others that are stackable; one that is not counts alone.
    pub stackable: bool,
    pub valid_from: Date,
    /// The first day on which it no longer holds.
    pub valid_to: Option<Date>,
    pub document_no: String,
    pub status: StandardStatus,
    pub proposed_by: Option<AccountId>,
    pub proposed_at: Option<DateTimeUtc>,
    /// Never who proposed it.
    pub enacted_by: Option<AccountId>,
    pub enacted_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
