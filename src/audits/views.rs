//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::{
    audit_event,
    values::{AccountId, AuditId, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A deed. Whoever did it is named by account and role; no personal data stands in the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditView {
    pub id: AuditId,
    pub at: DateTime<Utc>,
    /// Null where the system itself acted.
    pub actor_id: Option<AccountId>,
    pub role: Option<Role>,
    pub action: String,
    pub noun: String,
    pub object_id: String,
    pub area_code: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub detail: Option<serde_json::Value>,
}

impl From<audit_event::Model> for AuditView {
    fn from(row: audit_event::Model) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor_id: row.actor_id,
            role: row.role,
            action: row.action,
            noun: row.noun,
            object_id: row.object_id,
            area_code: row.area_code,
            detail: row.detail.and_then(|text| serde_json::from_str(&text).ok()),
        }
    }
}
