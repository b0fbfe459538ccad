//! One's own data, for programs.

use std::sync::Arc;

use rocket::{Route, State, get, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::{Clock, Result};
use crate::data::{Database, Desk, Vault};
use crate::mydata::rights::SeeOwnData;
use crate::mydata::service::House;
use crate::mydata::views::OwnData;

#[derive(OpenApi)]
#[openapi(paths(own_data))]
pub(crate) struct Docs;

/// Everything that is kept about the caller, in full. Demands a password just typed.
#[utoipa::path(context_path = "/api/v1", tag = "people",
    responses((status = 200, body = OwnData), (status = 401), (status = 403), (status = 404)))]
#[get("/me/data")]
async fn own_data(
    by: Can<SeeOwnData>,
    fresh: Fresh,
    db: &State<Database>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Result<Json<OwnData>> {
    Ok(Json(House { db, desk, vault, clock }.own_data(&by, fresh).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![own_data]
}
