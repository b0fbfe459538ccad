//! A step that needs its reason (return, reject, cancel): its input and its page, the same for every feature.

use askama::Template;
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::web::{FormView, Page};

/// Why a step is taken, in the words of whoever takes it; the one whom it concerns reads them.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    #[validate(length(min = 2, max = 500))]
    pub reason: String,
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
