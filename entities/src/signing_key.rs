//! A key that signs the credentials of certificates; a retired one still proves what it signed.

use sea_orm::entity::prelude::*;

use crate::values::SigningKeyId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SigningKeyId,
    /// The thumbprint of the public key, by RFC 7638.
    pub kid: String,
    /// The public point, uncompressed, in base64.
    pub public: String,
    /// The key pair as PKCS#8.
    pub sealed: Vec<u8>,
    pub created_at: DateTimeUtc,
    pub retired_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
