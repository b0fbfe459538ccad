//! Pages of both registers: the lists, one entry, the forms.

use askama::Template;
use chrono::NaiveDate;
use entities::{
    trainer,
    values::{Programme, RegisterStatus, TrainerId, VenueId},
    venue,
};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Place, Result, paging};
use crate::organisations;
use crate::policy::{occupation_name, occupations};
use crate::teaching::forms::{TrainerForm, VenueForm, filled_trainer, filled_venue, last_day};
use crate::teaching::rights::{KeepRegisters, ReadRegisters};
use crate::teaching::service::{self, place_of};
use crate::teaching::store::{self, Sought};
use crate::teaching::views::masked_number;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Paging, Shown, Tools, go};

type Choices = Vec<(String, String)>;

/// The sign of a state; the word stands beside it.
fn sign(status: RegisterStatus) -> &'static str {
    match status {
        RegisterStatus::Active => "done",
        RegisterStatus::Retired => "stopped",
    }
}

/// One view for all, one for each state.
fn tabs(page: &Page, path: &str, chosen: Option<RegisterStatus>) -> Vec<(String, String, bool)> {
    let all = (path.to_owned(), page.say("list-all"), chosen.is_none());
    let states = RegisterStatus::all().map(|status| {
        (format!("{path}?status={status}"), page.word("register_status", status), chosen == Some(status))
    });
    std::iter::once(all).chain(states).collect()
}

fn next(path: &str, status: Option<RegisterStatus>, after: Option<String>) -> Option<String> {
    let chosen = status.map(|status| format!("status={status}&")).unwrap_or_default();
    after.map(|after| format!("{path}?{chosen}after={after}"))
}

/// A county and its townships, to choose where something lies.
pub(crate) fn townships(page: &Page, code: &str) -> Vec<(String, Choices)> {
    let county = page.atlas.ancestors(code).into_iter().find(|code| code.len() == 6).unwrap_or(code);
    let loose = vec![(county.to_owned(), page.place(county))];
    let below = page.atlas.children(county, page.today);
    let below = below.into_iter().map(|area| (area.code.clone(), area.name.clone())).collect();
    vec![(String::new(), loose), (page.place(county), below)]
}

/// Venues as one chooses them.
pub(crate) fn venue_choices(page: &Page, venues: &[venue::Model]) -> Choices {
    let told = |venue: &venue::Model| {
        let holds = page.say1("venue-holds", "count", venue.capacity);
        (venue.id.to_string(), format!("{} {holds}", venue.name))
    };
    venues.iter().map(told).collect()
}

/// Trainers as one chooses them.
pub(crate) fn trainer_choices(page: &Page, trainers: &[trainer::Model]) -> Choices {
    let told = |trainer: &trainer::Model| {
        let trade = occupation_name(&trainer.occupation, page.locale);
        (trainer.id.to_string(), format!("{} {} {trade}", trainer.name, page.word("programme", trainer.programme)))
    };
    trainers.iter().map(told).collect()
}

struct VenueRow {
    venue: venue::Model,
    institution: String,
}

#[derive(Template)]
#[template(path = "teaching/templates/venues.html")]
struct VenuesPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<VenueRow>,
    next: Option<String>,
    keeps: bool,
}

#[derive(Template)]
#[template(path = "teaching/templates/venue.html")]
struct VenuePage {
    page: Page,
    venue: venue::Model,
    place: Option<Place>,
    institution: String,
    may_change: bool,
}

#[derive(Template)]
#[template(path = "teaching/templates/venue_form.html")]
struct VenueFormPage {
    page: Page,
    form: FormView,
    areas: Vec<(String, Choices)>,
    venue: Option<venue::Model>,
}

impl VenueFormPage {
    async fn new(
        by: &Can<KeepRegisters>,
        page: Page,
        form: FormView,
        id: Option<VenueId>,
        tools: Tools<'_>,
    ) -> Result<Self> {
        let venue = match id {
            Some(id) => Some(store::venue(tools.db.reader(), &by.scope(), id).await?),
            None => None,
        };
        Ok(Self { areas: townships(&page, &by.area), page, form, venue })
    }

    fn action(&self) -> String {
        self.venue.as_ref().map_or_else(|| "/venues".to_owned(), |venue| format!("/venues/{}/edit", venue.id))
    }

    fn title(&self) -> String {
        self.page.say(if self.venue.is_some() { "venue-edit" } else { "venue-new" })
    }
}

