//! Outputs of this feature.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::values::{AccountId, HolderId, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::accounts::service::Opened;
use crate::accounts::store::Listed;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountView {
    pub id: AccountId,
    pub name: String,
    pub role: Role,
    /// Division code; the role covers it and everything below it.
    pub area_code: String,
    /// Who is away and in whose place the caller acts at the moment.
    pub on_behalf_of: Option<String>,
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
        Self {
            id: actor.account,
            name: actor.name,
            role: actor.role,
            area_code: actor.area,
            on_behalf_of: actor.behalf.map(|behalf| behalf.name),
        }
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
                on_behalf_of: None,
            },
        }
    }
}

/// An account as the administrator sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountLine {
    pub id: AccountId,
    pub login: String,
    pub name: String,
    pub role: Role,
    /// Division code; the role covers it and everything below it.
    pub area_code: String,
    /// The identity number of whoever is behind it, masked; null where none was entered.
    pub identity: Option<String>,
    /// It is that of a registered person, whose record tells who it is.
    pub is_registered: bool,
    pub is_disabled: bool,
}

impl AccountLine {
    pub(super) fn of(row: Listed, numbers: &HashMap<HolderId, String>) -> Self {
        Self {
            identity: row.holder_id.and_then(|holder| numbers.get(&holder).cloned()),
            is_registered: row.person_id.is_some(),
            is_disabled: row.disabled_at.is_some(),
            id: row.id,
            login: row.login,
            name: row.name,
            role: row.role,
            area_code: row.area_code,
        }
    }
}
