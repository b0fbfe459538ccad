//! People of the registry who never lived, made from published shares and from settings where none are published.
//!
//! Published: villages and townships of the 2016 list, men and women of labour age (16 to 60 and 16 to 55), 44.1 % of
//! poor households poor from illness, 99.51 % Han, 42.56 % employed. Set by us: the weight of a county (its rural
//! villages, threefold in a poverty county), the size of a village, ages, the other causes, education, health, wishes.
//!
//! Nobody can be mistaken for the living: identity numbers begin with 3699, which no place ever had, phone numbers with
//! 154, which no operator has, and bank cards with 000000, which no bank has.

use std::vec;

use chrono::NaiveDate;
use entities::values::{LabourCapacity, PovertyStatus, Sex};

use crate::areas::{Area, Atlas, is_rural_village};
use crate::base::{BankCard, IdNumber, Phone};
use crate::demo::dice::{Dice, apportion, apportion_at_least};
use crate::demo::households::{Household, LABOUR_AGE, Maker, Village};
use crate::demo::known_places::JINGSHAN;
use crate::demo::weights::CAUSES;

/// Codes, names and ages are those of this day.
pub(super) const LIST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2016, 12, 31).expect("a day of the calendar");

/// Code, weight and prefix of identity numbers of each county.
const COUNTIES: &str = include_str!("counties.csv");

/// How many of a household are of labour age and stand in the registry.
const HOUSEHOLD_SIZES: [(usize, u32); 4] = [(1, 48), (2, 38), (3, 11), (4, 3)];

/// A person as the registry keeps one. Words are codes of the national lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynthPerson {
    pub id_number: IdNumber,
    pub name: String,
    pub sex: Sex,
    pub birth_on: NaiveDate,
    /// 民族, GB/T 3304.
    pub ethnicity: &'static str,
    /// 文化程度, 0 to 5 of the registry.
    pub education: &'static str,
    /// 政治面貌, GB/T 4762.
    pub political: &'static str,
    /// 婚姻状况, GB/T 2261.2.
    pub marital: &'static str,
    pub labour_capacity: LabourCapacity,
    /// 户口性质.
    pub registration: &'static str,
    pub area_code: String,
    /// From the province to the villagers' group.
    pub address: String,
    pub household: SynthHousehold,
    /// 与户主关系, GB/T 4761.
    pub relation: &'static str,
    pub poverty_status: PovertyStatus,
    pub exited_on: Option<NaiveDate>,
    /// 就业状况 of rural labour, 1 to 5.
    pub employment_status: &'static str,
    /// 就业愿望: 1 to 3, 11 to 15 or 20.
    pub employment_wish: &'static str,
    /// 培训愿望: 16, 17, 18, or empty for none.
    pub training_wish: &'static str,
    pub startup_wish: bool,
    /// What a skilled worker can do; empty for the others.
    pub skills: &'static str,
    /// 帮扶责任人
    pub helper: String,
    pub verified_on: NaiveDate,
    /// One for the whole household.
    pub phone: Phone,
    pub bank_account: BankCard,
    /// 健康状况, at most two of 1 to 4.
    pub health: Vec<&'static str>,
    /// 主要致贫原因, one for the household.
    pub main_cause: &'static str,
    /// 其他致贫原因, at most two.
    pub other_causes: Vec<&'static str>,
}

/// The household of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynthHousehold {
    /// 户编号: the code of the village and a running number.
    pub number: String,
    /// 户类型
    pub kind: &'static str,
    /// The whole family, children and the old included.
    pub members: i32,
}

/// People of the whole province, county by county and household by household, in the order of their villages.
pub struct People {
    counties: vec::IntoIter<County>,
    villages: vec::IntoIter<Village>,
    village: Option<Village>,
    maker: Maker,
    /// The household that is being told, its next person last.
    household: Vec<SynthPerson>,
}

/// What a county gets of the people.
#[derive(Clone, Debug)]
pub(super) struct Share {
    pub county: &'static str,
    pub people: u64,
    id_prefix: &'static str,
}

struct County {
    id_prefix: &'static str,
    villages: Vec<Village>,
}

impl People {
    /// `total` people, shared out over the counties exactly; 镜山村 is left out, for [`jingshan`] tells who lives there.
    /// The same seed and atlas give the same people. A county has numbers for some thirteen million people.
    pub fn new(seed: u64, total: u64, atlas: &Atlas) -> Self {
        Self::spread(seed, &shares(total, atlas, |_| 0), atlas)
    }

