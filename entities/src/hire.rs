//! The enterprise of an order hired a trained person.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, EnrolmentId, HireId, OrderId, PersonId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hire")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HireId,
    pub order_id: OrderId,
    pub person_id: PersonId,
    pub enrolment_id: EnrolmentId,
    pub hired_on: Date,
    pub recorded_by: AccountId,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
