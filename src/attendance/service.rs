//! Stub.

use crate::access::Actor;
use crate::base::{Error, Result};
use crate::web::Todo;
use entities::values::{ClassId, EnrolmentId};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// Credited of held minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Minutes {
    pub credited: i64,
    pub held: i64,
}

/// The sum of every enrolment of a class that has a mark; `held` is the same for all.
pub(crate) async fn totals(_db: &impl ConnectionTrait, _class: ClassId) -> Result<HashMap<EnrolmentId, Minutes>> {
    Err(Error::internal("stub"))
}

/// Minutes of the sessions that were held.
pub(crate) async fn held(_db: &impl ConnectionTrait, _class: ClassId) -> Result<i64> {
    Err(Error::internal("stub"))
}

/// What waits for this reader here.
pub(crate) async fn todos(_db: &impl ConnectionTrait, _actor: &Actor) -> Result<Vec<Todo>> {
    Ok(Vec::new())
}
