//! Pages: a person, a new person, files of people. The list stands in [`crate::people::find`].

use std::sync::Arc;

use askama::Template;
use entities::values::{PersonId, PersonStatus, PovertyStatus, ServiceKind};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can, Right};
use crate::base::Result;
use crate::data::{Database, Desk, Vault, Work};
use crate::people::codes::{
    CAUSE, EDUCATION, EMPLOYMENT_STATUS, EMPLOYMENT_WISH, ETHNICITY, HEALTH, List, MARITAL, POLITICAL, REGISTRATION,
    RELATION, TRAINING_WISH,
};
use crate::people::find;
use crate::people::forms::{Exit, Registration, Return, ServiceForm, SuspendReason, Suspension};
use crate::people::history;
use crate::people::ledger;
use crate::people::lists::{Hints, Lists, label, naming, told, villages};
use crate::people::rights::{DraftPeople, RecordServices, RevealPeople, SeePeople, VerifyPeople};
use crate::people::service::{self, Surroundings};
use crate::people::views::{ChangeView, PersonLine, PersonView};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Tools, back, go, on};

pub(super) use crate::web::Shown;

pub(super) type Links = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "people/templates/person.html")]
struct PersonPage {
    page: Page,
    form: FormView,
    /// The address of the person's page.
    path: String,
    person: PersonView,
    sections: Vec<Section>,
    around: Surroundings,
    crumbs: Links,
    kinds: Vec<(ServiceKind, String)>,
    reasons: Vec<(&'static str, String)>,
    history: Vec<Changed>,
    may_exit: bool,
    may_return: bool,
    may_correct: bool,
    may_verify: bool,
    may_record: bool,
    may_choose: bool,
    may_reveal: bool,
}

/// A line of the history in words.
struct Changed {
    label: String,
    old: String,
    new: String,
    /// What stands where the ends of a number that are shown did not change.
    same_ends: bool,
    change: ChangeView,
}

/// A part of the facts under its own heading.
struct Section {
    title: String,
    facts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "people/templates/new.html")]
struct NewPage {
    page: Page,
    form: FormView,
    villages: Vec<(String, Links)>,
    lists: Lists,
    hints: Hints,
    /// The person is new, and so may the household be.
    fresh: bool,
}

pub(super) fn may<R: Right>(page: &Page) -> bool {
    page.actor.as_ref().is_some_and(|actor| actor.prove::<R>().is_ok())
}

/// The kind of badge for a state, as this reader sees it.
pub(super) fn badge(page: &Page, line: &PersonLine) -> &'static str {
    match line.status {
        PersonStatus::Draft if page.is_mine(line.waiting_on) => "yours",
        PersonStatus::Draft => "draft",
        PersonStatus::Verified => "done",
        PersonStatus::Suspended | PersonStatus::Merged => "held",
    }
}

/// The way from the reader's own area down to this one.
pub(super) fn crumbs(page: &Page, actor: &Actor, area: &str) -> Links {
    let path = page.atlas.path_names(area, page.today);
    let seen = path.into_iter().filter(|(code, _)| actor.scope().covers(code));
    seen.map(|(code, name)| (format!("/people?area={code}"), name.to_owned())).collect()
}

/// A value, or the sign for none.
fn or_none(value: impl Into<String>) -> String {
    Some(value.into()).filter(|value| !value.is_empty()).unwrap_or_else(|| "—".to_owned())
}

