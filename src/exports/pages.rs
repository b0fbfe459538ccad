//! Pages: one's exports and those that wait, the form that asks, one export with its file.

use askama::Template;
use entities::values::{ExportFormat, ExportId, ExportList, ExportPurpose, ExportStatus};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, AskForExports, Can, Scope};
use crate::base::{Error, Result, paging};
use crate::data::{Database, Desk};
use crate::exports::api::Rooms;
use crate::exports::file::Download;
use crate::exports::forms::{AskQuery, NewExport};
use crate::exports::lists;
use crate::exports::rights::{ApproveExports, ExportInFull, SeeExports};
use crate::exports::service::{self, Limits};
use crate::exports::store;
use crate::exports::views::ExportView;
use crate::web::{FormView, Html, Live, Nothing, Page, PageForm, Paging, Reason, ReasonPage, back, go};

type Links = Vec<(String, String)>;
/// On to somewhere, or the same form again.
type Shown<T> = Result<std::result::Result<Redirect, Html<T>>>;

#[derive(Template)]
#[template(path = "exports/templates/list.html")]
struct ExportsPage {
    page: Page,
    waiting: Vec<ExportView>,
    exports: Vec<ExportView>,
    next: Option<String>,
    may_ask: bool,
    /// Everybody's of the area, not one's own only.
    oversees: bool,
}

#[derive(Template)]
#[template(path = "exports/templates/new.html")]
struct AskPage {
    page: Page,
    form: FormView,
    list: ExportList,
    tabs: Vec<(String, String, bool)>,
    /// The class of a roster.
    class: Option<String>,
    /// Empty where the list has no area to choose.
    areas: Links,
    states: Links,
    takes_year: bool,
    formats: Links,
    format_hint: String,
    purposes: Links,
    may_full: bool,
    in_full_for: String,
    limits: Limits,
}

#[derive(Template)]
#[template(path = "exports/templates/show.html")]
struct ExportPage {
    page: Page,
    export: ExportView,
}

/// The kind of badge for a state, as this reader sees it.
fn badge(export: &ExportView) -> &'static str {
    match export.status {
        ExportStatus::Asked if export.actions.contains(&"approve") => "yours",
        ExportStatus::Asked => "theirs",
        ExportStatus::Approved => "moving",
        ExportStatus::Ready if export.actions.contains(&"fetch") => "yours",
        ExportStatus::Ready | ExportStatus::Fetched => "done",
        ExportStatus::Withdrawn | ExportStatus::Expired => "held",
        ExportStatus::Refused => "stopped",
    }
}

/// What a file is narrowed to, in words.
fn narrowed(page: &Page, export: &ExportView) -> String {
    let (kind, _) = lists::states(export.list);
    let state = export.state.as_ref().map(|state| page.word(kind, state));
    let year = export.year.map(|year| page.say1("year", "year", year.to_string()));
    std::iter::once(page.place(&export.area_code)).chain(year).chain(state).collect::<Vec<_>>().join("　")
}

impl ExportPage {
    fn may(&self, action: &str) -> bool {
        self.export.actions.contains(&action)
    }

    fn is_asked(&self) -> bool {
        self.export.status == ExportStatus::Asked
    }

    fn is_building(&self) -> bool {
        self.export.status == ExportStatus::Approved
    }

    /// Why there will be no file, in words.
    fn why_not(&self) -> String {
        match (&self.export.reason, &self.export.fault) {
            (Some(reason), _) => self.page.say1("export-reason", "reason", reason),
            (None, Some(fault)) => self.page.explain(fault, &Vec::new()),
            (None, None) => String::new(),
        }
    }

    /// What the second person said, as a step of the way.
    fn decision(&self) -> (&'static str, String) {
        match &self.export.reason {
            Some(_) => ("bad", self.page.say("export-step-refused")),
            None => ("done", self.page.say("export-step-approved")),
        }
    }

    fn kilobytes(&self) -> i64 {
        self.export.file.as_ref().map_or(0, |file| file.bytes.div_euclid(1_024) + 1)
    }
}

