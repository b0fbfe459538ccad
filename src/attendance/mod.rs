//! Attendance (考勤): who was there in which session, for how many minutes.

mod api;
mod pages;
mod service;

use crate::web::Texts;

pub(crate) use service::{Minutes, held, todos, totals};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
