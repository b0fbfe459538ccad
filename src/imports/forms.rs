//! Inputs of this feature.

use entities::values::{ImportMode, ImportSubject};
use rocket::form::{self, DataField, FromForm, Options, ValueField};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::{Error, Result};
use crate::web::{Once, Paging};

/// Which column of the file is which, in the order of the file: a key of ours, or null for one that is not used.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMapping {
    pub mapping: Vec<Option<String>>,
}

/// What a bad row does.
#[derive(Clone, Copy, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadForm {
    pub mode: ImportMode,
}

/// A file of people, as text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeopleFile {
    /// The CSV text with its line of columns, in Chinese or English; at most 1,000 people.
    pub csv: String,
}

/// `?file_name=&subject=` of a file that is sent.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// How the file is called on its pages.
    #[param(value_type = Option<String>)]
    pub file_name: Once,
    /// What it holds; people when it is not said.
    #[param(value_type = Option<ImportSubject>)]
    pub subject: Once,
}

impl UploadQuery {
    /// # Errors
    /// `Invalid` for what no file holds.
    pub(crate) fn subject(&self) -> Result<ImportSubject> {
        subject(&self.subject)
    }
}

fn subject(said: &Once) -> Result<ImportSubject> {
    said.text().map_or(Ok(ImportSubject::People), str::parse).map_err(|()| Error::invalid("subject", "invalid.choice"))
}

/// `?subject=` of the page of a new file and of its template.
#[derive(Clone, Debug, Default, FromForm)]
pub(crate) struct SubjectQuery {
    pub subject: Once,
}

impl SubjectQuery {
    /// # Errors
    /// `Invalid` for what no file holds.
    pub(crate) fn subject(&self) -> Result<ImportSubject> {
        subject(&self.subject)
    }
}

/// What the page says of a file that it sends.
#[derive(Clone, Copy, Debug, FromForm)]
pub(crate) struct UploadForm {
    pub subject: ImportSubject,
}

/// `?limit=&after=` of the list of files and of the refused rows.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
}

impl ListQuery {
    /// # Errors
    /// `Invalid` for what is no number or out of range.
    pub(crate) fn paging(&self) -> Result<Paging> {
        let paging =
            Paging { limit: self.limit.number("limit")?, after: self.after.text().map(str::to_owned), area: None };
        paging.check()?;
        Ok(paging)
    }
}

/// The same on the page of a file, and whether it is shown anew by itself.
#[derive(Clone, Debug, Default, FromForm)]
pub(crate) struct ShowQuery {
    pub after: Once,
    /// `no` lets the page stand still.
    pub live: Once,
}

/// The page's form: `column_0`, `column_1` … with the key of ours in each; what is left empty is not used.
#[derive(Clone, Debug, Default)]
pub(crate) struct MappingForm {
    chosen: Vec<(usize, String)>,
}

impl MappingForm {
    /// The choice for each column of a file that has so many.
    pub(crate) fn keys(&self, columns: usize) -> Vec<Option<&str>> {
        let chosen = |at| self.chosen.iter().find(|(column, _)| *column == at).map(|(_, key)| key.as_str());
        (0..columns).map(chosen).collect()
    }
}

#[rocket::async_trait]
impl<'r> FromForm<'r> for MappingForm {
    type Context = (Self, form::Errors<'r>);

    fn init(_: Options) -> Self::Context {
        (Self { chosen: Vec::new() }, form::Errors::new())
    }

    fn push_value((seen, errors): &mut Self::Context, field: ValueField<'r>) {
        let name = field.name.source().as_str();
        match name.strip_prefix("column_").and_then(|at| at.parse().ok()) {
            Some(at) => seen.chosen.push((at, field.value.to_owned())),
            None => errors.push(field.unexpected().with_name(field.name.source())),
        }
    }

    async fn push_data(_: &mut Self::Context, _: DataField<'r, '_>) {}

    fn finalize((seen, errors): Self::Context) -> form::Result<'r, Self> {
        if errors.is_empty() { Ok(seen) } else { Err(errors) }
    }
}
