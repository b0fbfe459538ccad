//! The verbs of a claim. Each looks at the rows anew before it moves money, and moves it with the state or not at all.

use chrono::NaiveDate;
use entities::{
    claim, claim_line, decision, training_class,
    values::{
        ClaimId, ClaimStatus, Claimant, ClassId, DecisionId, EnrolmentId, Fen, LineId, LineStatus, PersonId,
        SubsidyKind,
    },
};
use sea_orm::ConnectionTrait;
use validator::Validate;

use crate::access::{Actor, Can};
use crate::accounts;
use crate::base::clock::year_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Refusal, Result, money};
use crate::claims::amounts::amounts;
use crate::claims::findings::{Finding, findings, require_due, standing_of};
use crate::claims::forms::{Authorisation, NewClaim, SendBack};
use crate::claims::lifecycle::{ClaimAction, LineAction};
use crate::claims::reserve::{secure, trim};
use crate::claims::rights::{
    ApprovePayment, ClaimOneself, ConfirmClaims, RejectClaims, ReturnClaims, ReviewClaims, SubmitClaims,
};
use crate::claims::rules::{self, Fault, Part, Sum};
use crate::claims::seats;
use crate::claims::store::{self, Mark, Marks, Said};
use crate::claims::{checks, settlement};
use crate::classes;
use crate::data::{Audit, Telling, Vault, Work, sequence};
use crate::enrolments;
use crate::funds;
use crate::policy::{Calendar, Rule, RuleBook};
use crate::sanctions;
use crate::web::Reason;

/// Claims a part of a subsidy for a class under its proxy contract: a line per person, payable or refused with its reason.
///
/// # Errors
/// `Invalid`; `NotFound`; `claim.class_not_closed`, `claim.class_not_running`, `claim.exists`, `claim.too_late`,
/// `claim.nothing_payable`, `claim.no_tranche`, `standard.none`, `pot.short`.
pub(crate) async fn create(
    by: &Can<SubmitClaims>,
    work: &Work,
    vault: &Vault,
    class: ClassId,
    new: &NewClaim,
) -> Result<ClaimId> {
    new.validate()?;
    let contract = new.contract_no.trim();
    if contract.chars().count() < 2 {
        return Err(Error::invalid("contract_no", "invalid.required"));
    }
    let part = new.part()?;
    let class = classes::visible(work.db(), &by.scope(), class).await?;
    require_due(&class, part)?;
    let number = draw_number(work).await?;
    if store::live_of_class(work.db(), class.id, part).await?.is_some() {
        return Err(Error::refused("claim.exists"));
    }
    let findings = findings(work.db(), &class, part, None, work.today()).await?;
    let new = Opening { number, part, whose: Whose::Institution { contract } };
    open(by, work, vault, &class, findings, new).await
}

/// Claims for oneself, or for somebody in one's village, what nobody claimed yet: it is paid to the person. What came back
/// is handed in again.
///
/// # Errors
/// `NotFound`; as of [`create`].
pub(crate) async fn create_own(
    by: &Can<ClaimOneself>,
    work: &Work,
    vault: &Vault,
    enrolment: EnrolmentId,
    kind: SubsidyKind,
) -> Result<ClaimId> {
    let part = Part::whole(kind);
    let seat = enrolments::visible(work.db(), &by.scope(), enrolment).await?;
    if let Some((_, claim)) = seats::line_of_seat(work.db(), enrolment, part).await?
        && (claim.claimant, claim.status) == (Claimant::Trainee, ClaimStatus::Returned)
    {
        hand_in_again(by, work, vault, &claim).await?;
        return Ok(claim.id);
    }
    let class = classes::by_id(work.db(), seat.class_id).await?;
    require_due(&class, part)?;
    let number = draw_number(work).await?;
    let mut findings = findings(work.db(), &class, part, None, work.today()).await?;
    findings.retain(|found| found.enrolment == enrolment);
    let new = Opening { number, part, whose: Whose::Trainee(seat.person_id) };
    open(by, work, vault, &class, findings, new).await
}

