//! An unannounced inspection (检查) of a class: who plans it goes there and writes down what is to be seen.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ClassId, InspectionId, InspectionStatus, OrganisationId, SessionId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inspection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InspectionId,
    pub class_id: ClassId,
    /// None as long as any session of the class will do.
    pub session_id: Option<SessionId>,
    /// Where the class is taught.
    pub area_code: String,
    pub organisation_id: OrganisationId,
    pub inspector_id: AccountId,
    pub planned_at: DateTimeUtc,
    pub status: InspectionStatus,
    /// When the people were counted.
    pub seen_at: Option<DateTimeUtc>,
    pub headcount: Option<i32>,
    /// Micro-degrees; none where the phone did not tell.
    pub latitude_e6: Option<i32>,
    pub longitude_e6: Option<i32>,
    /// What was seen, encrypted; empty before.
    pub sealed: Vec<u8>,
    /// Why it was cancelled.
    pub reason: Option<String>,
    /// A doubt was raised because fewer people were seen than are marked.
    pub doubted: bool,
    /// When no mark could come any more, and it was compared for the last time.
    pub settled_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
