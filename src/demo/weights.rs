//! How often what is said of people of the registry: weights in tables, and picks by them.

use entities::values::LabourCapacity;

use crate::demo::dice::Dice;

/// 致贫原因, in tenths of a percent of households.
pub(super) const CAUSES: [(&str, u32); 12] = [
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
pub(super) const ILLNESS: &str = "01";
pub(super) const DISABILITY: &str = "02";
pub(super) const SCHOOLING: &str = "03";
pub(super) const DISASTER: &str = "04";

/// 民族 of those who are not Han; `""` stands for any other.
pub(super) const MINORITIES: [(&str, u32); 3] = [("22", 37), ("03", 13), ("", 50)];
pub(super) const OTHER_MINORITIES: [&str; 53] = [
    "02", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21",
    "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39", "40", "41",
    "42", "43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53", "54", "55", "56",
];

/// 文化程度 by age: the last age of the band, then the weights.
pub(super) const EDUCATION: [(i32, [(&str, u32); 6]); 5] = [
    (24, [("0", 1), ("1", 10), ("2", 59), ("3", 23), ("4", 5), ("5", 2)]),
    (34, [("0", 2), ("1", 22), ("2", 61), ("3", 11), ("4", 3), ("5", 1)]),
    (44, [("0", 4), ("1", 38), ("2", 50), ("3", 7), ("4", 1), ("5", 0)]),
    (54, [("0", 9), ("1", 50), ("2", 36), ("3", 5), ("4", 0), ("5", 0)]),
    (60, [("0", 20), ("1", 58), ("2", 20), ("3", 2), ("4", 0), ("5", 0)]),
];

/// 健康状况: 1 healthy, 2 chronic, 3 serious, 4 disabled. It goes with the cause of the household.
pub(super) const HEALTH_OF_ILLNESS: [(&str, u32); 4] = [("1", 52), ("2", 33), ("3", 12), ("4", 3)];
pub(super) const HEALTH_OF_DISABILITY: [(&str, u32); 4] = [("1", 31), ("2", 8), ("3", 1), ("4", 60)];
pub(super) const HEALTH_OF_OTHERS: [(&str, u32); 4] = [("1", 86), ("2", 10), ("3", 1), ("4", 3)];

/// 户类型 of a poor household, and the type that it has after its exit.
pub(super) const KINDS: [((&str, &str), u32); 3] = [(("01", "11"), 55), (("04", "12"), 40), (("03", "13"), 5)];

/// 就业状况: 1 works away, 2 works locally, 3 back to start a business, 4 out of work, 5 farms.
pub(super) const EMPLOYMENT: [(&str, u32); 5] = [("1", 170), ("2", 240), ("3", 16), ("4", 150), ("5", 424)];

/// 就业愿望 among nine, from work nearby (2) to no wish at present (20).
pub(super) const EMPLOYMENT_WISHES: [(&str, u32); 9] =
    [("2", 24), ("11", 14), ("12", 12), ("14", 12), ("13", 10), ("15", 9), ("3", 8), ("1", 7), ("20", 4)];
pub(super) const OWN_BUSINESS: &str = "15";

/// 培训愿望: skills (16), entrepreneurship (17), e-commerce (18), none.
pub(super) const TRAINING_WISHES: [(&str, u32); 4] = [("16", 25), ("17", 20), ("18", 10), ("", 45)];
pub(super) const ENTREPRENEURSHIP: &str = "17";
pub(super) const ECOMMERCE: &str = "18";

pub(super) const SKILLS: [&str; 10] =
    ["砌筑工", "缝纫工", "电工", "中式烹调", "果树栽培", "生猪养殖", "竹编", "焊工", "汽车驾驶", "木工"];

pub(super) const MARRIED: &str = "20";

pub(super) fn ethnicity(dice: &mut Dice) -> &'static str {
    if dice.below(10_000) < 9_951 {
        return "01";
    }
    match dice.weigh(&MINORITIES) {
        "" => dice.pick(&OTHER_MINORITIES),
        code => code,
    }
}

pub(super) fn other_causes(dice: &mut Dice, main: &str) -> Vec<&'static str> {
    let mut causes = Vec::new();
    for _ in 0..dice.weigh(&[(0, 55), (1, 35), (2, 10)]) {
        let cause = dice.weigh(&CAUSES);
        if cause != main && !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    causes
}

pub(super) fn education(dice: &mut Dice, age: i32) -> &'static str {
    EDUCATION.iter().find(|(last, _)| age <= *last).map_or("", |(_, weights)| dice.weigh(weights))
}

/// 13 is the broad masses (群众), 01 the party, 03 the youth league, which one leaves at 28.
pub(super) fn political(dice: &mut Dice, age: i32) -> &'static str {
    if age < 28 { dice.weigh(&[("13", 80), ("03", 18), ("01", 2)]) } else { dice.weigh(&[("13", 96), ("01", 4)]) }
}

/// Of those who have no spouse in the registry. Men may marry at 22, women at 20.
pub(super) fn marital(dice: &mut Dice, age: i32, male: bool) -> &'static str {
    match age {
        _ if age < 20 || male && age < 22 => "10",
        ..=24 => dice.weigh(&[("10", 80), (MARRIED, 20)]),
        25..=34 => dice.weigh(&[("10", 30), (MARRIED, 66), ("40", 4)]),
        _ => dice.weigh(&[("10", 10), (MARRIED, 78), ("30", 6), ("40", 6)]),
    }
}

pub(super) fn health(dice: &mut Dice, cause: &str) -> Vec<&'static str> {
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
pub(super) fn labour_capacity(dice: &mut Dice, health: &[&str]) -> LabourCapacity {
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
