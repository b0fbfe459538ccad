//! A bank's answer to a batch that was checked (银行回单): nothing is settled before it is applied.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, BatchId, ResponseId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_response")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ResponseId,
    pub batch_id: BatchId,
    pub file_name: String,
    /// SHA-256 in hex.
    pub file_hash: String,
    pub rows: i32,
    /// JSON: by line its reference and what became of it; no personal data.
    pub outcomes: String,
    pub checked_by: AccountId,
    pub checked_at: DateTimeUtc,
    pub applied_by: Option<AccountId>,
    pub applied_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
