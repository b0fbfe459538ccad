//! Who may sit in a class, in verdicts that a page can show one by one. Each is decided from facts alone.

use crate::base::error::{Args, Refusal};
use crate::classes::ClassFacts;
use crate::eligibility::{Verdict, verdict};
use crate::people::Facts;
use chrono::{Datelike, NaiveDate};
use entities::values::OrganisationStatus;

/// Numbers of policy that decide, as they stand in the class's area.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub quota_programme: i64,
    pub quota_year: i64,
}

/// One person before one class.
#[derive(Clone, Debug)]
pub(crate) struct Case<'a> {
    pub facts: &'a Facts,
    pub class: &'a ClassFacts,
    pub today: NaiveDate,
    pub limits: Limits,
    /// In this class already.
    pub already: bool,
    /// Subsidised trainings of this programme, and of all, in the class's year.
    pub used_programme: i64,
    pub used_year: i64,
    /// What the rule of eligibility in force on the first day says, exclusion lists among it.
    pub entitled: Vec<Verdict>,
    /// A day on which the person sits elsewhere at the same time.
    pub clash: Option<NaiveDate>,
}

/// Every rule's word on the case, in the order in which a page shows them.
pub(crate) fn verdicts(case: &Case<'_>) -> Vec<Verdict> {
    let open = case.class.takes_people() && case.class.starts_on > case.today;
    let listed = case.class.teacher != OrganisationStatus::Delisted;
    let mut verdicts = vec![
        verdict(open, "check-open", "class.not_open", Args::new()),
        verdict(listed, "check-listed", "organisation.delisted", Args::new()),
    ];
    verdicts.extend(of_the_person(case));
    verdicts
}

/// What is asked of the person, whether the class is open or runs already.
fn of_the_person(case: &Case<'_>) -> Vec<Verdict> {
    let (class, limits) = (case.class, case.limits);
    let year = |quota: i64| vec![("year", class.starts_on.year().to_string()), ("quota", quota.to_string())];
    let clash = case.clash.map(|day| ("day", day.to_string())).into_iter().collect();
    let mut verdicts = case.entitled.clone();
    verdicts.extend([
        verdict(!case.already, "check-once", "enrolment.already", Args::new()),
        verdict(
            case.used_programme < limits.quota_programme,
            "check-quota_programme",
            "enrolment.quota_programme",
            year(limits.quota_programme),
        ),
        verdict(
            case.used_year < limits.quota_year,
            "check-quota_year",
            "enrolment.quota_year",
            year(limits.quota_year),
        ),
        verdict(case.clash.is_none(), "check-no_clash", "enrolment.clash", clash),
    ]);
    verdicts
}

/// The first no, if there is one.
pub(crate) fn refusal(case: &Case<'_>) -> Option<Refusal> {
    verdicts(case).into_iter().find_map(|verdict| verdict.refusal)
}

/// The same for who takes a seat over in a class that runs already.
pub(crate) fn refusal_in_a_running_class(case: &Case<'_>) -> Option<Refusal> {
    of_the_person(case).into_iter().find_map(|verdict| verdict.refusal)
}

#[cfg(test)]
mod tests {
    use entities::values::{
        ClassId, ClassStatus, LabourCapacity, PersonId, PersonStatus, PovertyStatus, Programme, Sex,
    };
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts() -> Facts {
        Facts {
            id: PersonId::new(),
            area_code: "360923106206".into(),
            birth_on: day("1980-11-14"),
            sex: Sex::Male,
            registration: "20".into(),
            poverty_status: PovertyStatus::Registered,
            labour_capacity: LabourCapacity::Ordinary,
            status: PersonStatus::Verified,
            accounts: Vec::new(),
        }
    }

    fn class() -> ClassFacts {
        ClassFacts {
            id: ClassId::new(),
            area_code: "360923".into(),
            programme: Programme::Ecommerce,
            title: "电子商务实操班".into(),
            seats: 41,
            taken: 0,
            starts_on: day("2016-11-14"),
            status: ClassStatus::Approved,
            teacher: OrganisationStatus::Active,
        }
    }

    fn code(change: impl FnOnce(&mut ClassFacts), more: impl FnOnce(&mut Case<'_>)) -> &'static str {
        let (facts, mut class) = (facts(), class());
        change(&mut class);
        let limits = Limits { quota_programme: 1, quota_year: 3 };
        let mut case = Case {
            facts: &facts,
            class: &class,
            today: day("2016-11-01"),
            limits,
            already: false,
            used_programme: 0,
            used_year: 0,
            entitled: Vec::new(),
            clash: None,
        };
        more(&mut case);
        refusal(&case).map_or("", |refusal| refusal.code)
    }

    #[test]
    fn every_rule_says_its_own_no() {
        assert_eq!(code(|_| {}, |_| {}), "");
        assert_eq!(code(|class| class.status = ClassStatus::Applied, |_| {}), "");
        assert_eq!(code(|class| class.status = ClassStatus::Returned, |_| {}), "class.not_open");
        assert_eq!(code(|class| class.status = ClassStatus::Running, |_| {}), "class.not_open");
        assert_eq!(code(|_| {}, |case| case.today = day("2016-11-14")), "class.not_open");
        let not_entitled = vec![verdict(false, "check-labour", "enrolment.no_labour", Args::new())];
        assert_eq!(code(|_| {}, |case| case.entitled = not_entitled), "enrolment.no_labour");
        assert_eq!(code(|_| {}, |case| case.already = true), "enrolment.already");
        assert_eq!(code(|_| {}, |case| case.used_programme = 1), "enrolment.quota_programme");
        assert_eq!(code(|_| {}, |case| case.used_year = 3), "enrolment.quota_year");
        assert_eq!(code(|_| {}, |case| case.clash = Some(day("2016-11-14"))), "enrolment.clash");
    }

    proptest! {
        #[test]
        fn more_use_never_opens_a_seat(used in 0_i64..5, more in 0_i64..5) {
            let refused = |n| code(|_| {}, |case| case.used_year = n) == "enrolment.quota_year";
            prop_assert!(!refused(used) || refused(used + more));
        }
    }
}
