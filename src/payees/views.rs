//! Outputs of this feature, and what stands sealed.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    payee_account,
    values::{OrganisationId, PayeeAccountId, PayeeStatus, Role},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::data::{SealedColumn, Vault};
use crate::payees::rules;

/// Where the details stand; sealed bytes open nowhere else.
const PLACE: &str = "payee_account.sealed";
/// The kind under which the registry of people keeps its hashes too.
const KIND: &str = "bank";

/// Where a change of keys finds them.
pub const SEALED: SealedColumn = SealedColumn {
    table: "payee_account",
    column: "sealed",
    place: PLACE,
    hashes: &["number_index"],
    hash: |vault, plain| Ok(vec![Some(read(plain)?.index(vault))]),
};

/// What is sealed at rest. It has no Debug.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Details {
    pub bank: String,
    pub name: String,
    pub number: String,
}

fn read(plain: &[u8]) -> Result<Details> {
    serde_json::from_slice(plain).map_err(|_| Error::internal("a sealed value cannot be read"))
}

impl Details {
    pub(super) fn index(&self, vault: &Vault) -> String {
        vault.index(KIND, &self.number)
    }

    /// Every hash under which the number may stand.
    pub(super) fn indexes(&self, vault: &Vault) -> Vec<String> {
        vault.indexes(KIND, &self.number)
    }

    /// # Errors
    /// Of the vault.
    pub(super) fn seal(&self, vault: &Vault, id: PayeeAccountId) -> Result<Vec<u8>> {
        vault.seal(PLACE, id, &serde_json::to_vec(self).map_err(Error::internal)?)
    }

    /// # Errors
    /// `Internal` when it does not open.
    pub(super) fn open(vault: &Vault, row: &payee_account::Model) -> Result<Self> {
        read(&vault.open(PLACE, row.id, &row.sealed)?)
    }

    /// The last four digits.
    pub(super) fn tail(&self) -> &str {
        self.number.get(self.number.len().saturating_sub(4)..).unwrap_or_default()
    }
}

/// An account in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PayeeLine {
    pub id: PayeeAccountId,
    pub organisation_id: OrganisationId,
    pub organisation: String,
    pub area_code: String,
    /// Masked but for its last four digits.
    pub number: String,
    pub status: PayeeStatus,
    pub proposed_at: DateTime<Utc>,
    /// The first day on which it is paid on; null before it is approved.
    pub usable_from: Option<NaiveDate>,
    /// The first day on which another one is paid on instead.
    pub used_until: Option<NaiveDate>,
    /// What this caller may do now.
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    /// Who acts next.
    pub waiting_on: Option<Role>,
}

/// Somebody else with the same number.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Twin {
    /// An organisation by its name, a person masked.
    pub name: String,
    /// The identity number of a person, masked.
    pub identity: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PayeeView {
    #[serde(flatten)]
    pub line: PayeeLine,
    pub bank: String,
    pub name: String,
    /// The account is called otherwise than the organisation.
    pub other_name: bool,
    /// Others who have the same number, for whoever decides.
    pub twins: Vec<Twin>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused or stopped.
    pub reason: Option<String>,
    pub version: i32,
}

impl PayeeLine {
    pub(super) fn of(row: &payee_account::Model, organisation: &str, reader: &Actor, today: NaiveDate) -> Self {
        let waits = row.status == PayeeStatus::Proposed;
        Self {
            id: row.id,
            organisation_id: row.organisation_id,
            organisation: organisation.to_owned(),
            area_code: row.area_code.clone(),
            number: format!("**** {}", row.tail),
            status: row.status,
            proposed_at: row.proposed_at,
            usable_from: row.usable_from,
            used_until: row.used_until,
            actions: rules::actions(row, reader.role, today).into_iter().map(Into::into).collect(),
            waiting_on: row.status.waits_for().filter(|_| waits),
        }
    }
}

impl PayeeView {
    /// # Errors
    /// `Internal` when it does not open.
    pub(super) fn of(
        vault: &Vault,
        row: &payee_account::Model,
        organisation: &str,
        (reader, today): (&Actor, NaiveDate),
        twins: Vec<Twin>,
    ) -> Result<Self> {
        let details = Details::open(vault, row)?;
        Ok(Self {
            line: PayeeLine::of(row, organisation, reader, today),
            other_name: details.name != organisation,
            bank: details.bank,
            name: details.name,
            twins,
            decided_at: row.decided_at,
            reason: row.reason.clone(),
            version: row.version,
        })
    }
}
