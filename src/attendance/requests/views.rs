//! Outputs.

use chrono::{DateTime, Utc};
use entities::{
    mark_request,
    values::{ClassId, EnrolmentId, MarkRequestId, MarkRequestKind, MarkRequestStatus, Presence, Role, SessionId},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::attendance::requests::lifecycle::{MarkRequestAction, decides};
use crate::base::lifecycle::Lifecycle;

/// A mark that needs a second person, or needed one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MarkRequestView {
    pub id: MarkRequestId,
    pub class_id: ClassId,
    pub session_id: SessionId,
    pub enrolment_id: EnrolmentId,
    pub kind: MarkRequestKind,
    pub presence: Presence,
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
    pub reason: String,
    pub has_photo: bool,
    /// The mark as it stood when it was asked for, null where there was none.
    #[schema(value_type = Option<Object>)]
    pub old_mark: Option<serde_json::Value>,
    pub status: MarkRequestStatus,
    pub asked_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub answer: Option<String>,
    pub version: i32,
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

/// What this reader may do with it now.
pub(super) fn actions(row: &mark_request::Model, actor: &Actor) -> Vec<MarkRequestAction> {
    let own = row.asked_by == actor.account;
    row.status
        .open_to(actor.role)
        .into_iter()
        .filter(|action| match action {
            MarkRequestAction::Withdraw => own,
            MarkRequestAction::Approve | MarkRequestAction::Refuse => !own && decides(row.kind, actor.role),
        })
        .collect()
}

impl MarkRequestView {
    pub(super) fn of(row: mark_request::Model, actor: &Actor) -> Self {
        let waits = row.status == MarkRequestStatus::Asked;
        let who = if row.kind == MarkRequestKind::Leave { Role::Institution } else { Role::CountyClerk };
        Self {
            actions: actions(&row, actor).into_iter().map(Into::into).collect(),
            waiting_on: waits.then_some(who),
            id: row.id,
            class_id: row.class_id,
            session_id: row.session_id,
            enrolment_id: row.enrolment_id,
            kind: row.kind,
            presence: row.presence,
            in_at: row.in_at,
            out_at: row.out_at,
            reason: row.reason,
            has_photo: row.photo_id.is_some(),
            old_mark: row.old_mark.and_then(|mark| serde_json::from_str(&mark).ok()),
            status: row.status,
            asked_at: row.asked_at,
            decided_at: row.decided_at,
            answer: row.answer,
            version: row.version,
        }
    }
}
