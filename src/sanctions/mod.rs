//! Sanctions (处罚): what follows for an institution from a case that two people decided. A warning, a rectification by a day, a
//! suspension for some time, or being struck off. One person proposes it and another puts it in force; the institution answers
//! what it mended, and may appeal once.
//!
//! What a sanction does is done with it, in one transaction: the organisation is suspended or struck off, and everything new
//! asks for that state. Whether claims are held is asked by [`holds_claims`].

mod answers;
mod api;
mod appeals;
mod ending;
mod forms;
mod lifecycle;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub use ending::{Ender, end_all};
pub(crate) use forms::{Confirmation, Proposal};
pub(crate) use service::{confirm, propose, todos};
pub use service::{holds_claims, of_case};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
