//! Keys and signatures in the forms of JOSE: a P-256 key as a JWK, a payload as a compact JWS under ES256.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey},
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
pub(crate) fn thumbprint(public: &[u8]) -> Result<String> {
    let (x, y) = coordinates(public)?;
    // The members in the order of the alphabet, as the standard wants them.
    let text = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    Ok(URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())))
}

pub(crate) fn jwk(public: &[u8], kid: &str) -> Result<Value> {
    let (x, y) = coordinates(public)?;
    Ok(json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "alg": "ES256", "use": "sig" }))
}

/// A verifiable credential as a JWT.
pub(super) fn sign(pkcs8: &[u8], kid: &str, payload: &Value) -> Result<String> {
    sign_under(pkcs8, &json!({ "alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": kid }), payload)
}

/// A payload under a head that names its kind and its key.
pub(super) fn sign_under(pkcs8: &[u8], header: &Value, payload: &Value) -> Result<String> {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let body = format!("{}.{}", part(header), part(payload));
    let signature = read(pkcs8)?.sign(&SystemRandom::new(), body.as_bytes());
    let signature = signature.map_err(|_| Error::internal("signing failed"))?;
    Ok(format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn part(text: &str) -> Result<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::internal("a part of a signed text cannot be read"))
}

/// What a signed text says.
///
/// # Errors
/// `Internal`: it is not signed by this key, or is no signed text.
pub(crate) fn verified(signed: &str, public: &[u8]) -> Result<Value> {
    let broken = || Error::internal("not signed by this key");
    let (body, signature) = signed.rsplit_once('.').ok_or_else(broken)?;
    let (_, payload) = body.split_once('.').ok_or_else(broken)?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
        .verify(body.as_bytes(), &part(signature)?)
        .map_err(|_| broken())?;
    serde_json::from_slice(&part(payload)?).map_err(Error::internal)
}

/// What a text says, before anybody asked whether it is signed.
pub(crate) fn unverified(signed: &str) -> Result<Value> {
    serde_json::from_slice(&part(signed.split('.').nth(1).unwrap_or_default())?).map_err(Error::internal)
}

/// The thumbprint of the key by which a text says that it is signed.
pub(crate) fn signer(signed: &str) -> Result<String> {
    let header = part(signed.split('.').next().unwrap_or_default())?;
    let header: Value = serde_json::from_slice(&header).map_err(Error::internal)?;
    let kid = header.get("kid").and_then(Value::as_str).unwrap_or_default();
    Ok(kid.rsplit_once('#').map_or(kid, |(_, thumbprint)| thumbprint).to_owned())
}

/// The public point of a JWK.
pub(crate) fn point(jwk: &Value) -> Result<Vec<u8>> {
    let coordinate = |name: &str| part(jwk.get(name).and_then(Value::as_str).unwrap_or_default());
    let mut point = vec![4];
    point.extend(coordinate("x")?);
    point.extend(coordinate("y")?);
    coordinates(&point)?;
    Ok(point)
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
    fn what_was_signed_is_read_by_its_own_key_as_long_as_nobody_touches_it() {
        let ((pkcs8, public), (_, other)) = (fresh().unwrap(), fresh().unwrap());
        let signed = sign(&pkcs8, "did:web:sidan.example#k", &json!({ "fen": 1 })).unwrap();
        assert_eq!(verified(&signed, &public).unwrap(), json!({ "fen": 1 }));
        assert_eq!(signer(&signed).unwrap(), "k");
        assert_eq!(point(&jwk(&public, "k").unwrap()).unwrap(), public);
        assert!(verified(&signed, &other).is_err());
        for at in 0..signed.len() {
            let mut broken = signed.clone().into_bytes();
            broken[at] = if broken[at] == b'A' { b'B' } else { b'A' };
            let broken = String::from_utf8(broken).unwrap();
            assert!(verified(&broken, &public).is_err(), "{at}");
        }
    }

    #[test]
    fn what_is_no_point_is_no_key() {
        assert!(jwk(&[4; 64], "k").is_err() && jwk(&[2; 65], "k").is_err() && thumbprint(&[]).is_err());
    }
}
