//! For programs.

use rocket::{Route, routes};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths())]
pub(crate) struct Docs;

pub(crate) fn routes() -> Vec<Route> {
    routes![]
}
