//! Home: what waits for this reader and whom the reader waits for, by role; a welcome for strangers; and the plain pages.

mod api;
mod lines;
mod pages;

use crate::web::Texts;

pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
