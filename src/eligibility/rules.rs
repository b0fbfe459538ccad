//! Conditions and what they say of a person, each with its reason. Decided from facts alone.

use chrono::{Datelike, NaiveDate};
use entities::{
    eligibility_rule,
    values::{LabourCapacity, PersonStatus, PovertyStatus, Programme, Sex},
};
use serde::{Deserialize, Serialize};

use crate::areas::contains;
use crate::base::error::{Args, Refusal};
use crate::base::{Error, Result};
use crate::exclusions::Hit;
use crate::people::Facts;
use crate::policy::{Rule as Number, RuleBook};

/// What a rule asks, in closed words. What is empty or lacking is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Conditions {
    pub poverty: Vec<PovertyStatus>,
    pub labour: Vec<LabourCapacity>,
    /// 户口性质, codes of the national list.
    pub registration: Vec<String>,
    /// Where the person must live: in one of these divisions.
    pub areas: Vec<String>,
    /// Full years on the first day of the class; where lacking, the numbers of policy hold.
    pub men: Option<Ages>,
    pub women: Option<Ages>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ages {
    pub from: i64,
    pub to: i64,
}

impl Ages {
    /// # Errors
    /// `Internal` where no number holds on the day.
    pub(crate) fn of_policy(book: &RuleBook, area: &str, on: NaiveDate) -> Result<Self> {
        Ok(Self { from: book.value(Number::AgeFrom, area, on)?, to: book.value(Number::AgeTo, area, on)? })
    }
}

/// What a fresh database starts with: people of the poverty files who can work.
pub(super) fn defaults() -> Conditions {
    Conditions {
        poverty: vec![PovertyStatus::Registered, PovertyStatus::Exited, PovertyStatus::Monitored],
        labour: vec![LabourCapacity::Ordinary, LabourCapacity::Skilled, LabourCapacity::Weak],
        ..Conditions::default()
    }
}

/// # Errors
/// `Internal` for words that no condition has.
pub(super) fn read(row: &eligibility_rule::Model) -> Result<Conditions> {
    let unreadable = |_| Error::internal("a rule of eligibility cannot be read");
    // Named conditions only: a bare list would be read as asking nothing.
    let named: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&row.conditions).map_err(unreadable)?;
    serde_json::from_value(named.into()).map_err(unreadable)
}

/// A rule in force for a programme, in an area, on a day.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub row: eligibility_rule::Model,
    conditions: Conditions,
    ages: Ages,
    on: NaiveDate,
}

impl Rule {
    /// # Errors
    /// `Internal` where no rule holds on the day, or it cannot be read.
    pub(crate) fn in_force(book: &RuleBook, programme: Programme, area: &str, on: NaiveDate) -> Result<Self> {
        let row = book.eligibility(programme, area, on)?.clone();
        Ok(Self { conditions: read(&row)?, row, ages: Ages::of_policy(book, area, on)?, on })
    }

    /// What each condition says, in the order in which a page shows them.
    pub(crate) fn verdicts(&self, facts: &Facts, hit: Option<&Hit>) -> Vec<Verdict> {
        let asked = &self.conditions;
        let mut verdicts = vec![verdict(
            facts.status == PersonStatus::Verified,
            "check-verified",
            "enrolment.not_verified",
            Args::new(),
        )];
        if !asked.poverty.is_empty() {
            let args = vec![("status", facts.poverty_status.to_string())];
            let ok = asked.poverty.contains(&facts.poverty_status);
            verdicts.push(verdict(ok, "check-eligible", "enrolment.not_eligible", args));
        }
        verdicts.push(self.age(facts));
        if !asked.labour.is_empty() {
            let args = vec![("capacity", facts.labour_capacity.to_string())];
            let ok = asked.labour.contains(&facts.labour_capacity);
            verdicts.push(verdict(ok, "check-labour", "enrolment.no_labour", args));
        }
        if !asked.registration.is_empty() {
            let ok = asked.registration.contains(&facts.registration);
            verdicts.push(verdict(ok, "check-registration", "enrolment.registration", Args::new()));
        }
        if !asked.areas.is_empty() {
            let ok = asked.areas.iter().any(|area| contains(area, &facts.area_code));
            verdicts.push(verdict(ok, "check-area", "enrolment.area", Args::new()));
        }
        let list = hit.map(|hit| {
            vec![("kind", hit.kind.to_string()), ("day", hit.as_of.to_string()), ("document", hit.document_no.clone())]
        });
        let list = list.unwrap_or_default();
        verdicts.push(verdict(hit.is_none(), "check-not_excluded", "enrolment.excluded", list));
        verdicts
    }

