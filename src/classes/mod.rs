//! Classes (培训班): applied for, approved with money reserved, taught, ended; the public catalogue.
//!
//! A class (班) is taught from a listed course in sessions (课次) at a venue (场地) by a trainer (师资); it has seats (座位).

mod api;
mod catalogue;
mod checks;
mod forms;
mod ics;
mod lifecycle;
mod pages;
mod planning;
mod rights;
mod rules;
mod service;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use catalogue::{CatalogueLookup, planned};
pub(crate) use checks::{Slot, of_class as checks, require_free, years_without_holidays};
pub(crate) use ics::{Timetable, rooms};
pub(crate) use lifecycle::ClassAction;
pub(crate) use pages::{counties, state_look};
pub(crate) use rights::{DecideOnClasses, SeeClasses};
pub(crate) use rules::{Span, overlaps, venue_of};
pub(crate) use service::{approve, by_id, cancel, close, end, sessions, sessions_of, start, tell, todos, visible};
pub(crate) use store::{
    by_ids, change_session, facts, follow_days, insert_sessions, name_assessor, seen, timetables, waiting,
};
pub(crate) use views::{ClassFacts, ClassView, OpenClass};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
