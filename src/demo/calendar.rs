//! Days and hours of the year that is told: 2016 in Jiangxi, seen from its last day.

use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

use crate::base::{Clock, clock};

/// The year that is told.
pub(super) const YEAR: i32 = 2016;

/// The day on which the clock of the demonstration stands: the year is over, the next one begins.
pub const TODAY: NaiveDate = day(YEAR, 12, 31);

/// A session lasts three hours and twenty minutes, two a day.
pub(super) const SESSION_MINUTES: i32 = 200;
const SESSIONS: [(u32, u32); 2] = [(8, 30), (14, 0)];

/// Lets a clock that stands go on through its day, to the last second of it: what waits for time, such as a sign-in that
/// rests after mistakes, must not wait for ever.
pub fn run(clock: Clock) {
    let (began, start) = (Instant::now(), clock.now());
    let midnight = at(after(clock.today(), 1), 0, 0) - TimeDelta::seconds(1);
    tokio::spawn(async move {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        loop {
            second.tick().await;
            let gone = TimeDelta::from_std(began.elapsed()).unwrap_or(TimeDelta::MAX);
            clock.set(start.checked_add_signed(gone).map_or(midnight, |now| now.min(midnight)));
        }
    });
}

pub(super) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

pub(super) fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    clock::instant(day, NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default())
}

pub(super) fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// The week of the national holiday.
fn is_holiday(day: NaiveDate) -> bool {
    day.month() == 10 && day.day() <= 7
}

fn is_teaching_day(day: NaiveDate) -> bool {
    day.weekday() != Weekday::Sun && !is_holiday(day)
}

fn is_working_day(day: NaiveDate) -> bool {
    is_teaching_day(day) && day.weekday() != Weekday::Sat
}

/// So many working days of the offices later.
pub(super) fn working_days_after(day: NaiveDate, days: usize) -> NaiveDate {
    (1..60).map(|n| after(day, n)).filter(|day| is_working_day(*day)).take(days).last().unwrap_or(day)
}

/// So many working days before.
pub(super) fn working_days_before(day: NaiveDate, days: usize) -> NaiveDate {
    (1..60)
        .filter_map(|n| day.checked_sub_days(Days::new(n)))
        .filter(|day| is_working_day(*day))
        .take(days)
        .last()
        .unwrap_or(day)
}

/// The days on which a class meets that begins on `first` or as soon as there is teaching.
pub(super) fn teaching_days(first: NaiveDate, days: usize) -> Vec<NaiveDate> {
    first.iter_days().filter(|day| is_teaching_day(*day)).take(days).collect()
}

/// Begin and end of the sessions of these days, in order.
pub(super) fn sessions(days: &[NaiveDate]) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let minutes = TimeDelta::minutes(i64::from(SESSION_MINUTES));
    days.iter()
        .flat_map(|day| SESSIONS.map(|(hour, minute)| at(*day, hour, minute)))
        .map(|start| (start, start + minutes))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_of_three_days_meets_six_times_and_not_on_sundays_or_holidays() {
        let days = teaching_days(day(2016, 9, 30), 3);
        assert_eq!(days, [day(2016, 9, 30), day(2016, 10, 8), day(2016, 10, 10)]);
        let sessions = sessions(&days);
        assert_eq!(sessions.len(), 6);
        assert!(sessions.windows(2).all(|w| w[0].1 <= w[1].0));
    }

    #[test]
    fn offices_rest_on_weekends() {
        assert_eq!(working_days_after(day(2016, 12, 2), 1), day(2016, 12, 5));
        assert_eq!(working_days_before(day(2016, 12, 5), 1), day(2016, 12, 2));
        assert_eq!(working_days_after(day(2016, 9, 30), 3), day(2016, 10, 12));
    }
}
