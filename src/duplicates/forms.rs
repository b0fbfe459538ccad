//! Inputs of this feature.

use entities::values::{PairStatus, PersonId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::Result;
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
    /// As of [`Paging::of`].
    pub(crate) fn paging(&self) -> Result<Paging> {
        Paging::of(&self.limit, &self.after)
    }

    /// # Errors
    /// `Invalid` for what is no status.
    pub(crate) fn status(&self) -> Result<Option<PairStatus>> {
        self.status.read("status", "invalid.choice")
    }
}
