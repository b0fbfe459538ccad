//! What is read of a claim: before it is handed in, and as it stands with its lines and decisions.

use std::collections::HashMap;

use entities::{
    claim_line, line_check, pot, training_class,
    values::{ClaimId, ClaimStatus, ClassId, EnrolmentId, ExclusionListId, LineStatus, PersonId, Role, Tranche},
};
use sea_orm::ConnectionTrait;

use crate::access::{Actor, Can, Scope};
use crate::base::clock::day_of;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::claims::amounts;
use crate::claims::asked;
use crate::claims::findings::{Finding, findings, require_due};
use crate::claims::lifecycle::{ClaimAction, turn_of};
use crate::claims::rights::SubmitClaims;
use crate::claims::rules::{self, Amount, Fault, Part, Sum};
use crate::claims::store::{self, Decided, Listed};
use crate::classes;
use crate::data::Vault;
use crate::eligibility::{self, Evidence};
use crate::exclusions::{self, Hit};
use crate::funds;
use crate::people;

/// One person of a claim that is not handed in yet.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub masked_name: String,
    pub tail: String,
    pub finding: Finding,
    /// What stands against paying.
    pub fault: Option<Fault>,
    pub amount: Amount,
}

/// What an institution would claim for a class.
#[derive(Clone, Debug)]
pub(crate) struct Preview {
    pub class: training_class::Model,
    pub part: Part,
    /// Everything that may be claimed for it, now or later.
    pub parts: Vec<Part>,
    pub candidates: Vec<Candidate>,
    pub payable: Sum,
    /// Why it cannot be handed in, if it cannot.
    pub hindrance: Option<Error>,
}

/// # Errors
/// `NotFound` for the class of another institution.
pub(crate) async fn preview(
    by: &Can<SubmitClaims>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    today: chrono::NaiveDate,
    class: ClassId,
    part: Part,
) -> Result<Preview> {
    let class = classes::visible(db, &by.scope(), class).await?;
    let parts = amounts::parts(db, &class).await?;
    let mut preview = Preview { part, parts, candidates: Vec::new(), payable: Sum::default(), hindrance: None, class };
    if let Err(e) = require_due(&preview.class, part) {
        preview.hindrance = Some(e);
        return Ok(preview);
    }
    let findings = findings(db, &preview.class, part, None, today).await?;
    let amounts = match amounts::amounts(db, vault, &preview.class, part, None, &findings).await {
        Ok(amounts) => amounts,
        Err(e @ Error::Refused(_)) => {
            preview.hindrance = Some(e);
            return Ok(preview);
        }
        Err(e) => return Err(e),
    };
    preview.hindrance = rules::require_payable(findings.iter().map(|found| amounts.fault(found))).err();
    let people: Vec<PersonId> = findings.iter().map(|found| found.person).collect();
    let briefs = people::briefs(db, vault, &people).await?;
    for finding in findings {
        let (masked_name, tail) = called(briefs.get(&finding.person));
        let (fault, amount) = (amounts.fault(&finding), amounts.of(finding.enrolment)?);
        preview.candidates.push(Candidate { masked_name, tail, finding, fault, amount });
    }
    preview.candidates.sort_by_key(|candidate| candidate.fault.is_none());
    let good = preview.candidates.iter().filter(|candidate| candidate.fault.is_none());
    preview.payable = Sum::of(good.map(|candidate| candidate.amount.fen));
    Ok(preview)
}

/// Whether the rows still say whether it is paid for.
fn is_looked_at(status: LineStatus) -> bool {
    rules::is_live(status) && !matches!(status, LineStatus::Batched | LineStatus::Paid)
}

/// The masked name, and the end of the number.
pub(super) fn called(brief: Option<&people::Brief>) -> (String, String) {
    brief.map(|brief| (brief.masked_name.clone(), brief.tail.clone())).unwrap_or_default()
}

/// What an institution is shown first for a class in sight: what is paid ahead while it goes on, where its standard knows of
/// that, else the training.
///
/// # Errors
/// `NotFound` for the class of another institution.
pub(crate) async fn first_part(by: &Can<SubmitClaims>, db: &impl ConnectionTrait, class: ClassId) -> Result<Part> {
    let class = classes::visible(db, &by.scope(), class).await?;
    let ahead = Part { tranche: Tranche::Start, ..Part::TRAINING };
    let is_due = require_due(&class, ahead).is_ok() && amounts::parts(db, &class).await?.contains(&ahead);
    Ok(if is_due { ahead } else { Part::TRAINING })
}

