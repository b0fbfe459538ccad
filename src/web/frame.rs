//! The frame around a page: language, look, who is signed in, where one can go, what just happened.

use std::{convert::Infallible, fmt::Display, sync::Arc};

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use entities::values::{Fen, Role};
use rocket::{
    Request,
    http::{CookieJar, Method, Status},
    request::{FromRequest, Outcome},
};

use crate::access::{Actor, AskForExports, Behalf, Token, guard};
use crate::areas::Atlas;
use crate::base::error::Args;
use crate::base::{Clock, Error, clock, money};
use crate::data::{Database, outbox};
use crate::web::assets;
use crate::web::lexicon::{Lexicon, Locale};
use crate::web::preferences::{LANGUAGE, SIZE, THEME};
use crate::web::settings::Settings;

/// Cookie that carries what the last step has to say to the next page.
pub(crate) const FLASH: &str = "sidan-flash";
/// Cookie that ties the forms of a visitor who is not signed in to that visitor.
pub(crate) const VISITOR: &str = "sidan-visitor";

/// What every template knows.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub locale: Locale,
    lexicon: Arc<Lexicon>,
    pub atlas: Arc<Atlas>,
    pub today: NaiveDate,
    pub actor: Option<Actor>,
    pub who: Option<Who>,
    pub nav: Vec<NavItem>,
    pub flash: Option<Flash>,
    pub csrf: String,
    /// This page's own address, to come back to.
    pub path: String,
    pub theme: &'static str,
    pub elder: bool,
    pub css: &'static str,
    pub other_locale: &'static str,
    pub other_name: &'static str,
}

#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub name: String,
    pub role_name: String,
    pub area_name: String,
}

#[derive(Clone, Debug)]
pub(crate) struct NavItem {
    pub label: String,
    pub href: &'static str,
    pub current: bool,
    /// Things there that wait for this reader.
    pub count: i64,
}

/// What just happened, in words.
#[derive(Clone, Debug)]
pub(crate) struct Flash {
    pub text: String,
    pub bad: bool,
}

#[expect(clippy::unused_self, reason = "templates call everything on the page")]
impl Page {
    pub(crate) fn lang(&self) -> &'static str {
        self.locale.tag()
    }

    pub(crate) fn is_en(&self) -> bool {
        self.locale == Locale::En
    }

    /// In whose place the reader acts at the moment.
    pub(crate) fn behalf(&self) -> Option<Behalf> {
        self.actor.as_ref().and_then(|actor| actor.behalf.clone())
    }

    /// The script of a page of work that goes on.
    pub(crate) fn live_href(&self) -> &'static str {
        assets::live_href()
    }

    /// The script that asks where a phone is.
    pub(crate) fn place_href(&self) -> &'static str {
        assets::place_href()
    }

    pub(crate) fn say(&self, key: &str) -> String {
        self.lexicon.say(self.locale, key, &[])
    }

    pub(crate) fn say1(&self, key: &str, name: &str, value: impl Display) -> String {
        self.lexicon.say(self.locale, key, &[(name, &value)])
    }

    pub(crate) fn say2(&self, key: &str, a: &str, va: impl Display, b: &str, vb: impl Display) -> String {
        self.lexicon.say(self.locale, key, &[(a, &va), (b, &vb)])
    }

    #[expect(clippy::too_many_arguments, reason = "three named values read best in one line of a template")]
    pub(crate) fn say3(
        &self,
        key: &str,
        a: &str,
        va: impl Display,
        b: &str,
        vb: impl Display,
        c: &str,
        vc: impl Display,
    ) -> String {
        self.lexicon.say(self.locale, key, &[(a, &va), (b, &vb), (c, &vc)])
    }

    pub(crate) fn knows(&self, key: &str) -> bool {
        self.lexicon.knows(self.locale, key)
    }

    /// What stands under that key, if anything does.
    pub(crate) fn known(&self, key: &str) -> Option<String> {
        self.knows(key).then(|| self.say(key))
    }

    pub(crate) fn explain(&self, code: &str, args: &Args) -> String {
        self.lexicon.explain(self.locale, code, args)
    }

    /// The text of an error as a sentence.
    pub(crate) fn sorry(&self, error: &Error) -> String {
        match error {
            Error::Refused(refusal) => self.explain(refusal.code, &refusal.args),
            other => self.say(other.code()),
        }
    }

    /// The text of a word of a fixed list, `role-trainee`.
    pub(crate) fn word(&self, kind: &str, word: impl Display) -> String {
        self.say(&format!("{kind}-{word}"))
    }

    /// The name of a division in today's list.
    pub(crate) fn place(&self, code: &str) -> String {
        self.place_on(code, self.today)
    }

    /// The name of a division in the list of a day.
    pub(crate) fn place_on(&self, code: &str, on: NaiveDate) -> String {
        self.atlas.name(code, on).unwrap_or(code).to_owned()
    }

    pub(crate) fn yuan(&self, fen: &Fen) -> String {
        money::yuan(*fen)
    }

    pub(crate) fn count(&self, number: impl TryInto<i64>) -> String {
        money::grouped(number.try_into().unwrap_or_default())
    }

    /// `2016年12月5日` or `5 Dec 2016`.
    pub(crate) fn day(&self, day: &NaiveDate) -> String {
        match self.locale {
            Locale::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
            Locale::En => day.format("%-d %b %Y").to_string(),
        }
    }

    /// A day of this year, without the year.
    pub(crate) fn short_day(&self, day: &NaiveDate) -> String {
        if day.year() != self.today.year() {
            return self.day(day);
        }
        match self.locale {
            Locale::Zh => format!("{}月{}日", day.month(), day.day()),
            Locale::En => day.format("%-d %b").to_string(),
        }
    }

    pub(crate) fn iso(&self, day: &NaiveDate) -> String {
        day.to_string()
    }

    /// `17:30`
    pub(crate) fn clock(&self, instant: &DateTime<Utc>) -> String {
        let time = clock::time_of(*instant);
        format!("{}:{:02}", time.hour(), time.minute())
    }

    pub(crate) fn day_of(&self, instant: &DateTime<Utc>) -> NaiveDate {
        clock::day_of(*instant)
    }

    /// `12月5日 17:30`
    pub(crate) fn moment(&self, instant: &DateTime<Utc>) -> String {
        format!("{} {}", self.short_day(&clock::day_of(*instant)), self.clock(instant))
    }

    pub(crate) fn role(&self) -> Option<Role> {
        self.actor.as_ref().map(|actor| actor.role)
    }

    /// Whether this reader may have lists as files.
    pub(crate) fn may_export(&self) -> bool {
        self.actor.as_ref().is_some_and(|actor| actor.prove::<AskForExports>().is_ok())
    }

    /// Whether it is this reader's turn.
    pub(crate) fn is_mine(&self, role: Option<Role>) -> bool {
        role.is_some() && self.role() == role
    }
}

