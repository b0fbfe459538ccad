//! Households that are made up, with numbers that never repeat.

use std::{collections::HashMap, ops::RangeInclusive};

use chrono::{Datelike, NaiveDate};
use entities::values::{LabourCapacity, PovertyStatus};

use crate::areas::{Area, Atlas, short_name};
use crate::base::{BankCard, IdNumber, Phone};
use crate::demo::dice::Dice;
use crate::demo::names::{full_name, surname};
use crate::demo::people::{LIST_DAY, SynthHousehold, SynthPerson};
use crate::demo::weights::{
    EMPLOYMENT, EMPLOYMENT_WISHES, ENTREPRENEURSHIP, KINDS, MARRIED, OWN_BUSINESS, SKILLS, TRAINING_WISHES, education,
    ethnicity, health, labour_capacity, marital, other_causes, political,
};

/// When the households that left poverty in 2016 were struck off the list of the poor.
const EXIT_DAY: NaiveDate = NaiveDate::from_ymd_opt(2016, 11, 30).expect("a day of the calendar");

/// Sequence numbers from here on are kept for the two places that are told by name.
pub(super) const KEPT_SEQUENCE: u16 = 800;

pub(super) const LABOUR_AGE: RangeInclusive<i32> = 16..=60;

/// First age of a band and its years.
type Band = (i32, u32);
const MALE_AGES: [(Band, u32); 5] = [((16, 9), 12), ((25, 10), 17), ((35, 10), 20), ((45, 10), 30), ((55, 6), 21)];
const FEMALE_AGES: [(Band, u32); 5] = [((16, 9), 15), ((25, 10), 20), ((35, 10), 24), ((45, 10), 37), ((55, 1), 4)];

pub(super) const HEAD: &str = "02";
pub(super) const SPOUSE: &str = "10";
const SON: &str = "20";
const DAUGHTER: &str = "30";
const SIBLING: &str = "70";

pub(super) struct Village {
    pub code: String,
    /// The names from the province down.
    address: String,
    /// How many people are still to be made.
    pub people: usize,
    households: u32,
}

/// What a household is made by.
pub(super) struct Household {
    pub cause: &'static str,
    pub people: usize,
    pub exited: bool,
}

pub(super) struct Member {
    male: bool,
    birth_on: NaiveDate,
}

/// Makes households whose numbers never repeat.
pub(super) struct Maker {
    pub dice: Dice,
    id_prefix: &'static str,
    ages: RangeInclusive<i32>,
    first_sequence: u16,
    /// How many were born on a day, men and women apart.
    births: HashMap<(NaiveDate, bool), u16>,
    households: u32,
    people: u32,
}

impl Village {
    pub(super) fn new(area: &Area, people: u64, atlas: &Atlas) -> Self {
        let address = atlas.path_names(&area.code, LIST_DAY).into_iter().map(|(_, name)| short_name(name)).collect();
        Self { code: area.code.clone(), address, people: usize::try_from(people).unwrap_or(usize::MAX), households: 0 }
    }

    pub(super) fn kept(code: &str, address: String, households: u32) -> Self {
        Self { code: code.to_owned(), address, people: 0, households }
    }
}

impl Maker {
    pub(super) fn new(
        dice: Dice,
        id_prefix: &'static str,
        ages: RangeInclusive<i32>,
        first_sequence: u16,
        serial: u32,
    ) -> Self {
        Self { dice, id_prefix, ages, first_sequence, births: HashMap::new(), households: serial, people: serial }
    }

    pub(super) fn enter(&mut self, id_prefix: &'static str) {
        self.id_prefix = id_prefix;
        self.births.clear();
    }

