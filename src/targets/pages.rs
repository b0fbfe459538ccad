//! How far the year has come, at every level down to the village; and the supervisor's form for targets.

use std::sync::Arc;

use askama::Template;
use entities::{target, values::Programme};
use rocket::{
    Responder, Route, State, get,
    http::{ContentType, CookieJar, Header},
    post,
    response::Redirect,
    routes,
};

use crate::access::{Actor, Can, Right};
use crate::areas::Atlas;
use crate::base::{Clock, Result, clock};
use crate::data::{Database, Desk};
use crate::targets::display::{self, Card, Row};
use crate::targets::forms::IssueForm;
use crate::targets::rights::{IssueTargets, ReadTargets};
use crate::targets::rules::{Tick, marks};
use crate::targets::service::{self, Board};
use crate::web::{FormView, Html, Page, PageForm, go};

/// An address, its word, and whether one is there.
type Tab = (String, String, bool);

#[derive(Template)]
#[template(path = "targets/templates/board.html")]
struct BoardPage {
    page: Page,
    crumbs: Vec<(String, String)>,
    place: String,
    year: i32,
    as_of: String,
    cards: Vec<Card>,
    tabs: Vec<Tab>,
    programme: String,
    rows: Vec<Row>,
    total: Row,
    scale: i64,
    marks: Vec<Tick>,
    before: String,
    behind: String,
    csv: String,
    /// What the board is of, for the whole tree as a file.
    export: String,
    issue: String,
}

#[derive(Template)]
#[template(path = "targets/templates/issue.html")]
struct IssuePage {
    page: Page,
    form: FormView,
    crumbs: Vec<(String, String)>,
    place: String,
    year: i32,
    path: String,
    years: Vec<Tab>,
    programmes: Vec<Tab>,
    current: Option<target::Model>,
    history: Vec<target::Model>,
}

#[derive(Responder)]
struct Download {
    text: String,
    kind: ContentType,
    name: Header<'static>,
}

#[get("/targets")]
fn own(by: Can<ReadTargets>) -> Redirect {
    Redirect::to(format!("/targets/{}", by.area))
}

/// The areas above this one that the reader may see.
fn crumbs(page: &Page, actor: &Actor, area: &str, on: chrono::NaiveDate, year: i32) -> Vec<(String, String)> {
    let line = page.atlas.ancestors(area);
    line.into_iter()
        .skip(1)
        .filter(|code| actor.scope().covers(code))
        .map(|code| (format!("/targets/{code}?year={year}"), page.place_on(code, on)))
        .rev()
        .collect()
}

fn board_page(page: Page, actor: &Actor, board: &Board, programme: Option<Programme>) -> BoardPage {
    let shown = board.programmes();
    let programme = programme.filter(|one| shown.contains(one)).or(shown.first().copied());
    let programme = programme.unwrap_or(Programme::Entrepreneurship);
    let (area, year) = (&board.area, board.year);
    let (rows, total, scale) = display::table(&page, board, programme);
    let to_year = |year: i32| format!("/targets/{area}?year={year}&programme={programme}");
    let tab = |one: &Programme| {
        (format!("/targets/{area}?year={year}&programme={one}"), page.word("programme", one), *one == programme)
    };
    let may_issue = IssueTargets::HELD_BY.contains(&actor.role);
    BoardPage {
        crumbs: crumbs(&page, actor, area, board.on, year),
        place: page.place_on(area, board.on),
        as_of: page.say1("target-as-of", "day", page.day(&board.on)),
        cards: display::cards(&page, board),
        tabs: shown.iter().map(tab).collect(),
        programme: page.word("programme", programme),
        marks: marks(scale),
        before: to_year(year - 1),
        behind: if year < clock::year_of(page.today) { to_year(year + 1) } else { String::new() },
        csv: format!("/targets/{area}/table.csv?year={year}"),
        export: format!("&area={area}&year={year}"),
        issue: if may_issue { format!("/targets/{area}/issue?year={year}") } else { String::new() },
        year,
        rows,
        total,
        scale,
        page,
    }
}

