//! Registering people, verifying and suspending their records, loading files, recording services.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use entities::{
    household, person, service_event,
    values::{HouseholdId, PersonId, PersonStatus, Role, ServiceId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::areas::{Atlas, contains};
use crate::base::clock::day_of;
use crate::base::identity::fold;
use crate::base::lifecycle::Lifecycle;
use crate::base::paging::Page;
use crate::base::{Clock, Error, FieldError, Phone, Result};
use crate::data::{Audit, Database, Desk, Telling, Vault, Work};
use crate::people::forms::{NewService, PeopleQuery, Registration, Search, ServicesQuery, SuspendReason};
use crate::people::imports::{Fault, Judging, Sheet};
use crate::people::lifecycle::PersonAction;
use crate::people::rights::{DraftPeople, ImportPeople, RecordServices, SeePeople, VerifyPeople};
use crate::people::rules::{self, Candidate, Grounds, HouseholdClaim};
use crate::people::store::{self, Cursor};
use crate::people::views::{HouseholdView, NewPerson, PersonLine, PersonView, SeatAhead, ServiceView, unseal};
use crate::web::Todo;

/// People who share a phone and are shown at once.
const OF_ONE_PHONE: u64 = 50;
/// Lines of a file that the desk takes in the time that a job has; more go through the command line.
const LINES_AT_ONCE: usize = 10_000;

/// Seals and writes many people.
///
/// # Errors
/// `error.duplicate` for an identity number that stands already.
pub async fn insert_many(work: &Work, vault: &Vault, people: Vec<NewPerson>) -> Result<()> {
    let rows = people.into_iter().map(|person| person.sealed(vault)).collect::<Result<Vec<_>>>()?;
    store::insert_people(work.db(), rows).await
}

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
    let row = new.sealed(vault)?;
    store::insert_people(work.db(), vec![row.clone()]).await?;
    work.record(Audit::of("register", "person", row.id).by_actor(Some(by.actor())).area(&row.area_code));
    Ok(row)
}

