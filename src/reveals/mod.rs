//! Looking at a person's numbers in full (查看完整信息): for a purpose, with a password just typed, written down before they
//! are shown. The person reads who looked, and what for.

mod api;
mod forms;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use service::seen_by;
pub(crate) use views::RevealView;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
