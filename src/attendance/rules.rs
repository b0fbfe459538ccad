//! What a mark is worth, when one may be made, and whether the certificate is still within reach.

use chrono::{DateTime, Utc};
use entities::{
    class_session,
    values::{ClassSessionStatus, ClassStatus, MarkRefusal, Outlook, Presence},
};

use crate::attendance::forms::NewMark;
use crate::base::clock::day_of;
use crate::base::rate::Rate;
use crate::base::{Error, Result};

/// Credited of held minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Minutes {
    pub credited: i64,
    pub held: i64,
}

impl Minutes {
    pub(crate) fn rate(self) -> Rate {
        Rate::new(self.credited, self.held)
    }
}

/// A stretch of time, from its first instant up to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Span {
    pub(crate) fn of(session: &class_session::Model) -> Self {
        Self { from: session.starts_at, to: session.ends_at }
    }

    /// Whole minutes, none for a stretch that ends before it begins.
    pub(crate) fn minutes(self) -> i64 {
        (self.to - self.from).num_minutes().max(0)
    }

    /// The part that both have in common.
    pub(crate) fn overlap(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

/// Sessions are cancelled from the approval of the class until its end.
pub(crate) fn class_is_open(class: ClassStatus) -> Result<()> {
    match class {
        ClassStatus::Approved | ClassStatus::Running => Ok(()),
        ClassStatus::Draft | ClassStatus::Applied | ClassStatus::Returned => {
            Err(Error::refused("session.class_not_approved"))
        }
        ClassStatus::Ended | ClassStatus::Closed | ClassStatus::Cancelled => Err(Error::refused("session.class_over")),
    }
}

/// When the person came and went, and the minutes that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Credit {
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
    pub minutes: i32,
}

/// What is wrong with a mark, and in which field.
pub(crate) type Flaw = (&'static str, MarkRefusal);

/// The credit of a mark. Who is there without more being said was there from the first to the last minute; who was late
/// says from when. Absence and leave count nothing.
pub(crate) fn credit(session: Span, mark: &NewMark, now: DateTime<Utc>) -> Result<Credit, Flaw> {
    match mark.presence {
        Presence::Absent | Presence::Leave => match (mark.in_at, mark.out_at) {
            (None, None) => Ok(Credit { in_at: None, out_at: None, minutes: 0 }),
            (Some(_), _) => Err(("in_at", MarkRefusal::NotThere)),
            (None, Some(_)) => Err(("out_at", MarkRefusal::NotThere)),
        },
        Presence::Late if mark.in_at.is_none() => Err(("in_at", MarkRefusal::LateWhen)),
        Presence::Present | Presence::Late => {
            let stay = Span { from: mark.in_at.unwrap_or(session.from), to: mark.out_at.unwrap_or(session.to) };
            if stay.from > now {
                return Err(("in_at", MarkRefusal::Future));
            }
            // That somebody will stay to the end may be assumed; that he will leave before it is not known yet.
            if stay.to > now.max(session.to) {
                return Err(("out_at", MarkRefusal::Future));
            }
            let days = [day_of(session.from), day_of(session.to)];
            if !days.contains(&day_of(stay.from)) || stay.from >= session.to {
                return Err(("in_at", MarkRefusal::OutsideSession));
            }
            if !days.contains(&day_of(stay.to)) || stay.to <= session.from {
                return Err(("out_at", MarkRefusal::OutsideSession));
            }
            if stay.to <= stay.from {
                return Err(("out_at", MarkRefusal::OutBeforeIn));
            }
            let minutes = session.overlap(stay).minutes();
            let minutes = i32::try_from(minutes).map_err(|_| ("out_at", MarkRefusal::OutsideSession))?;
            Ok(Credit { in_at: Some(stay.from), out_at: Some(stay.to), minutes })
        }
    }
}

/// Whether a session is in both sums: it was held. Cancelled ones, and those that were changed too late, are in none.
pub(crate) fn is_held(session: &class_session::Model) -> bool {
    session.status == ClassSessionStatus::Held && session.creditable
}

/// Whether a session will be in both sums when it is held.
pub(crate) fn is_to_come(session: &class_session::Model) -> bool {
    session.status == ClassSessionStatus::Planned && session.creditable
}

/// Minutes of the sessions that were held.
pub(crate) fn held_minutes(sessions: &[class_session::Model]) -> i64 {
    sessions.iter().filter(|s| is_held(s)).map(|s| Span::of(s).minutes()).sum()
}

/// Whether the class is over: every session was held, cancelled or changed too late, at least one was held, and none lasts still.
///
/// # Errors
/// `session.open_left` (arg count), `session.none_held`, `session.lasts`.
pub(crate) fn may_end(sessions: &[class_session::Model], now: DateTime<Utc>) -> Result<()> {
    let open = sessions.iter().filter(|s| is_to_come(s)).count();
    if open > 0 {
        let refusal = crate::base::Refusal { code: "session.open_left", args: Vec::new() };
        return Err(refusal.with("count", open).into());
    }
    let held = || sessions.iter().filter(|s| is_held(s));
    if held().next().is_none() {
        return Err(Error::refused("session.none_held"));
    }
    if held().any(|s| s.ends_at > now) { Err(Error::refused("session.lasts")) } else { Ok(()) }
}

/// Judged by the best that can still come, and by the best without the longest session that is left.
pub(crate) fn outlook(now: Minutes, left: &[i64], percent: i64) -> Outlook {
    let rest: i64 = left.iter().sum();
    let (best, all) = (now.credited + rest, now.held + rest);
    let reaches = |credited: i64| Rate::new(credited, all).reaches(percent);
    match left.iter().max() {
        _ if !reaches(best) => Outlook::Lost,
        Some(longest) if !reaches(best - longest) => Outlook::LastChance,
        _ => Outlook::Safe,
    }
}

/// How somebody stands before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forecast {
    /// So far.
    pub minutes: Minutes,
    /// Minutes that are still to be held.
    pub possible: i64,
    pub outlook: Outlook,
    /// The end of the session with which the threshold is out of reach, for who misses every session from now on. `None`
    /// where it is reached without them, or lost already.
    pub misses_at: Option<DateTime<Utc>>,
}

