//! When a change comes too late, and what may be made up for.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{class_session, values::ClassSessionStatus};

/// Whether so many days are left neither before the old start nor before the new one.
pub(super) fn is_late(now: DateTime<Utc>, days: i64, old: DateTime<Utc>, new: DateTime<Utc>) -> bool {
    old.min(new) - now < TimeDelta::try_days(days).unwrap_or_default()
}

/// Whether a session may be made up for: it was cancelled, or does not count.
pub(super) fn may_be_made_up(session: &class_session::Model) -> bool {
    session.status == ClassSessionStatus::Cancelled || !session.creditable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_late_less_than_a_day_before_the_earlier_of_both_starts() {
        let at = |hours: i64| DateTime::from_timestamp(1_479_081_600 + hours * 3600, 0).unwrap();
        assert!(!is_late(at(0), 1, at(24), at(48)));
        assert!(is_late(at(0), 1, at(23), at(48)));
        assert!(is_late(at(0), 1, at(48), at(23)));
        assert!(!is_late(at(0), 0, at(1), at(2)));
    }
}
