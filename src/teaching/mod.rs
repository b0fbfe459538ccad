//! The registers of an institution: its venues (场地) with capacity and position, its trainers (师资) with the paper that
//! qualifies them. A class names both from here; what is no longer used is retired (停用), not deleted.

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

pub(crate) use pages::{townships, trainer_choices, venue_choices};
pub(crate) use rights::KeepRegisters;
pub(crate) use rules::covers;
pub(crate) use service::{place_of, trainer_of_caller};
pub(crate) use store::{hold, in_same_rooms, of_same_people, trainers, trainers_of, venues, venues_of};
pub use views::SEALED;
pub(crate) use views::seal;
pub(crate) use {api::Docs, api::routes as api_routes, pages::routes as page_routes};

pub(crate) const TEXTS: Texts = Texts { zh: include_str!("zh-CN.ftl"), en: include_str!("en.ftl") };
