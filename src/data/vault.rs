//! Personal data at rest: sealed so that a value opens only in its own row and column, and found by a keyed hash.

use std::{collections::BTreeMap, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
    rand::{SecureRandom, SystemRandom},
};

use crate::base::{Error, Result};

/// Keys for sealing, by id, and the key for finding.
pub struct Vault {
    keys: BTreeMap<String, LessSafeKey>,
    /// The id of the key that seals anew.
    current: String,
    index: hmac::Key,
    random: SystemRandom,
}

/// Name of the finding key in the settings; every other name is a sealing key.
const INDEX: &str = "index";

impl Vault {
    /// # Errors
    /// A clear line when a key is missing or is not 32 bytes in base64.
    pub fn new(keys: &BTreeMap<String, String>) -> Result<Self, String> {
        let decode = |name: &str, text: &str| -> Result<Vec<u8>, String> {
            let bytes = STANDARD.decode(text).map_err(|_| format!("data_keys.{name} is not base64"))?;
            let varied = bytes.iter().any(|byte| Some(byte) != bytes.first());
            if bytes.len() == 32 && varied {
                Ok(bytes)
            } else {
                Err(format!("data_keys.{name} is not 32 random bytes"))
            }
        };
        let index = keys.get(INDEX).ok_or("data_keys.index is not set")?;
        let index = hmac::Key::new(hmac::HMAC_SHA256, &decode(INDEX, index)?);
        let mut sealing = BTreeMap::new();
        for (name, text) in keys.iter().filter(|(name, _)| *name != INDEX) {
            if name.is_empty() || name.len() > 16 {
                return Err(format!("data_keys.{name}: a key's name has 1 to 16 characters"));
            }
            let key = UnboundKey::new(&AES_256_GCM, &decode(name, text)?).map_err(|_| format!("data_keys.{name}"))?;
            sealing.insert(name.clone(), LessSafeKey::new(key));
        }
        let current = sealing.keys().next_back().cloned().ok_or("data_keys has no key that seals")?;
        Ok(Self { keys: sealing, current, index, random: SystemRandom::new() })
    }

    /// Fresh keys for a new database, in the form of the settings.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub fn fresh_keys() -> Result<BTreeMap<String, String>> {
        let mut keys = BTreeMap::new();
        for name in [INDEX, "k1"] {
            let mut bytes = [0_u8; 32];
            SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("no random bytes"))?;
            keys.insert(name.to_owned(), STANDARD.encode(bytes));
        }
        Ok(keys)
    }

    /// Seals `plain` for one place, such as `person.sealed` of a row: key id, nonce, then the sealed bytes.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub fn seal(&self, place: &str, row: impl fmt::Display, plain: &[u8]) -> Result<Vec<u8>> {
        let key = self.keys.get(&self.current).ok_or_else(|| Error::internal("no sealing key"))?;
        let mut nonce = [0_u8; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| Error::internal("no random bytes"))?;
        let mut sealed = plain.to_vec();
        key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(format!("{place}/{row}")),
            &mut sealed,
        )
        .map_err(|_| Error::internal("sealing failed"))?;
        let mut out = Vec::with_capacity(1 + self.current.len() + NONCE_LEN + sealed.len());
        out.push(u8::try_from(self.current.len()).map_err(Error::internal)?);
        out.extend_from_slice(self.current.as_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what was sealed for that place; bytes that were moved from another row or changed do not open.
    ///
    /// # Errors
    /// `Internal`: the value was tampered with, or its key is gone.
    pub fn open(&self, place: &str, row: impl fmt::Display, sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::internal("a sealed value does not open");
        let (length, rest) = sealed.split_first().ok_or_else(broken)?;
        let (name, rest) = rest.split_at_checked(usize::from(*length)).ok_or_else(broken)?;
        let (nonce, bytes) = rest.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let name = std::str::from_utf8(name).map_err(|_| broken())?;
        let key = self.keys.get(name).ok_or_else(|| Error::internal("the key of a sealed value is not set"))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut bytes = bytes.to_vec();
        let plain = key.open_in_place(nonce, Aad::from(format!("{place}/{row}")), &mut bytes).map_err(|_| broken())?;
        Ok(plain.to_vec())
    }

    /// The keyed hash by which a value is found; `kind` keeps equal values of different kinds apart.
    pub fn index(&self, kind: &str, value: &str) -> String {
        let tag = hmac::sign(&self.index, format!("{kind}/{value}").as_bytes());
        tag.as_ref().iter().take(16).fold(String::with_capacity(32), |mut out, byte| {
            use fmt::Write;
            write!(out, "{byte:02x}").ok();
            out
        })
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault(current {})", self.current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new(&Vault::fresh_keys().unwrap()).unwrap()
    }

    #[test]
    fn a_value_opens_in_its_own_row_only() {
        let vault = vault();
        let sealed = vault.seal("person.sealed", 1, b"secret").unwrap();
        assert_eq!(vault.open("person.sealed", 1, &sealed).unwrap(), b"secret");
        assert!(vault.open("person.sealed", 2, &sealed).is_err());
        assert!(vault.open("person.phone", 1, &sealed).is_err());
    }

    #[test]
    fn a_flipped_bit_does_not_open() {
        let vault = vault();
        let sealed = vault.seal("person.sealed", 1, b"secret").unwrap();
        for i in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[i] ^= 1;
            assert!(vault.open("person.sealed", 1, &broken).is_err(), "byte {i}");
        }
    }

    #[test]
    fn keys_that_are_no_keys_are_refused() {
        let keys = |index: &str, k1: &str| {
            Vault::new(&BTreeMap::from([("index".to_owned(), index.to_owned()), ("k1".to_owned(), k1.to_owned())]))
        };
        let good = STANDARD.encode((0..32).collect::<Vec<u8>>());
        assert!(keys(&good, &good).is_ok());
        assert!(keys(&good, &STANDARD.encode([7_u8; 32])).is_err());
        assert!(keys("short", &good).is_err());
        assert!(Vault::new(&BTreeMap::new()).is_err());
    }
}