#[get("/exports?<paging..>")]
async fn list(by: Can<SeeExports>, page: Page, paging: Paging, db: &State<Database>) -> Result<Html<ExportsPage>> {
    paging.check()?;
    let rows = store::list(db.reader(), &by, paging.area.as_deref(), paging.after()?, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Html::ok(ExportsPage {
        waiting: service::waiting(&by, db.reader()).await?,
        next: rows.next.map(|after| format!("/exports?after={after}")),
        exports: ExportView::many(db.reader(), rows.items, &by).await?,
        may_ask: page.may_export(),
        oversees: by.prove::<AskForExports>().is_err() || by.prove::<ApproveExports>().is_ok(),
        page,
    }))
}

/// The areas that one may ask for: one's own, what lies directly below, and the one that the way here named.
fn areas(page: &Page, actor: &Actor, list: ExportList, named: &str) -> Links {
    if list == ExportList::Roster || !matches!(actor.scope(), Scope::Area(_)) {
        return Links::new();
    }
    let mut codes = vec![actor.area.clone()];
    codes.extend(page.atlas.children(&actor.area, page.today).into_iter().map(|area| area.code.clone()));
    if actor.scope().covers(named) && !codes.iter().any(|code| code == named) {
        codes.push(named.to_owned());
    }
    codes.into_iter().map(|code| (code.clone(), page.place(&code))).collect()
}

async fn ask_page(
    by: &Can<AskForExports>,
    page: Page,
    form: FormView,
    list: ExportList,
    db: &Database,
) -> Result<AskPage> {
    let limits = service::limits(db.reader(), &by.area, page.today).await?;
    let class = match (list, form.value("class_id").parse()) {
        (ExportList::Roster, Ok(class)) => Some(service::class_title(by, db.reader(), class).await?),
        (ExportList::Roster, Err(_)) => return Err(Error::NotFound("class")),
        _ => None,
    };
    let (kind, states) = lists::states(list);
    let open = ExportList::all().filter(|one| *one != ExportList::Roster && lists::is_open_to(*one, by));
    let tab = |one: ExportList| (format!("/exports/new?list={one}"), page.word("export_list", one), one == list);
    let names: Vec<String> = limits.in_full_for.iter().map(|one| page.word("export_purpose", one)).collect();
    Ok(AskPage {
        tabs: open.map(tab).collect(),
        class,
        areas: areas(&page, by, list, form.value("area")),
        states: states.into_iter().map(|state| (state.to_owned(), page.word(kind, state))).collect(),
        takes_year: lists::takes_year(list),
        format_hint: page.say1("export-format-hint", "rows", page.count(limits.xlsx)),
        formats: ExportFormat::all().map(|one| (one.to_string(), page.word("export_format", one))).collect(),
        purposes: ExportPurpose::all().map(|one| (one.to_string(), page.word("export_purpose", one))).collect(),
        may_full: by.prove::<ExportInFull>().is_ok(),
        in_full_for: names.join(&page.say("person-and")),
        limits,
        list,
        page,
        form,
    })
}

#[get("/exports/new?<query..>")]
async fn ask_form(by: Can<AskForExports>, page: Page, query: AskQuery, db: &State<Database>) -> Result<Html<AskPage>> {
    let first = || ExportList::all().find(|list| *list != ExportList::Roster && lists::is_open_to(*list, &by));
    let list = query.list.or_else(first).ok_or(Error::Forbidden)?;
    if !lists::is_open_to(list, &by) {
        return Err(Error::Forbidden);
    }
    let year = query.year.unwrap_or_else(|| crate::base::clock::year_of(page.today));
    let form = FormView::default()
        .with("area", query.area.unwrap_or_else(|| by.area.clone()))
        .with("status", query.status.unwrap_or_default())
        .with("class_id", query.class_id.map(|id| id.to_string()).unwrap_or_default())
        .with("year", year)
        .with("format", ExportFormat::Xlsx)
        .with("words", true);
    Ok(Html::ok(ask_page(&by, page, form, list, db).await?))
}

