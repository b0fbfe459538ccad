//! The verbs of a claim. Each looks at the rows anew before it moves money, and moves it with the state or not at all.

use std::collections::HashMap;

use entities::{
    claim, claim_line, decision, payment,
    values::{ClaimId, ClaimStatus, ClassId, DecisionId, EnrolmentId, Fen, LineId, LineStatus, PaymentId, PersonId},
};
use sea_orm::ConnectionTrait;
use validator::Validate;

use crate::access::{Actor, Can};
use crate::accounts;
use crate::base::clock::{day_of, year_of};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Refusal, Result, money};
use crate::claims::findings::{Finding, findings, require_closed};
use crate::claims::forms::Payout;
use crate::claims::lifecycle::ClaimAction;
use crate::claims::rights::{ConfirmClaims, PayClaims, RejectClaims, ReturnClaims, ReviewClaims, SubmitClaims};
use crate::claims::rules::{self, Fault, Sum};
use crate::claims::store::{self, Mark, Marks};
use crate::classes;
use crate::data::{Audit, Telling, Work, sequence};
use crate::funds;
use crate::web::Reason;

/// Claims for a closed class: a line per person who finished, payable or refused with its reason.
///
/// # Errors
/// `NotFound`; `claim.class_not_closed`, `claim.exists`, `claim.too_late`, `claim.nothing_payable`, `pot.short`.
pub(crate) async fn create(by: &Can<SubmitClaims>, work: &Work, class: ClassId) -> Result<ClaimId> {
    let class = classes::visible(work.db(), &by.scope(), class).await?;
    require_closed(&class)?;
    if store::live_of_class(work.db(), class.id).await?.is_some() {
        return Err(Error::refused("claim.exists"));
    }
    let (Some(pot), Some(standard)) = (class.pot_id, class.standard_id) else {
        return Err(Error::internal("a closed class without its pot or its standard"));
    };
    let findings = findings(work.db(), &class, None, work.today()).await?;
    rules::require_payable(findings.iter().map(|found| found.fault))?;
    let id = ClaimId::new();
    let lines: Vec<claim_line::Model> = findings
        .iter()
        .map(|found| claim_line::Model {
            id: LineId::new(),
            claim_id: id,
            enrolment_id: found.enrolment,
            person_id: found.person,
            occupation: class.occupation.clone(),
            level: class.level,
            standard_id: standard,
            fen: class.unit_fen,
            status: if found.fault.is_none() { LineStatus::Claimed } else { LineStatus::Refused },
            reason: found.fault.map(|fault| fault.code().to_owned()),
            blocked_by: found.hit.as_ref().map(|hit| hit.list),
        })
        .collect();
    let total = Sum::payable(&lines).fen;
    let year = year_of(work.today());
    let number = sequence::next(work, &format!("claim-{year}")).await?;
    let claim = claim::Model {
        id,
        number: format!("M-{year}-{number:06}"),
        class_id: class.id,
        organisation_id: class.organisation_id,
        area_code: class.area_code.clone(),
        pot_id: pot,
        status: ClaimStatus::Submitted,
        total_fen: total,
        submitted_by: by.account,
        first_approved_by: None,
        second_approved_by: None,
        paid_by: None,
        reason: None,
        submitted_at: work.now,
        version: 1,
    };
    store::insert(work, claim.clone(), lines).await?;
    secure(by, work, &claim, total).await?;
    note(by, work, &claim, ClaimAction::Submit, ClaimStatus::Submitted, None, total).await?;
    Ok(id)
}

/// Sees to it that at least so much is reserved for the class of a claim.
pub(super) async fn secure(by: &Actor, work: &Work, claim: &claim::Model, wanted: Fen) -> Result<()> {
    let held = funds::reserved_for(work.db(), claim.pot_id, claim.class_id).await?;
    let lacking = (wanted - held).max(Fen(0));
    funds::hold(by, work, claim.pot_id, claim.class_id, claim.id, lacking).await
}

/// Releases what is reserved for the class of a claim beyond what the claim still asks for.
async fn trim(by: &Actor, work: &Work, claim: &claim::Model, wanted: Fen, cause: &'static str) -> Result<()> {
    let held = funds::reserved_for(work.db(), claim.pot_id, claim.class_id).await?;
    let spare = (held - wanted).max(Fen(0));
    funds::release(Some(by), work, claim.pot_id, claim.class_id, spare, cause).await
}

/// Appends the decision, and the deed to the audit log.
async fn note(
    by: &Actor,
    work: &Work,
    claim: &claim::Model,
    action: ClaimAction,
    to: ClaimStatus,
    reason: Option<&str>,
    total: Fen,
) -> Result<()> {
    let verb: &'static str = action.into();
    let row = decision::Model {
        id: DecisionId::new(),
        claim_id: claim.id,
        action: verb.to_owned(),
        status: to,
        decided_by: by.account,
        role: by.role,
        reason: reason.map(str::to_owned),
        at: work.now,
    };
    store::append_decision(work, row).await?;
    let detail = serde_json::json!({ "number": claim.number, "total_fen": total });
    work.record(Audit::of(verb, "claim", claim.id).by_actor(Some(by)).area(&claim.area_code).detail(detail));
    Ok(())
}

