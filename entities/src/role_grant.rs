//! Which role an account holds, for which area and organisation; at most one is in force per account.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, GrantId, OrganisationId, Role};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_grant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GrantId,
    pub account_id: AccountId,
    pub role: Role,
    pub area_code: String,
    pub organisation_id: Option<OrganisationId>,
    pub granted_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