#[get("/venues?<status>&<paging..>")]
async fn list_venues(
    by: Can<ReadRegisters>,
    page: Page,
    status: Option<RegisterStatus>,
    paging: Paging,
    tools: Tools<'_>,
) -> Result<Html<VenuesPage>> {
    paging.check()?;
    let sought = Sought { status, area: paging.area.as_deref(), after: paging.after()? };
    let rows = store::list_venues(tools.db.reader(), &by.scope(), sought, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let names = organisations::names(tools.db.reader(), rows.items.iter().map(|row| row.organisation_id)).await?;
    let institution = |row: &venue::Model| names.get(&row.organisation_id).cloned().unwrap_or_default();
    Ok(Html::ok(VenuesPage {
        tabs: tabs(&page, "/venues", status),
        next: next("/venues", status, rows.next.clone()),
        rows: rows.items.into_iter().map(|venue| VenueRow { institution: institution(&venue), venue }).collect(),
        keeps: by.prove::<KeepRegisters>().is_ok(),
        page,
    }))
}

#[get("/venues/<id>", rank = 2)]
async fn show_venue(by: Can<ReadRegisters>, page: Page, id: VenueId, tools: Tools<'_>) -> Result<Html<VenuePage>> {
    let venue = store::venue(tools.db.reader(), &by.scope(), id).await?;
    Ok(Html::ok(VenuePage {
        place: place_of(&venue),
        institution: organisations::by_id(tools.db.reader(), venue.organisation_id).await?.name,
        may_change: !venue.status.open_to(by.role).is_empty(),
        page,
        venue,
    }))
}

#[get("/venues/new")]
async fn new_venue(by: Can<KeepRegisters>, page: Page, tools: Tools<'_>) -> Result<Html<VenueFormPage>> {
    Ok(Html::ok(VenueFormPage::new(&by, page, FormView::default(), None, tools).await?))
}

#[post("/venues", data = "<form>")]
async fn add_venue(
    by: Can<KeepRegisters>,
    page: Page,
    form: PageForm<VenueForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<VenueFormPage> {
    let sent = form
        .write(tools.desk, async |work, form| service::add_venue(&by, work, tools.atlas, &form.read()?).await)
        .await;
    let again = async |page, form| VenueFormPage::new(&by, page, form, None, tools).await;
    sent.or_again(page, |id| go(cookies, format!("/venues/{id}"), "venue-saved", &Vec::new()), again).await
}

#[get("/venues/<id>/edit")]
async fn edit_venue(by: Can<KeepRegisters>, page: Page, id: VenueId, tools: Tools<'_>) -> Result<Html<VenueFormPage>> {
    let venue = store::venue(tools.db.reader(), &by.scope(), id).await?;
    let form = filled_venue(&venue, place_of(&venue));
    Ok(Html::ok(VenueFormPage::new(&by, page, form, Some(id), tools).await?))
}

#[post("/venues/<id>/edit", data = "<form>")]
async fn change_venue(
    by: Can<KeepRegisters>,
    page: Page,
    id: VenueId,
    form: PageForm<VenueForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<VenueFormPage> {
    let sent = form
        .write(tools.desk, async |work, form| service::change_venue(&by, work, tools.atlas, id, &form.read()?).await)
        .await;
    let again = async |page, form| VenueFormPage::new(&by, page, form, Some(id), tools).await;
    sent.or_again(page, |()| go(cookies, format!("/venues/{id}"), "venue-saved", &Vec::new()), again).await
}

#[post("/venues/<id>/retire", data = "<form>")]
async fn retire_venue(
    by: Can<KeepRegisters>,
    id: VenueId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/venues/{id}");
    let sent = form.write(tools.desk, async |work, _| service::retire_venue(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), |()| go(cookies, path, "venue-retired", &Vec::new()))
}

struct TrainerRow {
    trainer: trainer::Model,
    institution: String,
}

#[derive(Template)]
#[template(path = "teaching/templates/trainers.html")]
struct TrainersPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<TrainerRow>,
    next: Option<String>,
    keeps: bool,
}

impl TrainersPage {
    fn trade<'t>(&self, trainer: &'t trainer::Model) -> &'t str {
        occupation_name(&trainer.occupation, self.page.locale)
    }

    fn last(trainer: &trainer::Model) -> Option<NaiveDate> {
        last_day(trainer)
    }
}

#[derive(Template)]
#[template(path = "teaching/templates/trainer.html")]
struct TrainerPage {
    page: Page,
    number: String,
    occupation: String,
    last: Option<NaiveDate>,
    institution: String,
    may_change: bool,
    /// Whether the timetable is the reader's own affair.
    keeps: bool,
    trainer: trainer::Model,
}

#[derive(Template)]
#[template(path = "teaching/templates/trainer_form.html")]
struct TrainerFormPage {
    page: Page,
    form: FormView,
    programmes: Vec<(Programme, String)>,
    occupations: Choices,
    trainer: Option<trainer::Model>,
}

impl TrainerFormPage {
    async fn new(
        by: &Can<KeepRegisters>,
        page: Page,
        form: FormView,
        id: Option<TrainerId>,
        tools: Tools<'_>,
    ) -> Result<Self> {
        let trainer = match id {
            Some(id) => Some(store::trainer(tools.db.reader(), &by.scope(), id).await?),
            None => None,
        };
        let trade = |code: &str| (code.to_owned(), occupation_name(code, page.locale).to_owned());
        Ok(Self {
            programmes: Programme::all().map(|programme| (programme, page.word("programme", programme))).collect(),
            occupations: occupations().iter().map(|one| trade(one.code)).collect(),
            page,
            form,
            trainer,
        })
    }

