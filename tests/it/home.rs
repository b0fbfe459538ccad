//! What waits for whom.

use crate::support::doors::Door;

pub const DOORS: &[Door] = &[];
