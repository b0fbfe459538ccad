//! Row scope: every query starts from what the caller may see.

use entities::values::{OrganisationId, PersonId};
use sea_orm::{ColumnTrait, Condition};

use crate::areas;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A division and everything below it.
    Area(String),
    Organisation(OrganisationId),
    /// What was given to a body to assess. No row is its own, so only stores that know of it show it any.
    Assessor(OrganisationId),
    Person(PersonId),
    Nothing,
    /// Work that nobody asked for by hand: clocks, checks, loading.
    System,
}

impl Scope {
    /// The condition under which rows with these owners are seen. A kind of owner that the table lacks sees nothing.
    pub fn over<C: ColumnTrait>(&self, area: C, organisation: Option<C>, person: Option<C>) -> Condition {
        match self {
            Self::System => Condition::all(),
            Self::Area(code) => within(area, code),
            Self::Organisation(id) => organisation.map_or_else(nothing, |c| Condition::all().add(c.eq(*id))),
            Self::Person(id) => person.map_or_else(nothing, |c| Condition::all().add(c.eq(*id))),
            Self::Assessor(_) | Self::Nothing => nothing(),
        }
    }

    /// The same for the rows of one division alone, where one is named. Where the scope is a division too, the narrower of the
    /// two is asked for and not both: of two ranges over one column a database may walk the wider, a province for a village.
    pub fn over_in<C: ColumnTrait>(
        &self,
        division: Option<&str>,
        area: C,
        organisation: Option<C>,
        person: Option<C>,
    ) -> Condition {
        let Some(division) = division else { return self.over(area, organisation, person) };
        match self {
            Self::System => within(area, division),
            Self::Area(own) if areas::contains(own, division) => within(area, division),
            Self::Area(own) if areas::contains(division, own) => within(area, own),
            Self::Area(_) | Self::Assessor(_) | Self::Nothing => nothing(),
            Self::Organisation(_) | Self::Person(_) => {
                self.over(area, organisation, person).add(within(area, division))
            }
        }
    }

    /// Whether a thing in that division is in sight, for scopes that go by division.
    pub fn covers(&self, code: &str) -> bool {
        match self {
            Self::System => true,
            Self::Area(area) => areas::contains(area, code),
            Self::Organisation(_) | Self::Assessor(_) | Self::Person(_) | Self::Nothing => false,
        }
    }
}

fn nothing() -> Condition {
    Condition::all().add(sea_orm::sea_query::Expr::cust("1 = 0"))
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
    use entities::person;
    use sea_orm::sea_query::{Query, SqliteQueryBuilder};

    use super::*;

    #[test]
    fn of_a_division_in_another_the_narrower_is_asked_for_alone() {
        let sql = |scope: &Scope, division: &str| {
            let seen = scope.over_in(Some(division), person::Column::AreaCode, None, Some(person::Column::Id));
            let query = Query::select().column(person::Column::Id).from(person::Entity).cond_where(seen).to_owned();
            let query = query.to_string(SqliteQueryBuilder);
            query.split_once("WHERE ").unwrap().1.replace("\"person\".\"area_code\"", "area")
        };
        let village = "area >= '360923106206' AND area < '360923106207'";
        let county = "area >= '360923' AND area < '360924'";
        for (own, asked, due) in [
            ("360000", "360923106206", village),
            ("360923106206", "360000", village),
            ("360923", "360923", county),
            ("360922", "360923", "1 = 0"),
        ] {
            assert_eq!(sql(&Scope::Area(own.to_owned()), asked), due, "{asked} by {own}");
        }
        assert_eq!(sql(&Scope::System, "360923"), county);
        assert_eq!(sql(&Scope::Nothing, "360923"), "1 = 0");
        let own = sql(&Scope::Person(PersonId::new()), "360923");
        assert!(own.contains("\"person\".\"id\" = ") && own.trim_end_matches(')').ends_with(county), "{own}");
    }

    #[test]
    fn a_range_ends_where_the_next_division_begins() {
        assert_eq!(after_prefix("3609").as_deref(), Some("3610"));
        assert_eq!(after_prefix("36").as_deref(), Some("37"));
        assert_eq!(after_prefix("360999").as_deref(), Some("361000"));
        assert_eq!(after_prefix("99"), None);
    }
}
