//! Outputs of this feature.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{
    AccountId, AssessmentResult, CheckKind, CheckStatus, ClaimId, ClaimStatus, Claimant, ClassId, ClassSessionStatus,
    EnrolmentId, ExclusionKind, ExclusionListId, Fen, HoldReason, LineCheckId, LineId, LineStatus, MarkMethod,
    OrganisationId, PostingId, PotAccount, PotId, Presence, Role, SessionId, StandardId, SubsidyKind, Tranche,
};
use entities::{assessment, line_check, posting};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::attendance::SeatRow;
use crate::base::rate::RateView;
use crate::claims::lifecycle::turn_of;
use crate::claims::proof::Proof;
use crate::claims::rules;
use crate::claims::sheet::{Line, Sheet};
use crate::claims::store::{Decided, Listed};
use crate::exclusions::Hit;

/// A claim of one class.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ClaimView {
    pub id: ClaimId,
    pub number: String,
    pub status: ClaimStatus,
    /// What the caller may do now: `approve confirm authorise return reject submit`.
    pub actions: Vec<String>,
    /// Who acts next; null at the end.
    pub waiting_on: Option<Role>,
    pub class_id: ClassId,
    pub class_number: String,
    pub class_title: String,
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    pub area_code: String,
    pub pot_id: PotId,
    pub kind: SubsidyKind,
    pub tranche: Tranche,
    /// Who claims, and is paid.
    pub claimant: Claimant,
    /// The proxy contract under which an institution claims.
    pub contract_no: Option<String>,
    /// By when whoever is next must act.
    pub due_on: Option<NaiveDate>,
    /// Why nothing of it goes on.
    pub hold_reason: Option<HoldReason>,
    pub hold_note: Option<String>,
    /// Sum of the lines that lead to money or led to it.
    pub total_fen: Fen,
    pub claimed_lines: i64,
    pub refused_lines: i64,
    /// Why it was returned or rejected.
    pub reason: Option<String>,
    pub submitted_at: DateTime<Utc>,
}

/// A claim with its lines and what was decided.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ClaimDetail {
    #[serde(flatten)]
    pub claim: ClaimView,
    /// What the next step would approve or pay, looked at anew.
    pub payable_fen: Fen,
    /// What is asked of the claim as a whole, or of a line, besides the rows; for offices.
    pub checks: Vec<CheckView>,
    pub lines: Vec<LineView>,
    pub decisions: Vec<DecisionView>,
}

/// A claim that somebody handed in for himself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct OwnClaim {
    pub id: ClaimId,
}

/// One person's line. Names are masked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct LineView {
    pub id: LineId,
    pub enrolment_id: EnrolmentId,
    pub masked_name: String,
    /// Last four of the identity number.
    pub id_tail: String,
    pub attendance: RateView,
    pub amount_fen: Fen,
    /// By how many percent the standard was raised for this person.
    pub uplift_percent: i32,
    /// What the person comes to in all tranches.
    pub entitled_fen: Fen,
    pub status: LineStatus,
    /// Why nothing is paid, or what stands against a claimed line now: `line.attendance_low`, `line.not_passed` ...
    pub reason: Option<String>,
    /// Why it waits.
    pub hold_reason: Option<HoldReason>,
    /// The exclusion list that blocks it.
    pub block: Option<BlockView>,
    /// Whether the person was found eligible when the class began; null where that was not kept.
    pub eligible_at_start: Option<bool>,
}

/// What was found, and what a person made of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CheckView {
    pub id: LineCheckId,
    /// None where it is asked of the claim as a whole.
    pub line_id: Option<LineId>,
    pub kind: CheckKind,
    pub status: CheckStatus,
    /// By ids and numbers.
    pub evidence: serde_json::Value,
    pub reason: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// Why a line is blocked. Which list it is, only offices are told.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct BlockView {
    pub kind: ExclusionKind,
    pub list_id: Option<ExclusionListId>,
    pub as_of: Option<NaiveDate>,
    pub document_no: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct DecisionView {
    pub action: String,
    /// The state after it.
    pub status: ClaimStatus,
    pub role: Role,
    pub decided_by: Option<String>,
    pub reason: Option<String>,
    pub at: DateTime<Utc>,
}

