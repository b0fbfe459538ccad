//! Keys from the settings: told apart by name, and refused when they are no keys. What is wrong is told by name, never by
//! value.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};

/// Name of the finding key in the settings.
pub(in crate::data) const INDEX: &str = "index";
/// The finding key before: rows are still found by it until they are hashed anew.
const INDEX_OLD: &str = "index_old";

pub(in crate::data) type Bytes = [u8; 32];

/// The keys by their use.
pub(in crate::data) struct Keys {
    pub sealing: BTreeMap<String, Bytes>,
    pub index: Bytes,
    pub index_old: Option<Bytes>,
}

impl Keys {
    /// # Errors
    /// One line that names the setting.
    pub(in crate::data) fn read(settings: &BTreeMap<String, String>) -> Result<Self, String> {
        if settings.is_empty() {
            return Err("data_keys is not set: personal data cannot be sealed".to_owned());
        }
        let mut read: BTreeMap<String, Bytes> = BTreeMap::new();
        for (name, text) in settings {
            if name.is_empty() || name.len() > 16 || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return Err("data_keys: a key's name is 1 to 16 letters, digits and underscores".to_owned());
            }
            let bytes = decode(text).map_err(|why| format!("data_keys.{name} {why}"))?;
            if let Some((other, _)) = read.iter().find(|(_, other)| **other == bytes) {
                return Err(format!("data_keys.{name} is the same key as data_keys.{other}: each use needs its own"));
            }
            read.insert(name.clone(), bytes);
        }
        let index = read.remove(INDEX).ok_or("data_keys.index is not set: people cannot be found")?;
        let index_old = read.remove(INDEX_OLD);
        if read.is_empty() {
            return Err("data_keys has no key that seals, such as data_keys.k1".to_owned());
        }
        Ok(Self { sealing: read, index, index_old })
    }
}

fn decode(text: &str) -> Result<Bytes, &'static str> {
    let bytes = STANDARD.decode(text).map_err(|_| "is not base64")?;
    let bytes: Bytes = bytes.try_into().map_err(|_| "is not 32 bytes long")?;
    if is_made_up(&bytes) { Err("is not random: take 32 bytes of a random source") } else { Ok(bytes) }
}

/// What somebody typed, or took from an example: few different bytes, bytes that count up or down, or readable text. Random
/// bytes are so less often than once in ten million million keys.
fn is_made_up(bytes: &Bytes) -> bool {
    let few = bytes.iter().collect::<BTreeSet<_>>().len() < 16;
    let mut steps = bytes.iter().zip(bytes.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a));
    let first = steps.next();
    let counts = steps.all(|step| Some(step) == first);
    few || counts || bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u8) -> String {
        STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, &[n]).as_ref())
    }

    fn read(pairs: &[(&str, &str)]) -> Result<Keys, String> {
        Keys::read(&pairs.iter().map(|(name, key)| ((*name).to_owned(), (*key).to_owned())).collect())
    }

    #[test]
    fn keys_are_told_apart_by_name() {
        let keys = read(&[("index", &key(1)), ("index_old", &key(2)), ("k1", &key(3)), ("k2", &key(4))]).ok().unwrap();
        assert_eq!(keys.sealing.keys().collect::<Vec<_>>(), ["k1", "k2"]);
        assert!(keys.index_old.is_some());
    }

    #[test]
    fn what_is_no_key_is_told_by_its_name_and_not_by_its_value() {
        let good = key(1);
        let text = STANDARD.encode("this is 32 characters of text...");
        let counted = STANDARD.encode((0..32).collect::<Vec<u8>>());
        for (name, bad) in [
            ("short", STANDARD.encode([9_u8; 16])),
            ("same", STANDARD.encode([7_u8; 32])),
            ("counted", counted),
            ("text", text),
            ("no_base64", "!".repeat(44)),
            ("empty", String::new()),
            ("twice", good.clone()),
        ] {
            let line = read(&[("index", &good), (name, &bad)]).err().unwrap();
            assert!(line.contains(&format!("data_keys.{name} ")), "{line}");
            assert!(bad.is_empty() || !line.contains(&bad), "{line}");
        }
        assert!(read(&[]).err().unwrap().starts_with("data_keys is not set"));
        assert!(read(&[("k1", &good)]).err().unwrap().starts_with("data_keys.index is not set"));
        assert!(read(&[("index", &good)]).err().unwrap().starts_with("data_keys has no key that seals"));
    }
}
