//! Revoking a certificate takes two people: one asks for it, another decides. Until then it holds, and is shown so.

pub(in crate::certificates) mod api;
mod lifecycle;
mod pages;
pub(in crate::certificates) mod service;
mod store;
mod views;

pub(in crate::certificates) use api::routes as api_routes;
pub(in crate::certificates) use pages::routes as page_routes;
pub(in crate::certificates) use service::may_decide;
pub(in crate::certificates) use store::{asked, open};
