//! Doubts and cases, for programs.

use entities::values::{ClassId, DoubtId};
use rocket::{Route, form::Strict, get, post, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::{Result, paging};
use crate::supervision::cases;
use crate::supervision::forms::{Confirmation, Dismissal, DoubtsQuery};
use crate::supervision::rights::{DecideOnDoubts, LookAgain, SeeDoubts};
use crate::supervision::search;
use crate::supervision::service;
use crate::supervision::store;
use crate::supervision::views::{DoubtView, LookedView};
use crate::web::{Body, Page, Tools};

#[derive(OpenApi)]
#[openapi(paths(
    list,
    show,
    dismiss,
    confirm,
    look,
    cases::api::list,
    cases::api::open,
    cases::api::show,
    cases::api::decide,
    cases::api::close
))]
pub(crate) struct Docs;

/// Doubts about classes of the caller's area and their marks, the latest first.
#[utoipa::path(context_path = "/api/v1", tag = "doubts", params(DoubtsQuery),
    responses((status = 200, body = paging::Page<DoubtView>), (status = 401), (status = 403), (status = 422)))]
#[get("/doubts?<query..>")]
async fn list(
    by: Can<SeeDoubts>,
    page: Page,
    query: Strict<DoubtsQuery>,
    tools: Tools<'_>,
) -> Result<Json<paging::Page<DoubtView>>> {
    let rows = service::list(&by, tools.db.reader(), &query, query.sought()?).await?;
    Ok(Json(rows.map(|row| DoubtView::of(row, &page, &by))))
}

async fn told(by: &Actor, page: &Page, id: DoubtId, tools: Tools<'_>) -> Result<Json<DoubtView>> {
    let row = store::doubted(tools.db.reader(), &by.scope(), id).await?;
    Ok(Json(DoubtView::of(row, page, by)))
}

/// One of them.
#[utoipa::path(context_path = "/api/v1", tag = "doubts", params(("id" = DoubtId, Path)),
    responses((status = 200, body = DoubtView), (status = 401), (status = 403), (status = 404)))]
#[get("/doubts/<id>")]
async fn show(by: Can<SeeDoubts>, page: Page, id: DoubtId, tools: Tools<'_>) -> Result<Json<DoubtView>> {
    told(&by, &page, id, tools).await
}

/// There is nothing in a doubt, for this reason. It is not raised again for the same.
#[utoipa::path(context_path = "/api/v1", tag = "doubts", params(("id" = DoubtId, Path)), request_body = Dismissal,
    responses((status = 200, body = DoubtView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/doubts/<id>/dismiss", data = "<body>")]
async fn dismiss(
    by: Can<DecideOnDoubts>,
    page: Page,
    id: DoubtId,
    body: Body<Dismissal>,
    tools: Tools<'_>,
) -> Result<Json<DoubtView>> {
    tools.desk.write(async |work| service::dismiss(&by, work, id, &body.value).await).await?;
    told(&by, &page, id, tools).await
}

/// There is something in a doubt.
#[utoipa::path(context_path = "/api/v1", tag = "doubts", params(("id" = DoubtId, Path)), request_body = Confirmation,
    responses((status = 200, body = DoubtView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/doubts/<id>/confirm", data = "<body>")]
async fn confirm(
    by: Can<DecideOnDoubts>,
    page: Page,
    id: DoubtId,
    body: Body<Confirmation>,
    tools: Tools<'_>,
) -> Result<Json<DoubtView>> {
    tools.desk.write(async |work| service::confirm(&by, work, id, &body.value).await).await?;
    told(&by, &page, id, tools).await
}

/// Looks at a class anew: what is found becomes a doubt, what is found no more is cleared where nobody decided.
#[utoipa::path(context_path = "/api/v1", tag = "doubts", params(("id" = ClassId, Path)),
    responses((status = 200, body = LookedView), (status = 401), (status = 403), (status = 404)))]
#[post("/classes/<id>/look")]
async fn look(by: Can<LookAgain>, id: ClassId, tools: Tools<'_>) -> Result<Json<LookedView>> {
    let raised = tools.desk.write(async |work| search::by_hand(&by, work, id).await).await?;
    Ok(Json(LookedView { raised }))
}

pub(crate) fn routes() -> Vec<Route> {
    [routes![list, show, dismiss, confirm, look], cases::api_routes()].concat()
}
