//! Outputs of this feature: what is kept of a person, and what of it is shown to whom.

use std::fmt;

use chrono::NaiveDate;
use entities::{
    household, person, person_change, service_event,
    values::{
        AccountId, ChangeRequestId, ClassId, HouseholdId, LabourCapacity, PersonField, PersonId, PersonStatus,
        PovertyStatus, Role, ServiceId, ServiceKind, Sex,
    },
};
use sea_orm::DerivePartialModel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::identity::mask_name;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::data::{SealedColumn, Vault};
use crate::people::amend::Change;
use crate::people::lifecycle::PersonAction;
use crate::people::rights::SeePlight;

/// Where a person's secrets stand; sealed bytes open nowhere else.
pub(crate) const PLACE: &str = "person.sealed";

/// Where a change of keys finds them.
pub const SEALED: SealedColumn = SealedColumn {
    table: "person",
    column: "sealed",
    place: PLACE,
    hashes: &["id_index", "phone_index", "bank_index"],
    hash: |vault, plain| {
        let private = read(plain)?;
        Ok(vec![Some(private.id_hash(vault)), private.phone_hash(vault), private.bank_hash(vault)])
    },
};

/// What eligibility is decided by, and who is told of it.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "person::Entity")]
pub(crate) struct Facts {
    pub id: PersonId,
    pub area_code: String,
    pub birth_on: NaiveDate,
    pub sex: Sex,
    /// 户口性质
    pub registration: String,
    pub poverty_status: PovertyStatus,
    pub labour_capacity: LabourCapacity,
    pub status: PersonStatus,
    /// With which the person signs in.
    #[sea_orm(skip)]
    pub accounts: Vec<AccountId>,
}

/// How a person is called on a page that may show the name but not the number.
#[derive(Clone, Debug)]
pub(crate) struct Brief {
    pub name: String,
    /// `张**`
    pub masked_name: String,
    /// `362226********0427`
    pub masked_id: String,
    /// The last four of the identity number.
    pub tail: String,
}

/// What is sealed at rest: `person.sealed` as JSON. Its Debug tells nothing.
#[derive(Clone, Serialize, Deserialize)]
pub struct Private {
    pub id_number: String,
    pub phone: String,
    pub bank_account: String,
    /// Codes 1 healthy, 2 chronic, 3 serious, 4 disabled; at most two.
    pub health: Vec<String>,
    /// 主要致贫原因, code of the national list.
    pub main_cause: String,
    pub other_causes: Vec<String>,
    pub address: String,
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private(…)")
    }
}

impl Private {
    /// `369970********0012`
    fn masked_id(&self) -> String {
        let head = self.id_number.get(..6).unwrap_or_default();
        format!("{head}********{}", self.tail())
    }

    fn id_hash(&self, vault: &Vault) -> String {
        vault.index("id", &self.id_number)
    }

    fn phone_hash(&self, vault: &Vault) -> Option<String> {
        (!self.phone.is_empty()).then(|| vault.index("phone", &self.phone))
    }

    fn bank_hash(&self, vault: &Vault) -> Option<String> {
        (!self.bank_account.is_empty()).then(|| vault.index("bank", &self.bank_account))
    }

    fn tail(&self) -> &str {
        self.id_number.get(14..).unwrap_or_default()
    }
}

/// Opens what is sealed.
///
/// # Errors
/// `Internal` when it does not open.
pub fn unseal(vault: &Vault, person: &person::Model) -> Result<Private> {
    read(&vault.open(PLACE, person.id, &person.sealed)?)
}

/// What is sealed, where one broken row must not take the others away; it is named in the log.
pub(crate) fn opened(vault: &Vault, person: &person::Model) -> Option<Private> {
    match unseal(vault, person) {
        Ok(private) => Some(private),
        Err(e) => {
            tracing::error!(person = %person.id, "{e}");
            None
        }
    }
}

