//! What the government pays for one qualified person (补贴标准), with its document and its period.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, Fen, Programme, StandardId, StandardStatus, SubsidyKind, SubsidyPayee};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subsidy_standard")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StandardId,
    pub programme: Programme,
    /// None means every occupation of the programme.
    pub occupation: Option<String>,
    /// None means every level.
    pub level: Option<i32>,
    pub area_code: String,
    pub payee: SubsidyPayee,
    pub kind: SubsidyKind,
    /// For a person, or for an hour where it is paid by the hour.
    pub fen: Fen,
    pub per_hour: bool,
    /// The most for one person where it is paid by the hour, uplifts included; none otherwise.
    pub cap_fen: Option<Fen>,
    /// How much of the amount is due when the class begins, when it is completed, and once somebody works; 100 together.
    pub start_percent: i32,
    pub completion_percent: i32,
    pub outcome_percent: i32,
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
