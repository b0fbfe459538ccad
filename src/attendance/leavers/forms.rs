//! Inputs.

use entities::values::EnrolmentId;
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::enrolments::WithdrawalReason;

/// Somebody leaves.
#[derive(Clone, Copy, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DropOut {
    pub reason: WithdrawalReason,
    /// Who takes the seat: somebody who had waited for it in vain. None where nobody does.
    pub replaced_by: Option<EnrolmentId>,
}
