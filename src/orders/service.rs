//! Stub.

use crate::access::{Actor, Scope};
use crate::base::{Error, Result};
use crate::data::Work;
use crate::web::Todo;
use entities::{
    enterprise_order,
    values::{ClassId, Fen, OrderId},
};
use sea_orm::ConnectionTrait;

/// An order as a class shows it.
#[derive(Clone, Debug)]
pub(crate) struct LinkedOrder {
    pub id: OrderId,
    pub number: String,
    pub enterprise: String,
    pub work_place: String,
    pub wage_low_fen: Fen,
    pub wage_high_fen: Fen,
    pub seats: i32,
}

/// Sets seats of a class aside for an accepted order: at most the headcount and what may be trained beyond it.
///
/// # Errors
/// `order.not_accepted`, `order.other_occupation`, `order.over_allocated` (args headcount, left); `NotFound`.
pub(crate) async fn allocate(_by: &Actor, _work: &Work, _order: OrderId, _class: ClassId, _seats: i32) -> Result<()> {
    Err(Error::internal("stub"))
}

/// Takes back what was set aside for a class that was cancelled.
pub(crate) async fn free(_work: &Work, _class: ClassId) -> Result<()> {
    Err(Error::internal("stub"))
}

/// Accepted orders for an occupation whose work place lies in the prefecture of `area`, for the pick-list of a class.
pub(crate) async fn open_for(
    _db: &impl ConnectionTrait,
    _area: &str,
    _occupation: &str,
) -> Result<Vec<enterprise_order::Model>> {
    Err(Error::internal("stub"))
}

/// The orders that classes answer.
pub(crate) async fn of_classes(
    _db: &impl ConnectionTrait,
    _classes: &[ClassId],
) -> Result<Vec<(ClassId, LinkedOrder)>> {
    Err(Error::internal("stub"))
}

/// What waits for this reader here.
pub(crate) async fn todos(_db: &impl ConnectionTrait, _actor: &Actor) -> Result<Vec<Todo>> {
    Ok(Vec::new())
}

#[expect(dead_code, reason = "stub")]
pub(crate) fn scope_hint(_: &Scope) {}
