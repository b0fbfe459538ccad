//! Requests to correct a record, for programs.

use std::sync::Arc;

use entities::values::ChangeRequestId;
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::Result;
use crate::base::paging::Page;
use crate::corrections::forms::{CorrectionsQuery, NewCorrection};
use crate::corrections::rights::{
    ApplyCorrections, ConfirmCorrections, FileCorrections, RefuseCorrections, SeeCorrections,
};
use crate::corrections::service::{self, Filing};
use crate::corrections::views::{CorrectionLine, CorrectionView};
use crate::data::{Database, Desk, Vault};
use crate::web::{Body, Reason};

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
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<Page<CorrectionLine>>> {
    Ok(Json(service::list(&by, db.reader(), vault, &query).await?))
}

/// Asks for a correction, field by field.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", request_body = NewCorrection,
    responses((status = 201, body = CorrectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/corrections", data = "<body>")]
async fn file(
    by: Can<FileCorrections>,
    body: Body<NewCorrection>,
    atlas: &State<Arc<Atlas>>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Created<Json<CorrectionView>>> {
    let filing = Filing::from(&body.value);
    let row = desk.write(async |work| service::file(&by, work, vault, atlas, &filing).await).await?;
    let view = service::view(by.actor(), db.reader(), vault, &row).await?;
    Ok(Created::new(format!("/api/v1/corrections/{}", row.id)).body(Json(view)))
}

/// One request with the fields, old and new side by side.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", params(("id" = ChangeRequestId, Path)),
    responses((status = 200, body = CorrectionView), (status = 401), (status = 403), (status = 404)))]
#[get("/corrections/<id>")]
async fn show(
    by: Can<SeeCorrections>,
    id: ChangeRequestId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<CorrectionView>> {
    Ok(Json(service::show(&by, db.reader(), vault, id).await?))
}

/// Changes the record as it was asked, or passes the request on to a second person where name or number change.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", params(("id" = ChangeRequestId, Path)),
    responses((status = 200, body = CorrectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/corrections/<id>/apply")]
async fn apply(
    by: Can<ApplyCorrections>,
    id: ChangeRequestId,
    atlas: &State<Arc<Atlas>>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<CorrectionView>> {
    let row = desk.write(async |work| service::apply(&by, work, vault, atlas, id).await).await?;
    Ok(Json(service::view(by.actor(), db.reader(), vault, &row).await?))
}

/// The second person's yes: the record is changed.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", params(("id" = ChangeRequestId, Path)),
    responses((status = 200, body = CorrectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/corrections/<id>/confirm")]
async fn confirm(
    by: Can<ConfirmCorrections>,
    id: ChangeRequestId,
    atlas: &State<Arc<Atlas>>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<CorrectionView>> {
    let row = desk.write(async |work| service::confirm(&by, work, vault, atlas, id).await).await?;
    Ok(Json(service::view(by.actor(), db.reader(), vault, &row).await?))
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
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<CorrectionView>> {
    let row = desk.write(async |work| service::refuse(&by, work, vault, id, &body.value).await).await?;
    Ok(Json(service::view(by.actor(), db.reader(), vault, &row).await?))
}

/// Takes a request back that nobody has decided on.
#[utoipa::path(context_path = "/api/v1", tag = "corrections", params(("id" = ChangeRequestId, Path)),
    responses((status = 200, body = CorrectionView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/corrections/<id>/withdraw")]
async fn withdraw(
    by: Can<FileCorrections>,
    id: ChangeRequestId,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<CorrectionView>> {
    let row = desk.write(async |work| service::withdraw(&by, work, id).await).await?;
    Ok(Json(service::view(by.actor(), db.reader(), vault, &row).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, file, show, apply, confirm, refuse, withdraw]
}
