//! 选单: who sits in a class and who waits, never more than there are seats.

mod api;
mod pages;
mod service;

use crate::web::Texts;

pub(crate) use service::{finish, of_class, start, todos};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
