//! Outputs of this feature: what is kept of a person, and what of it is shown to whom.

use std::fmt;

use chrono::NaiveDate;
use entities::{
    household, person, service_event,
    values::{
        AccountId, HouseholdId, LabourCapacity, PersonId, PersonStatus, PovertyStatus, Role, ServiceId, ServiceKind,
        Sex,
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
use crate::people::rights::SeePlight;

/// Where a person's secrets stand; sealed bytes open nowhere else.
pub(crate) const PLACE: &str = "person.sealed";

/// Where a change of keys finds them.
pub const SEALED: SealedColumn = SealedColumn {
    table: "person",
    column: "sealed",
    place: PLACE,
    hashes: &["id_index", "phone_index"],
    hash: |vault, plain| {
        let private = read(plain)?;
        Ok(vec![Some(private.id_hash(vault)), private.phone_hash(vault)])
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

/// A person as a row is made of: `row.sealed`, `row.id_index` and `row.phone_index` are filled from `private`.
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
        row.sealed = vault.seal(PLACE, row.id, &serde_json::to_vec(private).map_err(Error::internal)?)?;
        Ok(self)
    }
}

impl Brief {
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
            actions: person.status.open_to(reader.role).into_iter().map(Into::into).collect(),
            waiting_on: waits_for(person.status),
        }
    }
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