#[get("/targets/<area>?<year>&<programme>")]
async fn show(
    by: Can<ReadTargets>,
    page: Page,
    area: &str,
    year: Option<i32>,
    programme: Option<Programme>,
    db: &State<Database>,
) -> Result<Html<BoardPage>> {
    let year = year.unwrap_or_else(|| clock::year_of(page.today));
    let board = service::board(db.reader(), &by.scope(), &page.atlas, page.today, (area, year)).await?;
    Ok(Html::ok(board_page(page, &by, &board, programme)))
}

#[get("/targets/<area>/table.csv?<year>")]
async fn table(
    by: Can<ReadTargets>,
    page: Page,
    area: &str,
    year: Option<i32>,
    db: &State<Database>,
) -> Result<Download> {
    let year = year.unwrap_or_else(|| clock::year_of(page.today));
    let board = service::board(db.reader(), &by.scope(), &page.atlas, page.today, (area, year)).await?;
    let name = format!("attachment; filename=\"targets-{}-{year}.csv\"", board.area);
    let name = Header::new("Content-Disposition", name);
    Ok(Download { text: display::csv(&page, &board)?, kind: ContentType::CSV, name })
}

/// What the form is about: the area in the address, the year and the programme of its tabs.
struct About<'a> {
    area: &'a str,
    year: i32,
    programme: Programme,
}

async fn issue_page(
    by: &Can<IssueTargets>,
    page: Page,
    form: FormView,
    db: &Database,
    about: About<'_>,
) -> Result<IssuePage> {
    let About { area, year, programme } = about;
    let history = service::history(db.reader(), by, &page.atlas, area, year).await?;
    let path = format!("/targets/{area}/issue");
    let current = history.iter().find(|row| row.programme == programme && row.superseded_at.is_none()).cloned();
    let this = clock::year_of(page.today);
    let in_year =
        |one: i32| (format!("{path}?year={one}&programme={programme}"), page.say1("year", "year", one), one == year);
    let in_programme =
        |one: Programme| (format!("{path}?year={year}&programme={one}"), page.word("programme", one), one == programme);
    let mut crumbs = crumbs(&page, by, area, page.today, year);
    crumbs.push((format!("/targets/{area}?year={year}"), page.place(area)));
    Ok(IssuePage {
        place: page.place(area),
        years: [this - 1, this, this + 1].map(in_year).into(),
        programmes: Programme::all().map(in_programme).collect(),
        form: form
            .with("year", year)
            .with("programme", programme)
            .with("supersedes", current.as_ref().map(|row| row.id.to_string()).unwrap_or_default()),
        crumbs,
        year,
        path,
        current,
        history,
        page,
    })
}

#[get("/targets/<area>/issue?<year>&<programme>")]
async fn issue_form(
    by: Can<IssueTargets>,
    page: Page,
    area: &str,
    year: Option<i32>,
    programme: Option<Programme>,
    db: &State<Database>,
) -> Result<Html<IssuePage>> {
    let year = year.unwrap_or_else(|| clock::year_of(page.today));
    let about = About { area, year, programme: programme.unwrap_or(Programme::Entrepreneurship) };
    Ok(Html::ok(issue_page(&by, page, FormView::default(), db, about).await?))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/targets/<area>/issue", data = "<form>")]
async fn issue(
    by: Can<IssueTargets>,
    page: Page,
    area: &str,
    form: PageForm<IssueForm>,
    cookies: &CookieJar<'_>,
    atlas: &State<Arc<Atlas>>,
    clock: &State<Clock>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<std::result::Result<Redirect, Html<IssuePage>>> {
    let (input, view) = form.open();
    let done = match input {
        Ok(new) => desk.write(async |work| service::issue(&by, work, atlas, &new.at(area)).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(row) => {
            let word = if row.reason.is_some() { "target-revised" } else { "target-kept" };
            Ok(Ok(go(cookies, format!("/targets/{area}?year={}", row.year), word, &Vec::new())))
        }
        Err(e) => {
            let year = view.value("year").parse().unwrap_or_else(|_| clock::year_of(clock.today()));
            let programme = view.value("programme").parse().unwrap_or(Programme::Entrepreneurship);
            let form = view.told(&page, e)?;
            let shown = issue_page(&by, page, form, db, About { area, year, programme }).await?;
            Ok(Err(Html::again(shown)))
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![own, show, table, issue_form, issue]
}
