//! Until when a seat may go to somebody else.

use entities::class_session;

use crate::attendance::rules::{Span, held_minutes, is_held, is_to_come};
use crate::base::clock::day_of;

/// Whether somebody else may still take a seat: less than so many percent of the planned minutes were held, and on no more
/// than so many days.
pub(super) fn may_replace(sessions: &[class_session::Model], percent: i64, days: i64) -> bool {
    let held = held_minutes(sessions);
    let to_come: i64 = sessions.iter().filter(|s| is_to_come(s)).map(|s| Span::of(s).minutes()).sum();
    let all = held + to_come;
    let mut taught: Vec<_> = sessions.iter().filter(|s| is_held(s)).map(|s| day_of(s.starts_at)).collect();
    taught.sort_unstable();
    taught.dedup();
    held * 100 < all * percent && i64::try_from(taught.len()).is_ok_and(|taught| taught <= days)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use entities::values::{ClassId, ClassSessionStatus, SessionId, SessionMode};

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2016-11-14T00:30:00Z").unwrap().to_utc() + TimeDelta::minutes(minutes)
    }

    /// So many sessions of that length, one a day; the first of them held.
    fn plan(all: i64, held: i64, minutes: i64) -> Vec<class_session::Model> {
        (0..all)
            .map(|n| class_session::Model {
                id: SessionId::new(),
                class_id: ClassId::new(),
                ordinal: 1,
                starts_at: at(n * 1_440),
                ends_at: at(n * 1_440 + minutes),
                status: if n < held { ClassSessionStatus::Held } else { ClassSessionStatus::Planned },
                mode: SessionMode::Practice,
                venue_id: None,
                trainer_id: None,
                trainer: None,
                creditable: true,
                makes_up: None,
                version: 1,
            })
            .collect()
    }

    #[test]
    fn a_seat_changes_hands_before_a_tenth_of_the_hours_and_within_two_days() {
        assert!(may_replace(&plan(20, 0, 200), 10, 2));
        assert!(may_replace(&plan(20, 1, 200), 10, 2));
        // Two of twenty are a tenth.
        assert!(!may_replace(&plan(20, 2, 200), 10, 2));
        assert!(may_replace(&plan(40, 2, 200), 10, 2));
        // Three of forty are less than a tenth, and on three days.
        assert!(!may_replace(&plan(40, 3, 200), 10, 2));
    }
}
