//! Money that came back, in part or whole; append-only.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ClawbackId, Fen, PaymentId, ReceiptId, ReceiptKind};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clawback_receipt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReceiptId,
    pub clawback_id: ClawbackId,
    pub kind: ReceiptKind,
    pub fen: Fen,
    /// The bank's paper, or the payment that never went to the bank.
    pub document_no: String,
    pub received_on: Date,
    /// What it was set off against.
    pub payment_id: Option<PaymentId>,
    /// Whether it is available again: the year of the pot was open.
    pub given_back: bool,
    pub recorded_by: AccountId,
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