    fn action(&self) -> String {
        self.trainer.as_ref().map_or_else(|| "/trainers".to_owned(), |one| format!("/trainers/{}/edit", one.id))
    }

    fn title(&self) -> String {
        self.page.say(if self.trainer.is_some() { "trainer-edit" } else { "trainer-new" })
    }
}

#[get("/trainers?<status>&<paging..>")]
async fn list_trainers(
    by: Can<ReadRegisters>,
    page: Page,
    status: Option<RegisterStatus>,
    paging: Paging,
    tools: Tools<'_>,
) -> Result<Html<TrainersPage>> {
    paging.check()?;
    let sought = Sought { status, area: paging.area.as_deref(), after: paging.after()? };
    let rows = store::list_trainers(tools.db.reader(), &by.scope(), sought, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let names = organisations::names(tools.db.reader(), rows.items.iter().map(|row| row.organisation_id)).await?;
    let institution = |row: &trainer::Model| names.get(&row.organisation_id).cloned().unwrap_or_default();
    Ok(Html::ok(TrainersPage {
        tabs: tabs(&page, "/trainers", status),
        next: next("/trainers", status, rows.next.clone()),
        rows: rows.items.into_iter().map(|row| TrainerRow { institution: institution(&row), trainer: row }).collect(),
        keeps: by.prove::<KeepRegisters>().is_ok(),
        page,
    }))
}

#[get("/trainers/<id>", rank = 2)]
async fn show_trainer(
    by: Can<ReadRegisters>,
    page: Page,
    id: TrainerId,
    tools: Tools<'_>,
) -> Result<Html<TrainerPage>> {
    let trainer = store::trainer(tools.db.reader(), &by.scope(), id).await?;
    Ok(Html::ok(TrainerPage {
        number: masked_number(tools.vault, &trainer)?,
        occupation: occupation_name(&trainer.occupation, page.locale).to_owned(),
        last: last_day(&trainer),
        institution: organisations::by_id(tools.db.reader(), trainer.organisation_id).await?.name,
        may_change: !trainer.status.open_to(by.role).is_empty(),
        keeps: by.prove::<KeepRegisters>().is_ok(),
        page,
        trainer,
    }))
}

#[get("/trainers/new")]
async fn new_trainer(by: Can<KeepRegisters>, page: Page, tools: Tools<'_>) -> Result<Html<TrainerFormPage>> {
    Ok(Html::ok(TrainerFormPage::new(&by, page, FormView::default(), None, tools).await?))
}

#[post("/trainers", data = "<form>")]
async fn add_trainer(
    by: Can<KeepRegisters>,
    page: Page,
    form: PageForm<TrainerForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<TrainerFormPage> {
    let sent = form
        .write(tools.desk, async |work, form| service::add_trainer(&by, work, tools.vault, &form.read()?).await)
        .await;
    let again = async |page, form| TrainerFormPage::new(&by, page, form, None, tools).await;
    sent.or_again(page, |id| go(cookies, format!("/trainers/{id}"), "trainer-saved", &Vec::new()), again).await
}

#[get("/trainers/<id>/edit")]
async fn edit_trainer(
    by: Can<KeepRegisters>,
    page: Page,
    id: TrainerId,
    tools: Tools<'_>,
) -> Result<Html<TrainerFormPage>> {
    let form = filled_trainer(&store::trainer(tools.db.reader(), &by.scope(), id).await?);
    Ok(Html::ok(TrainerFormPage::new(&by, page, form, Some(id), tools).await?))
}

#[post("/trainers/<id>/edit", data = "<form>")]
async fn change_trainer(
    by: Can<KeepRegisters>,
    page: Page,
    id: TrainerId,
    form: PageForm<TrainerForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<TrainerFormPage> {
    let sent = form
        .write(tools.desk, async |work, form| {
            service::change_trainer(&by, work, tools.vault, id, &form.papers()?).await
        })
        .await;
    let again = async |page, form| TrainerFormPage::new(&by, page, form, Some(id), tools).await;
    sent.or_again(page, |()| go(cookies, format!("/trainers/{id}"), "trainer-saved", &Vec::new()), again).await
}

#[post("/trainers/<id>/retire", data = "<form>")]
async fn retire_trainer(
    by: Can<KeepRegisters>,
    id: TrainerId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/trainers/{id}");
    let sent = form.write(tools.desk, async |work, _| service::retire_trainer(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), |()| go(cookies, path, "trainer-retired", &Vec::new()))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![
        list_venues,
        show_venue,
        new_venue,
        add_venue,
        edit_venue,
        change_venue,
        retire_venue,
        list_trainers,
        show_trainer,
        new_trainer,
        add_trainer,
        edit_trainer,
        change_trainer,
        retire_trainer
    ]
}
