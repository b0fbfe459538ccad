//! Files on their way in, for programs.

use std::sync::Arc;

use entities::values::ImportId;
use rocket::{
    Route, State,
    form::Strict,
    get,
    http::{ContentType, Header},
    post,
    response::{Responder, status::Created},
    routes,
    serde::json::Json,
};
use utoipa::OpenApi;

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::{Clock, Result, paging};
use crate::data::{Database, Desk, Vault};
use crate::imports::forms::{ListQuery, LoadForm, NewMapping, PeopleFile, UploadQuery};
use crate::imports::load::KeptFault;
use crate::imports::service::{self, Reading};
use crate::imports::store;
use crate::imports::views::{AddedView, FaultView, ImportView, RejectView};
use crate::people::LoadFiles;
use crate::sheets::Reader;
use crate::web::{Body, BodyFile, Lexicon, Locale, Spoken, file_name};

#[derive(OpenApi)]
#[openapi(paths(list, upload, show, map, check, load, cancel, rejects, reject_file, people))]
pub(crate) struct Docs;

/// Files that were sent for the caller's area, newest first.
#[utoipa::path(context_path = "/api/v1", tag = "imports", params(ListQuery),
    responses((status = 200, body = paging::Page<ImportView>), (status = 401), (status = 403), (status = 422)))]
#[get("/imports?<query..>")]
async fn list(
    by: Can<LoadFiles>,
    query: Strict<ListQuery>,
    db: &State<Database>,
    clock: &State<Clock>,
) -> Result<Json<paging::Page<ImportView>>> {
    let paging = query.paging()?;
    let rows = store::list(db.reader(), &by.scope(), paging.after()?, paging.limit() + 1).await?;
    let page = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let items =
        page.items.into_iter().map(|row| ImportView::of(row, by.actor(), clock.now())).collect::<Result<_>>()?;
    Ok(Json(paging::Page { items, next: page.next }))
}

/// Sends a file of people or of services: CSV in UTF-8, UTF-16 or GB18030, or a workbook. It is read and kept; nothing is
/// loaded yet.
/// The same file again is answered with the import that stands.
#[utoipa::path(context_path = "/api/v1", tag = "imports", params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = ImportView), (status = 401), (status = 403), (status = 413), (status = 415),
        (status = 422)))]
#[post("/imports?<query..>", data = "<file>", rank = 2)]
#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
async fn upload(
    by: Can<LoadFiles>,
    query: Strict<UploadQuery>,
    file: BodyFile,
    reader: &State<Reader>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
    clock: &State<Clock>,
) -> Result<Created<Json<ImportView>>> {
    let (subject, name) = (query.subject()?, file_name(query.file_name.text().unwrap_or_default()));
    let most = service::most_rows(db.reader(), &by.area, clock.today()).await?;
    let received = service::read(reader, most, &name, file.bytes).await?;
    let job = desk.write(async |work| service::keep(&by, work, vault, subject, &received).await).await?;
    let location = format!("/api/v1/imports/{}", job.id);
    Ok(Created::new(location).body(Json(ImportView::of(job, by.actor(), clock.now())?)))
}

/// How far a file came, how fast it goes in and how long it will take.
#[utoipa::path(context_path = "/api/v1", tag = "imports", params(("id" = ImportId, Path)),
    responses((status = 200, body = ImportView), (status = 401), (status = 403), (status = 404)))]
#[get("/imports/<id>")]
async fn show(
    by: Can<LoadFiles>,
    id: ImportId,
    db: &State<Database>,
    clock: &State<Clock>,
) -> Result<Json<ImportView>> {
    let job = store::visible(db.reader(), &by.scope(), id).await?;
    Ok(Json(ImportView::of(job, by.actor(), clock.now())?))
}

