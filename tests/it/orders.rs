//! An enterprise asks for people.

use crate::support::doors::Door;

pub const DOORS: &[Door] = &[];
