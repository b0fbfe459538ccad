//! Pages of files on their way in: the list, a new one, and one file from its columns to its end.

use std::sync::Arc;

use askama::Template;
use entities::{
    import_job,
    values::{ImportId, ImportMode, ImportStatus, ImportSubject, ServiceKind},
};
use rocket::{Route, State, form::Strict, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::columns::{Column, file_head};
use crate::base::{Clock, Error, Result, paging};
use crate::data::{Database, Desk, Vault};
use crate::imports::api::{Download, in_words};
use crate::imports::forms::{ListQuery, LoadForm, MappingForm, ShowQuery, SubjectQuery, UploadForm};
use crate::imports::load::KeptFault;
use crate::imports::progress::Progress;
use crate::imports::service::{self, Preview, Reading};
use crate::imports::store;
use crate::imports::subject::columns;
use crate::imports::views::is_at_work;
use crate::people::{self, LoadFiles};
use crate::sheets::Reader;
use crate::web::{FormView, Html, Lexicon, Live, Nothing, Page, PageForm, PageUpload, Paging, back, go};

type Posted<T> = std::result::Result<Redirect, Html<T>>;

/// The sign of a state for this reader, and its words.
fn sign(page: &Page, status: ImportStatus) -> (&'static str, String) {
    let kind = match status {
        ImportStatus::Uploaded | ImportStatus::Checked => "yours",
        ImportStatus::Checking | ImportStatus::Loading => "theirs",
        ImportStatus::Done | ImportStatus::DoneWithRejects => "done",
        ImportStatus::Failed | ImportStatus::Cancelled => "stopped",
    };
    (kind, page.word("import_status", status))
}

#[derive(Template)]
#[template(path = "imports/templates/list.html")]
struct ImportsPage {
    rows: Vec<(import_job::Model, (&'static str, String))>,
    next: Option<String>,
    page: Page,
}

#[derive(Template)]
#[template(path = "imports/templates/new.html")]
struct NewImportPage {
    subjects: Vec<(ImportSubject, String)>,
    /// Rows that it may have.
    most: i64,
    page: Page,
    form: FormView,
}

/// A row with what is wrong with it, in words.
struct Told {
    line: i64,
    faults: Vec<(KeptFault, String)>,
}

#[derive(Template)]
#[template(path = "imports/templates/show.html")]
struct ImportPage {
    sign: (&'static str, String),
    may: Vec<&'static str>,
    progress: Progress,
    columns: Vec<(&'static str, String)>,
    preview: Option<(Preview, Vec<Told>)>,
    modes: Vec<(ImportMode, String)>,
    rejects: Vec<Told>,
    next: Option<String>,
    at_work: bool,
    live: bool,
    job: import_job::Model,
    page: Page,
    form: FormView,
}

#[expect(clippy::unused_self, reason = "templates call everything on the page")]
impl ImportPage {
    fn may(&self, action: &str) -> bool {
        self.may.contains(&action)
    }

    /// The field of the form that a column of the file is named in.
    fn field(&self, at: usize) -> String {
        format!("column_{at}")
    }

    /// Whether that is what was chosen, or what stands when nothing was.
    fn is_chosen(&self, field: &str, key: &str, ours: &str) -> bool {
        if self.form.has_errors() { self.form.is(field, key) } else { key == ours }
    }

    /// A text that is another one for people than for services.
    fn say(&self, key: &str) -> String {
        self.page.say1(key, "subject", self.job.subject)
    }

    /// How fast it goes in, and how long it will still take.
    fn pace(&self) -> Vec<String> {
        let rate = self.progress.rate.map(|rate| self.page.say1("import-rate", "rate", self.page.count(rate)));
        let left =
            self.progress.left.filter(|left| *left > 0).map(|left| self.page.say1("import-left", "seconds", left));
        rate.into_iter().chain(left).collect()
    }

    fn percent(&self) -> i64 {
        if self.job.rows > 0 { self.job.rows_done * 100 / self.job.rows } else { 0 }
    }
}

#[expect(clippy::unused_self, reason = "templates call everything on the page")]
impl NewImportPage {
    fn of(page: Page, form: FormView, most: i64) -> Self {
        let subjects = ImportSubject::all().map(|subject| (subject, page.word("import_subject", subject))).collect();
        Self { subjects, most, page, form }
    }

    fn columns(&self, subject: ImportSubject) -> &'static [Column] {
        columns(subject)
    }

    /// What else the head of a column may be.
    fn aliases(&self, column: &Column) -> String {
        let chinese = self.page.is_en().then_some(column.zh);
        let heads: Vec<&str> = chinese.into_iter().chain(column.aliases.iter().copied()).collect();
        heads.join(&self.page.say("person-and"))
    }

    /// The words that may stand in a column, where it takes only some.
    fn choices(&self, subject: ImportSubject, column: &Column) -> String {
        let words = match subject {
            ImportSubject::People => people::choices(column.key, self.page.is_en()),
            ImportSubject::Services if column.key == "kind" => {
                ServiceKind::all().map(|kind| self.page.word("service_kind", kind)).collect()
            }
            ImportSubject::Services => Vec::new(),
        };
        words.join(&self.page.say("person-and"))
    }
}

#[get("/imports?<query..>")]
async fn list(by: Can<LoadFiles>, page: Page, query: ListQuery, db: &State<Database>) -> Result<Html<ImportsPage>> {
    let paging = query.paging()?;
    let rows = store::list(db.reader(), &by.scope(), paging.after()?, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Html::ok(ImportsPage {
        next: rows.next.map(|after| format!("/imports?after={after}")),
        rows: rows
            .items
            .into_iter()
            .map(|row| {
                let sign = sign(&page, row.status);
                (row, sign)
            })
            .collect(),
        page,
    }))
}

#[get("/imports/new?<query..>")]
async fn new_form(
    by: Can<LoadFiles>,
    page: Page,
    query: Strict<SubjectQuery>,
    db: &State<Database>,
) -> Result<Html<NewImportPage>> {
    let form = FormView::default().with("subject", query.subject()?);
    let most = service::most_rows(db.reader(), &by.area, page.today).await?;
    Ok(Html::ok(NewImportPage::of(page, form, most)))
}

#[get("/imports/template.csv?<query..>")]
fn template(_by: Can<LoadFiles>, page: Page, query: Strict<SubjectQuery>) -> Result<Download> {
    let subject = query.subject()?;
    let name = match subject {
        ImportSubject::People => "people.csv",
        ImportSubject::Services => "services.csv",
    };
    Ok(Download::csv(file_head(columns(subject), page.is_en()).into_bytes(), name))
}

#[post("/imports", data = "<upload>")]
#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
async fn send(
    by: Can<LoadFiles>,
    page: Page,
    upload: PageUpload<UploadForm>,
    cookies: &CookieJar<'_>,
    reader: &State<Reader>,
    vault: &State<Arc<Vault>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Posted<NewImportPage>> {
    let most = service::most_rows(db.reader(), &by.area, page.today).await?;
    let (input, form) = upload.form.open();
    let read = match input {
        Ok(UploadForm { subject }) => {
            let read = service::read(reader, most, &upload.file_name, upload.file).await;
            read.map(|received| (subject, received))
        }
        Err(e) => Err(e),
    };
    let done = match read {
        Ok((subject, received)) => {
            desk.write(async |work| service::keep(&by, work, vault, subject, &received).await).await
        }
        Err(e) => Err(e),
    };
    match done {
        Ok(job) => {
            let said = if job.status == ImportStatus::Uploaded { "import-uploaded" } else { "import-stands" };
            Ok(Ok(go(cookies, format!("/imports/{}", job.id), said, &Vec::new())))
        }
        Err(e) => {
            let form = form.told(&page, e)?;
            Ok(Err(Html::again(NewImportPage::of(page, form, most))))
        }
    }
}

fn told(lexicon: &Lexicon, page: &Page, line: i64, faults: Vec<KeptFault>) -> Told {
    let in_words = |fault: KeptFault| {
        let why = in_words(lexicon, page.locale, &fault);
        (fault, why)
    };
    Told { line, faults: faults.into_iter().map(in_words).collect() }
}

/// What a page of a file is made with.
struct Room<'a> {
    db: &'a Database,
    vault: &'a Arc<Vault>,
    atlas: &'a Arc<Atlas>,
    clock: &'a Clock,
    lexicon: &'a Lexicon,
}

impl Room<'_> {
    async fn page(
        &self,
        by: &Can<LoadFiles>,
        page: Page,
        form: FormView,
        id: ImportId,
        query: &ShowQuery,
    ) -> Result<ImportPage> {
        let db = self.db.reader();
        let paging = Paging { after: query.after.text().map(str::to_owned), ..Paging::default() };
        let job = store::visible(db, &by.scope(), id).await?;
        let reading = Reading { vault: self.vault, atlas: self.atlas, clock: self.clock };
        let preview = match job.status {
            ImportStatus::Uploaded => {
                let preview = service::preview(db, reading, &job).await?;
                let rows = preview.rows.iter().map(|(line, faults)| {
                    told(self.lexicon, &page, i64::try_from(*line).unwrap_or_default(), faults.clone())
                });
                let rows = rows.collect();
                Some((preview, rows))
            }
            _ => None,
        };
        let after = paging.after::<i64>()?.unwrap_or_default();
        let kept = store::rejects(db, id, after, paging.limit() + 1).await?;
        let kept = paging::Page::cut(kept, paging.limit(), |row| row.line.to_string());
        let rejects = kept.items.iter().map(|row| Ok(told(self.lexicon, &page, row.line, service::faults(row)?)));
        let at_work = is_at_work(job.status);
        let heads = columns(job.subject).iter();
        Ok(ImportPage {
            sign: sign(&page, job.status),
            may: service::open_to(&job, by.actor()),
            progress: Progress::of(&job, self.clock.now()),
            columns: heads.map(|column| (column.key, column.word(page.is_en()))).collect(),
            preview,
            modes: ImportMode::all().map(|mode| (mode, page.word("import_mode", mode))).collect(),
            rejects: rejects.collect::<Result<_>>()?,
            next: kept.next.map(|after| format!("/imports/{id}?after={after}#rejects")),
            at_work,
            live: at_work && query.live.text() != Some("no"),
            job,
            page,
            form,
        })
    }
}

#[get("/imports/<id>?<query..>", rank = 2)]
#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
async fn show(
    by: Can<LoadFiles>,
    page: Page,
    id: ImportId,
    query: ShowQuery,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    atlas: &State<Arc<Atlas>>,
    clock: &State<Clock>,
    lexicon: &State<Arc<Lexicon>>,
) -> Result<Live<ImportPage>> {
    let room = Room { db, vault, atlas, clock, lexicon };
    let form = FormView::default().with("mode", ImportMode::GoodRows);
    let shown = room.page(&by, page, form, id, &query).await?;
    let live = shown.live;
    Ok(Live(Html::ok(shown), live))
}

#[post("/imports/<id>/map", data = "<form>")]
#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
async fn map(
    by: Can<LoadFiles>,
    page: Page,
    id: ImportId,
    form: PageForm<MappingForm>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    atlas: &State<Arc<Atlas>>,
    clock: &State<Clock>,
    lexicon: &State<Arc<Lexicon>>,
    desk: &State<Desk>,
) -> Result<Posted<ImportPage>> {
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => desk.write(async |work| service::map_chosen(&by, work, id, &input).await).await,
        Err(e) => Err(e),
    };
    let room = Room { db, vault, atlas, clock, lexicon };
    match done {
        Ok(_) => Ok(Ok(go(cookies, format!("/imports/{id}"), "import-mapped", &Vec::new()))),
        Err(e @ Error::Invalid(_)) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(room.page(&by, page, form, id, &ShowQuery::default()).await?)))
        }
        Err(e) => Ok(Ok(back(cookies, format!("/imports/{id}"), e)?)),
    }
}

