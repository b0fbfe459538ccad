//! Occupations, for programs.

use rocket::{Route, get, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::policy::{Occupation, occupations};

#[derive(OpenApi)]
#[openapi(paths(list_occupations))]
pub(crate) struct Docs;

/// Occupations that are trained for.
#[utoipa::path(context_path = "/api/v1", tag = "occupations", responses((status = 200, body = [Occupation])))]
#[get("/occupations")]
fn list_occupations() -> Json<&'static [Occupation]> {
    Json(occupations())
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list_occupations]
}
