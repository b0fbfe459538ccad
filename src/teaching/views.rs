//! Outputs of this feature, and how the number of a trainer is sealed.

use chrono::NaiveDate;
use entities::{
    trainer,
    values::{OrganisationId, Programme, RegisterStatus, TrainerId, VenueId},
    venue,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, IdNumber, Result};
use crate::data::{SealedColumn, Vault};
use crate::teaching::forms::last_day;

const PLACE: &str = "trainer.sealed";

/// The sealed numbers of trainers, with the hash that finds them.
pub const SEALED: SealedColumn = SealedColumn {
    table: "trainer",
    column: "sealed",
    place: PLACE,
    hashes: &["id_index"],
    hash: |vault, plain| Ok(vec![Some(index(vault, text(plain)?))]),
};

fn text(plain: &[u8]) -> Result<&str> {
    std::str::from_utf8(plain).map_err(Error::internal)
}

/// The hash by which a person is found, the same as in the registry of people.
fn index(vault: &Vault, number: &str) -> String {
    vault.index("id", number)
}

/// The hash and the sealed bytes of a trainer's number.
///
/// # Errors
/// `Internal` when nothing can be sealed.
pub(crate) fn seal(vault: &Vault, id: TrainerId, number: &IdNumber) -> Result<(String, Vec<u8>)> {
    Ok((index(vault, number.as_str()), vault.seal(PLACE, id, number.as_str().as_bytes())?))
}

/// The number with its middle hidden.
///
/// # Errors
/// `Internal` when it does not open.
pub(crate) fn masked_number(vault: &Vault, row: &trainer::Model) -> Result<String> {
    let plain = vault.open(PLACE, row.id, &row.sealed)?;
    let number = text(&plain)?;
    Ok(format!("{}********{}", number.get(..6).unwrap_or_default(), number.get(14..).unwrap_or_default()))
}

/// A room in which an institution teaches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VenueView {
    pub id: VenueId,
    pub organisation_id: OrganisationId,
    pub area_code: String,
    pub name: String,
    pub address: String,
    pub capacity: i32,
    /// Millionths of a degree; null where nobody measured it.
    pub latitude: Option<i32>,
    pub longitude: Option<i32>,
    pub radius_m: i32,
    pub status: RegisterStatus,
    /// Moves with every change.
    pub version: i32,
    /// What the caller may do now.
    pub actions: Vec<&'static str>,
}

impl VenueView {
    pub(crate) fn new(row: venue::Model, reader: &Actor) -> Self {
        Self {
            actions: row.status.open_to(reader.role).into_iter().map(Into::into).collect(),
            id: row.id,
            organisation_id: row.organisation_id,
            area_code: row.area_code,
            name: row.name,
            address: row.address,
            capacity: row.capacity,
            latitude: row.latitude_e6,
            longitude: row.longitude_e6,
            radius_m: row.radius_m,
            status: row.status,
            version: row.version,
        }
    }
}

/// Somebody who teaches for an institution.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrainerView {
    pub id: TrainerId,
    pub organisation_id: OrganisationId,
    /// Division code of the institution.
    pub area_code: String,
    pub name: String,
    /// Masked.
    pub id_number: String,
    pub programme: Programme,
    pub occupation: String,
    pub qualification: String,
    pub qualification_no: String,
    pub valid_from: NaiveDate,
    /// The last day on which the paper holds; null where it has none.
    pub valid_to: Option<NaiveDate>,
    pub status: RegisterStatus,
    /// Moves with every change.
    pub version: i32,
    /// What the caller may do now.
    pub actions: Vec<&'static str>,
}

impl TrainerView {
    /// # Errors
    /// `Internal` when the number does not open.
    pub(crate) fn new(row: trainer::Model, vault: &Vault, reader: &Actor) -> Result<Self> {
        Ok(Self {
            actions: row.status.open_to(reader.role).into_iter().map(Into::into).collect(),
            id_number: masked_number(vault, &row)?,
            valid_to: last_day(&row),
            id: row.id,
            organisation_id: row.organisation_id,
            area_code: row.area_code,
            name: row.name,
            programme: row.programme,
            occupation: row.occupation,
            qualification: row.qualification,
            qualification_no: row.qualification_no,
            valid_from: row.valid_from,
            status: row.status,
            version: row.version,
        })
    }
}
