//! When a line of an exclusion list stands against a class.

use chrono::NaiveDate;
use entities::values::{ExclusionKind, ExclusionListId};

/// Where somebody is named by a list that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub hit: Hit,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// What a refusal or a blocked line names: which list, of which day, under which document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub list: ExclusionListId,
    pub kind: ExclusionKind,
    pub as_of: NaiveDate,
    pub document_no: String,
}

impl Entry {
    /// Whether it stands against a class of these days. What somebody is on the first day decides: who finds work while the
    /// class runs reached what it is for. Who died before the last day did not finish.
    fn counts(&self, starts_on: NaiveDate, ends_on: NaiveDate) -> bool {
        let begun_by = |day: NaiveDate| self.from.is_none_or(|from| from <= day);
        match self.hit.kind {
            ExclusionKind::Deceased => begun_by(ends_on),
            ExclusionKind::Pensioner
            | ExclusionKind::PublicPayroll
            | ExclusionKind::Student
            | ExclusionKind::Insured => begun_by(starts_on) && self.to.is_none_or(|to| to >= starts_on),
            // Who was paid from elsewhere may learn; whether it was for the same, a person finds out.
            ExclusionKind::OtherFund => false,
        }
    }
}

/// The hit on a class of these days, if there is one; of several always the same one.
pub(crate) fn hit(entries: &[Entry], starts_on: NaiveDate, ends_on: NaiveDate) -> Option<&Hit> {
    let counting = entries.iter().filter(|entry| entry.counts(starts_on, ends_on));
    counting.map(|entry| &entry.hit).min_by_key(|hit| (hit.kind, hit.list))
}

/// Where a list says that another fund paid for somebody, from the class on.
pub(crate) fn paid_elsewhere(entries: &[Entry], starts_on: NaiveDate) -> Option<&Hit> {
    let paid = entries.iter().filter(|entry| entry.hit.kind == ExclusionKind::OtherFund);
    let since = paid.filter(|entry| entry.to.is_none_or(|to| to >= starts_on));
    since.map(|entry| &entry.hit).min_by_key(|hit| hit.list)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: i32) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(736_000 + n).unwrap()
    }

    fn entry(kind: ExclusionKind, from: Option<i32>, to: Option<i32>) -> Entry {
        let hit = Hit { list: ExclusionListId::new(), kind, as_of: day(0), document_no: "1".into() };
        Entry { hit, from: from.map(day), to: to.map(day) }
    }

    fn hits(kind: ExclusionKind, from: Option<i32>, to: Option<i32>) -> bool {
        hit(&[entry(kind, from, to)], day(10), day(12)).is_some()
    }

    #[test]
    fn the_first_day_of_the_class_decides() {
        let apart = [ExclusionKind::Deceased, ExclusionKind::OtherFund];
        for kind in ExclusionKind::all().filter(|kind| !apart.contains(kind)) {
            assert!(hits(kind, None, None));
            assert!(hits(kind, Some(10), Some(10)));
            assert!(hits(kind, Some(1), Some(30)));
            assert!(!hits(kind, Some(11), None), "found work while the class ran");
            assert!(!hits(kind, None, Some(9)));
        }
    }

    #[test]
    fn the_dead_stay_dead() {
        let dies = |on| hits(ExclusionKind::Deceased, Some(on), None);
        assert!(dies(1) && dies(12));
        assert!(!dies(13), "the class was over");
        assert!(hits(ExclusionKind::Deceased, Some(1), Some(2)), "nobody comes back");
    }

    #[test]
    fn who_another_fund_pays_for_may_learn_and_is_asked_about_unless_it_was_over_before() {
        assert!(!hits(ExclusionKind::OtherFund, None, None));
        let paid = |kind, to| paid_elsewhere(&[entry(kind, Some(1), to)], day(10)).is_some();
        assert!(paid(ExclusionKind::OtherFund, None) && paid(ExclusionKind::OtherFund, Some(10)));
        assert!(!paid(ExclusionKind::OtherFund, Some(9)));
        assert!(!paid(ExclusionKind::Insured, None), "that is a verdict, not a question");
    }

    #[test]
    fn of_several_hits_the_same_one_is_told_in_whatever_order_they_come() {
        let (one, two) = (entry(ExclusionKind::Insured, None, None), entry(ExclusionKind::Pensioner, None, None));
        let told = |entries: &[Entry]| hit(entries, day(10), day(12)).unwrap().kind;
        assert_eq!(told(&[one.clone(), two.clone()]), told(&[two, one]));
    }

    proptest! {
        #[test]
        fn a_longer_period_never_hits_less(from in -20_i32..40, length in 0_i32..40, before in 0_i32..20, after in 0_i32..20) {
            for kind in ExclusionKind::all() {
                if hits(kind, Some(from), Some(from + length)) {
                    prop_assert!(hits(kind, Some(from - before), Some(from + length + after)));
                }
            }
        }
    }
}
