//! The verbs of a claim. Each looks at the rows anew before it moves money, and moves it with the state or not at all.

use std::collections::HashMap;

use entities::{
    certificate, claim, claim_line, decision, payment, pot, training_class,
    values::{
        CertificateStatus, ClaimId, ClaimStatus, ClassId, ClassStatus, DecisionId, EnrolmentId, ExclusionListId, Fen,
        LineId, LineStatus, PaymentId, PersonId, Role,
    },
};
use sea_orm::ConnectionTrait;
use validator::Validate;

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::attendance;
use crate::base::clock::{day_of, year_of};
use crate::base::lifecycle::Lifecycle;
use crate::base::rate::Rate;
use crate::base::{Error, Refusal, Result, money};
use crate::claims::forms::{Doubt, Payout};
use crate::claims::lifecycle::ClaimAction;
use crate::claims::rights::{
    ConfirmClaims, PayClaims, ReadClaims, RejectClaims, ReturnClaims, ReviewClaims, SubmitClaims,
};
use crate::claims::rules::{self, Facts, Fault, Sum, Terms};
use crate::claims::store::{self, Decided, Listed, Mark, Marks, Tally};
use crate::classes;
use crate::completion;
use crate::data::{Audit, Telling, Vault, Work, sequence};
use crate::eligibility::{self, Evidence};
use crate::exclusions::{self, Hit};
use crate::funds;
use crate::people;
use crate::policy::{Rule, RuleBook};
use crate::web::{Reason, Todo};

/// What the rows say of one person who finished a class.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub enrolment: EnrolmentId,
    pub person: PersonId,
    pub attendance: Rate,
    pub fault: Option<Fault>,
    /// The list behind the fault, where it is one.
    pub hit: Option<Hit>,
}

/// A published certificate counts before a revoked one that it replaced.
fn standing(certificates: Vec<certificate::Model>) -> HashMap<EnrolmentId, certificate::Model> {
    let mut standing: HashMap<EnrolmentId, certificate::Model> = HashMap::with_capacity(certificates.len());
    for certificate in certificates {
        let better = certificate.status == CertificateStatus::Published;
        if better || !standing.contains_key(&certificate.enrolment_id) {
            standing.insert(certificate.enrolment_id, certificate);
        }
    }
    standing
}

/// Looks at everybody who finished a class: exclusion lists as they count now, minutes as the marks stand now, the
/// assessment, the certificate, the window, and lines of other claims.
async fn findings(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    claim: Option<&claim::Model>,
    claimed_on: chrono::NaiveDate,
) -> Result<Vec<Finding>> {
    let completions = completion::of_class(db, class.id).await?;
    let certificates = standing(completion::certificates_of_class(db, class.id).await?);
    let minutes = attendance::totals(db, class.id).await?;
    let everybody: Vec<PersonId> = completions.iter().map(|row| row.person_id).collect();
    let listed = exclusions::entries_of(db, &everybody).await?;
    let elsewhere = store::claimed_elsewhere(db, class, everybody, claim.map(|claim| claim.id)).await?;
    let book = RuleBook::load(db).await?;
    let terms = Terms {
        attendance_percent: i64::from(class.attendance_percent),
        claim_months: book.value(Rule::ClaimMonths, &class.area_code, claimed_on)?,
        claimed_on,
    };
    let look = |row: &entities::completion::Model| {
        // Where marks were taken over without their sessions, the completion itself is all there is.
        let attendance = minutes.get(&row.enrolment_id).map_or_else(
            || Rate::new(row.credited_minutes.into(), row.held_minutes.into()),
            |minutes| Rate::new(minutes.credited, minutes.held),
        );
        let certificate = certificates.get(&row.enrolment_id).map(|c| (c.status, c.issued_on));
        let entries = listed.get(&row.person_id).map(Vec::as_slice).unwrap_or_default();
        let hit = exclusions::hit(entries, class.starts_on, class.ends_on).cloned();
        let facts = Facts {
            attendance,
            passed: row.passed,
            certificate,
            elsewhere: elsewhere.contains(&row.person_id),
            excluded: hit.as_ref().map(|hit| hit.kind),
        };
        let fault = rules::fault(&facts, &terms);
        Finding { enrolment: row.enrolment_id, person: row.person_id, attendance, fault, hit }
    };
    Ok(completions.iter().map(look).collect())
}