/// What one line rests on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ProofView {
    pub line_id: LineId,
    pub claim_id: ClaimId,
    pub claim_number: String,
    pub class_id: ClassId,
    pub class_number: String,
    pub enrolment_id: EnrolmentId,
    pub masked_name: String,
    pub status: LineStatus,
    pub kind: SubsidyKind,
    pub tranche: Tranche,
    pub standard_id: StandardId,
    pub document_no: String,
    /// Before any uplift.
    pub base_fen: Fen,
    pub uplift_percent: i32,
    /// In all tranches.
    pub entitled_fen: Fen,
    pub amount_fen: Fen,
    pub attendance: RateView,
    pub sessions: Vec<ProofSession>,
    pub results: Vec<ProofResult>,
    /// Serials, the latest last.
    pub certificates: Vec<String>,
    /// For offices.
    pub pot_id: Option<PotId>,
    /// About the claim as a whole; for offices.
    pub postings: Vec<ProofPosting>,
}

/// A session, and what is known of the person in it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ProofSession {
    pub session_id: SessionId,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub status: ClassSessionStatus,
    /// Minutes that enter the sum, and those of them for which the person was there.
    pub held_minutes: i64,
    pub credited_minutes: i64,
    pub presence: Option<Presence>,
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
    pub method: Option<MarkMethod>,
}

/// A try of the final assessment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ProofResult {
    pub attempt: i32,
    pub result: AssessmentResult,
    pub assessed_on: NaiveDate,
}

/// Money that moved.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ProofPosting {
    pub id: PostingId,
    pub at: DateTime<Utc>,
    pub debit: PotAccount,
    pub credit: PotAccount,
    pub amount_fen: Fen,
    pub document_no: Option<String>,
}

impl From<Proof> for ProofView {
    fn from(proof: Proof) -> Self {
        let attendance = proof.attendance().view(2);
        let session = |row: SeatRow| ProofSession {
            held_minutes: row.held(),
            credited_minutes: row.credited(),
            session_id: row.session.id,
            starts_at: row.session.starts_at,
            ends_at: row.session.ends_at,
            status: row.session.status,
            presence: row.mark.as_ref().map(|mark| mark.presence),
            in_at: row.mark.as_ref().and_then(|mark| mark.in_at),
            out_at: row.mark.as_ref().and_then(|mark| mark.out_at),
            method: row.mark.as_ref().map(|mark| mark.method),
        };
        let result = |row: assessment::Model| ProofResult {
            attempt: row.attempt,
            result: row.result,
            assessed_on: row.assessed_on,
        };
        let posted = |row: posting::Model| ProofPosting {
            id: row.id,
            at: row.at,
            debit: row.debit,
            credit: row.credit,
            amount_fen: row.fen,
            document_no: row.document_no,
        };
        Self {
            line_id: proof.line.id,
            claim_id: proof.listed.id,
            claim_number: proof.listed.number,
            class_id: proof.class.id,
            class_number: proof.class.number,
            enrolment_id: proof.line.enrolment_id,
            masked_name: proof.masked_name,
            status: proof.line.status,
            kind: proof.line.kind,
            tranche: proof.line.tranche,
            standard_id: proof.standard.id,
            document_no: proof.standard.document_no,
            base_fen: proof.line.base_fen,
            uplift_percent: proof.line.uplift_percent,
            entitled_fen: proof.line.entitled_fen,
            amount_fen: proof.line.fen,
            attendance,
            sessions: proof.sessions.into_iter().map(session).collect(),
            results: proof.tries.into_iter().map(result).collect(),
            certificates: proof.certificates.into_iter().map(|row| row.serial).collect(),
            pot_id: proof.pot.map(|pot| pot.id),
            postings: proof.postings.into_iter().map(posted).collect(),
        }
    }
}

