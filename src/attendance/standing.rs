//! What stands of one person in one session: a function of the set of all that was accepted, in whatever order it came. So a
//! mark that a device sends three days late changes no more and no less than if it had come at once.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entities::{
    mark_try,
    values::{MarkMethod, MarkStanding, MarkTryId, MarkWord, Presence},
};

use crate::attendance::rules::Span;

/// What one accepted try says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saying {
    pub id: MarkTryId,
    pub method: MarkMethod,
    pub says: MarkWord,
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
    pub device: Option<String>,
    /// Counts what one source said.
    pub sequence: i64,
    pub received_at: DateTime<Utc>,
}

impl Saying {
    /// What an accepted try says; a refused one says nothing.
    pub(crate) fn of(row: &mark_try::Model) -> Option<Self> {
        row.refusal.is_none().then(|| Self {
            id: row.id,
            method: row.method,
            says: row.says,
            in_at: row.in_at,
            out_at: row.out_at,
            device: row.device.clone(),
            sequence: row.sequence.unwrap_or_default(),
            received_at: row.received_at,
        })
    }

    /// Who says it: a later word of one source takes the place of its earlier one, never that of another's.
    fn source(&self) -> Source {
        match self.method {
            MarkMethod::Roster | MarkMethod::Import => Source::Roster,
            MarkMethod::Offline => Source::Device(self.device.clone().unwrap_or_default()),
            MarkMethod::ByHand => Source::Hand,
            MarkMethod::Code => Source::Own,
            MarkMethod::Leave => Source::Leave,
            MarkMethod::Ruling => Source::Ruling,
        }
    }

    fn order(&self) -> (i64, DateTime<Utc>, MarkTryId) {
        (self.sequence, self.received_at, self.id)
    }

    fn stay(&self, session: Span) -> Span {
        Span { from: self.in_at.unwrap_or(session.from), to: self.out_at.unwrap_or(session.to) }
    }

    fn there(&self) -> bool {
        matches!(self.says, MarkWord::Present | MarkWord::Late)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Ruling,
    Own,
    Roster,
    Device(String),
    Hand,
    Leave,
}

/// What stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub presence: Presence,
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
    /// Credited: the time that everybody who speaks of the person agrees on, within the session.
    pub minutes: i32,
    pub method: MarkMethod,
    pub standing: MarkStanding,
}

/// The own phone's word: when one came, and when one went.
fn own(sayings: &[&Saying]) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
    let came = sayings.iter().filter(|s| s.says == MarkWord::In).filter_map(|s| s.in_at).min()?;
    let went = sayings.iter().filter(|s| s.says == MarkWord::Out).filter_map(|s| s.out_at).max();
    Some((came, went))
}

/// What everybody's last word comes to.
///
/// A ruling of two people decides. Else: who is there for one and away for another is in dispute and credited nothing; where
/// all say there, what all of them allow is credited. The own phone tells when somebody came and went, and a trainer's word
/// confirms one who forgot to go. Leave says only why somebody is away.
pub(crate) fn stand(session: Span, sayings: &[Saying]) -> Option<Standing> {
    let mut by_source: BTreeMap<Source, Vec<&Saying>> = BTreeMap::new();
    for saying in sayings {
        by_source.entry(saying.source()).or_default().push(saying);
    }
    let phone = by_source.remove(&Source::Own).as_deref().and_then(own);
    let last: Vec<&Saying> =
        by_source.into_values().filter_map(|said| said.into_iter().max_by_key(|s| s.order())).collect();
    if let Some(ruling) = last.iter().find(|s| s.source() == Source::Ruling) {
        return Some(ruled(session, ruling));
    }
    let excused = last.iter().any(|s| s.source() == Source::Leave);
    let words: Vec<&Saying> = last.into_iter().filter(|s| s.source() != Source::Leave).collect();
    let (there, away): (Vec<&Saying>, Vec<&Saying>) = words.iter().partition(|s| s.there());
    let disputed =
        if there.is_empty() && phone.is_none() { false } else { !away.is_empty() || differ(session, &there) };
    let mut stay = there.iter().map(|s| s.stay(session)).reduce(Span::overlap);
    let mut half = false;
    if let Some((came, went)) = phone {
        let own = Span { from: came, to: went.unwrap_or(session.to) };
        half = went.is_none() && there.is_empty();
        stay = Some(stay.map_or(own, |stay| stay.overlap(own)));
    }
    // In the order of sources, and not of arrival; where the phone alone spoke, it names the way.
    let method = words.first().map_or(MarkMethod::Code, |s| s.method);
    let Some(stay) = stay else {
        if words.is_empty() {
            return excused.then_some(absent(Presence::Leave, MarkMethod::Leave, MarkStanding::Credited));
        }
        let leave = excused || away.iter().any(|s| s.says == MarkWord::Leave);
        let presence = if leave { Presence::Leave } else { Presence::Absent };
        return Some(absent(presence, method, MarkStanding::Credited));
    };
    let standing = if disputed {
        MarkStanding::Disputed
    } else if half {
        MarkStanding::Half
    } else {
        MarkStanding::Credited
    };
    let late = stay.from > session.from || there.iter().any(|s| s.says == MarkWord::Late);
    let counts = away.is_empty() && !half;
    Some(Standing {
        presence: if late { Presence::Late } else { Presence::Present },
        in_at: Some(stay.from),
        out_at: if half { None } else { Some(stay.to) },
        minutes: if counts { minutes(session, stay) } else { 0 },
        method,
        standing,
    })
}