/// Where each role can go. Field roles have few entries, office roles one per order.
fn destinations(role: Option<Role>) -> &'static [(&'static str, &'static str)] {
    const HOME: (&str, &str) = ("nav-home", "/");
    const CATALOGUE: (&str, &str) = ("nav-catalogue", "/catalogue");
    const NOTICES: (&str, &str) = ("nav-notices", "/notices");
    const CLASSES: (&str, &str) = ("nav-classes", "/classes");
    const ORDERS: (&str, &str) = ("nav-orders", "/orders");
    const COURSES: (&str, &str) = ("nav-courses", "/courses");
    const CLAIMS: (&str, &str) = ("nav-claims", "/claims");
    const FUNDS: (&str, &str) = ("nav-funds", "/funds");
    const PEOPLE: (&str, &str) = ("nav-people", "/people");
    const TARGETS: (&str, &str) = ("nav-targets", "/targets");
    const MAILBOX: (&str, &str) = ("nav-messages", "/mailbox");
    const AUDIT: (&str, &str) = ("nav-audit", "/audit");
    const ACCOUNTS: (&str, &str) = ("nav-accounts", "/accounts");
    match role {
        None => &[CATALOGUE, NOTICES, ("nav-verify", "/verify")],
        Some(Role::Trainee) => {
            &[HOME, ("nav-my-courses", "/my-courses"), ("nav-check_in", "/check-in"), CATALOGUE, MAILBOX]
        }
        Some(Role::VillageWorker) => &[HOME, PEOPLE, CATALOGUE, TARGETS, MAILBOX],
        Some(Role::Institution) => &[HOME, COURSES, CLASSES, CLAIMS, MAILBOX],
        Some(Role::Assessor) => &[HOME, ("nav-assessments", "/assessments"), MAILBOX],
        Some(Role::Enterprise) => &[HOME, ORDERS, CATALOGUE, MAILBOX],
        Some(Role::CountyClerk | Role::CountyChecker) => {
            &[HOME, ORDERS, COURSES, CLASSES, CLAIMS, FUNDS, PEOPLE, TARGETS]
        }
        Some(Role::FinanceOfficer) => &[HOME, CLAIMS, FUNDS, MAILBOX],
        Some(Role::Supervisor) => &[HOME, TARGETS, ORDERS, COURSES, CLASSES, CLAIMS, FUNDS],
        Some(Role::Auditor) => &[HOME, TARGETS, ORDERS, COURSES, CLASSES, CLAIMS, FUNDS, AUDIT],
        Some(Role::Administrator) => &[HOME, ACCOUNTS],
    }
}

/// The language of this request: the cookie on a page, else what the client accepts.
pub(crate) fn locale_of(request: &Request<'_>) -> Locale {
    if !request.uri().path().starts_with("/api/")
        && let Some(cookie) = request.cookies().get(LANGUAGE)
        && let Some(locale) = Locale::from_tag(cookie.value())
    {
        return locale;
    }
    request.headers().get_one("Accept-Language").map(Locale::accepted).unwrap_or_default()
}

/// The language that the caller asks for.
pub(crate) struct Spoken(pub Locale);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Spoken {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        Outcome::Success(Self(locale_of(request)))
    }
}

