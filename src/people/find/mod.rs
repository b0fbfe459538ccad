//! Finding people: by area and coded fields, by a whole number, by the beginning of a name. At a million people nothing here
//! reads more than a few thousand rows for one page, whatever is asked.

pub(super) mod coded;
pub(super) mod pages;
pub(super) mod service;
mod store;

pub(crate) use store::with_account;
