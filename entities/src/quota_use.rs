//! One use of a person's yearly quota for a programme; the key forbids a use too many.

use sea_orm::entity::prelude::*;

use crate::values::{EnrolmentId, PersonId, Programme};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quota_use")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub programme: Programme,
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: i32,
    pub enrolment_id: EnrolmentId,
}

impl ActiveModelBehavior for ActiveModel {}
