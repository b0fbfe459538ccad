//! Acting for a colleague who is away (委托代办): between two days, within one role, and by the own name.
//!
//! Whoever acts has the area of the one who is away, for as long as the session says so; the audit log names both. Where two
//! people must decide, neither of the two may have taken the step before. Nothing that was given is given on.

mod api;
mod forms;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
