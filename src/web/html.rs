//! Replies of pages: a rendered template, or a redirect that carries a word on what happened.

use askama::Template;
use rocket::{
    Request,
    http::{ContentType, CookieJar, Status},
    response::{self, Redirect, Responder, Response},
};

use crate::base::Error;
use crate::base::error::Args;
use crate::web::frame::FLASH;
use crate::web::preferences::cookie;

/// A page, answered with 200 unless it says otherwise.
#[derive(Debug)]
pub(crate) struct Html<T: Template>(pub Status, pub T);

impl<T: Template> Html<T> {
    pub(crate) fn ok(template: T) -> Self {
        Self(Status::Ok, template)
    }

    /// The same form again, with what is wrong with it.
    pub(crate) fn again(template: T) -> Self {
        Self(Status::UnprocessableEntity, template)
    }
}

impl<'r, T: Template> Responder<'r, 'static> for Html<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self.1.render() {
            Ok(text) => {
                tracing::debug!(template = std::any::type_name::<T>(), bytes = text.len(), "page");
                Response::build_from(text.respond_to(request)?).status(self.0).header(ContentType::HTML).ok()
            }
            Err(e) => Error::internal(e).respond_to(request),
        }
    }
}

/// Goes on to `path` and says there what happened: 303, so that a reload does not repeat it.
pub(crate) fn go(cookies: &CookieJar<'_>, path: impl Into<String>, code: &str, args: &Args) -> Redirect {
    leave(cookies, false, code, args);
    Redirect::to(path.into())
}

/// Goes back to `path` and says there why nothing happened.
pub(crate) fn back(cookies: &CookieJar<'_>, path: impl Into<String>, error: Error) -> Result<Redirect, Error> {
    match &error {
        Error::Refused(refusal) => leave(cookies, true, refusal.code, &refusal.args),
        Error::Stale => leave(cookies, true, error.code(), &Args::new()),
        _ => return Err(error),
    }
    Ok(Redirect::to(path.into()))
}

fn leave(cookies: &CookieJar<'_>, bad: bool, code: &str, args: &Args) {
    if let Ok(text) = serde_json::to_string(&(bad, code, args)) {
        cookies.add(cookie(FLASH, text, false, true));
    }
}

/// A path on this server and nothing else: no scheme, no host, no backslash trick.
pub(crate) fn local_path(next: Option<&str>) -> String {
    match next {
        Some(path)
            if path.starts_with('/')
                && !path.starts_with("//")
                && !path.contains(['\\', '\r', '\n', '\t'])
                && rocket::http::uri::Origin::parse(path).is_ok() =>
        {
            path.to_owned()
        }
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn one_is_only_sent_on_within_this_server() {
        for evil in ["//e", "/\\e", "https:e", "https://e", "e", "", "/a\r\nb"] {
            assert_eq!(local_path(Some(evil)), "/", "{evil}");
        }
        assert_eq!(local_path(Some("/classes?area=36")), "/classes?area=36");
    }
}
