//! Inputs of this feature. None that holds values derives Debug: they must not reach a log.

use entities::values::{ChangeStatus, PersonField, PersonId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::Result;
use crate::web::{Once, Paging};

/// A field and what it is to say: codes as of the registration, a date as `2016-11-30`, nothing to empty it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewChange {
    pub field: PersonField,
    pub value: String,
}

/// What is asked for.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCorrection {
    pub person_id: PersonId,
    /// At least one; no field twice.
    pub changes: Vec<NewChange>,
    /// Why, without personal data.
    #[schema(max_length = 200)]
    pub note: Option<String>,
    /// `version` of the person as it was read; left out, the present one is meant.
    pub version: Option<i32>,
}

/// The registration form of somebody who is registered, as the page sends it.
#[derive(Clone, FromForm)]
pub(crate) struct CorrectionForm {
    pub person_id: PersonId,
    pub version: i32,
    pub note: Option<String>,
    /// A village of another county.
    pub moves_to: Option<String>,
    name: Option<String>,
    id_number: Option<String>,
    phone: Option<String>,
    bank_account: Option<String>,
    ethnicity: Option<String>,
    education: Option<String>,
    political: Option<String>,
    marital: Option<String>,
    health: Option<String>,
    second_health: Option<String>,
    labour_capacity: Option<String>,
    registration: Option<String>,
    area_code: Option<String>,
    address: Option<String>,
    household_number: Option<String>,
    relation: Option<String>,
    poverty_status: Option<String>,
    exited_on: Option<String>,
    main_cause: Option<String>,
    second_cause: Option<String>,
    third_cause: Option<String>,
    employment_status: Option<String>,
    employment_wish: Option<String>,
    training_wish: Option<String>,
    startup_wish: Option<String>,
    skills: Option<String>,
    helper: Option<String>,
}

impl CorrectionForm {
    /// What the form says. The boxes of numbers come empty, for what stands is shown masked: an empty one says nothing, and
    /// 无 or `none` says that there is no number.
    pub(crate) fn wanted(&self) -> Vec<(PersonField, String)> {
        PersonField::all()
            .filter_map(|field| {
                let typed = self.typed(field).map(|text| text.trim()).unwrap_or_default();
                match field {
                    PersonField::IdNumber => (!typed.is_empty()).then(|| (field, typed.to_owned())),
                    PersonField::Phone | PersonField::BankAccount if typed.is_empty() => None,
                    PersonField::Phone | PersonField::BankAccount if ["无", "none"].contains(&typed) => {
                        Some((field, String::new()))
                    }
                    _ => Some((field, typed.to_owned())),
                }
            })
            .collect()
    }

    fn typed(&self, field: PersonField) -> Option<&String> {
        match field {
            PersonField::Name => &self.name,
            PersonField::IdNumber => &self.id_number,
            PersonField::Ethnicity => &self.ethnicity,
            PersonField::Education => &self.education,
            PersonField::Political => &self.political,
            PersonField::Marital => &self.marital,
            PersonField::AreaCode => &self.area_code,
            PersonField::Address => &self.address,
            PersonField::Registration => &self.registration,
            PersonField::HouseholdNumber => &self.household_number,
            PersonField::Relation => &self.relation,
            PersonField::Phone => &self.phone,
            PersonField::BankAccount => &self.bank_account,
            PersonField::PovertyStatus => &self.poverty_status,
            PersonField::ExitedOn => &self.exited_on,
            PersonField::MainCause => &self.main_cause,
            PersonField::SecondCause => &self.second_cause,
            PersonField::ThirdCause => &self.third_cause,
            PersonField::Health => &self.health,
            PersonField::SecondHealth => &self.second_health,
            PersonField::LabourCapacity => &self.labour_capacity,
            PersonField::Helper => &self.helper,
            PersonField::EmploymentStatus => &self.employment_status,
            PersonField::Skills => &self.skills,
            PersonField::EmploymentWish => &self.employment_wish,
            PersonField::TrainingWish => &self.training_wish,
            PersonField::StartupWish => &self.startup_wish,
        }
        .as_ref()
    }
}

/// `?limit=&after=&status=&person=` of the list of requests.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CorrectionsQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    #[param(value_type = Option<ChangeStatus>)]
    pub status: Once,
    /// Requests for this person only.
    #[param(value_type = Option<PersonId>)]
    pub person: Once,
}

impl CorrectionsQuery {
    /// # Errors
    /// As of [`Paging::of`].
    pub(crate) fn paging(&self) -> Result<Paging> {
        Paging::of(&self.limit, &self.after)
    }

    /// # Errors
    /// `Invalid` for what is no status.
    pub(crate) fn status(&self) -> Result<Option<ChangeStatus>> {
        self.status.read("status", "invalid.choice")
    }

    /// # Errors
    /// `Invalid` for what is no id.
    pub(crate) fn person(&self) -> Result<Option<PersonId>> {
        self.person.read("person", "invalid.id")
    }
}
