//! Changes in the plan of an approved class: another time, trainer or room of a session, or a session that makes up for another.
//! The institution asks, the county decides; who sits there is told.

pub(in crate::attendance) mod api;
mod forms;
mod lifecycle;
mod pages;
mod rules;
mod service;
mod store;
mod views;

pub(in crate::attendance) use api::routes as api_routes;
pub(in crate::attendance) use pages::routes as page_routes;
pub(in crate::attendance) use service::{may_ask, todos};
