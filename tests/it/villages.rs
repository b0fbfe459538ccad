//! The village on one page.

use crate::support::doors::Door;

pub const DOORS: &[Door] = &[];
