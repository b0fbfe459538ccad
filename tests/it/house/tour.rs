//! A tour of the whole house: every role follows every kind of link of a demonstration year, in both languages. No link
//! leads nowhere, and no template is left that nobody saw.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;

use entities::values::Role;
use rocket::{http::ContentType, local::asynchronous::Client};
use scraper::{Html, Selector};
use tracing::{Event, Instrument, Subscriber, field::Visit, info_span};
use tracing_subscriber::{Layer, layer::Context, prelude::*, registry::LookupSpan};

use super::floorplan::sources;
use crate::demo::{self, Demo};
use crate::support::app::Answer;

/// Pages of one kind that a role looks at: enough to meet every state that the year holds.
const OF_A_KIND: usize = 6;

/// People by their codes, whose combinations no link leads to, and the sheet of every level.
const FOUND: [&str; 9] = [
    "/people?education=2",
    "/people?ethnicity=22&sex=female&limit=200",
    "/people?status=draft&area=360923",
    "/people?training_wish=16&startup_wish=yes&area=360900&after=360923106206.0190b6a0-0000-7000-8000-000000000000",
    "/villages/360000",
    "/villages/360900",
    "/villages/360923",
    "/villages/360923106",
    "/villages/360923106206",
];

/// Templates that were rendered on the tour, by language. Other tests render beside it; only the tour's own spans count.
static SEEN: Mutex<BTreeMap<&'static str, BTreeSet<String>>> = Mutex::new(BTreeMap::new());

struct Watch;

struct Template(String);

impl Visit for Template {
    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        if field.name() == "template" {
            value.rsplit("::").next().unwrap().clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Watch {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(scope) = context.event_scope(event) else { return };
        let language = scope.into_iter().find_map(|span| match span.name() {
            "tour in Chinese" => Some("zh-CN"),
            "tour in English" => Some("en"),
            _ => None,
        });
        let mut template = Template(String::new());
        event.record(&mut template);
        if let Some(language) = language
            && !template.0.is_empty()
        {
            SEEN.lock().unwrap().entry(language).or_default().insert(template.0);
        }
    }
}

/// Every struct of `src` that is a page.
fn templates() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in sources() {
        for (i, _) in text.match_indices("#[template(path") {
            let rest = &text[i..];
            let name = rest.split("struct ").nth(1).unwrap();
            found.insert(name.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned());
        }
    }
    found
}

/// `/classes/0190…?person=…` and its like are one kind of page.
fn kind_of(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts = path.split('/').map(|part| if part.contains(|c: char| c.is_ascii_digit()) { "*" } else { part });
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap());
    format!("{}?{}", parts.collect::<Vec<_>>().join("/"), names.collect::<Vec<_>>().join("&"))
}

/// Addresses within the house on a page: those of links, without the switches of language and look.
fn links(page: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let link = Selector::parse("a[href^='/']").unwrap();
    let switch = ["/language/", "/theme/", "/size/", "/sign-in", "/docs"];
    page.select(&link)
        // A browser keeps what follows the hash to itself.
        .map(|a| a.attr("href").unwrap().split('#').next().unwrap().to_owned())
        .filter(|href| !switch.iter().any(|start| href.starts_with(start)))
        .collect()
}

struct Tourist<'a> {
    client: &'a Client,
    session: Option<String>,
    language: &'static str,
}

impl Tourist<'_> {
    async fn look(&self, path: &str) -> Answer {
        let mut request = self.client.get(path.to_owned()).cookie(("lang", self.language));
        if let Some(session) = &self.session {
            request = request.cookie(("sidan", session.clone()));
        }
        let span = if self.language == "en" { info_span!("tour in English") } else { info_span!("tour in Chinese") };
        Answer::of(request).instrument(span).await
    }

    /// Types into the box that finds people.
    async fn seek(&self, typed: &str) {
        let Some(session) = &self.session else { return };
        let token = sidan::access::Token::from_visitor(session).form_token();
        let typed = rocket::http::RawStr::new(typed).percent_encode().to_string();
        let form = self.client.post("/people/search").cookie(("sidan", session.clone())).header(ContentType::Form);
        let answer = Answer::of(form.body(format!("_csrf={token}&number={typed}"))).await;
        assert!([200, 303, 403, 422].contains(&answer.status.code), "{}", answer.text);
    }

    /// Follows every kind of link from home on; what does not open, and what is said by its key alone.
    async fn walk(&self, whose: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut seen = BTreeSet::new();
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        let mut next = VecDeque::from(["/".to_owned()]);
        while let Some(path) = next.pop_front() {
            let kind = kinds.entry(kind_of(&path)).or_default();
            if *kind >= OF_A_KIND || !seen.insert(path.clone()) {
                continue;
            }
            *kind += 1;
            let mut answer = self.look(&path).await;
            if let Some(location) = answer.location.clone().filter(|_| answer.status.code == 303) {
                answer = self.look(&location).await;
            }
            if answer.status.code != 200 {
                wrong.push(format!("{whose} in {}: {path} answers {}", self.language, answer.status));
            }
            next.extend(links(&answer.text));
        }
        wrong
    }
}

async fn session(demo: &Demo, client: &Client, role: Role) -> String {
    let one = demo.sign_in(role);
    let token = sidan::access::Token::from_visitor("a-passer-by").form_token();
    let encode = |text: &str| rocket::http::RawStr::new(text).percent_encode().to_string();
    let body = format!("_csrf={token}&login={}&password={}", encode(&one.login), encode(&one.password));
    let request = client.post("/sign-in").cookie(("sidan-visitor", "a-passer-by")).header(ContentType::Form).body(body);
    let answer = Answer::of(request).await;
    let cookie = answer.header("Set-Cookie").unwrap_or_else(|| panic!("{role} cannot sign in: {}", answer.text));
    cookie.split([';', '=']).nth(1).unwrap().to_owned()
}

/// Every role's tour in a language, and a stranger's; what was wrong on it.
pub(super) async fn of_everybody(demo: &Demo, client: &Client, language: &'static str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut sessions: Vec<(String, Option<String>)> = vec![("nobody".to_owned(), None)];
    for role in Role::all() {
        sessions.push((role.to_string(), Some(session(demo, client, role).await)));
    }
    for (whose, session) in sessions {
        let tourist = Tourist { client, session, language };
        wrong.extend(tourist.walk(&whose).await);
        // What no link leads to: the door itself, and a place that is not there.
        for path in ["/sign-in", "/confirm", "/password", "/nowhere"] {
            tourist.look(path).await;
        }
        for path in FOUND {
            tourist.look(path).await;
        }
        for typed in ["陈", "王小", "15400000001"] {
            tourist.seek(typed).await;
        }
    }
    wrong
}

#[rocket::async_test]
async fn every_link_opens_and_every_template_is_shown_in_both_languages() {
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Watch)).unwrap();
    let demo = demo::make(demo::SEED).await;
    let client = demo.serve().await;
    for language in ["zh-CN", "en"] {
        let wrong = of_everybody(&demo, &client, language).await;
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
    let seen = SEEN.lock().unwrap().clone();
    for language in ["zh-CN", "en"] {
        let unseen: Vec<_> = templates().difference(&seen[language]).cloned().collect();
        assert!(unseen.is_empty(), "nobody saw these in {language}: {unseen:?}");
    }
}