    /// So many people in each county, in the order of [`shares`].
    pub(super) fn spread(seed: u64, shares: &[Share], atlas: &Atlas) -> Self {
        let mut dice = Dice::new(seed);
        let counties: Vec<County> = shares
            .iter()
            .map(|share| {
                let villages = rural_villages(share.county, atlas);
                let sizes: Vec<u64> = villages.iter().map(|_| u64::from(1 + dice.below(5))).collect();
                let people = apportion(share.people, &sizes);
                let villages = villages.into_iter().zip(people).map(|(area, people)| Village::new(area, people, atlas));
                County { id_prefix: share.id_prefix, villages: villages.collect() }
            })
            .collect();
        Self {
            counties: counties.into_iter(),
            villages: Vec::new().into_iter(),
            village: None,
            maker: Maker::new(dice, "", LABOUR_AGE, 0, 0),
            household: Vec::new(),
        }
    }

    /// The village that still wants people; a new county begins its own series of identity numbers.
    fn next_village(&mut self) -> Option<&mut Village> {
        while self.village.as_ref().is_none_or(|village| village.people == 0) {
            self.village = self.villages.next();
            if self.village.is_none() {
                let county = self.counties.next()?;
                self.maker.enter(county.id_prefix);
                self.villages = county.villages.into_iter();
            }
        }
        self.village.as_mut()
    }
}

impl Iterator for People {
    type Item = SynthPerson;

    fn next(&mut self) -> Option<SynthPerson> {
        if self.household.is_empty() {
            let wanted = self.next_village()?.people;
            let dice = &mut self.maker.dice;
            let people = dice.weigh(&HOUSEHOLD_SIZES).min(wanted);
            let household = Household { cause: dice.weigh(&CAUSES), people, exited: dice.percent(10) };
            let village = self.village.as_mut()?;
            village.people -= people;
            self.household = self.maker.household(village, &household)?;
            self.household.reverse();
        }
        self.household.pop()
    }
}

/// `total` people by the weight of the counties; `least` is what a county gets however little it weighs.
pub(super) fn shares(total: u64, atlas: &Atlas, least: impl Fn(&str) -> u64) -> Vec<Share> {
    let counties: Vec<(&str, u64, &str)> = COUNTIES.lines().skip(1).filter_map(read_county).collect();
    let weigh = |(code, weight, _): &(&str, u64, &str)| {
        if rural_villages(code, atlas).is_empty() { 0 } else { *weight }
    };
    let weights: Vec<u64> = counties.iter().map(weigh).collect();
    let least: Vec<u64> = counties.iter().map(|(code, ..)| least(code)).collect();
    let shares = apportion_at_least(total, &weights, &least).into_iter();
    counties
        .into_iter()
        .zip(shares)
        .map(|((county, _, id_prefix), people)| Share { county, people, id_prefix })
        .collect()
}

fn read_county(line: &'static str) -> Option<(&'static str, u64, &'static str)> {
    let mut fields = line.split(',');
    Some((fields.next()?, fields.next()?.parse().ok()?, fields.next()?))
}

