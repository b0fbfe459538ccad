//! Pages: the runs, drawing one, one with its strata and the lines that it drew, one line.

use askama::Template;
use entities::{
    sample_run,
    values::{Fen, PaidFault, SampleItemId, SampleRunId, SampleStatus},
};
use rocket::{Route, get, http::CookieJar, post, routes};

use crate::access::{Actor, Can};
use crate::base::{Result, paging};
use crate::samples::forms::{Assurance, Doubted, RunForm, Sought};
use crate::samples::looking;
use crate::samples::rights::{DrawRuns, LookAtLines, SeeRuns};
use crate::samples::service::{self, Progress, Replay};
use crate::samples::store;
use crate::samples::views::{ItemView, RunView, StratumView, told};
use crate::web::{FormView, Html, Page, PageForm, Shown, Tools, go, on};

const SHOWN: u64 = 50;

/// Areas to choose from, grouped.
type Areas = Vec<(String, Vec<(String, String)>)>;

#[derive(Template)]
#[template(path = "samples/templates/list.html")]
struct RunsPage {
    page: Page,
    form: FormView,
    rows: Vec<(sample_run::Model, Progress)>,
    next: Option<String>,
    /// Where a run may be drawn; empty for who draws none.
    areas: Areas,
}

#[derive(Template)]
#[template(path = "samples/templates/run.html")]
struct RunPage {
    page: Page,
    replay: Replay,
    view: RunView,
    progress: Progress,
    /// The strata: word, figure, what was drawn, and the largest.
    bars: Vec<(String, String, i64, i64)>,
    tabs: Vec<(String, String, bool)>,
    items: Vec<ItemView>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "samples/templates/item.html")]
struct ItemPage {
    page: Page,
    form: FormView,
    item: ItemView,
    faults: Vec<(String, String)>,
    /// Whether the reader may ask the money back.
    asks: bool,
}

impl RunPage {
    fn done(&self) -> i64 {
        self.progress.done()
    }

    fn all(&self) -> i64 {
        self.progress.all()
    }

    fn progress_told(&self) -> String {
        self.page.say2("sample-progress_of", "done", self.progress.done(), "all", self.progress.all())
    }
}

/// The strata as bars: what was drawn of each, on the scale of the largest.
fn bars(page: &Page, view: &RunView, most: Fen) -> Vec<(String, String, i64, i64)> {
    let bar = |one: &StratumView| {
        let word = format!("{}　{}", one.organisation_name, page.word("programme", one.programme));
        (word, page.yuan(&one.chosen_fen), one.chosen_fen.0, most.0)
    };
    view.strata.iter().map(bar).collect()
}

/// What of a stratum was drawn, in percent, cut off to two decimals.
fn percent(part: &Fen, whole: &Fen) -> String {
    let hundredths = if whole.0 > 0 { i128::from(part.0) * 10_000 / i128::from(whole.0) } else { 0 };
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The kind of a line's badge.
fn sign(status: SampleStatus, mine: bool) -> &'static str {
    match status {
        SampleStatus::Chosen if mine => "yours",
        SampleStatus::Chosen => "theirs",
        SampleStatus::Assured => "done",
        SampleStatus::NotAssured => "stopped",
    }
}

/// The reader's own area and what lies directly below it.
fn areas_of(by: &Actor, page: &Page) -> Areas {
    let own = (by.area.clone(), page.place(&by.area));
    let below = page.atlas.children(&by.area, page.today);
    let below = below.into_iter().map(|area| (area.code.clone(), area.name.clone())).collect();
    vec![(String::new(), vec![own]), (page.place(&by.area), below)]
}

