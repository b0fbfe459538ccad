//! Looking for what is not true: one class at a time, and those that changed as time goes by.

mod look;
mod scene;
mod store;
mod watch;

pub(in crate::supervision) use look::by_hand;
pub(crate) use look::look_at;
pub use watch::{Searcher, search_all};
