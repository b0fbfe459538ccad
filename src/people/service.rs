//! Stub.

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::{Vault, Work};
use chrono::NaiveDate;
use entities::{
    person,
    values::{LabourCapacity, PersonId, PersonStatus, PovertyStatus, Sex},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, fmt};

/// What eligibility is decided by.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub id: PersonId,
    pub name: String,
    pub area_code: String,
    pub sex: Sex,
    pub birth_on: NaiveDate,
    pub poverty_status: PovertyStatus,
    pub labour_capacity: LabourCapacity,
    pub status: PersonStatus,
}

/// How a person is called on a page that may show the name but not the number.
#[derive(Clone, Debug)]
pub(crate) struct Brief {
    pub name: String,
    /// `张**`
    pub masked_name: String,
    /// `362226********0427`
    pub masked_id: String,
    /// The last four of the identity number.
    pub tail: String,
}

/// What is sealed at rest: `person.sealed` as JSON. Its Debug tells nothing.
#[derive(Clone, Serialize, Deserialize)]
pub struct Private {
    pub id_number: String,
    pub phone: String,
    pub bank_account: String,
    /// Codes 1 healthy, 2 chronic, 3 serious, 4 disabled; at most two.
    pub health: Vec<String>,
    /// 主要致贫原因, code of the national list.
    pub main_cause: String,
    pub other_causes: Vec<String>,
    pub address: String,
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private(…)")
    }
}

/// A person as a row is made of: `row.sealed`, `row.id_index` and `row.phone_index` are filled from `private`.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub row: person::Model,
    pub private: Private,
}

/// The facts of many, in one question; at most a thousand at once.
pub(crate) async fn facts(_db: &impl ConnectionTrait, _ids: &[PersonId]) -> Result<HashMap<PersonId, Facts>> {
    Err(Error::internal("stub"))
}

/// How many are called, in one question.
pub(crate) async fn briefs(
    _db: &impl ConnectionTrait,
    _vault: &Vault,
    _ids: &[PersonId],
) -> Result<HashMap<PersonId, Brief>> {
    Err(Error::internal("stub"))
}

/// One whom the scope may see.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn visible(_db: &impl ConnectionTrait, _scope: &Scope, _id: PersonId) -> Result<person::Model> {
    Err(Error::internal("stub"))
}

/// Verified people of an area that the scope may see, by name, for pick-lists of a village; at most `limit`.
pub(crate) async fn in_area(
    _db: &impl ConnectionTrait,
    _scope: &Scope,
    _area: &str,
    _limit: u64,
) -> Result<Vec<person::Model>> {
    Err(Error::internal("stub"))
}

/// Opens what is sealed.
///
/// # Errors
/// `Internal` when it does not open.
pub fn unseal(_vault: &Vault, _person: &person::Model) -> Result<Private> {
    Err(Error::internal("stub"))
}

/// Seals and writes many people.
///
/// # Errors
/// `error.duplicate` for an identity number that stands already.
pub async fn insert_many(_work: &Work, _vault: &Vault, _people: Vec<NewPerson>) -> Result<()> {
    Err(Error::internal("stub"))
}
