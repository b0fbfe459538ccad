//! Inputs of this feature. What holds a number derives no Debug: it must not reach a log.

use entities::values::{OrganisationId, PayeeStatus};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::Result;
use crate::web::{Once, Paging};

/// An account of one's own organisation.
#[derive(Clone, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPayee {
    /// The bank with its branch, 2 to 60 characters.
    pub bank: String,
    /// The name of the account, 2 to 60 characters.
    pub name: String,
    /// 8 to 32 digits; spaces and hyphens are dropped.
    pub number: String,
}

/// `?limit=&after=&status=&organisation=` of the list.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PayeesQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    #[param(value_type = Option<PayeeStatus>)]
    pub status: Once,
    #[param(value_type = Option<OrganisationId>)]
    pub organisation: Once,
}

impl PayeesQuery {
    /// # Errors
    /// As of [`Paging::of`].
    pub(crate) fn paging(&self) -> Result<Paging> {
        Paging::of(&self.limit, &self.after)
    }

    /// # Errors
    /// `Invalid` for what is no status.
    pub(crate) fn status(&self) -> Result<Option<PayeeStatus>> {
        self.status.read("status", "invalid.choice")
    }

    /// # Errors
    /// `Invalid` for what is no id.
    pub(crate) fn organisation(&self) -> Result<Option<OrganisationId>> {
        self.organisation.read("organisation", "invalid.id")
    }
}