/// Finds the households that are claimed and makes those that are new. A number that stands outside of `within` gets
/// `None`: nobody is moved into another county's household by a slip of the pen.
pub(super) async fn settle(
    work: &Work,
    within: &str,
    candidates: &[&Candidate],
) -> Result<HashMap<String, Option<HouseholdId>>> {
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
    insert_many(work, vault, people.collect()).await?;
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
    id: PersonId,
    action: PersonAction,
    allowed: impl FnOnce(&person::Model) -> Result<()>,
) -> Result<person::Model> {
    let person = store::visible(work.db(), &by.scope(), id).await?;
    let to = person.status.after(action)?;
    allowed(&person)?;
    let verified_on = match action {
        PersonAction::Verify => Some(work.today()),
        PersonAction::Suspend | PersonAction::Restore | PersonAction::Merge => person.verified_on,
    };
    let moved = person::Entity::update_many()
        .col_expr(person::Column::Status, Expr::value(to))
        .col_expr(person::Column::VerifiedOn, Expr::value(verified_on))
        .col_expr(person::Column::Version, Expr::col(person::Column::Version).add(1))
        .filter(person::Column::Id.eq(id))
        .filter(person::Column::Status.eq(person.status))
        .exec(work.db())
        .await?;
    if moved.rows_affected != 1 {
        return Err(Error::Stale);
    }
    Ok(person::Model { status: to, verified_on, version: person.version + 1, ..person })
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
    let today = work.today();
    let checked = |person: &person::Model| rules::may_be_verified(person, &unseal(vault, person)?, today);
    let person = act(by, work, id, PersonAction::Verify, checked).await?;
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
    id: PersonId,
    reason: SuspendReason,
) -> Result<person::Model> {
    let person = act(by, work, id, PersonAction::Suspend, |_| Ok(())).await?;
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
pub(crate) async fn restore(by: &Can<VerifyPeople>, work: &Work, id: PersonId) -> Result<person::Model> {
    let person = act(by, work, id, PersonAction::Restore, |_| Ok(())).await?;
    work.record(Audit::of("restore", "person", id).by_actor(Some(by.actor())).area(&person.area_code));
    tell(work, &person, "person_restored").await?;
    Ok(person)
}

/// One record goes into another, which keeps the services of both. The features above move what is theirs.
///
/// # Errors
/// `NotFound` for a record out of scope; `move.illegal`, `person.merged` for one that was merged before; `Stale`.
pub(crate) async fn merge(by: &Actor, work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    let loser = store::visible(work.db(), &by.scope(), from).await?;
    let keeper = store::visible(work.db(), &by.scope(), to).await?;
    let status = loser.status.after(PersonAction::Merge)?;
    if keeper.status == PersonStatus::Merged {
        return Err(Error::refused("person.merged"));
    }
    store::merge(work, &loser, to, status).await?;
    let detail = json!({ "into": to });
    work.record(Audit::of("merge", "person", from).by_actor(Some(by)).area(&loser.area_code).detail(detail));
    tell(work, &keeper, "person_merged").await
}

/// Writes a service into the ledger: one person-time.
///
/// # Errors
/// `NotFound` for a person out of scope, `Invalid` by field, `person.suspended`.
pub(crate) async fn record_service(
    by: &Can<RecordServices>,
    work: &Work,
    input: &NewService,
) -> Result<service_event::Model> {
    let person = store::visible(work.db(), &by.scope(), input.person_id).await?;
    let mut faults = Vec::new();
    let held_on = rules::read_date(&input.held_on);
    match held_on {
        None => faults.push(FieldError::new("held_on", "invalid.date")),
        Some(day) if day > work.today() => faults.push(FieldError::new("held_on", "invalid.date_future")),
        Some(day) if day < person.birth_on => faults.push(FieldError::new("held_on", "invalid.date")),
        Some(_) => {}
    }
    let provider = input.provider.trim();
    if provider.is_empty() || provider.chars().count() > 64 {
        faults.push(FieldError::new("provider", "invalid.length"));
    }
    let note = input.note.as_deref().map(str::trim).unwrap_or_default();
    if note.chars().count() > 200 {
        faults.push(FieldError::new("note", "invalid.too_long"));
    }
    let Some(held_on) = held_on.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    if matches!(person.status, PersonStatus::Suspended | PersonStatus::Merged) {
        return Err(Error::refused("person.suspended"));
    }
    let row = service_event::Model {
        id: ServiceId::new(),
        person_id: person.id,
        area_code: person.area_code,
        kind: input.kind,
        held_on,
        provider: provider.to_owned(),
        note: note.to_owned(),
    };
    service_event::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    work.record(Audit::of("record", "service", row.id).by_actor(Some(by.actor())).area(&row.area_code));
    Ok(row)
}

/// A page of the list.
///
/// # Errors
/// `Invalid` for parameters that cannot be read.
pub(crate) async fn list(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    query: &PeopleQuery,
) -> Result<Page<PersonLine>> {
    let paging = query.paging()?;
    let after: Option<Cursor> = paging.after()?;
    let limit = paging.limit();
    let rows = store::list(db, &by.scope(), paging.area.as_deref(), query.status()?, after.as_ref(), limit + 1).await?;
    let page = Page::cut(rows, limit, |row| Cursor::behind(&row.area_code, row.id));
    let items = page.items.iter().map(|row| PersonLine::of(row, vault, by.actor())).collect::<Result<_>>()?;
    Ok(Page { items, next: page.next })
}

/// Who has exactly this identity number or phone, among those whom the asker may see.
///
/// # Errors
/// `Invalid` unless one of the two is given and can be read.
pub(crate) async fn search(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    search: &Search,
) -> Result<Vec<PersonLine>> {
    let scope = by.scope();
    let rows = match (&search.id_number, &search.phone) {
        (Some(number), None) => {
            let number = rules::read_id_number(number, chrono::NaiveDate::MAX).map_err(|e| Error::Invalid(vec![e]))?;
            store::by_id_index(db, &scope, &vault.index("id", number.as_str())).await?
        }
        (None, Some(phone)) => {
            let phone = Phone::parse(&fold(phone)).map_err(|e| Error::Invalid(vec![e]))?;
            store::by_phone_index(db, &scope, &vault.index("phone", phone.as_str()), OF_ONE_PHONE).await?
        }
        _ => return Err(Error::invalid("id_number", "invalid.search")),
    };
    rows.iter().map(|row| PersonLine::of(row, vault, by.actor())).collect()
}

/// Which of the two a typed number is, by its length.
pub(crate) fn search_for(number: &str) -> Search {
    let typed = fold(number).replace([' ', '-'], "");
    let is_phone = typed.trim_start_matches('+').len() <= 13;
    Search { phone: is_phone.then(|| typed.clone()), id_number: (!is_phone).then_some(typed) }
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
        people: people.iter().map(|person| PersonLine::of(person, vault, by.actor())).collect::<Result<_>>()?,
    })
}

/// A page of the service ledger.
///
/// # Errors
/// `Invalid` for parameters that cannot be read.
pub(crate) async fn services(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    query: &ServicesQuery,
) -> Result<Page<ServiceView>> {
    let paging = query.paging()?;
    let (after, limit) = (paging.after::<ServiceId>()?, paging.limit());
    let rows = store::services(db, &by.scope(), paging.area.as_deref(), after, limit + 1).await?;
    let page = Page::cut(rows, limit, |row| row.id.to_string());
    Ok(page.map(|row| ServiceView::of(row, by.actor())))
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
    let waiting = store::drafts(db, &actor.scope()).await?;
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
