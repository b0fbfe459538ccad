//! The code by which whoever objected reads the answer: shown once, kept as a hash.

use std::fmt;

use ring::{
    digest,
    rand::{SecureRandom, SystemRandom},
};

use crate::access::hex;
use crate::base::identity::fold;
use crate::base::{Error, Result};

/// Letters and digits that nobody mistakes for one another when they are written on paper.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 20;

/// A hundred random bits in five groups of four.
pub(crate) struct Code(String);

impl Code {
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub(super) fn fresh() -> Result<Self> {
        let mut bytes = [0_u8; LENGTH];
        SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("no random bytes"))?;
        Ok(Self(
            bytes.iter().filter_map(|byte| SIGNS.get(usize::from(byte % 32))).map(|sign| char::from(*sign)).collect(),
        ))
    }

    /// What somebody typed: in whatever case, with or without hyphens; O, I and L stand for the digits that they look like.
    pub(super) fn typed(text: &str) -> Self {
        let sign = |sign: char| match sign.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        Self(fold(text).chars().filter(char::is_ascii_alphanumeric).map(sign).collect())
    }

    pub(super) fn hash(&self) -> String {
        hex(digest::digest(&digest::SHA256, format!("objection:{}", self.0).as_bytes()).as_ref())
    }
}

/// `7K3M-9QX2-…`, for the one who objected.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, sign) in self.0.chars().enumerate() {
            if n > 0 && n % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{sign}")?;
        }
        Ok(())
    }
}

/// Tells nothing of it, so that a log cannot.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_again_however_it_is_typed() {
        let code = Code::fresh().unwrap();
        let shown = code.to_string();
        assert_eq!((shown.len(), shown.matches('-').count()), (24, 4));
        for typed in
            [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), format!(" {} ", shown.replace('-', ""))]
        {
            assert_eq!(Code::typed(&typed).hash(), code.hash());
        }
        assert_eq!(Code::typed(&shown.replace('0', "o").replace('1', "l")).hash(), code.hash());
        assert_ne!(Code::fresh().unwrap().hash(), code.hash());
        assert_eq!(format!("{code:?}"), "Code(…)");
    }
}