/// Says which column of the file is which; remembered for the next file with the same columns.
#[utoipa::path(context_path = "/api/v1", tag = "imports", params(("id" = ImportId, Path)), request_body = NewMapping,
    responses((status = 200, body = ImportView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/imports/<id>/map", data = "<body>")]
async fn map(
    by: Can<LoadFiles>,
    id: ImportId,
    body: Body<NewMapping>,
    desk: &State<Desk>,
    clock: &State<Clock>,
) -> Result<Json<ImportView>> {
    let keys: Vec<Option<&str>> = body.value.mapping.iter().map(Option::as_deref).collect();
    let job = desk.write(async |work| service::map(&by, work, id, &keys).await).await?;
    Ok(Json(ImportView::of(job, by.actor(), clock.now())?))
}

/// Has every row judged; nothing is written into the registry.
#[utoipa::path(context_path = "/api/v1", tag = "imports", params(("id" = ImportId, Path)),
    responses((status = 200, body = ImportView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/imports/<id>/check")]
async fn check(by: Can<LoadFiles>, id: ImportId, desk: &State<Desk>, clock: &State<Clock>) -> Result<Json<ImportView>> {
    let job = desk.write(async |work| service::check(&by, work, id).await).await?;
    Ok(Json(ImportView::of(job, by.actor(), clock.now())?))
}

/// Has the rows loaded that were checked.
#[utoipa::path(context_path = "/api/v1", tag = "imports", params(("id" = ImportId, Path)), request_body = LoadForm,
    responses((status = 200, body = ImportView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/imports/<id>/load", data = "<body>")]
async fn load(
    by: Can<LoadFiles>,
    id: ImportId,
    body: Body<LoadForm>,
    desk: &State<Desk>,
    clock: &State<Clock>,
) -> Result<Json<ImportView>> {
    let job = desk.write(async |work| service::load(&by, work, id, body.value.mode).await).await?;
    Ok(Json(ImportView::of(job, by.actor(), clock.now())?))
}

/// Gives a file up; who was loaded stays.
#[utoipa::path(context_path = "/api/v1", tag = "imports", params(("id" = ImportId, Path)),
    responses((status = 200, body = ImportView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/imports/<id>/cancel")]
async fn cancel(
    by: Can<LoadFiles>,
    id: ImportId,
    desk: &State<Desk>,
    clock: &State<Clock>,
) -> Result<Json<ImportView>> {
    let job = desk.write(async |work| service::cancel(&by, work, id).await).await?;
    Ok(Json(ImportView::of(job, by.actor(), clock.now())?))
}

/// Rows that were refused, in the order of the file.
#[utoipa::path(context_path = "/api/v1", tag = "imports", params(("id" = ImportId, Path), ListQuery),
    responses((status = 200, body = paging::Page<RejectView>), (status = 401), (status = 403), (status = 404),
        (status = 422)))]
#[get("/imports/<id>/rejects?<query..>")]
async fn rejects(
    by: Can<LoadFiles>,
    id: ImportId,
    query: Strict<ListQuery>,
    locale: Spoken,
    lexicon: &State<Arc<Lexicon>>,
    db: &State<Database>,
) -> Result<Json<paging::Page<RejectView>>> {
    let paging = query.paging()?;
    let job = store::visible(db.reader(), &by.scope(), id).await?;
    let after = paging.after::<i64>()?.unwrap_or_default();
    let rows = store::rejects(db.reader(), job.id, after, paging.limit() + 1).await?;
    let page = paging::Page::cut(rows, paging.limit(), |row| row.line.to_string());
    let items = page.items.iter().map(|row| {
        let faults = service::faults(row)?.into_iter().map(|fault| {
            let message = in_words(lexicon, locale.0, &fault);
            FaultView::of(fault, message)
        });
        Ok(RejectView { line: row.line, faults: faults.collect() })
    });
    Ok(Json(paging::Page { items: items.collect::<Result<_>>()?, next: page.next }))
}

/// A fault in the reader's language.
pub(super) fn in_words(lexicon: &Lexicon, locale: Locale, fault: &KeptFault) -> String {
    let args: Vec<(&str, &dyn std::fmt::Display)> =
        fault.args.iter().map(|(name, value)| (name.as_str(), value as &dyn std::fmt::Display)).collect();
    // A form shows its list beside the field; a file has none.
    let code = if fault.code == "invalid.choice" { "import.unknown_word" } else { &fault.code };
    lexicon.say(locale, code, &args)
}

/// A file to be kept.
#[derive(Responder)]
pub(super) struct Download {
    bytes: Vec<u8>,
    kind: ContentType,
    disposition: Header<'static>,
}

impl Download {
    pub(super) fn csv(bytes: Vec<u8>, name: &'static str) -> Self {
        let disposition = Header::new("Content-Disposition", format!("attachment; filename=\"{name}\""));
        Self { bytes, kind: ContentType::CSV, disposition }
    }
}

/// The refused rows as a CSV with what is wrong with each, to be mended and sent again.
#[utoipa::path(context_path = "/api/v1", tag = "imports", params(("id" = ImportId, Path)),
    responses((status = 200, content_type = "text/csv", body = String), (status = 401), (status = 403), (status = 404)))]
#[get("/imports/<id>/rejects.csv")]
async fn reject_file(
    by: Can<LoadFiles>,
    id: ImportId,
    locale: Spoken,
    lexicon: &State<Arc<Lexicon>>,
    vault: &State<Arc<Vault>>,
    desk: &State<Desk>,
    db: &State<Database>,
) -> Result<Download> {
    let job = desk.write(async |work| service::fetch_rejects(&by, work, id).await).await?;
    let heads = ["import-line", "import-why"].map(|key| lexicon.say(locale.0, key, &[]));
    let explain = |fault: &KeptFault| in_words(lexicon, locale.0, fault);
    let bytes = service::reject_file(db.reader(), vault, &job, heads.each_ref().map(String::as_str), explain).await?;
    Ok(Download::csv(bytes, "rejects.csv"))
}

/// Loads a text of people at once; all of them, or none and one error per fault.
#[utoipa::path(context_path = "/api/v1", tag = "imports", request_body = PeopleFile,
    responses((status = 201, body = AddedView), (status = 401), (status = 403), (status = 413), (status = 422)))]
#[post("/imports/people", data = "<body>")]
async fn people(
    by: Can<LoadFiles>,
    body: Body<PeopleFile>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
    atlas: &State<Arc<Atlas>>,
    clock: &State<Clock>,
) -> Result<Created<Json<AddedView>>> {
    let (reading, text) = (Reading { vault, atlas, clock }, body.value.csv.into_bytes());
    let added = desk.write(async |work| service::load_text(&by, work, reading, text).await).await?;
    Ok(Created::new("/api/v1/people").body(Json(AddedView { added })))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, upload, show, map, check, load, cancel, rejects, reject_file, people]
}
