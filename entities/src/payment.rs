//! Money that left for a payee (拨付); at most one per claim.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ClaimId, Fen, OrganisationId, PaymentId, PotId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentId,
    pub claim_id: ClaimId,
    pub pot_id: PotId,
    pub organisation_id: OrganisationId,
    pub fen: Fen,
    pub lines: i32,
    pub bank_reference: String,
    pub paid_by: AccountId,
    pub paid_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
