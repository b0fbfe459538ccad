//! What the pages of payments show, beyond what the rows say: words, badges, who is next, where a figure comes from.

use askama::Template;
use entities::{
    bank_response, payment_batch,
    values::{AccountId, BatchStatus, ClaimId, Fen, PaymentStatus},
};

use crate::base::columns::Fault;
use crate::base::lifecycle::Lifecycle;
use crate::payments::answer::Outcome;
use crate::payments::lifecycle::BatchAction;
use crate::payments::rights::RunBatches;
use crate::payments::rules::{Difference, Figures, Sum};
use crate::payments::service::{Hope, Prospect};
use crate::payments::views::{LeftOut, LineView, PaymentView, PeriodView};
use crate::web::{FormView, Page};

type Tabs = Vec<(String, String, bool)>;

#[derive(Template)]
#[template(path = "payments/templates/list.html")]
pub(super) struct BatchesPage {
    pub page: Page,
    pub batches: Vec<payment_batch::Model>,
    pub tabs: Tabs,
    pub next: Option<String>,
    /// Pots for which this reader may build: address and name.
    pub pots: Vec<(String, String)>,
    pub failed: Sum,
}

#[derive(Template)]
#[template(path = "payments/templates/new.html")]
pub(super) struct NewBatchPage {
    pub page: Page,
    pub form: FormView,
    pub prospect: Prospect,
    /// Code and name.
    pub layouts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "payments/templates/batch.html")]
pub(super) struct BatchPage {
    pub page: Page,
    pub batch: payment_batch::Model,
    pub layout: Option<String>,
    pub payments: Vec<PaymentView>,
    pub next: Option<String>,
    pub tabs: Tabs,
    pub left_out: Vec<LeftOut>,
    /// Who took which step.
    pub names: Vec<(AccountId, String)>,
    pub sums: Vec<(PaymentStatus, Sum)>,
}

#[derive(Template)]
#[template(path = "payments/templates/lines.html")]
pub(super) struct LinesPage {
    pub page: Page,
    pub batch: payment_batch::Model,
    pub lines: Vec<LineView>,
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "payments/templates/reconciliation.html")]
pub(super) struct ReconciliationPage {
    pub page: Page,
    pub batch: payment_batch::Model,
    pub figures: Figures,
}

#[derive(Template)]
#[template(path = "payments/templates/period.html")]
pub(super) struct PeriodPage {
    pub page: Page,
    pub form: FormView,
    pub name: String,
    pub period: PeriodView,
    pub batches: Vec<(payment_batch::Model, Figures)>,
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "payments/templates/response.html")]
pub(super) struct ResponsePage {
    pub page: Page,
    pub form: FormView,
    pub batch: payment_batch::Model,
    /// What is wrong with the file that was sent: line, cell, why.
    pub faults: Vec<(u64, Fault, String)>,
    /// Heads that the bank's columns are known by.
    pub heads: String,
}

#[derive(Template)]
#[template(path = "payments/templates/preview.html")]
pub(super) struct PreviewPage {
    pub page: Page,
    pub batch: payment_batch::Model,
    pub response: bank_response::Model,
    pub paid: Sum,
    pub failed: Sum,
    pub rows: Vec<Outcome>,
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "payments/templates/failed.html")]
pub(super) struct FailedPage {
    pub page: Page,
    pub payments: Vec<(PaymentView, Option<Hope>)>,
    pub next: Option<String>,
    pub may_mend: bool,
}

#[derive(Template)]
#[template(path = "payments/templates/claim.html")]
pub(super) struct ClaimPaymentsPage {
    pub page: Page,
    pub claim: ClaimId,
    pub number: String,
    pub payments: Vec<PaymentView>,
    pub may_see_batches: bool,
}

/// The badge of a batch: its kind and its word.
fn badge(page: &Page, status: BatchStatus) -> (&'static str, String) {
    let kind = match status {
        BatchStatus::Reconciled => "done",
        BatchStatus::Cancelled => "stopped",
        _ if page.is_mine(status.waits_for()) => "yours",
        BatchStatus::Sent => "moving",
        BatchStatus::Building | BatchStatus::Frozen | BatchStatus::Responded => "theirs",
    };
    (kind, page.word("batch_status", status))
}

/// The kind of badge of a payment.
fn sign(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Pending => "moving",
        PaymentStatus::Paid => "done",
        PaymentStatus::Failed => "stopped",
        PaymentStatus::Cancelled => "held",
    }
}

