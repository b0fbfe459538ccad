//! Inputs of this feature.

use chrono::NaiveDate;
use entities::values::ExclusionKind;
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::{Error, FieldError, Result};

/// A list as a program sends it. It is loaded for the caller's own area.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewExclusionList {
    pub kind: ExclusionKind,
    /// The day of which the list tells; not after today.
    pub as_of: NaiveDate,
    #[schema(min_length = 1, max_length = 100)]
    pub document_no: String,
    /// Who gave it.
    #[schema(min_length = 1, max_length = 100)]
    pub source: String,
    /// The CSV text: 身份证号 (`id_number`), 姓名 (`name`, not kept), 起 (`from`), 止 (`to`); all but the first may lack.
    pub csv: String,
}

/// The fields beside the file on the page.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct ExclusionForm {
    pub kind: ExclusionKind,
    pub as_of: String,
    pub document_no: String,
    pub source: String,
}

/// A list on its way in.
pub(crate) struct Incoming {
    pub kind: ExclusionKind,
    pub as_of: NaiveDate,
    pub document_no: String,
    pub source: String,
    pub file_name: String,
    pub bytes: Vec<u8>,
}

impl NewExclusionList {
    pub(crate) fn incoming(self) -> Incoming {
        Incoming {
            kind: self.kind,
            as_of: self.as_of,
            document_no: self.document_no.trim().to_owned(),
            source: self.source.trim().to_owned(),
            file_name: String::new(),
            bytes: self.csv.into_bytes(),
        }
    }
}

impl ExclusionForm {
    /// # Errors
    /// `Invalid` for a day that is none.
    pub(crate) fn incoming(self, file_name: String, bytes: Vec<u8>) -> Result<Incoming> {
        let as_of = self.as_of.parse().map_err(|_| Error::invalid("as_of", "invalid.date"))?;
        Ok(Incoming {
            kind: self.kind,
            as_of,
            document_no: self.document_no.trim().to_owned(),
            source: self.source.trim().to_owned(),
            file_name,
            bytes,
        })
    }
}

impl Incoming {
    /// # Errors
    /// `Invalid` with every field that is wrong.
    pub(crate) fn check(&self, today: NaiveDate) -> Result<()> {
        let mut faults = Vec::new();
        if self.as_of > today {
            faults.push(FieldError::new("as_of", "invalid.date_future"));
        }
        for (field, text) in [("document_no", &self.document_no), ("source", &self.source)] {
            if !(1..=100).contains(&text.chars().count()) {
                faults.push(FieldError::new(field, "invalid.length").with("min", 1).with("max", 100));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}
