//! Signing keys and what they sign.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use entities::{signing_key, values::SigningKeyId};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::areas::Atlas;
use crate::base::{Error, Result};
use crate::certificates::credential::jose;
use crate::certificates::credential::payload::{self, Site, Words};
use crate::certificates::credential::store;
use crate::certificates::holders;
use crate::certificates::pages::title;
use crate::certificates::service::{self as certificates, Sheet};
use crate::data::{Audit, Vault, Work};
use crate::policy::occupation_name;
use crate::web::{Lexicon, Locale};

/// What private keys are sealed for.
pub(super) const KEY: &str = "signing_key.sealed";

/// The key that signs, where one was made.
pub(crate) async fn key(db: &impl ConnectionTrait) -> Result<Option<signing_key::Model>> {
    store::in_force(db).await
}

/// The key that signs; it is made at the first need.
pub(crate) async fn need_key(work: &Work, vault: &Vault) -> Result<signing_key::Model> {
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

/// What a credential is written with.
pub(crate) struct Ground<'g> {
    pub vault: &'g Vault,
    pub atlas: &'g Atlas,
    pub lexicon: &'g Lexicon,
    pub base_url: &'g str,
}

/// The certificate as a signed file.
pub(super) async fn credential(
    db: &impl ConnectionTrait,
    ground: &Ground<'_>,
    key: &signing_key::Model,
    sheet: &Sheet,
) -> Result<String> {
    let certificate = &sheet.issued.certificate;
    let holder = match holders::printed(db, ground.vault, certificate.id).await? {
        Some(holder) => Some(holder),
        None => holders::registered(db, ground.vault, &[certificate.person_id]).await?.remove(&certificate.person_id),
    };
    let holder = holder.ok_or_else(|| Error::internal("a certificate without its person"))?;
    let site = Site::at(ground.base_url);
    let payload = payload::payload(&site, ground.vault, sheet, &holder, &words(ground, sheet));
    jose::sign(&ground.vault.open(KEY, key.id, &key.sealed)?, &site.key(&key.kid), &payload)
}

/// The credential of a certificate that somebody may have because of what it is a part of; none where it no longer holds.
pub(crate) async fn credential_of(
    db: &impl ConnectionTrait,
    ground: &Ground<'_>,
    key: &signing_key::Model,
    serial: &str,
) -> Result<Option<String>> {
    let sheet = certificates::by_serial(db, ground.vault, serial).await?;
    if !sheet.is_valid() {
        return Ok(None);
    }
    credential(db, ground, key, &sheet).await.map(Some)
}

fn words(ground: &Ground<'_>, sheet: &Sheet) -> Words {
    let lexicon = ground.lexicon;
    let place = ground.atlas.name(sheet.county(), sheet.issued_on()).unwrap_or_default();
    let (hours, percent) = (sheet.hours(), sheet.percent());
    let certificate = &sheet.issued.certificate;
    let occupation = occupation_name(&certificate.occupation, Locale::Zh);
    let level = lexicon.say(Locale::Zh, &format!("skill_level-{}", certificate.level), &[]);
    let skill = match (sheet.tells_skill(), sheet.tells_level()) {
        (_, true) => lexicon.say(Locale::Zh, "credential-level", &[("occupation", &occupation), ("level", &level)]),
        (true, false) => lexicon.say(Locale::Zh, "credential-ability", &[("occupation", &occupation)]),
        (false, false) => String::new(),
    };
    Words {
        issuer: lexicon.say(Locale::Zh, "certificate-bureau", &[("place", &place)]),
        name: title(lexicon, sheet),
        description: lexicon.say(
            Locale::Zh,
            "credential-description",
            &[
                ("class", &certificate.title),
                ("institution", &certificate.institution),
                ("from", &sheet.issued.class.starts_on),
                ("to", &sheet.issued.class.ends_on),
            ],
        ),
        narrative: lexicon.say(Locale::Zh, "credential-criteria", &[("hours", &hours), ("rate", &percent)]) + &skill,
    }
}

/// Signs what the house says of itself, such as how long its log is, under the key that signs credentials.
pub(crate) fn sign(
    vault: &Vault,
    base_url: &str,
    key: &signing_key::Model,
    kind: &str,
    payload: &Value,
) -> Result<String> {
    let header = json!({ "alg": "ES256", "typ": kind, "kid": Site::at(base_url).key(&key.kid) });
    jose::sign_under(&vault.open(KEY, key.id, &key.sealed)?, &header, payload)
}

/// Every key that ever signed, by its thumbprint: the public points.
pub(crate) async fn signers(db: &impl ConnectionTrait) -> Result<BTreeMap<String, Vec<u8>>> {
    let keys = store::all(db).await?;
    keys.iter().map(|key| Ok((key.kid.clone(), public(key)?))).collect()
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