    fn age(&self, facts: &Facts) -> Verdict {
        let by_sex = match facts.sex {
            Sex::Male => self.conditions.men,
            Sex::Female => self.conditions.women,
        };
        let sex = if by_sex.is_some() { facts.sex.as_str() } else { "any" };
        let Ages { from, to } = by_sex.unwrap_or(self.ages);
        let age = age_on(facts.birth_on, self.on);
        let args =
            vec![("age", age.to_string()), ("from", from.to_string()), ("to", to.to_string()), ("sex", sex.to_owned())];
        verdict((from..=to).contains(&age), "check-age", "enrolment.age", args)
    }
}

/// What one condition says: the text when it holds, the refusal when it does not.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub holds: &'static str,
    pub args: Args,
    pub refusal: Option<Refusal>,
}

pub(crate) fn verdict(ok: bool, holds: &'static str, code: &'static str, args: Args) -> Verdict {
    let refusal = (!ok).then(|| Refusal { code, args: args.clone() });
    Verdict { holds, args, refusal }
}

/// What a condition said, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// Key of the text, which is the code of the refusal where it does not hold.
    pub code: String,
    pub holds: bool,
    pub args: Vec<(String, String)>,
}

/// The names that a condition's values have.
const NAMES: [&str; 9] = ["age", "from", "to", "sex", "status", "capacity", "kind", "day", "document"];

impl Told {
    pub(crate) fn args(&self) -> Args {
        let known = |name: &str| NAMES.into_iter().find(|known| *known == name);
        self.args.iter().filter_map(|(name, value)| Some((known(name)?, value.clone()))).collect()
    }
}

impl From<&Verdict> for Told {
    fn from(verdict: &Verdict) -> Self {
        let args = verdict.args.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Self {
            code: verdict.refusal.as_ref().map_or(verdict.holds, |refusal| refusal.code).to_owned(),
            holds: verdict.refusal.is_none(),
            args: args.collect(),
        }
    }
}

/// All of them, as they are kept.
pub(crate) fn told(verdicts: &[Verdict]) -> Vec<Told> {
    verdicts.iter().map(Told::from).collect()
}

