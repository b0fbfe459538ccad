//! The one place where an error becomes an HTTP answer: a problem document under `/api`, a page in the reader's
//! language everywhere else. Handlers, guards and the server itself all end here, through the catchers.

use std::sync::{Mutex, PoisonError};

use askama::Template;
use rocket::{
    Catcher, Request, catch, catchers,
    data::Outcome as DataOutcome,
    http::{ContentType, Header, Method, Status},
    request::Outcome,
    response::{self, Redirect, Responder, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::Error;
use crate::web::frame::{Page, locale_of, page_of, place_of};
use crate::web::html::Html;
use crate::web::lexicon::Lexicon;

/// How an error stands in HTTP.
pub(crate) fn status(error: &Error) -> Status {
    match error {
        Error::Unauthenticated => Status::Unauthorized,
        Error::Forbidden | Error::NotFresh => Status::Forbidden,
        Error::NotFound(_) => Status::NotFound,
        Error::Invalid(_) => Status::UnprocessableEntity,
        Error::Refused(_) | Error::Stale => Status::Conflict,
        Error::TooMany(_) => Status::TooManyRequests,
        Error::Busy | Error::Lost => Status::ServiceUnavailable,
        Error::Internal(_) => Status::InternalServerError,
    }
}

/// The error of this request on its way to the catcher.
#[derive(Default)]
struct Stash(Mutex<Option<Error>>);

fn stash(request: &Request<'_>, error: Error) -> Status {
    let status = status(&error);
    let slot = request.local_cache(Stash::default);
    *slot.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    status
}

/// Fails a data guard with `error`.
pub(crate) fn fail<'r, T>(request: &Request<'_>, error: Error) -> DataOutcome<'r, T, Error> {
    DataOutcome::Error((stash(request, error.clone()), error))
}

/// Fails a data guard with a status that no domain error has, such as 415.
pub(crate) fn fail_as<'r, T>(request: &Request<'_>, status: Status, error: Error) -> DataOutcome<'r, T, Error> {
    stash(request, error.clone());
    DataOutcome::Error((status, error))
}

/// Fails a request guard with an error that its status alone does not tell.
pub(crate) fn deny<T>(request: &Request<'_>, error: Error) -> Outcome<T, Error> {
    Outcome::Error((stash(request, error.clone()), error))
}

impl<'r> Responder<'r, 'static> for Error {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        Err(stash(request, self))
    }
}

/// An RFC 9457 problem document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    /// What went wrong, in the language that was asked for.
    title: String,
    status: u16,
    /// Stable: `noun.fact`.
    #[schema(example = "class.full")]
    code: String,
    detail: String,
    /// What is wrong with which field.
    errors: Vec<ProblemField>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemField {
    field: String,
    code: String,
    message: String,
}

/// What the server itself refused, before any of our code ran.
fn code_of(status: Status) -> &'static str {
    match status.code {
        400 => "error.bad_request",
        401 => "error.unauthenticated",
        403 => "error.forbidden",
        404 => "error.not_found",
        413 => "error.too_large",
        415 => "error.media_type",
        422 => "error.invalid",
        429 => "error.too_many",
        503 => "error.busy",
        _ => "error.internal",
    }
}

struct Failure {
    status: Status,
    error: Option<Error>,
    code: &'static str,
    /// To be quoted when one asks for help; it stands in the log.
    number: String,
}

fn failure(status: Status, request: &Request<'_>) -> Failure {
    let slot = request.local_cache(Stash::default);
    let error = slot.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let number = Uuid::new_v4().simple().to_string().chars().take(8).collect::<String>();
    if let Some(Error::Internal(cause)) = &error {
        tracing::error!(number, method = %request.method(), path = %request.uri().path(), "{cause}");
    }
    let code = match &error {
        Some(error) if self::status(error) == status => error.code(),
        _ => code_of(status),
    };
    Failure { status, error, code, number }
}

