//! Looking at pairs, dismissing them, merging them.

use entities::{
    duplicate_pair,
    values::{PairId, PairStatus, PersonField, PersonId, Role},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can, Scope};
use crate::accounts::{self, Steps};
use crate::areas::Atlas;
use crate::base::clock::day_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::certificates;
use crate::claims;
use crate::complaints;
use crate::completion;
use crate::corrections;
use crate::data::{Audit, Vault, Work};
use crate::duplicates::forms::{Merge, PairsQuery};
use crate::duplicates::lifecycle::PairAction;
use crate::duplicates::rights::{ConfirmMerges, SeeDuplicates, SortDuplicates};
use crate::duplicates::rules;
use crate::duplicates::search::{self, Office, Tally};
use crate::duplicates::store::{self, Marks};
use crate::duplicates::views::{Compared, PairLine, PairView};
use crate::eligibility;
use crate::enrolments;
use crate::orders;
use crate::people;
use crate::targets;
use crate::web::{Reason, Todo};

/// What a merge does with rows of a table that name a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// They go to the record that stays.
    Moves,
    /// They are money or history and keep the name under which they were written; they are found through
    /// `person.merged_into`.
    Stays,
}

/// Every table that names a person, and what a merge does with it. [`confirm`] does so.
pub const TABLES: [(&str, Care); 16] = [
    ("account", Care::Moves),
    ("certificate", Care::Moves),
    ("change_request", Care::Moves),
    ("claim", Care::Stays),
    ("claim_line", Care::Stays),
    ("complaint", Care::Moves),
    ("completion", Care::Moves),
    ("eligibility_evidence", Care::Stays),
    ("eligibility_flag", Care::Moves),
    ("enrolment", Care::Moves),
    ("hire", Care::Moves),
    ("payment", Care::Stays),
    ("person_change", Care::Stays),
    ("quota_use", Care::Moves),
    ("reveal", Care::Stays),
    ("service_event", Care::Moves),
];

fn record(work: &Work, action: PairAction, row: &duplicate_pair::Model, by: &Actor) {
    let detail = json!({ "a": row.a, "b": row.b, "keeper": row.keeper });
    work.record(Audit::of(action.into(), "pair", row.id).by_actor(Some(by)).area(&row.area_code).detail(detail));
}

/// Searches the clerk's county anew.
///
/// # Errors
/// As of [`search::recompute`].
pub(crate) async fn recompute(by: &Can<SortDuplicates>, office: Office<'_>, atlas: &Atlas) -> Result<Tally> {
    let mut all = Tally::default();
    for county in search::counties(atlas, &by.area, office.clock.today()) {
        let one = search::recompute(office, Some(by.actor()), &county).await?;
        (all.new, all.again, all.gone) = (all.new + one.new, all.again + one.again, all.gone + one.gone);
    }
    Ok(all)
}

/// They are two people.
///
/// # Errors
/// `NotFound` out of scope; `Invalid` without a reason; as of [`rules::step`]; `Stale`.
pub(crate) async fn dismiss(
    by: &Can<SortDuplicates>,
    work: &Work,
    id: PairId,
    input: &Reason,
) -> Result<duplicate_pair::Model> {
    decide(by.actor(), &by.scope(), work, id, PairAction::Dismiss, input).await
}

/// Ends a question with a reason.
async fn decide(
    actor: &Actor,
    scope: &Scope,
    work: &Work,
    id: PairId,
    action: PairAction,
    input: &Reason,
) -> Result<duplicate_pair::Model> {
    let reason = input.said()?;
    let row = store::visible(work.db(), scope, id).await?;
    let to = rules::step(&row, action, actor)?;
    require_other(work, actor, &row).await?;
    let marks = Marks { decided_by: Some(actor.account), reason: Some(reason), ..Marks::default() };
    let after = store::advance(work, &row, to, marks).await?;
    record(work, action, &after, actor);
    Ok(after)
}

/// Who asked that two records become one does not decide on it, whichever account he signs in with.
async fn require_other(work: &Work, by: &Actor, row: &duplicate_pair::Model) -> Result<()> {
    match row.asked_by.filter(|_| row.status == PairStatus::MergeAsked) {
        Some(asker) => {
            let steps = Steps { noun: "pair", id: row.id, taken_by: vec![asker] };
            accounts::require_other(work.db(), by, steps, "merge.same_person").await
        }
        None => Ok(()),
    }
}

/// They are one person, and this record is to stay.
///
/// # Errors
/// `NotFound` out of scope; `Invalid` for a record that is none of the two; as of [`rules::step`]; `Stale`.
pub(crate) async fn ask(
    by: &Can<SortDuplicates>,
    work: &Work,
    id: PairId,
    input: &Merge,
) -> Result<duplicate_pair::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = rules::step(&row, PairAction::Ask, by.actor())?;
    rules::other(&row, input.keeper)?;
    let marks = Marks { keeper: Some(input.keeper), asked_by: Some(by.account), ..Marks::default() };
    let after = store::advance(work, &row, to, marks).await?;
    record(work, PairAction::Ask, &after, by.actor());
    Ok(after)
}

