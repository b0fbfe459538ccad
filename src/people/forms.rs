//! Inputs of this feature. None of them derives Debug: they hold what must not reach a log.

use entities::values::{LabourCapacity, PersonId, PersonStatus, PovertyStatus, ServiceKind, Sex};
use rocket::form::{self, DataField, FromForm, FromFormField, Options, ValueField};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::Result;
use crate::people::find::coded::{Condition, conditions};
use crate::web::{Once, Paging};

/// A person to be registered. Sex and birth date are told by the identity number. Codes are those of the national lists.
#[derive(Clone, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Registration {
    #[schema(max_length = 32)]
    pub name: String,
    /// 18 characters, or the 20 of a disability certificate.
    #[schema(min_length = 18, max_length = 20)]
    pub id_number: String,
    pub phone: Option<String>,
    /// 社保卡账号
    pub bank_account: Option<String>,
    /// 民族, GB/T 3304.
    pub ethnicity: Option<String>,
    /// 文化程度, 0 to 5.
    pub education: String,
    /// 政治面貌, GB/T 4762.
    pub political: Option<String>,
    /// 婚姻状况, GB/T 2261.2.
    pub marital: Option<String>,
    /// 1 healthy, 2 chronic, 3 serious, 4 disabled.
    pub health: String,
    pub second_health: Option<String>,
    pub labour_capacity: LabourCapacity,
    /// 户口性质
    pub registration: Option<String>,
    /// Twelve digits: the village where the person lives.
    pub area_code: String,
    #[schema(max_length = 120)]
    pub address: Option<String>,
    /// 户编号; the household is made when the number is new.
    #[schema(max_length = 32)]
    pub household_number: String,
    /// 户类型, of a household that is new.
    pub household_kind: Option<String>,
    /// The whole family of a household that is new, children and the old included.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 30)]
    pub household_members: Maybe<i32>,
    /// 与户主关系, GB/T 4761.
    pub relation: String,
    pub poverty_status: PovertyStatus,
    /// The day on which the household left poverty; only of those who did.
    #[schema(format = Date)]
    pub exited_on: Option<String>,
    /// 主要致贫原因
    pub main_cause: Option<String>,
    pub second_cause: Option<String>,
    pub third_cause: Option<String>,
    /// 就业状况, 1 to 5.
    pub employment_status: String,
    pub employment_wish: Option<String>,
    pub training_wish: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub startup_wish: Maybe<bool>,
    #[schema(max_length = 120)]
    pub skills: Option<String>,
    /// 帮扶责任人
    #[schema(max_length = 32)]
    pub helper: Option<String>,
}

/// Why a record rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, rocket::FromFormField, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SuspendReason {
    Death,
    Moved,
    Prison,
}

impl SuspendReason {
    pub(crate) const ALL: [Self; 3] = [Self::Death, Self::Moved, Self::Prison];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Death => "death",
            Self::Moved => "moved",
            Self::Prison => "prison",
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suspension {
    pub reason: SuspendReason,
}

/// The household of the person left poverty (脱贫).
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exit {
    /// Not after today.
    #[schema(format = Date)]
    pub exited_on: String,
    #[schema(min_length = 1, max_length = 100)]
    pub document_no: String,
}

/// The household of the person is poor again (返贫).
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Return {
    /// Between the day of the exit and today.
    #[schema(format = Date)]
    pub returned_on: String,
    #[schema(min_length = 1, max_length = 100)]
    pub document_no: String,
}

/// Exactly one of the two, whole. A phone may belong to a family.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberSearch {
    pub id_number: Option<String>,
    pub phone: Option<String>,
}

/// How a name begins, and where.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameSearch {
    #[schema(min_length = 1, max_length = 32)]
    pub name_prefix: String,
    /// A division code: it and everything below it.
    pub area: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50 when it is not given.
    pub limit: Option<u64>,
}

/// Exactly one of the three: a whole number, or how a name begins.
#[derive(Clone, Default)]
pub(crate) struct Search {
    pub id_number: Option<String>,
    pub phone: Option<String>,
    pub name_prefix: Option<String>,
    pub area: Option<String>,
    pub after: Option<String>,
    pub limit: Option<u64>,
}

impl From<NumberSearch> for Search {
    fn from(search: NumberSearch) -> Self {
        Self { id_number: search.id_number, phone: search.phone, ..Self::default() }
    }
}

impl From<NameSearch> for Search {
    fn from(NameSearch { name_prefix, area, after, limit }: NameSearch) -> Self {
        Self { name_prefix: Some(name_prefix), area, after, limit, ..Self::default() }
    }
}

impl Search {
    /// # Errors
    /// As of [`Paging::check`].
    pub(crate) fn paging(&self) -> Result<Paging> {
        let paging = Paging { limit: self.limit, after: self.after.clone(), area: self.area.clone() };
        paging.check()?;
        Ok(paging)
    }
}

/// The box of the page: an identity number, a phone number, or how a name begins.
#[derive(Clone, FromForm)]
pub(crate) struct SearchForm {
    pub number: String,
    /// Where the page before ended.
    pub after: Option<String>,
}

