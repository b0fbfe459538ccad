//! From a closed class to its payment.

use crate::support::doors::Door;

pub const DOORS: &[Door] = &[];
