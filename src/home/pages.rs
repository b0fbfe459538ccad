//! The first page of everybody, and the pages of plain text.

use askama::Template;
use chrono::{DateTime, Datelike, Utc};
use entities::values::Role;
use rocket::{Route, State, get, routes};

use crate::access::{Actor, Scope};
use crate::base::clock::year_of;
use crate::base::{Clock, Result};
use crate::data::Database;
use crate::home::lines::{self, Line};
use crate::targets::{self, Card};
use crate::web::{Html, Page};

/// An address and its words.
type Link = (String, String);

#[derive(Template)]
#[template(path = "home/templates/home.html")]
struct HomePage {
    page: Page,
    greeting: String,
    weekday: String,
    mine: Vec<Line>,
    theirs: Vec<Line>,
    /// What stands beside the lists: the area or the organisation of the reader, and where to go from here.
    aside: String,
    links: Vec<Link>,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "home/templates/welcome.html")]
struct WelcomePage {
    page: Page,
    /// The four orders, each in a few words.
    steps: [(&'static str, String); 4],
}

#[derive(Template)]
#[template(path = "web/templates/plain.html")]
struct PlainPage {
    page: Page,
    title: String,
    paragraphs: Vec<String>,
}

type Shown = std::result::Result<Html<HomePage>, Html<WelcomePage>>;

#[get("/")]
async fn home(page: Page, db: &State<Database>, clock: &State<Clock>) -> Result<Shown> {
    match page.actor.clone() {
        Some(actor) => Ok(Ok(Html::ok(home_of(page, &actor, db, clock.now()).await?))),
        None => Ok(Err(Html::ok(welcome(page)))),
    }
}

fn welcome(page: Page) -> WelcomePage {
    let steps = [
        ("", page.say("home-welcome-order")),
        ("", page.say("home-welcome-list")),
        ("", page.say("home-welcome-choose")),
        ("", page.say("home-welcome-pay")),
    ];
    WelcomePage { page, steps }
}

async fn home_of(page: Page, actor: &Actor, db: &Database, now: DateTime<Utc>) -> Result<HomePage> {
    let (mine, theirs) = lines::waiting(db.reader(), actor, now).await?;
    let greeting = match mine.len() {
        0 => page.say1("home-greeting-none", "name", &actor.name),
        count => page.say2("home-greeting", "name", &actor.name, "count", count),
    };
    Ok(HomePage {
        greeting,
        weekday: page.word("weekday", page.today.weekday().number_from_monday()),
        mine: lines::in_words(&page, &mine),
        theirs: lines::in_words(&page, &theirs),
        aside: if actor.area.is_empty() { page.say("home-links") } else { page.place(&actor.area) },
        links: links(&page, actor),
        cards: cards(&page, actor, db).await?,
        page,
    })
}

/// How far the year has come, for those who answer for an area.
async fn cards(page: &Page, actor: &Actor, db: &Database) -> Result<Vec<Card>> {
    let scope = actor.scope();
    match (&scope, actor.role) {
        (
            Scope::Area(area),
            Role::VillageWorker | Role::CountyClerk | Role::CountyChecker | Role::Supervisor | Role::Auditor,
        ) => {
            let asked = (area.as_str(), year_of(page.today));
            let board = targets::board(db.reader(), &scope, &page.atlas, page.today, asked).await?;
            Ok(targets::cards(page, &board))
        }
        _ => Ok(Vec::new()),
    }
}

/// Where each role goes from here, beside what waits.
fn links(page: &Page, actor: &Actor) -> Vec<Link> {
    let link = |href: &str, key: &str| (href.to_owned(), page.say(key));
    // Whether what stands in the records is true.
    let checks = || {
        let seen = [link("/doubts", "home-doubts"), link("/sanctions", "home-sanctions"), link("/risk", "home-risk")];
        let seen = seen.into_iter().chain([link("/inspections", "home-inspections")]);
        let said = [link("/call-backs", "home-call_backs"), link("/complaints", "home-complaints")];
        seen.chain(said)
    };
    // What is looked at after it was paid, and what comes back.
    let after = || [link("/samples", "home-samples"), link("/clawbacks", "home-clawbacks")];
    match actor.role {
        Role::VillageWorker => {
            vec![
                (format!("/villages/{}", actor.area), page.say("home-village")),
                link("/catalogue", "home-catalogue"),
                link("/planned-classes", "home-planned"),
                link("/standards", "home-standards"),
                link("/call-backs", "home-call_backs"),
                link("/my-complaints", "home-complaints"),
                link("/exports", "home-exports"),
            ]
        }
        Role::Trainee => vec![
            link("/my-courses", "home-my-courses"),
            link("/catalogue", "home-catalogue"),
            link("/planned-classes", "home-planned"),
            link("/standards", "home-standards"),
            link("/corrections", "home-corrections"),
            link("/my-complaints", "home-my-complaints"),
            link("/clawbacks", "home-clawbacks"),
            link("/my-data", "home-my-data"),
        ],
        Role::Enterprise => vec![link("/orders", "home-orders"), link("/catalogue", "home-catalogue")],
        Role::Institution => {
            let mut links = vec![link("/classes", "home-classes"), link("/claims", "home-claims")];
            links.extend([link("/standards", "home-standards"), link("/cases", "home-cases")]);
            links.extend([link("/sanctions", "home-sanctions"), link("/clawbacks", "home-clawbacks")]);
            links.extend(actor.organisation.map(|id| (format!("/organisations/{id}/risk"), page.say("home-risk_own"))));
            links.extend([link("/payee-accounts", "home-payees"), link("/inspections", "home-inspections")]);
            links.extend([link("/complaints", "home-complaints"), link("/exports", "home-exports")]);
            links
        }
        Role::Assessor => vec![link("/assessments", "home-assessments"), link("/mailbox", "home-mailbox")],
        Role::FinanceOfficer => {
            let mut links =
                vec![link("/claims", "home-payments"), link("/batches", "home-batches"), link("/funds", "home-funds")];
            links.push(link("/clawbacks", "home-clawbacks"));
            links.extend([link("/standards", "home-standards"), link("/payee-accounts", "home-payees")]);
            links.extend([link("/exports", "home-exports"), link("/delegations", "home-delegations")]);
            links
        }
        Role::CountyClerk | Role::CountyChecker | Role::Supervisor => {
            let (targets, funds) = (link("/targets", "home-targets"), link("/funds", "home-funds"));
            let (rules, lists) = (link("/eligibility", "home-eligibility"), link("/exclusions", "home-exclusions"));
            let papers = link("/revocations", "home-revocations");
            let mut links = vec![
                targets,
                funds,
                link("/batches", "home-batches"),
                link("/standards", "home-standards"),
                rules,
                lists,
                papers,
            ];
            links.extend(after().into_iter().chain(checks()));
            links.extend([link("/payee-accounts", "home-payees"), link("/exports", "home-exports")]);
            links.extend([link("/delegations", "home-delegations"), link("/mailbox", "home-mailbox")]);
            links
        }
        Role::Auditor => {
            let (audit, targets) = (link("/audit", "home-audit"), link("/targets", "home-targets"));
            let (rules, lists) = (link("/eligibility", "home-eligibility"), link("/exclusions", "home-exclusions"));
            let papers = link("/revocations", "home-revocations");
            let mut links = vec![
                audit,
                link("/batches", "home-batches"),
                targets,
                link("/standards", "home-standards"),
                rules,
                lists,
                papers,
            ];
            links.extend(after().into_iter().chain(checks()));
            links.extend([link("/payee-accounts", "home-payees"), link("/exports", "home-exports")]);
            links
        }
        Role::Administrator => {
            let accounts = [link("/accounts", "home-accounts"), link("/delegations", "home-delegations")];
            accounts.into_iter().chain([link("/eligibility", "home-eligibility")]).collect()
        }
    }
}

fn plain(page: Page, title: &str, paragraphs: [&str; 3]) -> Html<PlainPage> {
    let paragraphs = paragraphs.map(|key| page.say(key)).into();
    Html::ok(PlainPage { title: page.say(title), paragraphs, page })
}

#[get("/accessibility")]
fn accessibility(page: Page) -> Html<PlainPage> {
    plain(page, "accessibility-title", ["accessibility-1", "accessibility-2", "accessibility-3"])
}

#[get("/privacy")]
fn privacy(page: Page) -> Html<PlainPage> {
    plain(page, "privacy-title", ["privacy-1", "privacy-2", "privacy-3"])
}

pub(crate) fn routes() -> Vec<Route> {
    routes![home, accessibility, privacy]
}
