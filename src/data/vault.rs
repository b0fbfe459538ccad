//! Personal data at rest: sealed so that a value opens only in its own row and column, and found by a keyed hash.

use std::{collections::BTreeMap, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
    rand::{SecureRandom, SystemRandom},
};

use crate::base::{Error, Result};
use crate::data::keys::{Bytes, INDEX, Keys};

/// Keys for sealing, by id, and the keys for finding.
pub struct Vault {
    keys: BTreeMap<String, LessSafeKey>,
    /// The id of the key that seals anew.
    current: String,
    index: hmac::Key,
    /// The finding key before, while rows are hashed anew.
    index_old: Option<hmac::Key>,
    random: SystemRandom,
}

/// The hashes of one value, in the order of their columns.
pub type Hashes = Vec<Option<String>>;

/// A column of sealed values, in a table with a UUID for its key `id`. The house lists all of them, so that a change of keys
/// reaches every one.
#[derive(Clone, Copy)]
pub struct SealedColumn {
    pub table: &'static str,
    pub column: &'static str,
    /// The place that the values are sealed for.
    pub place: &'static str,
    /// Columns of hashes by which a row is found.
    pub hashes: &'static [&'static str],
    /// Those hashes of an opened value, in the same order.
    pub hash: fn(&Vault, &[u8]) -> Result<Hashes>,
}

impl Vault {
    /// # Errors
    /// A clear line that names the setting when a key is missing or is no key.
    pub fn new(keys: &BTreeMap<String, String>) -> Result<Self, String> {
        let Keys { sealing, index, index_old } = Keys::read(keys)?;
        let finding = |bytes: Bytes| hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let mut keys = BTreeMap::new();
        for (name, bytes) in sealing {
            let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| format!("data_keys.{name} is no key"))?;
            keys.insert(name, LessSafeKey::new(key));
        }
        let current = keys.keys().next_back().cloned().unwrap_or_default();
        Ok(Self {
            keys,
            current,
            index: finding(index),
            index_old: index_old.map(finding),
            random: SystemRandom::new(),
        })
    }

    /// Fresh keys for a new database, in the form of the settings.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub fn fresh_keys() -> Result<BTreeMap<String, String>> {
        let mut keys = BTreeMap::new();
        for name in [INDEX, "k1"] {
            keys.insert(name.to_owned(), Self::fresh_key()?);
        }
        Ok(keys)
    }

    /// One fresh key, in the form of the settings.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub fn fresh_key() -> Result<String> {
        let mut bytes = [0_u8; 32];
        SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("no random bytes"))?;
        Ok(STANDARD.encode(bytes))
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

    /// The id of the key that a value is sealed with; nothing is opened.
    pub fn key_of(sealed: &[u8]) -> Option<&str> {
        let (length, rest) = sealed.split_first()?;
        std::str::from_utf8(rest.get(..usize::from(*length))?).ok()
    }

    /// The id of the key that seals anew.
    pub fn current(&self) -> &str {
        &self.current
    }

    /// The ids of all sealing keys.
    pub fn sealing_keys(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// Whether the finding key before is still set.
    pub fn has_old_index(&self) -> bool {
        self.index_old.is_some()
    }

    /// Tells the keys that seal and hash anew from those of another time, and nothing about them.
    pub fn fingerprint(&self) -> String {
        format!("{}.{}", self.current, hash(&self.index, "fingerprint", "").get(..16).unwrap_or_default())
    }

    /// Whether two fingerprints are of one key that finds, whatever seals.
    pub(crate) fn finds_as(one: &str, other: &str) -> bool {
        let finding = |fingerprint: &str| fingerprint.rsplit_once('.').map(|(_, finding)| finding.to_owned());
        finding(one).is_some() && finding(one) == finding(other)
    }

    /// The keyed hash under which a value is stored; `kind` keeps equal values of different kinds apart.
    pub fn index(&self, kind: &str, value: &str) -> String {
        hash(&self.index, kind, value)
    }

    /// The keyed hashes under which a value may stand: the one of [`Vault::index`], and while rows are hashed anew the one
    /// before. Who looks for a value, or asks whether it is taken, asks for all of them.
    pub fn indexes(&self, kind: &str, value: &str) -> Vec<String> {
        std::iter::once(self.index(kind, value)).chain(self.index_before(kind, value)).collect()
    }

    /// The keyed hash under which a value may still stand while rows are hashed anew.
    pub fn index_before(&self, kind: &str, value: &str) -> Option<String> {
        self.index_old.as_ref().map(|key| hash(key, kind, value))
    }
}

fn hash(key: &hmac::Key, kind: &str, value: &str) -> String {
    let tag = hmac::sign(key, format!("{kind}/{value}").as_bytes());
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    tag.as_ref().iter().take(16).flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
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
    fn a_new_key_seals_while_the_old_one_still_opens_and_finds() {
        let mut keys = Vault::fresh_keys().unwrap();
        let old = Vault::new(&keys).unwrap();
        let sealed = old.seal("person.sealed", 1, b"secret").unwrap();
        keys.insert("k2".to_owned(), Vault::fresh_key().unwrap());
        keys.insert("index_old".to_owned(), keys["index"].clone());
        keys.insert("index".to_owned(), Vault::fresh_key().unwrap());
        let new = Vault::new(&keys).unwrap();
        assert_eq!(new.open("person.sealed", 1, &sealed).unwrap(), b"secret");
        assert_eq!(Vault::key_of(&sealed), Some("k1"));
        assert_eq!(Vault::key_of(&new.seal("person.sealed", 1, b"secret").unwrap()), Some("k2"));
        let asked = new.indexes("id", "1");
        assert_eq!(asked, [new.index("id", "1"), old.index("id", "1")]);
        assert_ne!(old.fingerprint(), new.fingerprint());
    }
}
