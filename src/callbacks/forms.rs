//! Inputs.

use entities::values::{CallAttended, CallCertificate, CallDays, CallPaid, CallTaught};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody answered. It has no Debug: the note may name people.
#[derive(Clone, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    /// Were you there?
    pub attended: CallAttended,
    /// On which days about? Whether they are those of the class.
    pub days: CallDays,
    /// Who taught?
    pub taught: CallTaught,
    /// Were you asked to pay, or to give money back?
    pub paid: CallPaid,
    /// Do you have the certificate?
    pub certificate: CallCertificate,
    /// What else was said, 2 to 1,000 characters; it is kept sealed.
    pub note: Option<String>,
}
