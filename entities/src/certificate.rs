//! A certificate (证书), open to public verification by its serial.

use sea_orm::entity::prelude::*;

use crate::values::{CertificateId, CertificateKind, CertificateStatus, ClassId, EnrolmentId, PersonId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CertificateId,
    pub serial: String,
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub class_id: ClassId,
    pub kind: CertificateKind,
    pub issued_on: Date,
    pub status: CertificateStatus,
    pub reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
