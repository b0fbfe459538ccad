//! A step that needs its reason (return, reject, cancel): its input and its page, the same for every feature.

use askama::Template;
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::base::{Error, Result};
use crate::web::{FormView, Page};

/// Why a step is taken, in the words of whoever takes it; the one whom it concerns reads them.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    #[validate(length(min = 2, max = 500))]
    pub reason: String,
}

impl Reason {
    /// The reason itself; blanks are none.
    ///
    /// # Errors
    /// `Invalid` where nothing, or a novel, was written.
    pub(crate) fn said(&self) -> Result<&str> {
        self.validate()?;
        let reason = self.reason.trim();
        if reason.chars().count() < 2 { Err(Error::invalid("reason", "invalid.required")) } else { Ok(reason) }
    }
}

/// A reason of one line, 1 to 200 characters.
///
/// # Errors
/// `Invalid` where nothing, or a novel, was written.
pub(crate) fn one_line(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(Error::invalid("reason", "invalid.required")),
        1..=200 => Ok(reason),
        _ => Err(Error::invalid("reason", "invalid.too_long")),
    }
}

/// What somebody tells in so many words, 2 to 1,000 characters.
///
/// # Errors
/// `Invalid` in `field` where nothing, or a novel, was written.
pub(crate) fn told_in<'a>(field: &'static str, text: &'a str) -> Result<&'a str> {
    let text = text.trim();
    match text.chars().count() {
        0 | 1 => Err(Error::invalid(field, "invalid.required")),
        2..=1_000 => Ok(text),
        _ => Err(Error::invalid(field, "invalid.too_long")),
    }
}

/// The same where it may be left out; empty then.
///
/// # Errors
/// `Invalid` in `field` where a novel was written.
pub(crate) fn perhaps_in<'a>(field: &'static str, text: Option<&'a str>) -> Result<&'a str> {
    match text.map(str::trim).unwrap_or_default() {
        "" => Ok(""),
        text => told_in(field, text),
    }
}

#[derive(Template)]
#[template(path = "web/templates/reason.html")]
pub(crate) struct ReasonPage {
    pub page: Page,
    pub form: FormView,
    /// Where the thing hangs: address and words of each level above.
    pub crumbs: Vec<(String, String)>,
    pub title: String,
    /// To what it will happen, and what comes of it; either may be empty.
    pub lead: String,
    pub after: String,
    /// What the reason should say; may be empty.
    pub hint: String,
    /// Where the form goes, and where one gets out of it.
    pub action: String,
    pub back: String,
    pub button: String,
    /// It cannot be taken back.
    pub grave: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_no_reason_and_a_novel_is_none_either() {
        let said = |text: &str| Reason { reason: text.to_owned() }.said().map(str::to_owned).ok();
        assert_eq!(said(" 请补签到表 "), Some("请补签到表".to_owned()));
        assert_eq!([said(""), said("    "), said(" 缺 "), said(&"缺".repeat(501))], [None, None, None, None]);
        assert_eq!(one_line(" 停电 ").ok(), Some("停电"));
        assert!(one_line("  ").is_err() && one_line(&"电".repeat(201)).is_err());
        assert!(told_in("text", " ").is_err() && told_in("text", &"电".repeat(1_001)).is_err());
        assert_eq!((perhaps_in("note", None).ok(), perhaps_in("note", Some(" 停电 ")).ok()), (Some(""), Some("停电")));
    }
}
