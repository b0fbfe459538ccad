//! What an institution offers to teach (机构列单).

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, CertificateKind, CourseId, CourseStatus, Fen, OrganisationId, Programme};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "course")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CourseId,
    pub number: String,
    pub organisation_id: OrganisationId,
    pub area_code: String,
    pub programme: Programme,
    pub occupation: String,
    pub level: i32,
    /// What its classes lead to.
    pub certificate_kind: CertificateKind,
    pub title: String,
    pub theory_minutes: i32,
    pub practice_minutes: i32,
    pub price_fen: Fen,
    pub syllabus: String,
    pub min_class: i32,
    pub max_class: i32,
    pub status: CourseStatus,
    pub reason: Option<String>,
    pub created_by: AccountId,
    pub created_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
