//! Signing keys and what they sign.

use base64::{Engine, engine::general_purpose::STANDARD};
use entities::{signing_key, values::SigningKeyId};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::base::{Error, Result};
use crate::certificates::credential::jose;
use crate::certificates::credential::payload::{self, Site, Words};
use crate::certificates::credential::store;
use crate::certificates::holders;
use crate::certificates::service::Sheet;
use crate::data::{Audit, Vault, Work};

/// What private keys are sealed for.
pub(super) const KEY: &str = "signing_key.sealed";

/// The key that signs, where one was made.
pub(super) async fn key(db: &impl ConnectionTrait) -> Result<Option<signing_key::Model>> {
    store::in_force(db).await
}

/// The key that signs; it is made at the first need.
pub(super) async fn need_key(work: &Work, vault: &Vault) -> Result<signing_key::Model> {
    if let Some(key) = store::in_force(work.db()).await? {
        return Ok(key);
    }
    let (pkcs8, public) = jose::fresh()?;
    let id = SigningKeyId::new();
    let row = signing_key::Model {
        id,
        kid: jose::thumbprint(&public)?,
        public: STANDARD.encode(&public),
        sealed: vault.seal(KEY, id, &pkcs8)?,
        created_at: work.now,
        retired_at: None,
    };
    store::insert(work, row).await?;
    let key = store::in_force(work.db()).await?.ok_or_else(|| Error::internal("no signing key"))?;
    if key.id == id {
        work.record(Audit::of("create", "signing_key", &key.kid));
    }
    Ok(key)
}

/// The certificate as a signed file.
pub(super) async fn credential(
    db: &impl ConnectionTrait,
    vault: &Vault,
    site: &Site<'_>,
    key: &signing_key::Model,
    sheet: &Sheet,
    words: &Words,
) -> Result<String> {
    let certificate = &sheet.issued.certificate;
    let holder = match holders::printed(db, vault, certificate.id).await? {
        Some(holder) => Some(holder),
        None => holders::registered(db, vault, &[certificate.person_id]).await?.remove(&certificate.person_id),
    };
    let holder = holder.ok_or_else(|| Error::internal("a certificate without its person"))?;
    let payload = payload::payload(site, vault, sheet, &holder, words);
    jose::sign(&vault.open(KEY, key.id, &key.sealed)?, &site.key(&key.kid), &payload)
}

fn public(key: &signing_key::Model) -> Result<Vec<u8>> {
    STANDARD.decode(&key.public).map_err(Error::internal)
}

/// All public keys as a key set. A key bears its full name, which is how the head of a credential calls it.
pub(super) async fn key_set(db: &impl ConnectionTrait, site: &Site<'_>) -> Result<Value> {
    let keys = store::all(db).await?;
    let keys: Result<Vec<Value>> = keys.iter().map(|key| jose::jwk(&public(key)?, &site.key(&key.kid))).collect();
    Ok(json!({ "keys": keys? }))
}

/// The document of the issuer's name. Retired keys stay in it: what they signed stays good.
pub(super) async fn did_document(db: &impl ConnectionTrait, site: &Site<'_>) -> Result<Value> {
    let keys = store::all(db).await?;
    let (did, mut methods) = (site.did(), Vec::with_capacity(keys.len()));
    for key in &keys {
        methods.push(json!({
            "id": site.key(&key.kid), "type": "JsonWebKey", "controller": did,
            "publicKeyJwk": jose::jwk(&public(key)?, &key.kid)?,
        }));
    }
    let names: Vec<String> = keys.iter().map(|key| site.key(&key.kid)).collect();
    Ok(json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": names,
    }))
}
