//! Home is a page only; programs ask each feature for what waits.

use rocket::{Route, routes};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths())]
pub(crate) struct Docs;

pub(crate) fn routes() -> Vec<Route> {
    routes![]
}
