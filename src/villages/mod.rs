//! Village sheets (村情一页表): the people, causes, services and exits of one village on one page; the same three figures
//! for every area above it, with the areas below; and the divisions themselves, for everybody.

mod api;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
