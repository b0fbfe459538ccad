//! Rules as data.

use crate::support::doors::{Door, Who};

pub const DOORS: &[Door] = &[("GET", "/calendar", Who::SignedIn), ("GET", "/api/v1/occupations", Who::Everybody)];