#[post("/exports", data = "<form>")]
async fn ask(
    by: Can<AskForExports>,
    page: Page,
    form: PageForm<NewExport>,
    rooms: Rooms<'_>,
    db: &State<Database>,
) -> Shown<AskPage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(new) => rooms.office().ask(&by, page.locale, &new).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(job) => Ok(Ok(Redirect::to(format!("/exports/{}", job.id)))),
        Err(e) => {
            let list = view.value("list").parse().map_err(|()| Error::invalid("list", "invalid.choice"))?;
            let form = view.told(&page, e)?.named(|field| match field {
                "note" => page.known("export-why"),
                field => page.known(&format!("export-{field}")),
            });
            Ok(Err(Html::again(ask_page(&by, page, form, list, db).await?)))
        }
    }
}

#[get("/exports/<id>", rank = 2)]
async fn show(by: Can<SeeExports>, page: Page, id: ExportId, db: &State<Database>) -> Result<Live<ExportPage>> {
    let shown = ExportPage { page, export: service::show(&by, db.reader(), id).await? };
    let building = shown.is_building();
    Ok(Live(Html::ok(shown), building))
}

#[post("/exports/<id>/approve", data = "<_form>")]
async fn approve(
    by: Can<ApproveExports>,
    id: ExportId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    let path = format!("/exports/{id}");
    match desk.write(async |work| service::approve(&by, work, id).await).await {
        Ok(_) => Ok(go(cookies, path, "export-approved", &Vec::new())),
        Err(e) => back(cookies, path, e),
    }
}

fn refuse_page(page: Page, form: FormView, export: &ExportView) -> ReasonPage {
    let back = format!("/exports/{}", export.id);
    let list = page.word("export_list", export.list);
    ReasonPage {
        crumbs: vec![("/exports".to_owned(), page.say("export-title")), (back.clone(), list.clone())],
        title: page.say("export-refuse"),
        lead: page.say3("export-what", "list", list, "count", export.rows_due, "name", &export.asked_by),
        after: page.say("export-refuse-after"),
        hint: String::new(),
        action: format!("{back}/refuse"),
        back,
        button: page.say("export-refuse"),
        grave: true,
        page,
        form,
    }
}

#[get("/exports/<id>/refuse")]
async fn refuse_form(
    _by: Can<ApproveExports>,
    seen: Can<SeeExports>,
    page: Page,
    id: ExportId,
    db: &State<Database>,
) -> Result<Html<ReasonPage>> {
    let export = service::show(&seen, db.reader(), id).await?;
    Ok(Html::ok(refuse_page(page, FormView::default(), &export)))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/exports/<id>/refuse", data = "<form>")]
async fn refuse(
    by: Can<ApproveExports>,
    seen: Can<SeeExports>,
    page: Page,
    id: ExportId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Shown<ReasonPage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(reason) => desk.write(async |work| service::refuse(&by, work, id, &reason).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(Ok(go(cookies, format!("/exports/{id}"), "export-refused", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            let export = service::show(&seen, db.reader(), id).await?;
            Ok(Err(Html::again(refuse_page(page, form, &export))))
        }
    }
}

#[post("/exports/<id>/withdraw", data = "<_form>")]
async fn withdraw(
    by: Can<AskForExports>,
    id: ExportId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    let path = format!("/exports/{id}");
    match desk.write(async |work| service::withdraw(&by, work, id).await).await {
        Ok(_) => Ok(go(cookies, path, "export-withdrawn", &Vec::new())),
        Err(e) => back(cookies, path, e),
    }
}

#[post("/exports/<id>/file", data = "<_form>")]
async fn fetch(
    by: Can<AskForExports>,
    page: Page,
    id: ExportId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    rooms: Rooms<'_>,
) -> Result<std::result::Result<Download, Redirect>> {
    match rooms.office().fetch(&by, page.locale, id).await {
        Ok(file) => Ok(Ok(file)),
        Err(e) => Ok(Err(back(cookies, format!("/exports/{id}"), e)?)),
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, ask_form, ask, show, approve, refuse_form, refuse, withdraw, fetch]
}
