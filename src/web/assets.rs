//! Our own style sheet, script and pictures, served from the binary under a name that changes with their content.

use std::sync::LazyLock;

use ring::digest;
use rocket::{
    Route, get,
    http::{ContentType, Header},
    response::Responder,
    routes,
};

use crate::base::{Error, Result};

const CSS: &str = include_str!("static/sidan.css");
const LIVE: &str = include_str!("static/live.js");
const PLACE: &str = include_str!("static/place.js");
const FAVICON: &str = include_str!("static/favicon.svg");

static CSS_HREF: LazyLock<String> = LazyLock::new(|| href("sidan", CSS, "css"));
static LIVE_HREF: LazyLock<String> = LazyLock::new(|| href("live", LIVE, "js"));
static PLACE_HREF: LazyLock<String> = LazyLock::new(|| href("place", PLACE, "js"));

/// The address of a script that a feature serves itself, below `/static/<name>/`: another text has another one.
pub(crate) fn script_href(name: &str, text: &str) -> String {
    href(&format!("{name}/{name}"), text, "js")
}

fn href(name: &str, text: &str, kind: &str) -> String {
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    let mark = crate::access::hex(digest.as_ref().get(..6).unwrap_or_default());
    format!("/static/{name}-{mark}.{kind}")
}

pub(crate) fn css_href() -> &'static str {
    &CSS_HREF
}

pub(crate) fn live_href() -> &'static str {
    &LIVE_HREF
}

pub(crate) fn place_href() -> &'static str {
    &PLACE_HREF
}

#[derive(Responder)]
struct Asset {
    text: &'static str,
    kind: ContentType,
    kept: Header<'static>,
}

impl Asset {
    fn new(text: &'static str, kind: ContentType) -> Self {
        Self { text, kind, kept: Header::new("Cache-Control", "public, max-age=31536000, immutable") }
    }
}

#[get("/static/<name>")]
fn asset(name: &str) -> Result<Asset> {
    match name {
        name if css_href().strip_prefix("/static/") == Some(name) => Ok(Asset::new(CSS, ContentType::CSS)),
        name if live_href().strip_prefix("/static/") == Some(name) => Ok(Asset::new(LIVE, ContentType::JavaScript)),
        name if place_href().strip_prefix("/static/") == Some(name) => Ok(Asset::new(PLACE, ContentType::JavaScript)),
        "favicon.svg" => Ok(Asset::new(FAVICON, ContentType::SVG)),
        _ => Err(Error::NotFound("asset")),
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![asset]
}
