//! Who did what to which thing: a row that is written with the deed, or not at all.

use entities::{
    audit_event,
    values::{AccountId, AuditId, Role},
};
use sea_orm::prelude::DateTimeUtc;
use serde_json::Value;

/// One deed. `action` and `noun` are the words of the lifecycle tables; `detail` holds no personal data in clear.
#[derive(Clone, Debug)]
pub struct Audit {
    /// `None` where the system itself acts.
    pub actor: Option<AccountId>,
    pub role: Option<Role>,
    pub action: &'static str,
    pub noun: &'static str,
    pub object_id: String,
    pub area_code: Option<String>,
    pub detail: Option<Value>,
}

/// Whoever acts: an account in the role that it holds.
pub trait Doer {
    fn doer(&self) -> (AccountId, Role);
}

impl Audit {
    /// A deed of the system, until it is said whose it was.
    pub fn of(action: &'static str, noun: &'static str, id: impl std::fmt::Display) -> Self {
        Self { actor: None, role: None, action, noun, object_id: id.to_string(), area_code: None, detail: None }
    }

    pub fn by(self, actor: AccountId, role: Role) -> Self {
        Self { actor: Some(actor), role: Some(role), ..self }
    }

    /// By somebody, or by the system where nobody asked.
    pub fn by_actor(self, actor: Option<&impl Doer>) -> Self {
        match actor.map(Doer::doer) {
            Some((actor, role)) => self.by(actor, role),
            None => self,
        }
    }

    pub fn area(self, code: &str) -> Self {
        Self { area_code: Some(code.to_owned()), ..self }
    }

    pub fn detail(self, detail: Value) -> Self {
        Self { detail: Some(detail), ..self }
    }

    pub(in crate::data) fn row(self, at: DateTimeUtc) -> audit_event::Model {
        audit_event::Model {
            id: AuditId::new(),
            at,
            actor_id: self.actor,
            role: self.role,
            action: self.action.to_owned(),
            noun: self.noun.to_owned(),
            object_id: self.object_id,
            area_code: self.area_code,
            detail: self.detail.map(|detail| detail.to_string()),
        }
    }
}
