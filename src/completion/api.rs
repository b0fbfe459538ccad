//! Results and completions, for programs.

use std::sync::Arc;

use entities::values::ClassId;
use rocket::{
    Route, State,
    form::Strict,
    get,
    http::Status,
    post,
    response::{content::RawJson, status::Created},
    routes,
    serde::json::Json,
};
use utoipa::OpenApi;

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::completion::assessors;
use crate::completion::forms::{CloseClass, Naming, NewAssessor, NewResultFile, NewResults};
use crate::completion::loading::{Landed, Loader};
use crate::completion::results;
use crate::completion::rights::{CloseClasses, NameAssessors, ReadResults, RecordResults, SeeAssignments};
use crate::completion::service::{self, Command};
use crate::completion::store;
use crate::completion::views::{AssignmentView, ClassResultsView, CompletionView, LoadedResults};
use crate::data::{Database, Desk, Vault};
use crate::sheets::Reader;
use crate::web::{Body, IdempotencyKey, Paging};

#[derive(OpenApi)]
#[openapi(paths(list_completions, assignments, show, name_assessor, assess, load, close))]
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

/// The classes that were given to the caller's body to assess, the newest first.
#[utoipa::path(context_path = "/api/v1", tag = "assessments", params(Paging),
    responses((status = 200, body = Page<AssignmentView>), (status = 422)))]
#[get("/assessments?<paging..>")]
pub(crate) async fn assignments(
    by: Can<SeeAssignments>,
    paging: Strict<Paging>,
    db: &State<Database>,
) -> Result<Json<Page<AssignmentView>>> {
    paging.check()?;
    let rows = store::assigned(db.reader(), &by.scope(), paging.after()?, paging.limit() + 1).await?;
    Ok(Json(Page::cut(rows, paging.limit(), |row| row.id.to_string()).map(Into::into)))
}

/// What everybody of a class has to show for it: attendance, attempts, and what would come of it or did.
#[utoipa::path(context_path = "/api/v1", tag = "assessments", params(("id" = ClassId, Path)),
    responses((status = 200, body = ClassResultsView), (status = 404)))]
#[get("/classes/<id>/results")]
pub(crate) async fn show(
    by: Can<ReadResults>,
    id: ClassId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<ClassResultsView>> {
    Ok(Json(results::results(db.reader(), vault, &by, id).await?.view(by.role)))
}

/// Names the body that assesses a class, or another one as long as no result stands. It is never the school, nor in one
/// hand with it.
#[utoipa::path(context_path = "/api/v1", tag = "assessments", params(("id" = ClassId, Path)), request_body = NewAssessor,
    responses((status = 200, body = ClassResultsView), (status = 404), (status = 409), (status = 422)))]
#[post("/classes/<id>/assessor", data = "<body>")]
pub(crate) async fn name_assessor(
    by: Can<NameAssessors>,
    id: ClassId,
    body: Body<NewAssessor>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Json<ClassResultsView>> {
    let reader = by.prove()?;
    let view = desk.write(async |work| {
        assessors::name(&by, work, id, body.value.assessor_id).await?;
        Ok(results::results(work.db(), vault, &reader, id).await?.view(by.role))
    });
    Ok(Json(view.await?))
}

/// Takes a file of results: all of it, or nothing and one error per fault. The same file again changes nothing.
#[utoipa::path(context_path = "/api/v1", tag = "assessments", params(("id" = ClassId, Path)), request_body = NewResultFile,
    responses((status = 201, body = LoadedResults), (status = 404), (status = 409), (status = 413), (status = 422)))]
#[post("/classes/<id>/result-files", data = "<body>")]
pub(crate) async fn load(
    by: Can<RecordResults>,
    id: ClassId,
    body: Body<NewResultFile>,
    db: &State<Database>,
    reader: &State<Reader>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
) -> Result<Created<Json<LoadedResults>>> {
    let NewResultFile { assessed_on, csv } = body.value;
    let landed = Loader { db, reader, desk, vault }.load(&by, id, assessed_on, csv.into_bytes()).await?;
    let told = |rows, again| {
        let at = format!("/api/v1/classes/{id}/results");
        Ok(Created::new(at).body(Json(LoadedResults { rows, again })))
    };
    match landed {
        Landed::Loaded { rows } => told(rows, false),
        Landed::Again { rows } => told(rows, true),
        Landed::Faults(faults) => {
            Err(Error::Invalid(faults.into_iter().map(|(line, fault)| fault.on_line(line)).collect()))
        }
    }
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
        service::assess(&by, work, id, &body.value, Naming::ByIndex).await?;
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
    routes![list_completions, assignments, show, name_assessor, assess, load, close]
}