/// What is left to somebody, from the sessions still to be held with their ends, in order.
pub(crate) fn forecast(now: Minutes, left: &[(DateTime<Utc>, i64)], percent: i64) -> Forecast {
    let minutes: Vec<i64> = left.iter().map(|(_, minutes)| *minutes).collect();
    let possible: i64 = minutes.iter().sum();
    let outlook = outlook(now, &minutes, percent);
    let all = now.held + possible;
    let mut best = now.credited + possible;
    let misses = left.iter().find(|(_, minutes)| {
        best -= minutes;
        !Rate::new(best, all).reaches(percent)
    });
    let misses_at = misses.filter(|_| outlook != Outlook::Lost).map(|(at, _)| *at);
    Forecast { minutes: now, possible, outlook, misses_at }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use entities::values::EnrolmentId;
    use proptest::prelude::*;

    use super::*;

    /// 14 November 2016, so many minutes after 8:30 in Shanghai.
    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2016-11-14T00:30:00Z").unwrap().to_utc() + TimeDelta::minutes(minutes)
    }

    /// 8:30 to 11:50.
    fn session() -> Span {
        Span { from: at(0), to: at(200) }
    }

    fn mark(presence: Presence, in_at: Option<i64>, out_at: Option<i64>) -> NewMark {
        NewMark { enrolment_id: EnrolmentId::new(), presence, in_at: in_at.map(at), out_at: out_at.map(at) }
    }

    fn minutes(presence: Presence, in_at: Option<i64>, out_at: Option<i64>) -> Result<i32, Flaw> {
        credit(session(), &mark(presence, in_at, out_at), at(600)).map(|credit| credit.minutes)
    }

    #[test]
    fn presence_counts_the_minutes_that_one_was_there() {
        assert_eq!(minutes(Presence::Present, None, None), Ok(200));
        assert_eq!(minutes(Presence::Present, Some(-20), Some(230)), Ok(200));
        assert_eq!(minutes(Presence::Late, Some(15), None), Ok(185));
        assert_eq!(minutes(Presence::Late, Some(15), Some(100)), Ok(85));
        assert_eq!(minutes(Presence::Absent, None, None), Ok(0));
        assert_eq!(minutes(Presence::Leave, None, None), Ok(0));
    }

    #[test]
    fn a_mark_that_cannot_be_is_told_by_its_field() {
        assert_eq!(minutes(Presence::Late, None, None), Err(("in_at", MarkRefusal::LateWhen)));
        assert_eq!(minutes(Presence::Absent, Some(0), None), Err(("in_at", MarkRefusal::NotThere)));
        assert_eq!(minutes(Presence::Leave, None, Some(9)), Err(("out_at", MarkRefusal::NotThere)));
        assert_eq!(minutes(Presence::Late, Some(200), None), Err(("in_at", MarkRefusal::OutsideSession)));
        assert_eq!(minutes(Presence::Late, Some(-1440), None), Err(("in_at", MarkRefusal::OutsideSession)));
        assert_eq!(minutes(Presence::Present, None, Some(0)), Err(("out_at", MarkRefusal::OutsideSession)));
        assert_eq!(minutes(Presence::Late, Some(50), Some(40)), Err(("out_at", MarkRefusal::OutBeforeIn)));
        assert_eq!(minutes(Presence::Late, Some(601), None), Err(("in_at", MarkRefusal::Future)));
        assert_eq!(minutes(Presence::Late, Some(50), Some(601)), Err(("out_at", MarkRefusal::Future)));
    }

    #[test]
    fn one_may_be_marked_before_the_session_is_over() {
        let early = credit(session(), &mark(Presence::Present, None, None), at(10));
        assert_eq!(early.map(|credit| credit.minutes), Ok(200));
        let coming = credit(session(), &mark(Presence::Late, Some(30), None), at(10));
        assert_eq!(coming, Err(("in_at", MarkRefusal::Future)));
    }

    #[test]
    fn the_warning_comes_before_the_last_absence_and_the_verdict_after_it() {
        let of = |missed: i64| outlook(Minutes { credited: (3 - missed) * 200, held: 600 }, &[200; 3], 80);
        assert_eq!([0, 1, 2].map(of), [Outlook::Safe, Outlook::LastChance, Outlook::Lost]);
        // Exactly 80 % at the end is enough, one minute less is not.
        assert_eq!(outlook(Minutes { credited: 960, held: 1200 }, &[], 80), Outlook::Safe);
        assert_eq!(outlook(Minutes { credited: 959, held: 1200 }, &[], 80), Outlook::Lost);
        assert_eq!(outlook(Minutes::default(), &[], 80), Outlook::Safe);
    }

    #[test]
    fn the_day_on_which_the_threshold_is_missed_is_named_before_it_comes() {
        // Six sessions of 200 minutes, 80 % of them: one may be missed.
        let left = |from: i64| (from..6).map(|n| (at(n * 1_440), 200)).collect::<Vec<_>>();
        let of = |credited: i64, from: i64| forecast(Minutes { credited, held: from * 200 }, &left(from), 80);
        assert_eq!(of(0, 0).misses_at, Some(at(1_440)));
        assert_eq!((of(600, 3).misses_at, of(600, 3).possible), (Some(at(4 * 1_440)), 600));
        assert_eq!((of(400, 3).misses_at, of(400, 3).outlook), (Some(at(3 * 1_440)), Outlook::LastChance));
        assert_eq!((of(200, 3).misses_at, of(200, 3).outlook), (None, Outlook::Lost));
        assert_eq!((of(1_000, 5).misses_at, of(1_000, 5).outlook), (None, Outlook::Safe));
        assert_eq!(forecast(Minutes { credited: 960, held: 1_200 }, &[], 80).misses_at, None);
    }

    proptest! {
        #[test]
        fn who_misses_everything_from_now_on_is_lost_from_the_named_day_on_and_not_before(
            credited in 0_i64..2_000, missed in 0_i64..600, left in prop::collection::vec(1_i64..300, 0..8),
        ) {
            let now = Minutes { credited, held: credited + missed };
            let sessions: Vec<_> = (0_i64..).map(at).zip(left.iter().copied()).collect();
            let told = forecast(now, &sessions, 80);
            let mut held = now.held;
            for (n, (end, minutes)) in sessions.iter().enumerate() {
                held += minutes;
                let rest: Vec<i64> = left[n + 1..].to_vec();
                let lost = outlook(Minutes { credited, held }, &rest, 80) == Outlook::Lost;
                let told = told.outlook == Outlook::Lost || told.misses_at.is_some_and(|at| at <= *end);
                prop_assert_eq!(lost, told);
            }
        }

        #[test]
        fn credited_minutes_lie_between_none_and_the_session(
            starts in 0_i64..500, length in 1_i64..600, from in -600_i64..1200, stay in -300_i64..1200,
        ) {
            let session = Span { from: at(starts), to: at(starts + length) };
            let there = Span { from: at(from), to: at(from + stay) };
            let minutes = session.overlap(there).minutes();
            prop_assert!((0..=session.minutes()).contains(&minutes));
        }

        #[test]
        fn who_stays_longer_is_never_credited_less(
            from in -300_i64..300, stay in 0_i64..400, before in 0_i64..100, after in 0_i64..100,
        ) {
            let short = Span { from: at(from), to: at(from + stay) };
            let long = Span { from: at(from - before), to: at(from + stay + after) };
            prop_assert!(session().overlap(short).minutes() <= session().overlap(long).minutes());
        }

        #[test]
        fn a_mark_is_credited_at_most_its_session(
            presence in prop::sample::select(vec![Presence::Present, Presence::Late]),
            in_at in proptest::option::of(-400_i64..800), out_at in proptest::option::of(-400_i64..800), now in 0_i64..900,
        ) {
            if let Ok(credit) = credit(session(), &mark(presence, in_at, out_at), at(now)) {
                prop_assert!((0..=200).contains(&credit.minutes));
            }
        }

        #[test]
        fn what_is_lost_stays_lost_however_well_one_attends(
            credited in 0_i64..1000, absent in 0_i64..1000, left in prop::collection::vec(1_i64..300, 0..8),
        ) {
            let now = Minutes { credited, held: credited + absent };
            let rest: i64 = left.iter().sum();
            let end = Minutes { credited: credited + rest, held: now.held + rest };
            prop_assert_eq!(outlook(now, &left, 80) == Outlook::Lost, !end.rate().reaches(80));
        }
    }
}
