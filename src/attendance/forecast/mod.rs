//! How somebody stands, down to each mark, and what is still within reach; who is about to miss the certificate is told
//! before it is too late.

pub(in crate::attendance) mod api;
mod pages;
mod service;
mod watch;

pub(in crate::attendance) use api::routes as api_routes;
pub(in crate::attendance) use pages::routes as page_routes;
pub(crate) use service::{Row as SeatRow, of_seat};
pub use watch::{Warner, warn_all};
