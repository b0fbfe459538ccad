//! What a trainee was told last of the certificate that is at stake.

use sea_orm::entity::prelude::*;

use crate::values::{EnrolmentId, Outlook};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_warning")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub enrolment_id: EnrolmentId,
    pub outlook: Outlook,
    pub told_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
