//! The service ledger (服务台账): one service of one person, one service of many people of a village, and many at once from a
//! file. Each row is one person-time.

pub(super) mod file;
pub(super) mod forms;
mod landing;
pub(super) mod pages;
mod rules;
pub(super) mod service;
mod store;

pub(crate) use file::{COLUMNS, Judge, Note};
pub(crate) use landing::{Landing, Seen, foresee, land};
