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

/// Adds what a person counts as, or takes it away. A record that went into another one is no head of its own any more: of
/// its codes the state alone is counted.
pub(crate) fn stand(heads: &mut Heads, row: &person::Model, main_cause: &str, by: i64) {
    if row.status == PersonStatus::Merged {
        return heads.shift(Part::All, "status", row.status.as_str(), by);
    }
    for (field, code) in FIELDS.into_iter().zip(codes_of(row)) {
        heads.shift(Part::All, field, code, by);
    }
    if is_registered(row) {
        let mut count = |field, code: &str| heads.shift(Part::Registered, field, code, by);
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

/// Counts a person who comes in.
pub fn enter(work: &Work, row: &person::Model, main_cause: &str) {
    work.shift(&row.area_code, || line(&row.area_code), |heads| stand(heads, row, main_cause, 1));
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
