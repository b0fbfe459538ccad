//! Inputs of this feature. What holds a number derives no Debug: it must not reach a log.

use entities::values::{OrganisationId, PayeeStatus};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::{Error, Result};
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
    /// `Invalid` for what is no number, and as of [`Paging::check`].
    pub(crate) fn paging(&self) -> Result<Paging> {
        let paging = Paging { limit: self.limit.number("limit")?, after: said(&self.after), area: None };
        paging.check()?;
        Ok(paging)
    }

    /// # Errors
    /// `Invalid` for what is no status.
    pub(crate) fn status(&self) -> Result<Option<PayeeStatus>> {
        said(&self.status).map(|text| text.parse().map_err(|()| Error::invalid("status", "invalid.choice"))).transpose()
    }

    /// # Errors
    /// `Invalid` for what is no id.
    pub(crate) fn organisation(&self) -> Result<Option<OrganisationId>> {
        let organisation = said(&self.organisation);
        organisation.map(|text| text.parse().map_err(|_| Error::invalid("organisation", "invalid.id"))).transpose()
    }
}

fn said(once: &Once) -> Option<String> {
    once.text().filter(|text| !text.is_empty()).map(str::to_owned)
}
