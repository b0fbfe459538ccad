//! Pages.

use rocket::{Route, routes};

pub(crate) fn routes() -> Vec<Route> {
    routes![]
}