/// The secret that ties forms to this visitor: of the session, or of a cookie that is set when there is none yet.
fn form_token(cookies: &CookieJar<'_>, session: Option<&Token>, secure: bool) -> Result<String, Error> {
    if let Some(token) = session {
        return Ok(token.form_token());
    }
    if let Some(cookie) = cookies.get(VISITOR) {
        return Ok(Token::from_visitor(cookie.value()).form_token());
    }
    let token = Token::fresh()?;
    cookies.add(crate::web::preferences::cookie(VISITOR, token.reveal().to_owned(), secure, true));
    Ok(token.form_token())
}

/// Where a link leads that comes back to this page. An answer to a form may have no address of its own: then it is the
/// nearest page above.
pub(crate) fn place_of(request: &Request<'_>) -> String {
    let mut path = request.uri().path().as_str();
    if request.method() != Method::Post {
        return request.uri().to_string();
    }
    let pages: Vec<&str> =
        request.rocket().routes().filter(|r| r.method == Method::Get).map(|r| r.uri.path()).collect();
    let mut template = request.route().map_or("", |route| route.uri.path());
    while !pages.contains(&template) {
        let (Some((above, _)), Some((room, _))) = (path.rsplit_once('/'), template.rsplit_once('/')) else {
            return "/".to_owned();
        };
        (path, template) = (above, room);
    }
    path.to_owned()
}

async fn build(request: &Request<'_>) -> Result<Page, Error> {
    let rocket = request.rocket();
    let missing = || Error::internal("the frame lacks its state");
    let lexicon = rocket.state::<Arc<Lexicon>>().ok_or_else(missing)?.clone();
    let atlas = rocket.state::<Arc<Atlas>>().ok_or_else(missing)?.clone();
    let today = rocket.state::<Clock>().ok_or_else(missing)?.today();
    let settings = rocket.state::<Settings>().ok_or_else(missing)?;
    let cookies = request.cookies();
    let locale = locale_of(request);
    let actor = match guard::actor_of(request).await {
        Ok(actor) => Some(actor),
        Err(Error::Unauthenticated) => None,
        Err(e) => return Err(e),
    };
    let session = actor.as_ref().and_then(|_| guard::token_of(request)).map(|(token, _)| token);
    let path = request.uri().path().to_string();
    let unread = match (&actor, rocket.state::<Database>()) {
        (Some(actor), Some(db)) => outbox::unread(db.reader(), actor.account).await?.try_into().unwrap_or(i64::MAX),
        _ => 0,
    };
    let nav = destinations(actor.as_ref().map(|a| a.role))
        .iter()
        .map(|(key, href)| NavItem {
            label: lexicon.say(locale, key, &[]),
            href,
            current: if *href == "/" { path == "/" } else { path.starts_with(href) },
            count: if *href == "/mailbox" { unread } else { 0 },
        })
        .collect();
    let who = actor.as_ref().map(|actor| Who {
        name: actor.name.clone(),
        role_name: lexicon.say(locale, &format!("role-{}", actor.role), &[]),
        area_name: atlas.name(&actor.area, today).unwrap_or_default().to_owned(),
    });
    Ok(Page {
        locale,
        who,
        nav,
        flash: take_flash(cookies, &lexicon, locale, settings.secure()),
        csrf: form_token(cookies, session.as_ref(), settings.secure())?,
        path: rocket::http::RawStr::new(&place_of(request)).percent_encode().to_string(),
        theme: match cookies.get(THEME).map(|c| c.value().to_owned()).as_deref() {
            Some("dark") => "dark",
            Some("light") => "light",
            _ => "",
        },
        elder: cookies.get(SIZE).is_some_and(|c| c.value() == "large"),
        css: assets::css_href(),
        other_locale: locale.other().tag(),
        other_name: locale.other().name(),
        actor,
        lexicon,
        atlas,
        today,
    })
}

/// The flash cookie names a text key and its arguments, so that it is told in the language of the page that shows it.
fn take_flash(cookies: &CookieJar<'_>, lexicon: &Lexicon, locale: Locale, secure: bool) -> Option<Flash> {
    let cookie = cookies.get(FLASH)?;
    let kept: (bool, String, Vec<(String, String)>) = serde_json::from_str(cookie.value()).ok()?;
    cookies.remove(crate::web::preferences::cookie(FLASH, String::new(), secure, true));
    let (bad, code, args) = kept;
    if !lexicon.knows(locale, &code) {
        return None;
    }
    let args: Vec<(&str, &dyn Display)> = args.iter().map(|(n, v)| (n.as_str(), v as &dyn Display)).collect();
    Some(Flash { text: lexicon.say(locale, &code, &args), bad })
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Page {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        match page_of(request).await {
            Ok(page) => Outcome::Success(page),
            Err(e) => Outcome::Error((Status::ServiceUnavailable, e)),
        }
    }
}

/// The frame of this request, made once.
pub(crate) async fn page_of(request: &Request<'_>) -> Result<Page, Error> {
    request.local_cache_async(async { build(request).await }).await.clone()
}
