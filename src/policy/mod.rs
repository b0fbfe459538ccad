//! Policy (政策) as data: thresholds, quotas and windows by area and date, subsidy standards, the occupations of the
//! catalogue. Nothing of it is a constant of the code; a new document is a new row.

mod api;
mod occupations;
mod rules;
mod standards;

use crate::web::Texts;

pub(crate) use occupations::{Occupation, is_occupation, occupation_name, occupations};
pub use rules::{Rule, RuleBook, load_defaults};
pub(crate) use standards::standard_in_force;
pub(crate) use {api::Docs, api::routes as api_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };

/// Policy has no page of its own: its figures are shown where they decide.
pub(crate) fn page_routes() -> Vec<rocket::Route> {
    Vec::new()
}
