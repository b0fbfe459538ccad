//! A certificate as a signed file that anybody can check without asking us: an Open Badges 3.0 credential, which is a W3C
//! Verifiable Credential 2.0, as a JWT under ES256 (VC-JOSE-COSE).
//!
//! credential 电子凭证 · signing key 签名密钥 · issuer 发证机关

mod jose;
mod pages;
mod payload;
mod service;
mod store;

use crate::data::SealedColumn;

pub(in crate::certificates) use pages::routes as page_routes;
pub(crate) use {
    jose::{jwk, point, signer, thumbprint, unverified, verified},
    service::{Ground, credential_of, key as signing_key, need_key as need_signing_key, sign, signers},
};

/// The private halves of the signing keys.
pub(crate) const SEALED_KEYS: SealedColumn = SealedColumn {
    table: "signing_key",
    column: "sealed",
    place: service::KEY,
    hashes: &[],
    hash: |_, _| Ok(Vec::new()),
};
