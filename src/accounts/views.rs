//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::values::{AccountId, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::accounts::service::Opened;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountView {
    pub id: AccountId,
    pub name: String,
    pub role: Role,
    /// Division code; the role covers it and everything below it.
    pub area_code: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenView {
    /// Send it as `Authorization: Bearer …`.
    pub token: String,
    pub expires_at: DateTime<Utc>,
    pub account: AccountView,
}

impl From<Actor> for AccountView {
    fn from(actor: Actor) -> Self {
        Self { id: actor.account, name: actor.name, role: actor.role, area_code: actor.area }
    }
}

impl From<Opened> for TokenView {
    fn from(opened: Opened) -> Self {
        Self {
            token: opened.token.reveal().to_owned(),
            expires_at: opened.expires_at,
            account: AccountView {
                id: opened.account.id,
                name: opened.account.name,
                role: opened.grant.role,
                area_code: opened.grant.area_code,
            },
        }
    }
}
