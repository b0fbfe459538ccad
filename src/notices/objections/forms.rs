//! Inputs. None has Debug: what is written may name people.

use entities::values::ObjectionOutcome;
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::{Error, Phone, Result};

/// What anybody may say against a line of an open notice.
#[derive(Clone, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewObjection {
    /// The place of the line in the list.
    pub line: i32,
    /// What is wrong, 10 to 500 characters; it is kept sealed.
    pub text: String,
    /// Who says so, if he likes; kept sealed.
    pub name: Option<String>,
    /// Where he can be reached, if he likes; kept sealed.
    pub phone: Option<String>,
}

/// The same, read: what is wrong, and who says so.
pub(super) struct Said<'a> {
    pub text: &'a str,
    pub name: &'a str,
    pub phone: String,
}

impl NewObjection {
    /// # Errors
    /// `Invalid` by field.
    pub(super) fn said(&self) -> Result<Said<'_>> {
        let text = self.text.trim();
        match text.chars().count() {
            0 => return Err(Error::invalid("text", "invalid.required")),
            1..=9 => return Err(Error::invalid("text", "invalid.objection_short")),
            10..=500 => {}
            _ => return Err(Error::invalid("text", "invalid.too_long")),
        }
        let name = self.name.as_deref().map(str::trim).unwrap_or_default();
        if name.chars().count() > 50 {
            return Err(Error::invalid("name", "invalid.too_long"));
        }
        let phone = match self.phone.as_deref().map(str::trim).unwrap_or_default() {
            "" => String::new(),
            typed => Phone::parse(typed).map_err(|e| Error::Invalid(vec![e]))?.as_str().to_owned(),
        };
        Ok(Said { text, name, phone })
    }
}

/// What the clerk found.
#[derive(Clone, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Investigation {
    /// 2 to 1,000 characters; it is kept sealed.
    pub finding: String,
}

/// What the checker decides.
#[derive(Clone, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ruling {
    pub outcome: ObjectionOutcome,
    /// What whoever objected reads, 2 to 1,000 characters; it is kept sealed.
    pub answer: String,
}

/// The code that was shown when one objected.
#[derive(Clone, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    pub code: String,
}
