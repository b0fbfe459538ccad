//! Which lines are looked at after they were paid. A pure function of a seed and a population that are both written down, so
//! that anybody who holds them draws the same set.
//!
//! The method `hmac-sha256-strata-1`: of each line the HMAC-SHA-256 of its id (36 characters, lower case) under the seed (32
//! bytes); the smaller comes first. A stratum is an institution and a programme.
//! 1. Every line of an institution of high risk is drawn.
//! 2. Of every stratum lines are drawn in that order until they come to its share of the value: that of the rule, or that of the
//!    institution's risk where it is higher.
//! 3. Of the lines that people claimed for themselves, over the whole population, more are drawn in that order until they are as
//!    many as their share, rounded up. Those that were drawn before count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use entities::{
    sample_unit,
    values::{Fen, LineId, OrganisationId, Programme, RiskBand, SampleCause},
};
use ring::{digest, hmac};

use crate::access::hex;

/// The name of the method, for the day when there is another.
pub(super) const METHOD: &str = "hmac-sha256-strata-1";

/// A line of a population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub line: LineId,
    pub organisation: OrganisationId,
    pub programme: Programme,
    pub fen: Fen,
    pub band: RiskBand,
    /// How much of the institution's money is looked at because of its risk.
    pub percent: i64,
    /// Claimed by the trainee.
    pub own: bool,
}

impl From<&sample_unit::Model> for Unit {
    fn from(row: &sample_unit::Model) -> Self {
        Self {
            line: row.line_id,
            organisation: row.organisation_id,
            programme: row.programme,
            fen: row.fen,
            band: row.band,
            percent: row.percent.into(),
            own: row.own,
        }
    }
}

/// A stratum of a population.
pub(super) type Stratum = (OrganisationId, Programme);

/// The shares that a run asks for at least, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shares {
    pub value: i64,
    pub own: i64,
}

/// A population as it is hashed: a line each, in the order of their ids.
pub(super) fn listed(units: &[Unit]) -> String {
    let mut units: Vec<&Unit> = units.iter().collect();
    units.sort_unstable_by_key(|unit| unit.line.to_string());
    let mut text = String::new();
    for Unit { line, organisation, programme, fen, band, percent, own } in units {
        // A text takes whatever is written to it.
        let _ = writeln!(text, "{line},{organisation},{programme},{},{band},{percent},{}", fen.0, i32::from(*own));
    }
    text
}

/// SHA-256 of the list.
pub(super) fn hash(list: &str) -> String {
    hex(digest::digest(&digest::SHA256, list.as_bytes()).as_ref())
}

/// Whether a part of a sum is its share, exactly.
pub(super) fn reaches(part: Fen, whole: Fen, percent: i64) -> bool {
    i128::from(part.0) * 100 >= i128::from(whole.0) * i128::from(percent.clamp(0, 100))
}

/// How many of a number are its share, rounded up.
pub(super) fn share(all: usize, percent: i64) -> usize {
    (all * usize::try_from(percent.clamp(0, 100)).unwrap_or(100)).div_ceil(100)
}