fn require_closed(class: &training_class::Model) -> Result<()> {
    if class.status == ClassStatus::Closed { Ok(()) } else { Err(Error::refused("claim.class_not_closed")) }
}

/// One person of a claim that is not handed in yet.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub masked_name: String,
    pub tail: String,
    pub finding: Finding,
}

/// What an institution would claim for a class.
#[derive(Clone, Debug)]
pub(crate) struct Preview {
    pub class: training_class::Model,
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
) -> Result<Preview> {
    let class = classes::visible(db, &by.scope(), class).await?;
    let findings = match require_closed(&class) {
        Ok(()) => findings(db, &class, None, today).await?,
        Err(e) => return Ok(Preview { class, candidates: Vec::new(), payable: Sum::default(), hindrance: Some(e) }),
    };
    let hindrance = rules::require_payable(findings.iter().map(|found| found.fault)).err();
    let people: Vec<PersonId> = findings.iter().map(|found| found.person).collect();
    let briefs = people::briefs(db, vault, &people).await?;
    let mut candidates: Vec<Candidate> = findings
        .into_iter()
        .map(|finding| {
            let (masked_name, tail) = called(briefs.get(&finding.person));
            Candidate { masked_name, tail, finding }
        })
        .collect();
    candidates.sort_by_key(|candidate| candidate.finding.fault.is_none());
    let good = candidates.iter().filter(|candidate| candidate.finding.fault.is_none());
    let payable = Sum::of(good.map(|_| class.unit_fen));
    Ok(Preview { class, candidates, payable, hindrance })
}

fn called(brief: Option<&people::Brief>) -> (String, String) {
    brief.map(|brief| (brief.masked_name.clone(), brief.tail.clone())).unwrap_or_default()
}

