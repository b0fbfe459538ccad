//! A wish to revoke a certificate, and what a second person decided.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, CertificateId, RevocationId, RevocationStatus};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revocation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RevocationId,
    pub certificate_id: CertificateId,
    /// Of the class, whose county decides.
    pub area_code: String,
    pub serial: String,
    /// Whoever verifies a revoked certificate reads it.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    pub status: RevocationStatus,
    pub asked_by: AccountId,
    pub asked_at: DateTimeUtc,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    /// Why it was refused.
    #[sea_orm(column_type = "Text")]
    pub answer: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
