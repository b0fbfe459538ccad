//! A line of a claim in a payment. Its state is that of the payment: the tables see to it, and that no line is in two
//! payments that wait or were paid.

use sea_orm::entity::prelude::*;

use crate::values::{Fen, LineId, PaymentId, PaymentStatus};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_id: LineId,
    pub fen: Fen,
    pub status: PaymentStatus,
}

impl ActiveModelBehavior for ActiveModel {}
