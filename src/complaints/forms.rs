//! Inputs.

use entities::values::{ClassId, ComplaintOutcome, ComplaintSubject, OrganisationId, PersonId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody complains of: a class, or an institution. It has no Debug: the text may name people.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewComplaint {
    /// For whom somebody of the village complains; a trainee leaves it out.
    pub person_id: Option<PersonId>,
    /// A class in which the person has, or had, a seat.
    pub class_id: Option<ClassId>,
    /// An institution, where it is about no class.
    pub organisation_id: Option<OrganisationId>,
    pub subject: ComplaintSubject,
    /// What happened, 2 to 1,000 characters; it is kept sealed.
    pub text: String,
}

/// The same on a page, where one list holds classes and institutions.
#[derive(Clone, FromForm)]
pub(super) struct ComplaintForm {
    pub person: Option<PersonId>,
    /// `class:…` or `institution:…`
    pub about: String,
    pub subject: ComplaintSubject,
    pub text: String,
}

/// What the county answers. It has no Debug: the text may name people.
#[derive(Clone, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAnswer {
    pub outcome: ComplaintOutcome,
    /// What was found and what is done about it, 2 to 1,000 characters; whoever complained reads it. It is kept sealed.
    pub answer: String,
    /// Whether the institution is told the outcome in a word.
    pub tell: Option<bool>,
}
