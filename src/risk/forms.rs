//! Inputs of this feature.

use chrono::NaiveDate;
use entities::values::{OrganisationId, RiskBand};
use rocket::FromForm;
use utoipa::IntoParams;

use crate::base::{Error, Result};
use crate::web::{Once, Paging};

/// `?limit=&after=&area=&band=` of the list.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RiskQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    /// A division code: it and everything below it.
    #[param(value_type = Option<String>)]
    pub area: Once,
    #[param(value_type = Option<RiskBand>)]
    pub band: Once,
}

/// Which institutions a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sought {
    pub band: Option<RiskBand>,
    pub area: Option<String>,
    /// Points and key of the one before.
    pub after: Option<(i64, OrganisationId)>,
}

fn said(once: &Once) -> Option<&str> {
    once.text().filter(|text| !text.is_empty())
}

impl RiskQuery {
    /// # Errors
    /// `Invalid` for what is no number, and as of [`Paging::check`].
    pub(super) fn paging(&self) -> Result<Paging> {
        let area = said(&self.area).map(str::to_owned);
        let paging = Paging { limit: self.limit.number("limit")?, after: None, area };
        paging.check()?;
        Ok(paging)
    }

    /// # Errors
    /// `Invalid` for what is no band and no place in the list.
    pub(super) fn sought(&self) -> Result<Sought> {
        let band = said(&self.band);
        let band = band.map(|text| text.parse().map_err(|()| Error::invalid("band", "invalid.choice"))).transpose()?;
        let after = said(&self.after);
        let after = after.map(|text| place(text).ok_or_else(|| Error::invalid("after", "invalid.id"))).transpose()?;
        Ok(Sought { band, area: said(&self.area).map(str::to_owned), after })
    }
}

/// `16.0190b6a0-…`
fn place(text: &str) -> Option<(i64, OrganisationId)> {
    let (points, id) = text.split_once('.')?;
    Some((points.parse().ok()?, id.parse().ok()?))
}

/// `?on=` of one institution.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DayQuery {
    /// The day of the score; today when it is not given.
    #[param(value_type = Option<NaiveDate>)]
    pub on: Once,
}

impl DayQuery {
    /// The day, no later than today.
    ///
    /// # Errors
    /// `Invalid` for what is no day, and for one that has not come.
    pub(super) fn day(&self, today: NaiveDate) -> Result<NaiveDate> {
        let Some(text) = said(&self.on) else { return Ok(today) };
        let day: NaiveDate = text.parse().map_err(|_| Error::invalid("on", "invalid.date"))?;
        if day > today { Err(Error::invalid("on", "invalid.date_future")) } else { Ok(day) }
    }
}
