//! The calendar of the offices, year by year.

use askama::Template;
use entities::calendar_day;
use rocket::{Route, State, get, routes};

use crate::access::Actor;
use crate::base::Result;
use crate::base::clock::year_of;
use crate::data::Database;
use crate::policy::Calendar;
use crate::web::{Html, Page};

#[derive(Template)]
#[template(path = "policy/templates/calendar.html")]
struct CalendarPage {
    page: Page,
    year: i32,
    days: Vec<calendar_day::Model>,
    tabs: Vec<(String, String, bool)>,
}

#[get("/calendar?<year>")]
async fn calendar(_by: Actor, page: Page, year: Option<i32>, db: &State<Database>) -> Result<Html<CalendarPage>> {
    let calendar = Calendar::load(db.reader()).await?;
    let year = year.unwrap_or_else(|| year_of(page.today));
    let days = calendar.year(year).cloned().collect();
    let tabs = calendar.years().map(|one| (format!("/calendar?year={one}"), one.to_string(), one == year)).collect();
    Ok(Html::ok(CalendarPage { page, year, days, tabs }))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![calendar]
}
