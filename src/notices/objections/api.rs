//! Objections, for programs: from anybody, and for the offices that look into them.

use std::net::IpAddr;

use entities::values::{ObjectionId, ObjectionStatus};
use rocket::{Route, form::Strict, get, post, response::status::Created, routes, serde::json::Json};

use crate::access::{Actor, Can};
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::notices::objections::code::Code;
use crate::notices::objections::forms::{Asked, Investigation, NewObjection, Ruling};
use crate::notices::objections::service;
use crate::notices::objections::store;
use crate::notices::objections::views::{Answered, Filed, ObjectionView};
use crate::notices::rights::{DecideObjections, InvestigateObjections, SeeObjections};
use crate::web::{Body, Paging, Tools, Unlisted};

/// Objects to one line of an open notice. Nobody has to sign in; the line waits until the county answers. The answer is read by
/// the code that is told here, once.
#[utoipa::path(context_path = "/api/v1", tag = "notices", params(("number" = String, Path)), request_body = NewObjection,
    responses((status = 201, body = Filed), (status = 404), (status = 409), (status = 422)))]
#[post("/notices/<number>/objections", data = "<body>")]
pub(crate) async fn file(
    number: &str,
    body: Body<NewObjection>,
    address: Option<IpAddr>,
    tools: Tools<'_>,
) -> Result<Unlisted<Created<Json<Filed>>>> {
    let deed = tools.desk.write(async |work| service::file(work, tools.vault, address, number, &body.value).await);
    let (_, code) = deed.await?;
    let filed = Filed { code: code.to_string() };
    Ok(Unlisted(Created::new("/api/v1/objections/look-up").body(Json(filed))))
}

/// What became of the objection with that code.
#[utoipa::path(context_path = "/api/v1", tag = "notices", request_body = Asked,
    responses((status = 200, body = Answered), (status = 409), (status = 422)))]
#[post("/objections/look-up", data = "<body>")]
pub(crate) async fn look_up(body: Body<Asked>, tools: Tools<'_>) -> Result<Unlisted<Json<Answered>>> {
    let row = store::by_code(tools.db.reader(), &Code::typed(&body.value.code).hash()).await?;
    Ok(Unlisted(Json(Answered::of(&row, tools.vault)?)))
}

/// Objections in the caller's area, the newest first.
#[utoipa::path(context_path = "/api/v1", tag = "notices",
    params(Paging, ("status" = Option<ObjectionStatus>, Query, description = "only those of this state")),
    responses((status = 200, body = Page<ObjectionView>), (status = 401), (status = 403), (status = 422)))]
#[get("/objections?<status>&<paging..>")]
pub(crate) async fn list(
    by: Can<SeeObjections>,
    status: Option<&str>,
    paging: Strict<Paging>,
    tools: Tools<'_>,
) -> Result<Json<Page<ObjectionView>>> {
    paging.check()?;
    let status = status.map(str::parse).transpose().map_err(|()| Error::invalid("status", "invalid.choice"))?;
    let (before, limit) = (paging.after()?, paging.limit() + 1);
    let rows = store::list(tools.db.reader(), &by.scope(), status, before, limit).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let items: Result<Vec<_>> = page.items.iter().map(|row| ObjectionView::of(row, &by, tools.vault)).collect();
    Ok(Json(Page { items: items?, next: page.next }))
}

/// One of them.
#[utoipa::path(context_path = "/api/v1", tag = "notices", params(("id" = ObjectionId, Path)),
    responses((status = 200, body = ObjectionView), (status = 401), (status = 403), (status = 404)))]
#[get("/objections/<id>")]
pub(crate) async fn show(by: Can<SeeObjections>, id: ObjectionId, tools: Tools<'_>) -> Result<Json<ObjectionView>> {
    told(&by, id, tools).await
}

async fn told(by: &Actor, id: ObjectionId, tools: Tools<'_>) -> Result<Json<ObjectionView>> {
    let row = store::visible(tools.db.reader(), &by.scope(), id).await?;
    Ok(Json(ObjectionView::of(&row, by, tools.vault)?))
}

/// Writes down what was found.
#[utoipa::path(context_path = "/api/v1", tag = "notices", params(("id" = ObjectionId, Path)), request_body = Investigation,
    responses((status = 200, body = ObjectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/objections/<id>/investigate", data = "<body>")]
pub(crate) async fn investigate(
    by: Can<InvestigateObjections>,
    id: ObjectionId,
    body: Body<Investigation>,
    tools: Tools<'_>,
) -> Result<Json<ObjectionView>> {
    tools.desk.write(async |work| service::investigate(&by, work, tools.vault, id, &body.value).await).await?;
    told(&by, id, tools).await
}

/// Decides on it, and answers.
#[utoipa::path(context_path = "/api/v1", tag = "notices", params(("id" = ObjectionId, Path)), request_body = Ruling,
    responses((status = 200, body = ObjectionView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/objections/<id>/decide", data = "<body>")]
pub(crate) async fn decide(
    by: Can<DecideObjections>,
    id: ObjectionId,
    body: Body<Ruling>,
    tools: Tools<'_>,
) -> Result<Json<ObjectionView>> {
    tools.desk.write(async |work| service::decide(&by, work, tools.vault, id, &body.value).await).await?;
    told(&by, id, tools).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![file, look_up, list, show, investigate, decide]
}
