//! Stub.

use crate::access::Actor;
use crate::base::{Error, Result};
use crate::data::Work;
use crate::web::Todo;
use entities::{
    pot,
    values::{ClaimId, ClassId, Fen, PotId},
};
use sea_orm::ConnectionTrait;

/// The pot that pays in an area and year: of the area itself or the nearest above it.
///
/// # Errors
/// `pot.none`.
pub(crate) async fn pot_for(_db: &impl ConnectionTrait, _area: &str, _year: i32) -> Result<pot::Model> {
    Err(Error::internal("stub"))
}

/// # Errors
/// `NotFound`.
pub(crate) async fn by_id(_db: &impl ConnectionTrait, _id: PotId) -> Result<pot::Model> {
    Err(Error::internal("stub"))
}

/// available -> reserved, when a class is approved.
///
/// # Errors
/// `pot.short` (args available, wanted: yuan).
pub(crate) async fn reserve(_by: &Actor, _work: &Work, _pot: PotId, _class: ClassId, _fen: Fen) -> Result<()> {
    Err(Error::internal("stub"))
}

/// reserved -> available: a class cancelled, seats that nobody qualified on, a line refused.
pub(crate) async fn release(
    _by: Option<&Actor>,
    _work: &Work,
    _pot: PotId,
    _class: ClassId,
    _fen: Fen,
    _cause: &'static str,
) -> Result<()> {
    Err(Error::internal("stub"))
}

/// reserved -> payable, at the second approval.
pub(crate) async fn owe(
    _by: &Actor,
    _work: &Work,
    _pot: PotId,
    _class: ClassId,
    _claim: ClaimId,
    _fen: Fen,
) -> Result<()> {
    Err(Error::internal("stub"))
}

/// payable -> paid.
pub(crate) async fn pay(
    _by: &Actor,
    _work: &Work,
    _pot: PotId,
    _class: ClassId,
    _claim: ClaimId,
    _fen: Fen,
) -> Result<()> {
    Err(Error::internal("stub"))
}

/// What waits for this reader here.
pub(crate) async fn todos(_db: &impl ConnectionTrait, _actor: &Actor) -> Result<Vec<Todo>> {
    Ok(Vec::new())
}
