//! The risk (风险分) of an institution: 0 to 100 points from facts alone, each factor with its count and its weight, so that
//! anybody can add them up. A band follows from the points, and from the band how much is looked at after it was paid
//! ([`rate_for`]).
//!
//! A score is of a day: it is computed from what had happened by its end, under the weights and rules of that day. What was
//! found on a day is kept as it was found, written once; by a task every day, and on demand.

mod api;
mod forms;
mod pages;
mod rights;
mod rules;
mod scorer;
mod service;
mod store;
mod views;
mod weights;

use crate::web::Texts;

pub use scorer::{Scorer, score_all};
pub(crate) use service::keep;
pub use service::{Sampling, rate_for};
pub use weights::load_defaults;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
