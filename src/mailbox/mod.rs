//! The mailbox (消息): what was told to whom, on a page and by mail. A message is kept as its kind and its values, and put
//! into words where it is read, in the reader's language; the words stand with the feature that tells, as
//! `mail-<kind>-subject` and `mail-<kind>-body`.

mod api;
mod forms;
mod letters;
mod pages;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub use letters::letters;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
