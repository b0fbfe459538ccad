//! Registering people, verifying and suspending their records, loading files.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{DefaultHasher, Hash, Hasher},
};

use entities::{
    household, person,
    values::{HouseholdId, PersonId, PersonStatus, Role},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::areas::{Atlas, contains};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Part, Result};
use crate::data::{Audit, Telling, Vault, Work, is_trial};
use crate::people::forms::{Registration, SuspendReason};
use crate::people::keeping;
use crate::people::lifecycle::PersonAction;
use crate::people::rights::{DraftPeople, SeePeople, VerifyPeople};
use crate::people::rules::{self, Candidate, Grounds, HouseholdClaim};
use crate::people::store;
use crate::people::views::{HouseholdView, NewPerson, PersonLine, PersonView, SeatAhead, ServiceView, unseal};
use crate::tallies::{self, Coming};
use crate::web::Todo;

/// Whether identity numbers that were made for trials are taken here.
///
/// # Errors
/// Of the database.
pub async fn takes_test_numbers(db: &impl ConnectionTrait) -> Result<bool> {
    is_trial(db).await
}

/// A village's draft of a person.
///
/// # Errors
/// `Invalid` with every field that is wrong, a number that stands already among them.
pub(crate) async fn register(
    by: &Can<DraftPeople>,
    work: &Work,
    vault: &Vault,
    atlas: &Atlas,
    input: &Registration,
) -> Result<person::Model> {
    let grounds =
        Grounds { atlas, today: work.today(), within: &by.actor().area, test_numbers: is_trial(work.db()).await? };
    let candidate = rules::check(input, &grounds, work.now).map_err(Error::Invalid)?;
    let indexes = vault.indexes("id", &candidate.person.private.id_number);
    if !store::taken(work.db(), &indexes).await?.is_empty() {
        return Err(Error::invalid("id_number", "invalid.id_taken"));
    }
    let claim = std::iter::once((&candidate.household, candidate.person.row.area_code.as_str()));
    let households = settle(work, by.actor().area.as_str(), claim).await?;
    let household = match households.get(&candidate.household.number) {
        Some(Some(id)) => *id,
        _ => return Err(Error::invalid("household_number", "invalid.household_elsewhere")),
    };
    let mut new = candidate.person;
    new.row.household_id = Some(household);
    "village".clone_into(&mut new.row.source);
    let row = keeping::insert(work, vault, new).await?;
    work.record(Audit::of("register", "person", row.id).by_actor(Some(by.actor())).area(&row.area_code));
    Ok(row)
}

/// Finds the households that are claimed and makes those that are new. A number that stands outside of `within` gets
/// `None`: nobody is moved into another county's household by a slip of the pen.
pub(super) async fn settle(
    work: &Work,
    within: &str,
    claimed: impl Iterator<Item = (&HouseholdClaim, &str)>,
) -> Result<HashMap<String, Option<HouseholdId>>> {
    let mut claims: HashMap<&str, (&HouseholdClaim, &str, i32)> = HashMap::new();
    for (household, area) in claimed {
        claims.entry(household.number.as_str()).or_insert((household, area, 0)).2 += 1;
    }
    let numbers: Vec<String> = claims.keys().map(|number| (*number).to_owned()).collect();
    let standing = store::households(work.db(), &numbers).await?;
    let mut settled: HashMap<String, Option<HouseholdId>> = HashMap::with_capacity(claims.len());
    let mut rows = Vec::new();
    for (number, (claim, area, people)) in claims {
        if let Some(household) = standing.get(number) {
            settled.insert(number.to_owned(), contains(within, &household.area_code).then_some(household.id));
            continue;
        }
        let id = HouseholdId::new();
        rows.push(household::Model {
            id,
            number: number.to_owned(),
            area_code: area.to_owned(),
            kind: claim.kind.clone(),
            members: std::cmp::max(claim.members, people),
            created_at: work.now,
        });
        settled.insert(number.to_owned(), Some(id));
    }
    // In the order of their numbers, which is that of their villages.
    rows.sort_unstable_by(|a, b| a.number.cmp(&b.number));
    store::insert_households(work, rows).await?;
    Ok(settled)
}

/// A row of a file that is right by itself, sealed and on its way into the registry.
#[derive(Debug)]
pub struct Arrival {
    /// Where it stands in the file.
    pub line: u64,
    /// The keyed hash under which the identity number may stand beside that of the row.
    number_before: Option<String>,
    /// In a box: arrivals are sorted and handed on, and a person is large.
    row: Box<person::Model>,
    main_cause: String,
    household: HouseholdClaim,
}

