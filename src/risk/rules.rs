//! The score itself: a pure function of counted facts and of weights. More facts never make it smaller, their order is
//! nothing to it, and it never leaves 0 to 100.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entities::values::{DoubtKind, DoubtStatus, RiskBand, RiskFactor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The version of the method, which stands with every score that was kept.
pub(super) const METHOD: &str = "1";

/// The most that a score comes to.
pub(super) const MOST: i64 = 100;

/// How often each factor was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts(BTreeMap<RiskFactor, i64>);

impl Facts {
    /// That many more of a factor; nothing is ever taken away.
    pub(super) fn add(&mut self, factor: RiskFactor, count: i64) {
        let stands = self.0.entry(factor).or_default();
        *stands = stands.saturating_add(count.max(0));
    }

    pub(super) fn count(&self, factor: RiskFactor) -> i64 {
        self.0.get(&factor).copied().unwrap_or_default()
    }
}

impl FromIterator<RiskFactor> for Facts {
    fn from_iter<I: IntoIterator<Item = RiskFactor>>(found: I) -> Self {
        let mut facts = Self::default();
        for factor in found {
            facts.add(factor, 1);
        }
        facts
    }
}

/// What a factor weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Weight {
    /// Points of one.
    pub points: i64,
    /// Points of all of them together, at most.
    pub most: i64,
}

pub(super) type Weights = BTreeMap<RiskFactor, Weight>;

/// A factor in a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Line {
    pub factor: RiskFactor,
    /// How often it was found.
    pub count: i64,
    /// Points of one.
    pub weight: i64,
    /// Points of all of them together, at most.
    pub most: i64,
    /// What it adds to the score.
    pub points: i64,
}

/// A score with all that it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Score {
    /// Every factor that was found, in the order in which factors are told.
    pub lines: Vec<Line>,
    pub points: i64,
}

impl Score {
    fn of(lines: Vec<Line>) -> Self {
        let sum = lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.points));
        Self { points: sum.clamp(0, MOST), lines }
    }

    /// What the institution itself is shown: without what is still looked into, and without what rests on people who spoke.
    /// Its points are those of the lines that are left.
    pub(super) fn for_institution(&self) -> Self {
        Self::of(self.lines.iter().filter(|line| is_told(line.factor)).copied().collect())
    }
}

/// Whether the institution is told of a factor. An open doubt would warn it, a call-back or a complaint would point to whoever
/// spoke, and a headcount says where one looks.
fn is_told(factor: RiskFactor) -> bool {
    !matches!(factor, RiskFactor::OpenDoubt | RiskFactor::Headcount | RiskFactor::CallBack | RiskFactor::Complaint)
}

/// The score of these facts under these weights. A factor without a weight adds nothing.
pub(super) fn score(facts: &Facts, weights: &Weights) -> Score {
    let line = |factor: RiskFactor| {
        let count = facts.count(factor);
        let Weight { points, most } = weights.get(&factor).copied().unwrap_or_default();
        let points_of_all = count.saturating_mul(points.max(0)).min(most.max(0));
        (count > 0).then_some(Line { factor, count, weight: points, most, points: points_of_all })
    };
    Score::of(RiskFactor::all().filter_map(line).collect())
}

/// From how many points on a risk is middle, and high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bands {
    pub middle: i64,
    pub high: i64,
}

impl Bands {
    pub(super) fn band(self, points: i64) -> RiskBand {
        match points {
            points if points >= self.high => RiskBand::High,
            points if points >= self.middle => RiskBand::Middle,
            _ => RiskBand::Low,
        }
    }
}

/// A stretch of time whose end is not in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Window {
    pub(super) fn holds(self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }
}

/// A doubt, as far as a score goes by it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt {
    pub kind: DoubtKind,
    pub status: DoubtStatus,
    pub found_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// What a doubt stood for at the end of a window: confirmed within it, or not decided by then, whatever was decided later. What
