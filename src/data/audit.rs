//! Who did what to which thing: a row that is written with the deed, or not at all.

use entities::{
    audit_event, deputy_act,
    values::{AccountId, AuditId, DelegationId, Role},
};
use sea_orm::prelude::DateTimeUtc;
use serde_json::{Value, json};

/// One deed. `action` and `noun` are the words of the lifecycle tables; `detail` holds no personal data in clear.
#[derive(Clone, Debug)]
pub struct Audit {
    /// `None` where the system itself acts.
    pub actor: Option<AccountId>,
    pub role: Option<Role>,
    /// In whose place it was done.
    pub in_place_of: Option<(DelegationId, AccountId)>,
    pub action: &'static str,
    pub noun: &'static str,
    pub object_id: String,
    pub area_code: Option<String>,
    pub detail: Option<Value>,
}

/// Whoever acts: an account in the role that it holds.
pub trait Doer {
    fn doer(&self) -> (AccountId, Role);

    /// In whose place, and by what leave.
    fn in_place_of(&self) -> Option<(DelegationId, AccountId)> {
        None
    }
}

/// Somebody at the door, who acts in nobody's place yet.
impl Doer for (AccountId, Role) {
    fn doer(&self) -> (AccountId, Role) {
        *self
    }
}

impl Audit {
    /// A deed of the system, until it is said whose it was.
    pub fn of(action: &'static str, noun: &'static str, id: impl std::fmt::Display) -> Self {
        Self {
            actor: None,
            role: None,
            in_place_of: None,
            action,
            noun,
            object_id: id.to_string(),
            area_code: None,
            detail: None,
        }
    }

    pub fn by(self, doer: &impl Doer) -> Self {
        let (actor, role) = doer.doer();
        Self { actor: Some(actor), role: Some(role), in_place_of: doer.in_place_of(), ..self }
    }

    /// By somebody, or by the system where nobody asked.
    pub fn by_actor(self, actor: Option<&impl Doer>) -> Self {
        match actor {
            Some(actor) => self.by(actor),
            None => self,
        }
    }

    pub fn area(self, code: &str) -> Self {
        Self { area_code: Some(code.to_owned()), ..self }
    }

    pub fn detail(self, detail: Value) -> Self {
        Self { detail: Some(detail), ..self }
    }

    /// The row of the log, and that of the book of deputies where it was done in another's place.
    pub(in crate::data) fn rows(self, at: DateTimeUtc) -> (audit_event::Model, Option<deputy_act::Model>) {
        let behalf = self.in_place_of;
        let row = self.row(at);
        let act = behalf.zip(row.actor_id).map(|((delegation_id, on_behalf_of), account_id)| deputy_act::Model {
            id: row.id,
            at,
            delegation_id,
            account_id,
            on_behalf_of,
            action: row.action.clone(),
            noun: row.noun.clone(),
            object_id: row.object_id.clone(),
            area_code: row.area_code.clone(),
        });
        (row, act)
    }

    fn row(self, at: DateTimeUtc) -> audit_event::Model {
        let detail = match self.in_place_of {
            Some((_, account)) => Some(with_behalf(self.detail, account)),
            None => self.detail,
        };
        audit_event::Model {
            id: AuditId::new(),
            at,
            actor_id: self.actor,
            role: self.role,
            action: self.action.to_owned(),
            noun: self.noun.to_owned(),
            object_id: self.object_id,
            area_code: self.area_code,
            detail: detail.map(|detail| detail.to_string()),
        }
    }
}

/// The detail, with the account in whose place it was done.
fn with_behalf(detail: Option<Value>, account: AccountId) -> Value {
    match detail {
        Some(Value::Object(mut fields)) => {
            fields.insert("on_behalf_of".to_owned(), json!(account));
            Value::Object(fields)
        }
        Some(other) => json!({ "on_behalf_of": account, "detail": other }),
        None => json!({ "on_behalf_of": account }),
    }
}
