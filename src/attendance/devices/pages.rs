//! The roster that works without network: a page that a phone or a laptop can install, its worker, and the list of devices.
//! Its script signs what is tapped, keeps it on the device, and sends it when there is a network. Who has no script uses
//! the roster of the class.

use std::sync::LazyLock;

use askama::Template;
use entities::values::RosterDeviceId;
use rocket::{
    FromForm, Route, get,
    http::{ContentType, CookieJar, Header},
    post,
    response::{Redirect, Responder},
    routes,
    serde::json::Json,
};
use serde::Serialize;

use crate::access::Can;
use crate::attendance::devices::forms::{NewRosterDevice, SentMark};
use crate::attendance::devices::service;
use crate::attendance::devices::views::{OfflineRosters, Outcome, RosterDeviceView};
use crate::attendance::rights::MarkAttendance;
use crate::base::{Error, Result};
use crate::web::{Html, Nothing, Page, PageForm, Script, Scripted, Tools, on, script_href, style_href};

const SCRIPT: &str = include_str!("../static/offline.js");
const WORKER: &str = include_str!("../static/worker.js");

static SCRIPT_HREF: LazyLock<String> = LazyLock::new(|| script_href("offline", SCRIPT));

/// The worker with the names of what it keeps: another build keeps something else, and is another worker.
static WORKER_TEXT: LazyLock<String> =
    LazyLock::new(|| WORKER.replace("{style}", style_href()).replace("{script}", &SCRIPT_HREF));

#[derive(Template)]
#[template(path = "attendance/templates/offline.html")]
struct OfflinePage {
    page: Page,
    script: &'static str,
}

#[get("/offline-roster")]
fn shell(_by: Can<MarkAttendance>, page: Page) -> Scripted<Html<OfflinePage>> {
    Scripted(Html::ok(OfflinePage { page, script: &SCRIPT_HREF }), Script::Offline)
}

/// What the device keeps, and the token with which it sends.
#[derive(Serialize)]
struct Kept {
    csrf: String,
    #[serde(flatten)]
    rosters: OfflineRosters,
}

#[get("/offline-roster/data")]
async fn data(by: Can<MarkAttendance>, page: Page, tools: Tools<'_>) -> Result<Json<Kept>> {
    let rosters = service::rosters(tools.db.reader(), tools.vault, &by, tools.clock.now()).await?;
    Ok(Json(Kept { csrf: page.csrf, rosters }))
}

#[post("/roster-devices", data = "<form>")]
async fn register(
    by: Can<MarkAttendance>,
    form: PageForm<NewRosterDevice>,
    tools: Tools<'_>,
) -> Result<Json<RosterDeviceView>> {
    let new = form.open().0?;
    Ok(Json(tools.desk.write(async |work| service::register(&by, work, &new).await).await?.into()))
}

/// Marks as the script sends them: JSON in a field of a form that is ours.
#[derive(Debug, FromForm)]
struct SentForm {
    marks: String,
}

/// A verdict in the reader's language.
#[derive(Serialize)]
struct Verdict {
    sequence: i64,
    outcome: Outcome,
    message: String,
}

#[post("/roster-devices/<id>/marks", data = "<form>")]
async fn receive(
    by: Can<MarkAttendance>,
    page: Page,
    id: RosterDeviceId,
    form: PageForm<SentForm>,
    tools: Tools<'_>,
) -> Result<Json<Vec<Verdict>>> {
    let sent = form.open().0?.marks;
    let sent: Vec<SentMark> = serde_json::from_str(&sent).map_err(|_| Error::invalid("marks", "invalid.unreadable"))?;
    let verdicts = tools.desk.write(async |work| service::receive(&by, work, id, &sent).await).await?;
    Ok(Json(
        verdicts
            .into_iter()
            .map(|verdict| Verdict {
                sequence: verdict.sequence,
                outcome: verdict.outcome,
                message: verdict.code.map(|code| page.explain(code, &verdict.args)).unwrap_or_default(),
            })
            .collect(),
    ))
}

#[derive(Template)]
#[template(path = "attendance/templates/devices.html")]
struct DevicesPage {
    page: Page,
    devices: Vec<RosterDeviceView>,
}

#[get("/roster-devices")]
async fn list(by: Can<MarkAttendance>, page: Page, tools: Tools<'_>) -> Result<Html<DevicesPage>> {
    let devices = service::list(tools.db.reader(), &by.scope()).await?.into_iter().map(Into::into).collect();
    Ok(Html::ok(DevicesPage { page, devices }))
}

#[post("/roster-devices/<id>/revoke", data = "<form>")]
async fn revoke(
    by: Can<MarkAttendance>,
    id: RosterDeviceId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::revoke(&by, work, id).await).await;
    sent.or_back(cookies, "/roster-devices", on(cookies, "/roster-devices", "device-revoked"))
}

/// A file of the page that works without network.
#[derive(Responder)]
struct File {
    text: &'static str,
    kind: ContentType,
    kept: Header<'static>,
}

#[get("/offline-worker.js")]
fn worker() -> Scripted<File> {
    // Asked for anew each time: a worker that stays behind would serve an old page for ever.
    let kept = Header::new("Cache-Control", "no-cache");
    Scripted(File { text: &WORKER_TEXT, kind: ContentType::JavaScript, kept }, Script::Offline)
}

#[get("/static/offline/<name>")]
fn script(name: &str) -> Result<File> {
    if SCRIPT_HREF.strip_prefix("/static/offline/") != Some(name) {
        return Err(Error::NotFound("asset"));
    }
    let kept = Header::new("Cache-Control", "public, max-age=31536000, immutable");
    Ok(File { text: SCRIPT, kind: ContentType::JavaScript, kept })
}

/// What a phone is told when the page is installed.
#[derive(Serialize)]
struct Manifest {
    name: String,
    short_name: String,
    lang: &'static str,
    start_url: &'static str,
    scope: &'static str,
    display: &'static str,
    background_color: &'static str,
    theme_color: &'static str,
    icons: [Icon; 1],
}

#[derive(Serialize)]
struct Icon {
    src: &'static str,
    sizes: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    purpose: &'static str,
}

#[get("/offline-roster.webmanifest")]
fn manifest(page: Page) -> Json<Manifest> {
    Json(Manifest {
        name: page.say("offline-title"),
        short_name: page.say("brand"),
        lang: page.lang(),
        start_url: "/offline-roster",
        scope: "/offline-roster",
        display: "standalone",
        background_color: "#ffffff",
        theme_color: "#13201e",
        icons: [Icon { src: "/static/favicon.svg", sizes: "any", kind: "image/svg+xml", purpose: "any" }],
    })
}

pub(in crate::attendance) fn routes() -> Vec<Route> {
    routes![shell, data, register, receive, list, revoke, worker, script, manifest]
}
