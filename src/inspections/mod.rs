//! Unannounced inspections (检查): somebody of the county or above goes to a session, counts who is there, takes a picture,
//! and the number is held against the marks of that very moment.
//!
//! headcount 清点人数 · tie 利害关系: who has one with the institution, or approved the class, does not inspect it
//!
//! Until it is done, nobody learns of it but those who inspect and those who audit. Marks that a device sends later change
//! the comparison: it is derived whenever it is read, and made again in the background until none can come any more.

mod api;
mod compare;
mod forms;
mod lifecycle;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub use compare::{Comparer, compare_all};
pub(crate) use forms::NewInspection;
pub(crate) use service::{Seen, cancel, plan, record, todos};
pub use store::{SEALED_NOTES, SEALED_PHOTOS};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
