//! Acting for a colleague, for programs.

use entities::values::DelegationId;
use rocket::{Route, delete, get, http::Status, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::{Result, paging};
use crate::delegations::forms::NewDelegation;
use crate::delegations::rights::{HandOver, SeeDelegations};
use crate::delegations::service;
use crate::delegations::views::{DelegationLine, DelegationView};
use crate::web::{Body, Paging, Tools};

#[derive(OpenApi)]
#[openapi(paths(list, show, give, end, act, back))]
pub(crate) struct Docs;

/// What the caller gave and was given, newest first; the administrator sees all.
#[utoipa::path(context_path = "/api/v1", params(Paging), tag = "delegations",
    responses((status = 200, body = paging::Page<DelegationLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/delegations?<paging..>")]
async fn list(by: Can<SeeDelegations>, paging: Paging, tools: Tools<'_>) -> Result<Json<paging::Page<DelegationLine>>> {
    Ok(Json(service::list(&by, tools.db.reader(), tools.clock.today(), &paging).await?))
}

/// One, with what was done in the other's place.
#[utoipa::path(context_path = "/api/v1", tag = "delegations",
    responses((status = 200, body = DelegationView), (status = 401), (status = 403), (status = 404)))]
#[get("/delegations/<id>")]
async fn show(by: Can<SeeDelegations>, id: DelegationId, tools: Tools<'_>) -> Result<Json<DelegationView>> {
    Ok(Json(service::show(&by, tools.db.reader(), tools.clock.today(), id).await?))
}

/// Gives the caller's work to a colleague of the same role. Needs a password typed a short while ago.
#[utoipa::path(context_path = "/api/v1", request_body = NewDelegation, tag = "delegations",
    responses((status = 201, body = DelegationView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/delegations", data = "<body>")]
async fn give(
    by: Can<HandOver>,
    sees: Can<SeeDelegations>,
    fresh: Fresh,
    body: Body<NewDelegation>,
    tools: Tools<'_>,
) -> Result<Created<Json<DelegationView>>> {
    let row = tools.desk.write(async |work| service::give(&by, fresh, work, &body.value).await).await?;
    let view = service::show(&sees, tools.db.reader(), tools.clock.today(), row.id).await?;
    Ok(Created::new(format!("/api/v1/delegations/{}", row.id)).body(Json(view)))
}

/// Ends it at once.
#[utoipa::path(context_path = "/api/v1", tag = "delegations",
    responses((status = 200, body = DelegationView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/delegations/<id>/end")]
async fn end(by: Can<SeeDelegations>, id: DelegationId, tools: Tools<'_>) -> Result<Json<DelegationView>> {
    tools.desk.write(async |work| service::end(&by, work, id).await).await?;
    Ok(Json(service::show(&by, tools.db.reader(), tools.clock.today(), id).await?))
}

/// From now on this token does the colleague's work, until it is taken back, ended or over.
#[utoipa::path(context_path = "/api/v1", tag = "delegations",
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/delegations/<id>/act")]
async fn act(by: Can<HandOver>, id: DelegationId, tools: Tools<'_>) -> Result<Status> {
    tools.desk.write(async |work| service::act(&by, work, id).await).await?;
    Ok(Status::NoContent)
}

/// This token does its own work again.
#[utoipa::path(context_path = "/api/v1", tag = "delegations", responses((status = 204), (status = 401), (status = 403)))]
#[delete("/delegations/acting")]
async fn back(by: Can<HandOver>, tools: Tools<'_>) -> Result<Status> {
    tools.desk.write(async |work| service::back(&by, work).await).await?;
    Ok(Status::NoContent)
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, give, end, act, back]
}
