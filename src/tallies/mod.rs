//! Tallies (计数): how many people of every area have each code of each field. They are moved with every change of a person,
//! in its transaction, and are both the figures of the sheets and the index by which people are found.
//!
//! Words: heads 人数; standing, what a person counts as; registered 在册, whom the sheets count: verified people of poor
//! households who can work.

mod rules;
mod store;

pub(crate) use rules::{Coming, facet, stand};
pub use rules::{FIELDS, enter, leave, serve};
pub use store::{Recount, rebuild};
pub(crate) use store::{below, figures, heads, heads_of, is_lacking, peopled_below, registered};
