//! A completion rate: an exact fraction, never capped, rounded half-up only when it is shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `done` of `target`. A target of zero has no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub done: i64,
    pub target: i64,
}

/// A rate as the API shows it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RateView {
    pub done: i64,
    pub target: i64,
    /// Rounded half-up from the exact fraction, never capped; `null` where no target was set.
    pub percent: Option<String>,
}

impl Rate {
    pub fn new(done: i64, target: i64) -> Self {
        Self { done, target }
    }

    /// The percentage with so many decimals (0 to 4), rounded half-up; `None` without a target.
    pub fn percent(self, decimals: u32) -> Option<String> {
        if self.target <= 0 {
            return None;
        }
        let unit = 10_i128.pow(decimals.min(4));
        let scaled = i128::from(self.done) * 100 * unit;
        let target = i128::from(self.target);
        let rounded = (2 * scaled + target) / (2 * target);
        let (whole, rest) = (rounded / unit, rounded % unit);
        Some(if decimals == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{rest:0width$}", width = decimals as usize)
        })
    }

    /// Whether `done` is at least `percent` of the target, without rounding.
    pub fn reaches(self, percent: i64) -> bool {
        i128::from(self.done) * 100 >= i128::from(percent) * i128::from(self.target)
    }

    pub fn view(self, decimals: u32) -> RateView {
        RateView { done: self.done, target: self.target, percent: self.percent(decimals) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_year_2016_reads_as_it_was_published() {
        assert_eq!(Rate::new(149_900, 120_000).percent(1).unwrap(), "124.9");
        assert_eq!(Rate::new(60_485, 50_000).percent(2).unwrap(), "120.97");
    }

    #[test]
    fn a_half_is_rounded_up_and_nothing_is_capped() {
        assert_eq!(Rate::new(1, 800).percent(2).unwrap(), "0.13");
        assert_eq!(Rate::new(5, 1).percent(0).unwrap(), "500");
        assert_eq!(Rate::new(5, 0).percent(2), None);
    }

    proptest! {
        #[test]
        fn a_shown_rate_is_within_half_a_unit_of_the_fraction(done in 0_i64..10_000_000, target in 1_i64..10_000_000) {
            let shown = Rate::new(done, target).percent(2).unwrap().replace('.', "").parse::<i128>().unwrap();
            let (exact, target) = (i128::from(done) * 10_000, i128::from(target));
            prop_assert!(2 * shown * target - 2 * exact <= target && 2 * exact - 2 * shown * target < target);
        }
    }
}
