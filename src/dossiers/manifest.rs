//! The manifest: what is in a dossier, signed.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::hex;
use crate::base::{Error, Result};
use crate::dossiers::archive::Files;

/// Its name in the archive. It names every other file and not itself.
pub(super) const NAME: &str = "manifest.json";
/// What it is called where it is signed.
pub(super) const KIND: &str = "sidan-dossier+jwt";

/// A file of the dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Named {
    pub name: String,
    pub bytes: usize,
    pub sha256: String,
}

/// As it stands in the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// The number of the claim.
    pub claim: String,
    /// When it was made.
    pub at: String,
    pub files: Vec<Named>,
    /// The public key, as in `/.well-known/jwks.json` of the house.
    pub key: Value,
    /// Everything above as a JWT under ES256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

impl Manifest {
    pub(super) fn of(files: &Files) -> Vec<Named> {
        let named = |(name, bytes): (&String, &Vec<u8>)| Named {
            name: name.clone(),
            bytes: bytes.len(),
            sha256: sha256(bytes),
        };
        files.iter().map(named).collect()
    }

    /// What is signed: all but the signature.
    pub(super) fn payload(&self) -> Result<Value> {
        serde_json::to_value(Self { signed: None, ..self.clone() }).map_err(Error::internal)
    }
}
