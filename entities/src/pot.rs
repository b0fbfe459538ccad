//! Money of one source for one area and year (资金池); its balances follow its postings.

use sea_orm::entity::prelude::*;

use crate::values::{Fen, PotId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PotId,
    pub source: String,
    pub year: i32,
    pub area_code: String,
    pub granted_fen: Fen,
    pub available_fen: Fen,
    pub reserved_fen: Fen,
    pub payable_fen: Fen,
    pub paid_fen: Fen,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