/// Puts every line into the state that the rows give it now and sets the claim's total. Lines that the institution hands
/// in again are all looked at; after that a line can only fall.
///
/// # Errors
/// `claim.class_not_closed`, `claim.too_late`, `claim.nothing_payable`.
async fn recheck(work: &Work, claim: &claim::Model, again: bool) -> Result<Sum> {
    let class = classes::by_id(work.db(), claim.class_id).await?;
    require_closed(&class)?;
    let found = findings(work.db(), &class, Some(claim), day_of(claim.submitted_at)).await?;
    let found: HashMap<EnrolmentId, Finding> = found.into_iter().map(|f| (f.enrolment, f)).collect();
    let mut sum = Sum::default();
    for line in store::lines(work.db(), claim.id).await? {
        // Who has no completion any more did not qualify.
        let finding = found.get(&line.enrolment_id);
        let fault = finding.map_or(Some(Fault::NotPassed), |finding| finding.fault);
        let list = finding.and_then(|finding| finding.hit.as_ref()).map(|hit| hit.list);
        let open = line.status == LineStatus::Claimed || (again && line.status == LineStatus::Refused);
        if !open {
            continue;
        }
        let (status, reason) = match fault {
            None => (LineStatus::Claimed, None),
            Some(fault) => (LineStatus::Refused, Some(fault.code())),
        };
        if (status, reason, list) != (line.status, line.reason.as_deref(), line.blocked_by) {
            store::set_line(work, &line, status, reason, list).await?;
        }
        if status == LineStatus::Claimed {
            sum = sum.and(line.fen);
        }
    }
    if sum.lines == 0 {
        return Err(Error::refused("claim.nothing_payable"));
    }
    store::set_total(work, claim.id, sum.fen).await?;
    Ok(sum)
}

/// Finds a claim in the actor's sight, asks the table and the rule of different persons, and says where it goes.
async fn begin(by: &Actor, work: &Work, id: ClaimId, action: ClaimAction) -> Result<(claim::Model, ClaimStatus)> {
    let claim = store::visible(work.db(), &by.scope(), id).await?;
    let to = claim.status.after(action)?;
    rules::require_other_person(&(&claim).into(), action, by.account)?;
    // The table says who may from where: a right to return is not a right to return at every step.
    if !claim.status.open_to(by.role).contains(&action) {
        return Err(Error::refused("move.illegal"));
    }
    Ok((claim, to))
}

/// First approval. Lines that no longer hold fall, and their money is released.
///
/// # Errors
/// `NotFound`, `move.illegal`, `claim.same_person`, `claim.nothing_payable`.
pub(crate) async fn approve(by: &Can<ReviewClaims>, work: &Work, id: ClaimId) -> Result<Sum> {
    let (claim, to) = begin(by, work, id, ClaimAction::Approve).await?;
    store::advance(work, &claim, to, Marks { first: Mark::By(by.account), ..Marks::default() }).await?;
    let sum = recheck(work, &claim, false).await?;
    trim(by, work, &claim, sum.fen, "line_refused").await?;
    note(by, work, &claim, ClaimAction::Approve, to, None, sum.fen).await?;
    Ok(sum)
}

/// Second approval, by another person: what is reserved becomes payable.
///
/// # Errors
/// `NotFound`, `move.illegal`, `claim.same_person`, `claim.nothing_payable`.
pub(crate) async fn confirm(by: &Can<ConfirmClaims>, work: &Work, id: ClaimId) -> Result<Sum> {
    let (claim, to) = begin(by, work, id, ClaimAction::Confirm).await?;
    store::advance(work, &claim, to, Marks { second: Mark::By(by.account), ..Marks::default() }).await?;
    let sum = recheck(work, &claim, false).await?;
    trim(by, work, &claim, sum.fen, "line_refused").await?;
    funds::owe(by, work, claim.pot_id, claim.class_id, claim.id, sum.fen).await?;
    note(by, work, &claim, ClaimAction::Confirm, to, None, sum.fen).await?;
    Ok(sum)
}

