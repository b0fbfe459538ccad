//! The list of people with its conditions, and the box in which one is sought.

use std::sync::Arc;

use askama::Template;
use entities::values::{AreaLevel, Role};
use rocket::{Route, State, get, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::areas::level_of;
use crate::base::{Error, Result};
use crate::data::{Database, Vault};
use crate::people::find::coded::{CODED, Condition};
use crate::people::find::service;
use crate::people::forms::{PeopleQuery, SearchForm};
use crate::people::pages::{Links, Shown, badge, crumbs, may};
use crate::people::rights::{DraftPeople, LoadFiles, RecordServices, SeePeople, SeePlight};
use crate::people::views::{PeopleView, PersonLine};
use crate::web::{FormView, Html, Page, PageForm};

/// A pick-list of the filter: its field, its label, its codes with their words.
type Choice = (&'static str, String, Links);

#[derive(Template)]
#[template(path = "people/templates/list.html")]
struct PeoplePage {
    page: Page,
    form: FormView,
    crumbs: Links,
    area: String,
    area_name: String,
    places: Links,
    /// The state first, which most who filter want.
    choices: Vec<Choice>,
    /// Whether one of the others is chosen.
    more: bool,
    chips: Links,
    people: Vec<PersonLine>,
    /// How many there are, where that is known.
    total: Option<i64>,
    next: Option<String>,
    /// Answered a search, which no address repeats: what was typed, and where it goes on.
    found: Option<(String, Option<String>)>,
    may_draft: bool,
    /// Looks at records that may be one person's.
    may_compare: bool,
    may_load: bool,
    /// Of a village, where people are ticked.
    may_record: bool,
    may_name: bool,
    /// Offices look at the exclusion lists and the rules too.
    sees_lists: bool,
}

/// The address of a list with these conditions.
fn address(area: &str, conditions: &[&Condition], after: Option<&str>) -> String {
    let said = conditions.iter().map(|c| format!("&{}={}", c.of.field, c.code));
    let after = after.map(|after| format!("&after={after}"));
    std::iter::once(format!("/people?area={area}")).chain(said).chain(after).collect()
}

fn people_page(page: Page, actor: &Actor, area: Option<&str>, conditions: &[Condition]) -> PeoplePage {
    let area = area.filter(|area| !area.is_empty()).unwrap_or(&actor.area).to_owned();
    let below = page.atlas.children(&area, page.today);
    let own = std::iter::once((area.clone(), page.place(&area)));
    let chip = |one: &Condition| {
        let label = page.say2("person-chip", "field", page.say(one.of.label), "value", one.of.word(&page, &one.code));
        let others: Vec<&Condition> = conditions.iter().filter(|other| other.of.field != one.of.field).collect();
        (label, address(&area, &others, None))
    };
    let is_village = level_of(&area) == Some(AreaLevel::Village);
    let form = FormView::default().with("area", &area);
    PeoplePage {
        form: conditions.iter().fold(form, |form, c| form.with(c.of.field, &c.code)),
        crumbs: crumbs(&page, actor, &area),
        places: own.chain(below.into_iter().map(|place| (place.code.clone(), place.name.clone()))).collect(),
        choices: CODED.iter().map(|of| (of.field, page.say(of.label), of.options(&page))).collect(),
        more: conditions.iter().any(|c| c.of.field != "status"),
        area_name: page.place(&area),
        chips: conditions.iter().map(chip).collect(),
        area,
        people: Vec::new(),
        total: None,
        next: None,
        found: None,
        may_draft: may::<DraftPeople>(&page),
        may_compare: matches!(actor.role, Role::CountyClerk | Role::CountyChecker),
        may_load: may::<LoadFiles>(&page),
        may_record: is_village && may::<RecordServices>(&page),
        may_name: may::<SeePlight>(&page),
        sees_lists: actor.role != Role::VillageWorker,
        page,
    }
}

#[get("/people?<query..>")]
async fn list(
    by: Can<SeePeople>,
    page: Page,
    query: PeopleQuery,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Result<Html<PeoplePage>> {
    let PeopleView { items, next, total } = service::list(&by, db.reader(), vault, &query).await?;
    let conditions = query.conditions()?;
    let shown = people_page(page, by.actor(), query.area.text(), &conditions);
    let all: Vec<&Condition> = conditions.iter().collect();
    let next = next.map(|after| address(&shown.area, &all, Some(&after)));
    Ok(Html::ok(PeoplePage { people: items, next, total, ..shown }))
}

#[post("/people/search", data = "<form>")]
async fn search(
    by: Can<SeePeople>,
    page: Page,
    form: PageForm<SearchForm>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Shown<PeoplePage> {
    let (input, view) = form.open();
    let found = match input {
        Ok(input) => {
            let first = input.after.is_none();
            let search = service::search_for(&input.number, input.after);
            service::search(&by, db.reader(), vault, &search).await.map(|found| (input.number, first, found))
        }
        Err(e) => Err(e),
    };
    let shown = |page| people_page(page, by.actor(), None, &[]);
    match found {
        Ok((typed, first, found)) => match found.items.as_slice() {
            [one] if first && found.next.is_none() => Ok(Ok(Redirect::to(format!("/people/{}", one.id)))),
            _ => {
                let found = PeoplePage { people: found.items, found: Some((typed, found.next)), ..shown(page) };
                Ok(Err(Html::ok(found)))
            }
        },
        Err(e) => {
            let e = match e {
                Error::Forbidden => Error::invalid("number", "invalid.search_name"),
                other => other,
            };
            let form = view.told_at(&page, "number", e)?;
            Ok(Err(Html::again(PeoplePage { form, ..shown(page) })))
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, search]
}
