//! Pages: who acts for whom, one of them, the form of a new one, and the switch.

use askama::Template;
use entities::values::DelegationId;
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::Result;
use crate::data::Work;
use crate::delegations::forms::DelegationForm;
use crate::delegations::rights::{HandOver, SeeDelegations};
use crate::delegations::service;
use crate::delegations::views::{ActView, DelegationLine, DelegationView};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Paging, Shown, Tools, go, on};

#[derive(Template)]
#[template(path = "delegations/templates/list.html")]
struct DelegationsPage {
    page: Page,
    rows: Vec<DelegationLine>,
    next: Option<String>,
    may_give: bool,
}

#[derive(Template)]
#[template(path = "delegations/templates/new.html")]
struct NewDelegationPage {
    page: Page,
    form: FormView,
}

#[derive(Template)]
#[template(path = "delegations/templates/show.html")]
struct DelegationPage {
    path: String,
    page: Page,
    view: DelegationView,
}

impl DelegationPage {
    fn may(&self, action: &str) -> bool {
        self.view.line.actions.contains(&action)
    }
}

/// What was done, in the words of the audit log; where the house has none, the bare ones.
fn deed(page: &Page, act: &ActView) -> String {
    let word = |kind: &str, bare: &str| page.known(&format!("{kind}-{bare}")).unwrap_or_else(|| bare.to_owned());
    format!("{}　{}", word("audit_action", &act.action), word("audit_noun", &act.noun))
}

/// The sign of how it stands; the word stands beside it.
fn badge(stand: &str) -> &'static str {
    match stand {
        "running" => "moving",
        "to_come" => "theirs",
        "ended" => "stopped",
        _ => "done",
    }
}

#[get("/delegations?<paging..>")]
async fn list(by: Can<SeeDelegations>, page: Page, paging: Paging, tools: Tools<'_>) -> Result<Html<DelegationsPage>> {
    let found = service::list(&by, tools.db.reader(), tools.clock.today(), &paging).await?;
    Ok(Html::ok(DelegationsPage {
        next: found.next.map(|after| format!("/delegations?after={after}")),
        rows: found.items,
        may_give: by.prove::<HandOver>().is_ok() && by.behalf.is_none(),
        page,
    }))
}

#[get("/delegations/new")]
fn new_form(_by: Can<HandOver>, _fresh: Fresh, page: Page) -> Html<NewDelegationPage> {
    let form = FormView::default().with("from_on", page.today);
    Html::ok(NewDelegationPage { page, form })
}

#[post("/delegations", data = "<form>")]
async fn give(
    by: Can<HandOver>,
    fresh: Fresh,
    page: Page,
    form: PageForm<DelegationForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewDelegationPage> {
    let deed = async |work: &Work, input: DelegationForm| {
        service::give(&by, fresh, work, &input.read()?).await.map(|row| row.id)
    };
    let on = |id| go(cookies, format!("/delegations/{id}"), "delegation-given", &Vec::new());
    let again = async |page, form| Ok(NewDelegationPage { page, form });
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

#[get("/delegations/<id>", rank = 2)]
async fn show(by: Can<SeeDelegations>, page: Page, id: DelegationId, tools: Tools<'_>) -> Result<Html<DelegationPage>> {
    let view = service::show(&by, tools.db.reader(), tools.clock.today(), id).await?;
    Ok(Html::ok(DelegationPage { path: format!("/delegations/{id}"), page, view }))
}

#[post("/delegations/<id>/end", data = "<form>")]
async fn end(
    by: Can<SeeDelegations>,
    id: DelegationId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/delegations/{id}");
    let sent = form.write(tools.desk, async |work, _| service::end(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "delegation-ended"))
}

#[post("/delegations/<id>/act", data = "<form>")]
async fn act(
    by: Can<HandOver>,
    id: DelegationId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::act(&by, work, id).await).await;
    sent.or_back(cookies, format!("/delegations/{id}"), on(cookies, "/", "delegation-acting"))
}

#[post("/delegations/back", data = "<form>")]
async fn back(
    by: Can<HandOver>,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::back(&by, work).await).await;
    sent.or_back(cookies, "/", on(cookies, "/", "delegation-back"))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, new_form, give, show, end, act, back]
}
