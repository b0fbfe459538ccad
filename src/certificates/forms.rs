//! Inputs.

use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevokeCertificate {
    /// Why, 1 to 200 characters; whoever verifies the certificate reads it.
    pub reason: String,
}
