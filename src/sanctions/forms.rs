//! Inputs of this feature.

use chrono::NaiveDate;
use entities::values::{AnswerVerdict, AppealStatus, CaseId, OrganisationId, SanctionKind, SanctionStatus};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::{Error, FieldError, Result};
use crate::web::{Once, Paging};

/// `?limit=&after=&status=&organisation=&case=` of the list.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SanctionsQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    #[param(value_type = Option<SanctionStatus>)]
    pub status: Once,
    /// Against one institution.
    #[param(value_type = Option<OrganisationId>)]
    pub organisation: Once,
    /// Of one case.
    #[param(value_type = Option<CaseId>)]
    pub case: Once,
}

/// Which sanctions a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sought {
    pub status: Option<SanctionStatus>,
    pub organisation: Option<OrganisationId>,
    pub case: Option<CaseId>,
}

impl SanctionsQuery {
    /// # Errors
    /// As of [`Paging::of`].
    pub(super) fn paging(&self) -> Result<Paging> {
        Paging::of(&self.limit, &self.after)
    }

    /// # Errors
    /// `Invalid` for what is no status or no id.
    pub(super) fn sought(&self) -> Result<Sought> {
        Ok(Sought {
            status: self.status.read("status", "invalid.choice")?,
            organisation: self.organisation.read("organisation", "invalid.id")?,
            case: self.case.read("case", "invalid.id")?,
        })
    }
}

/// What should follow from a case.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposal {
    /// No graver than the outcome of the case.
    pub kind: SanctionKind,
    /// Why, 2 to 1000 characters; the institution reads it.
    pub reason: String,
    /// What must be mended, 2 to 1000 characters; for `rectify` alone.
    pub mend: Option<String>,
    /// By when it must be mended; for `rectify` alone.
    pub due_on: Option<NaiveDate>,
    /// The first day; for `suspend` alone.
    pub starts_on: Option<NaiveDate>,
    /// The last day; for `suspend` alone.
    pub ends_on: Option<NaiveDate>,
}

/// The same as a page sends it.
#[derive(Clone, Debug, FromForm)]
pub(super) struct ProposalForm {
    pub kind: SanctionKind,
    pub reason: String,
    pub mend: Option<String>,
    pub due_on: Option<String>,
    pub starts_on: Option<String>,
    pub ends_on: Option<String>,
}

impl ProposalForm {
    /// # Errors
    /// `Invalid` for each day that is none.
    pub(super) fn read(self) -> Result<Proposal> {
        let mut wrong = Vec::new();
        let mut day = |field: &'static str, text: Option<&String>| {
            let day = text.map(|text| text.parse::<NaiveDate>());
            match day {
                Some(Ok(day)) => Some(day),
                Some(Err(_)) => {
                    wrong.push(FieldError::new(field, "invalid.date"));
                    None
                }
                None => None,
            }
        };
        let due_on = day("due_on", self.due_on.as_ref());
        let starts_on = day("starts_on", self.starts_on.as_ref());
        let ends_on = day("ends_on", self.ends_on.as_ref());
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        Ok(Proposal { kind: self.kind, reason: self.reason, mend: self.mend, due_on, starts_on, ends_on })
    }
}

/// A proposal is put in force.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// Of the paper that the institution is handed, 2 to 100 characters.
    pub document_no: String,
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

/// A proposal is refused.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rejection {
    /// Why, 2 to 1000 characters.
    pub refusal: String,
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

/// The institution says what it mended.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// 2 to 1000 characters.
    pub answer: String,
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

/// What the county says of an answer.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Judgement {
    pub verdict: AnswerVerdict,
    /// What was seen, or what is still missing, 2 to 1000 characters; may be left out where the answer is accepted.
    pub note: Option<String>,
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

/// A sanction is lifted before its end.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lifting {
    /// Why, 2 to 1000 characters; the institution reads it.
    pub closing: String,
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

/// The institution appeals.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAppeal {
    /// 2 to 1000 characters.
    pub appeal: String,
}

/// What an appeal comes to.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppealDecision {
    /// `upheld`, which lifts the sanction, or `rejected`.
    pub outcome: AppealStatus,
    /// Why, 2 to 1000 characters; the institution reads it.
    pub decision: String,
}
