//! Results, completions and certificates, for programs.

use std::sync::Arc;

use entities::values::ClassId;
use rocket::{Route, State, get, http::Status, post, response::content::RawJson, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::completion::certificates;
use crate::completion::forms::{CloseClass, Naming, NewResults, RevokeCertificate};
use crate::completion::results;
use crate::completion::rights::{CloseClasses, ReadResults, RecordResults, RevokeCertificates};
use crate::completion::service::{self, Command};
use crate::completion::views::{CertificateView, ClassResultsView, CompletionView, VerificationView};
use crate::data::{Database, Desk, Vault};
use crate::web::{Body, IdempotencyKey};

#[derive(OpenApi)]
#[openapi(paths(list_completions, assess, close, verify, revoke))]
pub(crate) struct Docs;

/// What came of everybody who started a class, once it is closed; all of them on one page.
#[utoipa::path(context_path = "/api/v1", tag = "completions",
    params(("id" = ClassId, Path), ("decimals" = Option<u32>, Query, description = "of the rate, 0 to 4; 2 when not given")),
    responses((status = 200, body = Page<CompletionView>), (status = 404), (status = 422)))]
#[get("/classes/<id>/completions?<decimals>")]
pub(crate) async fn list_completions(
    by: Can<ReadResults>,
    id: ClassId,
    decimals: Option<u32>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<Page<CompletionView>>> {
    let items = results::completions(db.reader(), vault, &by, id, decimals).await?;
    Ok(Json(Page { items, next: None }))
}

/// Enters one attempt at the final assessment for each person, all or nothing.
#[utoipa::path(context_path = "/api/v1", tag = "assessments", params(("id" = ClassId, Path)), request_body = NewResults,
    responses((status = 200, body = ClassResultsView), (status = 404), (status = 409), (status = 422)))]
#[post("/classes/<id>/assessments", data = "<body>")]
pub(crate) async fn assess(
    by: Can<RecordResults>,
    id: ClassId,
    body: Body<NewResults>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<ClassResultsView>> {
    let reader = by.prove()?;
    let view = desk.write(async |work| {
        service::assess(&by, work, id, &body.value.results, Naming::ByIndex).await?;
        Ok(results::results(work.db(), vault, &reader, id).await?.view(by.role))
    });
    Ok(Json(view.await?))
}

/// Closes an ended class whose results are all in: derives completions, issues certificates, releases what was reserved
/// for seats that nobody qualified on. Honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "classes", request_body = CloseClass,
    params(("id" = ClassId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ClassResultsView), (status = 404), (status = 409), (status = 422)))]
#[post("/classes/<id>/close", data = "<body>")]
pub(crate) async fn close(
    by: Can<CloseClasses>,
    id: ClassId,
    key: IdempotencyKey,
    body: Body<CloseClass>,
    desk: &State<Desk>,
    atlas: &State<Arc<Atlas>>,
    vault: &State<Arc<Vault>>,
) -> Result<(Status, RawJson<String>)> {
    let command = Command { key: key.0.as_deref(), body_hash: &body.hash };
    let answer = desk.write(async |work| service::close_once(&by, work, (atlas, vault), id, command).await).await?;
    Ok((Status::new(answer.status), RawJson(answer.body)))
}

/// Whether a certificate is valid, for everybody who holds its serial.
#[utoipa::path(context_path = "/api/v1", tag = "certificates", params(("serial" = String, Path)), security(()),
    responses((status = 200, body = VerificationView), (status = 404)))]
#[get("/certificates/<serial>/verification")]
pub(crate) async fn verify(
    serial: &str,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<VerificationView>> {
    let sheet = certificates::verify(db.reader(), vault, serial).await?;
    Ok(Json(sheet.ok_or(Error::NotFound("certificate"))?.verification()))
}

/// Revokes a certificate; the reason is shown to whoever verifies it.
#[utoipa::path(context_path = "/api/v1", tag = "certificates", params(("serial" = String, Path)),
    request_body = RevokeCertificate,
    responses((status = 200, body = CertificateView), (status = 404), (status = 409), (status = 422)))]
#[post("/certificates/<serial>/revoke", data = "<body>")]
pub(crate) async fn revoke(
    by: Can<RevokeCertificates>,
    serial: &str,
    body: Body<RevokeCertificate>,
    desk: &State<Desk>,
) -> Result<Json<CertificateView>> {
    Ok(Json(desk.write(async |work| certificates::revoke(&by, work, serial, &body.value).await).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list_completions, assess, close, verify, revoke]
}
