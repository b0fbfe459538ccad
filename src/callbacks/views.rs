//! Outputs.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    call_back, call_try,
    values::{
        CallAttended, CallBackId, CallCertificate, CallDays, CallPaid, CallStatus, CallTaught, CallTry, ClassId,
        EnrolmentId, Role,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::Result;
use crate::base::lifecycle::Lifecycle;
use crate::callbacks::lifecycle::CallAction;
use crate::callbacks::service::Replay;
use crate::callbacks::store;
use crate::data::Vault;

/// A call to somebody of a sample.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CallBackLine {
    pub id: CallBackId,
    pub class_id: ClassId,
    pub enrolment_id: EnrolmentId,
    /// The place in the draw.
    pub ordinal: i32,
    pub status: CallStatus,
    /// On how many days nobody answered.
    pub missed: i32,
    /// Whether somebody goes, or went, to the village.
    pub visited: bool,
    pub recorded_at: Option<DateTime<Utc>>,
    pub version: i32,
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

/// One try.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CallTryView {
    pub outcome: CallTry,
    pub tried_on: NaiveDate,
}

/// A call with what was answered. No Debug: the note may name people.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct CallBackView {
    #[serde(flatten)]
    pub line: CallBackLine,
    pub tries: Vec<CallTryView>,
    pub attended: Option<CallAttended>,
    pub days: Option<CallDays>,
    pub taught: Option<CallTaught>,
    pub paid: Option<CallPaid>,
    pub certificate: Option<CallCertificate>,
    pub note: Option<String>,
}

/// How a sample was drawn: enough to draw it again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SampleView {
    pub class_id: ClassId,
    /// 32 bytes in hexadecimal.
    pub seed: String,
    /// `hmac-sha256-order-1`: of each id of the population (36 characters) the HMAC-SHA-256 under the seed; those with the
    /// smallest are called, in that order.
    pub method: String,
    /// SHA-256 of the population, in ascending order, one id a line, without a line feed at the end.
    pub population_hash: String,
    pub population: Vec<EnrolmentId>,
    /// The share that is called at least, rounded up.
    pub percent: i32,
    pub drawn_at: DateTime<Utc>,
    /// Drawn again just now: the hash is that of the population, and the same people come out.
    pub replayed: bool,
    /// So many calls are done, of all.
    pub done: usize,
    pub calls: Vec<CallBackLine>,
}

/// What this reader may do with it now.
pub(super) fn actions(row: &call_back::Model, actor: &Actor) -> Vec<CallAction> {
    row.status.open_to(actor.role)
}

/// Whether nothing is left to be done with it.
pub(super) fn is_done(row: &call_back::Model) -> bool {
    matches!(row.status, CallStatus::Recorded | CallStatus::Unreached)
}

impl CallBackLine {
    pub(super) fn of(row: &call_back::Model, actor: &Actor) -> Self {
        Self {
            id: row.id,
            class_id: row.class_id,
            enrolment_id: row.enrolment_id,
            ordinal: row.ordinal,
            status: row.status,
            missed: row.missed,
            visited: row.visited,
            recorded_at: row.recorded_at,
            version: row.version,
            actions: actions(row, actor).into_iter().map(Into::into).collect(),
            waiting_on: row.status.waits_for(),
        }
    }
}

impl CallBackView {
    pub(super) fn of(
        row: &call_back::Model,
        tries: Vec<call_try::Model>,
        actor: &Actor,
        vault: &Vault,
    ) -> Result<Self> {
        let tried = |row: call_try::Model| CallTryView { outcome: row.outcome, tried_on: row.tried_on };
        Ok(Self {
            line: CallBackLine::of(row, actor),
            tries: tries.into_iter().map(tried).collect(),
            attended: row.attended,
            days: row.days,
            taught: row.taught,
            paid: row.paid,
            certificate: row.certificate,
            note: Some(store::open_note(vault, row)?).filter(|note| !note.is_empty()),
        })
    }
}

impl SampleView {
    pub(super) fn of(replay: &Replay, actor: &Actor) -> Self {
        let sample = &replay.sample;
        Self {
            class_id: sample.class_id,
            seed: sample.seed.clone(),
            method: sample.method.clone(),
            population_hash: sample.population_hash.clone(),
            population: replay.population.clone(),
            percent: sample.percent,
            drawn_at: sample.drawn_at,
            replayed: replay.hash_fits && replay.same,
            done: replay.calls.iter().filter(|call| is_done(call)).count(),
            calls: replay.calls.iter().map(|call| CallBackLine::of(call, actor)).collect(),
        }
    }
}
