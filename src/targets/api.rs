//! Targets and progress, for programs.

use std::sync::Arc;

use entities::values::TargetId;
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::paging::Page;
use crate::base::{Clock, Error, Result, clock};
use crate::data::{Database, Desk};
use crate::targets::forms::{NewTarget, ProgressQuery, TargetsQuery};
use crate::targets::rights::{IssueTargets, ReadTargets};
use crate::targets::service;
use crate::targets::store::{self, Wanted};
use crate::targets::views::{ProgressView, TargetView};
use crate::web::{Body, Once, Paging};

#[derive(OpenApi)]
#[openapi(paths(list, create, show, progress))]
pub(crate) struct Docs;

fn text(once: &Once) -> Option<String> {
    once.text().map(str::to_owned)
}

/// Targets of the caller's area, in the order in which they were issued.
#[utoipa::path(context_path = "/api/v1", tag = "targets", params(TargetsQuery),
    responses((status = 200, body = Page<TargetView>), (status = 401), (status = 403), (status = 422)))]
#[get("/targets?<query..>")]
pub(crate) async fn list(
    by: Can<ReadTargets>,
    query: Strict<TargetsQuery>,
    db: &State<Database>,
    clock: &State<Clock>,
) -> Result<Json<Page<TargetView>>> {
    let TargetsQuery { year, history, limit, after, area } = query.into_inner();
    let paging = Paging { limit: limit.number("limit")?, after: text(&after), area: text(&area) };
    paging.check()?;
    let wanted = Wanted {
        year: year.number("year")?.unwrap_or_else(|| clock::year_of(clock.today())),
        area: paging.area.as_deref(),
        history: history.number("history")?.unwrap_or_default(),
        after: paging.after()?,
        limit: paging.limit() + 1,
    };
    let rows = store::list(db.reader(), &by.scope(), wanted).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(page.map(|row| TargetView::of(row, &by))))
}

/// Issues a target, or revises the one in force.
#[utoipa::path(context_path = "/api/v1", tag = "targets", request_body = NewTarget,
    responses((status = 201, body = TargetView), (status = 401), (status = 403), (status = 409, description = "stale"),
        (status = 422)))]
#[post("/targets", data = "<body>")]
pub(crate) async fn create(
    by: Can<IssueTargets>,
    body: Body<NewTarget>,
    atlas: &State<Arc<Atlas>>,
    desk: &State<Desk>,
) -> Result<Created<Json<TargetView>>> {
    let row = desk.write(async |work| service::issue(&by, work, atlas, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/targets/{}", row.id)).body(Json(TargetView::of(row, &by))))
}

/// One target.
#[utoipa::path(context_path = "/api/v1", tag = "targets", params(("id" = TargetId, Path)),
    responses((status = 200, body = TargetView), (status = 401), (status = 403), (status = 404)))]
#[get("/targets/<id>")]
pub(crate) async fn show(by: Can<ReadTargets>, id: TargetId, db: &State<Database>) -> Result<Json<TargetView>> {
    let row = store::by_id(db.reader(), &by.scope(), id).await?.ok_or(Error::NotFound("target"))?;
    Ok(Json(TargetView::of(row, &by)))
}

/// How far a year has come in an area and directly below it.
#[utoipa::path(context_path = "/api/v1", tag = "progress", params(ProgressQuery),
    responses((status = 200, body = ProgressView), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[get("/progress?<query..>")]
pub(crate) async fn progress(
    by: Can<ReadTargets>,
    query: Strict<ProgressQuery>,
    db: &State<Database>,
    clock: &State<Clock>,
    atlas: &State<Arc<Atlas>>,
) -> Result<Json<ProgressView>> {
    let (today, decimals) = (clock.today(), query.decimals.number("decimals")?.unwrap_or(2));
    if decimals > 4 {
        return Err(Error::invalid("decimals", "invalid.range"));
    }
    let year = query.year.number("year")?.unwrap_or_else(|| clock::year_of(today));
    let asked = (query.area.text().unwrap_or(&by.area), year);
    let board = service::board(db.reader(), &by.scope(), atlas, today, asked).await?;
    Ok(Json(ProgressView::of(&board, atlas, decimals)))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, create, show, progress]
}
