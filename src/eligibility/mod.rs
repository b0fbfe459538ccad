//! Who may have what: eligibility (资格) as dated rules over the facts of the registry and the exclusion lists.
//!
//! A verdict (结论) is a list of conditions (条件), each with its reason in words. It is frozen as evidence (留痕) when a class
//! starts; later loss undoes nothing. While the class runs it is looked at anew, and what changed becomes a doubt (疑点)
//! that the county's clerk decides on.

mod api;
mod evidence;
mod flags;
mod forms;
mod lifecycle;
mod pages;
mod rights;
mod rules;
mod service;
mod store;
mod views;
mod watch;

use crate::web::Texts;

pub(crate) use evidence::{Evidence, freeze, of_class as evidence_of, poor_at_start};
pub(crate) use flags::{move_person, todos};
pub(crate) use rules::{Rule, Verdict, verdict};
pub use service::load_defaults;
pub use watch::{Watch, recheck_all};
pub(crate) use {api::Docs, api::routes as api_routes, pages::document, pages::routes as page_routes, pages::ticks};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