fn minutes(session: Span, stay: Span) -> i32 {
    i32::try_from(session.overlap(stay).minutes()).unwrap_or_default()
}

/// Whether those who saw the person disagree on when.
fn differ(session: Span, there: &[&Saying]) -> bool {
    let mut stays = there.iter().map(|s| session.overlap(s.stay(session)));
    stays.next().is_some_and(|first| stays.any(|stay| stay != first))
}

fn absent(presence: Presence, method: MarkMethod, standing: MarkStanding) -> Standing {
    Standing { presence, in_at: None, out_at: None, minutes: 0, method, standing }
}

fn ruled(session: Span, ruling: &Saying) -> Standing {
    if !ruling.there() {
        let presence = if ruling.says == MarkWord::Leave { Presence::Leave } else { Presence::Absent };
        return absent(presence, MarkMethod::Ruling, MarkStanding::Credited);
    }
    let stay = ruling.stay(session);
    Standing {
        presence: if ruling.says == MarkWord::Late { Presence::Late } else { Presence::Present },
        in_at: Some(stay.from),
        out_at: Some(stay.to),
        minutes: minutes(session, stay),
        method: MarkMethod::Ruling,
        standing: MarkStanding::Credited,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2016-11-14T00:30:00Z").unwrap().to_utc() + TimeDelta::minutes(minutes)
    }

    fn session() -> Span {
        Span { from: at(0), to: at(200) }
    }

    fn said(method: MarkMethod, says: MarkWord, in_at: Option<i64>, out_at: Option<i64>) -> Saying {
        Saying {
            id: MarkTryId::new(),
            method,
            says,
            in_at: in_at.map(at),
            out_at: out_at.map(at),
            device: None,
            sequence: 0,
            received_at: at(300),
        }
    }

    fn device(name: &str, sequence: i64, says: MarkWord, in_at: Option<i64>) -> Saying {
        Saying { device: Some(name.into()), sequence, ..said(MarkMethod::Offline, says, in_at, None) }
    }

    fn roster(says: MarkWord) -> Saying {
        said(MarkMethod::Roster, says, None, None)
    }

    /// Presence, minutes and standing.
    fn told(sayings: &[Saying]) -> (Presence, i32, MarkStanding) {
        let stands = stand(session(), sayings).unwrap();
        (stands.presence, stands.minutes, stands.standing)
    }

    #[test]
    fn who_came_and_went_by_code_is_credited_the_minutes_between() {
        let came = said(MarkMethod::Code, MarkWord::In, Some(-5), None);
        assert_eq!(told(std::slice::from_ref(&came)), (Presence::Present, 0, MarkStanding::Half));
        let went = said(MarkMethod::Code, MarkWord::Out, None, Some(150));
        assert_eq!(told(&[came, went]), (Presence::Present, 150, MarkStanding::Credited));
        let late = said(MarkMethod::Code, MarkWord::In, Some(20), None);
        let went = said(MarkMethod::Code, MarkWord::Out, None, Some(230));
        assert_eq!(told(&[late, went]), (Presence::Late, 180, MarkStanding::Credited));
    }

    #[test]
    fn the_trainer_confirms_who_forgot_to_go() {
        let came = said(MarkMethod::Code, MarkWord::In, Some(10), None);
        assert_eq!(told(&[came, roster(MarkWord::Present)]), (Presence::Late, 190, MarkStanding::Credited));
    }

    #[test]
    fn there_for_one_and_away_for_another_is_a_dispute_and_credits_nothing() {
        let came = said(MarkMethod::Code, MarkWord::In, Some(0), None);
        assert_eq!(told(&[came, roster(MarkWord::Absent)]), (Presence::Present, 0, MarkStanding::Disputed));
        let two = [device("a", 1, MarkWord::Present, None), device("b", 1, MarkWord::Absent, None)];
        assert_eq!(told(&two), (Presence::Present, 0, MarkStanding::Disputed));
    }

    #[test]
    fn two_who_saw_different_times_are_shown_and_what_both_allow_is_credited() {
        let two = [device("a", 1, MarkWord::Present, None), device("b", 1, MarkWord::Late, Some(40))];
        assert_eq!(told(&two), (Presence::Late, 160, MarkStanding::Disputed));
    }

    #[test]
    fn a_device_corrects_itself_and_not_another() {
        let corrected = [device("a", 2, MarkWord::Absent, None), device("a", 1, MarkWord::Present, None)];
        assert_eq!(told(&corrected), (Presence::Absent, 0, MarkStanding::Credited));
    }

    #[test]
    fn leave_is_no_truancy_and_credits_nothing_and_who_comes_all_the_same_is_there() {
        let leave = said(MarkMethod::Leave, MarkWord::Leave, None, None);
        assert_eq!(told(std::slice::from_ref(&leave)), (Presence::Leave, 0, MarkStanding::Credited));
        assert_eq!(told(&[leave.clone(), roster(MarkWord::Absent)]), (Presence::Leave, 0, MarkStanding::Credited));
        assert_eq!(told(&[leave, roster(MarkWord::Present)]), (Presence::Present, 200, MarkStanding::Credited));
    }

    #[test]
    fn what_two_people_decided_stands_whatever_comes_later() {
        let ruling = said(MarkMethod::Ruling, MarkWord::Late, Some(50), Some(150));
        let later = Saying { received_at: at(9_000), ..device("b", 7, MarkWord::Absent, None) };
        let all = [device("a", 1, MarkWord::Present, None), ruling, later];
        assert_eq!(told(&all), (Presence::Late, 100, MarkStanding::Credited));
    }

    fn any_saying() -> impl Strategy<Value = Saying> {
        let method = prop::sample::select(vec![
            MarkMethod::Roster,
            MarkMethod::Code,
            MarkMethod::Offline,
            MarkMethod::ByHand,
            MarkMethod::Leave,
            MarkMethod::Ruling,
        ]);
        let word = prop::sample::select(vec![
            MarkWord::Present,
            MarkWord::Late,
            MarkWord::Absent,
            MarkWord::Leave,
            MarkWord::In,
            MarkWord::Out,
        ]);
        let time = || proptest::option::of(-60_i64..300);
        (method, word, time(), time(), 0_u8..3, 0_i64..5, 0_i64..9_000).prop_map(
            |(method, says, in_at, out_at, name, sequence, received)| {
                let own = matches!(says, MarkWord::In | MarkWord::Out);
                let says = match (method, own) {
                    (MarkMethod::Code, true) => says,
                    (MarkMethod::Code, false) => MarkWord::In,
                    (MarkMethod::Leave, _) => MarkWord::Leave,
                    (_, true) => MarkWord::Present,
                    (_, false) => says,
                };
                Saying {
                    device: Some(name.to_string()),
                    sequence: if method == MarkMethod::Offline { sequence } else { 0 },
                    received_at: at(received),
                    ..said(method, says, in_at, out_at)
                }
            },
        )
    }

    /// A device uses each of its numbers once.
    fn numbered_once(mut all: Vec<Saying>) -> Vec<Saying> {
        let mut used = std::collections::HashSet::new();
        all.retain(|s| s.method != MarkMethod::Offline || used.insert((s.device.clone(), s.sequence)));
        all
    }

    proptest! {
        #[test]
        fn nobody_is_credited_more_than_the_session_lasts(sayings in prop::collection::vec(any_saying(), 0..12)) {
            if let Some(stands) = stand(session(), &sayings) {
                prop_assert!((0..=200).contains(&stands.minutes));
                prop_assert!(stands.standing != MarkStanding::Half || stands.minutes == 0);
            }
        }

        #[test]
        fn in_whatever_order_and_however_late_offline_marks_arrive_the_same_stands(
            (sayings, shuffled) in prop::collection::vec(any_saying(), 0..12)
                .prop_map(numbered_once)
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
            late in prop::collection::vec(0_i64..4_320, 12),
        ) {
            let mut arrived = shuffled;
            for (saying, late) in arrived.iter_mut().zip(late) {
                if saying.method == MarkMethod::Offline {
                    saying.received_at = at(300 + late);
                    saying.id = MarkTryId::new();
                }
            }
            prop_assert_eq!(stand(session(), &sayings), stand(session(), &arrived));
        }

        #[test]
        fn a_mark_that_comes_twice_changes_nothing(sayings in prop::collection::vec(any_saying(), 1..8), again in 0_usize..8) {
            let mut twice = sayings.clone();
            twice.push(sayings[again % sayings.len()].clone());
            prop_assert_eq!(stand(session(), &sayings), stand(session(), &twice));
        }
    }
}
