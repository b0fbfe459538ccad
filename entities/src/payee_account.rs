//! A bank account on which an organisation is paid (收款账户). Bank, name and number stand sealed in `sealed`.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, HolderId, OrganisationId, PayeeAccountId, PayeeStatus};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payee_account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PayeeAccountId,
    pub organisation_id: OrganisationId,
    /// Where the organisation is: its county decides.
    pub area_code: String,
    /// Encrypted JSON: bank, name and number.
    pub sealed: Vec<u8>,
    /// Keyed hash of the number: finds, but does not tell.
    pub number_index: String,
    /// The last four digits.
    pub tail: String,
    pub status: PayeeStatus,
    pub proposed_by: AccountId,
    pub proposed_holder: HolderId,
    pub proposed_at: DateTimeUtc,
    pub decided_by: Option<AccountId>,
    pub decided_holder: Option<HolderId>,
    pub decided_at: Option<DateTimeUtc>,
    /// The first day on which it is paid on.
    pub usable_from: Option<Date>,
    /// The first day on which it is paid on no more, because another one is.
    pub used_until: Option<Date>,
    /// Why it was refused or stopped.
    pub reason: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
