//! 选单: who sits in a class and who waits, never more than there are seats.
//!
//! An enrolment (报名) holds a seat (座位) or waits for one (候补); a quota (次数) limits subsidised trainings per person and year.

mod api;
mod forms;
mod lifecycle;
mod moves;
mod pages;
mod rights;
mod rules;
mod seats;
mod service;
mod situation;
mod store;
mod views;

use crate::web::Texts;

pub(crate) use forms::WithdrawalReason;
pub(crate) use rights::SeeEnrolments;
pub(crate) use seats::{MOST as SEATS_AT_ONCE, TakeSeat};
pub(crate) use service::{
    by_id, by_ids, elsewhere_at, finish, in_charge, leave, live_at, move_person, of_class, of_person, start, take_over,
    todos, visible,
};
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