/// was dismissed or is no longer found stands for nothing; an upheld complaint is counted as such, and not as its doubt.
pub(super) fn of_doubt(doubt: &Doubt, window: Window) -> Option<RiskFactor> {
    if doubt.found_at >= window.to || doubt.status == DoubtStatus::Cleared {
        return None;
    }
    match doubt.decided_at.filter(|at| *at < window.to) {
        None => Some(match doubt.kind {
            DoubtKind::Headcount => RiskFactor::Headcount,
            DoubtKind::CallBack => RiskFactor::CallBack,
            _ => RiskFactor::OpenDoubt,
        }),
        Some(at) if window.holds(at) && doubt.status != DoubtStatus::Dismissed => match doubt.kind {
            DoubtKind::SharedDevice => Some(RiskFactor::SharedDevice),
            DoubtKind::SameSecond => Some(RiskFactor::SameSecond),
            DoubtKind::OutsideRadius => Some(RiskFactor::OutsideRadius),
            DoubtKind::PersonInTwoPlaces => Some(RiskFactor::PersonInTwoPlaces),
            DoubtKind::TrainerInTwoPlaces => Some(RiskFactor::TrainerInTwoPlaces),
            DoubtKind::OverCapacity => Some(RiskFactor::OverCapacity),
            DoubtKind::BeforeApproval => Some(RiskFactor::BeforeApproval),
            DoubtKind::PassRate => Some(RiskFactor::PassRate),
            DoubtKind::BurstOfClasses => Some(RiskFactor::BurstOfClasses),
            DoubtKind::Headcount => Some(RiskFactor::Headcount),
            DoubtKind::CallBack => Some(RiskFactor::CallBack),
            DoubtKind::Complaint => None,
        },
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::risk::weights;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(17_000 + day)
    }

    const YEAR: i64 = 365;

    fn window() -> Window {
        Window { from: at(0), to: at(YEAR) }
    }

    fn doubt(kind: DoubtKind, status: DoubtStatus, found: i64, decided: Option<i64>) -> Doubt {
        Doubt { kind, status, found_at: at(found), decided_at: decided.map(at) }
    }

    fn defaults() -> Weights {
        weights::defaults().collect()
    }

    #[test]
    fn a_score_is_the_sum_of_its_lines() {
        let facts: Facts =
            [RiskFactor::SharedDevice, RiskFactor::SharedDevice, RiskFactor::Warning].into_iter().collect();
        let weights = Weights::from([
            (RiskFactor::SharedDevice, Weight { points: 8, most: 24 }),
            (RiskFactor::Warning, Weight { points: 5, most: 10 }),
        ]);
        let score = score(&facts, &weights);
        assert_eq!(score.points, 21);
        assert_eq!(score.lines.iter().map(|line| (line.count, line.points)).collect::<Vec<_>>(), [(2, 16), (1, 5)]);
    }

    #[test]
    fn a_factor_adds_no_more_than_its_most_and_one_without_a_weight_nothing() {
        let facts: Facts = std::iter::repeat_n(RiskFactor::RefusedLine, 300).chain([RiskFactor::Case]).collect();
        let weights = Weights::from([(RiskFactor::RefusedLine, Weight { points: 1, most: 10 })]);
        assert_eq!(score(&facts, &weights).points, 10);
    }

    #[test]
    fn a_band_begins_with_its_points() {
        let bands = Bands { middle: 20, high: 50 };
        assert_eq!(
            [0, 19, 20, 49, 50, 100].map(|points| bands.band(points)),
            [RiskBand::Low, RiskBand::Low, RiskBand::Middle, RiskBand::Middle, RiskBand::High, RiskBand::High]
        );
    }

    #[test]
    fn a_doubt_counts_as_it_stood_on_that_day() {
        let of = |doubt: Doubt| of_doubt(&doubt, window());
        let device = |status, found, decided| of(doubt(DoubtKind::SharedDevice, status, found, decided));
        assert_eq!(device(DoubtStatus::Open, 10, None), Some(RiskFactor::OpenDoubt));
        assert_eq!(device(DoubtStatus::Confirmed, 10, Some(20)), Some(RiskFactor::SharedDevice));
        assert_eq!(device(DoubtStatus::InCase, 10, Some(20)), Some(RiskFactor::SharedDevice));
        assert_eq!(device(DoubtStatus::Dismissed, 10, Some(20)), None);
        // What was decided after that day was open on it, however it was decided.
        assert_eq!(device(DoubtStatus::Dismissed, 10, Some(YEAR)), Some(RiskFactor::OpenDoubt));
        assert_eq!(device(DoubtStatus::Confirmed, 10, Some(YEAR)), Some(RiskFactor::OpenDoubt));
        // Too long ago, and not yet.
        assert_eq!(device(DoubtStatus::Confirmed, -20, Some(-1)), None);
        assert_eq!(device(DoubtStatus::Open, YEAR, None), None);
        assert_eq!(device(DoubtStatus::Cleared, 10, None), None);
        assert_eq!(of(doubt(DoubtKind::Headcount, DoubtStatus::Open, 10, None)), Some(RiskFactor::Headcount));
        assert_eq!(of(doubt(DoubtKind::Complaint, DoubtStatus::Confirmed, 10, Some(20))), None);
    }

    #[test]
    fn the_institution_is_told_neither_what_is_open_nor_who_spoke() {
        let hidden = [RiskFactor::OpenDoubt, RiskFactor::CallBack, RiskFactor::Complaint, RiskFactor::Headcount];
        let facts: Facts = hidden.into_iter().chain([RiskFactor::Warning]).collect();
        let whole = score(&facts, &defaults());
        let told = whole.for_institution();
        assert_eq!(told.lines.iter().map(|line| line.factor).collect::<Vec<_>>(), [RiskFactor::Warning]);
        assert!(told.points < whole.points);
    }

    fn factors() -> impl Strategy<Value = Vec<RiskFactor>> {
        let all: Vec<RiskFactor> = RiskFactor::all().collect();
        prop::collection::vec(prop::sample::select(all), 0..60)
    }

    fn weights() -> impl Strategy<Value = Weights> {
        let weight = (0_i64..=100, 0_i64..=100).prop_map(|(points, most)| Weight { points, most });
        prop::collection::vec(weight, RiskFactor::all().count())
            .prop_map(|weights| RiskFactor::all().zip(weights).collect())
    }

    proptest! {
        #[test]
        fn one_more_fact_never_lowers_a_score_and_it_stays_within_its_bounds(
            found in factors(), weights in weights(), more in 0_usize..25,
        ) {
            let before = score(&found.iter().copied().collect(), &weights);
            let more = RiskFactor::all().nth(more);
            let after = score(&found.iter().copied().chain(more).collect(), &weights);
            prop_assert!((0..=MOST).contains(&before.points) && before.points <= after.points);
            let bands = Bands { middle: 20, high: 50 };
            prop_assert!(bands.band(before.points) <= bands.band(after.points));
            prop_assert!(before.for_institution().points <= before.points);
        }

        #[test]
        fn the_order_of_facts_is_nothing_to_a_score(
            (found, turned) in factors().prop_flat_map(|found| (Just(found.clone()), Just(found).prop_shuffle())),
            weights in weights(),
        ) {
            let (one, other): (Facts, Facts) = (found.into_iter().collect(), turned.into_iter().collect());
            prop_assert_eq!(score(&one, &weights), score(&other, &weights));
        }

        #[test]
        fn its_lines_add_up_to_it(found in factors(), weights in weights()) {
            let score = score(&found.into_iter().collect(), &weights);
            prop_assert_eq!(score.points, score.lines.iter().map(|line| line.points).sum::<i64>().min(MOST));
        }
    }
}
