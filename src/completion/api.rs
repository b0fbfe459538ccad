//! Results and completions, for programs.

use std::sync::Arc;

use entities::values::ClassId;
use rocket::{Route, State, get, http::Status, post, response::content::RawJson, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::Result;
use crate::base::paging::Page;
use crate::completion::forms::{CloseClass, Naming, NewResults};
use crate::completion::results;
use crate::completion::rights::{CloseClasses, ReadResults, RecordResults};
use crate::completion::service::{self, Command};
use crate::completion::views::{ClassResultsView, CompletionView};
use crate::data::{Database, Desk, Vault};
use crate::web::{Body, IdempotencyKey};

#[derive(OpenApi)]
#[openapi(paths(list_completions, assess, close))]
pub(crate) struct Docs;

/// What came of everybody who started a class, once it is closed; all of them on one page.
#[utoipa::path(context_path = "/api/v1", tag = "completions",
    params(("id" = ClassId, Path), ("decimals" = Option<u32>, Query, description = "of the rate, 0 to 4; 2 when not given")),
    responses((status = 200, body = Page<CompletionView>), (status = 404), (status = 422)))]
#[get("/classes/<id>/completions?<decimals>")]
pub(crate) async fn list_completions(
    by: Can<ReadResults>,
    id: ClassId,
    decimals: Option<u32>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<Page<CompletionView>>> {
    let items = results::completions(db.reader(), vault, &by, id, decimals).await?;
    Ok(Json(Page { items, next: None }))
}

/// Enters one attempt at the final assessment for each person, all or nothing.
#[utoipa::path(context_path = "/api/v1", tag = "assessments", params(("id" = ClassId, Path)), request_body = NewResults,
    responses((status = 200, body = ClassResultsView), (status = 404), (status = 409), (status = 422)))]
#[post("/classes/<id>/assessments", data = "<body>")]
pub(crate) async fn assess(
    by: Can<RecordResults>,
    id: ClassId,
    body: Body<NewResults>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<ClassResultsView>> {
    let reader = by.prove()?;
    let view = desk.write(async |work| {
        service::assess(&by, work, id, &body.value.results, Naming::ByIndex).await?;
        Ok(results::results(work.db(), vault, &reader, id).await?.view(by.role))
    });
    Ok(Json(view.await?))
}

/// Closes an ended class whose results are all in: derives completions, issues certificates, releases what was reserved
/// for seats that nobody qualified on. Honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "classes", request_body = CloseClass,
    params(("id" = ClassId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ClassResultsView), (status = 404), (status = 409), (status = 422)))]
#[post("/classes/<id>/close", data = "<body>")]
pub(crate) async fn close(
    by: Can<CloseClasses>,
    id: ClassId,
    key: IdempotencyKey,
    body: Body<CloseClass>,
    desk: &State<Desk>,
    atlas: &State<Arc<Atlas>>,
    vault: &State<Arc<Vault>>,
) -> Result<(Status, RawJson<String>)> {
    let command = Command { key: key.0.as_deref(), body_hash: &body.hash };
    let answer = desk.write(async |work| service::close_once(&by, work, (atlas, vault), id, command).await).await?;
    Ok((Status::new(answer.status), RawJson(answer.body)))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list_completions, assess, close]
}
