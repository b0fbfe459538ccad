//! Targets (年度任务) and what came of them: people and person-times, live at every level of the area tree.

mod api;
mod pages;
mod service;

use crate::web::Texts;

pub use service::count;
pub(crate) use service::{Counted, rates};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
