//! Money that goes to one payee for one claim (拨付), in a batch. Where it goes stands sealed, as of the day of the batch.

use sea_orm::entity::prelude::*;

use crate::values::{
    AccountId, BatchId, ClaimId, Fen, OrganisationId, PaymentFailure, PaymentId, PaymentStatus, PersonId, PotId,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentId,
    pub batch_id: BatchId,
    pub claim_id: ClaimId,
    pub pot_id: PotId,
    /// Of the claim.
    pub area_code: String,
    /// The institution that is paid ...
    pub organisation_id: Option<OrganisationId>,
    /// ... or the person.
    pub person_id: Option<PersonId>,
    pub fen: Fen,
    pub lines: i32,
    /// By which the bank answers; once in a batch.
    pub reference: String,
    pub status: PaymentStatus,
    /// Encrypted JSON: bank, name and number of the account.
    pub sealed: Option<Vec<u8>>,
    /// Keyed hash of the number.
    pub account_index: Option<String>,
    /// The last four digits.
    pub account_tail: Option<String>,
    pub failure: Option<PaymentFailure>,
    /// The bank's own code.
    pub bank_code: Option<String>,
    pub paid_on: Option<Date>,
    pub settled_at: Option<DateTimeUtc>,
    /// Who let what failed go into the next batch.
    pub mended_by: Option<AccountId>,
    pub mended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
