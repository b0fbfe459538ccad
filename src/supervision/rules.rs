//! What makes a class or its marks doubtful: pure rules over plain facts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::values::{EnrolmentId, MarkWord, OrganisationId};

use crate::base::Place;
use crate::base::clock::day_of;
use crate::base::place::metres_between;
use crate::base::rate::Rate;

/// A mark that somebody made with a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tap<'a> {
    pub seat: EnrolmentId,
    pub says: MarkWord,
    /// When it reached us, by our clock.
    pub at: DateTime<Utc>,
    /// The hash of the phone's mark.
    pub device: Option<&'a str>,
    pub place: Option<Place>,
    /// False where it was refused because the phone had marked somebody else.
    pub taken: bool,
}

/// The phones with which more than `most` people marked themselves, or tried to.
pub(super) fn shared_devices<'a>(taps: &[Tap<'a>], most: usize) -> BTreeMap<&'a str, BTreeSet<EnrolmentId>> {
    let mut people: BTreeMap<&str, BTreeSet<EnrolmentId>> = BTreeMap::new();
    for tap in taps {
        if let Some(device) = tap.device {
            people.entry(device).or_default().insert(tap.seat);
        }
    }
    people.retain(|_, seats| seats.len() > most);
    people
}

/// The seconds in which `least` people or more came, or went.
pub(super) fn same_seconds(taps: &[Tap<'_>], least: usize) -> BTreeMap<(MarkWord, i64), BTreeSet<EnrolmentId>> {
    let mut people: BTreeMap<(MarkWord, i64), BTreeSet<EnrolmentId>> = BTreeMap::new();
    for tap in taps.iter().filter(|tap| tap.taken) {
        people.entry((tap.says, tap.at.timestamp())).or_default().insert(tap.seat);
    }
    people.retain(|_, seats| seats.len() >= least.max(2));
    people
}

/// Who marked himself farther from the room than its radius.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outside {
    pub seats: BTreeSet<EnrolmentId>,
    pub farthest: i64,
}

/// A phone that did not tell its place is nowhere, and outside of nothing.
pub(super) fn outside(taps: &[Tap<'_>], centre: Place, radius: i64) -> Outside {
    let mut outside = Outside::default();
    for tap in taps.iter().filter(|tap| tap.taken) {
        let Some(metres) = tap.place.map(|place| metres_between(place, centre)).filter(|metres| *metres > radius)
        else {
            continue;
        };
        outside.seats.insert(tap.seat);
        outside.farthest = outside.farthest.max(metres);
    }
    outside
}

/// A stretch of time, its end not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Stay {
    /// The time that both have in common; none where one ends as the other begins.
    pub(super) fn shared(self, other: Self) -> TimeDelta {
        (self.to.min(other.to) - self.from.max(other.from)).max(TimeDelta::zero())
    }

    /// The part of it that lies in another.
    pub(super) fn within(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

/// Whole minutes, one for a part of one: who is in two places for a moment is so.
pub(super) fn minutes_up(time: TimeDelta) -> i64 {
    (time.num_seconds() + 59) / 60
}

/// Who teaches: known by the number of the identity, or by name alone within the own institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Teacher<'a> {
    pub number: Option<&'a str>,
    pub organisation: OrganisationId,
    pub name: &'a str,
}

impl Teacher<'_> {
    /// Two numbers decide; without them a name is one person within an institution, and nobody elsewhere.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self.number, other.number) {
            (Some(one), Some(two)) => one == two,
            _ => self.organisation == other.organisation && !self.name.is_empty() && self.name == other.name,
        }
    }
}

/// Whether so many of so many who were assessed passed that it is too good to be true.
pub(super) fn passes_too_well(passed: usize, assessed: usize, percent: i64, least: i64) -> bool {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    assessed > 0 && count(assessed) >= least && Rate::new(count(passed), count(assessed)).reaches(percent)
}

/// How a young institution opens classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Burst {
    pub most: i64,
    pub window_days: i64,
    pub young_days: i64,
}

/// What a burst came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InBurst {
    pub classes: i64,
    pub age_days: i64,
}

