//! What the templates of this feature show.

use askama::Template;
use entities::{
    clawback, clawback_receipt, pot,
    values::{CaseId, ClawbackSource, ClawbackStatus, Fen, LineId, SampleItemId},
};

use crate::clawbacks::lifecycle::ClawbackAction;
use crate::clawbacks::rights::{CollectClawbacks, DecideOnClawbacks};
use crate::clawbacks::rules;
use crate::clawbacks::store::{Listed, PaidLine};
use crate::payments::OpenLine;
use crate::web::{FormView, Page};

#[derive(Template)]
#[template(path = "clawbacks/templates/list.html")]
pub(super) struct ClawbacksPage {
    pub page: Page,
    pub tabs: Vec<(String, String, bool)>,
    pub rows: Vec<Listed>,
    pub office: bool,
    /// Whether the reader may ask money back.
    pub asks: bool,
    /// The case whose clawbacks are shown.
    pub case: Option<(CaseId, String)>,
    pub next: Option<String>,
}

/// The lines of a case or a claim, to choose one.
#[derive(Template)]
#[template(path = "clawbacks/templates/pick.html")]
pub(super) struct PickPage {
    pub page: Page,
    /// Each with the masked name of the person.
    pub lines: Vec<(PaidLine, String)>,
    pub case: Option<CaseId>,
    /// What still may be asked back because of the case.
    pub left: Option<Fen>,
}

impl PickPage {
    fn href(&self, line: &LineId) -> String {
        let case = self.case.map(|case| format!("&case={case}")).unwrap_or_default();
        format!("/clawbacks/new?line={line}{case}")
    }
}

#[derive(Template)]
#[template(path = "clawbacks/templates/new.html")]
pub(super) struct NewClawbackPage {
    pub page: Page,
    pub form: FormView,
    pub line: LineId,
    pub claim_number: String,
    pub person: String,
    pub paid: Fen,
    pub left: Fen,
    pub item: Option<SampleItemId>,
    pub case: Option<CaseId>,
    pub faults: Vec<(String, String)>,
    /// What may be said where nothing is named from which it is known.
    pub sources: Vec<(String, String)>,
}

impl NewClawbackPage {
    /// From where it is known, where that is given.
    fn source(&self) -> Option<ClawbackSource> {
        let case = self.case.map(|_| ClawbackSource::Case);
        self.item.map(|_| ClawbackSource::Sample).or(case)
    }
}

#[derive(Template)]
#[template(path = "clawbacks/templates/show.html")]
pub(super) struct ClawbackPage {
    pub page: Page,
    pub form: FormView,
    pub listed: Listed,
    pub receipts: Vec<clawback_receipt::Model>,
    pub pot: pot::Model,
    pub payee: String,
    pub office: bool,
    /// Whether the reader may go to where it is known from.
    pub traces: bool,
    pub may: Vec<ClawbackAction>,
    /// What could be set off, and what of it fits.
    pub offered: Vec<OpenLine>,
    pub fits: Vec<LineId>,
    /// Who asked, decided, sent the invoice and wrote off; empty for whoever was paid.
    pub asker: String,
    pub decider: String,
    pub biller: String,
    pub writer: String,
}

impl ClawbackPage {
    fn may(&self, action: &str) -> bool {
        self.may.iter().any(|open| <&str>::from(*open) == action)
    }

    fn balance(&self) -> Fen {
        rules::balance(&self.listed.row)
    }

    /// What was ticked before, or what fits.
    fn picks(&self, line: &LineId) -> bool {
        if self.form.has_errors() { self.form.is(&format!("lines[{line}]"), "true") } else { self.fits.contains(line) }
    }

    /// What the second person made of it.
    fn decided_as(&self) -> ClawbackStatus {
        let rejected = self.listed.row.status == ClawbackStatus::Rejected;
        if rejected { ClawbackStatus::Rejected } else { ClawbackStatus::Approved }
    }

    fn received(&self, receipt: &clawback_receipt::Model) -> String {
        self.page.word("receipt_kind", receipt.kind)
    }
}

/// The invoice as it is printed.
#[derive(Template)]
#[template(path = "clawbacks/templates/invoice.html")]
pub(super) struct InvoicePage {
    pub page: Page,
    pub listed: Listed,
    pub pot: pot::Model,
    pub payee: String,
}

impl InvoicePage {
    fn balance(&self) -> Fen {
        rules::balance(&self.listed.row)
    }
}

/// The kind of a clawback's badge.
pub(super) fn sign(page: &Page, status: ClawbackStatus) -> &'static str {
    let actor = page.actor.as_ref();
    let decides = actor.is_some_and(|actor| actor.prove::<DecideOnClawbacks>().is_ok());
    let collects = actor.is_some_and(|actor| actor.prove::<CollectClawbacks>().is_ok());
    match status {
        ClawbackStatus::Requested if decides => "yours",
        ClawbackStatus::Approved | ClawbackStatus::Offsetting if collects => "yours",
        ClawbackStatus::Requested => "theirs",
        ClawbackStatus::Approved | ClawbackStatus::Offsetting | ClawbackStatus::Invoiced => "moving",
        ClawbackStatus::Rejected | ClawbackStatus::WrittenOff => "stopped",
        ClawbackStatus::Recovered => "done",
    }
}

/// What has still to come back, for a list.
fn left(row: &clawback::Model) -> Fen {
    rules::balance(row)
}
