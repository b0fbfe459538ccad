//! The page on which a village worker ticks who was served.

use std::collections::HashMap;

use askama::Template;
use entities::person;
use entities::values::{AreaLevel, PersonId, ServiceKind};
use rocket::{FromForm, Route, State, form::Strict, get, http::CookieJar, post, routes};

use crate::access::Can;
use crate::areas::level_of;
use crate::base::{Error, FieldError, Result};
use crate::data::{Database, Desk};
use crate::people::ledger::forms::{AT_ONCE, NewServices, Ticked};
use crate::people::ledger::service;
use crate::people::pages::{Links, Shown, crumbs};
use crate::people::rights::{LoadFiles, RecordServices};
use crate::people::store;
use crate::web::{FormView, Html, Once, Page, PageForm, go};

#[derive(Template)]
#[template(path = "people/templates/services.html")]
struct ServicesPage {
    page: Page,
    form: FormView,
    area: String,
    area_name: String,
    crumbs: Links,
    kinds: Vec<(ServiceKind, String)>,
    /// The name of a box, and whose it is.
    people: Links,
    most: usize,
    may_load: bool,
}

#[derive(FromForm)]
struct Where {
    area: Once,
}

async fn shown(
    by: &Can<RecordServices>,
    page: Page,
    form: FormView,
    area: &str,
    db: &Database,
) -> Result<ServicesPage> {
    // The largest village has some thousand people.
    const MOST: u64 = 2_000;
    if level_of(area) != Some(AreaLevel::Village) || !by.scope().covers(area) {
        return Err(Error::NotFound("area"));
    }
    let people = store::in_area(db.reader(), &by.scope(), area, MOST).await?;
    let mut bearers: HashMap<&str, usize> = HashMap::new();
    for person in &people {
        *bearers.entry(&person.name).or_default() += 1;
    }
    // Who bears the name of another of the village is told by the birth date too.
    let called = |person: &person::Model| match bearers.get(person.name.as_str()) {
        Some(2..) => format!("{}　{}", person.name, page.day(&person.birth_on)),
        _ => person.name.clone(),
    };
    Ok(ServicesPage {
        people: people.iter().map(|person| (format!("person-{}", person.id), called(person))).collect(),
        kinds: ServiceKind::all().map(|kind| (kind, page.word("service_kind", kind))).collect(),
        crumbs: crumbs(&page, by.actor(), area),
        area_name: page.place(area),
        area: area.to_owned(),
        most: AT_ONCE,
        may_load: by.actor().prove::<LoadFiles>().is_ok(),
        page,
        form,
    })
}

#[get("/people/services?<place..>")]
async fn form(
    by: Can<RecordServices>,
    page: Page,
    place: Strict<Where>,
    db: &State<Database>,
) -> Result<Html<ServicesPage>> {
    let area = place.area.text().unwrap_or(&by.actor().area).to_owned();
    let form = FormView::default().with("held_on", page.today);
    Ok(Html::ok(shown(&by, page, form, &area, db).await?))
}

/// Under the names that the fields have on the page: what is wrong with all is told once, what is wrong with one at the box.
fn by_box(error: Error, people: &[PersonId]) -> Error {
    let Error::Invalid(fields) = error else { return error };
    let mut told: Vec<FieldError> = Vec::new();
    for e in fields {
        let place = e.field.strip_prefix("services[").and_then(|rest| rest.split_once("]."));
        let field = match place {
            Some((n, field)) if field == "person_id" || e.code == "invalid.service_before_birth" => {
                let person = n.parse().ok().and_then(|n: usize| people.get(n));
                person.map_or_else(|| field.to_owned(), |id| format!("person-{id}"))
            }
            Some((_, field)) => field.to_owned(),
            None => e.field.to_string(),
        };
        if !told.iter().any(|other| other.field == field.as_str()) {
            told.push(FieldError { field: field.into(), ..e });
        }
    }
    Error::Invalid(told)
}

#[post("/people/services?<place..>", data = "<form>")]
async fn record(
    by: Can<RecordServices>,
    page: Page,
    place: Strict<Where>,
    form: PageForm<Ticked>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Shown<ServicesPage> {
    let area = place.area.text().unwrap_or(&by.actor().area).to_owned();
    let (input, view) = form.open();
    let done = match input.and_then(Ticked::services) {
        Ok(services) => many(&by, desk, &services).await.map_err(|e| by_box(e, &services.person_ids)),
        Err(e) => Err(e),
    };
    match done {
        Ok(count) => {
            let told = vec![("count", count.to_string())];
            Ok(Ok(go(cookies, format!("/villages/{area}"), "service-recorded_many", &told)))
        }
        Err(e) => {
            let form = view.told(&page, e)?.named(|field| page.known(&format!("service-{field}")));
            Ok(Err(Html::again(shown(&by, page, form, &area, db).await?)))
        }
    }
}

async fn many(by: &Can<RecordServices>, desk: &Desk, services: &NewServices) -> Result<usize> {
    let each = services.each()?;
    Ok(desk.write(async |work| service::record_services(by, work, &each).await).await?.len())
}

pub(crate) fn routes() -> Vec<Route> {
    routes![form, record]
}
