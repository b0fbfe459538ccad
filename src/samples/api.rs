//! Samples after payment, for programs.

use entities::values::{SampleItemId, SampleRunId};
use rocket::{Route, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::Result;
use crate::base::paging::Page;
use crate::samples::forms::{Assurance, Doubted, ItemsQuery, NewRun};
use crate::samples::looking;
use crate::samples::rights::{DrawRuns, LookAtLines, SeeRuns};
use crate::samples::rules::listed;
use crate::samples::service;
use crate::samples::store;
use crate::samples::views::{ItemView, PopulationView, RunLine, RunView, told};
use crate::web::{Body, Paging, Tools};

#[derive(OpenApi)]
#[openapi(paths(list, draw, show, population, items, item, assure, doubt))]
pub(crate) struct Docs;

/// Runs of one's area, the latest first.
#[utoipa::path(context_path = "/api/v1", tag = "samples", params(Paging),
    responses((status = 200, body = Page<RunLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/samples?<paging..>")]
async fn list(by: Can<SeeRuns>, paging: Strict<Paging>, tools: Tools<'_>) -> Result<Json<Page<RunLine>>> {
    paging.check()?;
    let db = tools.db.reader();
    let rows = store::runs(db, &by.scope(), paging.after()?, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let progress = service::progress(db, &page.items.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    Ok(Json(page.map(|row| RunLine::of(&row, progress.get(&row.id).copied().unwrap_or_default()))))
}

async fn run(by: &Can<SeeRuns>, id: SampleRunId, tools: Tools<'_>) -> Result<Json<RunView>> {
    let db = tools.db.reader();
    let replay = service::replay(by, db, id).await?;
    let progress = service::progress(db, &[id]).await?;
    Ok(Json(RunView::of(db, &replay, progress.get(&id).copied().unwrap_or_default()).await?))
}

/// Draws a run of what was paid within some days in an area and stood in no run of its kind before: a checker for the county, a
/// supervisor above it.
#[utoipa::path(context_path = "/api/v1", tag = "samples", request_body = NewRun,
    responses((status = 201, body = RunView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/samples", data = "<body>")]
async fn draw(by: Can<DrawRuns>, body: Body<NewRun>, tools: Tools<'_>) -> Result<Created<Json<RunView>>> {
    let id = tools.desk.write(async |work| service::draw(&by, work, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/samples/{id}")).body(run(&by.prove()?, id, tools).await?))
}

/// How a run was drawn, drawn again.
#[utoipa::path(context_path = "/api/v1", tag = "samples", params(("id" = SampleRunId, Path)),
    responses((status = 200, body = RunView), (status = 401), (status = 403), (status = 404)))]
#[get("/samples/<id>")]
async fn show(by: Can<SeeRuns>, id: SampleRunId, tools: Tools<'_>) -> Result<Json<RunView>> {
    run(&by, id, tools).await
}

/// The population of a run, whole: what its hash is of, and all that one needs beside the seed to draw again.
#[utoipa::path(context_path = "/api/v1", tag = "samples", params(("id" = SampleRunId, Path)),
    responses((status = 200, body = PopulationView), (status = 401), (status = 403), (status = 404)))]
#[get("/samples/<id>/population")]
async fn population(by: Can<SeeRuns>, id: SampleRunId, tools: Tools<'_>) -> Result<Json<PopulationView>> {
    let replay = service::replay(&by, tools.db.reader(), id).await?;
    Ok(Json(PopulationView { lines: listed(&replay.units).lines().map(str::to_owned).collect() }))
}

/// The lines that a run drew, in the order of the draw.
#[utoipa::path(context_path = "/api/v1", tag = "samples", params(("id" = SampleRunId, Path), ItemsQuery),
    responses((status = 200, body = Page<ItemView>), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[get("/samples/<id>/items?<query..>")]
async fn items(
    by: Can<SeeRuns>,
    id: SampleRunId,
    query: Strict<ItemsQuery>,
    tools: Tools<'_>,
) -> Result<Json<Page<ItemView>>> {
    let db = tools.db.reader();
    let mut sought = query.sought()?;
    let run = store::run(db, &by.scope(), id).await?;
    let limit = sought.limit;
    sought.limit += 1;
    let rows = Page::cut(store::items(db, id, sought).await?, limit, |row| row.ordinal.to_string());
    let items = told(db, tools.vault, &run, rows.items).await?;
    Ok(Json(Page { items, next: rows.next }))
}

async fn one(by: &Actor, id: SampleItemId, tools: Tools<'_>) -> Result<Json<ItemView>> {
    Ok(Json(looking::seen(by, tools.db.reader(), tools.vault, id).await?))
}

/// One line that was drawn.
#[utoipa::path(context_path = "/api/v1", tag = "samples", params(("id" = SampleItemId, Path)),
    responses((status = 200, body = ItemView), (status = 401), (status = 403), (status = 404)))]
#[get("/sample-items/<id>")]
async fn item(by: Can<SeeRuns>, id: SampleItemId, tools: Tools<'_>) -> Result<Json<ItemView>> {
    one(&by, id, tools).await
}

/// The line is in order; by somebody who took no step of its claim.
#[utoipa::path(context_path = "/api/v1", tag = "samples", params(("id" = SampleItemId, Path)), request_body = Assurance,
    responses((status = 200, body = ItemView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/sample-items/<id>/assure", data = "<body>")]
async fn assure(
    by: Can<LookAtLines>,
    id: SampleItemId,
    body: Body<Assurance>,
    tools: Tools<'_>,
) -> Result<Json<ItemView>> {
    tools.desk.write(async |work| looking::assure(&by, work, id, &body.value).await).await?;
    one(&by, id, tools).await
}

/// Something is wrong with the line.
#[utoipa::path(context_path = "/api/v1", tag = "samples", params(("id" = SampleItemId, Path)), request_body = Doubted,
    responses((status = 200, body = ItemView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/sample-items/<id>/doubt", data = "<body>")]
async fn doubt(
    by: Can<LookAtLines>,
    id: SampleItemId,
    body: Body<Doubted>,
    tools: Tools<'_>,
) -> Result<Json<ItemView>> {
    tools.desk.write(async |work| looking::doubt(&by, work, id, &body.value).await).await?;
    one(&by, id, tools).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, draw, show, population, items, item, assure, doubt]
}
