//! Changing what stands of a person, field by field. A change is judged by the rules of the registration: the record is put
//! back into the form that it came from, the new values are put in, and the whole form is checked again.

use chrono::NaiveDate;
use entities::{
    person,
    values::{AccountId, ChangeRequestId, PersonField, PersonId, PersonStatus},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::access::Scope;
use crate::areas::{Atlas, contains};
use crate::base::{Error, FieldError, Result};
use crate::data::{Vault, Work, is_trial};
use crate::people::forms::{Maybe, Registration};
use crate::people::history;
use crate::people::keeping;
use crate::people::places;
use crate::people::rules::{self, Candidate, Grounds};
use crate::people::service::settle;
use crate::people::store;
use crate::people::views::{NewPerson, Private, unseal};

/// A field with what it says and what it is to say. It has no Debug: it may hold what must not reach a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub field: PersonField,
    pub old: String,
    pub new: String,
}

/// By whose word a record is changed, and on what ground.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub by: AccountId,
    pub request: Option<ChangeRequestId>,
    /// The day from which a dated fact holds.
    pub effective_on: Option<NaiveDate>,
    pub document_no: Option<String>,
}

impl Registration {
    /// The form that a record would have come from.
    pub(crate) fn of(row: &person::Model, private: &Private, household: &str) -> Self {
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let nth = |codes: &[String], n: usize| codes.get(n).cloned();
        Self {
            name: row.name.clone(),
            id_number: private.id_number.clone(),
            phone: said(&private.phone),
            bank_account: said(&private.bank_account),
            ethnicity: said(&row.ethnicity),
            education: row.education.clone(),
            political: said(&row.political),
            marital: said(&row.marital),
            health: nth(&private.health, 0).unwrap_or_default(),
            second_health: nth(&private.health, 1),
            labour_capacity: row.labour_capacity,
            registration: said(&row.registration),
            area_code: row.area_code.clone(),
            address: said(&private.address),
            household_number: household.to_owned(),
            household_kind: None,
            household_members: Maybe(None),
            relation: row.relation.clone(),
            poverty_status: row.poverty_status,
            exited_on: row.exited_on.map(|day| day.to_string()),
            main_cause: said(&private.main_cause),
            second_cause: nth(&private.other_causes, 0),
            third_cause: nth(&private.other_causes, 1),
            employment_status: row.employment_status.clone(),
            employment_wish: said(&row.employment_wish),
            training_wish: said(&row.training_wish),
            startup_wish: Maybe(Some(row.startup_wish)),
            skills: said(&row.skills),
            helper: said(&row.helper),
        }
    }

    /// What the field says, as text; nothing where it says nothing.
    pub(crate) fn value(&self, field: PersonField) -> String {
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        match field {
            PersonField::Name => self.name.clone(),
            PersonField::IdNumber => self.id_number.clone(),
            PersonField::Ethnicity => said(&self.ethnicity),
            PersonField::Education => self.education.clone(),
            PersonField::Political => said(&self.political),
            PersonField::Marital => said(&self.marital),
            PersonField::AreaCode => self.area_code.clone(),
            PersonField::Address => said(&self.address),
            PersonField::Registration => said(&self.registration),
            PersonField::HouseholdNumber => self.household_number.clone(),
            PersonField::Relation => self.relation.clone(),
            PersonField::Phone => said(&self.phone),
            PersonField::BankAccount => said(&self.bank_account),
            PersonField::PovertyStatus => self.poverty_status.to_string(),
            PersonField::ExitedOn => said(&self.exited_on),
            PersonField::MainCause => said(&self.main_cause),
            PersonField::SecondCause => said(&self.second_cause),
            PersonField::ThirdCause => said(&self.third_cause),
            PersonField::Health => self.health.clone(),
            PersonField::SecondHealth => said(&self.second_health),
            PersonField::LabourCapacity => self.labour_capacity.to_string(),
            PersonField::Helper => said(&self.helper),
            PersonField::EmploymentStatus => self.employment_status.clone(),
            PersonField::Skills => said(&self.skills),
            PersonField::EmploymentWish => said(&self.employment_wish),
            PersonField::TrainingWish => said(&self.training_wish),
            PersonField::StartupWish => self.startup_wish.0.unwrap_or(false).to_string(),
        }
    }

