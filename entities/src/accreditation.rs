//! What an institution may teach, and how long (定点资质).

use sea_orm::entity::prelude::*;

use crate::values::{AccreditationId, OrganisationId, Programme};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accreditation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccreditationId,
    pub organisation_id: OrganisationId,
    pub programme: Programme,
    /// Of the occupation list; none means every occupation of the programme.
    pub occupation: Option<String>,
    /// The highest level it may teach: 5 is junior, 1 is senior technician.
    pub level_ceiling: i32,
    pub valid_from: Date,
    pub valid_to: Date,
    pub document_no: String,
}

impl ActiveModelBehavior for ActiveModel {}
