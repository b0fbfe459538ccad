//! Outputs.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    complaint,
    values::{ClassId, ComplaintId, ComplaintOutcome, ComplaintStatus, ComplaintSubject, OrganisationId, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::Result;
use crate::base::lifecycle::Lifecycle;
use crate::complaints::lifecycle::ComplaintAction;
use crate::complaints::store;
use crate::data::Vault;

/// A complaint. An institution reads no more than class, subject and outcome. No Debug: the texts may name people.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct ComplaintView {
    pub id: ComplaintId,
    pub class_id: Option<ClassId>,
    pub organisation_id: OrganisationId,
    pub subject: ComplaintSubject,
    pub status: ComplaintStatus,
    pub outcome: Option<ComplaintOutcome>,
    /// What was written.
    pub text: Option<String>,
    pub filed_on: Option<NaiveDate>,
    /// By when an answer is due.
    pub due_on: Option<NaiveDate>,
    /// What the county answered.
    pub answer: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
    /// Whether the institution is told the outcome.
    pub told: bool,
    pub version: i32,
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

/// What this reader may do with it now.
pub(super) fn actions(row: &complaint::Model, actor: &Actor) -> Vec<ComplaintAction> {
    row.status.open_to(actor.role)
}

impl ComplaintView {
    pub(super) fn of(row: &complaint::Model, actor: &Actor, vault: &Vault) -> Result<Self> {
        let reads = actor.role != Role::Institution;
        let answer = if reads { store::open_answer(vault, row)? } else { String::new() };
        Ok(Self {
            id: row.id,
            class_id: row.class_id,
            organisation_id: row.organisation_id,
            subject: row.subject,
            status: row.status,
            outcome: row.outcome,
            text: if reads { Some(store::open_text(vault, row)?) } else { None },
            filed_on: reads.then_some(row.filed_on),
            due_on: reads.then_some(row.due_on),
            answer: Some(answer).filter(|answer| !answer.is_empty()),
            answered_at: row.answered_at.filter(|_| reads),
            told: row.told,
            version: row.version,
            actions: actions(row, actor).into_iter().map(Into::into).collect(),
            waiting_on: row.status.waits_for(),
        })
    }
}
