//! What makes a line payable (I-7, I-9), who may take which step (I-13), and how a claim adds up (I-12).

use chrono::{Months, NaiveDate};
use entities::{
    claim, claim_line,
    values::{
        AccountId, CertificateStatus, ClaimStatus, Claimant, EnrolmentStatus, ExclusionKind, Fen, LineStatus, Role,
        SubsidyKind, Tranche, UpliftKind,
    },
};

use crate::base::lifecycle::Lifecycle;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::claims::lifecycle::ClaimAction;

/// What is claimed at a time: a subsidy, and which part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    pub kind: SubsidyKind,
    pub tranche: Tranche,
}

impl Part {
    /// What falls due for the training when it is over.
    pub(crate) const TRAINING: Self = Self { kind: SubsidyKind::Training, tranche: Tranche::Completion };
    pub(crate) const ALL: [Self; 5] = [
        Self { kind: SubsidyKind::Training, tranche: Tranche::Start },
        Self::TRAINING,
        Self { kind: SubsidyKind::Training, tranche: Tranche::Outcome },
        Self::whole(SubsidyKind::Living),
        Self::whole(SubsidyKind::Appraisal),
    ];

    /// All of a subsidy, when the training is over.
    pub(crate) const fn whole(kind: SubsidyKind) -> Self {
        Self { kind, tranche: Tranche::Completion }
    }

    /// # Errors
    /// `Invalid` (tranche) for what falls due at once.
    pub(crate) fn new(kind: SubsidyKind, tranche: Tranche) -> Result<Self> {
        let part = Self { kind, tranche };
        if Self::ALL.contains(&part) { Ok(part) } else { Err(Error::invalid("tranche", "invalid.choice")) }
    }
}

impl From<&claim::Model> for Part {
    fn from(row: &claim::Model) -> Self {
        Self { kind: row.kind, tranche: row.tranche }
    }
}

/// Why nothing is paid for a person, as far as the rows themselves say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    AttendanceLow,
    NotPassed,
    NoCertificate,
    CertificateRevoked,
    TooLate,
    AlreadyPaid,
    /// Did not begin, or left again.
    NotSeated,
    /// Is not known to work, where that is what is paid for.
    NotWorking,
    /// An objection to a line for this seat was upheld.
    ObjectionUpheld,
    /// Named by an exclusion list that counts.
    Excluded(ExclusionKind),
}

impl Fault {
    /// As it stands on the line, in the API and as the key of its text.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::AttendanceLow => "line.attendance_low",
            Self::NotPassed => "line.not_passed",
            Self::NoCertificate => "line.no_certificate",
            Self::CertificateRevoked => "line.certificate_revoked",
            Self::TooLate => "line.too_late",
            Self::AlreadyPaid => "line.already_paid",
            Self::NotSeated => "line.not_seated",
            Self::NotWorking => "line.not_working",
            Self::ObjectionUpheld => "line.objection_upheld",
            Self::Excluded(ExclusionKind::Pensioner) => "line.pensioner",
            Self::Excluded(ExclusionKind::PublicPayroll) => "line.public_payroll",
            Self::Excluded(ExclusionKind::Student) => "line.student",
            Self::Excluded(ExclusionKind::Insured) => "line.insured",
            Self::Excluded(ExclusionKind::Deceased) => "line.deceased",
            Self::Excluded(ExclusionKind::OtherFund) => "line.other_fund",
        }
    }
}

/// What is known of one person in a class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// Credited of held minutes.
    pub attendance: Rate,
    pub passed: bool,
    /// State of the latest, and the day on which the first was issued.
    pub certificate: Option<(CertificateStatus, NaiveDate)>,
    /// A line of another claim for the same part of it, occupation and level is claimed or paid.
    pub elsewhere: bool,
    pub seat: EnrolmentStatus,
    /// As the registry has it.
    pub works: bool,
    /// Somebody objected to paying for this seat, and was right.
    pub disputed: bool,
    /// The kind of an exclusion list that names the person on the days of the class.
    pub excluded: Option<ExclusionKind>,
}