/// What is drawn of a population and why, in the order of the draw, however the population is ordered.
pub(super) fn draw(seed: &[u8], units: &[Unit], shares: Shares) -> Vec<(LineId, SampleCause)> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, seed);
    let mac = |unit: &Unit| hmac::sign(&key, unit.line.to_string().as_bytes()).as_ref().to_vec();
    let mut order: Vec<(Vec<u8>, &Unit)> = units.iter().map(|unit| (mac(unit), unit)).collect();
    order.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(one.1.line.cmp(&other.1.line)));
    order.dedup_by_key(|(_, unit)| unit.line);
    let mut whole: BTreeMap<Stratum, Fen> = BTreeMap::new();
    for (_, unit) in &order {
        let sum = whole.entry((unit.organisation, unit.programme)).or_insert(Fen(0));
        *sum = *sum + unit.fen;
    }
    let mut drawn: BTreeMap<LineId, SampleCause> = BTreeMap::new();
    let mut value: BTreeMap<Stratum, Fen> = BTreeMap::new();
    for (_, unit) in &order {
        let stratum = (unit.organisation, unit.programme);
        let so_far = value.entry(stratum).or_insert(Fen(0));
        let of_stratum = whole.get(&stratum).copied().unwrap_or(Fen(0));
        let cause = if unit.band == RiskBand::High {
            SampleCause::HighRisk
        } else if reaches(*so_far, of_stratum, shares.value.max(unit.percent)) {
            continue;
        } else {
            SampleCause::Value
        };
        drawn.insert(unit.line, cause);
        *so_far = *so_far + unit.fen;
    }
    let own: Vec<LineId> = order.iter().filter(|(_, unit)| unit.own).map(|(_, unit)| unit.line).collect();
    let before: BTreeSet<LineId> = own.iter().copied().filter(|line| drawn.contains_key(line)).collect();
    let lacking = share(own.len(), shares.own).saturating_sub(before.len());
    let more = own.into_iter().filter(|line| !before.contains(line)).take(lacking);
    drawn.extend(more.map(|line| (line, SampleCause::Own)));
    order.iter().filter_map(|(_, unit)| Some((unit.line, *drawn.get(&unit.line)?))).collect()
}

/// What of a stratum was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub organisation: OrganisationId,
    pub programme: Programme,
    pub band: RiskBand,
    /// The share that was asked for.
    pub percent: i64,
    pub units: usize,
    pub fen: Fen,
    pub chosen: usize,
    pub chosen_fen: Fen,
}

