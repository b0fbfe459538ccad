//! Pages of pots: the equation of each, its postings, and the grant.

use std::sync::Arc;

use askama::Template;
use entities::{
    pot,
    values::{PostingId, PotId},
};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::areas::Atlas;
use crate::base::clock::year_of;
use crate::base::{Error, Result, paging};
use crate::data::{Database, Desk};
use crate::funds::forms::{GrantForm, NewGrant, TopUpForm};
use crate::funds::rights::{GrantFunds, ReadFunds};
use crate::funds::service;
use crate::funds::store::{self, LedgerLine};
use crate::web::{FormView, Html, Page, PageForm, go};

const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "funds/templates/list.html")]
struct FundsPage {
    page: Page,
    form: FormView,
    pots: Vec<pot::Model>,
    next: Option<String>,
    /// Where this reader may grant; empty for who may not.
    areas: Vec<(String, Vec<(String, String)>)>,
}

#[derive(Template)]
#[template(path = "funds/templates/pot.html")]
struct PotPage {
    page: Page,
    form: FormView,
    pot: pot::Model,
    postings: Vec<LedgerLine>,
    next: Option<String>,
    grants: bool,
}

impl FundsPage {
    async fn build(by: &Actor, page: Page, form: FormView, db: &Database, after: Option<PotId>) -> Result<Self> {
        let rows = store::list(db.reader(), &by.scope(), None, after, ROWS + 1).await?;
        let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
        let areas = if by.prove::<GrantFunds>().is_ok() { areas_of(by, &page) } else { Vec::new() };
        let next = rows.next.map(|id| format!("/funds?after={id}"));
        Ok(Self { page, form, pots: rows.items, next, areas })
    }
}

impl PotPage {
    async fn build(
        by: &Actor,
        page: Page,
        form: FormView,
        db: &Database,
        id: PotId,
        after: Option<PostingId>,
    ) -> Result<Self> {
        let pot = store::visible(db.reader(), &by.scope(), id).await?.ok_or(Error::NotFound("pot"))?;
        let rows = store::postings(db.reader(), &pot, after, ROWS + 1).await?;
        let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
        let next = rows.next.map(|id| format!("/funds/{}?after={id}", pot.id));
        let grants = by.prove::<GrantFunds>().is_ok();
        Ok(Self { page, form, pot, postings: rows.items, next, grants })
    }

    /// What a posting was for, in words; an unknown cause is told by the accounts between which it stands.
    fn cause(&self, posted: &LedgerLine) -> String {
        let key = format!("posting-{}", posted.cause);
        if self.page.knows(&key) { self.page.say(&key) } else { self.page.say("posting-other") }
    }
}

/// The officer's own area and what lies directly below it.
fn areas_of(by: &Actor, page: &Page) -> Vec<(String, Vec<(String, String)>)> {
    let own = (by.area.clone(), page.place(&by.area));
    let below = page.atlas.children(&by.area, page.today);
    let below = below.into_iter().map(|area| (area.code.clone(), area.name.clone())).collect();
    vec![(String::new(), vec![own]), (page.place(&by.area), below)]
}

/// A fresh form: this year, the officer's own area, the usual source.
fn fresh(by: &Actor, page: &Page) -> FormView {
    FormView::default()
        .with("source", page.say("fund-source-usual"))
        .with("year", year_of(page.today))
        .with("area_code", &by.area)
}

#[get("/funds?<after>")]
async fn list(by: Can<ReadFunds>, page: Page, after: Option<PotId>, db: &State<Database>) -> Result<Html<FundsPage>> {
    let form = fresh(&by, &page);
    Ok(Html::ok(FundsPage::build(&by, page, form, db, after).await?))
}

#[post("/funds", data = "<form>")]
async fn grant(
    by: Can<GrantFunds>,
    page: Page,
    form: PageForm<GrantForm>,
    cookies: &CookieJar<'_>,
    atlas: &State<Arc<Atlas>>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<std::result::Result<Redirect, Html<FundsPage>>> {
    let (input, view) = form.open();
    let done = match input.map(NewGrant::from) {
        Ok(new) => desk.write(async |work| service::grant(&by, work, atlas, &new).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(id) => Ok(Ok(go(cookies, format!("/funds/{id}"), "fund-granted", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(FundsPage::build(&by, page, form, db, None).await?)))
        }
    }
}

#[get("/funds/<id>?<after>")]
async fn show(
    by: Can<ReadFunds>,
    page: Page,
    id: PotId,
    after: Option<PostingId>,
    db: &State<Database>,
) -> Result<Html<PotPage>> {
    Ok(Html::ok(PotPage::build(&by, page, FormView::default(), db, id, after).await?))
}

#[post("/funds/<id>/grant", data = "<form>")]
async fn top_up(
    by: Can<GrantFunds>,
    page: Page,
    id: PotId,
    form: PageForm<TopUpForm>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<std::result::Result<Redirect, Html<PotPage>>> {
    let (input, view) = form.open();
    let done = match input {
        Ok(more) => desk.write(async |w| service::top_up(&by, w, id, more.amount.0, &more.document_no).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, format!("/funds/{id}"), "fund-granted", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(PotPage::build(&by, page, form, db, id, None).await?)))
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, grant, show, top_up]
}
