//! So many seats of a class are meant for an order.

use sea_orm::entity::prelude::*;

use crate::values::{ClassId, OrderId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_class")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: OrderId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub class_id: ClassId,
    pub seats: i32,
}

impl ActiveModelBehavior for ActiveModel {}
