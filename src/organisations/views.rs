//! Outputs of this feature.

use chrono::NaiveDate;
use entities::{
    accreditation, organisation,
    values::{AccreditationId, OrganisationId, OrganisationKind, OrganisationStatus, Programme},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::organisations::rights::ManageOrganisations;
use crate::organisations::service::Register;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationLine {
    pub id: OrganisationId,
    pub kind: OrganisationKind,
    pub name: String,
    pub credit_code: String,
    pub area_code: String,
    pub status: OrganisationStatus,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccreditationView {
    pub id: AccreditationId,
    pub programme: Programme,
    /// Null where it holds for every occupation of the programme.
    pub occupation: Option<String>,
    /// The highest level it may teach: 5 is junior, 1 is senior technician.
    pub level_ceiling: i32,
    pub valid_from: NaiveDate,
    /// The last day on which it holds.
    pub valid_to: NaiveDate,
    pub document_no: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationView {
    #[serde(flatten)]
    pub line: OrganisationLine,
    pub legal_person: String,
    /// Masked but for its last four digits.
    pub phone: String,
    pub accreditations: Vec<AccreditationView>,
    /// What the caller may do now.
    pub actions: Vec<&'static str>,
}

impl From<organisation::Model> for OrganisationLine {
    fn from(row: organisation::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            credit_code: row.credit_code,
            area_code: row.area_code,
            status: row.status,
        }
    }
}

impl From<accreditation::Model> for AccreditationView {
    fn from(row: accreditation::Model) -> Self {
        Self {
            id: row.id,
            programme: row.programme,
            occupation: row.occupation,
            level_ceiling: row.level_ceiling,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            document_no: row.document_no,
        }
    }
}

impl OrganisationView {
    pub(crate) fn new(register: Register, reader: &Actor) -> Self {
        let may_accredit = register.may_be_accredited() && reader.prove::<ManageOrganisations>().is_ok();
        Self {
            legal_person: register.organisation.legal_person.clone(),
            phone: register.masked_phone(),
            accreditations: register.accreditations.into_iter().map(Into::into).collect(),
            actions: may_accredit.then_some("accredit").into_iter().collect(),
            line: register.organisation.into(),
        }
    }
}