fn read(plain: &[u8]) -> Result<Private> {
    serde_json::from_slice(plain).map_err(|_| Error::internal("a sealed value cannot be read"))
}

/// The identity number of a person, for who compares many.
///
/// # Errors
/// `Internal` when it does not open.
pub(crate) fn number_of(vault: &Vault, id: PersonId, sealed: &[u8]) -> Result<String> {
    Ok(read(&vault.open(PLACE, id, sealed)?)?.id_number)
}

/// A person as a row is made of: `row.sealed` and the indexes are filled from `private`.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub row: person::Model,
    pub private: Private,
}

impl NewPerson {
    /// The row as it is stored.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub(crate) fn sealed(self, vault: &Vault) -> Result<person::Model> {
        Ok(self.seal(vault)?.row)
    }

    /// The same, with what was sealed still at hand.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub(crate) fn seal(mut self, vault: &Vault) -> Result<Self> {
        let Self { row, private } = &mut self;
        row.id_index = private.id_hash(vault);
        row.phone_index = private.phone_hash(vault);
        row.bank_index = private.bank_hash(vault);
        row.sealed = vault.seal(PLACE, row.id, &serde_json::to_vec(private).map_err(Error::internal)?)?;
        Ok(self)
    }
}

impl Brief {
    /// Of a name and an identity number as they were printed.
    pub(crate) fn printed(name: &str, id_number: &str) -> Self {
        let (head, tail) = (id_number.get(..6).unwrap_or_default(), id_number.get(14..).unwrap_or_default());
        Self {
            name: name.to_owned(),
            masked_name: mask_name(name),
            masked_id: format!("{head}********{tail}"),
            tail: tail.to_owned(),
        }
    }

    /// Without numbers where they do not open.
    pub(crate) fn of(person: &person::Model, private: Option<&Private>) -> Self {
        Self {
            name: person.name.clone(),
            masked_name: mask_name(&person.name),
            masked_id: private.map(Private::masked_id).unwrap_or_default(),
            tail: private.map(|private| private.tail().to_owned()).unwrap_or_default(),
        }
    }
}

/// A person in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PersonLine {
    pub id: PersonId,
    /// Masked for those who do not act for the person.
    pub name: String,
    pub masked_id: String,
    /// What is sealed of the row does not open: it was changed from outside, or its key is gone.
    pub broken: bool,
    pub sex: Sex,
    pub birth_on: NaiveDate,
    pub area_code: String,
    pub poverty_status: PovertyStatus,
    pub status: PersonStatus,
    /// What this caller may do now.
    pub actions: Vec<&'static str>,
    /// Who acts next.
    pub waiting_on: Option<Role>,
}

impl PersonLine {
    /// A row that does not open is shown as such: it does not take the list of its village away.
    pub(crate) fn of(person: &person::Model, vault: &Vault, reader: &Actor) -> Self {
        let sees = reader.prove::<SeePlight>().is_ok();
        let private = opened(vault, person);
        Self {
            id: person.id,
            name: if sees { person.name.clone() } else { mask_name(&person.name) },
            masked_id: private.as_ref().map(Private::masked_id).unwrap_or_default(),
            broken: private.is_none(),
            sex: person.sex,
            birth_on: person.birth_on,
            area_code: person.area_code.clone(),
            poverty_status: person.poverty_status,
            status: person.status,
            actions: actions(person.status, reader.role),
            waiting_on: waits_for(person.status),
        }
    }
}

/// What may be done with a record by itself; a merge takes two.
fn actions(status: PersonStatus, role: Role) -> Vec<&'static str> {
    status.open_to(role).into_iter().filter(|action| *action != PersonAction::Merge).map(Into::into).collect()
}

/// A page of people.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PeopleView {
    pub items: Vec<PersonLine>,
    /// Pass it as `after` to get the next page; null on the last one.
    pub next: Option<String>,
    /// How many there are in all; null for a search, and where several conditions are asked.
    pub total: Option<i64>,
}

