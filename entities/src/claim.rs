//! A claim (补贴申领) for one class, a line per person; of a trainee for himself, one line.

use sea_orm::entity::prelude::*;

use crate::values::{
    AccountId, ClaimId, ClaimStatus, Claimant, ClassId, Fen, HoldReason, OrganisationId, PersonId, PotId, SubsidyKind,
    Tranche,
};

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
    /// Sum of the lines that lead to money or led to it.
    pub total_fen: Fen,
    pub submitted_by: AccountId,
    pub first_approved_by: Option<AccountId>,
    pub second_approved_by: Option<AccountId>,
    pub finance_approved_by: Option<AccountId>,
    pub reason: Option<String>,
    pub submitted_at: DateTimeUtc,
    pub version: i32,
    pub kind: SubsidyKind,
    pub tranche: Tranche,
    pub claimant: Claimant,
    /// Who claims for himself.
    pub person_id: Option<PersonId>,
    /// The proxy contract (代领协议) under which an institution claims for its trainees.
    pub contract_no: Option<String>,
    /// By when whoever is next must act.
    pub due_on: Option<Date>,
    /// Why nothing of it goes on; the note says more.
    pub hold_reason: Option<HoldReason>,
    pub hold_note: Option<String>,
    pub held_by: Option<AccountId>,
}

impl ActiveModelBehavior for ActiveModel {}