impl Burst {
    /// Whether the class that was opened at `this` is the first one too many: of a series only the one that crosses the
    /// limit is told. `opened` are the classes of the institution, `this` among them; `since` is its first day.
    pub(super) fn crossed(self, opened: &[DateTime<Utc>], this: DateTime<Utc>, since: NaiveDate) -> Option<InBurst> {
        let age_days = (day_of(this) - since).num_days();
        if age_days >= self.young_days {
            return None;
        }
        let window = TimeDelta::try_days(self.window_days).unwrap_or_default();
        let until = |end: DateTime<Utc>| opened.iter().filter(|at| **at <= end && **at > end - window).count();
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let classes = count(until(this));
        let before = opened.iter().filter(|at| **at < this).max().map_or(0, |last| count(until(*last)));
        (classes > self.most && before <= self.most).then_some(InBurst { classes, age_days })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2016-11-14T00:30:00Z").unwrap().to_utc() + TimeDelta::seconds(seconds)
    }

    fn tap(seat: EnrolmentId, device: &str, seconds: i64) -> Tap<'_> {
        Tap { seat, says: MarkWord::In, at: at(seconds), device: Some(device), place: None, taken: true }
    }

    fn stay(from: i64, to: i64) -> Stay {
        Stay { from: at(from), to: at(to) }
    }

    #[test]
    fn a_phone_is_shared_by_people_and_not_by_marks() {
        let [a, b, c] = [EnrolmentId::new(), EnrolmentId::new(), EnrolmentId::new()];
        assert!(shared_devices(&[tap(a, "x", 1), tap(a, "x", 2), tap(a, "x", 3)], 1).is_empty());
        assert!(shared_devices(&[tap(a, "x", 1), tap(b, "x", 2)], 2).is_empty());
        // The third was refused, and tried.
        let refused = Tap { taken: false, ..tap(c, "x", 3) };
        let shared = shared_devices(&[tap(a, "x", 1), tap(b, "x", 2), refused, tap(c, "y", 4)], 2);
        assert_eq!(shared.into_iter().collect::<Vec<_>>(), [("x", BTreeSet::from([a, b, c]))]);
    }

    #[test]
    fn a_second_is_doubtful_from_so_many_people_on_and_by_what_they_say() {
        let seats: Vec<EnrolmentId> = (0..3).map(|_| EnrolmentId::new()).collect();
        let mut taps: Vec<Tap> = seats.iter().map(|seat| tap(*seat, "", 7)).collect();
        assert_eq!(same_seconds(&taps, 3).len(), 1);
        assert!(same_seconds(&taps, 4).is_empty());
        taps[2].says = MarkWord::Out;
        assert!(same_seconds(&taps, 3).is_empty());
        taps[2] = Tap { taken: false, ..tap(seats[2], "", 7) };
        assert!(same_seconds(&taps, 3).is_empty());
        // One person alone is no crowd, whatever the number says.
        assert!(same_seconds(&taps[..1], 0).is_empty());
    }

    #[test]
    fn outside_is_beyond_the_radius_and_nobody_is_outside_who_did_not_tell() {
        let centre = Place { latitude_e6: 28_230_000, longitude_e6: 114_920_000 };
        let north = |metres: i32| Place { latitude_e6: centre.latitude_e6 + metres * 9, ..centre };
        let seat = EnrolmentId::new();
        let near = Tap { place: Some(north(290)), ..tap(seat, "", 0) };
        let far = Tap { place: Some(north(400)), ..tap(seat, "", 0) };
        assert_eq!(outside(&[near, tap(seat, "", 1)], centre, 300), Outside::default());
        let found = outside(&[near, far], centre, 300);
        assert_eq!(found.seats.len(), 1);
        assert!((395..=405).contains(&found.farthest), "{found:?}");
        assert_eq!(outside(&[Tap { taken: false, ..far }], centre, 300), Outside::default());
    }

    #[test]
    fn stays_that_only_touch_share_nothing() {
        assert_eq!(stay(0, 60).shared(stay(60, 120)), TimeDelta::zero());
        assert_eq!(stay(0, 61).shared(stay(60, 120)), TimeDelta::seconds(1));
        assert_eq!(minutes_up(TimeDelta::seconds(1)), 1);
        assert_eq!(minutes_up(TimeDelta::seconds(120)), 2);
        assert_eq!(stay(0, 100).within(stay(50, 300)), stay(50, 100));
    }

    #[test]
    fn a_trainer_is_one_by_number_everywhere_and_by_name_in_one_house() {
        let [here, there] = [OrganisationId::new(), OrganisationId::new()];
        let known = |number, organisation, name| Teacher { number, organisation, name };
        assert!(known(Some("1"), here, "刘晓燕").is(&known(Some("1"), there, "刘小燕")));
        assert!(!known(Some("1"), here, "刘晓燕").is(&known(Some("2"), here, "刘晓燕")));
        assert!(known(None, here, "刘晓燕").is(&known(Some("1"), here, "刘晓燕")));
        assert!(!known(None, here, "刘晓燕").is(&known(None, there, "刘晓燕")));
        assert!(!known(None, here, "").is(&known(None, here, "")));
    }

    #[test]
    fn a_pass_rate_is_doubtful_from_its_percent_and_its_people_on() {
        assert!(passes_too_well(49, 50, 98, 20) && !passes_too_well(48, 50, 98, 20));
        assert!(passes_too_well(20, 20, 98, 20) && !passes_too_well(19, 19, 98, 20));
        assert!(!passes_too_well(0, 0, 98, 0));
    }

    #[test]
    fn of_a_burst_the_first_class_too_many_is_told() {
        let burst = Burst { most: 2, window_days: 30, young_days: 180 };
        let since = day_of(at(0));
        let days = |days: &[i64]| days.iter().map(|day| at(day * 86_400)).collect::<Vec<_>>();
        let opened = days(&[0, 5, 10, 15, 200, 201, 202]);
        let told = |n: usize| burst.crossed(&opened, opened[n], since).map(|found| found.classes);
        assert_eq!((0..7).map(told).collect::<Vec<_>>(), [None, None, Some(3), None, None, None, None]);
        // A day after the window, the first of the three no longer counts.
        let opened = days(&[0, 5, 30]);
        assert_eq!(burst.crossed(&opened, opened[2], since), None);
        // The last young day.
        let opened = days(&[177, 178, 179]);
        assert_eq!(burst.crossed(&opened, opened[2], since).map(|found| found.age_days), Some(179));
        let opened = days(&[178, 179, 180]);
        assert_eq!(burst.crossed(&opened, opened[2], since), None);
    }

    proptest! {
        #[test]
        fn no_order_of_marks_changes_what_is_found(
            marks in prop::collection::vec((0_usize..6, 0_usize..3, 0_i64..4, any::<bool>()), 0..40), turn in 0_usize..40,
        ) {
            let seats: Vec<EnrolmentId> = (0..6).map(|_| EnrolmentId::new()).collect();
            let names = ["a", "b", "c"];
            let taps: Vec<Tap> = marks.iter()
                .map(|(seat, device, second, taken)| Tap { taken: *taken, ..tap(seats[*seat], names[*device], *second) })
                .collect();
            let mut turned = taps.clone();
            turned.rotate_left(turn.min(taps.len()));
            for n in 0..6 {
                prop_assert_eq!(shared_devices(&taps, n), shared_devices(&turned, n));
                prop_assert_eq!(same_seconds(&taps, n), same_seconds(&turned, n));
                // A stricter number finds no more.
                prop_assert!(shared_devices(&taps, n + 1).len() <= shared_devices(&taps, n).len());
                prop_assert!(same_seconds(&taps, n + 1).len() <= same_seconds(&taps, n).len());
            }
        }

        #[test]
        fn what_two_stays_share_is_the_same_from_both_sides_and_in_none_more_than_either(
            a in 0_i64..1_000, la in 0_i64..1_000, b in 0_i64..1_000, lb in 0_i64..1_000,
        ) {
            let (one, other) = (stay(a, a + la), stay(b, b + lb));
            let shared = one.shared(other);
            prop_assert_eq!(shared, other.shared(one));
            prop_assert!(shared >= TimeDelta::zero() && shared <= one.shared(one) && shared <= other.shared(other));
            let seconds = (0..2_100).filter(|s| (a..a + la).contains(s) && (b..b + lb).contains(s)).count();
            prop_assert_eq!(shared.num_seconds(), i64::try_from(seconds).unwrap());
        }

        #[test]
        fn one_more_who_passes_makes_no_rate_less_doubtful(
            assessed in 1_usize..200, passed in 0_usize..200, percent in 0_i64..=100, least in 0_i64..60,
        ) {
            let passed = passed.min(assessed);
            if passed < assessed && passes_too_well(passed, assessed, percent, least) {
                prop_assert!(passes_too_well(passed + 1, assessed, percent, least));
            }
        }
    }
}
