//! The audit log (审计日志), for those who read it: who did what to which thing, the newest first. It is written by the
//! features themselves, with each deed, and can only be read here.

mod api;
mod pages;
mod rights;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
