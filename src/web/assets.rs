//! Our own style sheet and pictures, served from the binary under a name that changes with their content.

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
const FAVICON: &str = include_str!("static/favicon.svg");

static CSS_HREF: LazyLock<String> = LazyLock::new(|| {
    let digest = digest::digest(&digest::SHA256, CSS.as_bytes());
    let name = crate::access::hex(digest.as_ref().get(..6).unwrap_or_default());
    format!("/static/sidan-{name}.css")
});

pub(crate) fn css_href() -> &'static str {
    &CSS_HREF
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
        "favicon.svg" => Ok(Asset::new(FAVICON, ContentType::SVG)),
        _ => Err(Error::NotFound("asset")),
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![asset]
}
