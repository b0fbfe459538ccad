//! A certificate (证书), open to public verification by its serial. What is printed on it stands here and not elsewhere, so
//! that no later change of a name alters a paper that was handed out.

use sea_orm::entity::prelude::*;

use crate::values::{CertificateId, CertificateKind, CertificateStatus, ClassId, EnrolmentId, PersonId, ReplaceReason};

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
    /// The title of the class.
    pub title: String,
    pub occupation: String,
    pub level: i32,
    pub institution: String,
    /// The body that assessed.
    pub assessor: Option<String>,
    pub credited_minutes: i32,
    pub held_minutes: i32,
    /// The certificate whose place this one took, and why.
    pub replaces: Option<CertificateId>,
    pub replace_reason: Option<ReplaceReason>,
}

impl ActiveModelBehavior for ActiveModel {}
