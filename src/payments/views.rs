//! Outputs of this feature, and what stands sealed.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    bank_layout, payment, payment_batch,
    values::{
        BatchId, BatchStatus, ClaimId, Fen, LineId, OrganisationId, PaymentFailure, PaymentId, PaymentStatus, PersonId,
        PotId, ResponseId, Role,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::data::{SealedColumn, Vault};
use crate::payments::answer::{Checked, Outcome};
use crate::payments::lifecycle::BatchAction;
use crate::payments::payees::Account;
use crate::payments::rules::{Difference, Figures, Sum};
use crate::web::{Lexicon, Locale};

/// Where accounts stand; sealed bytes open nowhere else.
const PLACE: &str = "payment.sealed";

/// Where a change of keys finds them.
pub const SEALED: SealedColumn = SealedColumn {
    table: "payment",
    column: "sealed",
    place: PLACE,
    hashes: &["account_index"],
    hash: |vault, plain| Ok(vec![Some(vault.index("bank", &read(plain)?.number))]),
};

/// The account of a payment as it was on the day of its batch. It has no Debug.
#[derive(Serialize, Deserialize)]
pub(super) struct Sealed {
    pub bank: String,
    pub name: String,
    pub number: String,
}

fn read(plain: &[u8]) -> Result<Sealed> {
    serde_json::from_slice(plain).map_err(|_| Error::internal("a sealed value cannot be read"))
}

/// # Errors
/// Of the vault.
pub(super) fn seal(vault: &Vault, id: PaymentId, account: &Account) -> Result<Vec<u8>> {
    let Account { bank, name, number, .. } = account.clone();
    vault.seal(PLACE, id, &serde_json::to_vec(&Sealed { bank, name, number }).map_err(Error::internal)?)
}

/// # Errors
/// `Internal` when it does not open.
pub(super) fn open(vault: &Vault, payment: &payment::Model) -> Result<Sealed> {
    read(&vault.open(PLACE, payment.id, payment.sealed.as_deref().unwrap_or_default())?)
}

/// The last four digits.
pub(super) fn tail(number: &str) -> &str {
    number.get(number.len().saturating_sub(4)..).unwrap_or_default()
}

/// A batch.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct BatchView {
    pub id: BatchId,
    pub number: String,
    pub pot_id: PotId,
    pub area_code: String,
    pub status: BatchStatus,
    /// Code of its bank layout; null for what was paid before there were files.
    pub layout: Option<String>,
    pub total_fen: Fen,
    pub payments: i32,
    pub lines: i32,
    /// SHA-256 of the bank file, from its freezing on.
    pub file_hash: Option<String>,
    pub built_at: DateTime<Utc>,
    pub frozen_at: Option<DateTime<Utc>>,
    pub sent_at: Option<DateTime<Utc>>,
    pub responded_at: Option<DateTime<Utc>>,
    /// SHA-256 of the bank's answer.
    pub response_hash: Option<String>,
    pub reconciled_at: Option<DateTime<Utc>>,
    /// How often the file was taken.
    pub fetches: i32,
    /// What this caller may do now.
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<String>,
    pub waiting_on: Option<Role>,
}

impl BatchView {
    pub(super) fn of(row: payment_batch::Model, role: Role) -> Self {
        let name = |action: BatchAction| <&'static str>::from(action).to_owned();
        Self {
            actions: row.status.open_to(role).into_iter().map(name).collect(),
            waiting_on: row.status.waits_for(),
            id: row.id,
            number: row.number,
            pot_id: row.pot_id,
            area_code: row.area_code,
            status: row.status,
            layout: row.layout,
            total_fen: row.total_fen,
            payments: row.payments,
            lines: row.lines,
            file_hash: row.file_hash,
            built_at: row.built_at,
            frozen_at: row.frozen_at,
            sent_at: row.sent_at,
            responded_at: row.responded_at,
            response_hash: row.response_hash,
            reconciled_at: row.reconciled_at,
            fetches: row.fetches,
        }
    }
}

/// A claim of the pot that is not in a batch, or some of it, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LeftOut {
    pub claim_id: ClaimId,
    pub number: String,
    /// Whose account lacks, masked where it is a person; empty where the claim as a whole is meant.
    pub payee: String,
    /// `left.no_account`, `left.same_person` or `left.next_batch`.
    pub reason: String,
    pub fen: Fen,
}

/// A batch with what was left out of it, while it is being built.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BatchDetail {
    #[serde(flatten)]
    pub batch: BatchView,
    pub left_out: Vec<LeftOut>,
}

/// A payment; its account is told by its last four digits.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PaymentView {
    pub id: PaymentId,
    pub batch_id: BatchId,
    pub batch_number: String,
    pub claim_id: ClaimId,
    pub claim_number: String,
    pub organisation_id: Option<OrganisationId>,
    pub person_id: Option<PersonId>,
    /// The institution's name, or the person's, masked.
    pub payee: String,
    pub fen: Fen,
    pub lines: i32,
    pub reference: String,
    pub status: PaymentStatus,
    /// `**** 0010`; null for what was paid before accounts were kept.
    pub account: Option<String>,
    pub failure: Option<PaymentFailure>,
    pub bank_code: Option<String>,
    pub paid_on: Option<NaiveDate>,
    pub settled_at: Option<DateTime<Utc>>,
    /// When what failed was let go into the next batch.
    pub mended_at: Option<DateTime<Utc>>,
}

