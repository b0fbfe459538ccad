//! Stub.

use crate::access::Actor;
use crate::base::{Error, Result};
use crate::data::Work;
use crate::web::Todo;
use entities::{
    enrolment,
    values::{ClassId, EnrolmentId, EnrolmentStatus},
};
use sea_orm::ConnectionTrait;

/// The enrolments of a class in these states, in the order of their seats.
pub(crate) async fn of_class(
    _db: &impl ConnectionTrait,
    _class: ClassId,
    _statuses: &[EnrolmentStatus],
) -> Result<Vec<enrolment::Model>> {
    Err(Error::internal("stub"))
}

/// seated -> started, waitlisted -> lapsed: when the class starts.
pub(crate) async fn start(_work: &Work, _class: ClassId) -> Result<()> {
    Err(Error::internal("stub"))
}

/// started -> completed or failed: when the class is closed.
pub(crate) async fn finish(_work: &Work, _completed: &[EnrolmentId], _failed: &[EnrolmentId]) -> Result<()> {
    Err(Error::internal("stub"))
}

/// What waits for this reader here.
pub(crate) async fn todos(_db: &impl ConnectionTrait, _actor: &Actor) -> Result<Vec<Todo>> {
    Ok(Vec::new())
}