fn rural_villages<'a>(county: &str, atlas: &'a Atlas) -> Vec<&'a Area> {
    let townships = atlas.children(county, LIST_DAY);
    let villages = townships.into_iter().flat_map(|township| atlas.children(&township.code, LIST_DAY));
    villages.filter(|village| is_rural_village(&village.code) && village.code != JINGSHAN).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};
    use std::sync::LazyLock;

    use chrono::Datelike;

    use super::*;
    use crate::areas::short_name;
    use crate::demo::households::{HEAD, SPOUSE};
    use crate::demo::known_places::{WUDOUJIANG, jingshan, wudoujiang};
    use crate::demo::weights::{DISABILITY, DISASTER, ECOMMERCE, ILLNESS, SCHOOLING};

    const TOTAL: u64 = 60_000;

    static ATLAS: LazyLock<Atlas> = LazyLock::new(|| Atlas::from_rows(Atlas::embedded_rows()));

    static PROVINCE: LazyLock<Vec<SynthPerson>> = LazyLock::new(|| People::new(20_170_120, TOTAL, &ATLAS).collect());

    fn everybody() -> impl Iterator<Item = SynthPerson> {
        PROVINCE.iter().cloned().chain(jingshan()).chain(wudoujiang())
    }

    /// Tenths of a percent of the province to whom it applies.
    fn share(holds: impl Fn(&SynthPerson) -> bool) -> usize {
        PROVINCE.iter().filter(|person| holds(person)).count() * 1_000 / PROVINCE.len()
    }

    #[test]
    fn exactly_the_total_is_made_whatever_it_is() {
        for total in [0, 1, 99, 12_345] {
            assert_eq!(People::new(1, total, &ATLAS).count() as u64, total);
        }
        assert_eq!(PROVINCE.len() as u64, TOTAL);
    }

    #[test]
    fn the_same_seed_makes_the_same_people() {
        assert!(People::new(20_170_120, 2_000, &ATLAS).eq(People::new(20_170_120, 2_000, &ATLAS)));
        assert!(People::new(20_170_121, 2_000, &ATLAS).ne(People::new(20_170_120, 2_000, &ATLAS)));
        assert_eq!(jingshan(), jingshan());
    }

    #[test]
    fn every_number_is_valid_made_for_trials_and_held_once() {
        let (mut ids, mut cards) = (HashSet::new(), HashSet::new());
        for person in everybody() {
            let number = IdNumber::parse(person.id_number.as_str(), LIST_DAY).unwrap();
            assert!(number.is_test());
            assert_eq!((number.sex(), number.birth_on()), (person.sex, person.birth_on));
            assert!(!person.phone.has_operator() && person.bank_account.is_checked());
            assert!(person.bank_account.as_str().starts_with("000000") && person.bank_account.as_str().len() == 19);
            assert!(ids.insert(person.id_number) && cards.insert(person.bank_account));
        }
    }

    #[test]
    fn a_household_has_one_number_one_head_one_phone_and_one_cause() {
        let mut households: HashMap<String, Vec<SynthPerson>> = HashMap::new();
        for person in everybody() {
            households.entry(person.household.number.clone()).or_default().push(person);
        }
        for people in households.values() {
            let head = &people[0];
            assert_eq!(people.iter().filter(|p| p.relation == HEAD).count(), 1);
            assert!(people.iter().filter(|p| p.relation == SPOUSE).count() <= 1);
            assert!(people.iter().all(|p| (&p.phone, p.main_cause) == (&head.phone, head.main_cause)));
            assert!(people.len() <= usize::try_from(head.household.members).unwrap());
            assert!(head.other_causes.len() <= 2 && !head.other_causes.contains(&head.main_cause));
        }
    }

    #[test]
    fn everybody_lives_in_a_rural_village_of_the_list_of_2016() {
        for person in everybody() {
            assert!(ATLAS.exists(&person.area_code, LIST_DAY) && is_rural_village(&person.area_code));
            let age = person.id_number.age_on(LIST_DAY);
            assert!(age >= 16 && age <= if person.sex == Sex::Male { 60 } else { 55 });
        }
    }

    #[test]
    fn the_address_is_the_path_of_the_village() {
        for person in jingshan().into_iter().chain(wudoujiang()) {
            let path = ATLAS.path_names(&person.area_code, LIST_DAY);
            let path: String = path.into_iter().map(|(_, name)| short_name(name)).collect();
            assert!(person.address.starts_with(&path), "{path}");
        }
    }

    #[test]
    fn the_people_of_jingshan_are_told_by_the_news() {
        let people = jingshan();
        let poor_from = |cause| people.iter().filter(|person| person.main_cause == cause).count();
        assert_eq!(people.len(), 29);
        assert_eq!([ILLNESS, DISASTER, SCHOOLING, DISABILITY].map(poor_from), [15, 2, 4, 8]);
        assert_eq!(people.iter().filter(|person| person.poverty_status == PovertyStatus::Exited).count(), 3);
        assert_eq!(people.iter().filter(|p| p.exited_on.is_some_and(|day| day.year() == 2016)).count(), 3);
        assert!(people.iter().all(|person| person.area_code == JINGSHAN));
        assert!(PROVINCE.iter().all(|person| person.area_code != JINGSHAN));
    }

    #[test]
    fn forty_one_registered_poor_of_wudoujiang_came_to_class() {
        let people = wudoujiang();
        assert_eq!(people.len(), 41);
        assert!(people.iter().all(|p| p.area_code.starts_with(WUDOUJIANG) && p.training_wish == ECOMMERCE));
        assert!(people.iter().all(|p| p.poverty_status == PovertyStatus::Registered));
        assert!(people.iter().all(|p| (18..55).contains(&p.id_number.age_on(LIST_DAY))));
    }

    #[test]
    fn the_prefectures_share_the_people_as_their_villages_and_poverty_have_it() {
        for (prefecture, due) in [("3607", 298), ("3608", 164), ("3611", 158), ("3601", 40), ("3606", 12)] {
            let got = share(|person| person.area_code.starts_with(prefecture));
            assert!(got.abs_diff(due) <= 1, "{prefecture}: {got}");
        }
    }

    #[test]
    fn the_province_looks_as_it_was_counted() {
        for (what, got, due) in [
            ("men", share(|p| p.sex == Sex::Male), 550),
            ("poor from illness", share(|p| p.main_cause == ILLNESS), 441),
            ("Han", share(|p| p.ethnicity == "01"), 995),
            ("employed", share(|p| ["1", "2", "3"].contains(&p.employment_status)), 426),
            ("no schooling", share(|p| p.education == "0"), 70),
            ("primary school", share(|p| p.education == "1"), 380),
            ("healthy", share(|p| p.health == ["1"]), 640),
            ("disabled", share(|p| p.health.contains(&"4")), 110),
            ("in two states of health", share(|p| p.health.len() > 1), 10),
        ] {
            assert!(got.abs_diff(due) <= 12, "{what}: {got}, not {due}");
        }
    }
}
