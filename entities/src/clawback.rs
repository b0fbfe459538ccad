//! Money that was paid for a line and is asked back (追回).

use sea_orm::entity::prelude::*;

use crate::values::{
    AccountId, CaseId, ClaimId, ClassId, ClawbackId, ClawbackSource, ClawbackStatus, Fen, HolderId, LineId,
    OrganisationId, PaidFault, PersonId, PotId, SampleItemId,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clawback")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClawbackId,
    pub number: String,
    pub line_id: LineId,
    pub claim_id: ClaimId,
    pub class_id: ClassId,
    /// From which it was paid.
    pub pot_id: PotId,
    pub area_code: String,
    /// Who taught.
    pub organisation_id: OrganisationId,
    /// Who was paid: one of the two.
    pub payee_organisation: Option<OrganisationId>,
    pub payee_person: Option<PersonId>,
    pub source: ClawbackSource,
    pub item_id: Option<SampleItemId>,
    pub case_id: Option<CaseId>,
    pub fault: PaidFault,
    /// What was found; whoever was paid reads it.
    #[sea_orm(column_type = "Text")]
    pub note: String,
    pub fen: Fen,
    /// Of it came back, and will not come back.
    pub recovered_fen: Fen,
    pub written_off_fen: Fen,
    pub status: ClawbackStatus,
    pub requested_by: AccountId,
    pub requested_holder: HolderId,
    pub requested_at: DateTimeUtc,
    /// Another natural person.
    pub decided_by: Option<AccountId>,
    pub decided_holder: Option<HolderId>,
    pub decided_at: Option<DateTimeUtc>,
    /// Why it was rejected.
    #[sea_orm(column_type = "Text")]
    pub refusal: Option<String>,
    pub invoice_no: Option<String>,
    pub invoiced_by: Option<AccountId>,
    pub invoiced_at: Option<DateTimeUtc>,
    /// By when it is to be paid back.
    pub due_on: Option<Date>,
    /// A third person.
    pub written_off_by: Option<AccountId>,
    pub written_off_holder: Option<HolderId>,
    pub written_off_at: Option<DateTimeUtc>,
    /// Why the rest was written off.
    #[sea_orm(column_type = "Text")]
    pub write_off: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
