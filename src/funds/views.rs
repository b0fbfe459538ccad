//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::{
    pot,
    values::{ClaimId, ClassId, Fen, PostingId, PotAccount, PotId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::funds::store::LedgerLine;

/// A pot: granted = available + reserved + payable + paid, to the fen.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct PotView {
    pub id: PotId,
    /// 资金来源
    pub source: String,
    pub year: i32,
    pub area_code: String,
    pub granted_fen: Fen,
    pub available_fen: Fen,
    pub reserved_fen: Fen,
    pub payable_fen: Fen,
    pub paid_fen: Fen,
}

/// One double entry: the amount left `debit` and arrived in `credit`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PostingView {
    pub id: PostingId,
    pub at: DateTime<Utc>,
    pub debit: PotAccount,
    pub credit: PotAccount,
    pub amount_fen: Fen,
    /// What it was for, one word.
    pub cause: String,
    pub class_id: Option<ClassId>,
    pub claim_id: Option<ClaimId>,
    /// Of the document that granted it.
    pub document_no: Option<String>,
    /// Name of the official who made it; null for the system.
    pub posted_by: Option<String>,
}

impl From<pot::Model> for PotView {
    fn from(row: pot::Model) -> Self {
        Self {
            id: row.id,
            source: row.source,
            year: row.year,
            area_code: row.area_code,
            granted_fen: row.granted_fen,
            available_fen: row.available_fen,
            reserved_fen: row.reserved_fen,
            payable_fen: row.payable_fen,
            paid_fen: row.paid_fen,
        }
    }
}

impl From<LedgerLine> for PostingView {
    fn from(row: LedgerLine) -> Self {
        Self {
            id: row.id,
            at: row.at,
            debit: row.debit,
            credit: row.credit,
            amount_fen: row.fen,
            cause: row.cause,
            class_id: row.class_id,
            claim_id: row.claim_id,
            document_no: row.document_no,
            posted_by: row.posted_by,
        }
    }
}
