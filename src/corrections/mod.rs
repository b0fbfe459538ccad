//! Requests to correct a record of the registry (更正申请).
//!
//! Whoever lives with the record, the village worker or the person, files field by field what it says and what it is to
//! say; the county's clerk applies or refuses. Name, identity number and bank account take a second person. What was applied is the
//! history of the record, which `people` keeps.

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

pub use service::SEALED;
pub(crate) use service::{Filing, apply, file, move_person, of_oneself, todos};
pub(crate) use views::CorrectionView;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
