//! Inputs of this feature.

use std::fmt;

use entities::values::{ClassId, ExportFormat, ExportList, ExportPurpose};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::{Error, Result};
use crate::exports::lists::Filters;

/// A list that somebody wants as a file.
#[derive(Clone, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewExport {
    pub list: ExportList,
    /// A division code: it and everything below it. The caller's own area when it is not given.
    pub area: Option<String>,
    /// One state of people or classes.
    pub status: Option<String>,
    /// The class of a roster.
    pub class_id: Option<ClassId>,
    /// The year of services, completions, claims and targets; this year when it is not given.
    pub year: Option<i32>,
    pub format: ExportFormat,
    pub purpose: ExportPurpose,
    /// What exactly it is for; needed when personal data is asked for in full.
    #[schema(max_length = 200)]
    pub note: Option<String>,
    /// Words beside the codes, and columns for readers. Without them a file of people loads again.
    pub words: Option<bool>,
    /// Personal data in full.
    pub in_full: Option<bool>,
    /// The caller's own password, needed when personal data is asked for in full.
    #[schema(format = Password)]
    pub password: Option<String>,
}

/// Tells nothing of the password.
impl fmt::Debug for NewExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewExport({})", self.list)
    }
}

impl NewExport {
    pub(super) fn filters(&self) -> Filters {
        Filters { area: self.area.clone(), status: self.status.clone(), class: self.class_id, year: self.year }
    }

    /// A box that is not ticked says nothing, and so does what is neither yes nor no.
    pub(super) fn is_in_full(&self) -> bool {
        self.in_full == Some(true)
    }

    pub(super) fn has_words(&self) -> bool {
        self.words == Some(true)
    }

    /// What it is for, in the asker's words.
    ///
    /// # Errors
    /// `Invalid` where personal data is asked for in full without a word, or a novel was written.
    pub(super) fn said(&self) -> Result<&str> {
        let note = self.note.as_deref().map(str::trim).unwrap_or_default();
        match note.chars().count() {
            0 | 1 if self.is_in_full() => Err(Error::invalid("note", "invalid.required")),
            0..=200 => Ok(note),
            _ => Err(Error::invalid("note", "invalid.too_long")),
        }
    }
}

/// `?list=&area=&status=&class_id=&year=` of the page that asks.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct AskQuery {
    pub list: Option<ExportList>,
    pub area: Option<String>,
    pub status: Option<String>,
    pub class_id: Option<ClassId>,
    pub year: Option<i32>,
}
