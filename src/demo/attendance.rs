//! How somebody came to the sessions of a class, and what is derived from it.

use entities::values::Presence;

use crate::demo::calendar::SESSION_MINUTES;
use crate::demo::dice::{Dice, evenly};

/// Minutes that a late-comer misses.
pub(super) const LATE_MINUTES: i32 = 20;

/// What becomes of somebody in a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Came often enough and passed.
    Qualifies,
    /// Stayed away too often.
    StaysAway,
    /// Came often enough, and did not pass in two attempts.
    Fails,
}

/// One mark per session, and the minutes it counts.
pub(super) fn marks(fate: Fate, sessions: usize, dice: &mut Dice) -> Vec<(Presence, i32)> {
    let mut marks = vec![(Presence::Present, SESSION_MINUTES); sessions];
    // A fifth of the minutes may be missed; one session less than that leaves room for three delays.
    let bearable = (sessions / 5).min(3);
    let missed = match fate {
        Fate::StaysAway => sessions.div_ceil(3),
        Fate::Qualifies | Fate::Fails => dice.weigh(&[(0, 78), (1, 16), (2, 4), (3, 2)]).min(bearable),
    };
    let first = dice.below(u32::try_from(sessions).unwrap_or(1)) as usize;
    for place in evenly(missed, sessions) {
        let why = if dice.percent(60) { Presence::Absent } else { Presence::Leave };
        if let Some(mark) = marks.get_mut((first + place) % sessions.max(1)) {
            *mark = (why, 0);
        }
    }
    let late = if missed == bearable { 1 } else { 2 };
    for mark in marks.iter_mut().filter(|(presence, _)| *presence == Presence::Present) {
        if dice.percent(4) {
            *mark = (Presence::Late, SESSION_MINUTES - LATE_MINUTES);
        }
    }
    for mark in marks.iter_mut().filter(|(presence, _)| *presence == Presence::Late).skip(late) {
        *mark = (Presence::Present, SESSION_MINUTES);
    }
    marks
}

/// Whether the minutes reach so many percent of what was held.
pub(super) fn reaches(credited: i32, held: i32, percent: i32) -> bool {
    i64::from(credited) * 100 >= i64::from(held) * i64::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_qualifies_reaches_the_threshold_and_who_stays_away_does_not() {
        let mut dice = Dice::new(5);
        for sessions in [6, 18, 40] {
            let held = i32::try_from(sessions).unwrap() * SESSION_MINUTES;
            for _ in 0..2_000 {
                for (fate, enough) in [(Fate::Qualifies, true), (Fate::Fails, true), (Fate::StaysAway, false)] {
                    let marks = marks(fate, sessions, &mut dice);
                    let credited = marks.iter().map(|(_, minutes)| minutes).sum();
                    assert_eq!(reaches(credited, held, 80), enough, "{fate:?}: {credited} of {held}");
                    assert_eq!(marks.len(), sessions);
                }
            }
        }
    }
}
