//! Inputs: a mark that nobody made yet.

use chrono::{DateTime, Utc};
use entities::values::{EnrolmentId, Presence};
use rocket::{FromForm, FromFormField};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// By which way a mark would come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, FromFormField, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// The right code, on coming.
    #[field(value = "code_in")]
    CodeIn,
    /// The right code, on going.
    #[field(value = "code_out")]
    CodeOut,
    #[field(value = "roster")]
    Roster,
    #[field(value = "offline")]
    Offline,
    #[field(value = "by_hand")]
    ByHand,
    #[field(value = "leave")]
    Leave,
    #[field(value = "amendment")]
    Amendment,
}

impl Way {
    pub(super) const ALL: [Self; 7] =
        [Self::CodeIn, Self::CodeOut, Self::Roster, Self::Offline, Self::ByHand, Self::Leave, Self::Amendment];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::CodeIn => "code_in",
            Self::CodeOut => "code_out",
            Self::Roster => "roster",
            Self::Offline => "offline",
            Self::ByHand => "by_hand",
            Self::Leave => "leave",
            Self::Amendment => "amendment",
        }
    }
}

/// A mark that nobody made yet.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Supposed {
    pub enrolment_id: EnrolmentId,
    pub way: Way,
    pub presence: Presence,
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
    /// When it is said; for a mark without network, when it is written down.
    pub at: DateTime<Utc>,
    /// When it arrives; `at` where it is not said.
    pub received_at: Option<DateTime<Utc>>,
}

/// The same on a page. Days and times are those of Shanghai.
#[derive(Clone, Debug, FromForm)]
pub(super) struct SupposedForm {
    pub seat: EnrolmentId,
    pub way: Way,
    pub presence: Presence,
    /// `2016-11-14T08:30`
    pub at: String,
    pub received: Option<String>,
    pub came: Option<String>,
    pub went: Option<String>,
}
