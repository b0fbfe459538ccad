//! Money of one source for one area and year (资金池); its balances follow its postings.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, Fen, PotId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PotId,
    pub source: String,
    pub year: i32,
    pub area_code: String,
    /// Granted and carried over from the year before, less what was carried over to the next.
    pub granted_fen: Fen,
    pub available_fen: Fen,
    pub reserved_fen: Fen,
    pub payable_fen: Fen,
    /// Paid, and not asked back.
    pub paid_fen: Fen,
    pub recoverable_fen: Fen,
    /// Came back, and is not available again.
    pub recovered_fen: Fen,
    pub written_off_fen: Fen,
    /// Came back and was made available again, all of it; a sum beside the accounts.
    pub returned_fen: Fen,
    pub version: i32,
    /// When its year was closed.
    pub closed_at: Option<DateTimeUtc>,
    pub closed_by: Option<AccountId>,
}

impl ActiveModelBehavior for ActiveModel {}