/// The number of a new claim. It is drawn before anything is looked at: whoever claims on another server waits here, and sees
/// then what was claimed.
async fn draw_number(work: &Work) -> Result<String> {
    let year = year_of(work.today());
    let number = sequence::next(work, &format!("claim-{year}")).await?;
    Ok(format!("M-{year}-{number:06}"))
}

/// Who claims.
#[derive(Clone, Copy)]
enum Whose<'a> {
    Institution { contract: &'a str },
    Trainee(PersonId),
}

/// A claim before it is looked at.
struct Opening<'a> {
    number: String,
    part: Part,
    whose: Whose<'a>,
}

async fn open(
    by: &Actor,
    work: &Work,
    vault: &Vault,
    class: &training_class::Model,
    findings: Vec<Finding>,
    Opening { number, part, whose }: Opening<'_>,
) -> Result<ClaimId> {
    let pot = class.pot_id.ok_or_else(|| Error::internal("a class that goes on without its pot"))?;
    let amounts = amounts(work.db(), vault, class, part, None, &findings).await?;
    rules::require_payable(findings.iter().map(|found| amounts.fault(found)))?;
    let id = ClaimId::new();
    let line = |found: &Finding| {
        let (fault, amount) = (amounts.fault(found), amounts.of(found.enrolment)?);
        Ok(claim_line::Model {
            id: LineId::new(),
            claim_id: id,
            enrolment_id: found.enrolment,
            person_id: found.person,
            occupation: class.occupation.clone(),
            level: class.level,
            standard_id: amounts.standard,
            fen: amount.fen,
            status: if fault.is_none() { LineStatus::Claimed } else { LineStatus::Refused },
            reason: fault.map(|fault| fault.code().to_owned()),
            blocked_by: found.hit.as_ref().map(|hit| hit.list),
            kind: part.kind,
            tranche: part.tranche,
            base_fen: amount.base,
            uplift_percent: amount.percent,
            uplift: amount.uplift.map(|uplift| uplift.as_str().to_owned()),
            hold_reason: None,
            entitled_fen: amount.entitled,
        })
    };
    let lines: Vec<claim_line::Model> = findings.iter().map(line).collect::<Result<_>>()?;
    let total = Sum::live(&lines).fen;
    let (claimant, person_id, contract_no) = match whose {
        Whose::Institution { contract } => (Claimant::Institution, None, Some(contract.to_owned())),
        Whose::Trainee(person) => (Claimant::Trainee, Some(person), None),
    };
    let mut claim = claim::Model {
        id,
        number,
        class_id: class.id,
        organisation_id: class.organisation_id,
        area_code: class.area_code.clone(),
        pot_id: pot,
        status: ClaimStatus::Submitted,
        total_fen: total,
        submitted_by: by.account,
        first_approved_by: None,
        second_approved_by: None,
        finance_approved_by: None,
        reason: None,
        submitted_at: work.now,
        version: 1,
        kind: part.kind,
        tranche: part.tranche,
        claimant,
        person_id,
        contract_no,
        due_on: None,
        hold_reason: None,
        hold_note: None,
        held_by: None,
    };
    claim.due_on = due_on(work, &claim, ClaimStatus::Submitted).await?;
    store::insert(work, claim.clone(), lines.clone()).await?;
    let asked = checks::look(work.db(), class, &findings).await?;
    checks::bring_up_to_date(work, &claim, &lines, asked).await?;
    secure(by, work, &claim, total).await?;
    note(by, work, &claim, ClaimAction::Submit, ClaimStatus::Submitted, None, total).await?;
    Ok(id)
}

/// By when whoever is next must act, in working days of the claim's area.
pub(super) async fn due_on(work: &Work, claim: &claim::Model, status: ClaimStatus) -> Result<Option<NaiveDate>> {
    let rule = match status {
        ClaimStatus::Submitted | ClaimStatus::FirstApproved => Rule::ClaimReviewDays,
        ClaimStatus::Cleared | ClaimStatus::FinanceApproved | ClaimStatus::Paying => Rule::ClaimFinanceDays,
        ClaimStatus::Returned | ClaimStatus::PayFailed => Rule::ClaimReturnDays,
        _ => return Ok(None),
    };
    let days = RuleBook::load(work.db()).await?.value(rule, &claim.area_code, work.today())?;
    Ok(Some(Calendar::load(work.db()).await?.after(work.today(), days)))
}