/// Lines that lead to money or led to it, and all others.
fn counts(of: impl IntoIterator<Item = (LineStatus, i64)>) -> (i64, i64) {
    of.into_iter().fold(
        (0, 0),
        |(live, dead), (status, count)| {
            if rules::is_live(status) { (live + count, dead) } else { (live, dead + count) }
        },
    )
}

impl ClaimView {
    fn new(row: Listed, (claimed_lines, refused_lines): (i64, i64), who: AccountId, role: Role) -> Self {
        let actions = rules::actions(&(&row).into(), who, role).into_iter().map(Into::<&str>::into);
        Self {
            actions: actions.map(str::to_owned).collect(),
            waiting_on: turn_of(row.status, row.claimant),
            kind: row.kind,
            tranche: row.tranche,
            claimant: row.claimant,
            contract_no: row.contract_no,
            due_on: row.due_on,
            hold_reason: row.hold_reason,
            hold_note: row.hold_note,
            id: row.id,
            number: row.number,
            status: row.status,
            class_id: row.class_id,
            class_number: row.class_number,
            class_title: row.class_title,
            organisation_id: row.organisation_id,
            organisation_name: row.organisation_name,
            area_code: row.area_code,
            pot_id: row.pot_id,
            total_fen: row.total_fen,
            claimed_lines,
            refused_lines,
            reason: row.reason,
            submitted_at: row.submitted_at,
        }
    }

    /// A row of a list; `lines` counts the lines of all rows of the page.
    pub(crate) fn of_list(
        row: Listed,
        lines: &HashMap<(ClaimId, LineStatus), i64>,
        who: AccountId,
        role: Role,
    ) -> Self {
        let of = lines.iter().filter(|((claim, _), _)| *claim == row.id).map(|((_, status), count)| (*status, *count));
        let of = counts(of);
        Self::new(row, of, who, role)
    }
}

impl ClaimDetail {
    pub(crate) fn of(sheet: Sheet, who: AccountId, role: Role) -> Self {
        let of = counts(sheet.lines.iter().map(|line| (line.row.status, 1)));
        let office = sheet.pot.is_some();
        Self {
            claim: ClaimView::new(sheet.listed, of, who, role),
            payable_fen: sheet.payable.fen,
            checks: sheet.checks.into_iter().filter(|_| office).map(Into::into).collect(),
            lines: sheet.lines.into_iter().map(|line| LineView::of(line, office)).collect(),
            decisions: sheet.decisions.into_iter().map(Into::into).collect(),
        }
    }
}

impl BlockView {
    fn of(hit: Hit, office: bool) -> Self {
        Self {
            kind: hit.kind,
            list_id: office.then_some(hit.list),
            as_of: office.then_some(hit.as_of),
            document_no: office.then_some(hit.document_no),
        }
    }
}

impl LineView {
    fn of(line: Line, office: bool) -> Self {
        Self {
            reason: line.reason().map(str::to_owned),
            eligible_at_start: line.evidence.map(|evidence| evidence.holds),
            block: line.block.map(|hit| BlockView::of(hit, office)),
            id: line.row.id,
            enrolment_id: line.row.enrolment_id,
            masked_name: line.masked_name,
            id_tail: line.tail,
            attendance: line.attendance.view(2),
            amount_fen: line.row.fen,
            uplift_percent: line.row.uplift_percent,
            entitled_fen: line.row.entitled_fen,
            status: line.row.status,
            hold_reason: line.row.hold_reason,
        }
    }
}

impl From<line_check::Model> for CheckView {
    fn from(row: line_check::Model) -> Self {
        Self {
            id: row.id,
            line_id: row.line_id,
            kind: row.kind,
            status: row.status,
            // Written by us as JSON.
            evidence: serde_json::from_str(&row.evidence).unwrap_or_default(),
            reason: row.reason,
            decided_at: row.decided_at,
        }
    }
}

impl From<Decided> for DecisionView {
    fn from(row: Decided) -> Self {
        Self {
            action: row.action,
            status: row.status,
            role: row.role,
            decided_by: row.name,
            reason: row.reason,
            at: row.at,
        }
    }
}
