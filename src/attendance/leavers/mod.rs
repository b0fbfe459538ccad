//! Who leaves a class that has begun, why, and who takes the seat while it is early enough.

pub(in crate::attendance) mod api;
mod forms;
mod pages;
mod rules;
mod service;

pub(in crate::attendance) use api::routes as api_routes;
pub(in crate::attendance) use pages::routes as page_routes;
