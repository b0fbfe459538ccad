//! One's own data, for programs.

use rocket::{Route, get, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::Result;
use crate::mydata::rights::SeeOwnData;
use crate::mydata::service;
use crate::mydata::views::OwnData;
use crate::web::Tools;

#[derive(OpenApi)]
#[openapi(paths(own_data))]
pub(crate) struct Docs;

/// Everything that is kept about the caller, in full. Demands a password just typed.
#[utoipa::path(context_path = "/api/v1", tag = "people",
    responses((status = 200, body = OwnData), (status = 401), (status = 403), (status = 404)))]
#[get("/me/data")]
async fn own_data(by: Can<SeeOwnData>, fresh: Fresh, tools: Tools<'_>) -> Result<Json<OwnData>> {
    Ok(Json(service::own_data(&by, fresh, tools).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![own_data]
}
