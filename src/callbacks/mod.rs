//! Call-backs (回访): of every class that ended, some people are asked by phone whether it was as the record says.
//!
//! sample 抽样 · seed 种子 · try 拨打 · visit 入户
//!
//! Who is called is drawn by chance, once, and anybody can draw it again from what is written down. Three days without an
//! answer send somebody of the village there. Answers that contradict the record are a doubt.

mod api;
mod forms;
mod lifecycle;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use forms::Answers;
pub(crate) use service::{draw, miss, record, todos};
pub use store::SEALED;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
