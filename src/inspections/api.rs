//! Inspections, for programs.

use base64::{Engine, engine::general_purpose::STANDARD};
use entities::values::InspectionId;
use rocket::{Route, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::paging::Page;
use crate::base::{Error, Place, Result};
use crate::inspections::compare::Matter;
use crate::inspections::forms::{Cancelling, NewInspection, NewPhoto, Record};
use crate::inspections::rights::{Inspect, SeeInspections};
use crate::inspections::service::{self, Seen};
use crate::inspections::store::{self, Sought};
use crate::inspections::views::{InspectionLine, InspectionView, view};
use crate::web::{Body, Paging, Photo, Tools};

#[derive(OpenApi)]
#[openapi(paths(list, show, plan, record, add_photo, cancel))]
pub(crate) struct Docs;

/// Inspections in sight, the newest first. Who does not inspect or audit sees those that are done.
#[utoipa::path(context_path = "/api/v1", tag = "inspections", params(Paging),
    responses((status = 200, body = Page<InspectionLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/inspections?<paging..>")]
async fn list(by: Can<SeeInspections>, paging: Strict<Paging>, tools: Tools<'_>) -> Result<Json<Page<InspectionLine>>> {
    paging.check()?;
    let sought = Sought { after: paging.after()?, ..Sought::default() };
    let rows = store::list(tools.db.reader(), by.actor(), sought, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(page.map(|row| InspectionLine::of(&row, by.actor()))))
}

/// One of them, with what was seen beside the marks of that very moment.
#[utoipa::path(context_path = "/api/v1", tag = "inspections", params(("id" = InspectionId, Path)),
    responses((status = 200, body = InspectionView), (status = 401), (status = 403), (status = 404)))]
#[get("/inspections/<id>")]
async fn show(by: Can<SeeInspections>, id: InspectionId, tools: Tools<'_>) -> Result<Json<InspectionView>> {
    told(by.actor(), id, tools).await
}

async fn told(by: &Actor, id: InspectionId, tools: Tools<'_>) -> Result<Json<InspectionView>> {
    let db = tools.db.reader();
    let matter = Matter::of(db, store::visible(db, by, id).await?).await?;
    Ok(Json(view(db, tools.vault, by, &matter).await?))
}

/// Plans an inspection of a class, or of one of its sessions. The institution does not learn of it.
#[utoipa::path(context_path = "/api/v1", tag = "inspections", request_body = NewInspection,
    responses((status = 201, body = InspectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/inspections", data = "<body>")]
async fn plan(by: Can<Inspect>, body: Body<NewInspection>, tools: Tools<'_>) -> Result<Created<Json<InspectionView>>> {
    let id = tools.desk.write(async |work| service::plan(&by, work, tools.vault, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/inspections/{id}")).body(told(by.actor(), id, tools).await?))
}

async fn picture(field: &'static str, text: &str) -> Result<Photo> {
    let bytes = STANDARD.decode(text).map_err(|_| Error::invalid(field, "invalid.picture"))?;
    Photo::of(field, bytes).await
}

/// Writes down how many people are in the room now, what else is to be seen, and at least one picture.
#[utoipa::path(context_path = "/api/v1", tag = "inspections", params(("id" = InspectionId, Path)),
    request_body = Record,
    responses((status = 200, body = InspectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/inspections/<id>/record", data = "<body>")]
async fn record(
    by: Can<Inspect>,
    id: InspectionId,
    body: Body<Record>,
    tools: Tools<'_>,
) -> Result<Json<InspectionView>> {
    let new = &body.value;
    let mut photos = Vec::new();
    for text in &new.photos {
        photos.push(picture("photos", text).await?);
    }
    let place = Place::of(new.latitude, new.longitude)?;
    let seen = Seen { headcount: new.headcount, text: &new.seen, place, photos: &photos };
    tools.desk.write(async |work| service::record(&by, work, tools.vault, id, &seen).await).await?;
    told(by.actor(), id, tools).await
}

/// One more picture, as long as the session lasts.
#[utoipa::path(context_path = "/api/v1", tag = "inspections", params(("id" = InspectionId, Path)),
    request_body = NewPhoto,
    responses((status = 200, body = InspectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/inspections/<id>/photos", data = "<body>")]
async fn add_photo(
    by: Can<Inspect>,
    id: InspectionId,
    body: Body<NewPhoto>,
    tools: Tools<'_>,
) -> Result<Json<InspectionView>> {
    let photo = picture("photo", &body.value.photo).await?;
    tools.desk.write(async |work| service::add_photo(&by, work, tools.vault, id, &photo).await).await?;
    told(by.actor(), id, tools).await
}

/// Cancels what was planned, with the reason.
#[utoipa::path(context_path = "/api/v1", tag = "inspections", params(("id" = InspectionId, Path)),
    request_body = Cancelling,
    responses((status = 200, body = InspectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/inspections/<id>/cancel", data = "<body>")]
async fn cancel(
    by: Can<Inspect>,
    id: InspectionId,
    body: Body<Cancelling>,
    tools: Tools<'_>,
) -> Result<Json<InspectionView>> {
    tools.desk.write(async |work| service::cancel(&by, work, id, &body.value.reason).await).await?;
    told(by.actor(), id, tools).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, plan, record, add_photo, cancel]
}
