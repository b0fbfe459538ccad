//! A claim (补贴申领) for one class, a line per person.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ClaimId, ClaimStatus, ClassId, Fen, OrganisationId, PotId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClaimId,
    pub number: String,
    pub class_id: ClassId,
    pub organisation_id: OrganisationId,
    pub area_code: String,
    pub pot_id: PotId,
    pub status: ClaimStatus,
    /// Sum of the payable lines.
    pub total_fen: Fen,
    pub submitted_by: AccountId,
    pub first_approved_by: Option<AccountId>,
    pub second_approved_by: Option<AccountId>,
    pub paid_by: Option<AccountId>,
    pub reason: Option<String>,
    pub submitted_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