/// What one person's line comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub base: Fen,
    pub percent: i32,
    pub uplift: Option<UpliftKind>,
    /// In all tranches.
    pub entitled: Fen,
    /// What this one takes of it.
    pub fen: Fen,
}

impl Amount {
    /// Whether a line says so.
    pub(super) fn is_of(&self, line: &claim_line::Model) -> bool {
        let uplift = self.uplift.map(UpliftKind::as_str);
        (self.base, self.percent, uplift, self.entitled, self.fen)
            == (line.base_fen, line.uplift_percent, line.uplift.as_deref(), line.entitled_fen, line.fen)
    }
}

/// What is asked of everybody in a class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub part: Part,
    pub attendance_percent: i64,
    pub claim_months: i64,
    /// The day on which the claim was first handed in.
    pub claimed_on: NaiveDate,
}

/// The last day on which a certificate of that day may be claimed for.
pub(crate) fn last_day(issued_on: NaiveDate, months: i64) -> NaiveDate {
    let months = Months::new(u32::try_from(months).unwrap_or(0));
    issued_on.checked_add_months(months).unwrap_or(NaiveDate::MAX)
}

/// The first thing that stands against paying for a person. A list comes first: what else is wrong, the county must know of it.
pub(crate) fn fault(facts: &Facts, terms: &Terms) -> Option<Fault> {
    if let Some(kind) = facts.excluded {
        return Some(Fault::Excluded(kind));
    }
    if facts.disputed {
        return Some(Fault::ObjectionUpheld);
    }
    if terms.part.tranche == Tranche::Start {
        return match facts.seat {
            EnrolmentStatus::Started | EnrolmentStatus::Completed => facts.elsewhere.then_some(Fault::AlreadyPaid),
            // What was claimed ahead is settled on what came of it.
            EnrolmentStatus::Failed => Some(Fault::NotPassed),
            _ => Some(Fault::NotSeated),
        };
    }
    // Nothing held is nothing attended, whatever the percentage of nothing may be.
    if facts.attendance.target <= 0 || !facts.attendance.reaches(terms.attendance_percent) {
        return Some(Fault::AttendanceLow);
    }
    if !facts.passed {
        return Some(Fault::NotPassed);
    }
    match facts.certificate {
        // One that was replaced has another in its place, or none holds.
        None | Some((CertificateStatus::Replaced, _)) => Some(Fault::NoCertificate),
        Some((CertificateStatus::Revoked, _)) => Some(Fault::CertificateRevoked),
        Some((CertificateStatus::Published, on)) if terms.claimed_on > last_day(on, terms.claim_months) => {
            Some(Fault::TooLate)
        }
        Some((CertificateStatus::Published, _)) if terms.part.tranche == Tranche::Outcome && !facts.works => {
            Some(Fault::NotWorking)
        }
        Some((CertificateStatus::Published, _)) => facts.elsewhere.then_some(Fault::AlreadyPaid),
    }
}

/// Whether there is something to claim at all.
///
/// # Errors
/// `claim.too_late` when nothing but the window stands against it, else `claim.nothing_payable`.
pub(crate) fn require_payable(faults: impl Iterator<Item = Option<Fault>>) -> Result<()> {
    let faults: Vec<Option<Fault>> = faults.collect();
    if faults.contains(&None) {
        Ok(())
    } else if faults.contains(&Some(Fault::TooLate)) {
        Err(Error::refused("claim.too_late"))
    } else {
        Err(Error::refused("claim.nothing_payable"))
    }
}

/// Where a claim stands and who brought it there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    pub status: ClaimStatus,
    pub submitted_by: AccountId,
    pub first: Option<AccountId>,
    pub second: Option<AccountId>,
    /// Somebody lets it wait.
    pub held: bool,
    pub claimant: Claimant,
}

impl From<&claim::Model> for Steps {
    fn from(row: &claim::Model) -> Self {
        Self {
            status: row.status,
            submitted_by: row.submitted_by,
            first: row.first_approved_by,
            second: row.second_approved_by,
            held: row.hold_reason.is_some(),
            claimant: row.claimant,
        }
    }
}

