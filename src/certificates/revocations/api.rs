//! Revoking certificates, for programs.

use entities::values::RevocationId;
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};

use crate::access::Can;
use crate::base::Result;
use crate::base::paging::Page;
use crate::certificates::forms::RevokeCertificate;
use crate::certificates::revocations::service;
use crate::certificates::revocations::store;
use crate::certificates::revocations::views::RevocationView;
use crate::certificates::rights::{AskRevocations, DecideOnRevocations, SeeRevocations};
use crate::data::{Database, Desk};
use crate::web::{Body, Paging, Reason};

/// Asks that a certificate be revoked; it holds until another person agrees.
#[utoipa::path(context_path = "/api/v1", tag = "certificates", params(("serial" = String, Path)),
    request_body = RevokeCertificate,
    responses((status = 201, body = RevocationView), (status = 404), (status = 409), (status = 422)))]
#[post("/certificates/<serial>/revoke", data = "<body>")]
pub(crate) async fn ask(
    by: Can<AskRevocations>,
    serial: &str,
    body: Body<RevokeCertificate>,
    desk: &State<Desk>,
) -> Result<Created<Json<RevocationView>>> {
    let row = desk.write(async |work| service::ask(&by, work, serial, &body.value.reason).await).await?;
    let at = format!("/api/v1/revocations/{}", row.id);
    Ok(Created::new(at).body(Json(RevocationView::of(row, by.actor()))))
}

/// Wishes to revoke in the caller's area, the newest first.
#[utoipa::path(context_path = "/api/v1", tag = "certificates", params(Paging),
    responses((status = 200, body = Page<RevocationView>), (status = 422)))]
#[get("/revocations?<paging..>")]
pub(crate) async fn list(
    by: Can<SeeRevocations>,
    paging: Strict<Paging>,
    db: &State<Database>,
) -> Result<Json<Page<RevocationView>>> {
    paging.check()?;
    let rows = store::list(db.reader(), &by.scope(), None, paging.after()?, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(page.map(|row| RevocationView::of(row, by.actor()))))
}

/// One of them.
#[utoipa::path(context_path = "/api/v1", tag = "certificates", params(("id" = RevocationId, Path)),
    responses((status = 200, body = RevocationView), (status = 404)))]
#[get("/revocations/<id>")]
pub(crate) async fn show(
    by: Can<SeeRevocations>,
    id: RevocationId,
    db: &State<Database>,
) -> Result<Json<RevocationView>> {
    Ok(Json(RevocationView::of(store::visible(db.reader(), &by.scope(), id).await?, by.actor())))
}

/// Agrees: the certificate is revoked. Never by who asked.
#[utoipa::path(context_path = "/api/v1", tag = "certificates", params(("id" = RevocationId, Path)),
    responses((status = 200, body = RevocationView), (status = 404), (status = 409)))]
#[post("/revocations/<id>/approve")]
pub(crate) async fn approve(
    by: Can<DecideOnRevocations>,
    id: RevocationId,
    desk: &State<Desk>,
) -> Result<Json<RevocationView>> {
    let row = desk.write(async |work| service::approve(&by, work, id).await).await?;
    Ok(Json(RevocationView::of(row, by.actor())))
}

/// Refuses, with the reason. Never by who asked.
#[utoipa::path(context_path = "/api/v1", tag = "certificates", params(("id" = RevocationId, Path)),
    request_body = Reason,
    responses((status = 200, body = RevocationView), (status = 404), (status = 409), (status = 422)))]
#[post("/revocations/<id>/refuse", data = "<body>")]
pub(crate) async fn refuse(
    by: Can<DecideOnRevocations>,
    id: RevocationId,
    body: Body<Reason>,
    desk: &State<Desk>,
) -> Result<Json<RevocationView>> {
    let row = desk.write(async |work| service::refuse(&by, work, id, &body.value.reason).await).await?;
    Ok(Json(RevocationView::of(row, by.actor())))
}

/// Takes one's own wish back.
#[utoipa::path(context_path = "/api/v1", tag = "certificates", params(("id" = RevocationId, Path)),
    responses((status = 200, body = RevocationView), (status = 404), (status = 409)))]
#[post("/revocations/<id>/withdraw")]
pub(crate) async fn withdraw(
    by: Can<AskRevocations>,
    id: RevocationId,
    desk: &State<Desk>,
) -> Result<Json<RevocationView>> {
    let row = desk.write(async |work| service::withdraw(&by, work, id).await).await?;
    Ok(Json(RevocationView::of(row, by.actor())))
}

pub(in crate::certificates) fn routes() -> Vec<Route> {
    routes![ask, list, show, approve, refuse, withdraw]
}
