//! Pages: the sheet of an area, and the form of it that may hang on a wall.

use std::sync::Arc;

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{AreaLevel, Programme};
use rocket::{Route, State, get, routes};

use crate::access::Can;
use crate::areas::short_name;
use crate::base::{Clock, Result};
use crate::data::{Database, Vault};
use crate::people::{CAUSE, EMPLOYMENT_WISH, RecordServices};
use crate::villages::rights::SeeVillages;
use crate::villages::rules;
use crate::villages::service::{self, Reading};
use crate::villages::views::SheetView;
use crate::web::{Html, Page};

/// Areas below that still fit on the one sheet of paper; more are for the screen.
const ROWS_ON_PAPER: usize = 18;
/// People of a roll that still fits.
const ROLL_ON_PAPER: usize = 32;

/// A cause with its squares.
struct Unit {
    word: String,
    people: i64,
    rows: Vec<i64>,
    pattern: &'static str,
}

/// Word, figure as told, the number itself and the largest of all.
type Bars = Vec<(String, String, i64, i64)>;

fn bars(page: &Page, rows: impl Iterator<Item = (String, i64)>) -> Bars {
    let rows: Vec<(String, i64)> = rows.collect();
    let most = rows.iter().map(|(_, n)| *n).max().unwrap_or_default();
    rows.into_iter().map(|(word, n)| (word, page.count(n), n, most)).collect()
}

#[derive(Template)]
#[template(path = "villages/templates/sheet.html")]
struct SheetPage {
    page: Page,
    /// As people say it: 镜山村, not 镜山村委会.
    name: String,
    crumbs: Vec<(String, String)>,
    sheet: SheetView,
    /// Causes of a village, a square a person.
    units: Vec<Unit>,
    /// Causes where there are too many people for squares.
    causes: Bars,
    labour: Bars,
    wishes: Bars,
    services: Bars,
    /// `15 + 2 + 4 + 8 = 29`
    sum: String,
    /// Whether the roll goes on paper with the rest; it tells each wish, so the bars of wishes stay away then.
    roll_fits: bool,
    may_record: bool,
    first_day: NaiveDate,
    last_day: NaiveDate,
    now: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "villages/templates/posting.html")]
struct PostingPage {
    page: Page,
    name: String,
    sheet: SheetView,
    now: DateTime<Utc>,
}

/// The way from the reader's own area down to this one.
fn crumbs(page: &Page, by: &Can<SeeVillages>, code: &str) -> Vec<(String, String)> {
    let path = page.atlas.path_names(code, page.today);
    let seen = path.into_iter().filter(|(code, _)| by.scope().covers(code));
    seen.map(|(code, name)| (format!("/villages/{code}"), name.to_owned())).collect()
}

fn cause_word(page: &Page, cause: &str) -> String {
    if cause.is_empty() { page.say("village-no_cause") } else { CAUSE.word(cause, page.is_en()) }
}

fn wish_word(page: &Page, wish: &str) -> String {
    if wish.is_empty() { "—".to_owned() } else { EMPLOYMENT_WISH.word(wish, page.is_en()) }
}

fn trainings(page: &Page, programmes: &[Programme]) -> String {
    let told: Vec<String> = programmes.iter().map(|programme| page.word("programme", programme)).collect();
    if told.is_empty() { "—".to_owned() } else { told.join(&page.say("person-and")) }
}

#[get("/villages/<code>")]
async fn sheet(
    by: Can<SeeVillages>,
    page: Page,
    code: &str,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Result<Html<SheetPage>> {
    let reading = Reading { db: db.reader(), vault, atlas: &page.atlas, today: page.today };
    let sheet = service::sheet(&by, reading, code).await?;
    let unit = |(n, cause): (usize, &crate::villages::views::CauseView)| Unit {
        word: cause_word(&page, &cause.cause),
        people: cause.people,
        rows: rules::rows(cause.people),
        pattern: rules::pattern(n),
    };
    let squares = sheet.people <= rules::SQUARES;
    let no_wish = |code: &str| {
        if code.is_empty() { page.say("village-no_wish") } else { wish_word(&page, code) }
    };
    let year = |month, day| NaiveDate::from_ymd_opt(sheet.year, month, day).unwrap_or_default();
    Ok(Html::ok(SheetPage {
        name: short_name(&sheet.name).to_owned(),
        crumbs: crumbs(&page, &by, code),
        units: sheet.causes.iter().enumerate().filter(|_| squares).map(unit).collect(),
        causes: bars(
            &page,
            sheet.causes.iter().filter(|_| !squares).map(|one| (cause_word(&page, &one.cause), one.people)),
        ),
        labour: bars(&page, sheet.labour.iter().map(|one| (page.word("labour_capacity", &one.code), one.people))),
        wishes: bars(&page, sheet.wishes.iter().map(|one| (no_wish(&one.code), one.people))),
        services: bars(&page, sheet.services.iter().map(|one| (page.word("service_kind", one.kind), one.person_times))),
        sum: rules::sum(sheet.causes.iter().map(|cause| cause.people)),
        roll_fits: (1..=ROLL_ON_PAPER).contains(&sheet.roll.len()),
        may_record: by.actor().prove::<RecordServices>().is_ok(),
        first_day: year(1, 1),
        last_day: year(12, 31),
        now: clock.now(),
        sheet,
        page,
    }))
}

#[get("/villages/<code>/posting")]
async fn posting(
    by: Can<SeeVillages>,
    page: Page,
    code: &str,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
) -> Result<Html<PostingPage>> {
    let reading = Reading { db: db.reader(), vault, atlas: &page.atlas, today: page.today };
    let sheet = service::posting(&by, reading, code).await?;
    Ok(Html::ok(PostingPage { name: short_name(&sheet.name).to_owned(), sheet, now: clock.now(), page }))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![sheet, posting]
}
