//! What a credential says, in the words of Open Badges 3.0.

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::access::hex;
use crate::certificates::holders::Holder;
use crate::certificates::service::Sheet;
use crate::data::Vault;

/// Where the house stands on the web: `https://sidan.example` without a slash at the end.
pub(super) struct Site<'s>(&'s str);

impl<'s> Site<'s> {
    pub(super) fn at(base_url: &'s str) -> Self {
        Self(base_url.trim_end_matches('/'))
    }

    /// `did:web:sidan.example`; whoever resolves it reads `/.well-known/did.json` there. The colon of a port is escaped.
    pub(super) fn did(&self) -> String {
        let host = self.0.split_once("://").map_or(self.0, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or(host);
        format!("did:web:{}", host.replace(':', "%3A"))
    }

    /// A key, by its full name.
    pub(super) fn key(&self, kid: &str) -> String {
        format!("{}#{kid}", self.did())
    }
}

/// Texts of a credential, in Chinese as the certificate is.
pub(super) struct Words {
    pub issuer: String,
    pub name: String,
    pub description: String,
    pub narrative: String,
}

/// The credential of a certificate, its holder hashed; the same certificate says the same each time.
pub(super) fn payload(site: &Site<'_>, vault: &Vault, sheet: &Sheet, holder: &Holder, words: &Words) -> Value {
    let Site(base) = site;
    let certificate = &sheet.issued.certificate;
    let (serial, issuer) = (&certificate.serial, site.did());
    let id = format!("{base}/verify/{serial}");
    // A day begins at midnight in Shanghai.
    let from = format!("{}T00:00:00+08:00", certificate.issued_on);
    let status = format!("{base}/api/v1/certificates/{serial}/verification");
    let hashed = |kind: &str, value: &str| {
        let salt = vault.index("credential", &format!("{kind}/{serial}"));
        json!({
            "type": "IdentityObject", "hashed": true, "identityHash": identity_hash(value, &salt),
            "identityType": kind, "salt": salt,
        })
    };
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": { "id": issuer, "type": ["Profile"], "name": words.issuer },
        "validFrom": from,
        "name": words.name,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            // The file goes from hand to hand without us: a name in it would tell whoever finds it who took part in a
            // programme for the poor. Who knows the name and the number can check them against the hashes; who does not,
            // is told nothing at once. The number can still be tried out by who has the file and much time.
            "identifier": [hashed("name", &holder.name), hashed("nationalIdentityNumber", &holder.id_number)],
            "achievement": {
                "id": format!("urn:uuid:{}", certificate.class_id),
                "type": ["Achievement"],
                "name": certificate.title,
                "description": words.description,
                "criteria": { "narrative": words.narrative },
                "achievementType": "Certificate",
            },
        },
        "credentialStatus": {
            "id": status,
            // What the answer there means stands in our contract.
            "type": format!("{base}/openapi.json#/components/schemas/VerificationView"),
        },
        // The claims by which Open Badges 3.0 wants a JWT to be read by who knows JWT alone.
        "iss": issuer,
        "jti": id,
    })
}

/// The hash of Open Badges 3.0: SHA-256 over the value with its salt behind it.
fn identity_hash(value: &str, salt: &str) -> String {
    format!("sha256${}", hex(digest(&SHA256, format!("{value}{salt}").as_bytes()).as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_named_by_its_host() {
        assert_eq!(Site::at("https://sidan.example/").did(), "did:web:sidan.example");
        assert_eq!(Site::at("http://127.0.0.1:8000").key("k"), "did:web:127.0.0.1%3A8000#k");
    }

    #[test]
    fn an_identity_is_hashed_with_its_salt_behind_it() {
        // `printf abc | sha256sum`
        let due = "sha256$ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(identity_hash("a", "bc"), due);
    }
}
