//! Language, theme and size of type: kept in cookies, set by plain links.

use rocket::{
    Route, State, get,
    http::{Cookie, CookieJar, SameSite},
    response::Redirect,
    routes,
    time::Duration,
};

use crate::base::{Error, Result};
use crate::web::html::local_path;
use crate::web::lexicon::Locale;
use crate::web::settings::Settings;

pub(crate) const LANGUAGE: &str = "lang";
pub(crate) const THEME: &str = "theme";
pub(crate) const SIZE: &str = "size";

/// A cookie with every attribute said aloud; a removal needs the same ones.
pub(crate) fn cookie(name: &'static str, value: String, secure: bool, short: bool) -> Cookie<'static> {
    let mut cookie = Cookie::build((name, value)).path("/").http_only(true).secure(secure).same_site(SameSite::Lax);
    if !short {
        cookie = cookie.max_age(Duration::days(365));
    }
    cookie.build()
}

fn keep(
    cookies: &CookieJar<'_>,
    settings: &Settings,
    name: &'static str,
    (value, allowed): (&str, &[&str]),
    next: Option<&str>,
) -> Result<Redirect> {
    if !allowed.contains(&value) {
        return Err(Error::NotFound("preference"));
    }
    cookies.add(cookie(name, value.to_owned(), settings.secure(), false));
    Ok(Redirect::to(local_path(next)))
}

#[get("/language/<tag>?<next>")]
fn language(tag: &str, next: Option<&str>, cookies: &CookieJar<'_>, settings: &State<Settings>) -> Result<Redirect> {
    keep(cookies, settings, LANGUAGE, (tag, &Locale::ALL.map(Locale::tag)), next)
}

#[get("/theme/<theme>?<next>")]
fn theme(theme: &str, next: Option<&str>, cookies: &CookieJar<'_>, settings: &State<Settings>) -> Result<Redirect> {
    keep(cookies, settings, THEME, (theme, &["light", "dark", "system"]), next)
}

#[get("/size/<size>?<next>")]
fn size(size: &str, next: Option<&str>, cookies: &CookieJar<'_>, settings: &State<Settings>) -> Result<Redirect> {
    keep(cookies, settings, SIZE, (size, &["standard", "large"]), next)
}

pub(crate) fn routes() -> Vec<Route> {
    routes![language, theme, size]
}
