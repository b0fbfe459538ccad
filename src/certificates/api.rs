//! Certificates, for programs.

use std::sync::Arc;

use rocket::{Route, State, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::base::{Error, Result};
use crate::certificates::forms::ReplaceCertificate;
use crate::certificates::revocations;
use crate::certificates::rights::ReplaceCertificates;
use crate::certificates::service;
use crate::certificates::views::{CertificateView, VerificationView};
use crate::data::{Database, Desk, Vault};
use crate::web::Body;

#[derive(OpenApi)]
#[openapi(paths(
    verify,
    replace,
    revocations::api::ask,
    revocations::api::list,
    revocations::api::show,
    revocations::api::approve,
    revocations::api::refuse,
    revocations::api::withdraw,
))]
pub(crate) struct Docs;

/// Whether a certificate is valid, for everybody who holds its serial.
#[utoipa::path(context_path = "/api/v1", tag = "certificates", params(("serial" = String, Path)), security(()),
    responses((status = 200, body = VerificationView), (status = 404)))]
#[get("/certificates/<serial>/verification")]
pub(crate) async fn verify(
    serial: &str,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<VerificationView>> {
    let sheet = service::verify(db.reader(), vault, serial).await?;
    Ok(Json(sheet.ok_or(Error::NotFound("certificate"))?.verification()))
}

/// Issues a certificate anew under another serial: for a lost paper with the same words, for one that names its holder
/// wrongly with what the registry says now.
#[utoipa::path(context_path = "/api/v1", tag = "certificates", params(("serial" = String, Path)),
    request_body = ReplaceCertificate,
    responses((status = 201, body = CertificateView), (status = 404), (status = 409), (status = 422)))]
#[post("/certificates/<serial>/replace", data = "<body>")]
pub(crate) async fn replace(
    by: Can<ReplaceCertificates>,
    serial: &str,
    body: Body<ReplaceCertificate>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Created<Json<CertificateView>>> {
    let deed = desk.write(async |work| service::replace(&by, work, vault, serial, body.value.reason).await);
    let new = deed.await?;
    let at = format!("/api/v1/certificates/{}/verification", new.serial);
    Ok(Created::new(at).body(Json(CertificateView::of(new, by.role))))
}

pub(crate) fn routes() -> Vec<Route> {
    let mut all = routes![verify, replace];
    all.extend(revocations::api_routes());
    all
}