/// The live claim of a class in sight, to be shown instead of a second one.
pub(crate) async fn live_of_class(
    by: &Can<SubmitClaims>,
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<Option<ClaimId>> {
    let class = classes::visible(db, &by.scope(), class).await?;
    Ok(store::live_of_class(db, class.id).await?.map(|claim| claim.id))
}

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
async fn secure(by: &Actor, work: &Work, claim: &claim::Model, wanted: Fen) -> Result<()> {
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

/// The claim and its line, when the clerk may still decide on single lines.
async fn single(by: &Actor, work: &Work, id: ClaimId, line: LineId) -> Result<(claim::Model, claim_line::Model)> {
    let claim = store::visible(work.db(), &by.scope(), id).await?;
    if claim.status != ClaimStatus::Submitted {
        return Err(Error::refused("move.illegal"));
    }
    let line = store::line_of(work.db(), id, line).await?;
    Ok((claim, line))
}

/// Writes what the clerk decided on one line, and the claim's new total.
async fn decide(
    by: &Actor,
    work: &Work,
    claim: &claim::Model,
    line: &claim_line::Model,
    reason: Option<&'static str>,
) -> Result<Fen> {
    let (to, action) = match reason {
        Some(_) => (LineStatus::Refused, "refuse"),
        None => (LineStatus::Claimed, "allow"),
    };
    // Stays where it is, but whoever read it before this decides on something else.
    let reason_of_claim = claim.reason.as_deref();
    store::advance(work, claim, claim.status, Marks { reason: reason_of_claim, ..Marks::default() }).await?;
    store::set_line(work, line, to, reason, None).await?;
    let total = Sum::payable(&store::lines(work.db(), claim.id).await?).fen;
    store::set_total(work, claim.id, total).await?;
    let detail = serde_json::json!({ "claim": claim.id, "reason": reason, "total_fen": total });
    work.record(Audit::of(action, "claim_line", line.id).by_actor(Some(by)).area(&claim.area_code).detail(detail));
    Ok(total)
}

/// The clerk refuses one line, which holds up nobody else.
///
/// # Errors
/// `NotFound`, `move.illegal`, `line.not_open`.
pub(crate) async fn refuse_line(
    by: &Can<ReviewClaims>,
    work: &Work,
    id: ClaimId,
    line: LineId,
    doubt: Doubt,
) -> Result<()> {
    let (claim, line) = single(by, work, id, line).await?;
    if line.status != LineStatus::Claimed {
        return Err(Error::refused("line.not_open"));
    }
    decide(by, work, &claim, &line, Some(doubt.code())).await?;
    Ok(())
}

/// Takes a refusal back, where the rows let the line pass.
///
/// # Errors
/// `NotFound`, `move.illegal`, `line.not_open`, `line.not_payable`, `pot.short`.
pub(crate) async fn allow_line(by: &Can<ReviewClaims>, work: &Work, id: ClaimId, line: LineId) -> Result<()> {
    let (claim, line) = single(by, work, id, line).await?;
    if line.status != LineStatus::Refused {
        return Err(Error::refused("line.not_open"));
    }
    let class = classes::by_id(work.db(), claim.class_id).await?;
    let found = findings(work.db(), &class, Some(&claim), day_of(claim.submitted_at)).await?;
    let sound = found.iter().any(|found| found.enrolment == line.enrolment_id && found.fault.is_none());
    if !sound {
        return Err(Error::refused("line.not_payable"));
    }
    let total = decide(by, work, &claim, &line, None).await?;
    secure(by, work, &claim, total).await
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
    /// Would be paid for if the next step were taken now.
    pub(crate) fn passes(&self) -> bool {
        match self.row.status {
            LineStatus::Claimed => self.fault.is_none(),
            LineStatus::Paid => true,
            LineStatus::Refused | LineStatus::Void => false,
        }
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
    pub payment: Option<payment::Model>,
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
    let class = classes::by_id(db, claim.class_id).await?;
    let found = findings(db, &class, Some(&claim), day_of(claim.submitted_at)).await?;
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
            let looked_at = rules::is_open(claim.status) && row.status == LineStatus::Claimed;
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
    let payable = Sum::of(lines.iter().filter(|line| line.passes()).map(|line| line.row.fen));
    let pot = match by.scope() {
        Scope::Area(_) => Some(funds::by_id(db, claim.pot_id).await?),
        _ => None,
    };
    Ok(Sheet {
        decisions: store::decisions(db, claim.id).await?,
        payment: store::payment_of(db, claim.id).await?,
        ordered: store::is_ordered(db, class.id).await?,
        actions: rules::actions(&(&claim).into(), by.account, by.role),
        waiting_on: claim.status.waits_for(),
        listed,
        class,
        lines,
        pot,
        payable,
    })
}

/// What waits for this reader here.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    if actor.prove::<ReadClaims>().is_err() {
        return Ok(todos);
    }
    let tally = store::tally(db, &actor.scope(), None).await?;
    let open = store::tally(db, &actor.scope(), Some(actor.account)).await?;
    for (status, mine, theirs) in WAITING {
        let is_mine = status.waits_for() == Some(actor.role);
        let Some(waiting) = (if is_mine { &open } else { &tally }).get(&status) else { continue };
        if is_mine {
            todos.push(todo(status, true, mine, *waiting));
        } else if actor.prove::<SubmitClaims>().is_ok() {
            todos.push(todo(status, false, theirs, *waiting));
        }
    }
    if actor.prove::<SubmitClaims>().is_ok() {
        let book = RuleBook::load(db).await?;
        for class in store::unclaimed(db, &actor.scope(), UNCLAIMED).await? {
            let months = book.value(Rule::ClaimMonths, &class.area_code, class.issued_on)?;
            todos.push(Todo {
                mine: true,
                href: format!("/classes/{}/claim", class.id),
                key: "claim-todo-class",
                args: vec![("title", class.title)],
                why: "claim-todo-class-why",
                why_args: Vec::new(),
                due: Some(rules::last_day(class.issued_on, months)),
            });
        }
    }
    Ok(todos)
}

/// Classes without a claim that a home page names one by one.
const UNCLAIMED: u64 = 20;

/// In which state which line of a home page tells whose turn it is.
const WAITING: [(ClaimStatus, &str, &str); 4] = [
    (ClaimStatus::Returned, "claim-todo-resubmit", ""),
    (ClaimStatus::Submitted, "claim-todo-approve", "claim-todo-wait-approve"),
    (ClaimStatus::FirstApproved, "claim-todo-confirm", "claim-todo-wait-confirm"),
    (ClaimStatus::SecondApproved, "claim-todo-pay", "claim-todo-wait-pay"),
];

fn todo(status: ClaimStatus, mine: bool, key: &'static str, tally: Tally) -> Todo {
    Todo {
        mine,
        href: format!("/claims?status={status}"),
        key,
        args: vec![("count", tally.count.to_string())],
        why: "claim-todo-sum",
        why_args: vec![("amount", money::yuan(tally.fen))],
        due: None,
    }
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
