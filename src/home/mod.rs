//! Home: what waits for this reader, by role; and the plain pages.

mod api;
mod pages;

use crate::web::Texts;

pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
