//! Raising a doubt: the same one once, however often it is found.

use entities::{
    doubt,
    values::{ClassId, DoubtId, DoubtKind, DoubtStatus, EnrolmentId, SessionId},
};
use sea_orm::sea_query::Expr;
use serde_json::json;

use crate::access::Actor;
use crate::base::Result;
use crate::base::lifecycle::Lifecycle;
use crate::classes;
use crate::data::{Audit, Work};
use crate::supervision::lifecycle::DoubtAction;
use crate::supervision::store;

use doubt::Column;

/// Something that looks wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub class: ClassId,
    /// None where it is about the class as a whole.
    pub session: Option<SessionId>,
    /// None where it is about more than one person.
    pub enrolment: Option<EnrolmentId>,
    pub kind: DoubtKind,
    /// What makes it the same doubt of its class and kind when it is found again.
    pub key: String,
    /// Plain facts: names of numbers and values, no personal data.
    pub facts: serde_json::Value,
}

/// Raises a doubt, or brings the one up to date that stands. One that vanished is open again; what somebody decided stays
/// as it was decided.
///
/// # Errors
/// `NotFound` where no such class is; of the database.
pub(crate) async fn raise(work: &Work, by: Option<&Actor>, found: Found) -> Result<DoubtId> {
    let class = classes::by_id(work.db(), found.class).await?;
    let facts = found.facts.to_string();
    let Some(row) = store::same(work.db(), found.class, found.kind, &found.key).await? else {
        let row = doubt::Model {
            id: DoubtId::new(),
            class_id: class.id,
            session_id: found.session,
            enrolment_id: found.enrolment,
            organisation_id: class.organisation_id,
            area_code: class.area_code,
            kind: found.kind,
            key: found.key,
            facts,
            status: DoubtStatus::Open,
            found_at: work.now,
            decided_by: None,
            decided_at: None,
            reason: None,
            case_id: None,
            version: 1,
        };
        let id = row.id;
        record(work, by, &row, "raise");
        store::insert(work, row).await?;
        return Ok(id);
    };
    let to = match row.status {
        DoubtStatus::Cleared => row.status.after(DoubtAction::Find)?,
        DoubtStatus::Open if row.facts != facts => DoubtStatus::Open,
        _ => return Ok(row.id),
    };
    let mut also = vec![(Column::Facts, Expr::value(facts))];
    if to != row.status {
        record(work, by, &row, DoubtAction::Find.into());
        also.push((Column::FoundAt, Expr::value(work.now)));
    }
    store::move_doubt(work, &row, to, also).await?;
    Ok(row.id)
}

/// For the audit log.
pub(super) fn record(work: &Work, by: Option<&Actor>, row: &doubt::Model, action: &'static str) {
    let audit = Audit::of(action, "doubt", row.id).by_actor(by).area(&row.area_code);
    work.record(audit.detail(json!({ "class": row.class_id, "kind": row.kind })));
}
