//! Name and identity number as they were printed on a certificate. Certificates that are older than this table have none.

use sea_orm::entity::prelude::*;

use crate::values::CertificateId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_holder")]
pub struct Model {
    /// The certificate.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CertificateId,
    pub sealed: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
