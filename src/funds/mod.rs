//! Funds (资金池): pots and their double-entry ledger; never negative, nothing paid twice.

mod api;
mod pages;
mod service;

use crate::web::Texts;

pub(crate) use service::{by_id, owe, pay, pot_for, release, reserve, todos};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
