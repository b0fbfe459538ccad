//! Parameters that every list takes.

use rocket::form::{self, DataField, FromForm, Options, ValueField, error::ErrorKind};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::areas;
use crate::base::{Error, Result};

const DEFAULT: u64 = 50;
const MOST: u64 = 200;

/// `?limit=&after=&area=` of a list; every other parameter is refused.
#[derive(Clone, Debug, Default, Deserialize, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// 1 to 200; 50 when it is not given.
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// A division code: it and everything below it.
    pub area: Option<String>,
}

impl Paging {
    /// Of a list that takes other parameters besides.
    ///
    /// # Errors
    /// `Invalid` for what is no number, and as of [`Paging::check`].
    pub(crate) fn of(limit: &Once, after: &Once) -> Result<Self> {
        let paging = Self { limit: limit.number("limit")?, after: after.said().map(str::to_owned), area: None };
        paging.check()?;
        Ok(paging)
    }

    /// # Errors
    /// `Invalid` for a limit out of range or an area that is no division code.
    pub(crate) fn check(&self) -> Result<()> {
        if self.limit.is_some_and(|limit| !(1..=MOST).contains(&limit)) {
            return Err(Error::invalid("limit", "invalid.range"));
        }
        if self.area.as_deref().is_some_and(|code| areas::level_of(code).is_none()) {
            return Err(Error::invalid("area", "invalid.area"));
        }
        Ok(())
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit.unwrap_or(DEFAULT).clamp(1, MOST)
    }

    /// The key after which this page starts.
    pub(crate) fn after<K: std::str::FromStr>(&self) -> Result<Option<K>> {
        self.after.as_deref().map(|text| text.parse().map_err(|_| Error::invalid("after", "invalid.id"))).transpose()
    }
}

/// A parameter that may be left out, but not be given twice. Rocket's own optional parameters take what cannot be read,
/// and what stands twice, for missing: the caller would be answered something else than was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Once(Vec<String>);

impl Once {
    pub(crate) fn text(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }

    /// What was said; nothing is said by an empty field of a form.
    pub(crate) fn said(&self) -> Option<&str> {
        self.text().filter(|text| !text.is_empty())
    }

    /// # Errors
    /// `Invalid` with that code for what cannot be read.
    pub(crate) fn read<T: std::str::FromStr>(&self, field: &'static str, code: &'static str) -> Result<Option<T>> {
        self.said().map(|text| text.parse().map_err(|_| Error::invalid(field, code))).transpose()
    }

    /// # Errors
    /// `Invalid` for what is no such number.
    pub(crate) fn number<T: std::str::FromStr>(&self, field: &'static str) -> Result<Option<T>> {
        self.text().map(|text| text.parse().map_err(|_| Error::invalid(field, "invalid.number"))).transpose()
    }
}

#[rocket::async_trait]
impl<'r> FromForm<'r> for Once {
    type Context = Self;

    fn init(_: Options) -> Self {
        Self(Vec::new())
    }

    fn push_value(seen: &mut Self, field: ValueField<'r>) {
        seen.0.push(field.value.to_owned());
    }

    async fn push_data(_: &mut Self, _: DataField<'r, '_>) {}

    fn finalize(seen: Self) -> form::Result<'r, Self> {
        if seen.0.len() > 1 { Err(ErrorKind::Duplicate.into()) } else { Ok(seen) }
    }
}