/// A line of a payment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LineView {
    pub line_id: LineId,
    pub claim_id: ClaimId,
    pub claim_number: String,
    pub reference: String,
    /// Masked.
    pub person: String,
    pub fen: Fen,
    pub status: PaymentStatus,
}

/// How many, and what they come to.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct SumView {
    pub count: i64,
    pub fen: Fen,
}

impl From<Sum> for SumView {
    fn from(Sum { count, fen }: Sum) -> Self {
        Self { count, fen }
    }
}

/// The figures of a batch, each counted on its own way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FiguresView {
    pub batch: SumView,
    pub payments: SumView,
    pub lines: SumView,
    /// Read from the bytes of the file.
    pub file: Option<SumView>,
    pub paid: SumView,
    pub failed: SumView,
    pub pending: SumView,
    /// What the ledger says left under the number of the batch.
    pub ledger_fen: Fen,
    /// What is still owed for its claims, by the ledger and by their lines.
    pub owed_posted_fen: Fen,
    pub owed_lines_fen: Fen,
    /// Which of them differ; empty when all agree.
    pub differences: Vec<&'static str>,
}

pub(super) fn difference(difference: Difference) -> &'static str {
    match difference {
        Difference::Payments => "payments",
        Difference::Lines => "lines",
        Difference::File => "file",
        Difference::Outcomes => "outcomes",
        Difference::Ledger => "ledger",
        Difference::Owed => "owed",
    }
}

impl From<Figures> for FiguresView {
    fn from(figures: Figures) -> Self {
        Self {
            differences: figures.differences().into_iter().map(difference).collect(),
            batch: figures.batch.into(),
            payments: figures.payments.into(),
            lines: figures.lines.into(),
            file: figures.file.map(Into::into),
            paid: figures.paid.into(),
            failed: figures.failed.into(),
            pending: figures.pending.into(),
            ledger_fen: figures.ledger,
            owed_posted_fen: figures.owed_posted,
            owed_lines_fen: figures.owed_lines,
        }
    }
}

/// What left a pot within some days, by its payments and by its ledger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PeriodView {
    pub pot_id: PotId,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub payments: SumView,
    pub ledger: SumView,
    /// Whether both say the same, to the fen.
    pub agrees: bool,
}

/// What the bank says of one payment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OutcomeView {
    pub line: u64,
    pub reference: String,
    pub fen: Fen,
    pub paid_on: Option<NaiveDate>,
    pub failure: Option<PaymentFailure>,
    pub bank_code: Option<String>,
}

impl From<Outcome> for OutcomeView {
    fn from(outcome: Outcome) -> Self {
        let Outcome { line, reference, fen, paid_on, failure, bank_code } = outcome;
        Self { line, reference, fen, paid_on, failure, bank_code }
    }
}

/// What is wrong in one row of an answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RowError {
    /// 0 where it is what no row says.
    pub line: u64,
    pub field: String,
    pub value: String,
    pub code: String,
    /// In the language that was asked for.
    pub message: String,
}

/// A bank's answer as it was checked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ResponseView {
    /// Under which it is applied; null where it is wrong.
    pub id: Option<ResponseId>,
    /// SHA-256 of the file.
    pub file_hash: Option<String>,
    /// Whether it was applied already; then the same file changes nothing.
    pub applied: bool,
    pub paid: SumView,
    pub failed: SumView,
    /// The first rows; all of them stand under `/batches/{id}/responses/{response}`.
    pub rows: Vec<OutcomeView>,
    pub errors: Vec<RowError>,
}

/// What the outcomes of one kind come to.
pub(super) fn sum_of(outcomes: &[Outcome], paid: bool) -> Sum {
    Sum::of(outcomes.iter().filter(|one| one.paid_on.is_some() == paid).map(|one| one.fen))
}

impl ResponseView {
    /// `most` rows of them.
    ///
    /// # Errors
    /// `Internal` where what was kept cannot be read.
    pub(super) fn of(checked: Checked, lexicon: &Lexicon, locale: Locale, most: usize) -> Result<Self> {
        match checked {
            Checked::Sound(row) => {
                let outcomes = super::answer::outcomes(&row)?;
                Ok(Self {
                    id: Some(row.id),
                    file_hash: Some(row.file_hash),
                    applied: row.applied_at.is_some(),
                    paid: sum_of(&outcomes, true).into(),
                    failed: sum_of(&outcomes, false).into(),
                    rows: outcomes.into_iter().take(most).map(Into::into).collect(),
                    errors: Vec::new(),
                })
            }
            Checked::Faults(faults) => Ok(Self {
                id: None,
                file_hash: None,
                applied: false,
                paid: Sum::default().into(),
                failed: Sum::default().into(),
                rows: Vec::new(),
                errors: faults
                    .into_iter()
                    .map(|(line, fault)| RowError {
                        line,
                        message: lexicon.explain(locale, &fault.code, &fault.args),
                        field: fault.column,
                        value: fault.value,
                        code: fault.code.into_owned(),
                    })
                    .collect(),
            }),
        }
    }
}

/// A bank layout.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LayoutView {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
}

impl From<bank_layout::Model> for LayoutView {
    fn from(row: bank_layout::Model) -> Self {
        let bank_layout::Model { code, name_zh, name_en, valid_from, valid_to, .. } = row;
        Self { code, name_zh, name_en, valid_from, valid_to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_told_by_its_last_four_digits() {
        assert_eq!(tail("0000003601000000010"), "0010");
        assert_eq!(tail("12"), "12");
    }
}
