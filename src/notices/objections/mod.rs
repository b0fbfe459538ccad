//! Objections (异议) to single lines of a notice: from anybody, looked into by the clerk, decided by the checker, read by a code.

pub(super) mod api;
mod code;
mod forms;
mod lifecycle;
pub(super) mod pages;
mod service;
mod store;
mod views;

pub(crate) use forms::{Investigation, NewObjection, Ruling};
pub(crate) use service::{decide, file, investigate, todos};
pub use store::{SEALED_ANSWERS, SEALED_CONTACTS, SEALED_FINDINGS, SEALED_TEXTS};
pub(super) use store::{disputed_lines, of_claim};
