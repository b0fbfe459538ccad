//! People of the registry who never lived, made from published shares and from settings where none are published.
//!
//! Published: villages and townships of the 2016 list, men and women of labour age (16 to 60 and 16 to 55), 44.1 % of
//! poor households poor from illness, 99.51 % Han, 42.56 % employed. Set by us: the weight of a county (its rural
//! villages, threefold in a poverty county), the size of a village, ages, the other causes, education, health, wishes.
//!
//! Nobody can be mistaken for the living: identity numbers begin with 3699, which no place ever had, phone numbers with
//! 154, which no operator has, and bank cards with 000000, which no bank has.

use std::{collections::HashMap, ops::RangeInclusive, vec};

use chrono::{Datelike, NaiveDate};
use entities::values::{LabourCapacity, PovertyStatus, Sex};

use crate::areas::{Area, Atlas, is_rural_village, short_name};
use crate::base::{BankCard, IdNumber, Phone};
use crate::demo::dice::{Dice, apportion, apportion_at_least};
use crate::demo::names::{full_name, surname};

/// 镜山村 of 敖山镇 in 上高县, under its code of 2016.
pub const JINGSHAN: &str = "360923106206";

/// 五斗江乡 in 遂川县.
pub const WUDOUJIANG: &str = "360827206";

/// Codes, names and ages are those of this day.
pub(super) const LIST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2016, 12, 31).expect("a day of the calendar");

/// When the households that left poverty in 2016 were struck off the list of the poor.
const EXIT_DAY: NaiveDate = NaiveDate::from_ymd_opt(2016, 11, 30).expect("a day of the calendar");

/// Code, weight and prefix of identity numbers of each county.
const COUNTIES: &str = include_str!("counties.csv");

/// Sequence numbers from here on are kept for the two places that are told by name.
const KEPT_SEQUENCE: u16 = 800;

/// Serial numbers from here on are kept for them too.
const KEPT_SERIAL: u32 = 90_000_000;

const LABOUR_AGE: RangeInclusive<i32> = 16..=60;

/// How many of a household are of labour age and stand in the registry.
const HOUSEHOLD_SIZES: [(usize, u32); 4] = [(1, 48), (2, 38), (3, 11), (4, 3)];

/// First age of a band and its years.
type Band = (i32, u32);
const MALE_AGES: [(Band, u32); 5] = [((16, 9), 12), ((25, 10), 17), ((35, 10), 20), ((45, 10), 30), ((55, 6), 21)];
const FEMALE_AGES: [(Band, u32); 5] = [((16, 9), 15), ((25, 10), 20), ((35, 10), 24), ((45, 10), 37), ((55, 1), 4)];

/// 致贫原因, in tenths of a percent of households.
const CAUSES: [(&str, u32); 12] = [
    ("01", 441),
    ("02", 140),
    ("07", 120),
    ("08", 100),
    ("09", 80),
    ("03", 60),
    ("11", 25),
    ("04", 15),
    ("10", 8),
    ("05", 6),
    ("12", 4),
    ("06", 1),
];
const ILLNESS: &str = "01";
const DISABILITY: &str = "02";
const SCHOOLING: &str = "03";
const DISASTER: &str = "04";

/// 民族 of those who are not Han; `""` stands for any other.
const MINORITIES: [(&str, u32); 3] = [("22", 37), ("03", 13), ("", 50)];
const OTHER_MINORITIES: [&str; 53] = [
    "02", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21",
    "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39", "40", "41",
    "42", "43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53", "54", "55", "56",
];

/// 文化程度 by age: the last age of the band, then the weights.
const EDUCATION: [(i32, [(&str, u32); 6]); 5] = [
    (24, [("0", 1), ("1", 10), ("2", 59), ("3", 23), ("4", 5), ("5", 2)]),
    (34, [("0", 2), ("1", 22), ("2", 61), ("3", 11), ("4", 3), ("5", 1)]),
    (44, [("0", 4), ("1", 38), ("2", 50), ("3", 7), ("4", 1), ("5", 0)]),
    (54, [("0", 9), ("1", 50), ("2", 36), ("3", 5), ("4", 0), ("5", 0)]),
    (60, [("0", 20), ("1", 58), ("2", 20), ("3", 2), ("4", 0), ("5", 0)]),
];

/// 健康状况: 1 healthy, 2 chronic, 3 serious, 4 disabled. It goes with the cause of the household.
const HEALTH_OF_ILLNESS: [(&str, u32); 4] = [("1", 52), ("2", 33), ("3", 12), ("4", 3)];
const HEALTH_OF_DISABILITY: [(&str, u32); 4] = [("1", 31), ("2", 8), ("3", 1), ("4", 60)];
const HEALTH_OF_OTHERS: [(&str, u32); 4] = [("1", 86), ("2", 10), ("3", 1), ("4", 3)];

