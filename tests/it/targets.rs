//! Targets and rates.

use crate::support::doors::Door;

pub const DOORS: &[Door] = &[];