/// Why a payment failed, with the bank's own code.
fn why(page: &Page, payment: &PaymentView) -> String {
    let Some(failure) = payment.failure else { return String::new() };
    let word = page.word("payment_failure", failure);
    match &payment.bank_code {
        Some(code) => page.say2("payment-why", "why", word, "code", code),
        None => word,
    }
}

/// Differences are told in red, each at its own figure.
fn wrong(figures: &Figures, at: &str) -> bool {
    figures.differences().into_iter().any(|difference| super::views::difference(difference) == at)
}

impl NewBatchPage {
    /// What would go in, if all did.
    fn all(&self) -> Sum {
        self.prospect
            .claims
            .iter()
            .fold(Sum::default(), |all, (_, _, sum)| Sum { count: all.count + sum.count, fen: all.fen + sum.fen })
    }

    fn picks(&self, claim: &ClaimId) -> bool {
        self.form.is(&format!("claims[{claim}]"), "true")
    }

    fn pot_name(&self) -> String {
        pot_name(&self.page, &self.prospect.pot)
    }
}

/// 上高县 2016年 就业补助资金
pub(super) fn pot_name(page: &Page, pot: &entities::pot::Model) -> String {
    page.say3("fund-name", "area", page.place(&pot.area_code), "year", pot.year.to_string(), "source", &pot.source)
}

impl BatchPage {
    fn may(&self, action: BatchAction) -> bool {
        self.page.role().is_some_and(|role| self.batch.status.open_to(role).contains(&action))
    }

    fn may_freeze(&self) -> bool {
        self.may(BatchAction::Freeze)
    }

    fn may_send(&self) -> bool {
        self.may(BatchAction::Send)
    }

    fn may_respond(&self) -> bool {
        self.may(BatchAction::Respond)
    }

    fn may_reconcile(&self) -> bool {
        self.may(BatchAction::Reconcile)
    }

    fn may_cancel(&self) -> bool {
        self.may(BatchAction::Cancel)
    }

    /// Whether a file may be held against what the bank answered: the same one changes nothing.
    fn may_check(&self) -> bool {
        let runs = self.page.actor.as_ref().is_some_and(|actor| actor.prove::<RunBatches>().is_ok());
        runs && matches!(self.batch.status, BatchStatus::Responded | BatchStatus::Reconciled)
    }

    /// Whether this reader may take the file to the bank.
    fn may_fetch(&self) -> bool {
        let runs = self.page.actor.as_ref().is_some_and(|actor| actor.prove::<RunBatches>().is_ok());
        runs && matches!(self.batch.status, BatchStatus::Frozen | BatchStatus::Sent) && self.batch.layout.is_some()
    }

    fn name(&self, id: &AccountId) -> &str {
        self.names.iter().find(|(known, _)| known == id).map_or("—", |(_, name)| name)
    }

    fn sum(&self, status: PaymentStatus) -> Sum {
        self.sums.iter().find(|(known, _)| *known == status).map(|(_, sum)| *sum).unwrap_or_default()
    }

    fn paid(&self) -> Sum {
        self.sum(PaymentStatus::Paid)
    }

    fn failed(&self) -> Sum {
        self.sum(PaymentStatus::Failed)
    }

    fn pending(&self) -> Sum {
        self.sum(PaymentStatus::Pending)
    }

    /// Who took each step, and when: key of the step, who, when.
    /// Whether it never went to the bank.
    fn was_set_off(&self) -> bool {
        self.batch.layout.is_none() && self.batch.sent_at.is_none() && self.batch.responded_at.is_some()
    }

    fn steps(&self) -> Vec<(&'static str, AccountId, chrono::DateTime<chrono::Utc>)> {
        let batch = &self.batch;
        [
            ("batch-step-build", Some(batch.built_by), Some(batch.built_at)),
            ("batch-step-freeze", batch.frozen_by, batch.frozen_at),
            ("batch-step-fetch", batch.fetched_by, batch.fetched_at),
            ("batch-step-send", batch.sent_by, batch.sent_at),
            ("batch-step-respond", batch.responded_by.filter(|_| !self.was_set_off()), batch.responded_at),
            ("batch-step-reconcile", batch.reconciled_by, batch.reconciled_at),
            ("batch-step-cancel", batch.cancelled_by, batch.cancelled_at),
        ]
        .into_iter()
        .filter_map(|(key, who, at)| Some((key, who?, at?)))
        .collect()
    }
}