/// An answer that is made already.
struct Ready(Response<'static>);

impl<'r> Responder<'r, 'static> for Ready {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(self.0)
    }
}

#[catch(default)]
fn problem(status: Status, request: &Request<'_>) -> Result<Ready, Status> {
    problem_response(status, request).map(Ready)
}

fn problem_response(status: Status, request: &Request<'_>) -> response::Result<'static> {
    let failure = failure(status, request);
    let locale = locale_of(request);
    let Some(lexicon) = request.rocket().state::<std::sync::Arc<Lexicon>>() else { return Err(status) };
    let title = match &failure.error {
        Some(Error::Refused(refusal)) => lexicon.explain(locale, refusal.code, &refusal.args),
        _ => lexicon.say(locale, failure.code, &[]),
    };
    let errors = match &failure.error {
        Some(Error::Invalid(fields)) => fields
            .iter()
            .map(|e| ProblemField {
                field: e.field.to_string(),
                code: e.code.to_string(),
                message: lexicon.explain(locale, &e.code, &e.args),
            })
            .collect(),
        _ => Vec::new(),
    };
    let detail = if status.code == 500 { failure.number.clone() } else { title.clone() };
    let problem =
        Problem { kind: "about:blank", title, status: status.code, code: failure.code.to_owned(), detail, errors };
    let text = serde_json::to_string(&problem).map_err(|_| status)?;
    let mut response = Response::build_from(text.respond_to(request)?);
    response.status(status).header(ContentType::new("application", "problem+json"));
    wait(&mut response, &failure);
    response.ok()
}

fn wait(response: &mut response::Builder<'_>, failure: &Failure) {
    let seconds = match &failure.error {
        Some(Error::TooMany(seconds)) => *seconds,
        _ if failure.status == Status::ServiceUnavailable => 1,
        _ => return,
    };
    response.header(Header::new("Retry-After", seconds.to_string()));
}

#[derive(Template)]
#[template(path = "web/templates/error.html")]
struct ErrorPage {
    page: Page,
    code: String,
    title: String,
    text: String,
    number: String,
}

#[catch(default)]
async fn page(status: Status, request: &Request<'_>) -> Result<Ready, Status> {
    page_response(status, request).await.map(Ready)
}

async fn page_response(status: Status, request: &Request<'_>) -> response::Result<'static> {
    if status == Status::Unauthorized && request.method() == Method::Get {
        let next = rocket::http::RawStr::new(request.uri().path().as_str()).percent_encode().to_string();
        return Redirect::to(format!("/sign-in?next={next}")).respond_to(request);
    }
    let failure = failure(status, request);
    if let Some(Error::NotFresh) = failure.error {
        let to = rocket::http::RawStr::new(&place_of(request)).percent_encode().to_string();
        return Redirect::to(format!("/confirm?to={to}")).respond_to(request);
    }
    let Ok(page) = page_of(request).await else { return plain(status).respond_to(request) };
    let text = failure.error.as_ref().map_or_else(|| page.say(failure.code), |error| page.sorry(error));
    let title_key = format!("{}-title", failure.code);
    let shown = ErrorPage {
        code: failure.code.to_owned(),
        title: if page.knows(&title_key) { page.say(&title_key) } else { page.say("error-invalid-title") },
        text,
        number: failure.number.clone(),
        page,
    };
    let mut response = Response::build_from(Html(status, shown).respond_to(request)?);
    wait(&mut response, &failure);
    response.ok()
}

/// The last resort, when not even the frame of a page can be made.
fn plain(status: Status) -> (Status, (ContentType, &'static str)) {
    let text = "<!doctype html><html lang=\"zh-CN\"><title>四单</title><p>系统忙，请稍后再试。 The system is busy, try again later.</p></html>";
    (status, (ContentType::HTML, text))
}

pub(crate) fn api_catchers() -> Vec<Catcher> {
    catchers![problem]
}

pub(crate) fn page_catchers() -> Vec<Catcher> {
    catchers![page]
}
