//! How large the year is at a scale: what was published, divided, and shared out over the counties.

use entities::values::Programme;

use crate::areas::Atlas;
use crate::base::{Error, Result};
use crate::demo::dice::{Dice, apportion, apportion_at_least};
use crate::demo::people::{self, Share};

/// 上高县, where those who sign in are at home.
pub(super) const SHANGGAO: &str = "360923";
/// 遂川县, of which 五斗江乡 is part.
pub(super) const SUICHUAN: &str = "360827";

/// Told by name whatever the scale: 镜山村, and the class of 五斗江乡.
const JINGSHAN_PEOPLE: u64 = 29;
const WUDOUJIANG_CLASS: u64 = 41;

/// The whole year.
const REGISTERED: u64 = 1_100_000;
const SERVICES: u64 = 274_000;
const HELPED: u64 = 185_000;
const COMPLETIONS: [u64; 2] = [149_900, 60_485];
const TARGETS: [u64; 2] = [120_000, 50_000];

/// 上高县 has so many people at least: its classes wait in every state, and they want people.
const SHANGGAO_PEOPLE: u64 = 260;
/// So many completions of start-up training there, so that claims wait in every state, but at most a fifth of all.
const SHANGGAO_COMPLETIONS: u64 = 120;

/// The programmes that had a target in 2016; everything in this order.
pub(super) const PROGRAMMES: [Programme; 2] = [Programme::Entrepreneurship, Programme::Ecommerce];

/// The largest divisor: beyond it, classes would have nobody in them.
pub const SMALLEST_SCALE: u32 = 1_000;

/// What a county has of the year.
#[derive(Clone, Debug)]
pub(super) struct CountyFigures {
    pub county: &'static str,
    /// People of the registry, without those who are told by name.
    pub share: Share,
    /// Distinct people who complete, by programme.
    pub completions: [u64; 2],
    pub targets: [u64; 2],
    /// Person-times of services, and the people who got them.
    pub services: u64,
    pub helped: u64,
}

/// The year at `1/scale` of its size, county by county. Sums are exact.
///
/// # Errors
/// For a scale that is none.
pub(super) fn figures(scale: u32, seed: u64, atlas: &Atlas) -> Result<Vec<CountyFigures>> {
    if scale == 0 || scale > SMALLEST_SCALE {
        return Err(Error::invalid("scale", "invalid.range"));
    }
    let part = |whole: u64| whole / u64::from(scale);
    let shares = people::shares(part(REGISTERED) - JINGSHAN_PEOPLE - WUDOUJIANG_CLASS, atlas, |county| {
        if county == SHANGGAO { SHANGGAO_PEOPLE - JINGSHAN_PEOPLE } else { 0 }
    });
    let weights: Vec<u64> = shares.iter().map(|share| share.people).collect();
    let least = |county: &str, kept: u64| -> Vec<u64> {
        shares.iter().map(|share| if share.county == county { kept } else { 0 }).collect()
    };
    let [startups, ecommerce] = COMPLETIONS.map(part);
    let completions = [
        apportion_at_least(startups, &weights, &least(SHANGGAO, SHANGGAO_COMPLETIONS.min(startups / 5))),
        apportion_at_least(ecommerce, &weights, &least(SUICHUAN, WUDOUJIANG_CLASS)),
    ];
    // What was asked of a county is near what it did, some more, some less.
    let mut dice = Dice::new(seed);
    let targets = [0, 1].map(|i| {
        let done = completions.get(i).map(Vec::as_slice).unwrap_or_default();
        let weights: Vec<u64> = done.iter().map(|done| done * u64::from(88 + dice.below(25))).collect();
        apportion(TARGETS.map(part).get(i).copied().unwrap_or_default(), &weights)
    });
    let services = apportion(part(SERVICES).saturating_sub(68), &weights);
    let helped = apportion(part(HELPED).saturating_sub(JINGSHAN_PEOPLE), &weights);

    let [startups, ecommerce] = &completions;
    let [startup_targets, ecommerce_targets] = &targets;
    let done = startups.iter().zip(ecommerce).map(|(startups, ecommerce)| [*startups, *ecommerce]);
    let asked = startup_targets.iter().zip(ecommerce_targets).map(|(startups, ecommerce)| [*startups, *ecommerce]);
    let served = services.into_iter().zip(helped);
    Ok(shares
        .iter()
        .zip(done.zip(asked).zip(served))
        .map(|(share, ((completions, targets), (services, helped)))| CountyFigures {
            county: share.county,
            share: share.clone(),
            completions,
            targets,
            services,
            helped,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static ATLAS: LazyLock<Atlas> = LazyLock::new(|| Atlas::from_rows(Atlas::embedded_rows()));

    fn sum(figures: &[CountyFigures], of: impl Fn(&CountyFigures) -> u64) -> u64 {
        figures.iter().map(of).sum()
    }

    #[test]
    fn the_full_year_is_the_one_that_was_published() {
        let year = figures(1, 7, &ATLAS).unwrap();
        assert_eq!(year.len(), 100);
        assert_eq!(sum(&year, |c| c.share.people) + JINGSHAN_PEOPLE + WUDOUJIANG_CLASS, 1_100_000);
        for i in 0..2 {
            assert_eq!(sum(&year, |c| c.completions[i]), COMPLETIONS[i]);
            assert_eq!(sum(&year, |c| c.targets[i]), TARGETS[i]);
        }
        assert_eq!(sum(&year, |c| c.services) + 68, 274_000);
        assert_eq!(sum(&year, |c| c.helped) + 29, 185_000);
    }

    #[test]
    fn every_scale_divides_the_year_and_leaves_room_for_those_who_are_told_by_name() {
        for scale in [1, 2, 7, 100, 333, 1_000] {
            let year = figures(scale, 7, &ATLAS).unwrap();
            let part = |whole: u64| whole / u64::from(scale);
            for i in 0..2 {
                assert_eq!(sum(&year, |c| c.completions[i]), part(COMPLETIONS[i]));
                assert_eq!(sum(&year, |c| c.targets[i]), part(TARGETS[i]));
            }
            let of = |code| year.iter().find(|c| c.county == code).unwrap();
            assert!(of(SUICHUAN).completions[1] >= 41);
            assert!(of(SHANGGAO).completions[0] >= 29 && of(SHANGGAO).share.people >= 231);
            assert!(year.iter().all(|c| c.completions[0] <= c.share.people || c.county == SHANGGAO));
        }
        assert!(figures(0, 7, &ATLAS).is_err() && figures(1_001, 7, &ATLAS).is_err());
    }

    #[test]
    fn a_county_is_asked_for_about_what_it_did() {
        for county in figures(1, 7, &ATLAS).unwrap() {
            let percent = county.completions[0] * 100 / county.targets[0];
            assert!((100..155).contains(&percent), "{}: {percent} %", county.county);
        }
    }
}
