//! Stub.

use crate::access::{Actor, Scope};
use crate::base::{Error, Result};
use crate::web::Todo;
use entities::{
    course,
    values::{CourseId, OrganisationId},
};
use sea_orm::ConnectionTrait;

/// One that the scope may see.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn visible(_db: &impl ConnectionTrait, _scope: &Scope, _id: CourseId) -> Result<course::Model> {
    Err(Error::internal("stub"))
}

/// The listed courses of an institution.
pub(crate) async fn listed_of(_db: &impl ConnectionTrait, _organisation: OrganisationId) -> Result<Vec<course::Model>> {
    Err(Error::internal("stub"))
}

/// Whatever its state, for those who may see a class of it.
pub(crate) async fn by_id(_db: &impl ConnectionTrait, _id: CourseId) -> Result<course::Model> {
    Err(Error::internal("stub"))
}

/// What waits for this reader here.
pub(crate) async fn todos(_db: &impl ConnectionTrait, _actor: &Actor) -> Result<Vec<Todo>> {
    Ok(Vec::new())
}
