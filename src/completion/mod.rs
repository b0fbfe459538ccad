//! Completion (结业): assessment, what is derived from it, certificates and their public verification.

mod api;
mod pages;
mod service;

use crate::web::Texts;

pub(crate) use service::{certificates_of_class, of_class, todos};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
