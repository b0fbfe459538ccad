//! The wall that the trainer shows, and the page on the phone of whoever comes and goes.

use std::sync::Arc;

use askama::Template;
use entities::values::{ClassId, SessionId};
use rocket::{
    Request, Route, State, get,
    http::{CookieJar, Header},
    post,
    response::{self, Redirect, Responder},
    routes,
};

use crate::access::{Can, Token};
use crate::attendance::codes::check_in::CheckIn;
use crate::attendance::codes::service::{self, Here, Screen};
use crate::attendance::forms::NewCheckIn;
use crate::attendance::rights::{MarkAttendance, MarkOneself};
use crate::base::Result;
use crate::data::{Rush, Vault};
use crate::web::{FormView, Html, Page, PageForm, Qr, Script, Scripted, Settings, Tools, go, preferences};

/// The phone's mark, so that one phone is known again.
const DEVICE: &str = "sidan-device";

/// A code as it stands on the wall.
struct Shown {
    qr: Qr,
    /// In two groups, so that it is read off easily.
    grouped: String,
    seconds: i64,
}

#[derive(Template)]
#[template(path = "attendance/templates/wall.html")]
struct WallPage {
    page: Page,
    screen: Screen,
    shown: Option<Shown>,
}

impl WallPage {
    /// Why there is no code now.
    fn why(&self) -> String {
        self.screen.code.as_ref().err().map(|e| self.page.sorry(e)).unwrap_or_default()
    }
}

/// A page that comes again when its code changes.
struct Again(Html<WallPage>, Option<i64>);

impl<'r> Responder<'r, 'static> for Again {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut page = self.0.respond_to(request)?;
        if let Some(seconds) = self.1 {
            page.set_header(Header::new("Refresh", seconds.to_string()));
        }
        Ok(page)
    }
}

#[get("/classes/<id>/sessions/<session>/code")]
async fn wall(
    by: Can<MarkAttendance>,
    page: Page,
    id: ClassId,
    session: SessionId,
    tools: Tools<'_>,
    settings: &State<Settings>,
) -> Result<Again> {
    let screen = service::screen(tools.db.reader(), tools.vault, &by, id, session, tools.clock.now()).await?;
    let shown = match &screen.code {
        Err(_) => None,
        Ok((code, seconds)) => {
            let base = settings.base_url.trim_end_matches('/');
            let qr = Qr::of(&format!("{base}/check-in?session={session}&code={code}"))?;
            let (one, two) = code.split_at(code.len() / 2);
            Some(Shown { qr, grouped: format!("{one} {two}"), seconds: *seconds })
        }
    };
    let seconds = shown.as_ref().map(|shown| shown.seconds);
    Ok(Again(Html::ok(WallPage { page, screen, shown }), seconds))
}

#[derive(Template)]
#[template(path = "attendance/templates/check_in.html")]
struct CheckInPage {
    page: Page,
    form: FormView,
    here: Vec<Here>,
}

impl CheckInPage {
    /// The session that the page is about: the one of the code, else the first.
    fn one(&self) -> Option<&Here> {
        let asked = self.form.value("session");
        self.here.iter().find(|one| one.session.id.to_string() == asked).or_else(|| self.here.first())
    }
}

async fn shown(by: &Can<MarkOneself>, page: Page, form: FormView, tools: Tools<'_>) -> Result<CheckInPage> {
    let here = match by.person {
        Some(person) => service::here(tools.db.reader(), person, tools.clock.now()).await?,
        None => Vec::new(),
    };
    let mut shown = CheckInPage { page, form, here };
    if shown.form.value("out").is_empty() {
        let came = shown.one().is_some_and(Here::came);
        shown.form = shown.form.with("out", came);
    }
    Ok(shown)
}

#[get("/check-in?<session>&<code>")]
async fn ask(
    by: Can<MarkOneself>,
    page: Page,
    session: Option<&str>,
    code: Option<&str>,
    tools: Tools<'_>,
    cookies: &CookieJar<'_>,
    settings: &State<Settings>,
) -> Result<Scripted<Html<CheckInPage>>> {
    if cookies.get(DEVICE).is_none() {
        let mark = Token::fresh()?.reveal().to_owned();
        cookies.add(preferences::cookie(DEVICE, mark, settings.secure(), false));
    }
    let form = FormView::default().with("session", session.unwrap_or_default()).with("code", code.unwrap_or_default());
    Ok(Scripted(Html::ok(shown(&by, page, form, tools).await?), Script::Place))
}

/// What the form sends: the code with the session where a QR code told it.
#[derive(Debug, rocket::FromForm)]
struct Typed {
    session: Option<SessionId>,
    code: String,
    out: bool,
    latitude: Option<i32>,
    longitude: Option<i32>,
}

#[post("/check-in", data = "<form>")]
async fn check_in(
    by: Can<MarkOneself>,
    page: Page,
    form: PageForm<Typed>,
    tools: Tools<'_>,
    cookies: &CookieJar<'_>,
    rush: &State<Rush<CheckIn>>,
    vault: &State<Arc<Vault>>,
) -> Result<std::result::Result<Redirect, Scripted<Html<CheckInPage>>>> {
    let (typed, view) = form.open();
    let told = async {
        let typed = typed?;
        let now = tools.clock.now();
        let session = match (typed.session, by.person) {
            (Some(session), _) => Some(session),
            (None, Some(person)) => {
                service::session_of(&service::here(tools.db.reader(), person, now).await?, vault, &typed.code, now)
            }
            (None, None) => None,
        };
        let device = cookies.get(DEVICE).map(|cookie| cookie.value().to_owned());
        let new = NewCheckIn {
            code: typed.code,
            out: typed.out,
            device: None,
            latitude: typed.latitude,
            longitude: typed.longitude,
        };
        rush.ask(CheckIn::new(&by, session, new, device, vault)?).await
    };
    match told.await {
        Ok(told) => {
            let word = if told.out_at.is_some() { "check_in-gone" } else { "check_in-come" };
            Ok(Ok(go(cookies, "/check-in", word, &vec![("minutes", told.minutes.to_string())])))
        }
        Err(e) => {
            let form = view.told_at(&page, "code", e)?;
            Ok(Err(Scripted(Html::again(shown(&by, page, form, tools).await?), Script::Place)))
        }
    }
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![wall, ask, check_in]
}
