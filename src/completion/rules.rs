//! Who qualifies, and what money is free when a class is closed.

use entities::values::Fen;

use crate::attendance::Minutes;

/// Attendance reached the threshold of the class, exactly and without rounding. Where nothing was held, nobody attended.
pub(crate) fn attended(minutes: Minutes, percent: i32) -> bool {
    minutes.held > 0 && minutes.rate().reaches(i64::from(percent))
}

/// Attended and passed: both, and neither makes up for the other.
pub(crate) fn qualifies(minutes: Minutes, percent: i32, passed: bool) -> bool {
    attended(minutes, percent) && passed
}

/// What was reserved for seats that nobody qualified on.
pub(crate) fn released(unit: Fen, seats: i32, qualified: usize) -> Fen {
    let unused = i64::from(seats) - i64::try_from(qualified).unwrap_or(i64::MAX);
    unit.times(unused.max(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(credited: i64, held: i64) -> Minutes {
        Minutes { credited, held }
    }

    #[test]
    fn eighty_percent_is_enough_and_anything_less_is_not() {
        assert!(qualifies(of(960, 1200), 80, true));
        assert!(!qualifies(of(959, 1200), 80, true));
        // 79.9999…, which would show as 80.00.
        assert!(!qualifies(of(799_999, 1_000_000), 80, true));
        assert!(!qualifies(of(1200, 1200), 80, false));
        assert!(!qualifies(of(0, 0), 80, true));
    }

    #[test]
    fn money_goes_back_for_every_seat_that_nobody_qualified_on() {
        assert_eq!(released(Fen(80_000), 41, 38), Fen(240_000));
        assert_eq!(released(Fen(80_000), 41, 41), Fen(0));
        assert_eq!(released(Fen(80_000), 2, 3), Fen(0));
    }

    proptest! {
        #[test]
        fn who_attended_more_never_qualifies_less(
            held in 1_i64..10_000, more in 0_i64..10_000, less in 0_i64..10_000, percent in 0_i32..=100,
        ) {
            let (more, less) = (more.max(less).min(held), less.min(more).min(held));
            prop_assert!(!qualifies(of(less, held), percent, true) || qualifies(of(more, held), percent, true));
        }
    }
}