/// The facts of the registry, in four parts of six.
fn sections(page: &Page, person: &PersonView) -> Vec<Section> {
    let word = |list: &List, code: &str| or_none(list.word(code, page.is_en()));
    let words = |list: &List, codes: &[String]| {
        let told: Vec<String> = codes.iter().map(|code| list.word(code, page.is_en())).collect();
        or_none(told.join(&page.say("person-and")))
    };
    let hidden = || page.say("person-hidden");
    let plight = person.plight.as_ref();
    let day = |day: Option<&chrono::NaiveDate>| or_none(day.map(|day| page.day(day)).unwrap_or_default());
    let section = |title: &str, facts: Vec<(&str, String)>| Section {
        title: page.say(title),
        facts: facts.into_iter().map(|(key, value)| (page.say(key), value)).collect(),
    };
    let yes = |yes: bool| page.say(if yes { "form-yes" } else { "form-no" });
    vec![
        section(
            "person-part-identity",
            vec![
                ("person-name", person.line.name.clone()),
                ("person-id_number", person.line.masked_id.clone()),
                ("person-sex", page.word("sex", person.line.sex)),
                ("person-birth", page.day(&person.line.birth_on)),
                ("person-ethnicity", word(&ETHNICITY, &person.ethnicity)),
                ("person-education", word(&EDUCATION, &person.education)),
                ("person-political", word(&POLITICAL, &person.political)),
                ("person-marital", word(&MARITAL, &person.marital)),
            ],
        ),
        section(
            "person-part-household",
            vec![
                ("person-area", page.place(&person.line.area_code)),
                ("person-address", plight.map_or_else(hidden, |p| or_none(p.address.as_str()))),
                ("person-registration", word(&REGISTRATION, &person.registration)),
                ("person-household", or_none(person.household_number.clone().unwrap_or_default())),
                ("person-relation", word(&RELATION, &person.relation)),
                ("person-phone", or_none(person.masked_phone.clone().unwrap_or_default())),
                ("person-bank", or_none(person.masked_bank_account.clone().unwrap_or_default())),
            ],
        ),
        section(
            "person-part-poverty",
            vec![
                ("person-poverty", page.word("poverty_status", person.line.poverty_status)),
                ("person-exited", day(person.exited_on.as_ref())),
                ("person-main_cause", plight.map_or_else(hidden, |p| word(&CAUSE, &p.main_cause))),
                ("person-other_causes", plight.map_or_else(hidden, |p| words(&CAUSE, &p.other_causes))),
                ("person-health", plight.map_or_else(hidden, |p| words(&HEALTH, &p.health))),
                ("person-labour", page.word("labour_capacity", person.labour_capacity)),
                ("person-helper", or_none(person.helper.as_str())),
            ],
        ),
        section(
            "person-part-work",
            vec![
                ("person-employment", word(&EMPLOYMENT_STATUS, &person.employment_status)),
                ("person-skills", or_none(person.skills.as_str())),
                ("person-employment_wish", word(&EMPLOYMENT_WISH, &person.employment_wish)),
                ("person-training_wish", word(&TRAINING_WISH, &person.training_wish)),
                ("person-startup_wish", yes(person.startup_wish)),
                ("person-verified", day(person.verified_on.as_ref())),
            ],
        ),
    ]
}

fn changed(page: &Page, change: ChangeView) -> Changed {
    Changed {
        label: label(page, change.field),
        old: told(page, change.field, change.old.as_deref()),
        new: told(page, change.field, change.new.as_deref()),
        same_ends: change.old == change.new && change.old.is_some(),
        change,
    }
}

async fn person_page(
    by: &Can<SeePeople>,
    page: Page,
    form: FormView,
    id: PersonId,
    db: &Database,
    vault: &Vault,
) -> Result<PersonPage> {
    let person = service::show(by, db.reader(), vault, id, page.today).await?;
    let history = history::of_person(by, db.reader(), vault, id).await?;
    let around = service::surroundings(by, db.reader(), vault, &person).await?;
    let live = matches!(person.line.status, PersonStatus::Draft | PersonStatus::Verified);
    let poor = matches!(person.line.poverty_status, PovertyStatus::Registered | PovertyStatus::Monitored);
    let verifies = may::<VerifyPeople>(&page);
    Ok(PersonPage {
        history: history.into_iter().map(|change| changed(&page, change)).collect(),
        may_exit: live && poor && verifies,
        may_return: live && person.line.poverty_status == PovertyStatus::Exited && verifies,
        may_correct: person.line.status != PersonStatus::Merged && may::<DraftPeople>(&page),
        sections: sections(&page, &person),
        crumbs: crumbs(&page, by.actor(), &person.line.area_code),
        kinds: ServiceKind::all().map(|kind| (kind, page.word("service_kind", kind))).collect(),
        reasons: SuspendReason::ALL.map(|r| (r.as_str(), page.word("person-reason", r.as_str()))).to_vec(),
        may_verify: verifies,
        may_record: live && may::<RecordServices>(&page),
        may_reveal: may::<RevealPeople>(&page),
        may_choose: person.line.status == PersonStatus::Verified && may::<DraftPeople>(&page),
        path: format!("/people/{id}"),
        page,
        form,
        person,
        around,
    })
}

/// A merged record has no page of its own any more: it is found where it went.
#[get("/people/<id>")]
async fn show(
    by: Can<SeePeople>,
    page: Page,
    id: PersonId,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
) -> Shown<PersonPage> {
    let form = FormView::default().with("held_on", page.today);
    let shown = person_page(&by, page, form, id, db, vault).await?;
    match shown.person.merged_into {
        Some(keeper) => Ok(Ok(go(cookies, format!("/people/{keeper}"), "person-merged-here", &Vec::new()))),
        None => Ok(Err(Html::ok(shown))),
    }
}

/// The page with a form that came back, which names the fields that are wrong.
async fn person_again(
    sees: &Can<SeePeople>,
    page: Page,
    form: FormView,
    id: PersonId,
    tools: Tools<'_>,
) -> Result<PersonPage> {
    let form = form.named(naming(&page));
    person_page(sees, page, form, id, tools.db, tools.vault).await
}

