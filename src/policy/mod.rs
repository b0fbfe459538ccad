//! Policy (政策) as data: thresholds, quotas and windows by area and date, the days of the offices, the occupations of the
//! catalogue. Nothing of it is a constant of the code; a new document is a new row.

mod api;
mod calendar;
mod occupations;
mod pages;
mod rules;

use crate::web::Texts;

pub(crate) use calendar::Calendar;
pub(crate) use occupations::{Occupation, is_occupation, occupation_name, occupations};
pub use rules::{Rule, RuleBook, load_defaults};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
