//! Certificates, for programs.

use std::sync::Arc;

use rocket::{Route, State, get, post, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::base::{Error, Result};
use crate::certificates::forms::RevokeCertificate;
use crate::certificates::rights::RevokeCertificates;
use crate::certificates::service;
use crate::certificates::views::{CertificateView, VerificationView};
use crate::data::{Database, Desk, Vault};
use crate::web::Body;

#[derive(OpenApi)]
#[openapi(paths(verify, revoke))]
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
    Ok(Json(desk.write(async |work| service::revoke(&by, work, serial, &body.value).await).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![verify, revoke]
}
