//! Records that may be one person's, for programs.

use entities::{duplicate_pair, values::PairId};
use rocket::{Route, form::Strict, get, post, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::Result;
use crate::base::paging::Page;
use crate::duplicates::forms::{Merge, PairsQuery};
use crate::duplicates::rights::{ConfirmMerges, SeeDuplicates, SortDuplicates};
use crate::duplicates::service;
use crate::duplicates::views::{PairLine, PairView, TallyView};
use crate::web::{Body, Reason, Tools};

#[derive(OpenApi)]
#[openapi(paths(list, recompute, show, dismiss, ask, confirm, refuse))]
pub(crate) struct Docs;

/// Pairs of the caller's area, newest first.
#[utoipa::path(context_path = "/api/v1", tag = "duplicates", params(PairsQuery),
    responses((status = 200, body = Page<PairLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/duplicates?<query..>")]
async fn list(by: Can<SeeDuplicates>, query: Strict<PairsQuery>, tools: Tools<'_>) -> Result<Json<Page<PairLine>>> {
    Ok(Json(service::list(&by, tools.db.reader(), tools.vault, &query, None).await?))
}

/// Searches the caller's county anew; no decision is undone.
#[utoipa::path(context_path = "/api/v1", tag = "duplicates",
    responses((status = 200, body = TallyView), (status = 401), (status = 403), (status = 409), (status = 503)))]
#[post("/duplicates/recompute")]
async fn recompute(by: Can<SortDuplicates>, tools: Tools<'_>) -> Result<Json<TallyView>> {
    Ok(Json(service::recompute(&by, (&tools).into(), tools.atlas).await?.into()))
}

/// Both records side by side.
#[utoipa::path(context_path = "/api/v1", tag = "duplicates", params(("id" = PairId, Path)),
    responses((status = 200, body = PairView), (status = 401), (status = 403), (status = 404)))]
#[get("/duplicates/<id>")]
async fn show(by: Can<SeeDuplicates>, id: PairId, tools: Tools<'_>) -> Result<Json<PairView>> {
    Ok(Json(service::show(&by, tools.db.reader(), tools.vault, id).await?))
}

/// The pair as a verb left it.
async fn told(by: &Actor, tools: Tools<'_>, row: &duplicate_pair::Model) -> Result<Json<PairView>> {
    Ok(Json(service::view(by, tools.db.reader(), tools.vault, row).await?))
}

/// Says that they are two people, and why.
#[utoipa::path(context_path = "/api/v1", tag = "duplicates", params(("id" = PairId, Path)), request_body = Reason,
    responses((status = 200, body = PairView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/duplicates/<id>/dismiss", data = "<body>")]
async fn dismiss(by: Can<SortDuplicates>, id: PairId, body: Body<Reason>, tools: Tools<'_>) -> Result<Json<PairView>> {
    let row = tools.desk.write(async |work| service::dismiss(&by, work, id, &body.value).await).await?;
    told(&by, tools, &row).await
}

/// Asks for a merge and says which record stays.
#[utoipa::path(context_path = "/api/v1", tag = "duplicates", params(("id" = PairId, Path)), request_body = Merge,
    responses((status = 200, body = PairView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/duplicates/<id>/ask", data = "<body>")]
async fn ask(by: Can<SortDuplicates>, id: PairId, body: Body<Merge>, tools: Tools<'_>) -> Result<Json<PairView>> {
    let row = tools.desk.write(async |work| service::ask(&by, work, id, &body.value).await).await?;
    told(&by, tools, &row).await
}

/// The second person's yes: one record goes into the other with all that hangs on it.
#[utoipa::path(context_path = "/api/v1", tag = "duplicates", params(("id" = PairId, Path)),
    responses((status = 200, body = PairView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/duplicates/<id>/confirm")]
async fn confirm(by: Can<ConfirmMerges>, id: PairId, tools: Tools<'_>) -> Result<Json<PairView>> {
    let row = tools.desk.write(async |work| service::confirm(&by, work, tools.vault, tools.atlas, id).await).await?;
    told(&by, tools, &row).await
}

/// The second person's no, with the reason; the pair is open again.
#[utoipa::path(context_path = "/api/v1", tag = "duplicates", params(("id" = PairId, Path)), request_body = Reason,
    responses((status = 200, body = PairView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/duplicates/<id>/refuse", data = "<body>")]
async fn refuse(by: Can<ConfirmMerges>, id: PairId, body: Body<Reason>, tools: Tools<'_>) -> Result<Json<PairView>> {
    let row = tools.desk.write(async |work| service::refuse(&by, work, id, &body.value).await).await?;
    told(&by, tools, &row).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, recompute, show, dismiss, ask, confirm, refuse]
}
