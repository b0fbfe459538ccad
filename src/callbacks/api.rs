//! Call-backs, for programs.

use entities::values::{CallBackId, ClassId};
use rocket::{Route, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::callbacks::forms::Answers;
use crate::callbacks::rights::{DrawSamples, MakeCalls, RecordAnswers, SeeCallBacks, SeeSamples};
use crate::callbacks::service;
use crate::callbacks::store;
use crate::callbacks::views::{CallBackLine, CallBackView, SampleView};
use crate::web::{Body, Paging, Tools};

#[derive(OpenApi)]
#[openapi(paths(sample, draw, list, show, miss, record, give_up))]
pub(crate) struct Docs;

/// How the sample of a class was drawn, drawn again, with its calls.
#[utoipa::path(context_path = "/api/v1", tag = "call-backs", params(("id" = ClassId, Path)),
    responses((status = 200, body = SampleView), (status = 401), (status = 403), (status = 404)))]
#[get("/classes/<id>/call-backs")]
async fn sample(by: Can<SeeSamples>, id: ClassId, tools: Tools<'_>) -> Result<Json<SampleView>> {
    drawn(&by, id, tools).await
}

async fn drawn(by: &Can<SeeSamples>, id: ClassId, tools: Tools<'_>) -> Result<Json<SampleView>> {
    let (_, replay) = service::replay(by, tools.db.reader(), id).await?;
    Ok(Json(SampleView::of(&replay.ok_or(Error::NotFound("sample"))?, by.actor())))
}

/// Draws who of a class that ended is called back, once.
#[utoipa::path(context_path = "/api/v1", tag = "call-backs", params(("id" = ClassId, Path)),
    responses((status = 201, body = SampleView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/classes/<id>/call-backs")]
async fn draw(by: Can<DrawSamples>, id: ClassId, tools: Tools<'_>) -> Result<Created<Json<SampleView>>> {
    tools.desk.write(async |work| service::draw(&by, work, tools.vault, id).await).await?;
    Ok(Created::new(format!("/api/v1/classes/{id}/call-backs")).body(drawn(&by.prove()?, id, tools).await?))
}

/// Calls in sight, the newest first; for the village those that it visits.
#[utoipa::path(context_path = "/api/v1", tag = "call-backs", params(Paging),
    responses((status = 200, body = Page<CallBackLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/call-backs?<paging..>")]
async fn list(by: Can<SeeCallBacks>, paging: Strict<Paging>, tools: Tools<'_>) -> Result<Json<Page<CallBackLine>>> {
    paging.check()?;
    let rows = store::list(tools.db.reader(), by.actor(), None, paging.after()?, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(page.map(|row| CallBackLine::of(&row, by.actor()))))
}

/// One call with its tries and what was answered.
#[utoipa::path(context_path = "/api/v1", tag = "call-backs", params(("id" = CallBackId, Path)),
    responses((status = 200, body = CallBackView), (status = 401), (status = 403), (status = 404)))]
#[get("/call-backs/<id>")]
async fn show(by: Can<SeeCallBacks>, id: CallBackId, tools: Tools<'_>) -> Result<Json<CallBackView>> {
    told(by.actor(), id, tools).await
}

async fn told(by: &Actor, id: CallBackId, tools: Tools<'_>) -> Result<Json<CallBackView>> {
    let db = tools.db.reader();
    let row = store::visible(db, by, id).await?;
    Ok(Json(CallBackView::of(&row, store::tries(db, id).await?, by, tools.vault)?))
}

/// Writes down that nobody answered today.
#[utoipa::path(context_path = "/api/v1", tag = "call-backs", params(("id" = CallBackId, Path)),
    responses((status = 200, body = CallBackView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/call-backs/<id>/miss")]
async fn miss(by: Can<MakeCalls>, id: CallBackId, tools: Tools<'_>) -> Result<Json<CallBackView>> {
    tools.desk.write(async |work| service::miss(&by, work, id).await).await?;
    told(by.actor(), id, tools).await
}

/// Writes down what somebody answered.
#[utoipa::path(context_path = "/api/v1", tag = "call-backs", params(("id" = CallBackId, Path)), request_body = Answers,
    responses((status = 200, body = CallBackView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/call-backs/<id>/record", data = "<body>")]
async fn record(
    by: Can<RecordAnswers>,
    id: CallBackId,
    body: Body<Answers>,
    tools: Tools<'_>,
) -> Result<Json<CallBackView>> {
    tools.desk.write(async |work| service::record(&by, work, tools.vault, id, &body.value).await).await?;
    told(by.actor(), id, tools).await
}

/// Writes down that nobody was found at home either.
#[utoipa::path(context_path = "/api/v1", tag = "call-backs", params(("id" = CallBackId, Path)),
    responses((status = 200, body = CallBackView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/call-backs/<id>/give-up")]
async fn give_up(by: Can<RecordAnswers>, id: CallBackId, tools: Tools<'_>) -> Result<Json<CallBackView>> {
    tools.desk.write(async |work| service::give_up(&by, work, id).await).await?;
    told(by.actor(), id, tools).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![sample, draw, list, show, miss, record, give_up]
}
