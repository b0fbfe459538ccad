//! Inputs of this feature.

use entities::values::PersonId;
use rocket::FromForm;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who is to sit in the class.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEnrolment {
    pub person_id: PersonId,
    /// In whose presence and how the person agreed; a village worker must say so.
    pub consent_note: Option<String>,
}

/// The same on a page, where agreeing is a tick.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct SeatForm {
    pub person_id: PersonId,
    pub consent: Option<bool>,
    pub consent_note: Option<String>,
}

/// Why a seat is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, rocket::FromFormField, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WithdrawalReason {
    #[field(value = "illness")]
    Illness,
    #[field(value = "job")]
    Job,
    #[field(value = "distance")]
    Distance,
    #[field(value = "family")]
    Family,
    #[field(value = "quality")]
    Quality,
    #[field(value = "other")]
    Other,
}

impl WithdrawalReason {
    pub(crate) const ALL: [Self; 6] =
        [Self::Illness, Self::Job, Self::Distance, Self::Family, Self::Quality, Self::Other];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Illness => "illness",
            Self::Job => "job",
            Self::Distance => "distance",
            Self::Family => "family",
            Self::Quality => "quality",
            Self::Other => "other",
        }
    }
}

#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    pub reason: WithdrawalReason,
}