/// The strata of a population, in the order of their keys, with what was drawn of each.
pub(super) fn parts(units: &[Unit], drawn: &BTreeSet<LineId>, shares: Shares) -> Vec<Part> {
    let mut parts: BTreeMap<Stratum, Part> = BTreeMap::new();
    for unit in units {
        let percent = if unit.band == RiskBand::High { 100 } else { shares.value.max(unit.percent) };
        let part = parts.entry((unit.organisation, unit.programme)).or_insert(Part {
            organisation: unit.organisation,
            programme: unit.programme,
            band: unit.band,
            percent,
            units: 0,
            fen: Fen(0),
            chosen: 0,
            chosen_fen: Fen(0),
        });
        part.units += 1;
        part.fen = part.fen + unit.fen;
        if drawn.contains(&unit.line) {
            part.chosen += 1;
            part.chosen_fen = part.chosen_fen + unit.fen;
        }
    }
    parts.into_values().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::access::unhex;

    const SHARES: Shares = Shares { value: 10, own: 20 };

    /// Institutions of every band; of the middle one 30 percent are looked at because of its risk.
    fn population() -> impl Strategy<Value = Vec<Unit>> {
        let houses: Vec<(OrganisationId, RiskBand, i64)> =
            [(RiskBand::Low, 10), (RiskBand::Low, 0), (RiskBand::Middle, 30), (RiskBand::High, 100)]
                .map(|(band, percent)| (OrganisationId::new(), band, percent))
                .into();
        proptest::collection::vec((0_usize..4, 0_usize..3, 1_i64..300_000, proptest::bool::weighted(0.2)), 1..90)
            .prop_map(move |rows| {
                let programmes: Vec<Programme> = Programme::all().collect();
                let unit = |(house, programme, fen, own): (usize, usize, i64, bool)| Unit {
                    line: LineId::new(),
                    organisation: houses[house].0,
                    programme: programmes[programme % programmes.len()],
                    fen: Fen(fen),
                    band: houses[house].1,
                    percent: houses[house].2,
                    own,
                };
                rows.into_iter().map(unit).collect()
            })
    }

    fn lines(drawn: &[(LineId, SampleCause)]) -> BTreeSet<LineId> {
        drawn.iter().map(|(line, _)| *line).collect()
    }

    proptest! {
        #[test]
        fn the_same_lines_come_out_in_whatever_order_the_population_stands(
            seed in prop::array::uniform32(any::<u8>()),
            (one, other) in population().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ) {
            prop_assert_eq!(draw(&seed, &one, SHARES), draw(&seed, &other, SHARES));
            prop_assert_eq!(listed(&one), listed(&other));
        }

        #[test]
        fn of_every_stratum_its_share_of_the_value_is_drawn_and_all_of_high_risk(
            seed in prop::array::uniform32(any::<u8>()), all in population(),
        ) {
            let drawn = lines(&draw(&seed, &all, SHARES));
            prop_assert!(all.iter().filter(|unit| unit.band == RiskBand::High).all(|unit| drawn.contains(&unit.line)));
            for part in parts(&all, &drawn, SHARES) {
                prop_assert!(reaches(part.chosen_fen, part.fen, 10), "{part:?}");
                prop_assert!(reaches(part.chosen_fen, part.fen, part.percent), "{part:?}");
                prop_assert!(part.chosen > 0);
            }
        }

        #[test]
        fn a_fifth_of_those_who_claimed_for_themselves_is_drawn(
            seed in prop::array::uniform32(any::<u8>()), all in population(),
        ) {
            let drawn = lines(&draw(&seed, &all, SHARES));
            let own: Vec<_> = all.iter().filter(|unit| unit.own).collect();
            let seen = own.iter().filter(|unit| drawn.contains(&unit.line)).count();
            prop_assert!(seen * 100 >= own.len() * 20);
        }

        #[test]
        fn nothing_is_drawn_that_no_rule_asks_for(seed in prop::array::uniform32(any::<u8>()), all in population()) {
            let drawn = draw(&seed, &all, SHARES);
            let by_value: BTreeSet<LineId> = drawn.iter().filter(|(_, c)| *c == SampleCause::Value).map(|(l, _)| *l).collect();
            // Without its last line a stratum would lack its share.
            for part in parts(&all, &by_value, SHARES).iter().filter(|part| part.chosen > 0) {
                let of_it = |line: &LineId| all.iter().find(|unit| unit.line == *line && unit.organisation == part.organisation
                    && unit.programme == part.programme);
                let last = drawn.iter().filter(|(_, c)| *c == SampleCause::Value).filter_map(|(l, _)| of_it(l)).next_back().unwrap();
                prop_assert!(!reaches(part.chosen_fen - last.fen, part.fen, part.percent));
            }
            let none = draw(&seed, &all, Shares { value: 0, own: 0 });
            prop_assert!(none.iter().all(|(line, _)| all.iter().any(|unit| unit.line == *line && unit.percent > 0)));
        }
    }

    /// What another program comes to by the method as it is written above.
    #[test]
    fn the_method_is_the_one_that_is_written_down() {
        let organisation = "0190b6a0-0000-7000-8000-00000000000a".parse().unwrap();
        let unit = |last: u32| Unit {
            line: format!("0190b6a0-0000-7000-8000-{last:012}").parse().unwrap(),
            organisation,
            programme: Programme::Skill,
            fen: Fen(80_000),
            band: RiskBand::Low,
            percent: 10,
            own: false,
        };
        let units: Vec<Unit> = (1..=20).map(unit).collect();
        let seed = unhex(&"0f".repeat(32)).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[15; 32]);
        let mut due: Vec<LineId> = units.iter().map(|unit| unit.line).collect();
        due.sort_by_key(|line| hex(hmac::sign(&key, line.to_string().as_bytes()).as_ref()));
        let drawn: Vec<LineId> = draw(&seed, &units, SHARES).into_iter().map(|(line, _)| line).collect();
        assert_eq!(drawn, due[..2], "two of twenty come to a tenth of the value");
        let first = listed(&units);
        let first = first.lines().next().unwrap();
        let due = "0190b6a0-0000-7000-8000-000000000001,0190b6a0-0000-7000-8000-00000000000a,skill,80000,low,10,0";
        assert_eq!(first, due);
        assert!(unhex("0f0").is_none() && unhex("zz").is_none());
    }

    #[test]
    fn a_share_of_people_is_rounded_up_and_a_share_of_money_is_exact() {
        assert_eq!([share(0, 20), share(1, 20), share(5, 20), share(6, 20), share(3, 900)], [0, 1, 1, 2, 3]);
        assert!(reaches(Fen(10), Fen(100), 10) && !reaches(Fen(9), Fen(100), 10) && reaches(Fen(0), Fen(0), 10));
    }
}
