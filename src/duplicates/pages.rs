//! Pages: the queue, and both records of a pair side by side.

use askama::Template;
use entities::values::{PairId, PairStatus, PersonId, Role};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::base::{Error, Result};
use crate::data::Work;
use crate::duplicates::forms::{Merge, PairsQuery};
use crate::duplicates::rights::{ConfirmMerges, SeeDuplicates, SortDuplicates};
use crate::duplicates::service;
use crate::duplicates::views::{PairLine, PairView};
use crate::people;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, Shown, Tools, go, on};

#[derive(Template)]
#[template(path = "duplicates/templates/list.html")]
struct DuplicatesPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<PairLine>,
    next: Option<String>,
    may_search: bool,
}

/// A field of both records in words.
struct Told {
    label: String,
    a: String,
    b: String,
    differs: bool,
    /// What is shown of two numbers is the same; what is masked is not.
    same_ends: bool,
}

#[derive(Template)]
#[template(path = "duplicates/templates/show.html")]
struct DuplicatePage {
    told: Vec<Told>,
    path: String,
    choices: Vec<(PersonId, String)>,
    page: Page,
    form: FormView,
    view: PairView,
}

impl DuplicatePage {
    fn may(&self, action: &str) -> bool {
        self.view.line.actions.contains(&action)
    }

    fn stays(&self, id: &PersonId) -> bool {
        self.view.line.keeper == Some(*id)
    }
}

/// The kind of badge for a state, as this reader sees it.
fn badge(page: &Page, line: &PairLine) -> &'static str {
    match line.status {
        PairStatus::Open | PairStatus::MergeAsked if page.is_mine(line.waiting_on) => "yours",
        PairStatus::Open | PairStatus::MergeAsked => "theirs",
        PairStatus::Merged => "done",
        PairStatus::Dismissed => "stopped",
        PairStatus::Gone => "held",
    }
}

#[get("/duplicates?<query..>")]
async fn list(by: Can<SeeDuplicates>, page: Page, query: PairsQuery, tools: Tools<'_>) -> Result<Html<DuplicatesPage>> {
    let mine = if by.role == Role::CountyChecker { PairStatus::MergeAsked } else { PairStatus::Open };
    let chosen = query.status()?.unwrap_or(mine);
    let found = service::list(&by, tools.db.reader(), tools.vault, &query, Some(mine)).await?;
    let tab = |status| (format!("/duplicates?status={status}"), page.word("pair_status", status), status == chosen);
    Ok(Html::ok(DuplicatesPage {
        tabs: PairStatus::all().map(tab).collect(),
        next: found.next.map(|after| format!("/duplicates?status={chosen}&after={after}")),
        rows: found.items,
        may_search: by.prove::<SortDuplicates>().is_ok(),
        page,
    }))
}

#[post("/duplicates/recompute", data = "<_form>")]
async fn recompute(
    by: Can<SortDuplicates>,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let tally = service::recompute(&by, (&tools).into(), tools.atlas).await?;
    let args = vec![("new", (tally.new + tally.again).to_string()), ("gone", tally.gone.to_string())];
    Ok(go(cookies, "/duplicates", "duplicate-searched", &args))
}

fn pair_page(page: Page, form: FormView, view: PairView) -> DuplicatePage {
    let told = view.fields.iter().map(|field| Told {
        label: people::label(&page, field.field),
        a: people::told(&page, field.field, field.a.as_deref()),
        b: people::told(&page, field.field, field.b.as_deref()),
        differs: field.differs,
        same_ends: field.differs && field.a == field.b,
    });
    let choice = |nth: &str, half: &crate::duplicates::views::Half| {
        (half.id, page.say2(nth, "name", &half.name, "number", &half.masked_id))
    };
    DuplicatePage {
        told: told.collect(),
        path: format!("/duplicates/{}", view.line.id),
        choices: vec![choice("duplicate-keep-first", &view.line.a), choice("duplicate-keep-second", &view.line.b)],
        page,
        form,
        view,
    }
}

/// The page of a pair, fresh or with what is wrong.
async fn pair(by: &Actor, page: Page, form: FormView, id: PairId, tools: Tools<'_>) -> Result<DuplicatePage> {
    let view = service::show(&by.prove()?, tools.db.reader(), tools.vault, id).await?;
    Ok(pair_page(page, form, view))
}

#[get("/duplicates/<id>")]
async fn show(by: Can<SeeDuplicates>, page: Page, id: PairId, tools: Tools<'_>) -> Result<Html<DuplicatePage>> {
    Ok(Html::ok(pair(&by, page, FormView::default(), id, tools).await?))
}

#[post("/duplicates/<id>/dismiss", data = "<form>")]
async fn dismiss(
    by: Can<SortDuplicates>,
    page: Page,
    id: PairId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<DuplicatePage> {
    let sent = form.write(tools.desk, async |work, input| service::dismiss(&by, work, id, &input).await).await;
    let again = async |page, form| pair(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, "/duplicates", "duplicate-dismissed"), again).await
}

#[post("/duplicates/<id>/ask", data = "<form>")]
async fn ask(
    by: Can<SortDuplicates>,
    page: Page,
    id: PairId,
    form: PageForm<Merge>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<DuplicatePage> {
    let sent = form.write(tools.desk, async |work, input| service::ask(&by, work, id, &input).await).await;
    let again = async |page, form| pair(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, format!("/duplicates/{id}"), "duplicate-asked"), again).await
}

#[post("/duplicates/<id>/confirm", data = "<form>")]
async fn confirm(
    by: Can<ConfirmMerges>,
    id: PairId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let deed = async |work: &Work, _| {
        let row = service::confirm(&by, work, tools.vault, tools.atlas, id).await?;
        row.keeper.ok_or(Error::Stale)
    };
    let on = |keeper| go(cookies, format!("/people/{keeper}"), "duplicate-merged", &Vec::new());
    form.write(tools.desk, deed).await.or_back(cookies, format!("/duplicates/{id}"), on)
}

#[post("/duplicates/<id>/refuse", data = "<form>")]
async fn refuse(
    by: Can<ConfirmMerges>,
    page: Page,
    id: PairId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<DuplicatePage> {
    let sent = form.write(tools.desk, async |work, input| service::refuse(&by, work, id, &input).await).await;
    let again = async |page, form| pair(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, "/duplicates", "duplicate-refused"), again).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, recompute, show, dismiss, ask, confirm, refuse]
}
