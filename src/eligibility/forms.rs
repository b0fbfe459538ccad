//! Inputs of this feature.

use chrono::NaiveDate;
use entities::values::Programme;
use rocket::FromForm;
use utoipa::IntoParams;

use crate::base::{Error, Result};
use crate::web::Once;

/// `?programme=&on=` of what a person may have.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntitlementQuery {
    /// One programme; all of them when it is not given.
    #[param(value_type = Option<Programme>)]
    pub programme: Once,
    /// The first day of a class; today when it is not given.
    #[param(value_type = Option<NaiveDate>)]
    pub on: Once,
}

impl EntitlementQuery {
    fn said(once: &Once) -> Option<&str> {
        // The form of a page sends what was not chosen as nothing.
        once.text().filter(|text| !text.is_empty())
    }

    /// # Errors
    /// `Invalid` for what is no programme.
    pub(crate) fn programme(&self) -> Result<Option<Programme>> {
        let read = |text: &str| text.parse().map_err(|()| Error::invalid("programme", "invalid.choice"));
        Self::said(&self.programme).map(read).transpose()
    }

    /// # Errors
    /// `Invalid` for what is no day, or one of another age.
    pub(crate) fn on(&self, today: NaiveDate) -> Result<NaiveDate> {
        let read = |text: &str| {
            let day: Option<NaiveDate> = text.parse().ok();
            // Before the first rule nothing is known, and nobody plans for the next century.
            day.filter(|day| ("2015".."2100").contains(&day.format("%Y").to_string().as_str()))
                .ok_or_else(|| Error::invalid("on", "invalid.date"))
        };
        Self::said(&self.on).map_or(Ok(today), read)
    }
}
