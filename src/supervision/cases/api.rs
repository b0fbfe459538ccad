//! Cases, for programs.

use entities::values::CaseId;
use rocket::{Route, form::Strict, get, post, response::status::Created, routes, serde::json::Json};

use crate::access::Can;
use crate::base::Result;
use crate::base::paging::Page;
use crate::supervision::cases::forms::{CaseClosing, CaseDecision, CasesQuery, NewCase};
use crate::supervision::cases::service;
use crate::supervision::cases::views::CaseView;
use crate::supervision::rights::{HandleCases, SeeCases};
use crate::web::{Body, Tools};

/// Cases of the caller's area, or against its own institution; the latest first.
#[utoipa::path(context_path = "/api/v1", tag = "cases", params(CasesQuery),
    responses((status = 200, body = Page<CaseView>), (status = 401), (status = 403), (status = 422)))]
#[get("/cases?<query..>")]
pub(crate) async fn list(
    by: Can<SeeCases>,
    query: Strict<CasesQuery>,
    tools: Tools<'_>,
) -> Result<Json<Page<CaseView>>> {
    let rows = service::list(&by, tools.db.reader(), &query).await?;
    Ok(Json(rows.map(|row| CaseView::of(row, Vec::new(), &by))))
}

async fn told(by: &Can<SeeCases>, id: CaseId, tools: Tools<'_>) -> Result<Json<CaseView>> {
    let (row, doubts) = service::show(by, tools.db.reader(), id).await?;
    Ok(Json(CaseView::of(row, doubts.iter().map(|doubt| doubt.id).collect(), by)))
}

/// Opens a case from confirmed doubts about classes of one institution, which is told.
#[utoipa::path(context_path = "/api/v1", tag = "cases", request_body = NewCase,
    responses((status = 201, body = CaseView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/cases", data = "<body>")]
pub(crate) async fn open(
    by: Can<HandleCases>,
    body: Body<NewCase>,
    tools: Tools<'_>,
) -> Result<Created<Json<CaseView>>> {
    let id = tools.desk.write(async |work| service::open(&by, work, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/cases/{id}")).body(told(&by.prove()?, id, tools).await?))
}

/// One of them.
#[utoipa::path(context_path = "/api/v1", tag = "cases", params(("id" = CaseId, Path)),
    responses((status = 200, body = CaseView), (status = 401), (status = 403), (status = 404)))]
#[get("/cases/<id>")]
pub(crate) async fn show(by: Can<SeeCases>, id: CaseId, tools: Tools<'_>) -> Result<Json<CaseView>> {
    told(&by, id, tools).await
}

/// Says what a case that somebody else opened comes to; the institution is told.
#[utoipa::path(context_path = "/api/v1", tag = "cases", params(("id" = CaseId, Path)), request_body = CaseDecision,
    responses((status = 200, body = CaseView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/cases/<id>/decide", data = "<body>")]
pub(crate) async fn decide(
    by: Can<HandleCases>,
    id: CaseId,
    body: Body<CaseDecision>,
    tools: Tools<'_>,
) -> Result<Json<CaseView>> {
    tools.desk.write(async |work| service::decide(&by, work, id, &body.value).await).await?;
    told(&by.prove()?, id, tools).await
}

/// Closes a decided case: what was asked is done.
#[utoipa::path(context_path = "/api/v1", tag = "cases", params(("id" = CaseId, Path)), request_body = CaseClosing,
    responses((status = 200, body = CaseView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/cases/<id>/close", data = "<body>")]
pub(crate) async fn close(
    by: Can<HandleCases>,
    id: CaseId,
    body: Body<CaseClosing>,
    tools: Tools<'_>,
) -> Result<Json<CaseView>> {
    tools.desk.write(async |work| service::close(&by, work, id, &body.value).await).await?;
    told(&by.prove()?, id, tools).await
}

pub(in crate::supervision) fn routes() -> Vec<Route> {
    routes![list, open, show, decide, close]
}
