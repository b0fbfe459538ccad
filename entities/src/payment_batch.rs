//! Payments that go to the bank in one file (拨付批次).

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, BatchId, BatchStatus, Fen, PotId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_batch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BatchId,
    pub number: String,
    pub pot_id: PotId,
    /// Of the pot: whoever answers for it sees the batch.
    pub area_code: String,
    pub status: BatchStatus,
    /// Code of the layout of its bank file; none in what was paid before there were files.
    pub layout: Option<String>,
    /// Sum of its payments that count.
    pub total_fen: Fen,
    pub payments: i32,
    pub lines: i32,
    /// SHA-256 of the bank file, in hex.
    pub file_hash: Option<String>,
    pub built_by: AccountId,
    pub built_at: DateTimeUtc,
    pub frozen_by: Option<AccountId>,
    pub frozen_at: Option<DateTimeUtc>,
    /// Who took the file last, and how often it was taken.
    pub fetched_by: Option<AccountId>,
    pub fetched_at: Option<DateTimeUtc>,
    pub fetches: i32,
    pub sent_by: Option<AccountId>,
    pub sent_at: Option<DateTimeUtc>,
    /// SHA-256 of the bank's answer, in hex.
    pub response_hash: Option<String>,
    pub responded_by: Option<AccountId>,
    pub responded_at: Option<DateTimeUtc>,
    pub reconciled_by: Option<AccountId>,
    pub reconciled_at: Option<DateTimeUtc>,
    pub cancelled_by: Option<AccountId>,
    pub cancelled_at: Option<DateTimeUtc>,
    pub reason: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
