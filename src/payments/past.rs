//! Batches of a year that is told after it: the same rows that building, freezing and answering would have left.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    payment, payment_batch, payment_line,
    values::{
        AccountId, BatchId, BatchStatus, ClaimId, Fen, LineId, OrganisationId, PaymentFailure, PaymentId,
        PaymentStatus, PotId,
    },
};

use crate::base::{Error, Result};
use crate::data::Vault;
use crate::payments::file::{Entry, compose};
use crate::payments::layouts::Layout;
use crate::payments::payees::Account;
use crate::payments::rules::Sum;
use crate::payments::views;

/// A batch that is done.
pub(crate) struct PastBatch {
    pub number: String,
    pub pot: PotId,
    pub area_code: String,
    pub layout: &'static str,
    pub by: AccountId,
    /// When it was built, sent and answered.
    pub built_at: DateTime<Utc>,
    pub sent_at: DateTime<Utc>,
    pub answered_at: DateTime<Utc>,
    pub paid_on: NaiveDate,
}

/// A payment to an institution in it. It has no Debug: it holds a whole account.
pub(crate) struct PastPayment {
    pub claim: ClaimId,
    pub claim_number: String,
    pub area_code: String,
    pub organisation: OrganisationId,
    pub bank: String,
    pub name: String,
    pub number: String,
    pub lines: Vec<(LineId, Fen)>,
    /// Why the bank refused it, where it did.
    pub failure: Option<PaymentFailure>,
}

/// The rows of a batch.
pub(crate) type Rows = (payment_batch::Model, Vec<payment::Model>, Vec<payment_line::Model>);

/// # Errors
/// Of the vault.
pub(crate) fn rows(vault: &Vault, batch: &PastBatch, paid: Vec<PastPayment>) -> Result<Rows> {
    let id = BatchId::new();
    let (mut entries, mut payments, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for (at, past) in paid.into_iter().enumerate() {
        let payment = PaymentId::new();
        let fen: Fen = past.lines.iter().map(|(_, fen)| *fen).sum();
        let reference = format!("{}-{:05}", batch.number, at + 1);
        let status = if past.failure.is_some() { PaymentStatus::Failed } else { PaymentStatus::Paid };
        let account = Account {
            index: vault.index("bank", &past.number),
            bank: past.bank.clone(),
            name: past.name.clone(),
            number: past.number.clone(),
        };
        lines.extend(past.lines.iter().map(|(line_id, fen)| payment_line::Model {
            payment_id: payment,
            line_id: *line_id,
            fen: *fen,
            status,
        }));
        payments.push(payment::Model {
            id: payment,
            batch_id: id,
            claim_id: past.claim,
            pot_id: batch.pot,
            area_code: past.area_code,
            organisation_id: Some(past.organisation),
            person_id: None,
            fen,
            lines: i32::try_from(past.lines.len()).map_err(Error::internal)?,
            reference: reference.clone(),
            status,
            sealed: Some(views::seal(vault, payment, &account)?),
            account_index: Some(account.index),
            account_tail: Some(views::tail(&past.number).to_owned()),
            failure: past.failure,
            bank_code: past.failure.map(|_| "0103".to_owned()),
            paid_on: past.failure.is_none().then_some(batch.paid_on),
            settled_at: Some(batch.answered_at),
            mended_by: None,
            mended_at: None,
        });
        entries.push(Entry {
            purpose: super::file::purpose(&past.claim_number),
            reference,
            bank: past.bank,
            name: past.name,
            number: past.number,
            fen,
        });
    }
    let made = compose(&Layout::shipped(batch.layout)?, &entries)?;
    let sum = Sum::of(payments.iter().map(|payment| payment.fen));
    let row = payment_batch::Model {
        id,
        number: batch.number.clone(),
        pot_id: batch.pot,
        area_code: batch.area_code.clone(),
        status: BatchStatus::Reconciled,
        layout: Some(batch.layout.to_owned()),
        total_fen: sum.fen,
        payments: i32::try_from(sum.count).map_err(Error::internal)?,
        lines: i32::try_from(lines.len()).map_err(Error::internal)?,
        file_hash: Some(made.hash),
        built_by: batch.by,
        built_at: batch.built_at,
        frozen_by: Some(batch.by),
        frozen_at: Some(batch.built_at),
        fetched_by: Some(batch.by),
        fetched_at: Some(batch.sent_at),
        fetches: 1,
        sent_by: Some(batch.by),
        sent_at: Some(batch.sent_at),
        response_hash: None,
        responded_by: Some(batch.by),
        responded_at: Some(batch.answered_at),
        reconciled_by: Some(batch.by),
        reconciled_at: Some(batch.answered_at),
        cancelled_by: None,
        cancelled_at: None,
        reason: None,
        version: 6,
    };
    Ok((row, payments, lines))
}