impl Arrival {
    /// Seals what is private; this is work for a thread beside the database.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub fn new(line: u64, candidate: Candidate, vault: &Vault) -> Result<Self> {
        let Candidate { mut person, household } = candidate;
        person.row.status = PersonStatus::Verified;
        "import".clone_into(&mut person.row.source);
        let number_before = vault.index_before("id", &person.private.id_number);
        let NewPerson { row, private } = person.seal(vault)?;
        Ok(Self { line, number_before, row: Box::new(row), main_cause: private.main_cause, household })
    }

    /// The keyed hash of the identity number.
    pub fn number(&self) -> &str {
        &self.row.id_index
    }

    /// All keyed hashes under which the identity number may stand.
    fn numbers(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.row.id_index).chain(&self.number_before)
    }

    pub fn name(&self) -> &str {
        &self.row.name
    }

    /// As [`keeping::coming`] wants it.
    fn counted(&self) -> (&person::Model, &str) {
        (&self.row, &self.main_cause)
    }
}

/// Many that arrive together.
#[derive(Debug, Default)]
pub struct Arrivals {
    /// In the order of their numbers: the index of numbers is walked from end to end, and not at random for each.
    people: Vec<Arrival>,
    /// Keyed hashes under which their identity numbers may stand.
    numbers: Vec<String>,
    /// What they count as if all of them come in.
    coming: Coming,
}

impl Arrivals {
    /// Sorts them and gathers what they count as; this too is work for a thread beside the database.
    pub fn of(mut people: Vec<Arrival>) -> Self {
        let coming = keeping::coming(people.iter().map(Arrival::counted));
        // Of those with one number the first in the file stays the first.
        people.sort_by(|a, b| a.number().cmp(b.number()));
        let numbers = people.iter().flat_map(Arrival::numbers).cloned().collect();
        Self { people, numbers, coming }
    }
}

/// What became of rows that arrived.
#[derive(Debug, Default)]
pub struct Landing {
    pub added: usize,
    /// Who stood in the registry already, under the same name, or twice in the file.
    pub standing: usize,
    /// Lines that were not taken, and why.
    pub refused: Vec<(u64, Refused)>,
}

/// Why a row that is right by itself is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The number is that of somebody with another name.
    OtherName,
    /// The household stands in another area.
    HouseholdElsewhere,
}

/// Who came before in the same file: digests of numbers with digests of names, for a province fits into memory so.
#[derive(Debug, Default)]
pub struct Seen(HashMap<u64, u64>);

impl Seen {
    fn digest(text: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        hasher.finish()
    }

    /// Whether the number came before, and then whether under the same name.
    fn meet(&mut self, arrival: &Arrival) -> Option<bool> {
        let name = Self::digest(arrival.name());
        match self.0.entry(Self::digest(arrival.number())) {
            Entry::Occupied(before) => Some(*before.get() == name),
            Entry::Vacant(free) => {
                free.insert(name);
                None
            }
        }
    }
}

/// Tells apart who is new, who stands already and who bears the number of another.
fn sort_out(
    landing: &mut Landing,
    standing: &HashMap<String, String>,
    arrivals: Vec<Arrival>,
    seen: &mut Seen,
) -> Vec<Arrival> {
    let mut fresh = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        let stands = arrival.numbers().find_map(|number| standing.get(number));
        let met = stands.map(|name| name == arrival.name());
        match met.or_else(|| seen.meet(&arrival)) {
            Some(true) => landing.standing += 1,
            Some(false) => landing.refused.push((arrival.line, Refused::OtherName)),
            None => fresh.push(arrival),
        }
    }
    fresh
}

/// Writes those who are new into the registry, each in the household that the row names. Who stands there already stays as
/// he is: a file adds, corrections have a way of their own.
///
/// # Errors
/// Of the database; `error.duplicate` when somebody registered one of them at the same moment.
pub async fn land(work: &Work, within: &str, arrivals: Arrivals) -> Result<Landing> {
    let mut landing = Landing::default();
    let Arrivals { people, numbers, coming } = arrivals;
    let standing = store::names_of(work.db(), &numbers).await?;
    let came = people.len();
    let mut fresh = sort_out(&mut landing, &standing, people, &mut Seen::default());
    let claims = fresh.iter().map(|one| (&one.household, one.row.area_code.as_str()));
    let households = settle(work, within, claims).await?;
    let verified_on = work.today();
    fresh.retain_mut(|one| {
        let household = households.get(&one.household.number).copied().flatten();
        if household.is_none() {
            landing.refused.push((one.line, Refused::HouseholdElsewhere));
        }
        one.row.household_id = household;
        one.row.verified_on = Some(verified_on);
        household.is_some()
    });
    landing.added = fresh.len();
    let coming = if landing.added == came { coming } else { keeping::coming(fresh.iter().map(Arrival::counted)) };
    keeping::insert_sealed(work, fresh.into_iter().map(|one| *one.row).collect(), coming).await?;
    Ok(landing)
}

