//! Rosters without network: devices that sign what they write down, and send it when they can.

pub(in crate::attendance) mod api;
mod forms;
mod pages;
mod service;
mod signing;
mod store;
mod views;

pub(in crate::attendance) use api::routes as api_routes;
pub(in crate::attendance) use pages::routes as page_routes;