/// Appends the decision, and the deed to the audit log.
pub(super) async fn note(
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

/// Puts every line into the state that the rows give it now, sets the claim's total, and asks anew what a person has to
/// answer. Lines that are handed in again are all looked at, and what they come to is found anew; after that a line can
/// only fall, and its amount stays.
///
/// # Errors
/// `claim.class_not_closed`, `claim.too_late`, `claim.nothing_payable`.
async fn recheck(work: &Work, claim: &claim::Model, again: Option<&Vault>) -> Result<Sum> {
    let class = classes::by_id(work.db(), claim.class_id).await?;
    let standing = standing_of(work.db(), claim).await?;
    let found = standing.all();
    let amounts = match again {
        Some(vault) => Some(amounts(work.db(), vault, &class, claim.into(), Some(claim.id), &found).await?),
        None => None,
    };
    let lines = store::lines(work.db(), claim.id).await?;
    let mut sum = Sum::default();
    for line in &lines {
        let mut fen = line.fen;
        let mut against = standing.against(line);
        if let Some(amounts) = &amounts
            && against.is_none()
        {
            let amount = amounts.of(line.enrolment_id)?;
            if !amount.is_of(line) {
                store::set_amount(work, line.id, &amount).await?;
            }
            fen = amount.fen;
            against = (fen == Fen(0)).then_some((Fault::AlreadyPaid, None));
        }
        let said = Said {
            reason: against.map(|(fault, _)| fault.code()),
            blocked_by: against.and_then(|(_, list)| list),
            ..Said::default()
        };
        match (line.status, against) {
            (LineStatus::Claimed, None) => {}
            (LineStatus::Claimed, Some(_)) => {
                store::set_line(work, line, LineAction::Refuse, said).await?;
                continue;
            }
            (LineStatus::Refused, None) if again.is_some() => {
                store::set_line(work, line, LineAction::Allow, said).await?;
            }
            (LineStatus::Refused, Some(_)) if again.is_some() => {
                store::explain_line(work, line, said).await?;
                continue;
            }
            _ => continue,
        }
        sum = sum.and(fen);
    }
    if sum.lines == 0 {
        return Err(Error::refused("claim.nothing_payable"));
    }
    store::set_total(work, claim.id, sum.fen).await?;
    let asked = checks::look(work.db(), &class, &found).await?;
    checks::bring_up_to_date(work, claim, &lines, asked).await?;
    Ok(sum)
}

/// Nobody takes two of the steps, under whatever account: neither as himself nor in the place of somebody who did.
///
/// # Errors
/// `claim.same_person`; `account.no_identity`, `account.other_no_identity` where it is not known who somebody is.
pub(super) async fn require_other_person(
    db: &impl ConnectionTrait,
    by: &Actor,
    claim: &claim::Model,
    action: ClaimAction,
) -> Result<()> {
    let steps = rules::Steps::from(claim);
    rules::require_other_person(&steps, action, by.account)?;
    let taken_by = rules::earlier(&steps, action);
    if taken_by.is_empty() {
        return Ok(());
    }
    let steps = accounts::Steps { noun: "claim", id: claim.id, taken_by };
    accounts::require_other(db, by, steps, "claim.same_person").await
}

/// # Errors
/// `claim.sanctioned` while the institution is under a sanction that holds its claims.
pub(super) async fn require_no_sanction(work: &Work, claim: &claim::Model) -> Result<()> {
    match sanctions::holds_claims(work.db(), claim.organisation_id, work.today()).await? {
        Some(_) => Err(Error::refused("claim.sanctioned")),
        None => Ok(()),
    }
}

/// Finds a claim in the actor's sight, asks the table and the rule of different persons, and says where it goes.
async fn begin(by: &Actor, work: &Work, id: ClaimId, action: ClaimAction) -> Result<(claim::Model, ClaimStatus)> {
    let claim = store::visible(work.db(), &by.scope(), id).await?;
    rules::require_free(&(&claim).into())?;
    let to = claim.status.after(action)?;
    require_other_person(work.db(), by, &claim, action).await?;
    if matches!(action, ClaimAction::Approve | ClaimAction::Confirm | ClaimAction::Authorise) {
        require_no_sanction(work, &claim).await?;
    }
    // The table says who may from where: a right to return is not a right to return at every step.
    if !claim.status.open_to(by.role).contains(&action) {
        return Err(Error::refused("move.illegal"));
    }
    Ok((claim, to))
}

/// First approval. Lines that no longer hold fall, and their money is released.
///
/// # Errors
/// `NotFound`, `move.illegal`, `claim.held`, `claim.same_person`, `claim.nothing_payable`, `claim.unanswered`.
pub(crate) async fn approve(by: &Can<ReviewClaims>, work: &Work, id: ClaimId) -> Result<Sum> {
    let (claim, to) = begin(by, work, id, ClaimAction::Approve).await?;
    // First the lines: the table itself refuses the step while something is asked of one.
    let sum = recheck(work, &claim, None).await?;
    checks::require_answered(work.db(), id).await?;
    let due_on = due_on(work, &claim, to).await?;
    store::advance(work, &claim, to, Marks { first: Mark::By(by.account), due_on, ..Marks::default() }).await?;
    trim(by, work, &claim, sum.fen, "line_refused").await?;
    note(by, work, &claim, ClaimAction::Approve, to, None, sum.fen).await?;
    Ok(sum)
}

/// Second approval, by another person: what is reserved becomes payable.
///
/// # Errors
/// `NotFound`, `move.illegal`, `claim.held`, `claim.same_person`, `claim.nothing_payable`, `claim.unanswered`.
pub(crate) async fn confirm(by: &Can<ConfirmClaims>, work: &Work, id: ClaimId) -> Result<Sum> {
    let (claim, to) = begin(by, work, id, ClaimAction::Confirm).await?;
    store::advance(work, &claim, to, Marks { second: Mark::By(by.account), ..Marks::default() }).await?;
    let sum = recheck(work, &claim, None).await?;
    checks::require_answered(work.db(), id).await?;
    trim(by, work, &claim, sum.fen, "line_refused").await?;
    funds::owe(by, work, claim.pot_id, claim.class_id, claim.id, sum.fen).await?;
    note(by, work, &claim, ClaimAction::Confirm, to, None, sum.fen).await?;
    Ok(sum)
}

/// What is through the notice may be paid, says a third person: it goes into the next batch.
///
/// # Errors
/// `NotFound`, `move.illegal`, `claim.held`, `claim.same_person`, `claim.nothing_payable`, `claim.amount_changed`.
pub(crate) async fn authorise(
    by: &Can<ApprovePayment>,
    work: &Work,
    id: ClaimId,
    meant: &Authorisation,
) -> Result<Sum> {
    let (claim, to) = begin(by, work, id, ClaimAction::Authorise).await?;
    let lines = settlement::sift(Some(by), work, &claim, LineStatus::Cleared).await?;
    let sum = Sum::of(lines.iter().map(|line| line.fen));
    if sum.lines == 0 {
        return Err(Error::refused("claim.nothing_payable"));
    }
    if meant.amount_fen.is_some_and(|meant| meant != sum.fen) {
        let amount = money::yuan(sum.fen);
        return Err(Refusal { code: "claim.amount_changed", args: Vec::new() }.with("amount", amount).into());
    }
    store::set_lines(work, id, LineStatus::Cleared, LineAction::Approve).await?;
    store::set_total(work, id, Sum::live(&store::lines(work.db(), id).await?).fen).await?;
    let due_on = due_on(work, &claim, to).await?;
    let marks = Marks { finance: Mark::By(by.account), due_on, ..Marks::default() };
    store::advance(work, &claim, to, marks).await?;
    note(by, work, &claim, ClaimAction::Authorise, to, None, sum.fen).await?;
    Ok(sum)
}

/// Sends a claim back to the institution, with the reason. What was payable is only reserved again.
///
/// # Errors
/// `Invalid`, `NotFound`, `move.illegal`, `claim.held`; `claim.partly_paid` where some of it is with the bank already.
pub(crate) async fn send_back(by: &Can<ReturnClaims>, work: &Work, id: ClaimId, why: &SendBack) -> Result<()> {
    let reason = why.said()?;
    let (claim, to) = begin(by, work, id, ClaimAction::Return).await?;
    let due_on = due_on(work, &claim, to).await?;
    let marks =
        Marks { first: Mark::Nobody, second: Mark::Nobody, finance: Mark::Nobody, reason: Some(reason), due_on };
    store::advance(work, &claim, to, marks).await?;
    if claim.status == ClaimStatus::Cleared {
        for status in [LineStatus::Cleared, LineStatus::Held] {
            store::set_lines(work, id, status, LineAction::Return).await?;
        }
        let lines = store::lines(work.db(), id).await?;
        let back = Sum::of(lines.iter().filter(|line| line.status == LineStatus::Claimed).map(|line| line.fen));
        if back != Sum::live(&lines) {
            return Err(Error::refused("claim.partly_paid"));
        }
        funds::restore(by, work, claim.pot_id, claim.class_id, claim.id, back.fen).await?;
    }
    note(by, work, &claim, ClaimAction::Return, to, Some(&format!("{}: {reason}", why.code)), claim.total_fen).await?;
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
    for status in [LineStatus::Claimed, LineStatus::Refused] {
        store::set_lines(work, claim.id, status, LineAction::Void).await?;
    }
    trim(by, work, &claim, Fen(0), "claim_rejected").await?;
    note(by, work, &claim, ClaimAction::Reject, to, Some(reason), claim.total_fen).await?;
    tell(work, &claim, "claim_rejected", claim.total_fen).await
}

/// Hands a returned claim in again; every line is looked at anew.
///
/// # Errors
/// `NotFound`, `move.illegal`, `claim.nothing_payable`, `pot.short`.
pub(crate) async fn submit(by: &Can<SubmitClaims>, work: &Work, vault: &Vault, id: ClaimId) -> Result<()> {
    let (claim, _) = begin(by, work, id, ClaimAction::Submit).await?;
    if claim.claimant != Claimant::Institution {
        return Err(Error::refused("move.illegal"));
    }
    hand_in_again(by, work, vault, &claim).await
}

async fn hand_in_again(by: &Actor, work: &Work, vault: &Vault, claim: &claim::Model) -> Result<()> {
    rules::require_free(&claim.into())?;
    let to = claim.status.after(ClaimAction::Submit)?;
    let due_on = due_on(work, claim, to).await?;
    store::advance(work, claim, to, Marks { due_on, ..Marks::default() }).await?;
    let sum = recheck(work, claim, Some(vault)).await?;
    secure(by, work, claim, sum.fen).await?;
    note(by, work, claim, ClaimAction::Submit, to, None, sum.fen).await
}

/// Tells whoever claims: the institution, or the trainee.
pub(crate) async fn tell(work: &Work, claim: &claim::Model, kind: &'static str, fen: Fen) -> Result<()> {
    let class = classes::by_id(work.db(), claim.class_id).await?;
    let args = serde_json::json!({ "number": claim.number, "title": class.title, "amount": money::yuan(fen) });
    let (told, link) = if let Some(person) = claim.person_id {
        let seat = store::lines(work.db(), claim.id).await?.first().map(|line| line.enrolment_id);
        (accounts::of_person(work.db(), person).await?, seat.map(|seat| format!("/enrolments/{seat}/claim")))
    } else {
        (accounts::of_organisation(work.db(), claim.organisation_id).await?, Some(format!("/claims/{}", claim.id)))
    };
    for to in told {
        work.tell(Telling { to, kind, args: args.clone(), link: link.clone() });
    }
    Ok(())
}

/// Whether one record may go into another as far as money goes. Lines stay with the record for which they were claimed and
/// are found through it, so nothing moves here.
///
/// # Errors
/// `merge.claim` while both have a line for one skill and one of the two is not paid yet: it is refused first.
pub(crate) async fn may_merge(db: &impl ConnectionTrait, from: PersonId, to: PersonId) -> Result<()> {
    let own = seats::payable_of(db, to).await?;
    for (occupation, level, status) in seats::payable_of(db, from).await? {
        let both = own.iter().filter(|line| (&line.0, line.1) == (&occupation, level));
        if both.into_iter().any(|line| line.2 != LineStatus::Paid || status != LineStatus::Paid) {
            return Err(Error::refused("merge.claim"));
        }
    }
    Ok(())
}