/// Only a draft waits for somebody; what is verified rests where it is.
fn waits_for(status: PersonStatus) -> Option<Role> {
    (status == PersonStatus::Draft).then(|| status.waits_for()).flatten()
}

/// What only those see who act for the person.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct Plight {
    pub health: Vec<String>,
    pub main_cause: String,
    pub other_causes: Vec<String>,
    pub address: String,
}

/// A person with the facts of the registry; numbers are masked for everybody.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct PersonView {
    #[serde(flatten)]
    pub line: PersonLine,
    pub masked_phone: Option<String>,
    pub masked_bank_account: Option<String>,
    pub ethnicity: String,
    pub education: String,
    pub political: String,
    pub marital: String,
    /// Null for those who do not act for the person.
    pub plight: Option<Plight>,
    pub labour_capacity: LabourCapacity,
    pub registration: String,
    pub household_id: Option<HouseholdId>,
    pub household_number: Option<String>,
    pub relation: String,
    pub exited_on: Option<NaiveDate>,
    pub employment_status: String,
    pub employment_wish: String,
    pub training_wish: String,
    pub startup_wish: bool,
    pub skills: String,
    pub helper: String,
    pub source: String,
    pub verified_on: Option<NaiveDate>,
    /// The record that took this one in, where it was merged.
    pub merged_into: Option<PersonId>,
    /// Seats in classes that have not begun, of somebody whose record rests; they are given back by hand.
    pub seats_ahead: Vec<SeatAhead>,
    pub version: i32,
}