/// What would become of them, as the registry stands now; nothing is written.
///
/// # Errors
/// Of the database.
pub async fn foresee(db: &impl ConnectionTrait, within: &str, arrivals: Arrivals, seen: &mut Seen) -> Result<Landing> {
    let mut landing = Landing::default();
    let standing = store::names_of(db, &arrivals.numbers).await?;
    let mut fresh = sort_out(&mut landing, &standing, arrivals.people, seen);
    let numbers: Vec<String> = fresh.iter().map(|one| one.household.number.clone()).collect();
    let households = store::households(db, &numbers).await?;
    fresh.retain(|one| {
        let stays =
            households.get(&one.household.number).is_none_or(|household| contains(within, &household.area_code));
        if !stays {
            landing.refused.push((one.line, Refused::HouseholdElsewhere));
        }
        stays
    });
    landing.added = fresh.len();
    Ok(landing)
}

async fn act(
    by: &Can<VerifyPeople>,
    work: &Work,
    vault: &Vault,
    id: PersonId,
    action: PersonAction,
) -> Result<person::Model> {
    let person = store::visible(work.db(), &by.scope(), id).await?;
    let to = person.status.after(action)?;
    let private = unseal(vault, &person)?;
    let verified_on = match action {
        PersonAction::Verify => {
            rules::may_be_verified(&person, &private, work.today())?;
            Some(work.today())
        }
        PersonAction::Suspend | PersonAction::Restore | PersonAction::Merge => person.verified_on,
    };
    let row = person::Model { status: to, verified_on, ..person.clone() };
    keeping::rewrite(work, vault, &person, NewPerson { row, private }).await
}

pub(super) async fn tell(work: &Work, person: &person::Model, kind: &'static str) -> Result<()> {
    for to in accounts::of_person(work.db(), person.id).await? {
        work.tell(Telling { to, kind, args: json!({ "name": person.name }), link: None });
    }
    Ok(())
}

/// The county says that the draft is right.
///
/// # Errors
/// `NotFound` out of scope, `move.illegal`, `person.number_mismatch`, `Stale`.
pub(crate) async fn verify(by: &Can<VerifyPeople>, work: &Work, vault: &Vault, id: PersonId) -> Result<person::Model> {
    let person = act(by, work, vault, id, PersonAction::Verify).await?;
    work.record(Audit::of("verify", "person", id).by_actor(Some(by.actor())).area(&person.area_code));
    tell(work, &person, "person_verified").await?;
    Ok(person)
}

/// The record rests: the person takes no part, and nothing is deleted.
///
/// # Errors
/// `NotFound` out of scope, `move.illegal`, `Stale`.
pub(crate) async fn suspend(
    by: &Can<VerifyPeople>,
    work: &Work,
    vault: &Vault,
    id: PersonId,
    reason: SuspendReason,
) -> Result<person::Model> {
    let person = act(by, work, vault, id, PersonAction::Suspend).await?;
    let detail = json!({ "reason": reason.as_str() });
    work.record(Audit::of("suspend", "person", id).by_actor(Some(by.actor())).area(&person.area_code).detail(detail));
    if reason != SuspendReason::Death {
        tell(work, &person, "person_suspended").await?;
    }
    Ok(person)
}

/// The record is in use again.
///
/// # Errors
/// `NotFound` out of scope, `move.illegal`, `Stale`.
pub(crate) async fn restore(by: &Can<VerifyPeople>, work: &Work, vault: &Vault, id: PersonId) -> Result<person::Model> {
    let person = act(by, work, vault, id, PersonAction::Restore).await?;
    work.record(Audit::of("restore", "person", id).by_actor(Some(by.actor())).area(&person.area_code));
    tell(work, &person, "person_restored").await?;
    Ok(person)
}

/// One record goes into another, which keeps the services of both. The features above move what is theirs.
///
/// # Errors
/// `NotFound` for a record out of scope; `move.illegal`, `person.merged` for one that was merged before; `Stale`.
pub(crate) async fn merge(by: &Actor, work: &Work, vault: &Vault, from: PersonId, to: PersonId) -> Result<()> {
    let loser = store::visible(work.db(), &by.scope(), from).await?;
    let keeper = store::visible(work.db(), &by.scope(), to).await?;
    let status = loser.status.after(PersonAction::Merge)?;
    if keeper.status == PersonStatus::Merged {
        return Err(Error::refused("person.merged"));
    }
    let private = unseal(vault, &loser)?;
    let row = person::Model { status, merged_into: Some(to), ..loser.clone() };
    keeping::rewrite(work, vault, &loser, NewPerson { row, private }).await?;
    store::hand_over(work.db(), from, to).await?;
    let detail = json!({ "into": to });
    work.record(Audit::of("merge", "person", from).by_actor(Some(by)).area(&loser.area_code).detail(detail));
    tell(work, &keeper, "person_merged").await
}