/// Payment, by a third person, once: what is payable is paid, line by line.
///
/// # Errors
/// `NotFound`, `move.illegal`, `claim.same_person`, `claim.nothing_payable`, `claim.amount_changed`.
pub(crate) async fn pay(by: &Can<PayClaims>, work: &Work, id: ClaimId, payout: &Payout) -> Result<Sum> {
    payout.validate()?;
    let (claim, to) = begin(by, work, id, ClaimAction::Pay).await?;
    store::advance(work, &claim, to, Marks { payer: Mark::By(by.account), ..Marks::default() }).await?;
    let sum = recheck(work, &claim, false).await?;
    if payout.amount_fen.is_some_and(|meant| meant != sum.fen) {
        let amount = money::yuan(sum.fen);
        return Err(Refusal { code: "claim.amount_changed", args: Vec::new() }.with("amount", amount).into());
    }
    let fallen = claim.total_fen - sum.fen;
    funds::restore(by, work, claim.pot_id, claim.class_id, claim.id, fallen).await?;
    trim(by, work, &claim, Fen(0), "line_refused").await?;
    funds::pay(by, work, claim.pot_id, claim.class_id, claim.id, sum.fen).await?;
    let row = payment::Model {
        id: PaymentId::new(),
        claim_id: claim.id,
        pot_id: claim.pot_id,
        organisation_id: claim.organisation_id,
        fen: sum.fen,
        lines: sum.lines,
        bank_reference: payout.bank_reference.trim().to_owned(),
        paid_by: by.account,
        paid_at: work.now,
    };
    store::insert_payment(work, row).await?;
    let paid = store::set_lines(work, claim.id, &[LineStatus::Claimed], LineStatus::Paid).await?;
    if i64::try_from(paid).ok() != Some(i64::from(sum.lines)) {
        return Err(Error::Stale);
    }
    note(by, work, &claim, ClaimAction::Pay, to, None, sum.fen).await?;
    tell(work, &claim, "claim_paid", sum.fen).await?;
    Ok(sum)
}

/// Sends a claim back to the institution, with the reason. What was payable is only reserved again.
///
/// # Errors
/// `Invalid`, `NotFound`, `move.illegal`.
pub(crate) async fn send_back(by: &Can<ReturnClaims>, work: &Work, id: ClaimId, why: &Reason) -> Result<()> {
    let reason = why.said()?;
    let (claim, to) = begin(by, work, id, ClaimAction::Return).await?;
    let marks = Marks { first: Mark::Nobody, second: Mark::Nobody, reason: Some(reason), ..Marks::default() };
    store::advance(work, &claim, to, marks).await?;
    if claim.status == ClaimStatus::SecondApproved {
        funds::restore(by, work, claim.pot_id, claim.class_id, claim.id, claim.total_fen).await?;
    }
    note(by, work, &claim, ClaimAction::Return, to, Some(reason), claim.total_fen).await?;
    tell(work, &claim, "claim_returned", claim.total_fen).await
}

/// Rejects a claim: its lines are void, its money is free, and a new claim may follow.
///
/// # Errors
/// `Invalid`, `NotFound`, `move.illegal`.
pub(crate) async fn reject(by: &Can<RejectClaims>, work: &Work, id: ClaimId, why: &Reason) -> Result<()> {
    let reason = why.said()?;
    let (claim, to) = begin(by, work, id, ClaimAction::Reject).await?;
    store::advance(work, &claim, to, Marks { reason: Some(reason), ..Marks::default() }).await?;
    store::set_lines(work, claim.id, &[LineStatus::Claimed, LineStatus::Refused], LineStatus::Void).await?;
    trim(by, work, &claim, Fen(0), "claim_rejected").await?;
    note(by, work, &claim, ClaimAction::Reject, to, Some(reason), claim.total_fen).await?;
    tell(work, &claim, "claim_rejected", claim.total_fen).await
}

/// Hands a returned claim in again; every line is looked at anew.
///
/// # Errors
/// `NotFound`, `move.illegal`, `claim.nothing_payable`, `pot.short`.
pub(crate) async fn submit(by: &Can<SubmitClaims>, work: &Work, id: ClaimId) -> Result<()> {
    let (claim, to) = begin(by, work, id, ClaimAction::Submit).await?;
    store::advance(work, &claim, to, Marks::default()).await?;
    let sum = recheck(work, &claim, true).await?;
    secure(by, work, &claim, sum.fen).await?;
    note(by, work, &claim, ClaimAction::Submit, to, None, sum.fen).await
}

pub(crate) async fn tell(work: &Work, claim: &claim::Model, kind: &'static str, fen: Fen) -> Result<()> {
    let class = classes::by_id(work.db(), claim.class_id).await?;
    let args = serde_json::json!({ "number": claim.number, "title": class.title, "amount": money::yuan(fen) });
    for to in accounts::of_organisation(work.db(), claim.organisation_id).await? {
        work.tell(Telling { to, kind, args: args.clone(), link: Some(format!("/claims/{}", claim.id)) });
    }
    Ok(())
}

/// Whether one record may go into another as far as money goes. Lines stay with the record for which they were claimed and
/// are found through it, so nothing moves here.
///
/// # Errors
/// `merge.claim` while both have a line for one skill and one of the two is not paid yet: it is refused first.
pub(crate) async fn may_merge(db: &impl ConnectionTrait, from: PersonId, to: PersonId) -> Result<()> {
    let own = store::payable_of(db, to).await?;
    for (occupation, level, status) in store::payable_of(db, from).await? {
        let both = own.iter().filter(|line| (&line.0, line.1) == (&occupation, level));
        if both.into_iter().any(|line| line.2 == LineStatus::Claimed || status == LineStatus::Claimed) {
            return Err(Error::refused("merge.claim"));
        }
    }
    Ok(())
}