impl ReconciliationPage {
    fn agrees(&self) -> bool {
        self.figures.differences().is_empty()
    }

    fn verdict(&self) -> &'static str {
        if self.agrees() { "batch-agrees" } else { "batch-differs" }
    }

    fn may_reconcile(&self) -> bool {
        self.agrees()
            && self.page.role().is_some_and(|role| self.batch.status.open_to(role).contains(&BatchAction::Reconcile))
    }

    /// Label, address of its rows, count and sum, whether it differs.
    fn rows(&self) -> Vec<(&'static str, String, String, Fen, bool)> {
        let (figures, id) = (&self.figures, self.batch.id);
        let count = |sum: Sum| self.page.count(sum.count);
        let wrong = |at| wrong(figures, at);
        let mut rows = vec![
            ("batch-sum-batch", format!("/batches/{id}"), count(figures.batch), figures.batch.fen, false),
            (
                "batch-sum-payments",
                format!("/batches/{id}"),
                count(figures.payments),
                figures.payments.fen,
                wrong("payments"),
            ),
            (
                "batch-sum-lines",
                format!("/batches/{id}/lines"),
                count(figures.lines),
                figures.lines.fen,
                wrong("lines"),
            ),
        ];
        if let Some(file) = figures.file {
            rows.push(("batch-sum-file", format!("/batches/{id}"), count(file), file.fen, wrong("file")));
        }
        rows
    }

    fn outcomes(&self) -> Vec<(&'static str, String, String, Fen, bool)> {
        let (figures, id) = (&self.figures, self.batch.id);
        let count = |sum: Sum| self.page.count(sum.count);
        let at = |status: PaymentStatus| format!("/batches/{id}?status={status}");
        let wrong = |at| wrong(figures, at);
        let differs = wrong("outcomes");
        let row = |key, status, sum: Sum| (key, at(status), count(sum), sum.fen, differs);
        vec![
            row("batch-sum-paid", PaymentStatus::Paid, figures.paid),
            row("batch-sum-failed", PaymentStatus::Failed, figures.failed),
            row("batch-sum-pending", PaymentStatus::Pending, figures.pending),
            (
                "batch-sum-ledger",
                format!("/funds/{}", self.batch.pot_id),
                "—".to_owned(),
                figures.ledger,
                wrong("ledger"),
            ),
            ("batch-sum-owed_lines", "/failed-payments".to_owned(), "—".to_owned(), figures.owed_lines, false),
            (
                "batch-sum-owed_posted",
                format!("/funds/{}", self.batch.pot_id),
                "—".to_owned(),
                figures.owed_posted,
                wrong("owed"),
            ),
        ]
    }
}

impl PeriodPage {
    fn verdict(&self) -> &'static str {
        if self.period.agrees { "period-agrees" } else { "batch-differs" }
    }

    fn agrees(figures: &Figures) -> bool {
        figures.differences().is_empty()
    }

    fn which(figures: &Figures) -> Vec<&'static str> {
        figures.differences().into_iter().map(Difference::key).collect()
    }
}

impl Difference {
    /// Key of what differs.
    fn key(self) -> &'static str {
        match self {
            Self::Payments => "batch-sum-payments",
            Self::Lines => "batch-sum-lines",
            Self::File => "batch-sum-file",
            Self::Outcomes => "batch-sum-outcomes",
            Self::Ledger => "batch-sum-ledger",
            Self::Owed => "batch-sum-owed_posted",
        }
    }
}

impl PreviewPage {
    fn is_applied(&self) -> bool {
        self.response.applied_at.is_some()
    }

    fn may_apply(&self) -> bool {
        !self.is_applied()
            && self.page.role().is_some_and(|role| self.batch.status.open_to(role).contains(&BatchAction::Respond))
    }

    fn outcome(&self, outcome: &Outcome) -> String {
        match (outcome.paid_on, outcome.failure) {
            (Some(day), _) => self.page.say1("response-paid", "day", self.page.day(&day)),
            (None, failure) => failure.map(|failure| self.page.word("payment_failure", failure)).unwrap_or_default(),
        }
    }
}

impl FailedPage {
    fn hope(hope: Option<&Hope>) -> &'static str {
        match hope {
            None => "payment-no_account",
            Some(Hope::Same) => "payment-same_account",
            Some(Hope::Another) => "payment-another_account",
        }
    }

    fn is_mendable(hope: Option<&Hope>) -> bool {
        hope == Some(&Hope::Another)
    }
}
