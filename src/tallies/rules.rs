//! What a person counts as.

use entities::{
    person, service_event,
    values::{LabourCapacity, PersonStatus, PovertyStatus},
};

use crate::areas::line;
use crate::base::clock::year_of;
use crate::base::{Heads, Part};
use crate::data::{Work, YearFigure};

/// The coded fields that stand open in a row, by which people are found.
pub const FIELDS: [&str; 14] = [
    "status",
    "sex",
    "ethnicity",
    "education",
    "political",
    "marital",
    "labour_capacity",
    "registration",
    "relation",
    "poverty_status",
    "employment_status",
    "employment_wish",
    "training_wish",
    "startup_wish",
];

/// Names of counts that the sheets read.
pub(crate) mod facet {
    use entities::values::ServiceKind;

    pub(crate) const PEOPLE: &str = "people";
    pub(crate) const EXITS: &str = "exits";
    pub(crate) const MAIN_CAUSE: &str = "main_cause";
    pub(crate) const LABOUR_CAPACITY: &str = "labour_capacity";
    pub(crate) const EMPLOYMENT_WISH: &str = "employment_wish";
    pub(crate) const TRAINING_WISH: &str = "training_wish";

    /// People with a qualified completion in the year.
    pub(crate) const TRAINED: &str = "trained";
    /// People who hold a seat in a class that has not ended.
    pub(crate) const IN_TRAINING: &str = "in_training";
    /// Registered people with a training wish who are one of the two.
    pub(crate) const WILLING_SERVED: &str = "willing_served";

    /// Services of a kind, in the figures of a year.
    pub(crate) fn service(kind: ServiceKind) -> String {
        format!("service/{kind}")
    }
}

/// The codes of a person, in the order of [`FIELDS`].
fn codes_of(row: &person::Model) -> [&str; 14] {
    [
        row.status.as_str(),
        row.sex.as_str(),
        &row.ethnicity,
        &row.education,
        &row.political,
        &row.marital,
        row.labour_capacity.as_str(),
        &row.registration,
        &row.relation,
        row.poverty_status.as_str(),
        &row.employment_status,
        &row.employment_wish,
        &row.training_wish,
        if row.startup_wish { "yes" } else { "no" },
    ]
}

/// Whom the sheets count; [`crate::tallies::registered`] asks the table the same.
fn is_registered(row: &person::Model) -> bool {
    row.status == PersonStatus::Verified
        && row.poverty_status != PovertyStatus::None
        && row.labour_capacity != LabourCapacity::None
}

/// Tells what a person counts as, always in the same order. A record that went into another one is no head of its own any
/// more: of its codes the state alone is counted.
fn counts<'a>(row: &'a person::Model, main_cause: &'a str, mut count: impl FnMut(Part, &'static str, &'a str)) {
    if row.status == PersonStatus::Merged {
        return count(Part::All, "status", row.status.as_str());
    }
    for (field, code) in FIELDS.into_iter().zip(codes_of(row)) {
        count(Part::All, field, code);
    }
    if is_registered(row) {
        let mut count = |field, code| count(Part::Registered, field, code);
        count(facet::PEOPLE, "");
        count(facet::MAIN_CAUSE, main_cause);
        count(facet::LABOUR_CAPACITY, row.labour_capacity.as_str());
        count(facet::EMPLOYMENT_WISH, &row.employment_wish);
        count(facet::TRAINING_WISH, &row.training_wish);
        if row.exited_on.is_some() {
            count(facet::EXITS, "");
        }
    }
}

/// Adds what a person counts as, or takes it away.
pub(crate) fn stand(heads: &mut Heads, row: &person::Model, main_cause: &str, by: i64) {
    counts(row, main_cause, |part, field, code| heads.shift(part, field, code, by));
}

/// How many have each code of one field.
struct Gathered<'a> {
    part: Part,
    field: &'static str,
    codes: Vec<(&'a str, i64)>,
}

