//! What came of an enrolment when the class was closed: derived from marks and assessment, never typed.

use sea_orm::entity::prelude::*;

use crate::values::{ClassId, EnrolmentId, PersonId, Programme};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "completion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub enrolment_id: EnrolmentId,
    pub class_id: ClassId,
    pub person_id: PersonId,
    pub programme: Programme,
    pub year: i32,
    pub area_code: String,
    pub credited_minutes: i32,
    pub held_minutes: i32,
    pub passed: bool,
    /// Attendance reached the class's threshold and the assessment was passed.
    pub qualified: bool,
    pub completed_on: Date,
}

impl ActiveModelBehavior for ActiveModel {}
