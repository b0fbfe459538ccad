//! Targets (年度任务) and what came of them (完成情况): people (人) and person-times (人次), live at every level of the
//! area tree.
//!
//! A target is issued (下达) for a year, an area and a programme with a document; a revision (调整) is a new row with a
//! reason, and the old one is kept. Counters are moved with the completions themselves, so that a rate is read by key and
//! costs the same at any size.

mod api;
mod display;
mod forms;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use display::{Card, cards};
pub(crate) use rights::ReadTargets;
pub use service::{Counted, count};
pub(crate) use service::{board, count_as_one};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
