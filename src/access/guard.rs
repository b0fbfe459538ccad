//! The actor and the proof of a right as request guards: a handler that names them cannot be reached without.

use rocket::{
    Request,
    http::Status,
    outcome::try_outcome,
    request::{FromRequest, Outcome},
};

use entities::values::SessionKind;

use crate::access::{Actor, Can, Right, SessionLookup, Token, cookie_name};
use crate::base::{Clock, Error};
use crate::data::Gather;

/// The token of this request: the bearer of an API call, the cookie of a page.
pub(crate) fn token_of(request: &Request<'_>) -> Option<(Token, SessionKind)> {
    if request.uri().path().starts_with("/api/") {
        let text = request.headers().get_one("Authorization")?.strip_prefix("Bearer ")?;
        Some((Token::from_visitor(text), SessionKind::Api))
    } else {
        let cookies = request.cookies();
        let cookie = cookies.get(cookie_name(true)).or_else(|| cookies.get(cookie_name(false)))?;
        Some((Token::from_visitor(cookie.value()), SessionKind::Page))
    }
}

async fn find(request: &Request<'_>) -> Result<Actor, Error> {
    let (token, kind) = token_of(request).ok_or(Error::Unauthenticated)?;
    let sessions = request.rocket().state::<Gather<SessionLookup>>().ok_or_else(|| Error::internal("no sessions"))?;
    let clock = request.rocket().state::<Clock>().ok_or_else(|| Error::internal("no clock"))?;
    match sessions.get(token.hash()).await? {
        Some(held) if held.kind == kind && held.expires_at > clock.now() => Ok(held.actor_on(clock.today())),
        _ => Err(Error::Unauthenticated),
    }
}

/// Who asks; looked up once per request.
pub(crate) async fn actor_of(request: &Request<'_>) -> Result<Actor, Error> {
    request.local_cache_async(async { find(request).await }).await.clone()
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Actor {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        match actor_of(request).await {
            Ok(actor) => Outcome::Success(actor),
            Err(Error::Unauthenticated) => Outcome::Error((Status::Unauthorized, Error::Unauthenticated)),
            Err(e) => Outcome::Error((Status::ServiceUnavailable, e)),
        }
    }
}

#[rocket::async_trait]
impl<'r, R: Right> FromRequest<'r> for Can<R> {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        let actor = try_outcome!(request.guard::<Actor>().await);
        match actor.prove::<R>() {
            Ok(proof) => Outcome::Success(proof),
            Err(e) => Outcome::Error((Status::Forbidden, e)),
        }
    }
}
