//! Complaints (投诉): a trainee, or somebody of the village for one, says what was wrong with a class or an institution, and
//! sees what became of it.
//!
//! The institution sees nothing of it; of an answered one the outcome in a word, where the county tells it. What was upheld
//! is a doubt about the class.

mod api;
mod forms;
mod lifecycle;
mod pages;
mod rights;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use forms::{NewAnswer, NewComplaint};
pub(crate) use service::{answer, file, move_person, take_up, todos};
pub use store::{SEALED_ANSWERS, SEALED_TEXTS};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
