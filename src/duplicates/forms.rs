//! Inputs of this feature.

use entities::values::{PairStatus, PersonId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::{Error, Result};
use crate::web::{Once, Paging};

/// Which of the two records stays.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Merge {
    pub keeper: PersonId,
}

/// `?limit=&after=&status=` of the queue.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PairsQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    #[param(value_type = Option<PairStatus>)]
    pub status: Once,
}

impl PairsQuery {
    /// # Errors
    /// `Invalid` for what is no number, and as of [`Paging::check`].
    pub(crate) fn paging(&self) -> Result<Paging> {
        let after = self.after.text().filter(|text| !text.is_empty()).map(str::to_owned);
        let paging = Paging { limit: self.limit.number("limit")?, after, area: None };
        paging.check()?;
        Ok(paging)
    }

    /// # Errors
    /// `Invalid` for what is no status.
    pub(crate) fn status(&self) -> Result<Option<PairStatus>> {
        let status = self.status.text().filter(|text| !text.is_empty());
        status.map(|text| text.parse().map_err(|()| Error::invalid("status", "invalid.choice"))).transpose()
    }
}
