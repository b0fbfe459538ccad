//! Pots and their ledger.

use crate::support::doors::Door;

pub const DOORS: &[Door] = &[];
