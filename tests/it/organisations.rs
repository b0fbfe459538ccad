//! Institutions and enterprises, and what they may do.

use crate::support::doors::Door;

pub const DOORS: &[Door] = &[];
