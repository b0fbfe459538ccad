//! Claims as rows: who is paid for, who decided and when, and what came of it in the pot.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    claim, claim_line, decision,
    values::{
        AccountId, ClaimId, ClaimStatus, Claimant, ClassId, DecisionId, Fen, LineId, LineStatus, NoticeStatus, Role,
        SubsidyKind, Tranche,
    },
};

use crate::base::clock::year_of;
use crate::demo::attendance::Fate;
use crate::demo::calendar::{TODAY, YEAR, at, day, working_days_after};
use crate::demo::classes::{Dates, Plan, Taken, Teller, count};
use crate::demo::notices;
use crate::demo::purse::Cause;

/// What is confirmed from then on lies open on the last day of the year.
const LATE: NaiveDate = day(YEAR, 12, 28);

/// How far a claim has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Unclaimed,
    Submitted,
    Returned,
    FirstApproved,
    InNotice,
    Paid,
}

/// When a claim takes each of its steps, if it takes it.
struct Steps {
    submitted_on: NaiveDate,
    first_on: NaiveDate,
    second_on: NaiveDate,
    /// The last day of the notice, which begins with the second approval.
    noticed_on: NaiveDate,
    paid_on: NaiveDate,
}

impl Steps {
    fn after(closed_on: NaiveDate) -> Self {
        let submitted_on = working_days_after(closed_on, 4);
        let first_on = working_days_after(submitted_on, 3);
        Self::confirmed(submitted_on, first_on, working_days_after(first_on, 4))
    }

    fn confirmed(submitted_on: NaiveDate, first_on: NaiveDate, second_on: NaiveDate) -> Self {
        let noticed_on = working_days_after(second_on, 5);
        Self { submitted_on, first_on, second_on, noticed_on, paid_on: working_days_after(noticed_on, 1) }
    }

    /// The same with a checker who took his time, so that the list lies open on the last day of the year.
    fn still_open(self) -> Self {
        Self::confirmed(self.submitted_on, self.first_on, self.second_on.max(LATE))
    }

    /// By when whoever is next must act: as the rules stand.
    fn due_on(&self, stage: Stage) -> Option<NaiveDate> {
        match stage {
            Stage::Submitted => Some(working_days_after(self.submitted_on, 10)),
            Stage::FirstApproved | Stage::Returned => Some(working_days_after(self.first_on, 10)),
            Stage::InNotice => Some(self.noticed_on),
            Stage::Unclaimed | Stage::Paid => None,
        }
    }

    /// As far as the calendar let it come by today.
    fn reached(&self) -> Stage {
        [
            (Stage::Paid, self.paid_on),
            (Stage::InNotice, self.second_on),
            (Stage::FirstApproved, self.first_on),
            (Stage::Submitted, self.submitted_on),
        ]
        .into_iter()
        .find(|(_, day)| *day <= TODAY)
        .map_or(Stage::Unclaimed, |(stage, _)| stage)
    }
}

impl Stage {
    fn status(self) -> ClaimStatus {
        match self {
            Self::Unclaimed | Self::Submitted => ClaimStatus::Submitted,
            Self::Returned => ClaimStatus::Returned,
            Self::FirstApproved => ClaimStatus::FirstApproved,
            Self::InNotice => ClaimStatus::InNotice,
            Self::Paid => ClaimStatus::Paid,
        }
    }
}

