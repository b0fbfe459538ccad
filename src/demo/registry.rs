//! People of a county as rows: sealed, indexed, in their households, with the services that they got.

use chrono::{Days, NaiveDate};
use entities::{
    household, person, service_event,
    values::{HouseholdId, LabourCapacity, PersonId, PersonStatus, PovertyStatus, ServiceId, ServiceKind},
};

use crate::base::{Error, Result};
use crate::data::Vault;
use crate::demo::calendar::{YEAR, at, day};
use crate::demo::dice::{Dice, evenly};
use crate::demo::figures::CountyFigures;
use crate::demo::known_places::JINGSHAN;
use crate::demo::people::SynthPerson;
use crate::demo::rows::Rows;
use crate::people::Private;
use crate::tallies;

/// Of training age all the year, and on the first days of the next one too.
const BORN: (NaiveDate, NaiveDate) = (day(1957, 2, 1), day(2000, 1, 1));

/// Services of 镜山村 in 2016: 68 person-times.
const JINGSHAN_SERVICES: [(ServiceKind, usize, &str); 5] = [
    (ServiceKind::JobIntroduction, 21, "介绍岗位"),
    (ServiceKind::Training, 15, "推荐培训"),
    (ServiceKind::Guidance, 16, "就业指导"),
    (ServiceKind::Visit, 12, "入户走访"),
    (ServiceKind::SocialInsurance, 4, "社保补贴"),
];

const SERVICES: [((usize, &str), u32); 6] = [
    ((0, "介绍岗位"), 36),
    ((1, "推荐培训"), 22),
    ((2, "就业指导"), 18),
    ((3, "入户走访"), 14),
    ((4, "社保补贴"), 4),
    ((5, "政策宣讲"), 6),
];
const KINDS: [ServiceKind; 6] = [
    ServiceKind::JobIntroduction,
    ServiceKind::Training,
    ServiceKind::Guidance,
    ServiceKind::Visit,
    ServiceKind::SocialInsurance,
    ServiceKind::Policy,
];

/// One of the registry, as far as classes need to know.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    pub id: PersonId,
    pub name: String,
    pub id_number: String,
    pub area_code: String,
    /// 培训愿望
    pub wish: &'static str,
    /// Of training age and able to work.
    pub may_train: bool,
    /// Registered as poor, not weak: nothing stands in the way.
    pub sturdy: bool,
}

/// Writes the people down and tells who they are, in the order given.
///
/// # Errors
/// `Internal` when the system gives no random bytes.
pub(super) fn register(vault: &Vault, people: Vec<SynthPerson>, rows: &mut Rows) -> Result<Vec<Registered>> {
    let mut registered = Vec::with_capacity(people.len());
    let mut household: Option<(String, HouseholdId, Option<String>)> = None;
    for one in people {
        let created_at = at(one.verified_on, 9, 0);
        let (household_id, phone_index) = match &household {
            Some((number, id, phone)) if *number == one.household.number => (*id, phone.clone()),
            _ => {
                let (id, phone) = (HouseholdId::new(), Some(vault.index("phone", one.phone.as_str())));
                rows.household.push(household::Model {
                    id,
                    number: one.household.number.clone(),
                    area_code: one.area_code.clone(),
                    kind: one.household.kind.to_owned(),
                    members: one.household.members,
                    created_at,
                });
                household = Some((one.household.number.clone(), id, phone.clone()));
                (id, phone)
            }
        };
        let id = PersonId::new();
        let able = one.labour_capacity != LabourCapacity::None;
        registered.push(Registered {
            id,
            name: one.name.clone(),
            id_number: one.id_number.as_str().to_owned(),
            area_code: one.area_code.clone(),
            wish: one.training_wish,
            may_train: able && one.birth_on >= BORN.0 && one.birth_on <= BORN.1,
            sturdy: one.poverty_status == PovertyStatus::Registered && one.labour_capacity != LabourCapacity::Weak,
        });
        let main_cause = one.main_cause;
        let row = person::Model {
            id,
            id_index: vault.index("id", one.id_number.as_str()),
            phone_index,
            bank_index: Some(vault.index("bank", one.bank_account.as_str())),
            bank_changed_on: None,
            sealed: seal(vault, id, &one)?,
            name: one.name,
            sex: one.sex,
            birth_on: one.birth_on,
            ethnicity: one.ethnicity.to_owned(),
            education: one.education.to_owned(),
            political: one.political.to_owned(),
            marital: one.marital.to_owned(),
            labour_capacity: one.labour_capacity,
            registration: one.registration.to_owned(),
            area_code: one.area_code,
            household_id: Some(household_id),
            relation: one.relation.to_owned(),
            poverty_status: one.poverty_status,
            exited_on: one.exited_on,
            employment_status: one.employment_status.to_owned(),
            employment_wish: one.employment_wish.to_owned(),
            training_wish: one.training_wish.to_owned(),
            startup_wish: one.startup_wish,
            skills: one.skills.to_owned(),
            helper: one.helper,
            status: PersonStatus::Verified,
            merged_into: None,
            verified_on: Some(one.verified_on),
            source: "demo".to_owned(),
            created_at,
            version: 1,
        };
        tallies::stand(rows.heads.entry(row.area_code.clone()).or_default(), &row, main_cause, 1);
        rows.person.push(row);
    }
    Ok(registered)
}