#[post("/imports/<id>/check", data = "<_form>")]
async fn check(
    by: Can<LoadFiles>,
    id: ImportId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    let path = format!("/imports/{id}");
    match desk.write(async |work| service::check(&by, work, id).await).await {
        Ok(_) => Ok(go(cookies, path, "import-check_begun", &Vec::new())),
        Err(e) => back(cookies, path, e),
    }
}

#[post("/imports/<id>/load", data = "<form>")]
#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
async fn load(
    by: Can<LoadFiles>,
    page: Page,
    id: ImportId,
    form: PageForm<LoadForm>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    atlas: &State<Arc<Atlas>>,
    clock: &State<Clock>,
    lexicon: &State<Arc<Lexicon>>,
    desk: &State<Desk>,
) -> Result<Posted<ImportPage>> {
    let (input, view) = form.open();
    let path = format!("/imports/{id}");
    let done = match input {
        Ok(input) => desk.write(async |work| service::load(&by, work, id, input.mode).await).await,
        Err(e) => Err(e),
    };
    let room = Room { db, vault, atlas, clock, lexicon };
    match done {
        Ok(_) => Ok(Ok(go(cookies, path, "import-load_begun", &Vec::new()))),
        Err(e @ Error::Invalid(_)) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(room.page(&by, page, form, id, &ShowQuery::default()).await?)))
        }
        Err(e) => Ok(Ok(back(cookies, path, e)?)),
    }
}

#[post("/imports/<id>/cancel", data = "<_form>")]
async fn cancel(
    by: Can<LoadFiles>,
    id: ImportId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    let path = format!("/imports/{id}");
    match desk.write(async |work| service::cancel(&by, work, id).await).await {
        Ok(_) => Ok(go(cookies, path, "import-cancelled", &Vec::new())),
        Err(e) => back(cookies, path, e),
    }
}

#[get("/imports/<id>/rejects.csv")]
async fn reject_file(
    by: Can<LoadFiles>,
    page: Page,
    id: ImportId,
    lexicon: &State<Arc<Lexicon>>,
    vault: &State<Arc<Vault>>,
    desk: &State<Desk>,
    db: &State<Database>,
) -> Result<Download> {
    let job = desk.write(async |work| service::fetch_rejects(&by, work, id).await).await?;
    let heads = [page.say("import-line"), page.say("import-why")];
    let explain = |fault: &KeptFault| in_words(lexicon, page.locale, fault);
    let bytes = service::reject_file(db.reader(), vault, &job, heads.each_ref().map(String::as_str), explain).await?;
    Ok(Download::csv(bytes, "rejects.csv"))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, new_form, template, send, show, map, check, load, cancel, reject_file]
}