async fn runs_page(
    by: &Actor,
    page: Page,
    form: FormView,
    after: Option<SampleRunId>,
    tools: Tools<'_>,
) -> Result<RunsPage> {
    let db = tools.db.reader();
    let rows = store::runs(db, &by.scope(), after, SHOWN + 1).await?;
    let rows = paging::Page::cut(rows, SHOWN, |row| row.id.to_string());
    let progress = service::progress(db, &rows.items.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    let with = |row: sample_run::Model| (progress.get(&row.id).copied().unwrap_or_default(), row);
    Ok(RunsPage {
        rows: rows.items.into_iter().map(with).map(|(progress, row)| (row, progress)).collect(),
        next: rows.next.map(|after| format!("/samples?after={after}")),
        areas: if by.prove::<DrawRuns>().is_ok() { areas_of(by, &page) } else { Vec::new() },
        form,
        page,
    })
}

#[get("/samples?<after>")]
async fn list(by: Can<SeeRuns>, page: Page, after: Option<SampleRunId>, tools: Tools<'_>) -> Result<Html<RunsPage>> {
    let form = FormView::default().with("area_code", &by.area);
    Ok(Html::ok(runs_page(&by, page, form, after, tools).await?))
}

#[post("/samples", data = "<form>")]
async fn draw(
    by: Can<DrawRuns>,
    page: Page,
    form: PageForm<RunForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<RunsPage> {
    let sent = form.write(tools.desk, async |work, form| service::draw(&by, work, &form.read()?).await).await;
    let again = async |page, form| runs_page(&by, page, form, None, tools).await;
    let done = |id: SampleRunId| go(cookies, format!("/samples/{id}"), "sample-drawn", &Vec::new());
    sent.or_again(page, done, again).await
}

#[get("/samples/<id>?<status>&<after>")]
async fn show(
    by: Can<SeeRuns>,
    page: Page,
    id: SampleRunId,
    status: Option<SampleStatus>,
    after: Option<i32>,
    tools: Tools<'_>,
) -> Result<Html<RunPage>> {
    let db = tools.db.reader();
    let replay = service::replay(&by, db, id).await?;
    let progress = service::progress(db, &[id]).await?.get(&id).copied().unwrap_or_default();
    let rows = store::items(db, id, Sought { status, after, limit: SHOWN + 1 }).await?;
    let rows = paging::Page::cut(rows, SHOWN, |row| row.ordinal.to_string());
    let kept = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let tab = |of: Option<SampleStatus>| {
        let word = of.map_or_else(|| page.say("list-all"), |of| page.word("sample_status", of));
        let href = of.map_or_else(|| format!("/samples/{id}"), |of| format!("/samples/{id}?status={of}"));
        (href, word, of == status)
    };
    let view = RunView::of(db, &replay, progress).await?;
    Ok(Html::ok(RunPage {
        bars: bars(&page, &view, service::most(&replay.parts)),
        tabs: std::iter::once(None).chain(SampleStatus::all().map(Some)).map(tab).collect(),
        view,
        items: told(db, tools.vault, &replay.run, rows.items).await?,
        next: rows.next.map(|after| format!("/samples/{id}?{kept}after={after}")),
        progress,
        replay,
        page,
    }))
}

async fn item_page(by: &Actor, page: Page, form: FormView, id: SampleItemId, tools: Tools<'_>) -> Result<ItemPage> {
    let item = looking::seen(by, tools.db.reader(), tools.vault, id).await?;
    let faults = PaidFault::all().map(|one| (one.to_string(), page.word("paid_fault", one))).collect();
    let asks = item.status == SampleStatus::NotAssured && by.prove::<LookAtLines>().is_ok();
    Ok(ItemPage { page, form, item, faults, asks })
}

#[get("/sample-items/<id>")]
async fn item(by: Can<SeeRuns>, page: Page, id: SampleItemId, tools: Tools<'_>) -> Result<Html<ItemPage>> {
    Ok(Html::ok(item_page(&by, page, FormView::default(), id, tools).await?))
}

#[post("/sample-items/<id>/assure", data = "<form>")]
async fn assure(
    by: Can<LookAtLines>,
    page: Page,
    id: SampleItemId,
    form: PageForm<Assurance>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ItemPage> {
    let sent = form.write(tools.desk, async |work, new| looking::assure(&by, work, id, &new).await).await;
    let again = async |page, form| item_page(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, format!("/sample-items/{id}"), "sample-assured"), again).await
}

#[post("/sample-items/<id>/doubt", data = "<form>")]
async fn doubt(
    by: Can<LookAtLines>,
    page: Page,
    id: SampleItemId,
    form: PageForm<Doubted>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ItemPage> {
    let sent = form.write(tools.desk, async |work, new| looking::doubt(&by, work, id, &new).await).await;
    let again = async |page, form| item_page(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, format!("/sample-items/{id}"), "sample-doubted"), again).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, draw, show, item, assure, doubt]
}
