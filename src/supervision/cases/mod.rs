//! Cases (案件) against institutions: opened from doubts that were confirmed, decided by a second person, closed when what was
//! asked is seen to be done. The institution is told of the case and of its outcome, and not of the evidence.

pub(in crate::supervision) mod api;
mod forms;
mod pages;
mod service;
mod store;
mod views;

pub(in crate::supervision) use api::routes as api_routes;
pub(crate) use forms::{CaseDecision, NewCase};
pub(in crate::supervision) use pages::routes as page_routes;
pub(in crate::supervision) use service::todos;
pub(crate) use service::{decide, open};
pub(crate) use store::visible;
