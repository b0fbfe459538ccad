//! Classes (培训班): applied for, approved with money reserved, taught, ended; the public catalogue.

mod api;
mod pages;
mod service;

use crate::web::Texts;

pub(crate) use service::{by_id, cancel, close, end, sessions, start, todos, visible};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
