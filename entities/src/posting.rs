//! One double entry in a pot: the amount leaves `debit` and arrives in `credit`; append-only.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ClaimId, ClassId, ClawbackId, Fen, LineId, PaymentId, PostingId, PotAccount, PotId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "posting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PostingId,
    pub pot_id: PotId,
    pub at: DateTimeUtc,
    pub debit: PotAccount,
    pub credit: PotAccount,
    pub fen: Fen,
    pub cause: String,
    pub class_id: Option<ClassId>,
    pub claim_id: Option<ClaimId>,
    pub posted_by: Option<AccountId>,
    pub document_no: Option<String>,
    pub line_id: Option<LineId>,
    pub payment_id: Option<PaymentId>,
    pub clawback_id: Option<ClawbackId>,
}

impl ActiveModelBehavior for ActiveModel {}
