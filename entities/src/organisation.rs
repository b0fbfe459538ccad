//! A training institution, an enterprise or an office.

use sea_orm::entity::prelude::*;

use crate::values::{OrganisationId, OrganisationKind, OrganisationStatus};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganisationId,
    pub kind: OrganisationKind,
    pub name: String,
    pub credit_code: String,
    pub area_code: String,
    pub legal_person: String,
    pub phone: String,
    pub status: OrganisationStatus,
    pub created_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
