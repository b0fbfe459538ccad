//! What is kept about oneself (我的信息): read in full by the person and nobody else, on a page and as a file to take away.

mod api;
mod pages;
mod rights;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
