//! Exclusion lists (排除名单): pensioners, public payroll, enrolled students, insured workers, the deceased.
//!
//! A list is loaded by file and replaces the one before of its kind and area. It counts for everybody in the province, so
//! that nobody is paid because two counties do not talk. Numbers stand in it as keyed hashes only, which follow the people of the registry under a
//! new key; those of nobody there do not, so lists are loaded anew after a change of the key. A hit (命中) keeps
//! somebody from a seat and blocks the line of a claim before any money moves.

mod api;
mod files;
mod forms;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use rules::{Entry, Hit, hit, paid_elsewhere};
pub use store::LISTED;
pub(crate) use store::{entries_of, hits_of};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