/// The second person does not agree; the clerk looks again.
///
/// # Errors
/// As of [`dismiss`].
pub(crate) async fn refuse(
    by: &Can<ConfirmMerges>,
    work: &Work,
    id: PairId,
    input: &Reason,
) -> Result<duplicate_pair::Model> {
    decide(by.actor(), &by.scope(), work, id, PairAction::Refuse, input).await
}

/// The second person agrees: one record goes into the other, with all that hangs on it, or nothing happens.
///
/// # Errors
/// `NotFound` out of scope; as of [`rules::step`]; `merge.claim`, `merge.request`, `merge.class`, `merge.quota`,
/// `merge.hire` where the two cannot be one yet; `Stale`.
pub(crate) async fn confirm(
    by: &Can<ConfirmMerges>,
    work: &Work,
    vault: &Vault,
    atlas: &Atlas,
    id: PairId,
) -> Result<duplicate_pair::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = rules::step(&row, PairAction::Confirm, by.actor())?;
    require_other(work, by, &row).await?;
    let keeper = row.keeper.ok_or(Error::Stale)?;
    let loser = rules::other(&row, keeper)?;
    let marks = Marks { keeper: row.keeper, asked_by: row.asked_by, decided_by: Some(by.account), ..Marks::default() };
    let after = store::advance(work, &row, to, marks).await?;
    claims::may_merge(work.db(), loser, keeper).await?;
    corrections::move_person(work, loser, keeper).await?;
    enrolments::move_person(work, loser, keeper).await?;
    orders::move_person(work, loser, keeper).await?;
    targets::count_as_one(work, atlas, loser, keeper).await?;
    certificates::move_person(work, loser, keeper).await?;
    complaints::move_person(work, loser, keeper).await?;
    completion::move_person(work, loser, keeper).await?;
    eligibility::move_person(work, loser, keeper).await?;
    people::merge(by.actor(), work, vault, loser, keeper).await?;
    accounts::move_person(work, loser, keeper).await?;
    store::fade_of(work, loser, PairStatus::Open.after(PairAction::Vanish)?).await?;
    record(work, PairAction::Confirm, &after, by.actor());
    Ok(after)
}

/// A page of the queue.
///
/// # Errors
/// `Invalid` for parameters that cannot be read.
pub(crate) async fn list(
    by: &Can<SeeDuplicates>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    query: &PairsQuery,
    usual: Option<PairStatus>,
) -> Result<Page<PairLine>> {
    let paging = query.paging()?;
    let status = query.status()?.or(usual);
    let rows = store::list(db, &by.scope(), status, paging.after()?, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let ids: Vec<PersonId> = page.items.iter().flat_map(|row| [row.a, row.b]).collect();
    let briefs = people::briefs(db, vault, &ids).await?;
    Ok(page.map(|row| PairLine::of(&row, briefs.get(&row.a), briefs.get(&row.b), by.actor())))
}

/// Both records side by side.
///
/// # Errors
/// `NotFound` out of scope.
pub(crate) async fn show(
    by: &Can<SeeDuplicates>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    id: PairId,
) -> Result<PairView> {
    let row = store::visible(db, &by.scope(), id).await?;
    view(by.actor(), db, vault, &row).await
}

/// The view of a row that a verb has just written. A record that moved to another county since is out of sight, and so is
/// the pair.
///
/// # Errors
/// `NotFound` for a record out of scope.
pub(crate) async fn view(
    reader: &Actor,
    db: &impl ConnectionTrait,
    vault: &Vault,
    row: &duplicate_pair::Model,
) -> Result<PairView> {
    let a = people::visible(db, &reader.scope(), row.a).await?;
    let b = people::visible(db, &reader.scope(), row.b).await?;
    let briefs = people::briefs(db, vault, &[row.a, row.b]).await?;
    let (one, other) = (people::form_of(db, vault, &a).await?, people::form_of(db, vault, &b).await?);
    let compared = |field: PersonField| {
        let (left, right) = (one.value(field), other.value(field));
        Compared {
            field,
            a: people::masked(field, &left, true),
            b: people::masked(field, &right, true),
            differs: left != right,
        }
    };
    Ok(PairView {
        line: PairLine::of(row, briefs.get(&row.a), briefs.get(&row.b), reader),
        registered_on: (day_of(a.created_at), day_of(b.created_at)),
        fields: PersonField::all().map(compared).collect(),
    })
}

/// What waits: open pairs for the clerk, merges for the second person.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let (status, key) = match actor.role {
        Role::CountyClerk => (PairStatus::Open, "duplicate-todo-open"),
        Role::CountyChecker => (PairStatus::MergeAsked, "duplicate-todo-merge"),
        Role::Trainee
        | Role::VillageWorker
        | Role::Enterprise
        | Role::Institution
        | Role::Assessor
        | Role::FinanceOfficer
        | Role::Supervisor
        | Role::Auditor
        | Role::Administrator => return Ok(Vec::new()),
    };
    let waiting = store::count(db, &actor.scope(), status).await?;
    let todo = Todo {
        mine: true,
        href: format!("/duplicates?status={status}"),
        key,
        args: vec![("count", waiting.to_string())],
        why: "",
        why_args: Vec::new(),
        due: None,
    };
    Ok(if waiting > 0 { vec![todo] } else { Vec::new() })
}
