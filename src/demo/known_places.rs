//! The two places that are told by name: a village whose poor the news counted, and the class of a township.

use crate::demo::dice::Dice;
use crate::demo::households::{Household, KEPT_SEQUENCE, LABOUR_AGE, Maker, Village};
use crate::demo::people::SynthPerson;
use crate::demo::weights::{CAUSES, DISABILITY, DISASTER, ECOMMERCE, ILLNESS, OWN_BUSINESS, SCHOOLING};

/// 镜山村 of 敖山镇 in 上高县, under its code of 2016.
pub const JINGSHAN: &str = "360923106206";

/// 五斗江乡 in 遂川县.
pub const WUDOUJIANG: &str = "360827206";

/// Serial numbers from here on are kept for the two.
const KEPT_SERIAL: u32 = 90_000_000;

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
