//! Numbers in full, for programs.

use std::sync::Arc;

use entities::values::PersonId;
use rocket::{Route, State, get, post, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::Result;
use crate::data::{Database, Desk, Vault};
use crate::people::RevealPeople;
use crate::reveals::forms::Wish;
use crate::reveals::rights::SeeOwnReveals;
use crate::reveals::service;
use crate::reveals::views::{RevealView, RevealedView};
use crate::web::Body;

#[derive(OpenApi)]
#[openapi(paths(reveal, own))]
pub(crate) struct Docs;

/// Shows numbers of a person in full, once it is written down who asked, and what for. Demands a password just typed.
#[utoipa::path(context_path = "/api/v1", tag = "people", params(("id" = PersonId, Path)), request_body = Wish,
    responses((status = 200, body = RevealedView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/people/<id>/reveal", data = "<body>")]
async fn reveal(
    by: Can<RevealPeople>,
    fresh: Fresh,
    id: PersonId,
    body: Body<Wish>,
    vault: &State<Arc<Vault>>,
    desk: &State<Desk>,
) -> Result<Json<RevealedView>> {
    Ok(Json(desk.write(async |work| service::reveal(&by, fresh, work, vault, id, &body.value).await).await?))
}

/// Who looked at the caller's own numbers in full, and what for; the newest first.
#[utoipa::path(context_path = "/api/v1", tag = "people",
    responses((status = 200, body = [RevealView]), (status = 401), (status = 403)))]
#[get("/me/reveals")]
async fn own(by: Can<SeeOwnReveals>, db: &State<Database>) -> Result<Json<Vec<RevealView>>> {
    Ok(Json(service::own(&by, db.reader()).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![reveal, own]
}
