//! Row scope: every query starts from what the caller may see.

use entities::values::{OrganisationId, PersonId};
use sea_orm::{ColumnTrait, Condition};

use crate::areas;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A division and everything below it.
    Area(String),
    Organisation(OrganisationId),
    Person(PersonId),
    Nothing,
    /// Work that nobody asked for by hand: clocks, checks, loading.
    System,
}

impl Scope {
    /// The condition under which rows with these owners are seen. A kind of owner that the table lacks sees nothing.
    pub fn over<C: ColumnTrait>(&self, area: C, organisation: Option<C>, person: Option<C>) -> Condition {
        let nothing = || Condition::all().add(sea_orm::sea_query::Expr::cust("1 = 0"));
        match self {
            Self::System => Condition::all(),
            Self::Area(code) => within(area, code),
            Self::Organisation(id) => organisation.map_or_else(nothing, |c| Condition::all().add(c.eq(*id))),
            Self::Person(id) => person.map_or_else(nothing, |c| Condition::all().add(c.eq(*id))),
            Self::Nothing => nothing(),
        }
    }

    /// Whether a thing in that division is in sight, for scopes that go by division.
    pub fn covers(&self, code: &str) -> bool {
        match self {
            Self::System => true,
            Self::Area(area) => areas::contains(area, code),
            Self::Organisation(_) | Self::Person(_) | Self::Nothing => false,
        }
    }
}

/// `column` lies in the division `code` or below it: a key range that an index can walk.
pub fn within<C: ColumnTrait>(column: C, code: &str) -> Condition {
    let prefix = areas::prefix(code);
    let all = Condition::all().add(column.gte(prefix));
    match after_prefix(prefix) {
        Some(end) => all.add(column.lt(end)),
        None => all,
    }
}

/// The first digit string that sorts behind every code with this prefix: `3609` -> `3610`. None behind all nines.
pub fn after_prefix(prefix: &str) -> Option<String> {
    let kept = prefix.trim_end_matches('9');
    let last = kept.chars().next_back()?;
    let raised = char::from_digit(last.to_digit(10)? + 1, 10)?;
    let mut next: String = kept.chars().take(kept.chars().count() - 1).collect();
    next.push(raised);
    next.extend(std::iter::repeat_n('0', prefix.len() - kept.len()));
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_where_the_next_division_begins() {
        assert_eq!(after_prefix("3609").as_deref(), Some("3610"));
        assert_eq!(after_prefix("36").as_deref(), Some("37"));
        assert_eq!(after_prefix("360999").as_deref(), Some("361000"));
        assert_eq!(after_prefix("99"), None);
    }
}