#[post("/people/<id>/exit", data = "<form>")]
async fn exit(
    by: Can<VerifyPeople>,
    sees: Can<SeePeople>,
    page: Page,
    id: PersonId,
    form: PageForm<Exit>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<PersonPage> {
    let deed = async |work: &Work, input| history::exit(&by, work, tools.vault, id, &input).await;
    let again = async |page, form| person_again(&sees, page, form, id, tools).await;
    form.write(tools.desk, deed)
        .await
        .or_again(page, on(cookies, format!("/people/{id}"), "person-exit-done"), again)
        .await
}

#[post("/people/<id>/return", data = "<form>")]
async fn come_back(
    by: Can<VerifyPeople>,
    sees: Can<SeePeople>,
    page: Page,
    id: PersonId,
    form: PageForm<Return>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<PersonPage> {
    let deed = async |work: &Work, input| history::come_back(&by, work, tools.vault, id, &input).await;
    let again = async |page, form| person_again(&sees, page, form, id, tools).await;
    form.write(tools.desk, deed)
        .await
        .or_again(page, on(cookies, format!("/people/{id}"), "person-return-done"), again)
        .await
}

fn new_page(page: Page, actor: &Actor, form: FormView) -> NewPage {
    NewPage {
        villages: villages(&page, &actor.area),
        lists: Lists::of(&page),
        hints: Hints {
            id_number: page.say("person-id_number-hint"),
            phone: page.say("person-phone-hint"),
            bank_account: String::new(),
            exited_on: page.say("person-exited-hint"),
        },
        fresh: true,
        page,
        form,
    }
}

#[get("/people/new")]
fn new_form(by: Can<DraftPeople>, page: Page) -> Html<NewPage> {
    let form = FormView::default().with("area_code", &by.actor().area).with("ethnicity", "01");
    Html::ok(new_page(page, by.actor(), form))
}

#[post("/people", data = "<form>")]
async fn register(
    by: Can<DraftPeople>,
    page: Page,
    form: PageForm<Registration>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewPage> {
    let deed = async |work: &Work, input| {
        service::register(&by, work, tools.vault, tools.atlas, &input).await.map(|person| person.id)
    };
    let on = |id| go(cookies, format!("/people/{id}"), "person-registered", &Vec::new());
    let again = async |page: Page, form: FormView| {
        let form = form.named(naming(&page));
        Ok(new_page(page, by.actor(), form))
    };
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

#[post("/people/<id>/verify", data = "<form>")]
async fn verify(
    by: Can<VerifyPeople>,
    id: PersonId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/people/{id}");
    let sent = form.write(tools.desk, async |work, _| service::verify(&by, work, tools.vault, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "person-verified-done"))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/people/<id>/suspend", data = "<form>")]
async fn suspend(
    by: Can<VerifyPeople>,
    sees: Can<SeePeople>,
    page: Page,
    id: PersonId,
    form: PageForm<Suspension>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    desk: &State<Desk>,
) -> Shown<PersonPage> {
    let (input, view) = form.open();
    match input {
        Ok(input) => {
            let path = format!("/people/{id}");
            match desk.write(async |work| service::suspend(&by, work, vault, id, input.reason).await).await {
                Ok(_) => Ok(Ok(go(cookies, path, "person-suspended-done", &Vec::new()))),
                Err(e) => Ok(Ok(back(cookies, path, e)?)),
            }
        }
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(person_page(&sees, page, form, id, db, vault).await?)))
        }
    }
}

#[post("/people/<id>/restore", data = "<form>")]
async fn restore(
    by: Can<VerifyPeople>,
    id: PersonId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/people/{id}");
    let sent = form.write(tools.desk, async |work, _| service::restore(&by, work, tools.vault, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "person-restored-done"))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/people/<id>/services", data = "<form>")]
async fn record_service(
    by: Can<RecordServices>,
    sees: Can<SeePeople>,
    page: Page,
    id: PersonId,
    form: PageForm<ServiceForm>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    vault: &State<Arc<Vault>>,
    desk: &State<Desk>,
) -> Shown<PersonPage> {
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => desk.write(async |work| ledger::service::record_service(&by, work, &input.of(id)).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(Ok(go(cookies, format!("/people/{id}"), "service-recorded", &Vec::new()))),
        Err(e) => {
            let form = view.told(&page, e)?.named(|field| page.known(&format!("service-{field}")));
            Ok(Err(Html::again(person_page(&sees, page, form, id, db, vault).await?)))
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    let own = routes![new_form, register, show, verify, suspend, restore, exit, come_back, record_service];
    [find::pages::routes(), ledger::pages::routes(), own].concat()
}