    /// # Errors
    /// `invalid.choice` for a word that the field does not know; all else is judged with the form.
    fn set(&mut self, field: PersonField, value: &str) -> Result<(), FieldError> {
        let unknown = || FieldError::new(field.as_str(), "invalid.choice");
        let text = value.trim().to_owned();
        let said = Some(text.clone()).filter(|text| !text.is_empty());
        match field {
            PersonField::Name => self.name = text,
            PersonField::IdNumber => self.id_number = text,
            PersonField::Ethnicity => self.ethnicity = said,
            PersonField::Education => self.education = text,
            PersonField::Political => self.political = said,
            PersonField::Marital => self.marital = said,
            PersonField::AreaCode => self.area_code = text,
            PersonField::Address => self.address = said,
            PersonField::Registration => self.registration = said,
            PersonField::HouseholdNumber => self.household_number = text,
            PersonField::Relation => self.relation = text,
            PersonField::Phone => self.phone = said,
            PersonField::BankAccount => self.bank_account = said,
            PersonField::PovertyStatus => self.poverty_status = text.parse().map_err(|()| unknown())?,
            PersonField::ExitedOn => self.exited_on = said,
            PersonField::MainCause => self.main_cause = said,
            PersonField::SecondCause => self.second_cause = said,
            PersonField::ThirdCause => self.third_cause = said,
            PersonField::Health => self.health = text,
            PersonField::SecondHealth => self.second_health = said,
            PersonField::LabourCapacity => self.labour_capacity = text.parse().map_err(|()| unknown())?,
            PersonField::Helper => self.helper = said,
            PersonField::EmploymentStatus => self.employment_status = text,
            PersonField::Skills => self.skills = said,
            PersonField::EmploymentWish => self.employment_wish = said,
            PersonField::TrainingWish => self.training_wish = said,
            PersonField::StartupWish => {
                self.startup_wish = Maybe(match text.as_str() {
                    "" => None,
                    text => Some(text.parse().map_err(|_| unknown())?),
                });
            }
        }
        Ok(())
    }

    /// Where this form and another one differ.
    fn differs_from(&self, old: &Self) -> Vec<Change> {
        PersonField::all()
            .map(|field| Change { field, old: old.value(field), new: self.value(field) })
            .filter(|change| change.old != change.new)
            .collect()
    }
}

/// The form that the record would have come from.
///
/// # Errors
/// `Internal` when the row does not open.
pub(crate) async fn form_of(db: &impl ConnectionTrait, vault: &Vault, person: &person::Model) -> Result<Registration> {
    let household = store::household_of(db, person).await?.map(|household| household.number).unwrap_or_default();
    Ok(Registration::of(person, &unseal(vault, person)?, &household))
}

/// The code of the village of the province that the text means: by code, or by the names of its path.
///
/// # Errors
/// `Invalid` at `field`.
pub(crate) fn village_named(
    atlas: &Atlas,
    text: &str,
    today: NaiveDate,
    near: &str,
    field: &'static str,
) -> Result<String, FieldError> {
    places::village(atlas, text, today, &province(near)).map_err(|code| FieldError::new(field, code))
}

fn province(area: &str) -> String {
    format!("{}0000", area.get(..2).unwrap_or_default())
}

fn county(area: &str) -> &str {
    area.get(..6).unwrap_or(area)
}

/// What would change if these fields said these values, each value as it would be stored.
///
/// # Errors
/// `Invalid` by field, and `changes` where nothing would change; `person.merged`.
pub(crate) async fn propose(
    work: &Work,
    vault: &Vault,
    atlas: &Atlas,
    person: &person::Model,
    wanted: &[(PersonField, String)],
) -> Result<Vec<Change>> {
    if person.status == PersonStatus::Merged {
        return Err(Error::refused("person.merged"));
    }
    let old = form_of(work.db(), vault, person).await?;
    let mut new = old.clone();
    let faults: Vec<FieldError> = wanted.iter().filter_map(|(field, value)| new.set(*field, value).err()).collect();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    // A form that says the same needs no judgement: what is wrong with the record is nobody's fault here.
    if new.differs_from(&old).is_empty() {
        return Err(Error::invalid("changes", "invalid.no_change"));
    }
    let candidate = judge(work, vault, atlas, person, &new).await?;
    let Candidate { person: after, household } = candidate;
    let changes = Registration::of(&after.row, &after.private, &household.number).differs_from(&old);
    if changes.is_empty() { Err(Error::invalid("changes", "invalid.no_change")) } else { Ok(changes) }
}

