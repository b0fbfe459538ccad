//! Pages: institutions by their risk, and the score of one with all that it is made of.

use askama::Template;
use chrono::NaiveDate;
use entities::{
    organisation, risk_score,
    values::{OrganisationId, RiskBand, RiskFactor},
};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::base::Result;
use crate::risk::forms::{DayQuery, RiskQuery, Sought};
use crate::risk::rights::{CompareRisk, KeepRisk, SeeRisk};
use crate::risk::rules::{Line, METHOD, MOST};
use crate::risk::service::{self, Scored};
use crate::risk::store::{self, Standing};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Tools, on};

/// Scores that were kept and stand below the one of the day.
const SHOWN: u64 = 12;

#[derive(Template)]
#[template(path = "risk/templates/list.html")]
struct RiskListPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<Standing>,
    /// The most that a score comes to.
    most: i64,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "risk/templates/show.html")]
struct RiskPage {
    page: Page,
    form: FormView,
    one: organisation::Model,
    scored: Scored,
    bars: Vec<(String, String, i64, i64)>,
    /// Factors that have reached their most.
    cut: Vec<RiskFactor>,
    /// The most that a score comes to.
    most: i64,
    kept: Vec<risk_score::Model>,
    /// Offices see all of it.
    office: bool,
    may_keep: bool,
    on: NaiveDate,
}

/// The kind of a band's badge.
fn sign(band: RiskBand) -> &'static str {
    match band {
        RiskBand::Low => "done",
        RiskBand::Middle => "held",
        RiskBand::High => "stopped",
    }
}

impl RiskPage {
    fn sentence(&self) -> String {
        self.page.say1("risk-points_of", "points", self.scored.score.points)
    }
}

/// A factor, how its points come about, its points, the most that a score comes to.
fn bar(page: &Page, line: &Line) -> (String, String, i64, i64) {
    let sum = page.say3("risk-sum", "count", line.count, "weight", line.weight, "points", line.points);
    (page.word("risk_factor", line.factor), sum, line.points, MOST)
}

/// Factors that would come to more than their most.
fn cut(lines: &[Line]) -> Vec<RiskFactor> {
    let over = |line: &&Line| line.count.saturating_mul(line.weight) > line.most;
    lines.iter().filter(over).map(|line| line.factor).collect()
}

/// The address of the list with these conditions.
fn address(sought: &Sought, after: Option<&str>) -> String {
    let parts = [
        sought.band.map(|band| format!("band={band}")),
        sought.area.as_ref().map(|area| format!("area={area}")),
        after.map(|after| format!("after={after}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "/risk".to_owned() } else { format!("/risk?{}", parts.join("&")) }
}

#[get("/risk?<query..>")]
async fn list(by: Can<CompareRisk>, page: Page, query: RiskQuery, tools: Tools<'_>) -> Result<Html<RiskListPage>> {
    let db = tools.db.reader();
    let sought = query.sought()?;
    let rows = service::list(&by, db, &query, &sought).await?;
    let counts = store::by_band(db, &by.scope()).await?;
    let tab = |band: Option<RiskBand>| {
        let word = match band {
            None => page.say("list-all"),
            Some(band) => {
                let count = page.count(counts.get(&band).copied().unwrap_or_default());
                page.say2("risk-tab", "band", page.word("risk_band", band), "count", count)
            }
        };
        (address(&Sought { band, after: None, ..sought.clone() }, None), word, band == sought.band)
    };
    Ok(Html::ok(RiskListPage {
        tabs: std::iter::once(None).chain(RiskBand::all().map(Some)).map(tab).collect(),
        next: rows.next.map(|after| address(&sought, Some(&after))),
        rows: rows.items,
        most: MOST,
        page,
    }))
}

#[get("/organisations/<id>/risk?<query..>")]
async fn show(
    by: Can<SeeRisk>,
    page: Page,
    id: OrganisationId,
    query: DayQuery,
    tools: Tools<'_>,
) -> Result<Html<RiskPage>> {
    let db = tools.db.reader();
    let on = query.day(page.today)?;
    let (one, scored) = service::seen(db, &by, id, on).await?;
    let office = by.prove::<CompareRisk>().is_ok();
    Ok(Html::ok(RiskPage {
        kept: if office { store::kept(db, id, SHOWN).await? } else { Vec::new() },
        form: FormView::default().with("on", on),
        may_keep: by.prove::<KeepRisk>().is_ok() && on == page.today,
        office,
        on,
        one,
        most: MOST,
        bars: scored.score.lines.iter().map(|line| bar(&page, line)).collect(),
        cut: cut(&scored.score.lines),
        scored,
        page,
    }))
}

#[post("/organisations/<id>/risk", data = "<form>")]
async fn keep(
    by: Can<KeepRisk>,
    id: OrganisationId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/organisations/{id}/risk");
    let sent = form.write(tools.desk, async |work, _| service::keep(Some(&by), work, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "risk-kept-done"))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, show, keep]
}
