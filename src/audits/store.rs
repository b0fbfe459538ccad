//! Every query on the audit log.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{audit_event, values::AuditId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::access::Scope;
use crate::base::Result;

/// What the log can be narrowed to: the things that deeds are done to.
pub(super) const NOUNS: [&str; 39] = [
    "order",
    "course",
    "class",
    "enrolment",
    "attendance",
    "class_session",
    "mark_request",
    "session_change",
    "roster_device",
    "completion",
    "doubt",
    "case",
    "sanction",
    "certificate",
    "revocation",
    "signing_key",
    "claim",
    "inspection",
    "call_back",
    "complaint",
    "pot",
    "target",
    "person",
    "correction",
    "pair",
    "import",
    "exclusion_list",
    "eligibility_flag",
    "organisation",
    "accreditation",
    "venue",
    "trainer",
    "account",
    "delegation",
    "payee_account",
    "sample_run",
    "sample_item",
    "clawback",
    "export",
];

/// Deeds in the scope's area, and those that lie in none, such as signing in.
fn visible_to(scope: &Scope) -> Select<audit_event::Entity> {
    let seen = scope.over(audit_event::Column::AreaCode, None, None);
    let nowhere = match scope {
        Scope::Area(_) | Scope::System => audit_event::Column::AreaCode.is_null(),
        Scope::Organisation(_) | Scope::Assessor(_) | Scope::Person(_) | Scope::Nothing => {
            return audit_event::Entity::find().filter(seen);
        }
    };
    audit_event::Entity::find().filter(sea_orm::Condition::any().add(seen).add(nowhere))
}

/// So many deeds before one, the newest first: ids ascend in time.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    noun: Option<&str>,
    after: Option<AuditId>,
    limit: u64,
) -> Result<Vec<audit_event::Model>> {
    let mut rows = visible_to(scope);
    if let Some(noun) = noun {
        rows = rows.filter(audit_event::Column::Noun.eq(noun));
    }
    if let Some(after) = after {
        rows = rows.filter(audit_event::Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(audit_event::Column::Id).limit(limit).all(db).await?)
}
