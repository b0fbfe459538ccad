//! Complaints, for programs.

use entities::values::ComplaintId;
use rocket::{Route, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::Result;
use crate::base::paging::Page;
use crate::complaints::forms::{NewAnswer, NewComplaint};
use crate::complaints::rights::{AnswerComplaints, Complain, SeeComplaints};
use crate::complaints::service;
use crate::complaints::store;
use crate::complaints::views::ComplaintView;
use crate::web::{Body, Paging, Tools};

#[derive(OpenApi)]
#[openapi(paths(list, show, file, take_up, answer, withdraw))]
pub(crate) struct Docs;

/// Complaints in sight, the newest first: one's own, those of the county, the outcomes that an institution is told.
#[utoipa::path(context_path = "/api/v1", tag = "complaints", params(Paging),
    responses((status = 200, body = Page<ComplaintView>), (status = 401), (status = 403), (status = 422)))]
#[get("/complaints?<paging..>")]
async fn list(by: Can<SeeComplaints>, paging: Strict<Paging>, tools: Tools<'_>) -> Result<Json<Page<ComplaintView>>> {
    paging.check()?;
    let rows = store::list(tools.db.reader(), by.actor(), None, paging.after()?, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let items: Result<Vec<_>> = page.items.iter().map(|row| ComplaintView::of(row, by.actor(), tools.vault)).collect();
    Ok(Json(Page { items: items?, next: page.next }))
}

/// One of them.
#[utoipa::path(context_path = "/api/v1", tag = "complaints", params(("id" = ComplaintId, Path)),
    responses((status = 200, body = ComplaintView), (status = 401), (status = 403), (status = 404)))]
#[get("/complaints/<id>")]
async fn show(by: Can<SeeComplaints>, id: ComplaintId, tools: Tools<'_>) -> Result<Json<ComplaintView>> {
    told(by.actor(), id, tools).await
}

async fn told(by: &Actor, id: ComplaintId, tools: Tools<'_>) -> Result<Json<ComplaintView>> {
    let row = store::visible(tools.db.reader(), by, id).await?;
    Ok(Json(ComplaintView::of(&row, by, tools.vault)?))
}

/// Complains of a class in which one has, or had, a seat, or of an institution.
#[utoipa::path(context_path = "/api/v1", tag = "complaints", request_body = NewComplaint,
    responses((status = 201, body = ComplaintView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/complaints", data = "<body>")]
async fn file(by: Can<Complain>, body: Body<NewComplaint>, tools: Tools<'_>) -> Result<Created<Json<ComplaintView>>> {
    let id = tools.desk.write(async |work| service::file(&by, work, tools.vault, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/complaints/{id}")).body(told(by.actor(), id, tools).await?))
}

/// Takes a complaint up: the county looks into it.
#[utoipa::path(context_path = "/api/v1", tag = "complaints", params(("id" = ComplaintId, Path)),
    responses((status = 200, body = ComplaintView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/complaints/<id>/take-up")]
async fn take_up(by: Can<AnswerComplaints>, id: ComplaintId, tools: Tools<'_>) -> Result<Json<ComplaintView>> {
    tools.desk.write(async |work| service::take_up(&by, work, id).await).await?;
    told(by.actor(), id, tools).await
}

/// Answers it, with the outcome in a word.
#[utoipa::path(context_path = "/api/v1", tag = "complaints", params(("id" = ComplaintId, Path)), request_body = NewAnswer,
    responses((status = 200, body = ComplaintView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/complaints/<id>/answer", data = "<body>")]
async fn answer(
    by: Can<AnswerComplaints>,
    id: ComplaintId,
    body: Body<NewAnswer>,
    tools: Tools<'_>,
) -> Result<Json<ComplaintView>> {
    tools.desk.write(async |work| service::answer(&by, work, tools.vault, id, &body.value).await).await?;
    told(by.actor(), id, tools).await
}

/// Takes a complaint back that is not answered yet.
#[utoipa::path(context_path = "/api/v1", tag = "complaints", params(("id" = ComplaintId, Path)),
    responses((status = 200, body = ComplaintView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/complaints/<id>/withdraw")]
async fn withdraw(by: Can<Complain>, id: ComplaintId, tools: Tools<'_>) -> Result<Json<ComplaintView>> {
    tools.desk.write(async |work| service::withdraw(&by, work, id).await).await?;
    told(by.actor(), id, tools).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, file, take_up, answer, withdraw]
}
