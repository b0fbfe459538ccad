//! Filing, applying, confirming, refusing and withdrawing requests.

use entities::{
    change_request,
    values::{AccountId, ChangeRequestId, ChangeStatus, PersonField, PersonId, Role},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can, Scope};
use crate::accounts::{self, Steps};
use crate::areas::Atlas;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::corrections::forms::{CorrectionForm, CorrectionsQuery, NewCorrection};
use crate::corrections::lifecycle::ChangeAction;
use crate::corrections::rights::{
    ApplyCorrections, ConfirmCorrections, FileCorrections, RefuseCorrections, SeeCorrections,
};
use crate::corrections::rules;
use crate::corrections::store::{self, Marks, Sought};
use crate::corrections::views::{CorrectionLine, CorrectionView};
use crate::data::{Audit, SealedColumn, Telling, Vault, Work};
use crate::people::{self, Change, Ground};
use crate::web::{Reason, Todo};

/// Where the values of a request stand; sealed bytes open nowhere else.
const PLACE: &str = "change_request.sealed";

/// Where a change of keys finds them.
pub const SEALED: SealedColumn =
    SealedColumn { table: "change_request", column: "sealed", place: PLACE, hashes: &[], hash: |_, _| Ok(Vec::new()) };

/// What somebody asks for, whichever door it came through. It has no Debug, for it holds values.
pub(crate) struct Filing {
    pub person: PersonId,
    pub version: Option<i32>,
    pub wanted: Vec<(PersonField, String)>,
    pub note: Option<String>,
    /// A village of another county, by name or code.
    pub moves_to: Option<String>,
}

impl From<&NewCorrection> for Filing {
    fn from(new: &NewCorrection) -> Self {
        Self {
            person: new.person_id,
            version: new.version,
            wanted: new.changes.iter().map(|change| (change.field, change.value.clone())).collect(),
            note: new.note.clone(),
            moves_to: None,
        }
    }
}

impl From<CorrectionForm> for Filing {
    fn from(form: CorrectionForm) -> Self {
        Self {
            person: form.person_id,
            version: Some(form.version),
            wanted: form.wanted(),
            note: form.note,
            moves_to: form.moves_to,
        }
    }
}

/// The values of a request.
pub(super) fn open(vault: &Vault, row: &change_request::Model) -> Result<Vec<Change>> {
    let plain = vault.open(PLACE, row.id, &row.sealed)?;
    serde_json::from_slice(&plain).map_err(|_| Error::internal("a sealed value cannot be read"))
}

/// Asks for a correction.
///
/// # Errors
/// `NotFound` for a person out of sight; `Invalid` by field as of the registration; `correction.open` while another request
/// waits; `person.merged`; `Stale` when the person changed since the form was made.
pub(crate) async fn file(
    by: &Can<FileCorrections>,
    work: &Work,
    vault: &Vault,
    atlas: &Atlas,
    filing: &Filing,
) -> Result<change_request::Model> {
    let person = people::visible(work.db(), &by.scope(), filing.person).await?;
    if filing.version.is_some_and(|version| version != person.version) {
        return Err(Error::Stale);
    }
    if store::open_of(work.db(), person.id).await?.is_some() {
        return Err(Error::refused("correction.open"));
    }
    let note = rules::note(filing.note.as_deref())?;
    let mut wanted = filing.wanted.clone();
    rules::once_each(&wanted)?;
    if let Some(village) = &filing.moves_to {
        let code = people::village_named(atlas, village, work.today(), &person.area_code, "moves_to");
        let code = code.map_err(|e| Error::Invalid(vec![e]))?;
        wanted.retain(|(field, _)| *field != PersonField::AreaCode);
        wanted.push((PersonField::AreaCode, code));
    }
    let changes = people::propose(work, vault, atlas, &person, &wanted).await?;
    let moved = changes.iter().find(|change| change.field == PersonField::AreaCode);
    let id = ChangeRequestId::new();
    let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    let row = change_request::Model {
        id,
        person_id: person.id,
        decided_in: moved.map_or_else(|| person.area_code.clone(), |change| change.new.clone()),
        area_code: person.area_code,
        status: ChangeStatus::Filed,
        fields: fields.join(","),
        needs_second: rules::needs_second(&changes),
        note,
        sealed: vault.seal(PLACE, id, &serde_json::to_vec(&changes).map_err(Error::internal)?)?,
        filed_by: by.account,
        filed_at: work.now,
        first_by: None,
        second_by: None,
        decided_at: None,
        reason: None,
        version: 1,
    };
    store::insert(work, row.clone()).await?;
    record(work, "file", &row, by.actor());
    Ok(row)
}