/// Who took the steps before one of them: submission, approval, check, and the finance bureau's.
pub(crate) fn earlier(steps: &Steps, action: ClaimAction) -> Vec<AccountId> {
    let earlier = match action {
        ClaimAction::Approve => [Some(steps.submitted_by), None, None],
        ClaimAction::Confirm => [Some(steps.submitted_by), steps.first, None],
        ClaimAction::Authorise => [Some(steps.submitted_by), steps.first, steps.second],
        _ => [None, None, None],
    };
    earlier.into_iter().flatten().collect()
}

/// Nobody takes two of the steps.
///
/// # Errors
/// `claim.same_person`.
pub(crate) fn require_other_person(steps: &Steps, action: ClaimAction, who: AccountId) -> Result<()> {
    if earlier(steps, action).contains(&who) { Err(Error::refused("claim.same_person")) } else { Ok(()) }
}

/// What waits takes no step.
///
/// # Errors
/// `claim.held`.
pub(crate) fn require_free(steps: &Steps) -> Result<()> {
    if steps.held { Err(Error::refused("claim.held")) } else { Ok(()) }
}

/// What this reader may do with the claim now.
pub(crate) fn actions(steps: &Steps, who: AccountId, role: Role) -> Vec<ClaimAction> {
    if steps.held {
        return Vec::new();
    }
    let mut open = steps.status.open_to(role);
    open.retain(|action| require_other_person(steps, *action, who).is_ok());
    // What somebody claimed for himself is not the institution's to hand in.
    open.retain(|action| *action != ClaimAction::Submit || steps.claimant == Claimant::Institution);
    open
}

/// Whether the rows are still looked at anew; what is with the bank, paid or rejected stays as it was decided.
pub(crate) fn is_open(status: ClaimStatus) -> bool {
    !matches!(status, ClaimStatus::Paying | ClaimStatus::Paid | ClaimStatus::Rejected)
}

/// Whether the line still leads to money, or led to it.
pub(crate) fn is_live(status: LineStatus) -> bool {
    !matches!(status, LineStatus::Refused | LineStatus::Void)
}

/// Where a claim stands by its lines, once it is published: where the least of those stands that do not wait. `None` while
/// some are in the notice still, or nothing but what waits is left.
pub(crate) fn rolled_up(lines: impl IntoIterator<Item = LineStatus>) -> Option<ClaimStatus> {
    let lines: Vec<LineStatus> = lines.into_iter().collect();
    let least = lines
        .iter()
        .filter_map(|status| match status {
            LineStatus::Claimed => Some(0),
            LineStatus::Cleared => Some(1),
            LineStatus::Approved => Some(2),
            LineStatus::Batched => Some(3),
            LineStatus::Failed => Some(4),
            LineStatus::Paid => Some(5),
            LineStatus::Held | LineStatus::Refused | LineStatus::Void => None,
        })
        .min();
    match least {
        Some(1) => Some(ClaimStatus::Cleared),
        Some(2) => Some(ClaimStatus::FinanceApproved),
        Some(3) => Some(ClaimStatus::Paying),
        Some(4) => Some(ClaimStatus::PayFailed),
        Some(5) => Some(ClaimStatus::Paid),
        Some(_) => None,
        None if lines.contains(&LineStatus::Held) => None,
        None => Some(ClaimStatus::Rejected),
    }
}

/// How many lines are paid for, and their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub lines: i32,
    pub fen: Fen,
}

impl Sum {
    pub(crate) fn of(amounts: impl Iterator<Item = Fen>) -> Self {
        amounts.fold(Self::default(), Self::and)
    }

    /// One line more.
    pub(crate) fn and(self, fen: Fen) -> Self {
        Self { lines: self.lines + 1, fen: self.fen + fen }
    }

