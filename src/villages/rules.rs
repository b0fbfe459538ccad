//! How the figures of a village are told: in which order causes stand, and how a sum is written.

use entities::values::LabourCapacity;

use crate::villages::views::CodeView;

/// Causes as the village tells them: illness, disaster, schooling, disability first, the others in the order of the list.
const FIRST: [&str; 4] = ["01", "04", "03", "02"];

/// Squares in one row: as many as fit on a phone.
const IN_A_ROW: i64 = 15;

/// So many people are drawn one by one; more as bars.
pub(super) const SQUARES: i64 = 120;

/// The place of a cause in the telling.
pub(super) fn rank(cause: &str) -> (usize, &str) {
    (FIRST.iter().position(|first| *first == cause).unwrap_or(FIRST.len()), cause)
}

/// People by cause, in the order of the telling.
pub(super) fn by_cause<'c>(causes: impl Iterator<Item = (&'c str, i64)>) -> Vec<(String, i64)> {
    let mut counted: Vec<(String, i64)> = causes.map(|(cause, people)| (cause.to_owned(), people)).collect();
    counted.sort_by(|(a, _), (b, _)| rank(a).cmp(&rank(b)));
    counted
}

/// From able to less able.
pub(super) fn by_labour(mut counted: Vec<CodeView>) -> Vec<CodeView> {
    counted.sort_by_key(|one| LabourCapacity::all().position(|word| word.as_str() == one.code));
    counted
}

/// The most wished for first, and last those of whom nothing is recorded.
pub(super) fn by_wish(mut counted: Vec<CodeView>) -> Vec<CodeView> {
    counted.sort_by(|a, b| (a.code.is_empty(), -a.people, &a.code).cmp(&(b.code.is_empty(), -b.people, &b.code)));
    counted
}

/// A length as a figure.
pub(super) fn whole(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// `15 + 2 + 4 + 8 = 29`, so that the eye can check it.
pub(super) fn sum(terms: impl Iterator<Item = i64>) -> String {
    let terms: Vec<i64> = terms.collect();
    let written: Vec<String> = terms.iter().map(ToString::to_string).collect();
    format!("{} = {}", written.join(" + "), terms.iter().sum::<i64>())
}

/// A count as rows of squares.
pub(super) fn rows(people: i64) -> Vec<i64> {
    (0..people).step_by(usize::try_from(IN_A_ROW).unwrap_or(1)).map(|first| (people - first).min(IN_A_ROW)).collect()
}

/// The pattern of the n-th cause: shape tells the groups apart without colour; beyond four they begin again.
pub(super) fn pattern(n: usize) -> &'static str {
    match n % 4 {
        0 => "full",
        1 => "cross",
        2 => "dot",
        _ => "open",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn jingshan_reads_as_the_news_told_it() {
        let counted = by_cause([("02", 8), ("01", 15), ("03", 4), ("04", 2)].into_iter());
        assert_eq!(sum(counted.iter().map(|(_, n)| *n)), "15 + 2 + 4 + 8 = 29");
    }

    proptest! {
        #[test]
        fn rows_of_squares_add_up_and_none_is_longer_than_a_phone_is_wide(people in 0_i64..1_000) {
            let rows = rows(people);
            prop_assert_eq!(rows.iter().sum::<i64>(), people);
            prop_assert!(rows.iter().all(|n| (1..=IN_A_ROW).contains(n)));
        }
    }
}
