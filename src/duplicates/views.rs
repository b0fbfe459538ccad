//! Outputs of this feature.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    duplicate_pair,
    values::{PairId, PairReason, PairStatus, PersonField, PersonId, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::duplicates::rules;
use crate::duplicates::search::Tally;
use crate::people::Brief;

/// A record of a pair, as it is called.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Half {
    pub id: PersonId,
    pub name: String,
    pub masked_id: String,
}

impl Half {
    pub(crate) fn of(id: PersonId, brief: Option<&Brief>) -> Self {
        Self {
            id,
            name: brief.map(|brief| brief.name.clone()).unwrap_or_default(),
            masked_id: brief.map(|brief| brief.masked_id.clone()).unwrap_or_default(),
        }
    }
}

/// Two records that may be one person's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PairLine {
    pub id: PairId,
    pub a: Half,
    pub b: Half,
    pub reason: PairReason,
    pub area_code: String,
    pub status: PairStatus,
    /// Which of the two stays, once a merge is asked for.
    pub keeper: Option<PersonId>,
    /// What was said when it was dismissed or a merge was refused.
    pub reason_text: Option<String>,
    pub found_at: DateTime<Utc>,
    /// What this caller may do now.
    pub actions: Vec<&'static str>,
    /// Who acts next.
    pub waiting_on: Option<Role>,
}

impl PairLine {
    pub(crate) fn of(row: &duplicate_pair::Model, a: Option<&Brief>, b: Option<&Brief>, reader: &Actor) -> Self {
        let waits = matches!(row.status, PairStatus::Open | PairStatus::MergeAsked);
        Self {
            id: row.id,
            a: Half::of(row.a, a),
            b: Half::of(row.b, b),
            reason: row.reason,
            area_code: row.area_code.clone(),
            status: row.status,
            keeper: row.keeper,
            reason_text: row.reason_text.clone(),
            found_at: row.found_at,
            actions: rules::actions(row, reader),
            waiting_on: if waits { row.status.waits_for() } else { None },
        }
    }
}

/// A field of both records side by side; numbers are masked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Compared {
    pub field: PersonField,
    pub a: Option<String>,
    pub b: Option<String>,
    /// Told of the whole values, masked or not.
    pub differs: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PairView {
    #[serde(flatten)]
    pub line: PairLine,
    /// On which day each was registered.
    pub registered_on: (NaiveDate, NaiveDate),
    pub fields: Vec<Compared>,
}

/// What came of a search.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct TallyView {
    /// Pairs that no search had found before.
    pub new: u64,
    /// Pairs that were gone and are there again.
    pub again: u64,
    /// Open pairs that are no longer found.
    pub gone: u64,
}

impl From<Tally> for TallyView {
    fn from(tally: Tally) -> Self {
        Self { new: tally.new, again: tally.again, gone: tally.gone }
    }
}
