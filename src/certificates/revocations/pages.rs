//! Pages: what was asked for and what became of it; deciding on one, on the page of its certificate.

use askama::Template;
use entities::{
    revocation,
    values::{RevocationId, RevocationStatus},
};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Result, paging};
use crate::certificates::revocations::lifecycle::RevocationAction;
use crate::certificates::revocations::service;
use crate::certificates::revocations::store;
use crate::certificates::rights::{AskRevocations, DecideOnRevocations, SeeRevocations};
use crate::data::{Database, Work};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, ReasonPage, Shown, Tools, go, on};

const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "certificates/templates/revocations.html")]
struct RevocationsPage {
    page: Page,
    rows: Vec<revocation::Model>,
    tabs: Vec<(String, String, bool)>,
    next: Option<String>,
}

/// How a wish stands for this reader.
fn asked_by_reader(page: &Page, row: &revocation::Model) -> bool {
    page.actor.as_ref().is_some_and(|actor| actor.account == row.asked_by)
}

fn sign(page: &Page, row: &revocation::Model) -> &'static str {
    match row.status {
        RevocationStatus::Asked if page.is_mine(row.status.waits_for()) && !asked_by_reader(page, row) => "yours",
        RevocationStatus::Asked => "theirs",
        RevocationStatus::Approved => "done",
        RevocationStatus::Refused | RevocationStatus::Withdrawn => "stopped",
    }
}

#[get("/revocations?<status>&<after>")]
async fn list(
    by: Can<SeeRevocations>,
    page: Page,
    status: Option<RevocationStatus>,
    after: Option<RevocationId>,
    db: &State<Database>,
) -> Result<Html<RevocationsPage>> {
    let rows = store::list(db.reader(), &by.scope(), status, after, ROWS + 1).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let all = ("/revocations".to_owned(), page.say("list-all"), status.is_none());
    let tabs = RevocationStatus::all()
        .map(|one| (format!("/revocations?status={one}"), page.word("revocation_status", one), status == Some(one)));
    let kept = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let next = rows.next.map(|after| format!("/revocations?{kept}after={after}"));
    Ok(Html::ok(RevocationsPage { tabs: std::iter::once(all).chain(tabs).collect(), rows: rows.items, next, page }))
}

/// Back to the certificate.
fn told(cookies: &CookieJar<'_>, row: &revocation::Model, word: &str) -> Redirect {
    go(cookies, format!("/certificates/{}", row.serial), word, &Vec::new())
}

#[post("/revocations/<id>/approve", data = "<form>")]
async fn approve(
    by: Can<DecideOnRevocations>,
    id: RevocationId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::approve(&by, work, id).await).await;
    sent.or_back(cookies, "/revocations", |row| told(cookies, &row, "certificate-revoked"))
}

#[post("/revocations/<id>/withdraw", data = "<form>")]
async fn withdraw(
    by: Can<AskRevocations>,
    id: RevocationId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::withdraw(&by, work, id).await).await;
    sent.or_back(cookies, "/revocations", |row| told(cookies, &row, "revocation-withdrawn"))
}

async fn refusal(
    by: &Can<DecideOnRevocations>,
    page: Page,
    form: FormView,
    id: RevocationId,
    tools: Tools<'_>,
) -> Result<ReasonPage> {
    let row = store::visible(tools.db.reader(), &by.scope(), id).await?;
    row.status.after(RevocationAction::Refuse)?;
    let back = format!("/certificates/{}", row.serial);
    Ok(ReasonPage {
        crumbs: vec![("/revocations".to_owned(), page.say("revocation-title")), (back.clone(), row.serial)],
        title: page.say("revocation-refuse"),
        lead: page.say1("revocation-wanted", "reason", row.reason),
        after: String::new(),
        hint: page.say("revocation-answer-hint"),
        action: format!("/revocations/{id}/refuse"),
        back,
        button: page.say("revocation-refuse"),
        grave: false,
        page,
        form,
    })
}

#[get("/revocations/<id>/refuse")]
async fn refuse_form(
    by: Can<DecideOnRevocations>,
    page: Page,
    id: RevocationId,
    tools: Tools<'_>,
) -> Result<Html<ReasonPage>> {
    Ok(Html::ok(refusal(&by, page, FormView::default(), id, tools).await?))
}

#[post("/revocations/<id>/refuse", data = "<form>")]
async fn refuse(
    by: Can<DecideOnRevocations>,
    page: Page,
    id: RevocationId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ReasonPage> {
    let deed = async |work: &Work, form: Reason| service::refuse(&by, work, id, &form.reason).await;
    let again = async |page, form| refusal(&by, page, form, id, tools).await;
    form.write(tools.desk, deed).await.or_again(page, on(cookies, "/revocations", "revocation-refused"), again).await
}

pub(in crate::certificates) fn routes() -> Vec<Route> {
    routes![list, approve, withdraw, refuse_form, refuse]
}
