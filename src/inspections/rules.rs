//! Verdicts: when a session can be inspected, and when a headcount is a doubt.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{class_session, values::ClassSessionStatus};

/// Whether an inspection of a session is written down now: so long before its begin, and so long after its end.
pub(super) fn is_now(session: &class_session::Model, around: TimeDelta, now: DateTime<Utc>) -> bool {
    session.status != ClassSessionStatus::Cancelled
        && session.starts_at - around <= now
        && now < session.ends_at + around
}

/// Whether an inspection of a session can still be planned.
pub(super) fn is_to_come(session: &class_session::Model, now: DateTime<Utc>) -> bool {
    session.status != ClassSessionStatus::Cancelled && now < session.ends_at
}

/// What was seen beside what is marked of the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Figures {
    pub seen: i64,
    pub marked: i64,
    /// So many may be marked and not be seen.
    pub tolerance: i64,
    /// Whether the count fell into the session: before and after it nobody need be there.
    pub within: bool,
}

impl Figures {
    /// People who are marked and were not seen.
    pub(super) fn missing(self) -> i64 {
        (self.marked - self.seen).max(0)
    }

    pub(super) fn is_doubt(self) -> bool {
        self.within && self.missing() > self.tolerance
    }
}

/// Whether that moment lies in the session.
pub(super) fn is_within(session: &class_session::Model, at: DateTime<Utc>) -> bool {
    session.starts_at <= at && at < session.ends_at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(seen: i64, marked: i64) -> Figures {
        Figures { seen, marked, tolerance: 2, within: true }
    }

    #[test]
    fn more_than_the_tolerance_is_a_doubt_and_the_tolerance_is_none() {
        assert!(!figures(18, 20).is_doubt());
        assert!(figures(17, 20).is_doubt());
    }

    #[test]
    fn who_was_seen_and_is_not_marked_is_no_doubt_and_neither_is_a_count_outside_of_the_session() {
        assert_eq!((figures(25, 20).is_doubt(), figures(25, 20).missing()), (false, 0));
        assert!(!Figures { within: false, ..figures(0, 20) }.is_doubt());
    }
}