/// Full years on a day.
fn age_on(birth_on: NaiveDate, day: NaiveDate) -> i64 {
    let had_birthday = (day.month(), day.day()) >= (birth_on.month(), birth_on.day());
    i64::from(day.year() - birth_on.year()) - i64::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use entities::values::{EligibilityRuleId, ExclusionKind, ExclusionListId, PersonId};
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
            sex: Sex::Female,
            registration: "20".into(),
            poverty_status: PovertyStatus::Registered,
            labour_capacity: LabourCapacity::Ordinary,
            status: PersonStatus::Verified,
            accounts: Vec::new(),
        }
    }

    fn rule(conditions: Conditions) -> Rule {
        let row = eligibility_rule::Model {
            id: EligibilityRuleId::new(),
            area_code: "360000".into(),
            programme: None,
            valid_from: day("2015-01-01"),
            valid_to: None,
            conditions: serde_json::to_string(&conditions).unwrap(),
            document_no: String::new(),
        };
        assert_eq!(read(&row).unwrap(), conditions);
        Rule { row, conditions, ages: Ages { from: 16, to: 60 }, on: day("2016-11-14") }
    }

    fn hit() -> Hit {
        let kind = ExclusionKind::Insured;
        Hit { list: ExclusionListId::new(), kind, as_of: day("2016-10-31"), document_no: "1".into() }
    }

    fn refusals(rule: &Rule, facts: &Facts, hit: Option<&Hit>) -> Vec<&'static str> {
        rule.verdicts(facts, hit).into_iter().filter_map(|verdict| Some(verdict.refusal?.code)).collect()
    }

    fn code(change: impl FnOnce(&mut Facts)) -> Vec<&'static str> {
        let mut facts = facts();
        change(&mut facts);
        refusals(&rule(defaults()), &facts, None)
    }

    #[test]
    fn every_condition_says_its_own_no() {
        assert!(code(|_| {}).is_empty());
        assert_eq!(code(|facts| facts.status = PersonStatus::Draft), ["enrolment.not_verified"]);
        assert_eq!(code(|facts| facts.poverty_status = PovertyStatus::None), ["enrolment.not_eligible"]);
        assert_eq!(code(|facts| facts.labour_capacity = LabourCapacity::None), ["enrolment.no_labour"]);
        assert_eq!(refusals(&rule(defaults()), &facts(), Some(&hit())), ["enrolment.excluded"]);
        let narrow = Conditions {
            registration: vec!["10".into()],
            areas: vec!["360922".into(), "360924".into()],
            ..Conditions::default()
        };
        assert_eq!(refusals(&rule(narrow), &facts(), None), ["enrolment.registration", "enrolment.area"]);
    }

    #[test]
    fn age_is_that_of_the_first_day_and_may_hang_on_the_sex() {
        let ok = |birth: &str| code(|facts| facts.birth_on = day(birth)).is_empty();
        assert!(ok("2000-11-14") && !ok("2000-11-15") && ok("1955-11-15") && !ok("1955-11-14"));
        let by_sex = rule(Conditions { women: Some(Ages { from: 16, to: 55 }), ..defaults() });
        let at = |sex| Facts { sex, birth_on: day("1958-01-01"), ..facts() };
        assert_eq!(refusals(&by_sex, &at(Sex::Female), None), ["enrolment.age"]);
        assert!(refusals(&by_sex, &at(Sex::Male), None).is_empty());
        let args = by_sex.verdicts(&at(Sex::Female), None).remove(2).args;
        assert_eq!(
            args,
            [("age", "58"), ("from", "16"), ("to", "55"), ("sex", "female")].map(|(n, v)| (n, v.to_owned()))
        );
    }

    #[test]
    fn what_is_kept_reads_back_with_every_value() {
        let verdicts = rule(defaults()).verdicts(&facts(), Some(&hit()));
        for (kept, verdict) in told(&verdicts).iter().zip(&verdicts) {
            assert_eq!(kept.args(), verdict.args);
            assert_eq!(kept.holds, verdict.refusal.is_none());
        }
    }

    #[test]
    fn words_that_no_condition_has_are_no_rule() {
        let mut row = rule(defaults()).row;
        for text in ["", "[]", "{\"colour\":[\"red\"]}", "{\"poverty\":[\"rich\"]}"] {
            text.clone_into(&mut row.conditions);
            assert!(read(&row).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn wider_ages_never_shut_anybody_out(
            born in 0_i64..90, from in 0_i64..70, length in 0_i64..60, down in 0_i64..20, up in 0_i64..20
        ) {
            let birth_on = NaiveDate::from_ymd_opt(i32::try_from(2016 - born).unwrap(), 6, 15).unwrap();
            let facts = Facts { birth_on, ..facts() };
            let within = |from, to| {
                let rule = rule(Conditions { women: Some(Ages { from, to }), ..defaults() });
                refusals(&rule, &facts, None).is_empty()
            };
            if within(from, from + length) {
                prop_assert!(within(from - down, from + length + up));
            }
        }

        #[test]
        fn it_holds_exactly_when_every_condition_holds(
            verified: bool, poverty in 0_usize..4, labour in 0_usize..4, born in 1940_i32..2010, hits: bool,
            asked_poverty in proptest::collection::vec(0_usize..4, 0..4), asked_labour in proptest::collection::vec(0_usize..4, 0..4)
        ) {
            let status = |n: usize| PovertyStatus::all().nth(n).unwrap();
            let capacity = |n: usize| LabourCapacity::all().nth(n).unwrap();
            let asked = Conditions {
                poverty: asked_poverty.iter().map(|n| status(*n)).collect(),
                labour: asked_labour.iter().map(|n| capacity(*n)).collect(),
                ..Conditions::default()
            };
            let facts = Facts {
                status: if verified { PersonStatus::Verified } else { PersonStatus::Draft },
                poverty_status: status(poverty),
                labour_capacity: capacity(labour),
                birth_on: NaiveDate::from_ymd_opt(born, 11, 14).unwrap(),
                ..facts()
            };
            let hit = hits.then(hit);
            let expected = verified
                && (asked.poverty.is_empty() || asked.poverty.contains(&facts.poverty_status))
                && (asked.labour.is_empty() || asked.labour.contains(&facts.labour_capacity))
                && (16..=60).contains(&(2016 - born))
                && !hits;
            let kept = told(&rule(asked).verdicts(&facts, hit.as_ref()));
            prop_assert_eq!(kept.iter().all(|told| told.holds), expected);
        }
    }
}
