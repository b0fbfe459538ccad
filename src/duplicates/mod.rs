//! Records that may be one person's (疑似重复): found by rule, county by county, looked at by people, merged by two.
//!
//! A search adds what is new and marks what no longer holds; it undoes no decision. A merge (合并) moves everything that
//! hangs on the record that goes to the one that stays. Nothing is deleted: the record that went leads to the other one, and
//! money that was claimed for it stays in its name and is found through it.

mod api;
mod forms;
mod lifecycle;
mod pages;
mod rights;
mod rules;
mod search;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use search::{Office, counties, load, recompute};
pub(crate) use service::todos;
pub use service::{Care, TABLES};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