    /// Of the lines that lead to money or led to it.
    pub(crate) fn live(lines: &[claim_line::Model]) -> Self {
        Self::of(lines.iter().filter(|line| is_live(line.status)).map(|line| line.fen))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn sound() -> Facts {
        Facts {
            attendance: Rate::new(960, 1200),
            passed: true,
            certificate: Some((CertificateStatus::Published, day("2016-11-18"))),
            elsewhere: false,
            seat: EnrolmentStatus::Completed,
            works: false,
            disputed: false,
            excluded: None,
        }
    }

    const fn terms(claimed_on: NaiveDate) -> Terms {
        Terms { part: Part::TRAINING, attendance_percent: 80, claim_months: 12, claimed_on }
    }

    #[test]
    fn exactly_the_threshold_is_payable_and_one_minute_less_is_not() {
        let terms = terms(day("2016-11-20"));
        assert_eq!(fault(&sound(), &terms), None);
        let less = Facts { attendance: Rate::new(959, 1200), ..sound() };
        assert_eq!(fault(&less, &terms), Some(Fault::AttendanceLow));
        let nothing_held = Facts { attendance: Rate::new(0, 0), ..sound() };
        assert_eq!(fault(&nothing_held, &terms), Some(Fault::AttendanceLow));
    }

    #[test]
    fn the_window_closes_after_the_same_day_of_the_last_month() {
        assert_eq!(fault(&sound(), &terms(day("2017-11-18"))), None);
        assert_eq!(fault(&sound(), &terms(day("2017-11-19"))), Some(Fault::TooLate));
        assert_eq!(last_day(day("2016-02-29"), 12), day("2017-02-28"));
    }

    #[test]
    fn each_missing_fact_is_told_by_its_own_name() {
        let terms = terms(day("2016-11-20"));
        let told = |facts| fault(&facts, &terms);
        assert_eq!(told(Facts { passed: false, ..sound() }), Some(Fault::NotPassed));
        assert_eq!(told(Facts { certificate: None, ..sound() }), Some(Fault::NoCertificate));
        let revoked = Some((CertificateStatus::Revoked, day("2016-11-18")));
        assert_eq!(told(Facts { certificate: revoked, ..sound() }), Some(Fault::CertificateRevoked));
        assert_eq!(told(Facts { elsewhere: true, ..sound() }), Some(Fault::AlreadyPaid));
        assert_eq!(told(Facts { disputed: true, passed: false, ..sound() }), Some(Fault::ObjectionUpheld));
        for kind in ExclusionKind::all() {
            let excluded = Facts { excluded: Some(kind), passed: false, ..sound() };
            assert_eq!(told(excluded), Some(Fault::Excluded(kind)), "whatever else is missing");
        }
    }

    #[test]
    fn the_advance_asks_who_began_and_the_last_part_who_works() {
        let of = |tranche| Terms { part: Part { kind: SubsidyKind::Training, tranche }, ..terms(day("2016-11-20")) };
        let begun = Facts { passed: false, certificate: None, seat: EnrolmentStatus::Started, ..sound() };
        assert_eq!(fault(&begun, &of(Tranche::Start)), None);
        assert_eq!(fault(&begun, &of(Tranche::Completion)), Some(Fault::NotPassed));
        let with = |seat| fault(&Facts { seat, ..begun }, &of(Tranche::Start));
        assert_eq!(with(EnrolmentStatus::DroppedOut), Some(Fault::NotSeated));
        assert_eq!(with(EnrolmentStatus::Failed), Some(Fault::NotPassed));
        assert_eq!(fault(&Facts { elsewhere: true, ..begun }, &of(Tranche::Start)), Some(Fault::AlreadyPaid));
        assert_eq!(fault(&sound(), &of(Tranche::Outcome)), Some(Fault::NotWorking));
        assert_eq!(fault(&Facts { works: true, ..sound() }, &of(Tranche::Outcome)), None);
    }

    #[test]
    fn what_falls_due_at_once_has_no_parts() {
        assert!(Part::new(SubsidyKind::Living, Tranche::Start).is_err());
        assert_eq!(Part::new(SubsidyKind::Living, Tranche::Completion).ok(), Some(Part::whole(SubsidyKind::Living)));
    }

    #[test]
    fn every_reason_of_a_line_has_its_words() {
        use crate::claims::{TEXTS, forms::Doubt};
        use crate::web::{Lexicon, Locale};
        use Fault::{
            AlreadyPaid, AttendanceLow, CertificateRevoked, NoCertificate, NotPassed, NotSeated, NotWorking,
            ObjectionUpheld, TooLate,
        };
        let lexicon = Lexicon::new(&[TEXTS]).unwrap();
        let faults = [
            AttendanceLow,
            NotPassed,
            NoCertificate,
            CertificateRevoked,
            TooLate,
            AlreadyPaid,
            NotSeated,
            NotWorking,
            ObjectionUpheld,
        ];
        let lists = ExclusionKind::all().map(|kind| Fault::Excluded(kind).code());
        for code in faults.map(Fault::code).into_iter().chain(lists).chain(Doubt::ALL.map(Doubt::code)) {
            assert!(lexicon.knows(Locale::Zh, code), "{code}");
        }
    }

    #[test]
    fn a_claim_of_nobody_says_why() {
        let says = |faults: &[Option<Fault>]| require_payable(faults.iter().copied()).map_err(|e| e.code());
        assert_eq!(says(&[Some(Fault::TooLate), Some(Fault::NotPassed)]), Err("claim.too_late"));
        assert_eq!(says(&[Some(Fault::NotPassed)]), Err("claim.nothing_payable"));
        assert_eq!(says(&[]), Err("claim.nothing_payable"));
        assert_eq!(says(&[Some(Fault::TooLate), None]), Ok(()));
    }

    #[test]
    fn who_took_a_step_takes_no_other() {
        let [maker, clerk, checker, payer] = [(); 4].map(|()| AccountId::new());
        let steps = Steps {
            status: ClaimStatus::Cleared,
            submitted_by: maker,
            first: Some(clerk),
            second: Some(checker),
            held: false,
            claimant: Claimant::Institution,
        };
        for who in [maker, clerk, checker] {
            assert!(require_other_person(&steps, ClaimAction::Authorise, who).is_err());
        }
        assert!(require_other_person(&steps, ClaimAction::Authorise, payer).is_ok());
        assert_eq!(actions(&steps, checker, Role::FinanceOfficer), [ClaimAction::Return]);
        assert_eq!(actions(&steps, payer, Role::FinanceOfficer), [ClaimAction::Authorise, ClaimAction::Return]);
        assert!(actions(&steps, payer, Role::CountyChecker).is_empty());
        let held = Steps { held: true, ..steps };
        assert!(actions(&held, payer, Role::FinanceOfficer).is_empty() && require_free(&held).is_err());
    }

    #[test]
    fn a_claim_stands_where_the_least_of_its_lines_does_that_does_not_wait() {
        use LineStatus::{Approved, Batched, Claimed, Cleared, Failed, Held, Paid, Refused};
        let stands = |lines: &[LineStatus]| rolled_up(lines.iter().copied());
        assert_eq!(stands(&[Claimed, Cleared]), None, "in the notice");
        assert_eq!(stands(&[Cleared, Held, Refused]), Some(ClaimStatus::Cleared));
        assert_eq!(stands(&[Approved, Paid]), Some(ClaimStatus::FinanceApproved));
        assert_eq!(stands(&[Batched, Failed, Paid]), Some(ClaimStatus::Paying));
        assert_eq!(stands(&[Failed, Paid]), Some(ClaimStatus::PayFailed));
        assert_eq!(stands(&[Paid, Refused, Held]), Some(ClaimStatus::Paid));
        assert_eq!(stands(&[Held, Refused]), None, "it waits");
        assert_eq!(stands(&[Refused]), Some(ClaimStatus::Rejected));
    }

    proptest! {
        #[test]
        fn more_minutes_never_take_a_subsidy_away(credited in 0_i64..2000, more in 0_i64..2000, held in 1_i64..2000) {
            let terms = terms(day("2016-11-20"));
            let with = |minutes| fault(&Facts { attendance: Rate::new(minutes, held), ..sound() }, &terms);
            if with(credited).is_none() {
                prop_assert_eq!(with(credited + more), None);
            }
        }

        #[test]
        fn a_sum_is_the_sum_of_its_lines_to_the_fen(amounts in proptest::collection::vec(0_i64..100_000_000, 0..200)) {
            let sum = Sum::of(amounts.iter().map(|fen| Fen(*fen)));
            prop_assert_eq!(sum.fen.0, amounts.iter().sum::<i64>());
            prop_assert_eq!(usize::try_from(sum.lines).unwrap(), amounts.len());
        }
    }
}
