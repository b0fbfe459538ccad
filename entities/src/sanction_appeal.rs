//! An appeal (申诉) of an institution against a sanction.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, AppealStatus, OrganisationId, SanctionAppealId, SanctionId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sanction_appeal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SanctionAppealId,
    pub sanction_id: SanctionId,
    pub organisation_id: OrganisationId,
    /// Of the sanction.
    pub area_code: String,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    pub status: AppealStatus,
    pub filed_by: AccountId,
    pub filed_at: DateTimeUtc,
    /// Somebody who took no part.
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub answer: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
