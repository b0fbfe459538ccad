//! Registering people, verifying and suspending their records, loading files.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use entities::{
    household, person,
    values::{HouseholdId, PersonId, PersonStatus, Role},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::areas::{Atlas, contains};
use crate::base::clock::day_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Clock, Error, Part, Result};
use crate::data::{Audit, Database, Desk, Telling, Vault, Work};
use crate::people::forms::{Registration, SuspendReason};
use crate::people::imports::{Fault, Judging, Sheet};
use crate::people::keeping;
use crate::people::lifecycle::PersonAction;
use crate::people::rights::{DraftPeople, ImportPeople, SeePeople, VerifyPeople};
use crate::people::rules::{self, Candidate, Grounds, HouseholdClaim};
use crate::people::store;
use crate::people::views::{HouseholdView, NewPerson, PersonLine, PersonView, ServiceView, unseal};
use crate::tallies;
use crate::web::Todo;

/// Lines of a file that the desk takes in the time that a job has; more go through the command line.
const LINES_AT_ONCE: usize = 10_000;

/// Whether identity numbers that were made for trials are taken here.
///
/// # Errors
/// Of the database.
pub async fn takes_test_numbers(db: &impl ConnectionTrait) -> Result<bool> {
    store::is_trial(db).await
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
    let grounds = Grounds {
        atlas,
        today: work.today(),
        within: &by.actor().area,
        test_numbers: store::is_trial(work.db()).await?,
    };
    let candidate = rules::check(input, &grounds, work.now).map_err(Error::Invalid)?;
    let index = vault.index("id", &candidate.person.private.id_number);
    if !store::taken(work.db(), &[index]).await?.is_empty() {
        return Err(Error::invalid("id_number", "invalid.id_taken"));
    }
    let households = settle(work, by.actor().area.as_str(), &[&candidate]).await?;
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
async fn settle(work: &Work, within: &str, candidates: &[&Candidate]) -> Result<HashMap<String, Option<HouseholdId>>> {
    let mut claims: HashMap<&str, (&HouseholdClaim, &str, i32)> = HashMap::new();
    for Candidate { person, household } in candidates {
        let claim = claims.entry(household.number.as_str()).or_insert((household, &person.row.area_code, 0));
        claim.2 += 1;
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
    if settled.values().all(Option::is_some) {
        store::insert_households(work.db(), rows).await?;
    }
    Ok(settled)
}

/// What became of a file: all of its people stand in the registry, or none.
#[derive(Debug)]
pub enum Landed {
    Added(usize),
    Faults(Vec<Fault>),
}

/// Loads a file that was read. Nothing is written when a line of it is wrong.
///
/// # Errors
/// Of the database; `error.duplicate` when somebody registered one of them at the same moment.
pub(crate) async fn import(by: &Can<ImportPeople>, work: &Work, vault: &Vault, sheet: Sheet) -> Result<Landed> {
    load(Some(by.actor()), work, vault, sheet).await
}

/// The same without a clerk, for the command line.
///
/// # Errors
/// As of [`import`].
pub async fn load(by: Option<&Actor>, work: &Work, vault: &Vault, sheet: Sheet) -> Result<Landed> {
    let Sheet { mut lines, mut faults, within } = sheet;
    let indexes: Vec<String> =
        lines.iter().map(|line| vault.index("id", &line.candidate.person.private.id_number)).collect();
    let taken = store::taken(work.db(), &indexes).await?;
    let mut seen: HashSet<&str> = HashSet::with_capacity(indexes.len());
    for (line, index) in lines.iter().zip(&indexes) {
        if taken.contains(index) {
            faults.push(line.fault_of_number("invalid.id_taken"));
        } else if !seen.insert(index) {
            faults.push(line.fault_of_number("invalid.id_twice"));
        }
    }
    if faults.is_empty() {
        let candidates: Vec<&Candidate> = lines.iter().map(|line| &line.candidate).collect();
        let households = settle(work, &within, &candidates).await?;
        for line in &mut lines {
            match households.get(&line.candidate.household.number) {
                Some(Some(id)) => line.candidate.person.row.household_id = Some(*id),
                _ => faults.push(line.fault_of_household("invalid.household_elsewhere")),
            }
        }
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.line);
        return Ok(Landed::Faults(faults));
    }
    let added = lines.len();
    let people = lines.into_iter().map(|line| {
        let mut new = line.candidate.person;
        new.row.status = PersonStatus::Verified;
        new.row.verified_on = Some(work.today());
        "import".clone_into(&mut new.row.source);
        new
    });
    keeping::insert_many(work, vault, people.collect()).await?;
    work.record(Audit::of("import", "person", "").by_actor(by).area(&within).detail(json!({ "people": added })));
    Ok(Landed::Added(added))
}

/// What a file needs at hand between the door and the desk.
#[derive(Clone, Copy)]
pub(crate) struct Registry<'a> {
    pub db: &'a Database,
    pub desk: &'a Desk,
    pub vault: &'a Vault,
    pub atlas: &'a Arc<Atlas>,
    pub clock: &'a Clock,
}

impl Registry<'_> {
    /// Reads a file beside the async threads, for it takes a while, then loads it at the desk in one go.
    ///
    /// # Errors
    /// `Invalid` when it is no such file; else as of [`import`].
    pub(crate) async fn import(&self, by: &Can<ImportPeople>, bytes: Vec<u8>) -> Result<Landed> {
        let (atlas, within, now) = (self.atlas.clone(), by.actor().area.clone(), self.clock.now());
        let test_numbers = store::is_trial(self.db.reader()).await?;
        let reading = move || {
            let judging = Judging {
                atlas: &atlas,
                now,
                today: day_of(now),
                within: &within,
                test_numbers,
                most: Some(LINES_AT_ONCE),
            };
            Sheet::read(&bytes, judging)
        };
        let sheet = spawn_blocking(reading).await.map_err(Error::internal)??;
        self.desk.write(async |work| import(by, work, self.vault, sheet).await).await
    }
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
        PersonAction::Suspend | PersonAction::Restore => person.verified_on,
    };
    let row = person::Model { status: to, verified_on, ..person.clone() };
    keeping::rewrite(work, vault, &person, NewPerson { row, private }).await
}

async fn tell(work: &Work, person: &person::Model, kind: &'static str) -> Result<()> {
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

/// A person with the facts of the registry.
///
/// # Errors
/// `NotFound` out of scope.
pub(crate) async fn show(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    id: PersonId,
) -> Result<PersonView> {
    let person = store::visible(db, &by.scope(), id).await?;
    let household = store::household_of(db, &person).await?;
    PersonView::of(person, household.as_ref(), vault, by.actor())
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
) -> Result<PersonView> {
    let household = store::household_of(db, &person).await?;
    PersonView::of(person, household.as_ref(), vault, reader)
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
        people: people.iter().map(|person| PersonLine::of(person, vault, by.actor())).collect::<Result<_>>()?,
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
        members: others.map(|member| PersonLine::of(member, vault, by.actor())).collect::<Result<_>>()?,
        services: services.into_iter().map(|row| ServiceView::of(row, by.actor())).collect(),
        rests_for,
    })
}
