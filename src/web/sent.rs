//! What a handler does with a form, the same for every verb: write, then go on or show the form again with what is wrong.

use askama::Template;
use rocket::{
    Request,
    http::CookieJar,
    request::{FromRequest, Outcome},
    response::Redirect,
};

use crate::areas::Atlas;
use crate::base::{Clock, Error, Result};
use crate::data::{Database, Desk, Vault, Work};
use crate::web::form::{FormView, PageForm};
use crate::web::frame::Page;
use crate::web::html::{Html, back, go};
use crate::web::reply::deny;

/// A page, or the way to another one.
pub(crate) type Shown<T> = Result<std::result::Result<Redirect, Html<T>>>;

/// What a handler has at hand.
#[derive(Clone, Copy)]
pub(crate) struct Tools<'r> {
    pub db: &'r Database,
    pub desk: &'r Desk,
    pub vault: &'r Vault,
    pub atlas: &'r Atlas,
    pub clock: &'r Clock,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Tools<'r> {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        use std::sync::Arc;
        let house = request.rocket();
        let tools = (|| {
            Some(Self {
                db: house.state::<Database>()?,
                desk: house.state::<Desk>()?,
                vault: house.state::<Arc<Vault>>()?,
                atlas: house.state::<Arc<Atlas>>()?,
                clock: house.state::<Clock>()?,
            })
        })();
        match tools {
            Some(tools) => Outcome::Success(tools),
            None => deny(request, Error::internal("the house is not furnished")),
        }
    }
}

/// What became of a form that was sent.
pub(crate) struct Sent<R> {
    done: Result<R>,
    view: FormView,
}

impl<T> PageForm<T> {
    /// Does what the form asks for, if it can be read.
    pub(crate) async fn write<R>(self, desk: &Desk, deed: impl AsyncFnOnce(&Work, T) -> Result<R>) -> Sent<R> {
        let (input, view) = self.open();
        let done = match input {
            Ok(input) => desk.write(async |work| deed(work, input).await).await,
            Err(e) => Err(e),
        };
        Sent { done, view }
    }
}

impl<R> Sent<R> {
    /// Goes on, or shows the form `again` with what is wrong.
    pub(crate) async fn or_again<P: Template>(
        self,
        page: Page,
        on: impl FnOnce(R) -> Redirect,
        again: impl AsyncFnOnce(Page, FormView) -> Result<P>,
    ) -> Shown<P> {
        match self.done {
            Ok(done) => Ok(Ok(on(done))),
            Err(e) => {
                let form = self.view.told(&page, e)?;
                Ok(Err(Html::again(again(page, form).await?)))
            }
        }
    }

    /// Goes on, or back to `path`, and says there why nothing happened.
    pub(crate) fn or_back(
        self,
        cookies: &CookieJar<'_>,
        path: impl Into<String>,
        on: impl FnOnce(R) -> Redirect,
    ) -> Result<Redirect> {
        match self.done {
            Ok(done) => Ok(on(done)),
            Err(e) => back(cookies, path, e),
        }
    }
}

/// Goes on to `path` and says there what was done, whatever came of it.
pub(crate) fn on<R>(cookies: &CookieJar<'_>, path: impl Into<String>, code: &str) -> impl FnOnce(R) -> Redirect {
    move |_| go(cookies, path, code, &Vec::new())
}
