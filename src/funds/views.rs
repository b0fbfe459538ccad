//! Outputs of this feature.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    pot,
    values::{ClaimId, ClassId, ClawbackId, Fen, LineId, PaymentId, PostingId, PotAccount, PotId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::funds::forms::Trial;
use crate::funds::rules::Sum;
use crate::funds::store::LedgerLine;
use crate::funds::trial::Row;

/// A pot: granted − reserved − payable − paid out + returned = available, to the fen.
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
    /// Paid, and not asked back.
    pub paid_fen: Fen,
    /// Asked back.
    pub recoverable_fen: Fen,
    /// Came back, and is not available again.
    pub recovered_fen: Fen,
    /// Asked back and given up.
    pub written_off_fen: Fen,
    /// Came back and was made available again, all of it.
    pub returned_fen: Fen,
    /// Everything that was ever paid: paid + recoverable + recovered + written off + returned.
    pub paid_out_fen: Fen,
    /// When its year was closed.
    pub closed_at: Option<DateTime<Utc>>,
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
    pub line_id: Option<LineId>,
    pub payment_id: Option<PaymentId>,
    pub clawback_id: Option<ClawbackId>,
    /// Of the document that granted it or carried it over.
    pub document_no: Option<String>,
    /// Name of the official who made it; null for the system.
    pub posted_by: Option<String>,
}

impl From<pot::Model> for PotView {
    fn from(row: pot::Model) -> Self {
        let paid_out_fen = Sum::from(&row).paid_out();
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
            recoverable_fen: row.recoverable_fen,
            recovered_fen: row.recovered_fen,
            written_off_fen: row.written_off_fen,
            returned_fen: row.returned_fen,
            paid_out_fen,
            closed_at: row.closed_at,
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
            line_id: row.line_id,
            payment_id: row.payment_id,
            clawback_id: row.clawback_id,
            document_no: row.document_no,
            posted_by: row.posted_by,
        }
    }
}

/// One account of a trial balance.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TrialRow {
    pub account: PotAccount,
    /// What left it.
    pub debit_fen: Fen,
    /// What arrived in it.
    pub credit_fen: Fen,
    /// Credit less debit; the appropriation is below nothing by what was granted, so all come to nothing.
    pub balance_fen: Fen,
    /// How many postings touched it.
    pub postings: i64,
}

/// A trial balance: the sides are equal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TrialView {
    /// Postings up to the end of this day.
    pub on: NaiveDate,
    /// The year of the pots.
    pub year: i32,
    pub area_code: String,
    pub accounts: Vec<TrialRow>,
    pub debit_fen: Fen,
    pub credit_fen: Fen,
}

impl TrialView {
    pub(crate) fn of(trial: Trial, area_code: String, rows: &[Row]) -> Self {
        Self {
            on: trial.on,
            year: trial.year,
            area_code,
            accounts: rows
                .iter()
                .map(|row| TrialRow {
                    account: row.account,
                    debit_fen: row.debit,
                    credit_fen: row.credit,
                    balance_fen: row.balance(),
                    postings: row.postings,
                })
                .collect(),
            debit_fen: rows.iter().map(|row| row.debit).sum(),
            credit_fen: rows.iter().map(|row| row.credit).sum(),
        }
    }
}
