//! What asks for the password anew: unmasking, taking data out, moving money. A session that was left open does none of it.

use chrono::{DateTime, TimeDelta, Utc};
use rocket::{
    Request,
    outcome::try_outcome,
    request::{FromRequest, Outcome},
};

use crate::access::Actor;
use crate::base::clock::day_of;
use crate::base::{Clock, Error, Result};
use crate::data::Database;
use crate::policy::{Rule, RuleBook};
use crate::web::reply::deny;

/// Proof that whoever asks typed the password a short while ago. As a guard it sends a page to `/confirm` and back, and
/// tells a program `error.step_up_required`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fresh(());

impl Fresh {
    /// # Errors
    /// `NotFresh` when the password was typed longer ago than the policy of the actor's area allows, or never.
    fn prove(actor: &Actor, rules: &RuleBook, now: DateTime<Utc>) -> Result<Self> {
        let minutes = rules.value(Rule::FreshMinutes, &actor.area, day_of(now))?;
        let holds = |at: DateTime<Utc>| now < at + TimeDelta::minutes(minutes);
        if actor.confirmed_at.is_some_and(holds) { Ok(Self(())) } else { Err(Error::NotFresh) }
    }

    async fn of(actor: &Actor, request: &Request<'_>) -> Result<Self> {
        let missing = || Error::internal("the house lacks its state");
        let db = request.rocket().state::<Database>().ok_or_else(missing)?;
        let clock = request.rocket().state::<Clock>().ok_or_else(missing)?;
        Self::prove(actor, &RuleBook::load(db.reader()).await?, clock.now())
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Fresh {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        let actor = try_outcome!(request.guard::<Actor>().await);
        match Self::of(&actor, request).await {
            Ok(proof) => Outcome::Success(proof),
            Err(e) => deny(request, e),
        }
    }
}
