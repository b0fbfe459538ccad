//! Exports, for programs.

use std::{net::IpAddr, sync::Arc};

use entities::values::ExportId;
use rocket::{
    Request, Route, State,
    form::Strict,
    get, post,
    request::{FromRequest, Outcome},
    response::status::Created,
    routes,
    serde::json::Json,
};
use utoipa::OpenApi;

use crate::access::{AskForExports, Can};
use crate::accounts::{Door, Hasher};
use crate::base::paging::Page;
use crate::base::{Clock, Result};
use crate::data::{Database, Desk, Vault};
use crate::exports::builder::Builder;
use crate::exports::file::Download;
use crate::exports::forms::NewExport;
use crate::exports::rights::{ApproveExports, SeeExports};
use crate::exports::service::{self, Office};
use crate::exports::store;
use crate::exports::views::ExportView;
use crate::web::{Body, Paging, Reason, Spoken};

#[derive(OpenApi)]
#[openapi(paths(list, show, create, approve, refuse, withdraw, fetch))]
pub(crate) struct Docs;

/// What asking and fetching need of the house.
pub(super) struct Rooms<'r> {
    db: &'r Database,
    desk: &'r Desk,
    hasher: &'r Hasher,
    clock: &'r Clock,
    vault: &'r Vault,
    builder: &'r Builder,
    address: Option<IpAddr>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Rooms<'r> {
    type Error = crate::base::Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let house = request.rocket();
        let rooms = (|| {
            Some(Self {
                db: house.state()?,
                desk: house.state()?,
                hasher: house.state()?,
                clock: house.state()?,
                vault: house.state::<Arc<Vault>>()?,
                builder: house.state()?,
                address: request.client_ip(),
            })
        })();
        match rooms {
            Some(rooms) => Outcome::Success(rooms),
            None => Outcome::Error((
                rocket::http::Status::InternalServerError,
                crate::base::Error::internal("the house lacks a room"),
            )),
        }
    }
}

impl Rooms<'_> {
    pub(super) fn office(&self) -> Office<'_> {
        let Self { db, desk, hasher, clock, vault, builder, address } = self;
        Office { door: Door { db, desk, vault, hasher, clock, address: *address }, builder }
    }
}

/// One's own exports, and those of the area that one oversees or may agree to; the latest first.
#[utoipa::path(context_path = "/api/v1", tag = "exports", params(Paging),
    responses((status = 200, body = Page<ExportView>), (status = 401), (status = 403), (status = 422)))]
#[get("/exports?<paging..>")]
async fn list(by: Can<SeeExports>, paging: Strict<Paging>, db: &State<Database>) -> Result<Json<Page<ExportView>>> {
    paging.check()?;
    let rows = store::list(db.reader(), &by, paging.area.as_deref(), paging.after()?, paging.limit() + 1).await?;
    let Page { items, next } = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(Page { items: ExportView::many(db.reader(), items, &by).await?, next }))
}

/// One export, with how far it is.
#[utoipa::path(context_path = "/api/v1", tag = "exports", params(("id" = String, Path)),
    responses((status = 200, body = ExportView), (status = 401), (status = 403), (status = 404)))]
#[get("/exports/<id>")]
async fn show(by: Can<SeeExports>, id: ExportId, db: &State<Database>) -> Result<Json<ExportView>> {
    Ok(Json(service::show(&by, db.reader(), id).await?))
}

/// Asks for a list as a file. What is more than one person may decide on waits for a second one; all else is built, a small
/// file at once. Heads and words are in the language of `Accept-Language`.
#[utoipa::path(context_path = "/api/v1", tag = "exports", request_body = NewExport,
    responses((status = 201, body = ExportView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422),
        (status = 429)))]
#[post("/exports", data = "<body>")]
async fn create(
    by: Can<AskForExports>,
    body: Body<NewExport>,
    spoken: Spoken,
    rooms: Rooms<'_>,
    db: &State<Database>,
) -> Result<Created<Json<ExportView>>> {
    let job = rooms.office().ask(&by, spoken.0, &body.value).await?;
    let view = ExportView::one(db.reader(), job, &by).await?;
    Ok(Created::new(format!("/api/v1/exports/{}", view.id)).body(Json(view)))
}

/// Agrees to what somebody else asked for.
#[utoipa::path(context_path = "/api/v1", tag = "exports", params(("id" = String, Path)),
    responses((status = 200, body = ExportView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/exports/<id>/approve")]
async fn approve(by: Can<ApproveExports>, id: ExportId, desk: &State<Desk>) -> Result<Json<ExportView>> {
    let view = desk
        .write(async |work| {
            let job = service::approve(&by, work, id).await?;
            ExportView::one(work.db(), job, &by).await
        })
        .await?;
    Ok(Json(view))
}

/// Does not agree, with the reason.
#[utoipa::path(context_path = "/api/v1", tag = "exports", params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = ExportView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/exports/<id>/refuse", data = "<body>")]
async fn refuse(
    by: Can<ApproveExports>,
    id: ExportId,
    body: Body<Reason>,
    desk: &State<Desk>,
) -> Result<Json<ExportView>> {
    let view = desk
        .write(async |work| {
            let job = service::refuse(&by, work, id, &body.value).await?;
            ExportView::one(work.db(), job, &by).await
        })
        .await?;
    Ok(Json(view))
}

/// Takes back what one asked for and nobody decided on.
#[utoipa::path(context_path = "/api/v1", tag = "exports", params(("id" = String, Path)),
    responses((status = 200, body = ExportView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/exports/<id>/withdraw")]
async fn withdraw(by: Can<AskForExports>, id: ExportId, desk: &State<Desk>) -> Result<Json<ExportView>> {
    let view = desk
        .write(async |work| {
            let job = service::withdraw(&by, work, id).await?;
            ExportView::one(work.db(), job, &by).await
        })
        .await?;
    Ok(Json(view))
}

/// The file itself, for whoever asked for it. Each time is logged.
#[utoipa::path(context_path = "/api/v1", tag = "exports", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/csv", body = Vec<u8>), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[get("/exports/<id>/file")]
async fn fetch(by: Can<AskForExports>, id: ExportId, spoken: Spoken, rooms: Rooms<'_>) -> Result<Download> {
    rooms.office().fetch(&by, spoken.0, id).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, create, approve, refuse, withdraw, fetch]
}
