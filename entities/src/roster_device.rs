//! A device on which an institution keeps rosters without network; its marks are signed with a key that never leaves it.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, OrganisationId, RosterDeviceId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roster_device")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RosterDeviceId,
    pub organisation_id: OrganisationId,
    /// Who registered it and answers for its marks.
    pub account_id: AccountId,
    pub name: String,
    /// A point on P-256, uncompressed, base64.
    pub public_key: String,
    pub registered_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
