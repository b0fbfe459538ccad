//! The coded fields by which people are found: their codes, their words, and what they ask of a row.

use entities::{
    person,
    values::{LabourCapacity, PersonStatus, PovertyStatus, Sex},
};
use sea_orm::{ColumnTrait, sea_query::SimpleExpr};

use crate::base::{Error, Result};
use crate::people::codes::{
    EDUCATION, EMPLOYMENT_STATUS, EMPLOYMENT_WISH, ETHNICITY, List, MARITAL, POLITICAL, REGISTRATION, RELATION,
    TRAINING_WISH,
};
use crate::web::Page;

/// Where the codes of a field come from.
enum Codes {
    /// A national list.
    List(&'static List),
    /// Words of the house, told under `word-<group>`.
    Words {
        group: &'static str,
        all: fn() -> Vec<&'static str>,
    },
    YesNo,
}

/// A field by whose code people are found.
pub(crate) struct Coded {
    /// In addresses, in programs and in the tallies.
    pub field: &'static str,
    /// Text key of its name.
    pub label: &'static str,
    column: person::Column,
    codes: Codes,
}

const fn list(field: &'static str, label: &'static str, column: person::Column, list: &'static List) -> Coded {
    Coded { field, label, column, codes: Codes::List(list) }
}

const fn words(
    field: &'static str,
    label: &'static str,
    column: person::Column,
    group: &'static str,
    all: fn() -> Vec<&'static str>,
) -> Coded {
    Coded { field, label, column, codes: Codes::Words { group, all } }
}

/// In the order of [`crate::tallies::FIELDS`].
pub(crate) static CODED: [Coded; 14] = [
    words("status", "person-status", person::Column::Status, "person_status", || {
        PersonStatus::all().map(PersonStatus::as_str).collect()
    }),
    words("sex", "person-sex", person::Column::Sex, "sex", || Sex::all().map(Sex::as_str).collect()),
    list("ethnicity", "person-ethnicity", person::Column::Ethnicity, &ETHNICITY),
    list("education", "person-education", person::Column::Education, &EDUCATION),
    list("political", "person-political", person::Column::Political, &POLITICAL),
    list("marital", "person-marital", person::Column::Marital, &MARITAL),
    words("labour_capacity", "person-labour", person::Column::LabourCapacity, "labour_capacity", || {
        LabourCapacity::all().map(LabourCapacity::as_str).collect()
    }),
    list("registration", "person-registration", person::Column::Registration, &REGISTRATION),
    list("relation", "person-relation", person::Column::Relation, &RELATION),
    words("poverty_status", "person-poverty", person::Column::PovertyStatus, "poverty_status", || {
        PovertyStatus::all().map(PovertyStatus::as_str).collect()
    }),
    list("employment_status", "person-employment", person::Column::EmploymentStatus, &EMPLOYMENT_STATUS),
    list("employment_wish", "person-employment_wish", person::Column::EmploymentWish, &EMPLOYMENT_WISH),
    list("training_wish", "person-training_wish", person::Column::TrainingWish, &TRAINING_WISH),
    Coded {
        field: "startup_wish",
        label: "person-startup_wish",
        column: person::Column::StartupWish,
        codes: Codes::YesNo,
    },
];

impl Coded {
    fn holds(&self, code: &str) -> bool {
        match &self.codes {
            Codes::List(list) => list.holds(code),
            Codes::Words { all, .. } => all().contains(&code),
            Codes::YesNo => matches!(code, "yes" | "no"),
        }
    }

    /// The word of a code in the reader's language.
    pub(crate) fn word(&self, page: &Page, code: &str) -> String {
        match &self.codes {
            Codes::List(list) => list.word(code, page.is_en()),
            Codes::Words { group, .. } => page.word(group, code),
            Codes::YesNo => page.say(if code == "yes" { "form-yes" } else { "form-no" }),
        }
    }

    /// Codes with their words, for a pick-list.
    pub(crate) fn options(&self, page: &Page) -> Vec<(String, String)> {
        let codes: Vec<&str> = match &self.codes {
            Codes::List(list) => list.options(page.is_en()).into_iter().map(|(code, _)| code).collect(),
            Codes::Words { all, .. } => all(),
            Codes::YesNo => vec!["yes", "no"],
        };
        codes.into_iter().map(|code| (code.to_owned(), self.word(page, code))).collect()
    }
}

/// One condition: a field has this code.
#[derive(Clone)]
pub(crate) struct Condition {
    pub of: &'static Coded,
    pub code: String,
}

impl Condition {
    /// Whether records are asked for that went into others.
    pub(super) fn is_merged(&self) -> bool {
        self.of.field == "status" && self.code == PersonStatus::Merged.as_str()
    }

    /// What it asks of a row.
    pub(super) fn holds(&self) -> SimpleExpr {
        match self.of.codes {
            Codes::YesNo => self.of.column.eq(self.code == "yes"),
            Codes::List(_) | Codes::Words { .. } => self.of.column.eq(self.code.as_str()),
        }
    }
}

/// The conditions that an address names; what was left empty is none.
///
/// # Errors
/// `Invalid` for a code that is on no list.
pub(crate) fn conditions<'q>(asked: impl Iterator<Item = (&'static str, Option<&'q str>)>) -> Result<Vec<Condition>> {
    let mut conditions = Vec::new();
    for (field, code) in asked {
        let Some(code) = code.filter(|code| !code.is_empty()) else { continue };
        match CODED.iter().find(|coded| coded.field == field) {
            Some(of) if of.holds(code) => conditions.push(Condition { of, code: code.to_owned() }),
            Some(_) | None => return Err(Error::invalid(field, "invalid.choice")),
        }
    }
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tallies::FIELDS;

    #[test]
    fn people_are_found_by_the_fields_that_are_counted() {
        assert_eq!(CODED.iter().map(|coded| coded.field).collect::<Vec<_>>(), FIELDS);
        for coded in &CODED {
            assert_eq!(sea_orm::Iden::unquoted(&coded.column), coded.field);
        }
    }

    #[test]
    fn a_code_of_no_list_is_refused() {
        let of = |field, code| conditions([(field, Some(code))].into_iter()).map(|found| found.len());
        assert_eq!(of("ethnicity", "22").unwrap(), 1);
        assert_eq!(of("sex", "").unwrap(), 0);
        for (field, code) in [("ethnicity", "99x"), ("sex", "女"), ("startup_wish", "true"), ("name", "1")] {
            assert!(of(field, code).is_err(), "{field} {code}");
        }
    }
}
