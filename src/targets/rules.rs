//! Who counts at which level, and how far a scale reaches. Pure.

use std::collections::HashSet;

use entities::values::{PersonId, Programme};

/// A person once per programme, year and area, whichever way the completions came.
pub(super) type Mark<'a> = (PersonId, Programme, i32, &'a str);

/// The levels of `line` at which this completion adds a person; the marks remember who counted already.
pub(super) fn new_at<'a>(
    seen: &mut HashSet<Mark<'a>>,
    (person, programme, year): (PersonId, Programme, i32),
    line: &[&'a str],
) -> Vec<bool> {
    line.iter().map(|area| seen.insert((person, programme, year, area))).collect()
}

/// The right edge of a chart in per cent: one scale for all its bars, at least 160, so that none is cut off.
pub(super) fn scale(rates: impl IntoIterator<Item = (i64, i64)>) -> i64 {
    const STEP: i64 = 20;
    let highest = rates
        .into_iter()
        .filter(|(_, target)| *target > 0)
        .map(|(done, target)| done.saturating_mul(100).saturating_add(target - 1) / target)
        .max()
        .unwrap_or_default();
    (highest.saturating_add(STEP - 1) / STEP * STEP).max(160)
}

/// A mark under a chart, and which end of its text stands there, so that none sticks out.
pub(crate) type Tick = (i64, &'static str);

/// The marks under a chart, few enough to be read at any scale.
pub(super) fn marks(scale: i64) -> Vec<Tick> {
    let mut step = 50;
    while scale / step > 4 {
        step *= 2;
    }
    let anchor = |mark| match mark {
        0 => "start",
        mark if mark == scale => "end",
        _ => "middle",
    };
    (0..=scale / step).map(|n| (n * step, anchor(n * step))).collect()
}

/// `14.99` of 149,900: ten-thousands (万) with two decimals, rounded half-up.
pub(super) fn ten_thousands(number: i64) -> String {
    let hundredths = (number.max(0) + 50) / 100;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A cell of a table that a spreadsheet takes for text, whatever it begins with.
pub(super) fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const LINES: [&[&str]; 3] =
        [&["360923106206", "360923106", "360923", "360900", "360000"], &["360923", "360900", "360000"], &["360000"]];

    #[test]
    fn a_person_adds_only_where_they_did_not_count_yet() {
        let mut seen = HashSet::new();
        let who = (PersonId::new(), Programme::Ecommerce, 2016);
        assert_eq!(new_at(&mut seen, who, &["360923106", "360923", "360900"]), [true, true, true]);
        assert_eq!(new_at(&mut seen, who, &["360902001", "360902", "360900"]), [true, true, false]);
        assert_eq!(new_at(&mut seen, (who.0, Programme::Skill, 2016), &["360900"]), [true]);
        assert_eq!(new_at(&mut seen, (who.0, Programme::Ecommerce, 2017), &["360900"]), [true]);
    }

    proptest! {
        #[test]
        fn counting_one_by_one_gives_the_distinct_people_at_every_level(
            completions in prop::collection::vec((0_usize..6, 0_usize..3), 0..40)
        ) {
            let people: Vec<PersonId> = (0..6).map(|_| PersonId::new()).collect();
            let mut seen = HashSet::new();
            let mut counted: BTreeMap<&str, i64> = BTreeMap::new();
            let mut distinct: BTreeMap<&str, HashSet<usize>> = BTreeMap::new();
            for (person, line) in completions {
                let new = new_at(&mut seen, (people[person], Programme::Skill, 2016), LINES[line]);
                for (area, new) in LINES[line].iter().zip(new) {
                    *counted.entry(area).or_default() += i64::from(new);
                    distinct.entry(area).or_default().insert(person);
                }
            }
            for (area, people) in distinct {
                prop_assert_eq!(counted[area], i64::try_from(people.len()).unwrap());
            }
        }

        #[test]
        fn no_bar_is_longer_than_its_scale_and_no_scale_has_more_than_five_marks(
            done in 0_i64..1_000_000, target in 1_i64..1_000_000
        ) {
            let scale = scale([(done, target)]);
            prop_assert!(done * 100 <= target * scale && scale % 20 == 0 && scale >= 160);
            prop_assert!(marks(scale).len() <= 5 && marks(scale).iter().all(|(mark, _)| *mark <= scale));
        }
    }

    #[test]
    fn ten_thousands_are_rounded_half_up() {
        let shown: Vec<String> = [149_900, 60_485, 50_000, 9_950, 49, 50].into_iter().map(ten_thousands).collect();
        assert_eq!(shown, ["14.99", "6.05", "5.00", "1.00", "0.00", "0.01"]);
    }

    #[test]
    fn a_cell_is_no_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert!(cell(text).starts_with('\''), "{text}");
        }
        assert_eq!(cell("上高县"), "上高县");
    }
}
