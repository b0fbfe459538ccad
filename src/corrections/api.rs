//! Requests to correct a record, for programs.

use entities::{change_request, values::ChangeRequestId};
use rocket::{Route, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::Result;
use crate::base::paging::Page;
use crate::corrections::forms::{CorrectionsQuery, NewCorrection};
use crate::corrections::rights::{
    ApplyCorrections, ConfirmCorrections, FileCorrections, RefuseCorrections, SeeCorrections,
};
use crate::corrections::service::{self, Filing};
use crate::corrections::views::{CorrectionLine, CorrectionView};
use crate::web::{Body, Reason, Tools};

#[derive(OpenApi)]
#[openapi(paths(list, file, show, apply, confirm, refuse, withdraw))]
pub(crate) struct Docs;

/// Requests for people of the caller's area and for those who move there, newest first.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", params(CorrectionsQuery),
    responses((status = 200, body = Page<CorrectionLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/corrections?<query..>")]
async fn list(
    by: Can<SeeCorrections>,
    query: Strict<CorrectionsQuery>,
    tools: Tools<'_>,
) -> Result<Json<Page<CorrectionLine>>> {
    Ok(Json(service::list(&by, tools.db.reader(), tools.vault, &query).await?))
}

/// Asks for a correction, field by field.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", request_body = NewCorrection,
    responses((status = 201, body = CorrectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/corrections", data = "<body>")]
async fn file(
    by: Can<FileCorrections>,
    body: Body<NewCorrection>,
    tools: Tools<'_>,
) -> Result<Created<Json<CorrectionView>>> {
    let filing = Filing::from(&body.value);
    let row = tools.desk.write(async |work| service::file(&by, work, tools.vault, tools.atlas, &filing).await).await?;
    Ok(Created::new(format!("/api/v1/corrections/{}", row.id)).body(told(&by, tools, &row).await?))
}

/// One request with the fields, old and new side by side.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", params(("id" = ChangeRequestId, Path)),
    responses((status = 200, body = CorrectionView), (status = 401), (status = 403), (status = 404)))]
#[get("/corrections/<id>")]
async fn show(by: Can<SeeCorrections>, id: ChangeRequestId, tools: Tools<'_>) -> Result<Json<CorrectionView>> {
    Ok(Json(service::show(&by, tools.db.reader(), tools.vault, id).await?))
}

/// The request as a verb left it.
async fn told(by: &Actor, tools: Tools<'_>, row: &change_request::Model) -> Result<Json<CorrectionView>> {
    Ok(Json(service::view(by, tools.db.reader(), tools.vault, row).await?))
}

/// Changes the record as it was asked, or passes the request on to a second person where name or number change.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", params(("id" = ChangeRequestId, Path)),
    responses((status = 200, body = CorrectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/corrections/<id>/apply")]
async fn apply(by: Can<ApplyCorrections>, id: ChangeRequestId, tools: Tools<'_>) -> Result<Json<CorrectionView>> {
    let row = tools.desk.write(async |work| service::apply(&by, work, tools.vault, tools.atlas, id).await).await?;
    told(&by, tools, &row).await
}

/// The second person's yes: the record is changed.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", params(("id" = ChangeRequestId, Path)),
    responses((status = 200, body = CorrectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/corrections/<id>/confirm")]
async fn confirm(by: Can<ConfirmCorrections>, id: ChangeRequestId, tools: Tools<'_>) -> Result<Json<CorrectionView>> {
    let row = tools.desk.write(async |work| service::confirm(&by, work, tools.vault, tools.atlas, id).await).await?;
    told(&by, tools, &row).await
}

/// Refuses a request, with the reason.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", params(("id" = ChangeRequestId, Path)),
    request_body = Reason,
    responses((status = 200, body = CorrectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/corrections/<id>/refuse", data = "<body>")]
async fn refuse(
    by: Can<RefuseCorrections>,
    id: ChangeRequestId,
    body: Body<Reason>,
    tools: Tools<'_>,
) -> Result<Json<CorrectionView>> {
    let row = tools.desk.write(async |work| service::refuse(&by, work, tools.vault, id, &body.value).await).await?;
    told(&by, tools, &row).await
}

/// Takes a request back that nobody has decided on.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", params(("id" = ChangeRequestId, Path)),
    responses((status = 200, body = CorrectionView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/corrections/<id>/withdraw")]
async fn withdraw(by: Can<FileCorrections>, id: ChangeRequestId, tools: Tools<'_>) -> Result<Json<CorrectionView>> {
    let row = tools.desk.write(async |work| service::withdraw(&by, work, id).await).await?;
    told(&by, tools, &row).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, file, show, apply, confirm, refuse, withdraw]
}
