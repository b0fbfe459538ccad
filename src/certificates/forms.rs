//! Inputs.

use entities::values::ReplaceReason;
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

/// A wish to revoke a certificate.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevokeCertificate {
    /// Why, 1 to 200 characters; once it is revoked, whoever verifies the certificate reads it.
    pub reason: String,
}

/// Another serial in the place of a certificate.
#[derive(Clone, Copy, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplaceCertificate {
    pub reason: ReplaceReason,
}
