//! Inputs of this feature.

use entities::values::{ClassId, DoubtKind, DoubtStatus, OrganisationId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::Result;
use crate::web::{Once, Paging, Reason};

/// `?limit=&after=&kind=&status=&organisation=&class=` of the board.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DoubtsQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    #[param(value_type = Option<DoubtKind>)]
    pub kind: Once,
    #[param(value_type = Option<DoubtStatus>)]
    pub status: Once,
    /// Of classes of one institution.
    #[param(value_type = Option<OrganisationId>)]
    pub organisation: Once,
    /// Of one class.
    #[param(value_type = Option<ClassId>)]
    pub class: Once,
}

/// Which doubts a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sought {
    pub kind: Option<DoubtKind>,
    pub status: Option<DoubtStatus>,
    pub organisation: Option<OrganisationId>,
    pub class: Option<ClassId>,
}

impl DoubtsQuery {
    /// # Errors
    /// `Invalid` for what is no number, and as of [`Paging::of`].
    pub(crate) fn paging(&self) -> Result<Paging> {
        Paging::of(&self.limit, &self.after)
    }

    /// # Errors
    /// `Invalid` for what is no kind, no status or no id.
    pub(crate) fn sought(&self) -> Result<Sought> {
        Ok(Sought {
            kind: self.kind.read("kind", "invalid.choice")?,
            status: self.status.read("status", "invalid.choice")?,
            organisation: self.organisation.read("organisation", "invalid.id")?,
            class: self.class.read("class", "invalid.id")?,
        })
    }
}

/// There is something in a doubt.
#[derive(Clone, Debug, Default, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// The version that was read: another one is refused as `stale`. Without it whatever stands is confirmed.
    pub version: Option<i32>,
}

/// There is nothing in a doubt.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dismissal {
    /// Why, 2 to 500 characters.
    pub reason: String,
    /// The version that was read: another one is refused as `stale`. Without it whatever stands is dismissed.
    pub version: Option<i32>,
}

impl Dismissal {
    pub(crate) fn why(&self) -> Reason {
        Reason { reason: self.reason.clone() }
    }
}
