//! Pages: the queue, and both records of a pair side by side.

use std::sync::Arc;

use askama::Template;
use entities::values::{PairId, PairStatus, PersonId, Role};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::areas::Atlas;
use crate::base::{Clock, Error, Result};
use crate::data::{Database, Desk, Vault};
use crate::duplicates::forms::{Merge, PairsQuery};
use crate::duplicates::rights::{ConfirmMerges, SeeDuplicates, SortDuplicates};
use crate::duplicates::search::Office;
use crate::duplicates::service;
use crate::duplicates::views::{PairLine, PairView};
use crate::people;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, back, go};

type Shown<T> = Result<std::result::Result<Redirect, Html<T>>>;

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
async fn list(
    by: Can<SeeDuplicates>,
    page: Page,
    query: PairsQuery,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<DuplicatesPage>> {
    let mine = if by.role == Role::CountyChecker { PairStatus::MergeAsked } else { PairStatus::Open };
    let chosen = query.status()?.unwrap_or(mine);
    let found = service::list(&by, db.reader(), vault, &query, Some(mine)).await?;
    let tab = |status| (format!("/duplicates?status={status}"), page.word("pair_status", status), status == chosen);
    Ok(Html::ok(DuplicatesPage {
        tabs: PairStatus::all().map(tab).collect(),
        next: found.next.map(|after| format!("/duplicates?status={chosen}&after={after}")),
        rows: found.items,
        may_search: by.prove::<SortDuplicates>().is_ok(),
        page,
    }))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/duplicates/recompute", data = "<_form>")]
async fn recompute(
    by: Can<SortDuplicates>,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
    vault: &State<Arc<Vault>>,
    clock: &State<Clock>,
    atlas: &State<Arc<Atlas>>,
) -> Result<Redirect> {
    let tally = service::recompute(&by, Office { db, desk, vault, clock }, atlas).await?;
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

#[get("/duplicates/<id>")]
async fn show(
    by: Can<SeeDuplicates>,
    page: Page,
    id: PairId,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<DuplicatePage>> {
    let view = service::show(&by, db.reader(), vault, id).await?;
    Ok(Html::ok(pair_page(page, FormView::default(), view)))
}

/// What the two handlers of decisions with an input have at hand when it comes back.
struct Again<'a> {
    by: &'a Actor,
    db: &'a Database,
    vault: &'a Vault,
    id: PairId,
}

impl Again<'_> {
    async fn shown(&self, page: Page, view: FormView, error: Error) -> Shown<DuplicatePage> {
        let form = view.told(&page, error)?;
        let view = service::show(&self.by.prove()?, self.db.reader(), self.vault, self.id).await?;
        Ok(Err(Html::again(pair_page(page, form, view))))
    }
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/duplicates/<id>/dismiss", data = "<form>")]
async fn dismiss(
    by: Can<SortDuplicates>,
    page: Page,
    id: PairId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    desk: &State<Desk>,
) -> Shown<DuplicatePage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => desk.write(async |work| service::dismiss(&by, work, id, &input).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(Ok(go(cookies, "/duplicates", "duplicate-dismissed", &Vec::new()))),
        Err(e) => Again { by: by.actor(), db, vault, id }.shown(page, view, e).await,
    }
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/duplicates/<id>/ask", data = "<form>")]
async fn ask(
    by: Can<SortDuplicates>,
    page: Page,
    id: PairId,
    form: PageForm<Merge>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    desk: &State<Desk>,
) -> Shown<DuplicatePage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => desk.write(async |work| service::ask(&by, work, id, &input).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(Ok(go(cookies, format!("/duplicates/{id}"), "duplicate-asked", &Vec::new()))),
        Err(e) => Again { by: by.actor(), db, vault, id }.shown(page, view, e).await,
    }
}

#[post("/duplicates/<id>/confirm", data = "<_form>")]
async fn confirm(
    by: Can<ConfirmMerges>,
    id: PairId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    atlas: &State<Arc<Atlas>>,
    vault: &State<Arc<Vault>>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    match desk.write(async |work| service::confirm(&by, work, vault, atlas, id).await).await {
        Ok(row) => {
            let keeper = row.keeper.ok_or(Error::Stale)?;
            Ok(go(cookies, format!("/people/{keeper}"), "duplicate-merged", &Vec::new()))
        }
        Err(e) => back(cookies, format!("/duplicates/{id}"), e),
    }
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/duplicates/<id>/refuse", data = "<form>")]
async fn refuse(
    by: Can<ConfirmMerges>,
    page: Page,
    id: PairId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    desk: &State<Desk>,
) -> Shown<DuplicatePage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => desk.write(async |work| service::refuse(&by, work, id, &input).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(Ok(go(cookies, "/duplicates", "duplicate-refused", &Vec::new()))),
        Err(e) => Again { by: by.actor(), db, vault, id }.shown(page, view, e).await,
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, recompute, show, dismiss, ask, confirm, refuse]
}
