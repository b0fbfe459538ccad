//! Outputs.

use chrono::{DateTime, Utc};
use entities::values::{CaseId, CaseOutcome, CaseStatus, DoubtId, Fen, OrganisationId, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::supervision::cases::store::Listed;
use crate::supervision::lifecycle::CaseAction;
use crate::supervision::rights::SeeDoubts;

/// A case against an institution. What was found, and the doubts, are for offices alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CaseView {
    pub id: CaseId,
    pub number: String,
    pub organisation_id: OrganisationId,
    pub organisation_name: String,
    pub area_code: String,
    pub title: String,
    /// Null for the institution.
    pub finding: Option<String>,
    pub status: CaseStatus,
    /// Null before it is decided.
    pub outcome: Option<CaseOutcome>,
    pub decision: Option<String>,
    /// What is to be recovered, in fen; null where nothing is.
    pub recover_fen: Option<Fen>,
    /// What was seen to be done.
    pub closing: Option<String>,
    pub opened_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    /// Empty for the institution, and in lists.
    pub doubts: Vec<DoubtId>,
    /// What this caller may do now: `decide close`.
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
    pub version: i32,
}

/// What somebody may do with a case now; whoever opened it does not decide.
pub(super) fn actions(row: &Listed, reader: &Actor) -> Vec<&'static str> {
    let open = row.status.open_to(reader.role).into_iter();
    let open = open.filter(|action| *action != CaseAction::Decide || row.opened_by != reader.account);
    open.map(Into::into).collect()
}

impl CaseView {
    pub(super) fn of(row: Listed, doubts: Vec<DoubtId>, reader: &Actor) -> Self {
        let office = reader.prove::<SeeDoubts>().is_ok();
        Self {
            actions: actions(&row, reader),
            waiting_on: row.status.waits_for(),
            id: row.id,
            number: row.number,
            organisation_id: row.organisation_id,
            organisation_name: row.organisation_name,
            area_code: row.area_code,
            title: row.title,
            finding: office.then_some(row.finding),
            status: row.status,
            outcome: row.outcome,
            decision: row.decision,
            recover_fen: row.recover_fen,
            closing: row.closing,
            opened_at: row.opened_at,
            decided_at: row.decided_at,
            closed_at: row.closed_at,
            doubts,
            version: row.version,
        }
    }
}