/// The verdict of the registration on a form that is to take a record's place.
async fn judge(
    work: &Work,
    vault: &Vault,
    atlas: &Atlas,
    before: &person::Model,
    form: &Registration,
) -> Result<Candidate> {
    let grounds = Grounds {
        atlas,
        today: work.today(),
        within: &province(&before.area_code),
        test_numbers: is_trial(work.db()).await?,
    };
    let candidate = rules::check(form, &grounds, work.now).map_err(Error::Invalid)?;
    // Before new keys reached the row its hash is that of the old ones.
    let indexes = vault.indexes("id", &candidate.person.private.id_number);
    if !indexes.contains(&before.id_index) && !store::taken(work.db(), &indexes).await?.is_empty() {
        return Err(Error::invalid("id_number", "invalid.id_taken"));
    }
    let number = &candidate.household.number;
    let standing = store::households(work.db(), std::slice::from_ref(number)).await?;
    if standing.get(number).is_some_and(|it| !contains(county(&candidate.person.row.area_code), &it.area_code)) {
        return Err(Error::invalid("household_number", "invalid.household_elsewhere"));
    }
    Ok(candidate)
}

/// A record and what is to stand in its place.
struct Prepared {
    before: person::Model,
    candidate: Candidate,
}

async fn prepare(work: &Work, vault: &Vault, atlas: &Atlas, id: PersonId, changes: &[Change]) -> Result<Prepared> {
    let before = store::visible(work.db(), &Scope::System, id).await?;
    if before.status == PersonStatus::Merged {
        return Err(Error::refused("person.merged"));
    }
    let mut form = form_of(work.db(), vault, &before).await?;
    let stale = changes.iter().filter(|change| form.value(change.field) != change.old);
    let stale: Vec<FieldError> = stale.map(|change| FieldError::new(change.field.as_str(), "invalid.stale")).collect();
    if !stale.is_empty() {
        return Err(Error::Invalid(stale));
    }
    for change in changes {
        form.set(change.field, &change.new).map_err(|e| Error::Invalid(vec![e]))?;
    }
    let candidate = judge(work, vault, atlas, &before, &form).await?;
    Ok(Prepared { before, candidate })
}

/// Whether a record could be changed so at this moment.
///
/// # Errors
/// As of [`amend`].
pub(crate) async fn may_amend(
    work: &Work,
    vault: &Vault,
    atlas: &Atlas,
    id: PersonId,
    changes: &[Change],
) -> Result<()> {
    prepare(work, vault, atlas, id, changes).await.map(drop)
}

/// Changes a record, and writes down what was changed.
///
/// # Errors
/// `Invalid` with `invalid.stale` for each field that no longer says what it said, and by field as of the registration;
/// `person.merged`; `Stale` when somebody else changes the record at this moment.
pub(crate) async fn amend(
    work: &Work,
    vault: &Vault,
    atlas: &Atlas,
    id: PersonId,
    changes: &[Change],
    ground: &Ground,
) -> Result<person::Model> {
    let Prepared { before, candidate } = prepare(work, vault, atlas, id, changes).await?;
    let area = candidate.person.row.area_code.as_str();
    let claim = std::iter::once((&candidate.household, area));
    let households = settle(work, county(area), claim).await?;
    let Some(Some(household)) = households.get(&candidate.household.number).copied() else {
        return Err(Error::invalid("household_number", "invalid.household_elsewhere"));
    };
    let NewPerson { row, private } = candidate.person;
    let row = person::Model {
        id: before.id,
        household_id: Some(household),
        status: before.status,
        merged_into: before.merged_into,
        verified_on: before.verified_on,
        source: before.source.clone(),
        ..row
    };
    let after = keeping::rewrite(work, vault, &before, NewPerson { row, private }).await?;
    history::append(work, vault, &after, changes, ground).await?;
    Ok(after)
}
