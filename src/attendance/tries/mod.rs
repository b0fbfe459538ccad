//! Every try to mark somebody in a session, with the reason of each refusal; and what would come of one that nobody made yet.

pub(in crate::attendance) mod api;
mod forms;
mod pages;
mod simulator;

pub(in crate::attendance) use api::routes as api_routes;
pub(in crate::attendance) use pages::routes as page_routes;