fn record(work: &Work, action: &'static str, row: &change_request::Model, by: &Actor) {
    let detail = json!({ "person": row.person_id, "fields": row.fields });
    work.record(Audit::of(action, "correction", row.id).by_actor(Some(by)).area(&row.decided_in).detail(detail));
}

/// Tells the person and whoever filed, but not who does it just now.
async fn tell(work: &Work, row: &change_request::Model, name: &str, kind: &'static str, but: AccountId) -> Result<()> {
    let mut readers = accounts::of_person(work.db(), row.person_id).await?;
    if !readers.contains(&row.filed_by) {
        readers.push(row.filed_by);
    }
    let reason = row.reason.as_deref().unwrap_or_default();
    for to in readers.into_iter().filter(|to| *to != but) {
        let args = json!({ "name": name, "reason": reason });
        work.tell(Telling { to, kind, args, link: Some(format!("/corrections/{}", row.id)) });
    }
    Ok(())
}

/// Writes what was asked for into the record.
async fn write(work: &Work, vault: &Vault, atlas: &Atlas, row: &change_request::Model, by: AccountId) -> Result<()> {
    let changes = open(vault, row)?;
    let ground = Ground { by, request: Some(row.id), effective_on: None, document_no: None };
    let person = people::amend(work, vault, atlas, row.person_id, &changes, &ground).await?;
    tell(work, row, &person.name, "correction_applied", by).await
}

/// Neither who filed nor who said yes before decides, whichever account they sign in with.
async fn require_other(work: &Work, by: &Actor, row: &change_request::Model) -> Result<()> {
    let steps = |taken_by| Steps { noun: "correction", id: row.id, taken_by };
    let before = row.first_by.into_iter().collect();
    accounts::require_other(work.db(), by, steps(before), "correction.same_person").await?;
    accounts::require_other(work.db(), by, steps(vec![row.filed_by]), "correction.own").await
}

/// The clerk says yes: the record is changed, or a second person is asked where name or number change.
///
/// # Errors
/// `NotFound` out of scope; as of [`rules::step`], of [`accounts::require_other`] and of [`people::amend`]; `Stale`.
pub(crate) async fn apply(
    by: &Can<ApplyCorrections>,
    work: &Work,
    vault: &Vault,
    atlas: &Atlas,
    id: ChangeRequestId,
) -> Result<change_request::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let action = rules::yes(&row);
    let to = rules::step(&row, action, by.actor())?;
    require_other(work, by, &row).await?;
    let after = store::advance(work, &row, to, Marks { first: Some(by.account), ..Marks::default() }).await?;
    if to == ChangeStatus::Applied {
        write(work, vault, atlas, &after, by.account).await?;
    } else {
        people::may_amend(work, vault, atlas, row.person_id, &open(vault, &row)?).await?;
    }
    record(work, action.into(), &after, by.actor());
    Ok(after)
}

/// The second person says yes too.
///
/// # Errors
/// As of [`apply`].
pub(crate) async fn confirm(
    by: &Can<ConfirmCorrections>,
    work: &Work,
    vault: &Vault,
    atlas: &Atlas,
    id: ChangeRequestId,
) -> Result<change_request::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = rules::step(&row, ChangeAction::Confirm, by.actor())?;
    require_other(work, by, &row).await?;
    let after = store::advance(work, &row, to, Marks { second: Some(by.account), ..Marks::default() }).await?;
    write(work, vault, atlas, &after, by.account).await?;
    record(work, ChangeAction::Confirm.into(), &after, by.actor());
    Ok(after)
}

/// Somebody whose turn it is says no.
///
/// # Errors
/// `NotFound` out of scope; `Invalid` without a reason; as of [`rules::step`]; `Stale`.
pub(crate) async fn refuse(
    by: &Can<RefuseCorrections>,
    work: &Work,
    vault: &Vault,
    id: ChangeRequestId,
    input: &Reason,
) -> Result<change_request::Model> {
    let reason = input.said()?;
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = rules::step(&row, ChangeAction::Refuse, by.actor())?;
    require_other(work, by, &row).await?;
    let who = Some(by.account);
    let marks = match row.status {
        ChangeStatus::AwaitingSecond => Marks { second: who, reason: Some(reason), ..Marks::default() },
        _ => Marks { first: who, reason: Some(reason), ..Marks::default() },
    };
    let after = store::advance(work, &row, to, marks).await?;
    let briefs = people::briefs(work.db(), vault, &[row.person_id]).await?;
    let name = briefs.get(&row.person_id).map(|brief| brief.name.as_str()).unwrap_or_default();
    tell(work, &after, name, "correction_refused", by.account).await?;
    record(work, ChangeAction::Refuse.into(), &after, by.actor());
    Ok(after)
}

