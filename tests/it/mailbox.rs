//! What people are told.

use crate::support::doors::Door;

pub const DOORS: &[Door] = &[];
