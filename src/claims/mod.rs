//! 买单: the claim for a class, a line per person; approved, checked by another, paid once.

mod api;
mod pages;
mod service;

use crate::web::Texts;

pub(crate) use service::todos;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
