//! Stub.

use crate::access::{Actor, Scope};
use crate::base::{Error, Result};
use crate::data::Work;
use crate::web::Todo;
use entities::{class_session, training_class, values::ClassId};
use sea_orm::ConnectionTrait;

/// One that the scope may see: by its area, or by its institution.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn visible(_db: &impl ConnectionTrait, _scope: &Scope, _id: ClassId) -> Result<training_class::Model> {
    Err(Error::internal("stub"))
}

/// Whatever its state, for those who may see something of it.
pub(crate) async fn by_id(_db: &impl ConnectionTrait, _id: ClassId) -> Result<training_class::Model> {
    Err(Error::internal("stub"))
}

/// Its sessions in order.
pub(crate) async fn sessions(_db: &impl ConnectionTrait, _class: ClassId) -> Result<Vec<class_session::Model>> {
    Err(Error::internal("stub"))
}

/// approved -> running, at the first mark.
pub(crate) async fn start(_by: Option<&Actor>, _work: &Work, _class: &training_class::Model) -> Result<()> {
    Err(Error::internal("stub"))
}

/// running -> ended, when the last session is over.
pub(crate) async fn end(_by: Option<&Actor>, _work: &Work, _class: &training_class::Model) -> Result<()> {
    Err(Error::internal("stub"))
}

/// ended -> closed, when every result is in.
pub(crate) async fn close(_by: &Actor, _work: &Work, _class: &training_class::Model) -> Result<()> {
    Err(Error::internal("stub"))
}

/// approved or running -> cancelled; what was reserved is released, seats of orders are freed, sessions are cancelled.
pub(crate) async fn cancel(_by: &Actor, _work: &Work, _class: &training_class::Model, _reason: &str) -> Result<()> {
    Err(Error::internal("stub"))
}

/// What waits for this reader here.
pub(crate) async fn todos(_db: &impl ConnectionTrait, _actor: &Actor) -> Result<Vec<Todo>> {
    Ok(Vec::new())
}
