//! Outputs.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    clawback, clawback_receipt,
    values::{
        AccountId, CaseId, ClaimId, ClassId, ClawbackId, ClawbackSource, ClawbackStatus, Fen, LineId, OrganisationId,
        PaidFault, PaymentId, PersonId, PotId, ReceiptId, ReceiptKind, Role, SampleItemId,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::clawbacks::lifecycle::ClawbackAction;
use crate::clawbacks::rights::SeeRequests;
use crate::clawbacks::rules;
use crate::clawbacks::store::Listed;

/// What is asked back of a line, as a list tells it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ClawbackLine {
    pub id: ClawbackId,
    pub number: String,
    pub line_id: LineId,
    pub claim_id: ClaimId,
    pub claim_number: String,
    pub class_id: ClassId,
    pub class_title: String,
    pub pot_id: PotId,
    pub area_code: String,
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    /// Who was paid: one of the two.
    pub payee_organisation: Option<OrganisationId>,
    pub payee_person: Option<PersonId>,
    pub source: ClawbackSource,
    pub item_id: Option<SampleItemId>,
    pub case_id: Option<CaseId>,
    pub fault: PaidFault,
    pub note: String,
    pub fen: Fen,
    pub recovered_fen: Fen,
    pub written_off_fen: Fen,
    /// What has still to come back.
    pub balance_fen: Fen,
    pub status: ClawbackStatus,
    pub requested_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected.
    pub refusal: Option<String>,
    pub invoice_no: Option<String>,
    pub invoiced_at: Option<DateTime<Utc>>,
    /// By when it is to be paid back.
    pub due_on: Option<NaiveDate>,
    pub written_off_at: Option<DateTime<Utc>>,
    /// Why the rest was written off; null for whoever was paid.
    pub write_off: Option<String>,
    pub version: i32,
}

/// What came back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ReceiptView {
    pub id: ReceiptId,
    pub kind: ReceiptKind,
    pub fen: Fen,
    pub document_no: String,
    pub received_on: NaiveDate,
    /// The payment that never went to the bank.
    pub payment_id: Option<PaymentId>,
    /// Whether the pot may spend it again.
    pub given_back: bool,
}

/// One with what came back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ClawbackView {
    #[serde(flatten)]
    pub line: ClawbackLine,
    pub receipts: Vec<ReceiptView>,
    /// What this caller may do now: `approve reject offset invoice receive write_off`.
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

/// A line that could be set off.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OfferView {
    pub line_id: LineId,
    pub claim_id: ClaimId,
    pub claim_number: String,
    pub fen: Fen,
}

/// What somebody may do now: who asked does not decide, and neither writes off.
pub(super) fn actions(row: &clawback::Model, reader: &Actor) -> Vec<ClawbackAction> {
    let took = |who: Option<AccountId>| who.is_some_and(|who| reader.accounts().any(|own| own == who));
    let may = |action: &ClawbackAction| match action {
        ClawbackAction::Approve | ClawbackAction::Reject => !took(Some(row.requested_by)),
        ClawbackAction::WriteOff => !took(Some(row.requested_by)) && !took(row.decided_by),
        _ => true,
    };
    row.status.open_to(reader.role).into_iter().filter(may).collect()
}

impl ClawbackLine {
    pub(super) fn of(listed: Listed, reader: &Actor) -> Self {
        let Listed { row, claim_number, class_title, organisation_name } = listed;
        let office = reader.prove::<SeeRequests>().is_ok();
        Self {
            balance_fen: rules::balance(&row),
            id: row.id,
            number: row.number,
            line_id: row.line_id,
            claim_id: row.claim_id,
            claim_number,
            class_id: row.class_id,
            class_title,
            pot_id: row.pot_id,
            area_code: row.area_code,
            organisation_id: row.organisation_id,
            organisation_name,
            payee_organisation: row.payee_organisation,
            payee_person: row.payee_person,
            source: row.source,
            item_id: row.item_id.filter(|_| office),
            case_id: row.case_id,
            fault: row.fault,
            note: row.note,
            fen: row.fen,
            recovered_fen: row.recovered_fen,
            written_off_fen: row.written_off_fen,
            status: row.status,
            requested_at: row.requested_at,
            decided_at: row.decided_at,
            refusal: row.refusal,
            invoice_no: row.invoice_no,
            invoiced_at: row.invoiced_at,
            due_on: row.due_on,
            written_off_at: row.written_off_at,
            write_off: row.write_off.filter(|_| office),
            version: row.version,
        }
    }
}

impl ClawbackView {
    pub(super) fn of(listed: Listed, receipts: Vec<clawback_receipt::Model>, reader: &Actor) -> Self {
        let actions = actions(&listed.row, reader).into_iter().map(Into::into).collect();
        let waiting_on = listed.row.status.waits_for();
        let receipt = |row: clawback_receipt::Model| ReceiptView {
            id: row.id,
            kind: row.kind,
            fen: row.fen,
            document_no: row.document_no,
            received_on: row.received_on,
            payment_id: row.payment_id,
            given_back: row.given_back,
        };
        let receipts = receipts.into_iter().map(receipt).collect();
        Self { line: ClawbackLine::of(listed, reader), receipts, actions, waiting_on }
    }
}