/// Whoever filed thinks better of it.
///
/// # Errors
/// `NotFound` out of scope; as of [`rules::step`]; `Stale`.
pub(crate) async fn withdraw(
    by: &Can<FileCorrections>,
    work: &Work,
    id: ChangeRequestId,
) -> Result<change_request::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = rules::step(&row, ChangeAction::Withdraw, by.actor())?;
    let after = store::advance(work, &row, to, Marks::default()).await?;
    record(work, ChangeAction::Withdraw.into(), &after, by.actor());
    Ok(after)
}

/// A page of the list.
///
/// # Errors
/// `Invalid` for parameters that cannot be read.
pub(crate) async fn list(
    by: &Can<SeeCorrections>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    query: &CorrectionsQuery,
) -> Result<Page<CorrectionLine>> {
    let paging = query.paging()?;
    let sought = Sought { status: query.status()?, person: query.person()?, after: paging.after()? };
    let rows = store::list(db, &by.scope(), sought, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let ids: Vec<PersonId> = page.items.iter().map(|row| row.person_id).collect();
    let briefs = people::briefs(db, vault, &ids).await?;
    Ok(page.map(|row| CorrectionLine::of(&row, briefs.get(&row.person_id), by.actor())))
}

/// The reader's own requests, newest first.
///
/// # Errors
/// `Internal` when one does not open.
pub(crate) async fn of_oneself(
    by: &Can<SeeCorrections>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    most: u64,
) -> Result<Vec<CorrectionView>> {
    let id = by.person.ok_or(Error::NotFound("person"))?;
    let briefs = people::briefs(db, vault, &[id]).await?;
    let rows = store::list(db, &Scope::Person(id), Sought::default(), most).await?;
    rows.iter().map(|row| CorrectionView::of(row, briefs.get(&id), vault, by.actor())).collect()
}

/// One request.
///
/// # Errors
/// `NotFound` out of scope.
pub(crate) async fn show(
    by: &Can<SeeCorrections>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    id: ChangeRequestId,
) -> Result<CorrectionView> {
    view(by.actor(), db, vault, &store::visible(db, &by.scope(), id).await?).await
}

/// The view of a row that a verb has just written.
///
/// # Errors
/// `Internal` when the row does not open.
pub(crate) async fn view(
    reader: &Actor,
    db: &impl ConnectionTrait,
    vault: &Vault,
    row: &change_request::Model,
) -> Result<CorrectionView> {
    let briefs = people::briefs(db, vault, &[row.person_id]).await?;
    CorrectionView::of(row, briefs.get(&row.person_id), vault, reader)
}

/// The requests of a record that goes into another one.
///
/// # Errors
/// `merge.request` while one of them is open: it speaks of what stands in the record that goes.
pub(crate) async fn move_person(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    if store::open_of(work.db(), from).await?.is_some() {
        return Err(Error::refused("merge.request"));
    }
    store::hand_over(work, from, to).await
}

/// What waits: for the clerk, for the second person, and those whom the village or the person waits for.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let scope = actor.scope();
    let (mine, waiting, status, key) = match actor.role {
        Role::CountyClerk => {
            (true, store::to_decide(db, &scope, ChangeStatus::Filed).await?, "filed", "correction-todo-apply")
        }
        Role::CountyChecker => {
            let status = ChangeStatus::AwaitingSecond;
            (true, store::to_decide(db, &scope, status).await?, "awaiting_second", "correction-todo-confirm")
        }
        Role::VillageWorker | Role::Trainee => (false, store::open_for(db, &scope).await?, "", "correction-todo-filed"),
        Role::Enterprise
        | Role::Institution
        | Role::Assessor
        | Role::FinanceOfficer
        | Role::Supervisor
        | Role::Auditor
        | Role::Administrator => return Ok(Vec::new()),
    };
    let href = if status.is_empty() { "/corrections".to_owned() } else { format!("/corrections?status={status}") };
    let args = vec![("count", waiting.to_string())];
    let todo = Todo { mine, href, key, args, why: "", why_args: Vec::new(), due: None };
    Ok(if waiting > 0 { vec![todo] } else { Vec::new() })
}
