//! Verdicts on the plan of a class: order of sessions, shares of theory and practice, two places at once.

use chrono::{DateTime, Utc};
use entities::{
    class_session, training_class,
    values::{SessionMode, VenueId},
};

/// A stretch of time, half-open: two that touch do not overlap.
pub(crate) type Span = (DateTime<Utc>, DateTime<Utc>);

pub(crate) fn overlaps(a: Span, b: Span) -> bool {
    a.0 < b.1 && b.0 < a.1
}

/// The first session that ends before it begins, or begins before the one before it ended; its place from zero.
pub(crate) fn first_out_of_order(sessions: &[Span]) -> Option<usize> {
    sessions.iter().enumerate().find_map(|(i, session)| {
        let earlier = i.checked_sub(1).and_then(|i| sessions.get(i));
        let wrong = session.1 <= session.0 || earlier.is_some_and(|earlier| session.0 < earlier.1);
        wrong.then_some(i)
    })
}

/// The venue in which a session is held; online teaching has none.
pub(crate) fn venue_of(class: &training_class::Model, session: &class_session::Model) -> Option<VenueId> {
    if session.mode == SessionMode::Online { None } else { session.venue_id.or(class.venue_id) }
}

/// Minutes of all sessions.
pub(crate) fn minutes(sessions: &[Span]) -> i64 {
    sessions.iter().map(|(from, to)| (*to - *from).num_minutes()).sum()
}

/// Whether a part is at least so many percent of the whole.
pub(crate) fn has_share(part: i64, whole: i64, percent: i64) -> bool {
    part.saturating_mul(100) >= whole.saturating_mul(percent)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_479_081_600 + minute * 60, 0).unwrap()
    }

    #[test]
    fn two_fifths_of_the_hours_are_enough_and_a_minute_less_is_not() {
        assert!(has_share(480, 1200, 40) && !has_share(479, 1200, 40));
        assert!(has_share(0, 0, 40));
    }

    proptest! {
        #[test]
        fn overlap_is_mutual_and_touching_is_none(a in 0_i64..100, b in 1_i64..50, c in 0_i64..100, d in 1_i64..50) {
            let (one, other) = ((at(a), at(a + b)), (at(c), at(c + d)));
            prop_assert_eq!(overlaps(one, other), overlaps(other, one));
            prop_assert!(!overlaps(one, (at(a + b), at(a + b + d))));
            prop_assert!(overlaps(one, one));
        }

        #[test]
        fn sessions_in_order_never_overlap(cuts in prop::collection::btree_set(0_i64..1000, 2..20)) {
            let cuts: Vec<i64> = cuts.into_iter().collect();
            let spans: Vec<Span> = cuts.windows(2).map(|w| (at(w[0]), at(w[1]))).collect();
            prop_assert_eq!(first_out_of_order(&spans), None);
            prop_assert_eq!(minutes(&spans), cuts[cuts.len() - 1] - cuts[0]);
        }
    }
}