/// What many of one place count as. A place has few codes of each field, so they are gathered before anything is looked up.
fn stand_together<'a>(people: impl Iterator<Item = (&'a person::Model, &'a str)>) -> Heads {
    let mut fields: Vec<Gathered<'a>> = Vec::new();
    for (row, main_cause) in people {
        counts(row, main_cause, |part, field, code| {
            let known = fields.iter_mut().find(|known| known.part == part && known.field == field);
            match known {
                Some(Gathered { codes, .. }) => match codes.iter_mut().find(|(known, _)| *known == code) {
                    Some((_, n)) => *n += 1,
                    None => codes.push((code, 1)),
                },
                None => fields.push(Gathered { part, field, codes: vec![(code, 1)] }),
            }
        });
    }
    let mut heads = Heads::default();
    for Gathered { part, field, codes } in fields {
        for (code, n) in codes {
            heads.shift(part, field, code, n);
        }
    }
    heads
}

/// Counts a person who comes in.
pub fn enter(work: &Work, row: &person::Model, main_cause: &str) {
    work.shift(&row.area_code, || line(&row.area_code), |heads| stand(heads, row, main_cause, 1));
}

/// What many who are to come in count as, by their places. It is gathered beside the thread that writes, and cheapest when
/// those of a place come one after the other.
#[derive(Debug, Default)]
pub(crate) struct Coming(Vec<(String, Heads)>);

impl Coming {
    pub(crate) fn of(people: &[(&person::Model, &str)]) -> Self {
        let of_a_place = people.chunk_by(|(one, _), (other, _)| one.area_code == other.area_code);
        let place = |people: &[(&person::Model, &str)]| people.first().map(|(row, _)| row.area_code.clone());
        Self(of_a_place.filter_map(|some| Some((place(some)?, stand_together(some.iter().copied())))).collect())
    }

    /// Counts them, for they came.
    pub(crate) fn enter(self, work: &Work) {
        for (place, came) in self.0 {
            work.shift(&place, || line(&place), |heads| heads.take_in(came));
        }
    }
}

/// Counts a person no more as what the row says.
pub fn leave(work: &Work, row: &person::Model, main_cause: &str) {
    work.shift(&row.area_code, || line(&row.area_code), |heads| stand(heads, row, main_cause, -1));
}

/// Counts a service that was given: a person-time of its kind, in the year in which it was held.
pub fn serve(work: &Work, service: &service_event::Model) {
    let facet = facet::service(service.kind);
    for area_code in line(&service.area_code) {
        work.figure(YearFigure { area_code, year: year_of(service.held_on), facet: facet.clone() }, 1);
    }
}

#[cfg(test)]
mod tests {
    use entities::values::{HouseholdId, PersonId, Sex};
    use proptest::prelude::*;

    use super::*;

    fn person((status, sex, education, exited): (u8, bool, u8, bool)) -> person::Model {
        let status = PersonStatus::all().nth(usize::from(status)).unwrap_or(PersonStatus::Verified);
        let day = chrono::NaiveDate::from_ymd_opt(1980, 1, 1).unwrap();
        person::Model {
            id: PersonId::new(),
            id_index: String::new(),
            phone_index: None,
            bank_index: None,
            bank_changed_on: None,
            name: String::new(),
            sex: if sex { Sex::Female } else { Sex::Male },
            birth_on: day,
            ethnicity: "01".to_owned(),
            education: education.to_string(),
            political: String::new(),
            marital: String::new(),
            labour_capacity: LabourCapacity::Ordinary,
            registration: String::new(),
            area_code: "360923106206".to_owned(),
            household_id: Some(HouseholdId::new()),
            relation: String::new(),
            poverty_status: PovertyStatus::Registered,
            exited_on: exited.then_some(day),
            employment_status: String::new(),
            employment_wish: String::new(),
            training_wish: education.to_string(),
            startup_wish: exited,
            skills: String::new(),
            helper: String::new(),
            status,
            merged_into: None,
            verified_on: None,
            source: String::new(),
            sealed: Vec::new(),
            created_at: chrono::DateTime::default(),
            version: 1,
        }
    }

    proptest! {
        #[test]
        fn many_together_count_as_each_by_himself(
            people in prop::collection::vec((0_u8..6, any::<bool>(), 0_u8..4, any::<bool>()), 0..40),
        ) {
            let people: Vec<person::Model> = people.into_iter().map(person).collect();
            let mut singly = Heads::default();
            for row in &people {
                stand(&mut singly, row, &row.education, 1);
            }
            let together = stand_together(people.iter().map(|row| (row, row.education.as_str())));
            prop_assert_eq!(together, singly);
        }
    }
}
