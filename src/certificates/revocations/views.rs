//! Outputs.

use chrono::{DateTime, Utc};
use entities::{
    revocation,
    values::{RevocationId, RevocationStatus, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::certificates::revocations::lifecycle::RevocationAction;

/// A wish to revoke a certificate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RevocationView {
    pub id: RevocationId,
    pub serial: String,
    pub area_code: String,
    pub reason: String,
    pub status: RevocationStatus,
    pub asked_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub answer: Option<String>,
    pub version: i32,
    /// What the caller may do now.
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

impl RevocationView {
    pub(super) fn of(row: revocation::Model, actor: &Actor) -> Self {
        let own = row.asked_by == actor.account;
        // Who asked may take it back and no more; everybody else may decide and no more.
        let fits = |action: &RevocationAction| own == (*action == RevocationAction::Withdraw);
        Self {
            actions: row.status.open_to(actor.role).into_iter().filter(fits).map(Into::into).collect(),
            waiting_on: row.status.waits_for(),
            id: row.id,
            serial: row.serial,
            area_code: row.area_code,
            reason: row.reason,
            status: row.status,
            asked_at: row.asked_at,
            decided_at: row.decided_at,
            answer: row.answer,
            version: row.version,
        }
    }
}
