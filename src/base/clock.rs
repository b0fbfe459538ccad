//! Time is asked of a clock, so that a test or a demo can say which day it is; business dates are Shanghai days.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};

/// China keeps one time zone and has had no summer time since 1991.
const SHANGHAI: FixedOffset = FixedOffset::east_opt(8 * 3600).expect("eight hours fit");

/// Where "now" comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Stands still until it is set; milliseconds since 1970.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn fixed_at(now: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(now.timestamp_millis())))
    }

    /// Now, cut to the millisecond, which both databases keep exactly.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
    pub fn now(&self) -> DateTime<Utc> {
        let millis = match self {
            Self::System => Utc::now().timestamp_millis(),
            Self::Fixed(millis) => millis.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// Today in Shanghai.
    pub fn today(&self) -> NaiveDate {
        day_of(self.now())
    }

    /// Moves a fixed clock; a system clock cannot be moved.
    pub fn set(&self, now: DateTime<Utc>) {
        if let Self::Fixed(millis) = self {
            millis.store(now.timestamp_millis(), Ordering::SeqCst);
        }
    }
}

/// The Shanghai calendar day of an instant.
pub fn day_of(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&SHANGHAI).date_naive()
}

/// The Shanghai wall-clock time of an instant.
pub fn time_of(instant: DateTime<Utc>) -> NaiveTime {
    instant.with_timezone(&SHANGHAI).time()
}

/// The instant at which Shanghai clocks show `time` on `day`.
pub fn instant(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    SHANGHAI.from_local_datetime(&day.and_time(time)).single().map(|t| t.to_utc()).unwrap_or_default()
}

/// A clock that stands at nine in the morning of `day`, for a house that shows a past year.
pub fn morning_of(day: NaiveDate) -> Clock {
    Clock::fixed_at(instant(day, NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()))
}

/// The calendar year (自然年度) of a business date.
pub fn year_of(day: NaiveDate) -> i32 {
    day.year()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_shanghai() {
        let before = DateTime::parse_from_rfc3339("2016-12-04T15:59:59Z").unwrap().to_utc();
        assert_eq!(day_of(before).to_string(), "2016-12-04");
        assert_eq!(day_of(before + chrono::TimeDelta::seconds(1)).to_string(), "2016-12-05");
    }

    #[test]
    fn an_instant_and_its_wall_clock_agree() {
        let day = NaiveDate::from_ymd_opt(2016, 11, 14).unwrap();
        let time = NaiveTime::from_hms_opt(8, 30, 0).unwrap();
        assert_eq!((day_of(instant(day, time)), time_of(instant(day, time))), (day, time));
    }
}
