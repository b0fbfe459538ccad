//! The signature of a device under a mark: ECDSA on P-256 with SHA-256, as browsers make it with a key that they never let
//! out.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use crate::attendance::devices::forms::SentMark;
use entities::values::RosterDeviceId;

/// Bytes of a point on P-256, uncompressed, and the first of them.
const POINT: usize = 65;
const UNCOMPRESSED: u8 = 4;

/// Whether that is a public key in the form that we keep.
pub(super) fn is_key(text: &str) -> bool {
    STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == POINT && bytes.first() == Some(&UNCOMPRESSED))
}

/// What a device signs: every word of the mark, each on its line, as it is sent.
pub(super) fn text(device: RosterDeviceId, mark: &SentMark) -> String {
    let or_none = |at: &Option<String>| at.clone().unwrap_or_default();
    [
        "sidan-mark-1".to_owned(),
        device.to_string(),
        mark.sequence.to_string(),
        mark.session_id.to_string(),
        mark.enrolment_id.to_string(),
        mark.presence.to_string(),
        or_none(&mark.in_at),
        or_none(&mark.out_at),
        mark.made_at.clone(),
    ]
    .join("\n")
}

/// Whether the device with that key signed this mark.
pub(super) fn signed(device: RosterDeviceId, public_key: &str, mark: &SentMark) -> bool {
    let (Ok(key), Ok(signature)) = (STANDARD.decode(public_key), STANDARD.decode(&mark.signature)) else {
        return false;
    };
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(text(device, mark).as_bytes(), &signature).is_ok()
}

#[cfg(test)]
mod tests {
    use entities::values::{EnrolmentId, Presence, SessionId};
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
    };

    use super::*;

    #[test]
    fn whatever_is_changed_under_a_signature_is_found() {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let key = STANDARD.encode(pair.public_key());
        assert!(is_key(&key) && !is_key("AAAA"));
        let device = RosterDeviceId::new();
        let mut mark = SentMark {
            sequence: 7,
            session_id: SessionId::new(),
            enrolment_id: EnrolmentId::new(),
            presence: Presence::Late,
            in_at: Some("2016-11-14T00:45:00.000Z".into()),
            out_at: None,
            made_at: "2016-11-14T00:46:00.000Z".into(),
            signature: String::new(),
        };
        mark.signature = STANDARD.encode(pair.sign(&random, text(device, &mark).as_bytes()).unwrap());
        assert!(signed(device, &key, &mark));
        for change in [
            |mark: &mut SentMark| mark.sequence = 8,
            |mark: &mut SentMark| mark.session_id = SessionId::new(),
            |mark: &mut SentMark| mark.enrolment_id = EnrolmentId::new(),
            |mark: &mut SentMark| mark.presence = Presence::Present,
            |mark: &mut SentMark| mark.in_at = None,
            |mark: &mut SentMark| mark.out_at = Some("2016-11-14T03:00:00.000Z".into()),
            |mark: &mut SentMark| mark.made_at = "2016-11-14T00:47:00.000Z".into(),
            |mark: &mut SentMark| mark.signature = "AAAA".into(),
        ] {
            let mut changed = mark.clone();
            change(&mut changed);
            assert!(!signed(device, &key, &changed), "{changed:?}");
        }
        assert!(!signed(RosterDeviceId::new(), &key, &mark));
    }
}