/// The live claim for a part of what a class in sight is paid, to be shown instead of a second one.
pub(crate) async fn live_of_class(
    by: &Can<SubmitClaims>,
    db: &impl ConnectionTrait,
    class: ClassId,
    part: Part,
) -> Result<Option<ClaimId>> {
    let class = classes::visible(db, &by.scope(), class).await?;
    Ok(store::live_of_class(db, class.id, part).await?.map(|claim| claim.id))
}

/// One line as a reader sees it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub row: claim_line::Model,
    pub masked_name: String,
    pub tail: String,
    pub attendance: Rate,
    /// What stands against a claimed line now: it will fall at the next step.
    pub fault: Option<Fault>,
    /// The exclusion list that blocks it, or will.
    pub block: Option<Hit>,
    /// The rows themselves let it pass, whatever was decided.
    pub sound: bool,
    /// What was found of the person when the class began; of old classes there is none.
    pub evidence: Option<Evidence>,
}

impl Line {
    /// Would be paid for if the next step were taken now, or is paid.
    pub(crate) fn passes(&self) -> bool {
        rules::is_live(self.row.status) && self.fault.is_none()
    }

    /// Why it is not paid for.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref().or(self.fault.map(Fault::code))
    }
}

/// A claim with everything that its page and the API show of it.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub listed: Listed,
    pub class: training_class::Model,
    /// Doubtful ones first.
    pub lines: Vec<Line>,
    pub decisions: Vec<Decided>,
    /// What is asked of it and its lines.
    pub checks: Vec<line_check::Model>,
    /// For offices; an institution sees neither the pot nor which list blocks a line.
    pub pot: Option<pot::Model>,
    /// Whether the class has seats for an enterprise's order.
    pub ordered: bool,
    pub actions: Vec<ClaimAction>,
    pub waiting_on: Option<Role>,
    /// What the next step would approve or pay.
    pub payable: Sum,
}

/// # Errors
/// `NotFound`.
pub(crate) async fn sheet(by: &Actor, db: &impl ConnectionTrait, vault: &Vault, id: ClaimId) -> Result<Sheet> {
    let claim = store::visible(db, &by.scope(), id).await?;
    let listed = store::listed(db, &by.scope(), id).await?;
    let checks = asked::standing(db, id).await?;
    let class = classes::by_id(db, claim.class_id).await?;
    let found = findings(db, &class, (&claim).into(), Some(&claim), day_of(claim.submitted_at)).await?;
    let found: HashMap<EnrolmentId, Finding> = found.into_iter().map(|f| (f.enrolment, f)).collect();
    let rows = store::lines(db, claim.id).await?;
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let briefs = people::briefs(db, vault, &people).await?;
    let mut lists: Vec<ExclusionListId> = rows.iter().filter_map(|row| row.blocked_by).collect();
    lists.sort_unstable();
    lists.dedup();
    let lists = exclusions::hits_of(db, &lists).await?;
    let mut evidence = eligibility::evidence_of(db, class.id).await?;
    let mut lines: Vec<Line> = rows
        .into_iter()
        .map(|row| {
            let (masked_name, tail) = called(briefs.get(&row.person_id));
            let finding = found.get(&row.enrolment_id);
            let looked_at = rules::is_open(claim.status) && is_looked_at(row.status);
            let fault = finding.and_then(|found| found.fault).filter(|_| looked_at);
            let attendance = finding.map_or(Rate::new(0, 0), |found| found.attendance);
            let sound = finding.is_some_and(|found| found.fault.is_none());
            let block = match row.blocked_by {
                Some(list) => lists.get(&list).cloned(),
                None => finding.and_then(|found| found.hit.clone()).filter(|_| looked_at),
            };
            let evidence = evidence.remove(&row.enrolment_id);
            Line { row, masked_name, tail, attendance, fault, block, sound, evidence }
        })
        .collect();
    lines.sort_by_key(Line::passes);
    // What is at hand now: not what waits, and of a claim through the notice what is through it.
    let at_hand = |line: &&Line| match line.row.status {
        LineStatus::Held => false,
        status => line.passes() && (claim.status != ClaimStatus::Cleared || status == LineStatus::Cleared),
    };
    let payable = Sum::of(lines.iter().filter(at_hand).map(|line| line.row.fen));
    let pot = match by.scope() {
        Scope::Area(_) => Some(funds::by_id(db, claim.pot_id).await?),
        _ => None,
    };
    Ok(Sheet {
        decisions: store::decisions(db, claim.id).await?,
        ordered: store::is_ordered(db, class.id).await?,
        actions: rules::actions(&(&claim).into(), by.account, by.role),
        waiting_on: turn_of(claim.status, claim.claimant),
        checks,
        listed,
        class,
        lines,
        pot,
        payable,
    })
}
