//! Inputs of this feature.

use entities::values::{OrganisationId, PersonId, Role};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

#[derive(Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    pub login: String,
    pub password: String,
}

/// The form of the sign-in page: where to go on afterwards rides along.
#[derive(FromForm)]
pub(crate) struct SignInForm {
    pub login: String,
    pub password: String,
    pub next: Option<String>,
}

/// The password, typed again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    pub password: String,
}

/// The same on a page: where to go back to rides along.
#[derive(FromForm)]
pub(crate) struct ConfirmForm {
    pub password: String,
    pub to: Option<String>,
}

#[derive(FromForm)]
pub(crate) struct ChangePassword {
    pub current: String,
    pub new: String,
}

/// An account for somebody whom the administrator knows.
#[derive(Clone, Deserialize, FromForm, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    #[validate(length(min = 2, max = 64))]
    pub login: String,
    #[validate(length(min = 1, max = 64))]
    pub name: String,
    pub role: Role,
    /// Division code of the area that the role covers.
    pub area_code: String,
    pub organisation_id: Option<OrganisationId>,
    pub person_id: Option<PersonId>,
    #[validate(email, length(max = 254))]
    pub email: Option<String>,
    /// The identity number of whoever signs in with it, where no registered person is named.
    pub identity: Option<String>,
    /// To be changed at the first sign-in by whoever it is handed to.
    pub password: String,
}

/// Who is behind an account. It has no Debug, for it holds the number.
#[derive(Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identity {
    /// The identity number, 18 characters.
    pub identity: String,
}