fn seal(vault: &Vault, id: PersonId, one: &SynthPerson) -> Result<Vec<u8>> {
    let owned = |codes: &[&str]| codes.iter().map(|&code| code.to_owned()).collect();
    let private = Private {
        id_number: one.id_number.as_str().to_owned(),
        phone: one.phone.as_str().to_owned(),
        bank_account: one.bank_account.as_str().to_owned(),
        health: owned(&one.health),
        main_cause: one.main_cause.to_owned(),
        other_causes: owned(&one.other_causes),
        address: one.address.clone(),
    };
    vault.seal("person.sealed", id, &serde_json::to_vec(&private).map_err(Error::internal)?)
}

/// The services of the year: some get none, some get several.
pub(super) fn serve(county: &CountyFigures, bureau: &str, people: &[Registered], dice: &mut Dice, rows: &mut Rows) {
    let (jingshan, others): (Vec<_>, Vec<_>) = people.iter().partition(|person| person.area_code == JINGSHAN);
    let told = JINGSHAN_SERVICES.iter().flat_map(|&(kind, times, note)| (0..times).map(move |_| (kind, note)));
    for ((kind, note), person) in told.zip(jingshan.into_iter().cycle()) {
        rows.service_event.push(service(person, kind, note, bureau, dice));
    }
    let helped = usize::try_from(county.helped).unwrap_or(usize::MAX).min(others.len());
    let helped: Vec<_> = evenly(helped, others.len()).filter_map(|i| others.get(i).copied()).collect();
    let times = usize::try_from(county.services).unwrap_or(usize::MAX);
    for person in helped.into_iter().cycle().take(times) {
        let (kind, note) = dice.weigh(&SERVICES);
        let kind = KINDS.get(kind).copied().unwrap_or(ServiceKind::Policy);
        rows.service_event.push(service(person, kind, note, bureau, dice));
    }
}

fn service(person: &Registered, kind: ServiceKind, note: &str, bureau: &str, dice: &mut Dice) -> service_event::Model {
    service_event::Model {
        id: ServiceId::new(),
        person_id: person.id,
        area_code: person.area_code.clone(),
        kind,
        held_on: day(YEAR, 1, 4).checked_add_days(Days::new(u64::from(dice.below(360)))).unwrap_or_default(),
        provider: bureau.to_owned(),
        note: note.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::known_places::jingshan;

    #[test]
    fn the_services_of_jingshan_are_sixty_eight() {
        assert_eq!(JINGSHAN_SERVICES.iter().map(|(_, times, _)| times).sum::<usize>(), 68);
        assert_eq!(SERVICES.iter().map(|(_, weight)| weight).sum::<u32>(), 100);
    }

    #[test]
    fn a_household_is_written_once_and_its_people_point_to_it() {
        let vault = Vault::new(&Vault::fresh_keys().unwrap()).unwrap();
        let mut rows = Rows::default();
        let people = register(&vault, jingshan(), &mut rows).unwrap();
        assert_eq!((people.len(), rows.person.len(), rows.household.len()), (29, 29, 19));
        assert!(rows.person.iter().all(|p| rows.household.iter().any(|h| Some(h.id) == p.household_id)));
        assert_ne!(rows.person[0].id_index, rows.person[1].id_index);
        let first = &rows.person[0];
        let open = vault.open("person.sealed", first.id, &first.sealed).unwrap();
        let private: Private = serde_json::from_slice(&open).unwrap();
        assert_eq!(private.id_number, jingshan()[0].id_number.as_str());
    }
}