/// A person with the facts of the registry.
///
/// # Errors
/// `NotFound` out of scope.
pub(crate) async fn show(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    id: PersonId,
    today: chrono::NaiveDate,
) -> Result<PersonView> {
    let person = store::visible(db, &by.scope(), id).await?;
    view(by.actor(), db, vault, person, today).await
}

/// The view of a row that a verb has just written.
///
/// # Errors
/// `Internal` when the row does not open.
pub(crate) async fn view(
    reader: &Actor,
    db: &impl ConnectionTrait,
    vault: &Vault,
    person: person::Model,
    today: chrono::NaiveDate,
) -> Result<PersonView> {
    let household = store::household_of(db, &person).await?;
    let seats = match person.status {
        PersonStatus::Suspended => store::seats_ahead(db, person.id, today).await?,
        PersonStatus::Draft | PersonStatus::Verified | PersonStatus::Merged => Vec::new(),
    };
    let mut view = PersonView::of(person, household.as_ref(), vault, reader)?;
    view.seats_ahead =
        seats.into_iter().map(|(class_id, title, starts_on)| SeatAhead { class_id, title, starts_on }).collect();
    Ok(view)
}

/// A household with those of its people whom the asker may see.
///
/// # Errors
/// `NotFound` out of scope.
pub(crate) async fn household(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    id: HouseholdId,
) -> Result<HouseholdView> {
    let row = store::household(db, &by.scope(), id).await?;
    let people = store::members(db, &by.scope(), id).await?;
    Ok(HouseholdView {
        id: row.id,
        number: row.number,
        area_code: row.area_code,
        kind: row.kind,
        members: row.members,
        people: people.iter().map(|person| PersonLine::of(person, vault, by.actor())).collect(),
    })
}

/// Drafts wait for the county's clerk; the village waits with them.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let (mine, key, why) = match actor.role {
        Role::CountyClerk => (true, "person-todo-verify", "person-todo-verify-why"),
        Role::VillageWorker => (false, "person-todo-drafts", "person-todo-drafts-why"),
        Role::Trainee
        | Role::Enterprise
        | Role::Institution
        | Role::Assessor
        | Role::CountyChecker
        | Role::FinanceOfficer
        | Role::Supervisor
        | Role::Auditor
        | Role::Administrator => return Ok(Vec::new()),
    };
    let waiting = tallies::heads(db, &actor.area).await?.of(Part::All, "status", PersonStatus::Draft.as_str());
    let todo = Todo {
        mine,
        href: "/people?status=draft".to_owned(),
        key,
        args: vec![("count", waiting.to_string())],
        why,
        why_args: Vec::new(),
        due: None,
    };
    Ok(if waiting > 0 { vec![todo] } else { Vec::new() })
}

/// What a person's page shows beside the facts.
pub(crate) struct Surroundings {
    pub members: Vec<PersonLine>,
    pub services: Vec<ServiceView>,
    /// Why the record rests, for those who act for the person.
    pub rests_for: Option<String>,
}

/// The household and the last services of a person who was seen.
///
/// # Errors
/// Of the database.
pub(crate) async fn surroundings(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    person: &PersonView,
) -> Result<Surroundings> {
    const LAST: u64 = 20;
    let scope: Scope = by.scope();
    let members = match person.household_id {
        Some(id) => store::members(db, &scope, id).await?,
        None => Vec::new(),
    };
    let others = members.iter().filter(|member| member.id != person.line.id);
    let services = store::services_of(db, &scope, person.line.id, LAST).await?;
    let rests_for = match person.line.status {
        PersonStatus::Suspended if person.plight.is_some() => {
            store::last_suspension(db, person.line.id).await?.and_then(|deed| {
                let detail: serde_json::Value = serde_json::from_str(&deed.detail?).ok()?;
                Some(detail.get("reason")?.as_str()?.to_owned())
            })
        }
        PersonStatus::Suspended | PersonStatus::Draft | PersonStatus::Verified | PersonStatus::Merged => None,
    };
    Ok(Surroundings {
        members: others.map(|member| PersonLine::of(member, vault, by.actor())).collect(),
        services: services.into_iter().map(|row| ServiceView::of(row, by.actor())).collect(),
        rests_for,
    })
}
