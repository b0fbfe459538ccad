//! Exports (导出): a list as a file, for a purpose, with a second person's word where it is large, logged row count by row count.
//!
//! A job (导出申请) is asked for, agreed to where needed, built in the background into sealed parts, fetched, and gone after
//! some days. Masked (脱敏) is how personal data leaves unless the right and the purpose allow more. What the list looks
//! like stands in one table: see [`lists`].

mod api;
mod builder;
mod columns;
mod file;
mod forms;
mod lifecycle;
mod lists;
mod pages;
mod rights;
mod rows;
mod rules;
mod service;
mod sheet;
mod store;
mod views;

use crate::web::Texts;

pub use builder::{Builder, Building};
pub use file::PIECES;
pub(crate) use service::todos;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
