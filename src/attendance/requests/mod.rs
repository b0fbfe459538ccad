//! Marks that need a second person: made by hand, asked leave, a quarrel of two sources, a change after the lock.

pub(in crate::attendance) mod api;
mod forms;
mod lifecycle;
mod pages;
mod service;
mod store;
mod views;

use crate::data::SealedColumn;

pub(in crate::attendance) use api::routes as api_routes;
pub(in crate::attendance) use pages::routes as page_routes;
pub(in crate::attendance) use service::{by_hand_of, todos};
pub(in crate::attendance) use store::{of_session, open_in};

/// The pictures that marks by hand rest on.
pub(crate) const SEALED_PHOTOS: SealedColumn = SealedColumn {
    table: "mark_photo",
    column: "sealed",
    place: store::PHOTO,
    hashes: &[],
    hash: |_, _| Ok(Vec::new()),
};
