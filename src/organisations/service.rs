//! Stub.

use crate::base::{Error, Result};
use chrono::NaiveDate;
use entities::{
    organisation,
    values::{OrganisationId, OrganisationKind, Programme},
};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// # Errors
/// `NotFound`.
pub(crate) async fn by_id(_db: &impl ConnectionTrait, _id: OrganisationId) -> Result<organisation::Model> {
    Err(Error::internal("stub"))
}

/// Their names, for lists.
pub(crate) async fn names(
    _db: &impl ConnectionTrait,
    _ids: impl IntoIterator<Item = OrganisationId>,
) -> Result<HashMap<OrganisationId, String>> {
    Err(Error::internal("stub"))
}

/// What somebody wants to teach, and when.
#[derive(Clone, Debug)]
pub(crate) struct Teaching<'a> {
    pub organisation: OrganisationId,
    pub programme: Programme,
    pub occupation: &'a str,
    pub level: i32,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// The institution is active and one accreditation of it covers the teaching on every day.
///
/// # Errors
/// `organisation.suspended`, `accreditation.missing`.
pub(crate) async fn require_accreditation(_db: &impl ConnectionTrait, _teaching: &Teaching<'_>) -> Result<()> {
    Err(Error::internal("stub"))
}

/// Active organisations of a kind in an area, for pick-lists.
pub(crate) async fn of_kind(
    _db: &impl ConnectionTrait,
    _kind: OrganisationKind,
    _area: &str,
) -> Result<Vec<organisation::Model>> {
    Err(Error::internal("stub"))
}
