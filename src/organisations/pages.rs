//! Pages of the county's register of organisations.

use std::sync::Arc;

use askama::Template;
use chrono::NaiveDate;
use entities::{
    organisation,
    values::{OrganisationId, OrganisationKind, OrganisationStatus, Programme},
};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::areas::Atlas;
use crate::base::{Result, paging};
use crate::data::{Database, Desk};
use crate::organisations::forms::{AccreditationForm, NewOrganisation};
use crate::organisations::rights::{ManageOrganisations, ReadOrganisations};
use crate::organisations::rules::REGISTERED;
use crate::organisations::service::{self, Register};
use crate::organisations::store::{self, Sought};
use crate::policy::{occupation_name, occupations};
use crate::web::{FormView, Html, Page, PageForm, Paging, go};

type Posted<T> = std::result::Result<Redirect, Html<T>>;

/// The sign of a status; the word stands beside it.
fn sign(status: OrganisationStatus) -> &'static str {
    match status {
        OrganisationStatus::Active => "done",
        OrganisationStatus::Suspended => "held",
        OrganisationStatus::Delisted => "stopped",
    }
}

#[derive(Template)]
#[template(path = "organisations/templates/list.html")]
struct OrganisationsPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<organisation::Model>,
    next: Option<String>,
    may_register: bool,
}

#[derive(Template)]
#[template(path = "organisations/templates/new.html")]
struct NewOrganisationPage {
    kinds: Vec<(OrganisationKind, String)>,
    areas: Vec<(String, Vec<(String, String)>)>,
    page: Page,
    form: FormView,
}

#[derive(Template)]
#[template(path = "organisations/templates/show.html")]
struct OrganisationPage {
    programmes: Vec<(Programme, String)>,
    occupations: Vec<(String, String)>,
    levels: Vec<(i32, String)>,
    page: Page,
    register: Register,
    form: FormView,
    may_accredit: bool,
}

impl NewOrganisationPage {
    /// Offers the clerk's own area and what lies directly below it.
    fn new(page: Page, form: FormView) -> Self {
        let own = page.actor.as_ref().map(|actor| actor.area.clone()).unwrap_or_default();
        let below = page.atlas.children(&own, page.today);
        let areas = std::iter::once((own.clone(), page.place(&own)))
            .chain(below.into_iter().map(|area| (area.code.clone(), area.name.clone())))
            .collect();
        Self {
            kinds: REGISTERED.map(|kind| (kind, page.word("organisation_kind", kind))).to_vec(),
            areas: vec![(String::new(), areas)],
            page,
            form,
        }
    }
}

impl OrganisationPage {
    fn new(page: Page, register: Register, form: FormView) -> Self {
        let may = page.actor.as_ref().is_some_and(|actor| actor.prove::<ManageOrganisations>().is_ok());
        Self {
            programmes: Programme::all().map(|programme| (programme, page.word("programme", programme))).collect(),
            occupations: occupations()
                .iter()
                .map(|one| (one.code.to_owned(), occupation_name(one.code, page.locale).to_owned()))
                .collect(),
            levels: (1..=5).rev().map(|level| (level, page.word("skill_level", level))).collect(),
            may_accredit: may && register.may_be_accredited(),
            page,
            register,
            form,
        }
    }

    fn occupation(&self, code: Option<&str>) -> String {
        code.map_or_else(
            || self.page.say("accreditation-all_occupations"),
            |code| occupation_name(code, self.page.locale).to_owned(),
        )
    }

    /// An institution names the account on which it is paid.
    fn may_be_paid(&self) -> bool {
        self.register.may_be_accredited()
    }

    fn holds(&self, valid_to: NaiveDate) -> bool {
        valid_to >= self.page.today
    }
}

#[get("/organisations?<kind>&<paging..>")]
async fn list(
    by: Can<ReadOrganisations>,
    page: Page,
    kind: Option<OrganisationKind>,
    paging: Paging,
    db: &State<Database>,
) -> Result<Html<OrganisationsPage>> {
    paging.check()?;
    let sought = Sought { kind, area: paging.area.as_deref(), after: paging.after()? };
    let rows = store::list(db.reader(), &by.scope(), sought, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let chosen = kind.map(|kind| format!("kind={kind}&")).unwrap_or_default();
    let all = ("/organisations".to_owned(), page.say("list-all"), kind.is_none());
    let kinds = REGISTERED
        .map(|one| (format!("/organisations?kind={one}"), page.word("organisation_kind", one), kind == Some(one)));
    Ok(Html::ok(OrganisationsPage {
        tabs: std::iter::once(all).chain(kinds).collect(),
        next: rows.next.map(|after| format!("/organisations?{chosen}after={after}")),
        rows: rows.items,
        may_register: by.prove::<ManageOrganisations>().is_ok(),
        page,
    }))
}

#[get("/organisations/new")]
fn new_form(_by: Can<ManageOrganisations>, page: Page) -> Html<NewOrganisationPage> {
    Html::ok(NewOrganisationPage::new(page, FormView::default()))
}

#[post("/organisations", data = "<form>")]
async fn register(
    by: Can<ManageOrganisations>,
    page: Page,
    form: PageForm<NewOrganisation>,
    cookies: &CookieJar<'_>,
    atlas: &State<Arc<Atlas>>,
    desk: &State<Desk>,
) -> Result<Posted<NewOrganisationPage>> {
    let (input, view) = form.open();
    let done = match input {
        Ok(new) => desk.write(async |work| service::register(&by, work, atlas, &new).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(row) => Ok(Ok(go(cookies, format!("/organisations/{}", row.id), "organisation-registered", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(NewOrganisationPage::new(page, form))))
        }
    }
}

#[get("/organisations/<id>", rank = 2)]
async fn show(
    by: Can<ReadOrganisations>,
    page: Page,
    id: OrganisationId,
    db: &State<Database>,
) -> Result<Html<OrganisationPage>> {
    let register = service::register_of(db.reader(), &by.scope(), id).await?;
    Ok(Html::ok(OrganisationPage::new(page, register, FormView::default())))
}

#[post("/organisations/<id>/accreditations", data = "<form>")]
async fn accredit(
    by: Can<ManageOrganisations>,
    page: Page,
    id: OrganisationId,
    form: PageForm<AccreditationForm>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<Posted<OrganisationPage>> {
    let (input, view) = form.open();
    let done = match input.and_then(AccreditationForm::read) {
        Ok(new) => desk.write(async |work| service::accredit(&by, work, id, &new).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, format!("/organisations/{id}"), "accreditation-given", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?;
            let register = service::register_of(db.reader(), &by.scope(), id).await?;
            Ok(Err(Html::again(OrganisationPage::new(page, register, form))))
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, new_form, register, show, accredit]
}
