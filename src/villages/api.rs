//! Sheets and divisions, for programs.

use std::sync::Arc;

use rocket::{FromForm, Route, State, form::Strict, get, routes, serde::json::Json};
use utoipa::{IntoParams, OpenApi};

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::paging::Page;
use crate::base::{Clock, Result};
use crate::data::{Database, Vault};
use crate::villages::rights::SeeVillages;
use crate::villages::service::{self, Reading};
use crate::villages::views::{AreaPathView, AreaView, SheetView};

#[derive(OpenApi)]
#[openapi(paths(areas, area, sheet))]
pub(crate) struct Docs;

#[derive(FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
struct AreasQuery {
    /// A division code; the province when it is not given.
    parent: Option<String>,
    /// The day whose list is asked; today when it is not given.
    #[param(format = Date)]
    on: Option<String>,
}

#[derive(FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
struct AreaQuery {
    /// The day whose list is asked; today when it is not given.
    #[param(format = Date)]
    on: Option<String>,
}

/// The divisions right below one, as the list of a day has them.
#[utoipa::path(context_path = "/api/v1", tag = "areas", params(AreasQuery), security(()),
    responses((status = 200, body = Page<AreaView>), (status = 404), (status = 422)))]
#[get("/areas?<query..>")]
fn areas(query: Strict<AreasQuery>, atlas: &State<Arc<Atlas>>, clock: &State<Clock>) -> Result<Json<Page<AreaView>>> {
    Ok(Json(service::areas(atlas, query.parent.as_deref(), query.on.as_deref(), clock.today())?))
}

/// One division as it was called on a day, with the way down to it.
#[utoipa::path(context_path = "/api/v1", tag = "areas", params(("code" = String, Path), AreaQuery), security(()),
    responses((status = 200, body = AreaPathView), (status = 404), (status = 422)))]
#[get("/areas/<code>?<query..>")]
fn area(
    code: &str,
    query: Strict<AreaQuery>,
    atlas: &State<Arc<Atlas>>,
    clock: &State<Clock>,
) -> Result<Json<AreaPathView>> {
    Ok(Json(service::area(atlas, code, query.on.as_deref(), clock.today())?))
}

/// The sheet of this year for a village, or for an area with those below it.
#[utoipa::path(context_path = "/api/v1", tag = "villages", params(("code" = String, Path)),
    responses((status = 200, body = SheetView), (status = 401), (status = 403), (status = 404)))]
#[get("/villages/<code>")]
async fn sheet(
    by: Can<SeeVillages>,
    code: &str,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    atlas: &State<Arc<Atlas>>,
    clock: &State<Clock>,
) -> Result<Json<SheetView>> {
    let reading = Reading { db: db.reader(), vault, atlas, today: clock.today() };
    Ok(Json(service::sheet(&by, reading, code).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![areas, area, sheet]
}
