//! The code on the trainer's screen: eight digits of a session and a step of time, so that it is worth nothing elsewhere or
//! later. It is computed, never stored.

use chrono::{DateTime, TimeDelta, Utc};
use entities::values::SessionId;

use crate::attendance::judging::Limits;
use crate::data::Vault;

/// Digits of a code: four can be guessed by a class that tries, eight cannot.
const DIGITS: usize = 8;
/// A code that stood on the screen in the last half an hour is told apart from one that never did.
const REMEMBERED: TimeDelta = TimeDelta::minutes(30);

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Stands now, or did a step ago.
    Valid(i64),
    /// Stood there, too long ago.
    Old(i64),
    Wrong,
}

/// The step of time that an instant lies in.
pub(crate) fn step_of(now: DateTime<Utc>, limits: &Limits) -> i64 {
    now.timestamp().div_euclid(limits.step_seconds.max(1))
}

/// Seconds until the code on the screen changes.
pub(crate) fn seconds_left(now: DateTime<Utc>, limits: &Limits) -> i64 {
    let step = limits.step_seconds.max(1);
    step - now.timestamp().rem_euclid(step)
}

/// The code of one session in one step.
pub(crate) fn digits(vault: &Vault, session: SessionId, step: i64) -> String {
    let hash = vault.index("attendance-code", &format!("{session}/{step}"));
    let number = hash.get(..15).and_then(|hex| u64::from_str_radix(hex, 16).ok()).unwrap_or_default();
    format!("{:0DIGITS$}", number % 10_u64.pow(8))
}

/// As a person typed or scanned it: digits of any width, in any grouping.
pub(crate) fn tidy(typed: &str) -> String {
    typed
        .chars()
        .filter_map(|c| match c {
            '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0),
            c => c.is_ascii_digit().then_some(c),
        })
        .take(DIGITS + 1)
        .collect()
}

/// What a code is worth now.
pub(crate) fn read(vault: &Vault, session: SessionId, code: &str, now: DateTime<Utc>, limits: &Limits) -> Reading {
    if code.len() != DIGITS {
        return Reading::Wrong;
    }
    let step = step_of(now, limits);
    let is = |step: &i64| digits(vault, session, *step) == code;
    // From the newest to the oldest.
    if let Some(step) = (step - limits.steps_back..=step + limits.steps_ahead).rev().find(is) {
        return Reading::Valid(step);
    }
    let oldest = step - REMEMBERED.num_seconds() / limits.step_seconds.max(1);
    (oldest..step - limits.steps_back).rev().find(is).map_or(Reading::Wrong, Reading::Old)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits::DEFAULT
    }

    fn vault() -> Vault {
        Vault::new(&Vault::fresh_keys().unwrap()).unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_479_081_600 + seconds, 0).unwrap()
    }

    #[test]
    fn a_code_holds_for_its_step_and_the_next_and_is_old_after_that() {
        let (vault, session) = (vault(), SessionId::new());
        let step = step_of(at(0), &limits());
        let code = digits(&vault, session, step);
        let read = |seconds| read(&vault, session, &code, at(seconds), &limits());
        assert_eq!(read(0), Reading::Valid(step));
        assert_eq!(read(14), Reading::Valid(step));
        assert_eq!(read(29), Reading::Valid(step));
        assert_eq!(read(30), Reading::Old(step));
        assert_eq!(read(1_700), Reading::Old(step));
        assert_eq!(read(4_000), Reading::Wrong);
        // A clock that is a step behind has the code of the next step before it.
        assert_eq!(read(-1), Reading::Valid(step));
        assert_eq!(read(-16), Reading::Wrong);
    }

    #[test]
    fn a_code_is_of_one_session_and_one_house() {
        let (vault, session) = (vault(), SessionId::new());
        let code = digits(&vault, session, step_of(at(0), &limits()));
        assert_eq!(code.len(), 8);
        assert_eq!(super::read(&vault, SessionId::new(), &code, at(0), &limits()), Reading::Wrong);
        assert_eq!(super::read(&self::vault(), session, &code, at(0), &limits()), Reading::Wrong);
    }

    #[test]
    fn it_is_read_however_it_is_typed() {
        assert_eq!(tidy("１234 5678"), "12345678");
        assert_eq!(tidy(" 1234-5678\n"), "12345678");
        assert_eq!(tidy("123456789").len(), 9);
    }

    #[test]
    fn the_screen_changes_at_the_end_of_the_step() {
        assert_eq!([0, 1, 14, 15].map(|s| seconds_left(at(s), &limits())), [15, 14, 1, 15]);
    }
}