/// 户类型 of a poor household, and the type that it has after its exit.
const KINDS: [((&str, &str), u32); 3] = [(("01", "11"), 55), (("04", "12"), 40), (("03", "13"), 5)];

/// 就业状况: 1 works away, 2 works locally, 3 back to start a business, 4 out of work, 5 farms.
const EMPLOYMENT: [(&str, u32); 5] = [("1", 170), ("2", 240), ("3", 16), ("4", 150), ("5", 424)];

/// 就业愿望 among nine, from work nearby (2) to no wish at present (20).
const EMPLOYMENT_WISHES: [(&str, u32); 9] =
    [("2", 24), ("11", 14), ("12", 12), ("14", 12), ("13", 10), ("15", 9), ("3", 8), ("1", 7), ("20", 4)];
const OWN_BUSINESS: &str = "15";

/// 培训愿望: skills (16), entrepreneurship (17), e-commerce (18), none.
const TRAINING_WISHES: [(&str, u32); 4] = [("16", 25), ("17", 20), ("18", 10), ("", 45)];
const ENTREPRENEURSHIP: &str = "17";
const ECOMMERCE: &str = "18";

const SKILLS: [&str; 10] =
    ["砌筑工", "缝纫工", "电工", "中式烹调", "果树栽培", "生猪养殖", "竹编", "焊工", "汽车驾驶", "木工"];

const MARRIED: &str = "20";
const HEAD: &str = "02";
const SPOUSE: &str = "10";
const SON: &str = "20";
const DAUGHTER: &str = "30";
const SIBLING: &str = "70";

/// Households of 镜山村: cause, people, whether they left poverty in 2016.
const JINGSHAN_HOUSEHOLDS: [(&str, usize, bool); 19] = [
    (ILLNESS, 2, false),
    (ILLNESS, 2, false),
    (ILLNESS, 2, false),
    (ILLNESS, 2, false),
    (ILLNESS, 2, false),
    (ILLNESS, 1, true),
    (ILLNESS, 1, false),
    (ILLNESS, 1, false),
    (ILLNESS, 1, false),
    (ILLNESS, 1, false),
    (DISASTER, 2, false),
    (SCHOOLING, 2, true),
    (SCHOOLING, 2, false),
    (DISABILITY, 2, false),
    (DISABILITY, 2, false),
    (DISABILITY, 1, false),
    (DISABILITY, 1, false),
    (DISABILITY, 1, false),
    (DISABILITY, 1, false),
];

/// Villages of 五斗江乡: 36 households of the township came to its class, five of them with two people.
const WUDOUJIANG_VILLAGES: [(&str, &str); 9] = [
    ("360827206200", "五斗江村"),
    ("360827206201", "三和村"),
    ("360827206202", "木洞村"),
    ("360827206203", "米石村"),
    ("360827206204", "丰禄村"),
    ("360827206205", "庄坑口村"),
    ("360827206206", "南坑村"),
    ("360827206207", "车坳村"),
    ("360827206208", "联桥村"),
];

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

struct Village {
    code: String,
    /// The names from the province down.
    address: String,
    /// How many people are still to be made.
    people: usize,
    households: u32,
}

/// What a household is made by.
struct Household {
    cause: &'static str,
    people: usize,
    exited: bool,
}

struct Member {
    male: bool,
    birth_on: NaiveDate,
}

/// Makes households whose numbers never repeat.
struct Maker {
    dice: Dice,
    id_prefix: &'static str,
    ages: RangeInclusive<i32>,
    first_sequence: u16,
    /// How many were born on a day, men and women apart.
    births: HashMap<(NaiveDate, bool), u16>,
    households: u32,
    people: u32,
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

impl Village {
    fn new(area: &Area, people: u64, atlas: &Atlas) -> Self {
        let address = atlas.path_names(&area.code, LIST_DAY).into_iter().map(|(_, name)| short_name(name)).collect();
        Self { code: area.code.clone(), address, people: usize::try_from(people).unwrap_or(usize::MAX), households: 0 }
    }

    fn kept(code: &str, address: String, households: u32) -> Self {
        Self { code: code.to_owned(), address, people: 0, households }
    }
}

impl Maker {
    fn new(dice: Dice, id_prefix: &'static str, ages: RangeInclusive<i32>, first_sequence: u16, serial: u32) -> Self {
        Self { dice, id_prefix, ages, first_sequence, births: HashMap::new(), households: serial, people: serial }
    }

    fn enter(&mut self, id_prefix: &'static str) {
        self.id_prefix = id_prefix;
        self.births.clear();
    }

