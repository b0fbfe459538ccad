//! Outputs of this feature.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    delegation, deputy_act,
    values::{AccountId, DelegationId, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::delegations::rules::Stand;

/// Who acts for whom, and when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DelegationLine {
    pub id: DelegationId,
    /// Who is away.
    pub from: String,
    /// Who acts.
    pub to: String,
    pub role: Role,
    pub from_on: NaiveDate,
    /// The last day.
    pub to_on: NaiveDate,
    pub reason: String,
    /// `to_come`, `running`, `over` or `ended`.
    pub stand: &'static str,
    /// The caller is the one who is away.
    pub given: bool,
    /// What the caller may do now: `end`, `act`.
    pub actions: Vec<&'static str>,
}

/// Something that was done in another's place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ActView {
    pub at: DateTime<Utc>,
    pub action: String,
    pub noun: String,
    pub object_id: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DelegationView {
    #[serde(flatten)]
    pub line: DelegationLine,
    /// What was done so, newest first; the last 200.
    pub acts: Vec<ActView>,
}

impl DelegationLine {
    pub(super) fn of(
        row: delegation::Model,
        called: impl Fn(AccountId) -> String,
        reader: &Actor,
        today: NaiveDate,
    ) -> Self {
        let stand = Stand::of(&row, today);
        let ends = stand.is_open() && (row.from_account == reader.account || reader.role == Role::Administrator);
        let acts = stand == Stand::Running && row.to_account == reader.account && row.role == reader.role;
        Self {
            from: called(row.from_account),
            to: called(row.to_account),
            stand: stand.as_str(),
            given: row.from_account == reader.account,
            actions: [(ends, "end"), (acts, "act")].into_iter().filter_map(|(may, act)| may.then_some(act)).collect(),
            id: row.id,
            role: row.role,
            from_on: row.from_on,
            to_on: row.to_on,
            reason: row.reason,
        }
    }
}

impl From<deputy_act::Model> for ActView {
    fn from(row: deputy_act::Model) -> Self {
        Self { at: row.at, action: row.action, noun: row.noun, object_id: row.object_id }
    }
}
