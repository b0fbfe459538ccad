//! Supervision (监管): is it true? What looks wrong in a class or its marks becomes a doubt (疑点); somebody dismisses or
//! confirms it, and what is confirmed may become a case (案件) against the institution.
//!
//! A doubt is found by a task that looks at the classes that changed, or raised by hand from what was seen, said or counted.
//! It takes nothing from anybody by itself. What a person decided is never undone by looking again.

mod api;
mod cases;
mod doubts;
mod facts;
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

pub(crate) use cases::{CaseDecision, NewCase, decide as decide_case, open as open_case, visible as visible_case};
pub(crate) use doubts::{Found, raise};
pub(crate) use forms::{Confirmation, Dismissal};
pub(crate) use search::look_at;
pub use search::{Searcher, search_all};
pub(crate) use service::{confirm, dismiss, require_no_tie, require_version, todos};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