    /// The people of a household, the head first; `None` when the numbers have run out.
    pub(super) fn household(&mut self, village: &mut Village, plan: &Household) -> Option<Vec<SynthPerson>> {
        village.households += 1;
        self.households += 1;
        let dice = &mut self.dice;
        let (poor, exited) = dice.weigh(&KINDS);
        let family = dice.weigh(&[(2, 15), (3, 45), (4, 40)]).max(plan.people);
        let household = SynthHousehold {
            number: format!("{}{:04}", village.code, village.households),
            kind: if plan.exited { exited } else { poor },
            members: i32::try_from(family).ok()?,
        };
        let address = format!("{}{}组", village.address, 1 + dice.below(12));
        let ethnicity = ethnicity(dice);
        let other_causes = other_causes(dice, plan.cause);
        let (surname_of_head, helper) = (surname(dice), helper(dice));
        let phone = phone(self.households)?;

        let mut members: Vec<Member> = (0..plan.people).map(|_| self.member()).collect();
        members.sort_by_key(|member| member.birth_on);
        let relations = relations(&members);
        let couple = relations.contains(&SPOUSE);
        let mut people = Vec::with_capacity(members.len());
        for (member, relation) in members.into_iter().zip(relations) {
            let id_number = self.id_number(&member)?;
            let dice = &mut self.dice;
            let age = LIST_DAY.year() - id_number.birth_on().year();
            let surname = if relation == SPOUSE { surname(dice) } else { surname_of_head };
            let married = couple && (relation == HEAD || relation == SPOUSE);
            let health = health(dice, plan.cause);
            let labour_capacity = labour_capacity(dice, &health);
            let employment_wish = dice.weigh(&EMPLOYMENT_WISHES);
            let training_wish = dice.weigh(&TRAINING_WISHES);
            self.people += 1;
            people.push(SynthPerson {
                name: full_name(dice, surname, member.male),
                sex: id_number.sex(),
                birth_on: id_number.birth_on(),
                id_number,
                ethnicity,
                education: education(dice, age),
                political: political(dice, age),
                marital: if married { MARRIED } else { marital(dice, age, member.male) },
                labour_capacity,
                registration: "20",
                area_code: village.code.clone(),
                address: address.clone(),
                household: household.clone(),
                relation,
                poverty_status: if plan.exited { PovertyStatus::Exited } else { PovertyStatus::Registered },
                exited_on: plan.exited.then_some(EXIT_DAY),
                employment_status: dice.weigh(&EMPLOYMENT),
                employment_wish,
                training_wish,
                startup_wish: employment_wish == OWN_BUSINESS || training_wish == ENTREPRENEURSHIP,
                skills: if labour_capacity == LabourCapacity::Skilled { dice.pick(&SKILLS) } else { "" },
                helper: helper.clone(),
                verified_on: NaiveDate::from_yo_opt(2016, 61 + dice.below(240))?,
                phone: phone.clone(),
                bank_account: BankCard::compose(&format!("00000036{:010}", self.people))?,
                health,
                main_cause: plan.cause,
                other_causes: other_causes.clone(),
            });
        }
        Some(people)
    }

    fn member(&mut self) -> Member {
        let dice = &mut self.dice;
        loop {
            let male = dice.percent(55);
            let (first, years) = dice.weigh(if male { &MALE_AGES } else { &FEMALE_AGES });
            let age = first.saturating_add_unsigned(dice.below(years));
            let born = NaiveDate::from_yo_opt(LIST_DAY.year() - age, 1 + dice.below(365));
            if let Some(birth_on) = born.filter(|_| self.ages.contains(&age)) {
                return Member { male, birth_on };
            }
        }
    }

    /// The next number of those born on the same day: odd for men, even for women.
    fn id_number(&mut self, member: &Member) -> Option<IdNumber> {
        let born = self.births.entry((member.birth_on, member.male)).or_default();
        let sequence = self.first_sequence + 2 * *born + if member.male { 1 } else { 2 };
        let end = if self.first_sequence < KEPT_SEQUENCE { KEPT_SEQUENCE } else { 996 };
        *born += 1;
        IdNumber::compose(self.id_prefix, member.birth_on, sequence).filter(|_| sequence < end)
    }
}

/// The oldest is the head; the others are what their age and sex allow.
fn relations(members: &[Member]) -> Vec<&'static str> {
    let mut told = Vec::with_capacity(members.len());
    let Some((head, others)) = members.split_first() else { return told };
    told.push(HEAD);
    for other in others {
        let younger = other.birth_on.year() - head.birth_on.year();
        let adult = LIST_DAY.year() - other.birth_on.year() >= 22;
        told.push(if other.male != head.male && younger <= 12 && adult && !told.contains(&SPOUSE) {
            SPOUSE
        } else if younger < 18 {
            SIBLING
        } else if other.male {
            SON
        } else {
            DAUGHTER
        });
    }
    told
}

/// A number of its own for each household, spread over the segment as real ones are.
fn phone(household: u32) -> Option<Phone> {
    let number = (u64::from(household) * 61_803_399 + 20_170_120) % 100_000_000;
    Phone::parse(&format!("154{number:08}")).ok()
}

fn helper(dice: &mut Dice) -> String {
    let (surname, male) = (surname(dice), dice.percent(60));
    full_name(dice, surname, male)
}
