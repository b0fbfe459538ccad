//! Public notice (公示): before money flows everybody may read who gets it and for what, and say what is wrong.
//!
//! A notice is a list (名单), frozen as it was published: a mask of the name (张*), the first six and last two characters of the
//! identity number, the item, the amount, and nothing else; page, API and file show these same rows. It lies open for some
//! working days, of which the day of publishing is none. When the public would read another list, a new round (重新公示) begins
//! with a fresh clock. A line that an upheld objection took out is no other list: what everybody read of the others is
//! unchanged, and the frozen list stays as it was shown. After its last day nobody outside the offices reads it.
//!
//! An objection (异议) lets its line wait, and no other; who objects needs no account, and reads the answer by a code.

mod api;
mod keeping;
mod lifecycle;
mod list;
mod objections;
mod pages;
mod rights;
mod rules;
mod sheet;
mod store;
mod views;
mod watch;

use crate::web::Texts;

pub(crate) use keeping::rows;
pub(crate) use list::Shown;
pub(crate) use objections::{Investigation, NewObjection, Ruling, decide, file, investigate, todos};
pub use objections::{SEALED_ANSWERS, SEALED_CONTACTS, SEALED_FINDINGS, SEALED_TEXTS};
pub(crate) use rules::{item, list_hash, masked_name, masked_number};
pub(crate) use sheet::broken;
pub use watch::{Keeper, Round, go_round};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
