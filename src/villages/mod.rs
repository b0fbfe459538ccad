//! Village sheets (村情一页表): the people, causes, wishes, training, services and exits of one village on one page; the same
//! figures for every area above it, with the areas below; and the divisions themselves, for everybody. The figures are read
//! from the tallies; the roll of a village, and its training, from the rows.

mod api;
mod pages;
mod recount;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use recount::{counted_at, keep_counting};
pub use recount::{recount, recount_in};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