/// The claim of the institution for a closed class, as far as it has come, or as far as is said.
pub(super) fn tell(
    teller: &mut Teller<'_>,
    plan: &Plan<'_>,
    dates: &Dates,
    class: ClassId,
    stage: Option<Stage>,
    taken: &[Taken<'_>],
) {
    let steps = Steps::after(dates.closed_on);
    let stage = stage.unwrap_or_else(|| steps.reached());
    let steps = if stage == Stage::InNotice { steps.still_open() } else { steps };
    let lines = count(taken.iter().filter(|taken| taken.seat.fate == Fate::Qualifies).count());
    if stage == Stage::Unclaimed || lines == 0 {
        return;
    }
    let office = teller.office;
    let number = teller.series.claim(YEAR);
    let claim = claim::Model {
        id: ClaimId::new(),
        number: number.clone(),
        class_id: class,
        organisation_id: plan.school.id,
        area_code: plan.township.clone(),
        pot_id: teller.purse(dates).id,
        status: stage.status(),
        total_fen: plan.offer.fen.times(i64::from(lines)),
        submitted_by: plan.school.head,
        first_approved_by: (stage >= Stage::FirstApproved).then_some(office.clerk),
        second_approved_by: (stage >= Stage::InNotice).then_some(office.checker),
        finance_approved_by: (stage == Stage::Paid).then_some(office.finance),
        reason: (stage == Stage::Returned).then(|| "第 3 次课的签到表缺老师签字，请补上后再报".to_owned()),
        submitted_at: at(steps.submitted_on, 10, 0),
        version: 1,
        kind: SubsidyKind::Training,
        tranche: Tranche::Completion,
        claimant: Claimant::Institution,
        person_id: None,
        contract_no: Some(format!("DL-{number}")),
        due_on: steps.due_on(stage),
        hold_reason: None,
        hold_note: None,
        held_by: None,
    };
    let standard = teller.common.standards.of(plan.offer.programme);
    let line = |Taken { id, seat, .. }: &Taken<'_>| {
        // Whoever began stands on the claim, also who is not paid for.
        let (status, reason) = match seat.fate {
            Fate::Qualifies if stage == Stage::Paid => (LineStatus::Paid, None),
            Fate::Qualifies => (LineStatus::Claimed, None),
            Fate::StaysAway => (LineStatus::Refused, Some("line.attendance_low".to_owned())),
            Fate::Fails => (LineStatus::Refused, Some("line.not_passed".to_owned())),
        };
        claim_line::Model {
            id: LineId::new(),
            claim_id: claim.id,
            enrolment_id: *id,
            person_id: seat.person,
            occupation: plan.offer.occupation.to_owned(),
            level: plan.offer.level,
            standard_id: standard,
            fen: plan.offer.fen,
            status,
            reason,
            blocked_by: None,
            kind: SubsidyKind::Training,
            tranche: Tranche::Completion,
            base_fen: plan.offer.fen,
            entitled_fen: plan.offer.fen,
            uplift_percent: 0,
            uplift: None,
            hold_reason: None,
        }
    };
    let lines_of: Vec<claim_line::Model> = taken.iter().map(line).collect();
    if stage >= Stage::InNotice {
        let status = if stage == Stage::InNotice { NoticeStatus::Open } else { NoticeStatus::Over };
        let told: Vec<_> = lines_of.iter().zip(taken.iter().map(|taken| taken.seat)).collect();
        notices::tell(teller, plan, &claim, &told, (steps.second_on, steps.noticed_on), status);
    }
    teller.rows.claim_line.extend(lines_of);
    decide(teller, dates, &steps, &claim);
    if stage == Stage::Paid {
        pay(teller, dates, &steps, &claim);
    }
    teller.rows.claim.push(claim);
}

/// The decisions that brought a claim where it stands; the second approval makes it payable.
fn decide(teller: &mut Teller<'_>, dates: &Dates, steps: &Steps, claim: &claim::Model) {
    let submitted = Decision {
        action: "submit",
        status: ClaimStatus::Submitted,
        by: claim.submitted_by,
        role: Role::Institution,
        at: claim.submitted_at,
    };
    teller.rows.decision.push(submitted.row(claim, None));
    let looked_at = at(steps.first_on, 14, 30);
    if claim.status == ClaimStatus::Returned {
        let returned = Decision {
            action: "return",
            status: ClaimStatus::Returned,
            by: teller.office.clerk,
            role: Role::CountyClerk,
            at: looked_at,
        };
        teller.rows.decision.push(returned.row(claim, claim.reason.clone()));
    }
    if let Some(by) = claim.first_approved_by {
        let status = ClaimStatus::FirstApproved;
        let approved = Decision { action: "approve", status, by, role: Role::CountyClerk, at: looked_at };
        teller.rows.decision.push(approved.row(claim, None));
    }
    if let Some(by) = claim.second_approved_by {
        let (status, at) = (ClaimStatus::SecondApproved, at(steps.second_on, 9, 40));
        let confirmed = Decision { action: "confirm", status, by, role: Role::CountyChecker, at };
        teller.rows.decision.push(confirmed.row(claim, None));
        teller.purse(dates).owe(&cause(claim, by, at, claim.total_fen));
    }
}

/// The finance bureau lets it be paid, with the batch of the month.
fn pay(teller: &mut Teller<'_>, dates: &Dates, steps: &Steps, claim: &claim::Model) {
    let (by, at) = (teller.office.finance, at(steps.paid_on, 15, 20));
    let paid =
        Decision { action: "authorise", status: ClaimStatus::FinanceApproved, by, role: Role::FinanceOfficer, at };
    teller.rows.decision.push(paid.row(claim, None));
    let this_year = year_of(dates.starts_on) == YEAR;
    teller.batches.add(claim, steps.paid_on, this_year);
}

pub(super) fn cause(claim: &claim::Model, by: AccountId, at: DateTime<Utc>, fen: Fen) -> Cause {
    Cause { class: claim.class_id, claim: Some(claim.id), by, at, fen }
}

struct Decision {
    action: &'static str,
    status: ClaimStatus,
    by: AccountId,
    role: Role,
    at: DateTime<Utc>,
}

impl Decision {
    fn row(self, claim: &claim::Model, reason: Option<String>) -> decision::Model {
        decision::Model {
            id: DecisionId::new(),
            claim_id: claim.id,
            action: self.action.to_owned(),
            status: self.status,
            decided_by: self.by,
            role: self.role,
            reason,
            at: self.at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_claim_has_come_as_far_as_the_year_let_it() {
        let reached = |month, of| Steps::after(day(YEAR, month, of)).reached();
        assert_eq!(reached(11, 30), Stage::Paid);
        assert_eq!(reached(12, 9), Stage::InNotice);
        assert_eq!(reached(12, 28), Stage::Unclaimed);
    }
}
