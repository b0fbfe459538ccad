//! Outputs. None has Debug: what is written may name people.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    objection,
    values::{ClaimId, LineId, ObjectionId, ObjectionStatus, Role},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::data::Vault;
use crate::notices::objections::lifecycle::ObjectionAction;
use crate::notices::objections::store::Part;
use crate::notices::rights::{DecideObjections, InvestigateObjections};

/// What somebody who objects is told, once.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct Filed {
    /// By this code the answer is read. It is not shown again.
    #[schema(example = "7K3M-9QX2-4TBA-0HZN-6RWE")]
    pub code: String,
}

/// What whoever has the code reads.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct Answered {
    pub status: ObjectionStatus,
    pub filed_on: NaiveDate,
    pub due_on: NaiveDate,
    /// What the county answered; null before.
    pub answer: Option<String>,
}

/// Who objected, as far as it was told.
#[derive(Clone, Default, Deserialize, Serialize, ToSchema)]
pub(crate) struct Contact {
    pub name: String,
    pub phone: String,
}

/// An objection as the offices read it.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct ObjectionView {
    pub id: ObjectionId,
    pub claim_id: ClaimId,
    pub line_id: LineId,
    /// The place of the line in the list.
    pub ordinal: i32,
    pub area_code: String,
    pub status: ObjectionStatus,
    pub filed_on: NaiveDate,
    pub due_on: NaiveDate,
    pub text: String,
    /// For those who look into it and decide.
    pub contact: Option<Contact>,
    pub finding: Option<String>,
    pub investigated_at: Option<DateTime<Utc>>,
    pub answer: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub version: i32,
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

/// What this reader may do with it now: who looked into it does not decide.
pub(super) fn actions(row: &objection::Model, actor: &Actor) -> Vec<ObjectionAction> {
    if row.investigated_by == Some(actor.account) { Vec::new() } else { row.status.open_to(actor.role) }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

impl ObjectionView {
    pub(super) fn of(row: &objection::Model, actor: &Actor, vault: &Vault) -> Result<Self> {
        let acts = actor.prove::<InvestigateObjections>().is_ok() || actor.prove::<DecideObjections>().is_ok();
        let contact = if acts {
            let told: Contact = serde_json::from_str(&Part::Contact.open(vault, row)?).map_err(Error::internal)?;
            Some(told).filter(|told| !told.name.is_empty() || !told.phone.is_empty())
        } else {
            None
        };
        Ok(Self {
            id: row.id,
            claim_id: row.claim_id,
            line_id: row.line_id,
            ordinal: row.ordinal,
            area_code: row.area_code.clone(),
            status: row.status,
            filed_on: row.filed_on,
            due_on: row.due_on,
            text: Part::Text.open(vault, row)?,
            contact,
            finding: some(Part::Finding.open(vault, row)?),
            investigated_at: row.investigated_at,
            answer: some(Part::Answer.open(vault, row)?),
            decided_at: row.decided_at,
            version: row.version,
            actions: actions(row, actor).into_iter().map(Into::into).collect(),
            waiting_on: row.status.waits_for(),
        })
    }
}

impl Answered {
    pub(super) fn of(row: &objection::Model, vault: &Vault) -> Result<Self> {
        let answer = some(Part::Answer.open(vault, row)?);
        Ok(Self { status: row.status, filed_on: row.filed_on, due_on: row.due_on, answer })
    }
}
