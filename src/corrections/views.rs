//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::{
    change_request,
    values::{ChangeRequestId, ChangeStatus, PersonField, PersonId, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::Result;
use crate::base::lifecycle::Lifecycle;
use crate::corrections::rules;
use crate::corrections::service::open;
use crate::data::Vault;
use crate::people::{Brief, Change, SeePlight, masked};

/// A request in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CorrectionLine {
    pub id: ChangeRequestId,
    pub person_id: PersonId,
    /// Masked for those who do not act for the person.
    pub name: String,
    pub area_code: String,
    /// The village whose county decides: another one where the person moves there.
    pub decided_in: String,
    pub fields: Vec<PersonField>,
    pub status: ChangeStatus,
    /// Name, number or bank account change: two people decide.
    pub needs_second: bool,
    pub filed_at: DateTime<Utc>,
    /// What this caller may do now.
    pub actions: Vec<&'static str>,
    /// Who acts next.
    pub waiting_on: Option<Role>,
}

/// What a field says and what it is to say. Numbers are masked; null where this caller may not see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FieldChange {
    pub field: PersonField,
    pub old: Option<String>,
    pub new: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CorrectionView {
    #[serde(flatten)]
    pub line: CorrectionLine,
    pub changes: Vec<FieldChange>,
    /// Why it is asked for.
    pub note: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// Whether this reader acts for the person, or is the person.
fn sees(row: &change_request::Model, reader: &Actor) -> bool {
    reader.prove::<SeePlight>().is_ok() || reader.person == Some(row.person_id)
}

impl CorrectionLine {
    pub(crate) fn of(row: &change_request::Model, brief: Option<&Brief>, reader: &Actor) -> Self {
        let name = brief.map(|brief| if sees(row, reader) { &brief.name } else { &brief.masked_name });
        Self {
            id: row.id,
            person_id: row.person_id,
            name: name.cloned().unwrap_or_default(),
            area_code: row.area_code.clone(),
            decided_in: row.decided_in.clone(),
            fields: row.fields.split(',').filter_map(|field| field.parse().ok()).collect(),
            status: row.status,
            needs_second: row.needs_second,
            filed_at: row.filed_at,
            actions: rules::actions(row, reader),
            waiting_on: row.status.waits_for(),
        }
    }
}

impl CorrectionView {
    /// # Errors
    /// `Internal` when the row does not open.
    pub(crate) fn of(
        row: &change_request::Model,
        brief: Option<&Brief>,
        vault: &Vault,
        reader: &Actor,
    ) -> Result<Self> {
        let sees = sees(row, reader);
        let shown = |change: Change| FieldChange {
            field: change.field,
            old: masked(change.field, &change.old, sees),
            new: masked(change.field, &change.new, sees),
        };
        Ok(Self {
            line: CorrectionLine::of(row, brief, reader),
            changes: open(vault, row)?.into_iter().map(shown).collect(),
            note: row.note.clone().filter(|_| sees),
            decided_at: row.decided_at,
            reason: row.reason.clone().filter(|_| sees),
        })
    }
}