    /// The people of a household, the head first; `None` when the numbers have run out.
    fn household(&mut self, village: &mut Village, plan: &Household) -> Option<Vec<SynthPerson>> {
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

/// The 29 people of 镜山村: 15 poor from illness, 2 from disaster, 4 from schooling, 8 from disability; 3 left poverty in
/// 2016.
pub fn jingshan() -> Vec<SynthPerson> {
    let mut maker = Maker::new(Dice::new(29), "369970", LABOUR_AGE, KEPT_SEQUENCE, KEPT_SERIAL);
    let mut village = Village::kept(JINGSHAN, "江西省宜春市上高县敖山镇镜山村".to_owned(), 0);
    JINGSHAN_HOUSEHOLDS
        .iter()
        .filter_map(|&(cause, people, exited)| maker.household(&mut village, &Household { cause, people, exited }))
        .flatten()
        .collect()
}

/// The 41 registered poor of 五斗江乡 who came to its class on e-commerce, all of training age.
pub fn wudoujiang() -> Vec<SynthPerson> {
    let mut maker = Maker::new(Dice::new(41), "369962", 18..=54, KEPT_SEQUENCE, KEPT_SERIAL + 1_000);
    let mut people = Vec::with_capacity(41);
    for (i, (code, name)) in WUDOUJIANG_VILLAGES.iter().enumerate() {
        // Running numbers that the rest of the village does not reach.
        let mut village = Village::kept(code, format!("江西省吉安市遂川县五斗江乡{name}"), 9_000);
        let first = if i < 5 { 2 } else { 1 };
        for size in [first, 1, 1, 1] {
            let cause = maker.dice.weigh(&CAUSES);
            people.extend(
                maker.household(&mut village, &Household { cause, people: size, exited: false }).into_iter().flatten(),
            );
        }
    }
    for person in &mut people {
        person.training_wish = ECOMMERCE;
        person.startup_wish = person.employment_wish == OWN_BUSINESS;
    }
    people
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

fn ethnicity(dice: &mut Dice) -> &'static str {
    if dice.below(10_000) < 9_951 {
        return "01";
    }
    match dice.weigh(&MINORITIES) {
        "" => dice.pick(&OTHER_MINORITIES),
        code => code,
    }
}

fn other_causes(dice: &mut Dice, main: &str) -> Vec<&'static str> {
    let mut causes = Vec::new();
    for _ in 0..dice.weigh(&[(0, 55), (1, 35), (2, 10)]) {
        let cause = dice.weigh(&CAUSES);
        if cause != main && !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    causes
}

fn education(dice: &mut Dice, age: i32) -> &'static str {
    EDUCATION.iter().find(|(last, _)| age <= *last).map_or("", |(_, weights)| dice.weigh(weights))
}

/// 13 is the broad masses (群众), 01 the party, 03 the youth league, which one leaves at 28.
fn political(dice: &mut Dice, age: i32) -> &'static str {
    if age < 28 { dice.weigh(&[("13", 80), ("03", 18), ("01", 2)]) } else { dice.weigh(&[("13", 96), ("01", 4)]) }
}

/// Of those who have no spouse in the registry. Men may marry at 22, women at 20.
fn marital(dice: &mut Dice, age: i32, male: bool) -> &'static str {
    match age {
        _ if age < 20 || male && age < 22 => "10",
        ..=24 => dice.weigh(&[("10", 80), (MARRIED, 20)]),
        25..=34 => dice.weigh(&[("10", 30), (MARRIED, 66), ("40", 4)]),
        _ => dice.weigh(&[("10", 10), (MARRIED, 78), ("30", 6), ("40", 6)]),
    }
}

fn health(dice: &mut Dice, cause: &str) -> Vec<&'static str> {
    let table = match cause {
        ILLNESS => &HEALTH_OF_ILLNESS,
        DISABILITY => &HEALTH_OF_DISABILITY,
        _ => &HEALTH_OF_OTHERS,
    };
    match dice.weigh(table) {
        "4" if dice.percent(9) => vec!["4", "2"],
        one => vec![one],
    }
}

/// The registry lists people who can work, so nobody here has no capacity at all.
fn labour_capacity(dice: &mut Dice, health: &[&str]) -> LabourCapacity {
    let (ordinary, skilled) = match health.first() {
        Some(&"1") => (85, 15),
        Some(&"2") => (58, 2),
        _ => (19, 1),
    };
    match dice.below(100) {
        roll if roll < ordinary => LabourCapacity::Ordinary,
        roll if roll < ordinary + skilled => LabourCapacity::Skilled,
        _ => LabourCapacity::Weak,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::LazyLock;

    use super::*;

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
