//! Standards and uplifts, for programs.

use std::sync::Arc;

use entities::values::{StandardId, UpliftId};
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::areas::Atlas;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::data::{Database, Desk};
use crate::standards::forms::{End, NewStandard, NewUplift};
use crate::standards::rights::{EnactStandards, ProposeStandards};
use crate::standards::views::{StandardView, UpliftView};
use crate::standards::{service, store};
use crate::web::{Body, Paging};

#[derive(OpenApi)]
#[openapi(paths(
    list_standards,
    show_standard,
    propose_standard,
    enact_standard,
    withdraw_standard,
    end_standard,
    list_uplifts,
    show_uplift,
    propose_uplift,
    enact_uplift,
    withdraw_uplift,
    end_uplift
))]
pub(crate) struct Docs;

async fn standard_of(db: &Database, by: &Actor, id: StandardId) -> Result<Json<StandardView>> {
    let row = store::visible(db.reader(), &service::sight(by), id).await?.ok_or(Error::NotFound("subsidy_standard"))?;
    Ok(Json(row.into()))
}

/// What the government pays per qualified person: what is or was in force, and for officials what is proposed in their area.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy standards", params(Paging),
    responses((status = 200, body = Page<StandardView>), (status = 401), (status = 422)))]
#[get("/subsidy-standards?<paging..>")]
async fn list_standards(by: Actor, paging: Strict<Paging>, db: &State<Database>) -> Result<Json<Page<StandardView>>> {
    paging.check()?;
    let (area, after, limit) = (paging.area.as_deref(), paging.after()?, paging.limit());
    let rows = store::list(db.reader(), &service::sight(&by), area, after, limit + 1).await?;
    Ok(Json(Page::cut(rows, limit, |row| row.id.to_string()).map(Into::into)))
}

/// One standard.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy standards", params(("id" = String, Path)),
    responses((status = 200, body = StandardView), (status = 401), (status = 404)))]
#[get("/subsidy-standards/<id>")]
async fn show_standard(by: Actor, id: StandardId, db: &State<Database>) -> Result<Json<StandardView>> {
    standard_of(db, &by, id).await
}

/// Proposes a standard; it holds once another puts it in force.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy standards", request_body = NewStandard,
    responses((status = 201, body = StandardView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/subsidy-standards", data = "<body>")]
async fn propose_standard(
    by: Can<ProposeStandards>,
    body: Body<NewStandard>,
    atlas: &State<Arc<Atlas>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Created<Json<StandardView>>> {
    let id = desk.write(async |work| service::propose(&by, work, atlas, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/subsidy-standards/{id}")).body(standard_of(db, by.actor(), id).await?))
}

/// Puts a standard in force that another proposed.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy standards", params(("id" = String, Path)),
    responses((status = 200, body = StandardView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/subsidy-standards/<id>/enact")]
async fn enact_standard(
    by: Can<EnactStandards>,
    id: StandardId,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<StandardView>> {
    desk.write(async |work| service::enact(&by, work, id).await).await?;
    standard_of(db, by.actor(), id).await
}

/// Takes a proposal back.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy standards", params(("id" = String, Path)),
    responses((status = 200, body = StandardView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/subsidy-standards/<id>/withdraw")]
async fn withdraw_standard(
    by: Can<ProposeStandards>,
    id: StandardId,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<StandardView>> {
    desk.write(async |work| service::withdraw(&by, work, id).await).await?;
    standard_of(db, by.actor(), id).await
}

/// Says from which day a standard no longer holds.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy standards", params(("id" = String, Path)), request_body = End,
    responses((status = 200, body = StandardView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/subsidy-standards/<id>/end", data = "<body>")]
async fn end_standard(
    by: Can<ProposeStandards>,
    id: StandardId,
    body: Body<End>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<StandardView>> {
    desk.write(async |work| service::end(&by, work, id, &body.value).await).await?;
    standard_of(db, by.actor(), id).await
}

async fn uplift_of(db: &Database, by: &Actor, id: UpliftId) -> Result<Json<UpliftView>> {
    let row = store::uplift(db.reader(), &service::sight(by), id).await?.ok_or(Error::NotFound("standard_uplift"))?;
    Ok(Json(row.into()))
}

/// By how much more is paid and why: what is or was in force, and for officials what is proposed in their area.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy uplifts", params(Paging),
    responses((status = 200, body = Page<UpliftView>), (status = 401), (status = 422)))]
#[get("/subsidy-uplifts?<paging..>")]
async fn list_uplifts(by: Actor, paging: Strict<Paging>, db: &State<Database>) -> Result<Json<Page<UpliftView>>> {
    paging.check()?;
    let (area, after, limit) = (paging.area.as_deref(), paging.after()?, paging.limit());
    let rows = store::uplifts(db.reader(), &service::sight(&by), area, after, limit + 1).await?;
    Ok(Json(Page::cut(rows, limit, |row| row.id.to_string()).map(Into::into)))
}

/// One uplift.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy uplifts", params(("id" = String, Path)),
    responses((status = 200, body = UpliftView), (status = 401), (status = 404)))]
#[get("/subsidy-uplifts/<id>")]
async fn show_uplift(by: Actor, id: UpliftId, db: &State<Database>) -> Result<Json<UpliftView>> {
    uplift_of(db, &by, id).await
}

/// Proposes an uplift; it holds once another puts it in force.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy uplifts", request_body = NewUplift,
    responses((status = 201, body = UpliftView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/subsidy-uplifts", data = "<body>")]
async fn propose_uplift(
    by: Can<ProposeStandards>,
    body: Body<NewUplift>,
    atlas: &State<Arc<Atlas>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Created<Json<UpliftView>>> {
    let id = desk.write(async |work| service::propose_uplift(&by, work, atlas, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/subsidy-uplifts/{id}")).body(uplift_of(db, by.actor(), id).await?))
}

/// Puts an uplift in force that another proposed.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy uplifts", params(("id" = String, Path)),
    responses((status = 200, body = UpliftView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/subsidy-uplifts/<id>/enact")]
async fn enact_uplift(
    by: Can<EnactStandards>,
    id: UpliftId,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<UpliftView>> {
    desk.write(async |work| service::enact_uplift(&by, work, id).await).await?;
    uplift_of(db, by.actor(), id).await
}

/// Takes a proposal back.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy uplifts", params(("id" = String, Path)),
    responses((status = 200, body = UpliftView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/subsidy-uplifts/<id>/withdraw")]
async fn withdraw_uplift(
    by: Can<ProposeStandards>,
    id: UpliftId,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<UpliftView>> {
    desk.write(async |work| service::withdraw_uplift(&by, work, id).await).await?;
    uplift_of(db, by.actor(), id).await
}

/// Says from which day an uplift no longer holds.
#[utoipa::path(context_path = "/api/v1", tag = "subsidy uplifts", params(("id" = String, Path)), request_body = End,
    responses((status = 200, body = UpliftView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/subsidy-uplifts/<id>/end", data = "<body>")]
async fn end_uplift(
    by: Can<ProposeStandards>,
    id: UpliftId,
    body: Body<End>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<UpliftView>> {
    desk.write(async |work| service::end_uplift(&by, work, id, &body.value).await).await?;
    uplift_of(db, by.actor(), id).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![
        list_standards,
        show_standard,
        propose_standard,
        enact_standard,
        withdraw_standard,
        end_standard,
        list_uplifts,
        show_uplift,
        propose_uplift,
        enact_uplift,
        withdraw_uplift,
        end_uplift,
    ]
}
