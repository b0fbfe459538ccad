//! Who may sit in a class, in verdicts that a page can show one by one. Each is decided from facts alone.

use chrono::{Datelike, NaiveDate};
use entities::values::{ClassStatus, LabourCapacity, PersonStatus, PovertyStatus};

use crate::base::error::{Args, Refusal};
use crate::classes::ClassFacts;
use crate::exclusions::Hit;
use crate::people::Facts;

/// Numbers of policy that decide, as they stand in the class's area.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub age_from: i64,
    pub age_to: i64,
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
    /// The exclusion list that names the person on the first day.
    pub excluded: Option<&'a Hit>,
    /// A day on which the person sits elsewhere at the same time.
    pub clash: Option<NaiveDate>,
}

/// What one rule says: the text when it holds, the refusal when it does not.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub holds: &'static str,
    pub args: Args,
    pub refusal: Option<Refusal>,
}

fn age_on(birth_on: NaiveDate, day: NaiveDate) -> i64 {
    let had_birthday = (day.month(), day.day()) >= (birth_on.month(), birth_on.day());
    i64::from(day.year() - birth_on.year()) - i64::from(!had_birthday)
}

fn verdict(ok: bool, holds: &'static str, code: &'static str, args: Args) -> Verdict {
    let refusal = (!ok).then(|| Refusal { code, args: args.clone() });
    Verdict { holds, args, refusal }
}

/// Every rule's word on the case, in the order in which a page shows them.
pub(crate) fn verdicts(case: &Case<'_>) -> Vec<Verdict> {
    let (facts, class, limits) = (case.facts, case.class, case.limits);
    let age = age_on(facts.birth_on, class.starts_on);
    let none = Args::new;
    let poor =
        matches!(facts.poverty_status, PovertyStatus::Registered | PovertyStatus::Exited | PovertyStatus::Monitored);
    let ages = vec![("age", age.to_string()), ("from", limits.age_from.to_string()), ("to", limits.age_to.to_string())];
    let year = |quota: i64| vec![("year", class.starts_on.year().to_string()), ("quota", quota.to_string())];
    let open = class.status == ClassStatus::Approved && class.starts_on > case.today;
    let list = case.excluded.map(|hit| {
        vec![("kind", hit.kind.to_string()), ("day", hit.as_of.to_string()), ("document", hit.document_no.clone())]
    });
    let list = list.unwrap_or_default();
    let clash = case.clash.map(|day| ("day", day.to_string())).into_iter().collect();
    vec![
        verdict(open, "check-open", "class.not_open", none()),
        verdict(facts.status == PersonStatus::Verified, "check-verified", "enrolment.not_verified", none()),
        verdict(poor, "check-eligible", "enrolment.not_eligible", none()),
        verdict((limits.age_from..=limits.age_to).contains(&age), "check-age", "enrolment.age", ages),
        verdict(facts.labour_capacity != LabourCapacity::None, "check-labour", "enrolment.no_labour", none()),
        verdict(case.excluded.is_none(), "check-not_excluded", "enrolment.excluded", list),
        verdict(!case.already, "check-once", "enrolment.already", none()),
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
    ]
}

/// The first no, if there is one.
pub(crate) fn refusal(case: &Case<'_>) -> Option<Refusal> {
    verdicts(case).into_iter().find_map(|verdict| verdict.refusal)
}

#[cfg(test)]
mod tests {
    use entities::values::{ClassId, PersonId, Programme};
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
        }
    }

    fn code(change: impl FnOnce(&mut Facts, &mut ClassFacts), more: impl FnOnce(&mut Case<'_>)) -> &'static str {
        let (mut facts, mut class) = (facts(), class());
        change(&mut facts, &mut class);
        let limits = Limits { age_from: 16, age_to: 60, quota_programme: 1, quota_year: 3 };
        let mut case = Case {
            facts: &facts,
            class: &class,
            today: day("2016-11-01"),
            limits,
            already: false,
            used_programme: 0,
            used_year: 0,
            excluded: None,
            clash: None,
        };
        more(&mut case);
        refusal(&case).map_or("", |refusal| refusal.code)
    }

    #[test]
    fn every_rule_says_its_own_no() {
        assert_eq!(code(|_, _| {}, |_| {}), "");
        assert_eq!(code(|_, class| class.status = ClassStatus::Running, |_| {}), "class.not_open");
        assert_eq!(code(|_, _| {}, |case| case.today = day("2016-11-14")), "class.not_open");
        assert_eq!(code(|facts, _| facts.status = PersonStatus::Draft, |_| {}), "enrolment.not_verified");
        assert_eq!(code(|facts, _| facts.poverty_status = PovertyStatus::None, |_| {}), "enrolment.not_eligible");
        assert_eq!(code(|facts, _| facts.labour_capacity = LabourCapacity::None, |_| {}), "enrolment.no_labour");
        assert_eq!(code(|_, _| {}, |case| case.already = true), "enrolment.already");
        assert_eq!(code(|_, _| {}, |case| case.used_programme = 1), "enrolment.quota_programme");
        assert_eq!(code(|_, _| {}, |case| case.used_year = 3), "enrolment.quota_year");
        assert_eq!(code(|_, _| {}, |case| case.clash = Some(day("2016-11-14"))), "enrolment.clash");
    }

    #[test]
    fn age_is_that_of_the_first_day() {
        assert_eq!(code(|facts, _| facts.birth_on = day("2000-11-14"), |_| {}), "");
        assert_eq!(code(|facts, _| facts.birth_on = day("2000-11-15"), |_| {}), "enrolment.age");
        assert_eq!(code(|facts, _| facts.birth_on = day("1955-11-15"), |_| {}), "");
        assert_eq!(code(|facts, _| facts.birth_on = day("1955-11-14"), |_| {}), "enrolment.age");
    }

    proptest! {
        #[test]
        fn more_use_never_opens_a_seat(used in 0_i64..5, more in 0_i64..5) {
            let refused = |n| code(|_, _| {}, |case| case.used_year = n) == "enrolment.quota_year";
            prop_assert!(!refused(used) || refused(used + more));
        }
    }
}
