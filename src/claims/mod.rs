//! 买单: the claim for a class, a line per person; approved, checked by another, paid once.
//!
//! A claim (补贴申领) is handed in by the institution for one closed class. Each person who finished has a line (明细), payable
//! or refused with its reason (不予补贴). The clerk approves (初审), the checker, another person, confirms (复核), and the
//! finance officer, neither of the two, pays (拨付). What makes a line payable is looked at anew each time.

mod api;
mod findings;
mod forms;
mod lifecycle;
mod lines;
mod pages;
mod rights;
mod rules;
mod screens;
mod service;
mod sheet;
mod store;
mod todos;
mod views;

use crate::web::Texts;

pub(crate) use rights::ReadClaims;
pub(crate) use service::{may_merge, tell};
pub(crate) use todos::todos;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
