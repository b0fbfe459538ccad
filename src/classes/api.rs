//! Classes and the catalogue, for programs.

use entities::values::ClassId;
use rocket::{Route, State, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::base::paging::Page;
use crate::base::{Clock, Result};
use crate::classes::catalogue::{self, CatalogueLookup};
use crate::classes::forms::{CatalogueFilter, NewClass};
use crate::classes::rights::{ApplyForClasses, DecideOnClasses, SeeClasses};
use crate::classes::service;
use crate::classes::store;
use crate::classes::views::{ClassView, OpenClass};
use crate::data::{Database, Desk, Gather};
use crate::web::{Body, Paging, Reason, Tools};

#[derive(OpenApi)]
#[openapi(paths(open_classes, list, create, show, apply, send_back))]
pub(crate) struct Docs;

/// Classes that are open for seats.
#[utoipa::path(context_path = "/api/v1", tag = "catalogue", params(CatalogueFilter),
    responses((status = 200, body = Page<OpenClass>), (status = 422)))]
#[get("/catalogue?<filter..>")]
pub(crate) async fn open_classes(
    filter: CatalogueFilter,
    lookup: &State<Gather<CatalogueLookup>>,
    clock: &State<Clock>,
) -> Result<Json<Page<OpenClass>>> {
    Ok(Json(catalogue::look(lookup, clock.today(), &filter).await?.page.clone()))
}

/// Classes of the caller's area or institution, newest first.
#[utoipa::path(context_path = "/api/v1", tag = "classes", params(Paging),
    responses((status = 200, body = Page<ClassView>), (status = 403)))]
#[get("/classes?<paging..>")]
pub(crate) async fn list(by: Can<SeeClasses>, paging: Paging, db: &State<Database>) -> Result<Json<Page<ClassView>>> {
    paging.check()?;
    let limit = paging.limit();
    let area = paging.area.as_deref();
    let rows = store::list(db.reader(), &by.scope(), None, area, paging.after()?, limit + 1).await?;
    let page = Page::cut(rows, limit, |row| row.id.to_string());
    Ok(Json(page.map(|row| ClassView::new(row, Some(by.actor())))))
}

async fn told(by: &Actor, id: ClassId, db: &Database) -> Result<ClassView> {
    Ok(ClassView::new(service::visible(db.reader(), &by.scope(), id).await?, Some(by)))
}

/// Applies for a class of a listed course.
#[utoipa::path(context_path = "/api/v1", tag = "classes", request_body = NewClass,
    responses((status = 201, body = ClassView), (status = 403), (status = 409), (status = 422)))]
#[post("/classes", data = "<body>")]
pub(crate) async fn create(
    by: Can<ApplyForClasses>,
    body: Body<NewClass>,
    tools: Tools<'_>,
) -> Result<Created<Json<ClassView>>> {
    let house = (tools.atlas, tools.vault);
    let id = tools.desk.write(async |work| service::apply(&by, work, house, &body.value).await).await?;
    Ok(Created::new(format!("/api/v1/classes/{id}")).body(Json(told(by.actor(), id, tools.db).await?)))
}

/// One class.
#[utoipa::path(context_path = "/api/v1", tag = "classes", responses((status = 200, body = ClassView), (status = 404)))]
#[get("/classes/<id>")]
pub(crate) async fn show(by: Can<SeeClasses>, id: ClassId, db: &State<Database>) -> Result<Json<ClassView>> {
    Ok(Json(told(by.actor(), id, db).await?))
}

/// Applies again for a class that was returned, with a new plan.
#[utoipa::path(context_path = "/api/v1", tag = "classes", request_body = NewClass,
    responses((status = 200, body = ClassView), (status = 409), (status = 422)))]
#[post("/classes/<id>/apply", data = "<body>")]
pub(crate) async fn apply(
    by: Can<ApplyForClasses>,
    id: ClassId,
    body: Body<NewClass>,
    tools: Tools<'_>,
) -> Result<Json<ClassView>> {
    let house = (tools.atlas, tools.vault);
    tools.desk.write(async |work| service::apply_again(&by, work, house, id, &body.value).await).await?;
    Ok(Json(told(by.actor(), id, tools.db).await?))
}

/// Sends an application back with the reason.
#[utoipa::path(context_path = "/api/v1", tag = "classes", request_body = Reason,
    responses((status = 200, body = ClassView), (status = 403), (status = 409)))]
#[post("/classes/<id>/return", data = "<body>")]
pub(crate) async fn send_back(
    by: Can<DecideOnClasses>,
    id: ClassId,
    body: Body<Reason>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Json<ClassView>> {
    desk.write(async |work| service::send_back(&by, work, id, &body.value).await).await?;
    Ok(Json(told(by.actor(), id, db).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![open_classes, list, create, show, apply, send_back]
}