/// A service that was given to a person.
#[derive(Clone, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewService {
    pub person_id: PersonId,
    pub kind: ServiceKind,
    /// Not after today.
    #[schema(format = Date)]
    pub held_on: String,
    #[schema(min_length = 1, max_length = 64)]
    pub provider: String,
    #[schema(max_length = 200)]
    pub note: Option<String>,
}

/// The same on the person's own page.
#[derive(Clone, FromForm)]
pub(crate) struct ServiceForm {
    pub kind: ServiceKind,
    pub held_on: String,
    pub provider: String,
    pub note: Option<String>,
}

impl ServiceForm {
    pub(crate) fn of(self, person_id: PersonId) -> NewService {
        NewService { person_id, kind: self.kind, held_on: self.held_on, provider: self.provider, note: self.note }
    }
}

/// `?limit=&after=&area=` of the list of people, and a parameter for each coded field; all that are given must hold.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeopleQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    /// A division code: it and everything below it.
    #[param(value_type = Option<String>)]
    pub area: Once,
    #[param(value_type = Option<PersonStatus>)]
    pub status: Once,
    #[param(value_type = Option<Sex>)]
    pub sex: Once,
    /// 民族, GB/T 3304.
    #[param(value_type = Option<String>)]
    pub ethnicity: Once,
    /// 文化程度, 0 to 5.
    #[param(value_type = Option<String>)]
    pub education: Once,
    /// 政治面貌, GB/T 4762.
    #[param(value_type = Option<String>)]
    pub political: Once,
    /// 婚姻状况, GB/T 2261.2.
    #[param(value_type = Option<String>)]
    pub marital: Once,
    #[param(value_type = Option<LabourCapacity>)]
    pub labour_capacity: Once,
    /// 户口性质
    #[param(value_type = Option<String>)]
    pub registration: Once,
    /// 与户主关系, GB/T 4761.
    #[param(value_type = Option<String>)]
    pub relation: Once,
    #[param(value_type = Option<PovertyStatus>)]
    pub poverty_status: Once,
    /// 就业状况, 1 to 5.
    #[param(value_type = Option<String>)]
    pub employment_status: Once,
    /// 就业愿望
    #[param(value_type = Option<String>)]
    pub employment_wish: Once,
    /// 培训愿望
    #[param(value_type = Option<String>)]
    pub training_wish: Once,
    /// `yes` or `no`.
    #[param(value_type = Option<String>)]
    pub startup_wish: Once,
}

impl PeopleQuery {
    /// # Errors
    /// `Invalid` for what is no number, and as of [`Paging::check`].
    pub(crate) fn paging(&self) -> Result<Paging> {
        paging(&self.limit, &self.after, &self.area)
    }

    /// # Errors
    /// `Invalid` for a code that is on no list.
    pub(crate) fn conditions(&self) -> Result<Vec<Condition>> {
        let asked = [
            ("status", &self.status),
            ("sex", &self.sex),
            ("ethnicity", &self.ethnicity),
            ("education", &self.education),
            ("political", &self.political),
            ("marital", &self.marital),
            ("labour_capacity", &self.labour_capacity),
            ("registration", &self.registration),
            ("relation", &self.relation),
            ("poverty_status", &self.poverty_status),
            ("employment_status", &self.employment_status),
            ("employment_wish", &self.employment_wish),
            ("training_wish", &self.training_wish),
            ("startup_wish", &self.startup_wish),
        ];
        conditions(asked.into_iter().map(|(field, once)| (field, once.text())))
    }
}

/// `?limit=&after=&area=` of the service ledger.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ServicesQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    /// A division code: it and everything below it.
    #[param(value_type = Option<String>)]
    pub area: Once,
}

impl ServicesQuery {
    /// # Errors
    /// `Invalid` for what is no number, and as of [`Paging::check`].
    pub(crate) fn paging(&self) -> Result<Paging> {
        paging(&self.limit, &self.after, &self.area)
    }
}

fn paging(limit: &Once, after: &Once, area: &Once) -> Result<Paging> {
    // The filter of a page sends what was not chosen as nothing.
    let said = |once: &Once| once.text().filter(|text| !text.is_empty()).map(str::to_owned);
    let paging = Paging { limit: limit.number("limit")?, after: said(after), area: said(area) };
    paging.check()?;
    Ok(paging)
}

/// A field that may be left out but must be right when it is there. Rocket's own `Option` takes what cannot be read for
/// missing, and the caller would be registered with something else than was typed.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Maybe<T>(pub Option<T>);

#[rocket::async_trait]
impl<'r, T: FromFormField<'r> + Send> FromForm<'r> for Maybe<T> {
    type Context = Option<form::Result<'r, T>>;

    fn init(_: Options) -> Self::Context {
        None
    }

    fn push_value(typed: &mut Self::Context, field: ValueField<'r>) {
        *typed = Some(T::from_value(field));
    }

    async fn push_data(_: &mut Self::Context, _: DataField<'r, '_>) {}

    fn finalize(typed: Self::Context) -> form::Result<'r, Self> {
        typed.transpose().map(Self)
    }
}
