//! Keys and signatures in the forms of JOSE: a P-256 key as a JWK, a payload as a compact JWS under ES256.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use crate::base::{Error, Result};

/// A fresh key pair: PKCS#8, and the public point.
pub(super) fn fresh() -> Result<(Vec<u8>, Vec<u8>)> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let pkcs8 = made.map_err(|_| Error::internal("no signing key could be made"))?.as_ref().to_vec();
    let public = read(&pkcs8)?.public_key().as_ref().to_vec();
    Ok((pkcs8, public))
}

fn read(pkcs8: &[u8]) -> Result<EcdsaKeyPair> {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &SystemRandom::new())
        .map_err(|_| Error::internal("a signing key is no key"))
}

/// The two coordinates of an uncompressed point.
fn coordinates(public: &[u8]) -> Result<(String, String)> {
    const BYTES: usize = 32;
    match public.split_first() {
        Some((4, rest)) if rest.len() == 2 * BYTES => {
            let (x, y) = rest.split_at(BYTES);
            Ok((URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y)))
        }
        _ => Err(Error::internal("a public key is no point")),
    }
}

/// The thumbprint of RFC 7638: the same key has the same name everywhere.
pub(super) fn thumbprint(public: &[u8]) -> Result<String> {
    let (x, y) = coordinates(public)?;
    // The members in the order of the alphabet, as the standard wants them.
    let text = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    Ok(URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())))
}

pub(super) fn jwk(public: &[u8], kid: &str) -> Result<Value> {
    let (x, y) = coordinates(public)?;
    Ok(json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "alg": "ES256", "use": "sig" }))
}

/// A verifiable credential as a JWT.
pub(super) fn sign(pkcs8: &[u8], kid: &str, payload: &Value) -> Result<String> {
    let header = json!({ "alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": kid });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let body = format!("{}.{}", part(&header), part(payload));
    let signature = read(pkcs8)?.sign(&SystemRandom::new(), body.as_bytes());
    let signature = signature.map_err(|_| Error::internal("signing failed"))?;
    Ok(format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_that_of_the_standard_form() {
        let (pkcs8, public) = fresh().unwrap();
        assert_eq!(public, read(&pkcs8).unwrap().public_key().as_ref());
        let key = jwk(&public, "k").unwrap();
        // A thumbprint is taken over the required members alone, ordered, without white space.
        let due = json!({ "crv": "P-256", "kty": "EC", "x": key["x"], "y": key["y"] }).to_string();
        assert_eq!(thumbprint(&public).unwrap(), URL_SAFE_NO_PAD.encode(digest(&SHA256, due.as_bytes())));
    }

    #[test]
    fn what_is_no_point_is_no_key() {
        assert!(jwk(&[4; 64], "k").is_err() && jwk(&[2; 65], "k").is_err() && thumbprint(&[]).is_err());
    }
}
