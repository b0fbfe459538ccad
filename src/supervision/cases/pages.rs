//! Pages: the list of cases, opening one, one case with what became of it.

use askama::Template;
use entities::values::{AccountId, CaseId, CaseOutcome, CaseStatus, DoubtStatus, OrganisationId};
use rocket::{Route, get, http::CookieJar, post, routes};
use sea_orm::ConnectionTrait;

use crate::access::{Actor, Can};
use crate::accounts;
use crate::base::Result;
use crate::supervision::cases::forms::{CaseClosing, CaseDecisionForm, CasesQuery, NewCaseForm};
use crate::supervision::cases::service;
use crate::supervision::cases::store::Listed;
use crate::supervision::cases::views::actions;
use crate::supervision::forms::Sought;
use crate::supervision::rights::{HandleCases, SeeCases, SeeDoubts};
use crate::supervision::store::{self as doubts, Doubted};
use crate::supervision::views::says;
use crate::web::{FormView, Html, Page, PageForm, Shown, Tools, go, on};

/// Doubts that the form offers.
const OFFERED: u64 = 100;

#[derive(Template)]
#[template(path = "supervision/templates/cases.html")]
struct CasesPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<Listed>,
    sees_doubts: bool,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "supervision/templates/case_new.html")]
struct NewCasePage {
    page: Page,
    form: FormView,
    organisation: OrganisationId,
    doubts: Vec<Doubted>,
}

#[derive(Template)]
#[template(path = "supervision/templates/case.html")]
struct CasePage {
    page: Page,
    form: FormView,
    row: Listed,
    doubts: Vec<Doubted>,
    office: bool,
    may: Vec<&'static str>,
    outcomes: Vec<(String, String)>,
    opener: String,
    decider: String,
    closer: String,
}

/// The kind of a case's badge.
fn sign(page: &Page, row: &Listed) -> &'static str {
    let mine = page.actor.as_ref().is_some_and(|actor| !actions(row, actor).is_empty());
    match row.status {
        CaseStatus::Closed => "done",
        _ if mine => "yours",
        CaseStatus::Opened => "theirs",
        CaseStatus::Decided => "moving",
    }
}

impl NewCasePage {
    /// Everything confirmed is offered; what was taken off stays off when the form comes back.
    fn ticked(&self, doubt: &Doubted) -> bool {
        !self.form.has_errors() || self.form.is(&Self::field(doubt), "true")
    }

    fn field(doubt: &Doubted) -> String {
        format!("doubts[{}]", doubt.id)
    }
}

#[get("/cases?<query..>")]
async fn list(by: Can<SeeCases>, page: Page, query: CasesQuery, tools: Tools<'_>) -> Result<Html<CasesPage>> {
    let rows = service::list(&by, tools.db.reader(), &query).await?;
    let chosen = query.status()?;
    let address = |status: Option<CaseStatus>| {
        status.map_or_else(|| "/cases".to_owned(), |status| format!("/cases?status={status}"))
    };
    let tab = |status: Option<CaseStatus>| {
        let word = status.map_or_else(|| page.say("list-all"), |status| page.word("case_status", status));
        (address(status), word, status == chosen)
    };
    let next = rows.next.map(|after| {
        let base = address(chosen);
        let glue = if base.contains('?') { '&' } else { '?' };
        format!("{base}{glue}after={after}")
    });
    Ok(Html::ok(CasesPage {
        tabs: std::iter::once(None).chain(CaseStatus::all().map(Some)).map(tab).collect(),
        rows: rows.items,
        sees_doubts: by.prove::<SeeDoubts>().is_ok(),
        next,
        page,
    }))
}

async fn new_page(
    by: &Can<HandleCases>,
    page: Page,
    form: FormView,
    organisation: OrganisationId,
    tools: Tools<'_>,
) -> Result<NewCasePage> {
    let db = tools.db.reader();
    let sought = Sought { status: Some(DoubtStatus::Confirmed), organisation: Some(organisation), ..Sought::default() };
    let doubts = doubts::list(db, &by.scope(), sought, None, OFFERED).await?;
    Ok(NewCasePage { page, form, organisation, doubts })
}

#[get("/organisations/<id>/cases/new")]
async fn new_form(by: Can<HandleCases>, page: Page, id: OrganisationId, tools: Tools<'_>) -> Result<Html<NewCasePage>> {
    Ok(Html::ok(new_page(&by, page, FormView::default(), id, tools).await?))
}

#[post("/organisations/<id>/cases", data = "<form>")]
async fn open(
    by: Can<HandleCases>,
    page: Page,
    id: OrganisationId,
    form: PageForm<NewCaseForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewCasePage> {
    let sent = form.write(tools.desk, async |work, form| service::open(&by, work, &form.read()?).await).await;
    let again = async |page, form| new_page(&by, page, form, id, tools).await;
    let opened = |case: CaseId| go(cookies, format!("/cases/{case}"), "case-opened-done", &Vec::new());
    sent.or_again(page, opened, again).await
}

/// What an account is called, where offices read.
async fn called(db: &impl ConnectionTrait, office: bool, id: Option<AccountId>) -> Result<String> {
    match id.filter(|_| office) {
        Some(id) => Ok(accounts::by_id(db, id).await?.map(|account| account.name).unwrap_or_default()),
        None => Ok(String::new()),
    }
}

async fn case_page(by: &Actor, page: Page, form: FormView, id: CaseId, tools: Tools<'_>) -> Result<CasePage> {
    let db = tools.db.reader();
    let sees: Can<SeeCases> = by.prove()?;
    let (row, doubts) = service::show(&sees, db, id).await?;
    let office = by.prove::<SeeDoubts>().is_ok();
    Ok(CasePage {
        opener: called(db, office, Some(row.opened_by)).await?,
        decider: called(db, office, row.decided_by).await?,
        closer: called(db, office, row.closed_by).await?,
        outcomes: CaseOutcome::all().map(|one| (one.to_string(), page.word("case_outcome", one))).collect(),
        may: actions(&row, by),
        row,
        doubts,
        office,
        form,
        page,
    })
}

#[get("/cases/<id>")]
async fn show(by: Can<SeeCases>, page: Page, id: CaseId, tools: Tools<'_>) -> Result<Html<CasePage>> {
    Ok(Html::ok(case_page(&by, page, FormView::default(), id, tools).await?))
}

#[post("/cases/<id>/decide", data = "<form>")]
async fn decide(
    by: Can<HandleCases>,
    page: Page,
    id: CaseId,
    form: PageForm<CaseDecisionForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<CasePage> {
    let sent = form.write(tools.desk, async |work, new| service::decide(&by, work, id, &new.read()?).await).await;
    let again = async |page, form| case_page(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, format!("/cases/{id}"), "case-decided-done"), again).await
}

#[post("/cases/<id>/close", data = "<form>")]
async fn close(
    by: Can<HandleCases>,
    page: Page,
    id: CaseId,
    form: PageForm<CaseClosing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<CasePage> {
    let sent = form.write(tools.desk, async |work, new| service::close(&by, work, id, &new).await).await;
    let again = async |page, form| case_page(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, format!("/cases/{id}"), "case-closed-done"), again).await
}

pub(in crate::supervision) fn routes() -> Vec<Route> {
    routes![list, new_form, open, show, decide, close]
}
