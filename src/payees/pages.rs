//! Pages: the accounts, one account, the form of a new one.

use askama::Template;
use entities::values::{OrganisationId, PayeeAccountId, PayeeStatus};
use rocket::{Route, get, http::CookieJar, post, routes};

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::Result;
use crate::data::Work;
use crate::organisations;
use crate::payees::forms::{NewPayee, PayeesQuery};
use crate::payees::rights::{DecideOnPayees, ProposePayees, SeePayees, StopPayees};
use crate::payees::service;
use crate::payees::views::{PayeeLine, PayeeView};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, Shown, Tools, go, on};

#[derive(Template)]
#[template(path = "payees/templates/list.html")]
struct PayeesPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<PayeeLine>,
    next: Option<String>,
    /// Of one's own organisation only.
    own: bool,
}

#[derive(Template)]
#[template(path = "payees/templates/new.html")]
struct NewPayeePage {
    page: Page,
    form: FormView,
}

#[derive(Template)]
#[template(path = "payees/templates/show.html")]
struct PayeePage {
    path: String,
    page: Page,
    form: FormView,
    view: PayeeView,
    /// The page of the organisation, for those to whom it is open.
    organisation: Option<OrganisationId>,
}

impl PayeePage {
    fn may(&self, action: &str) -> bool {
        self.view.line.actions.contains(&action)
    }
}

/// The kind of badge for a state, as this reader sees it.
fn badge(page: &Page, line: &PayeeLine) -> &'static str {
    match line.status {
        PayeeStatus::Proposed if page.is_mine(line.waiting_on) => "yours",
        PayeeStatus::Proposed => "theirs",
        PayeeStatus::InForce => "done",
        PayeeStatus::Refused => "stopped",
        PayeeStatus::Withdrawn | PayeeStatus::Replaced => "held",
    }
}

#[get("/payee-accounts?<query..>")]
async fn list(by: Can<SeePayees>, page: Page, query: PayeesQuery, tools: Tools<'_>) -> Result<Html<PayeesPage>> {
    let found = service::list(&by, tools.db.reader(), tools.clock, &query).await?;
    let chosen = query.status()?;
    let of = query.organisation()?.map(|id| format!("organisation={id}&")).unwrap_or_default();
    let all = (format!("/payee-accounts?{of}"), page.say("list-all"), chosen.is_none());
    let each = PayeeStatus::all().map(|status| {
        let href = format!("/payee-accounts?{of}status={status}");
        (href, page.word("payee_status", status), chosen == Some(status))
    });
    let status = chosen.map(|status| format!("status={status}&")).unwrap_or_default();
    Ok(Html::ok(PayeesPage {
        tabs: std::iter::once(all).chain(each).collect(),
        next: found.next.map(|after| format!("/payee-accounts?{of}{status}after={after}")),
        rows: found.items,
        own: by.prove::<ProposePayees>().is_ok(),
        page,
    }))
}

#[get("/payee-accounts/new")]
fn new_form(_by: Can<ProposePayees>, _fresh: Fresh, page: Page) -> Html<NewPayeePage> {
    Html::ok(NewPayeePage { page, form: FormView::default() })
}

#[post("/payee-accounts", data = "<form>")]
async fn propose(
    by: Can<ProposePayees>,
    fresh: Fresh,
    page: Page,
    form: PageForm<NewPayee>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewPayeePage> {
    let deed = async |work: &Work, new: NewPayee| {
        service::propose(&by, fresh, work, tools.vault, &new).await.map(|row| row.id)
    };
    let on = |id| go(cookies, format!("/payee-accounts/{id}"), "payee-proposed", &Vec::new());
    let again = async |page, form| Ok(NewPayeePage { page, form });
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

/// The page of an account, fresh or with what is wrong.
async fn account(
    by: &Can<SeePayees>,
    page: Page,
    form: FormView,
    id: PayeeAccountId,
    tools: Tools<'_>,
) -> Result<PayeePage> {
    let view = service::show(by, tools.db.reader(), tools.vault, tools.clock, id).await?;
    Ok(PayeePage {
        path: format!("/payee-accounts/{id}"),
        organisation: organisations::are_open_to(by).then_some(view.line.organisation_id),
        page,
        form,
        view,
    })
}

#[get("/payee-accounts/<id>", rank = 2)]
async fn show(by: Can<SeePayees>, page: Page, id: PayeeAccountId, tools: Tools<'_>) -> Result<Html<PayeePage>> {
    Ok(Html::ok(account(&by, page, FormView::default(), id, tools).await?))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/payee-accounts/<id>/approve", data = "<form>")]
async fn approve(
    by: Can<DecideOnPayees>,
    sees: Can<SeePayees>,
    fresh: Fresh,
    page: Page,
    id: PayeeAccountId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<PayeePage> {
    let deed = async |work: &Work, _| service::approve(&by, fresh, work, id).await;
    let on = on(cookies, format!("/payee-accounts/{id}"), "payee-approved");
    let again = async |page, form| account(&sees, page, form, id, tools).await;
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

#[post("/payee-accounts/<id>/refuse", data = "<form>")]
async fn refuse(
    by: Can<DecideOnPayees>,
    sees: Can<SeePayees>,
    page: Page,
    id: PayeeAccountId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<PayeePage> {
    let deed = async |work: &Work, input: Reason| service::refuse(&by, work, id, &input).await;
    let on = on(cookies, format!("/payee-accounts/{id}"), "payee-refused");
    let again = async |page, form| account(&sees, page, form, id, tools).await;
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

#[post("/payee-accounts/<id>/stop", data = "<form>")]
async fn stop(
    by: Can<StopPayees>,
    sees: Can<SeePayees>,
    page: Page,
    id: PayeeAccountId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<PayeePage> {
    let deed = async |work: &Work, input: Reason| service::stop(&by, work, id, &input).await;
    let on = on(cookies, format!("/payee-accounts/{id}"), "payee-stopped");
    let again = async |page, form| account(&sees, page, form, id, tools).await;
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, new_form, propose, show, approve, refuse, stop]
}
