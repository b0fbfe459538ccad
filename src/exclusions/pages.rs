//! Pages of exclusion lists: which count, loading one, what one blocks.

use std::sync::Arc;

use askama::Template;
use entities::values::{ExclusionKind, ExclusionListId};
use rocket::{
    Route, State, get,
    http::{ContentType, CookieJar, Header},
    post,
    response::{Redirect, Responder},
    routes,
};

use crate::access::{Actor, Can};
use crate::base::columns::{Fault, file_head};
use crate::base::{Clock, Result, paging};
use crate::data::{Database, Desk, Vault};
use crate::exclusions::files::COLUMNS;
use crate::exclusions::forms::ExclusionForm;
use crate::exclusions::rights::{LoadExclusions, SeeExclusions};
use crate::exclusions::service::{self, Landed, Loader, Shown};
use crate::exclusions::store::{self, Listed};
use crate::sheets::Reader;
use crate::web::{FormView, Html, Page, PageUpload, go};

const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "exclusions/templates/list.html")]
struct ExclusionsPage {
    page: Page,
    form: FormView,
    lists: Vec<Listed>,
    next: Option<String>,
    kinds: Vec<(ExclusionKind, String)>,
    may_load: bool,
    /// Rows that a list may have.
    most: i64,
    /// What is wrong with the file that was sent: line, cell, why.
    faults: Vec<(u64, Fault, String)>,
}

#[derive(Template)]
#[template(path = "exclusions/templates/show.html")]
struct ExclusionPage {
    page: Page,
    shown: Shown,
}

/// Whether a list counts: the kind of its badge, and the key of the word.
fn standing(list: &Listed) -> (&'static str, &'static str) {
    if list.superseded_by.is_none() { ("done", "exclusion-counts") } else { ("held", "exclusion-superseded") }
}

async fn lists(
    by: &Actor,
    page: Page,
    form: FormView,
    after: Option<ExclusionListId>,
    db: &Database,
) -> Result<ExclusionsPage> {
    let rows = store::list(db.reader(), &by.scope(), None, after, ROWS + 1).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    Ok(ExclusionsPage {
        kinds: ExclusionKind::all().map(|kind| (kind, page.word("exclusion_kind", kind))).collect(),
        may_load: by.prove::<LoadExclusions>().is_ok(),
        lists: rows.items,
        next: rows.next.map(|after| format!("/exclusions?after={after}")),
        most: service::most_rows(db.reader(), &by.area, page.today).await?,
        faults: Vec::new(),
        page,
        form,
    })
}

#[get("/exclusions?<after>")]
async fn list(
    by: Can<SeeExclusions>,
    page: Page,
    after: Option<ExclusionListId>,
    db: &State<Database>,
) -> Result<Html<ExclusionsPage>> {
    Ok(Html::ok(lists(&by, page, FormView::default(), after, db).await?))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/exclusions", data = "<upload>")]
async fn load(
    by: Can<LoadExclusions>,
    page: Page,
    upload: PageUpload<ExclusionForm>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    reader: &State<Reader>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Result<std::result::Result<Redirect, Html<ExclusionsPage>>> {
    let PageUpload { form, file, file_name, .. } = upload;
    let (input, view) = form.open();
    let landed = match input.and_then(|input| input.incoming(file_name, file)) {
        Ok(incoming) => Loader { db, reader, desk, vault, clock }.load(&by, incoming).await,
        Err(e) => Err(e),
    };
    match landed {
        Ok(Landed::Loaded { id, rows }) => {
            let args = vec![("count", rows.to_string())];
            Ok(Ok(go(cookies, format!("/exclusions/{id}"), "exclusion-loaded", &args)))
        }
        Ok(Landed::Faults(faults)) => {
            let told = |(line, fault): (u64, Fault)| {
                let why = page.explain(&fault.code, &fault.args);
                (line, fault, why)
            };
            let faults = faults.into_iter().map(told).collect();
            Ok(Err(Html::again(ExclusionsPage { faults, ..lists(&by, page, view, None, db).await? })))
        }
        Err(e) => {
            let form = view.told(&page, e)?.named(|field| match field {
                "csv" => page.known("exclusion-file"),
                field => page.known(&format!("exclusion-{field}")),
            });
            Ok(Err(Html::again(lists(&by, page, form, None, db).await?)))
        }
    }
}

#[get("/exclusions/<id>", rank = 2)]
async fn show(
    by: Can<SeeExclusions>,
    page: Page,
    id: ExclusionListId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<ExclusionPage>> {
    let shown = service::show(&by, db.reader(), vault, id).await?;
    Ok(Html::ok(ExclusionPage { page, shown }))
}

/// A file to fill in.
#[derive(Responder)]
struct Download {
    text: String,
    kind: ContentType,
    disposition: Header<'static>,
}

#[get("/exclusions/template.csv")]
fn template(_by: Can<LoadExclusions>, page: Page) -> Download {
    Download {
        text: file_head(&COLUMNS, page.is_en()),
        kind: ContentType::CSV,
        disposition: Header::new("Content-Disposition", "attachment; filename=\"exclusions.csv\""),
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, load, show, template]
}