impl PersonView {
    /// # Errors
    /// `Internal` when the row does not open.
    pub(crate) fn of(
        person: person::Model,
        household: Option<&household::Model>,
        vault: &Vault,
        reader: &Actor,
    ) -> Result<Self> {
        let private = unseal(vault, &person)?;
        let sees = reader.prove::<SeePlight>().is_ok();
        let tail_of = |text: &str, kept: usize| {
            let skipped = text.chars().count().saturating_sub(kept);
            text.chars().skip(skipped).collect::<String>()
        };
        let head: String = private.phone.chars().take(3).collect();
        let masked = |text: &str, masked: String| (!text.is_empty()).then_some(masked);
        Ok(Self {
            line: PersonLine::of(&person, vault, reader),
            masked_phone: masked(&private.phone, format!("{head}****{}", tail_of(&private.phone, 4))),
            masked_bank_account: masked(&private.bank_account, format!("**** {}", tail_of(&private.bank_account, 4))),
            plight: sees.then_some(Plight {
                health: private.health,
                main_cause: private.main_cause,
                other_causes: private.other_causes,
                address: private.address,
            }),
            ethnicity: person.ethnicity,
            education: person.education,
            political: person.political,
            marital: person.marital,
            labour_capacity: person.labour_capacity,
            registration: person.registration,
            household_id: person.household_id,
            household_number: household.map(|household| household.number.clone()),
            relation: person.relation,
            exited_on: person.exited_on,
            employment_status: person.employment_status,
            employment_wish: person.employment_wish,
            training_wish: person.training_wish,
            startup_wish: person.startup_wish,
            skills: person.skills,
            helper: person.helper,
            source: person.source,
            verified_on: person.verified_on,
            merged_into: person.merged_into,
            seats_ahead: Vec::new(),
            version: person.version,
        })
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct HouseholdView {
    pub id: HouseholdId,
    pub number: String,
    pub area_code: String,
    /// 户类型
    pub kind: String,
    /// The whole family, children and the old included.
    pub members: i32,
    /// Who of them stands in the registry and in the caller's area.
    pub people: Vec<PersonLine>,
}

/// One service of the ledger: one person-time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ServiceView {
    pub id: ServiceId,
    pub person_id: PersonId,
    pub area_code: String,
    pub kind: ServiceKind,
    pub held_on: NaiveDate,
    pub provider: String,
    /// Null for those who do not act for the person.
    pub note: Option<String>,
}

impl ServiceView {
    pub(crate) fn of(row: service_event::Model, reader: &Actor) -> Self {
        Self {
            id: row.id,
            person_id: row.person_id,
            area_code: row.area_code,
            kind: row.kind,
            held_on: row.held_on,
            provider: row.provider,
            note: reader.prove::<SeePlight>().is_ok().then_some(row.note),
        }
    }
}

/// A value of a field as a reader may see it: the text, or that it is hidden.
///
/// Numbers are masked for everybody; what only those see who act for the person is hidden from others.
#[must_use]
pub(crate) fn masked(field: PersonField, value: &str, sees: bool) -> Option<String> {
    if value.is_empty() {
        return Some(String::new());
    }
    match field {
        PersonField::IdNumber => Some(mask_middle(value, 6, 4)),
        PersonField::Phone => Some(mask_middle(value, 3, 4)),
        PersonField::BankAccount => Some(mask_middle(value, 0, 4)),
        PersonField::Name => Some(if sees { value.to_owned() } else { mask_name(value) }),
        PersonField::Health
        | PersonField::SecondHealth
        | PersonField::MainCause
        | PersonField::SecondCause
        | PersonField::ThirdCause
        | PersonField::Address => sees.then(|| value.to_owned()),
        PersonField::Ethnicity
        | PersonField::Education
        | PersonField::Political
        | PersonField::Marital
        | PersonField::AreaCode
        | PersonField::Registration
        | PersonField::HouseholdNumber
        | PersonField::Relation
        | PersonField::PovertyStatus
        | PersonField::ExitedOn
        | PersonField::LabourCapacity
        | PersonField::Helper
        | PersonField::EmploymentStatus
        | PersonField::Skills
        | PersonField::EmploymentWish
        | PersonField::TrainingWish
        | PersonField::StartupWish => Some(value.to_owned()),
    }
}

/// The ends of a text, and stars for what stands between them.
fn mask_middle(text: &str, head: usize, tail: usize) -> String {
    let all: Vec<char> = text.chars().collect();
    let tail = all.len().saturating_sub(tail);
    all.iter().enumerate().map(|(place, c)| if place < head || place >= tail { *c } else { '*' }).collect()
}

/// A changed field of a record, as this reader may see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ChangeView {
    pub field: PersonField,
    /// Masked where the field holds a number; null for those who do not act for the person.
    pub old: Option<String>,
    pub new: Option<String>,
    /// The day from which a dated fact holds.
    pub effective_on: Option<NaiveDate>,
    pub document_no: Option<String>,
    /// The request that asked for it.
    pub request_id: Option<ChangeRequestId>,
    pub at: chrono::DateTime<chrono::Utc>,
}

impl ChangeView {
    pub(crate) fn of(row: &person_change::Model, change: Change, reader: &Actor) -> Self {
        let sees = reader.prove::<SeePlight>().is_ok();
        Self {
            field: row.field,
            old: masked(row.field, &change.old, sees),
            new: masked(row.field, &change.new, sees),
            effective_on: row.effective_on,
            document_no: row.document_no.clone(),
            request_id: row.request_id,
            at: row.at,
        }
    }
}

/// A seat of somebody whose record rests, in a class that has not begun.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SeatAhead {
    pub class_id: ClassId,
    pub title: String,
    pub starts_on: NaiveDate,
}

/// How many services were written down.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct RecordedView {
    pub person_times: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_tells_nothing_to_a_log() {
        let private = Private {
            id_number: "369970198001010018".into(),
            phone: "15412345678".into(),
            bank_account: "0000003601000000010".into(),
            health: vec!["1".into()],
            main_cause: "01".into(),
            other_causes: Vec::new(),
            address: "镜山村1组".into(),
        };
        assert_eq!(format!("{private:?}"), "Private(…)");
        assert_eq!(private.masked_id(), "369970********0018");
    }
}
