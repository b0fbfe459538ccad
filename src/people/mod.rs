//! The real-name registry (人员): people, households, the service ledger; sealed at rest, masked by default.

mod api;
mod pages;
mod service;

use crate::web::Texts;

pub(crate) use service::{Brief, Facts, briefs, facts, in_area, visible};
pub use service::{NewPerson, Private, insert_many, unseal};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
