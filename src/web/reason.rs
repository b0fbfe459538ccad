//! The page of a step that needs its reason: return, reject, cancel.

use askama::Template;

use crate::web::{FormView, Page};

#[derive(Template)]
#[template(path = "web/templates/reason.html")]
pub(crate) struct ReasonPage {
    pub page: Page,
    pub form: FormView,
    pub title: String,
    /// What will happen, and to what.
    pub lead: String,
    /// Where the form goes, and where one gets out of it.
    pub action: String,
    pub back: String,
    pub button: String,
}
