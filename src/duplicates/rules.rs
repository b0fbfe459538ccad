//! When two records may be one person's, and who may say so.

use entities::{
    duplicate_pair,
    values::{PairStatus, PersonId},
};

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::duplicates::lifecycle::PairAction;

/// Pairs that one group is told by: who share a name or a phone are looked at, not multiplied.
const OF_A_GROUP: usize = 10;

/// The seventeen digits that say who somebody is: without the check character, and with the century that the numbers of
/// fifteen digits left out.
pub(crate) fn body(number: &str) -> Option<String> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match (number.len(), number.get(..6), number.get(6..)) {
        (18, _, _) => number.get(..17).filter(|body| digits(body)).map(str::to_owned),
        (15, Some(region), Some(rest)) if digits(number) => Some(format!("{region}19{rest}")),
        _ => None,
    }
}

/// Whether two numbers are one written in two ways.
pub(crate) fn same_number(one: &str, other: &str) -> bool {
    one != other && body(one).is_some_and(|digits| body(other) == Some(digits))
}

/// Pairs of the members of a group for which `fits` holds, the lower id first; no more than ten.
pub(crate) fn pairs<T>(
    members: &[T],
    id: impl Fn(&T) -> PersonId,
    fits: impl Fn(&T, &T) -> bool,
) -> Vec<(PersonId, PersonId)> {
    let each =
        members.iter().enumerate().flat_map(|(n, one)| members.iter().skip(n + 1).map(move |other| (one, other)));
    each.filter(|(one, other)| id(one) != id(other) && fits(one, other))
        .map(|(one, other)| (id(one).min(id(other)), id(one).max(id(other))))
        .take(OF_A_GROUP)
        .collect()
}

/// The state after a step of this actor.
///
/// # Errors
/// `move.illegal`; `merge.same_person` for the one who asked.
pub(crate) fn step(row: &duplicate_pair::Model, action: PairAction, by: &Actor) -> Result<PairStatus> {
    let to = row.status.after(action)?;
    if !row.status.open_to(by.role).contains(&action) {
        return Err(Error::refused("move.illegal"));
    }
    if row.asked_by == Some(by.account) && row.status == PairStatus::MergeAsked {
        return Err(Error::refused("merge.same_person"));
    }
    Ok(to)
}

/// What this actor may do now.
pub(crate) fn actions(row: &duplicate_pair::Model, by: &Actor) -> Vec<&'static str> {
    let open = row.status.open_to(by.role).into_iter();
    open.filter(|action| action.is_by_hand() && step(row, *action, by).is_ok()).map(Into::into).collect()
}

/// The one that goes, where the other one stays.
///
/// # Errors
/// `invalid.choice` for a record that is none of the two.
pub(crate) fn other(row: &duplicate_pair::Model, keeper: PersonId) -> Result<PersonId> {
    match keeper {
        keeper if keeper == row.a => Ok(row.b),
        keeper if keeper == row.b => Ok(row.a),
        _ => Err(Error::invalid("keeper", "invalid.choice")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::IdNumber;

    #[test]
    fn one_number_in_two_ways_is_known_whatever_its_last_character() {
        assert!(same_number("369970800101001", "369970198001010018"));
        assert!(same_number("369970198001010018", "369970198001010012"));
        for other in ["369970198001010018", "369970198001010026", "36997080010100", "369970八00101001", ""] {
            assert!(!same_number("369970198001010018", other), "{other}");
        }
        assert_eq!(body("36997019800101001X").as_deref(), Some("36997019800101001"));
    }

    proptest! {
        #[test]
        fn a_number_of_fifteen_digits_is_its_own_upgrade(region in 100_000_u32..1_000_000, days in 0_u64..36_500, n in 0_u16..1_000) {
            let born = chrono::NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Days::new(days);
            let long = IdNumber::compose(&region.to_string(), born, n).unwrap();
            let short = format!("{}{}", &long.as_str()[..6], &long.as_str()[8..17]);
            prop_assert!(same_number(&short, long.as_str()));
            let other = IdNumber::compose(&region.to_string(), born, (n + 1) % 1_000).unwrap();
            prop_assert!(!same_number(&short, other.as_str()));
        }

        #[test]
        fn a_group_is_told_by_few_pairs_each_once_and_in_order(size in 0_usize..40) {
            let mut people: Vec<PersonId> = (0..size).map(|_| PersonId::new()).collect();
            people.reverse();
            let found = pairs(&people, |id| *id, |_, _| true);
            prop_assert_eq!(found.len(), (size * size.saturating_sub(1) / 2).min(OF_A_GROUP));
            prop_assert!(found.iter().all(|(a, b)| a < b));
            let distinct: std::collections::HashSet<_> = found.iter().collect();
            prop_assert_eq!(distinct.len(), found.len());
        }
    }
}
