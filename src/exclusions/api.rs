//! Exclusion lists, for programs.

use std::sync::Arc;

use entities::values::{ExclusionKind, ExclusionListId};
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::base::paging::Page;
use crate::base::{Clock, Error, Result};
use crate::data::{Database, Desk, Vault};
use crate::exclusions::forms::NewExclusionList;
use crate::exclusions::rights::{LoadExclusions, SeeExclusions};
use crate::exclusions::service::{self, Landed, Loader};
use crate::exclusions::store;
use crate::exclusions::views::{ExclusionListDetail, ExclusionListView, LoadedList};
use crate::sheets::Reader;
use crate::web::{Body, Paging};

#[derive(OpenApi)]
#[openapi(paths(list, show, load))]
pub(crate) struct Docs;

/// The lists of the caller's area and of those above it, the latest first.
#[utoipa::path(context_path = "/api/v1", tag = "exclusion lists",
    params(("limit" = Option<u64>, Query), ("after" = Option<String>, Query),
        ("kind" = Option<ExclusionKind>, Query, description = "only those of this kind")),
    responses((status = 200, body = Page<ExclusionListView>), (status = 401), (status = 403), (status = 422)))]
#[get("/exclusion-lists?<kind>&<paging..>")]
async fn list(
    by: Can<SeeExclusions>,
    kind: Option<&str>,
    paging: Strict<Paging>,
    db: &State<Database>,
) -> Result<Json<Page<ExclusionListView>>> {
    paging.check()?;
    let kind = kind.map(str::parse).transpose().map_err(|()| Error::invalid("kind", "invalid.choice"))?;
    let rows = store::list(db.reader(), &by.scope(), kind, paging.after()?, paging.limit() + 1).await?;
    Ok(Json(Page::cut(rows, paging.limit(), |row| row.id.to_string()).map(Into::into)))
}

/// One list with how many lines of claims it blocks in the caller's area.
#[utoipa::path(context_path = "/api/v1", tag = "exclusion lists", params(("id" = ExclusionListId, Path)),
    responses((status = 200, body = ExclusionListDetail), (status = 401), (status = 403), (status = 404)))]
#[get("/exclusion-lists/<id>")]
async fn show(
    by: Can<SeeExclusions>,
    id: ExclusionListId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<ExclusionListDetail>> {
    let shown = service::show(&by, db.reader(), vault, id).await?;
    Ok(Json(ExclusionListDetail { list: shown.list.into(), blocked_lines: shown.blocked }))
}

/// Loads a list for the caller's own area; all of it, or nothing and one error per fault. It takes the place of the list of
/// its kind that stood there.
#[utoipa::path(context_path = "/api/v1", tag = "exclusion lists", request_body = NewExclusionList,
    responses((status = 201, body = LoadedList), (status = 401), (status = 403), (status = 409), (status = 413), (status = 422)))]
#[post("/exclusion-lists", data = "<body>")]
async fn load(
    by: Can<LoadExclusions>,
    body: Body<NewExclusionList>,
    db: &State<Database>,
    reader: &State<Reader>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Result<Created<Json<LoadedList>>> {
    let loader = Loader { db, reader, desk, vault, clock };
    match loader.load(&by, body.value.incoming()).await? {
        Landed::Loaded { id, rows } => {
            Ok(Created::new(format!("/api/v1/exclusion-lists/{id}")).body(Json(LoadedList { id, rows })))
        }
        Landed::Faults(faults) => {
            Err(Error::Invalid(faults.into_iter().map(|(line, fault)| fault.on_line(line)).collect()))
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, load]
}
