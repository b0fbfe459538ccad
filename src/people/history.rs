//! The history of a record: what was changed, when, by whom. Written once, with the change itself.

use chrono::NaiveDate;
use entities::{
    person, person_change,
    values::{ChangeId, PersonField, PersonId, PovertyStatus},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can};
use crate::base::{Error, FieldError, Result};
use crate::data::{Audit, SealedColumn, Vault, Work};
use crate::people::amend::{Change, Ground};
use crate::people::forms::{Exit, Return};
use crate::people::keeping;
use crate::people::rights::{SeePeople, VerifyPeople};
use crate::people::rules;
use crate::people::service::tell;
use crate::people::store;
use crate::people::views::{ChangeView, NewPerson, masked, unseal};

/// Where the values of a change stand; sealed bytes open nowhere else.
const PLACE: &str = "person_change.sealed";

/// Where a change of keys finds them.
pub const SEALED_CHANGES: SealedColumn =
    SealedColumn { table: "person_change", column: "sealed", place: PLACE, hashes: &[], hash: |_, _| Ok(Vec::new()) };

/// Writes down what was changed.
pub(super) async fn append(
    work: &Work,
    vault: &Vault,
    person: &person::Model,
    changes: &[Change],
    ground: &Ground,
) -> Result<()> {
    let mut rows = Vec::with_capacity(changes.len());
    for change in changes {
        let id = ChangeId::new();
        let values = json!({ "old": change.old, "new": change.new }).to_string();
        rows.push(person_change::Model {
            id,
            person_id: person.id,
            area_code: person.area_code.clone(),
            field: change.field,
            sealed: vault.seal(PLACE, id, values.as_bytes())?,
            effective_on: ground.effective_on,
            document_no: ground.document_no.clone(),
            request_id: ground.request,
            changed_by: ground.by,
            at: work.now,
        });
    }
    store::insert_changes(work, rows).await
}

/// A row of the history with its values.
fn open(vault: &Vault, row: &person_change::Model) -> Result<Change> {
    let unreadable = || Error::internal("a sealed value cannot be read");
    let plain = vault.open(PLACE, row.id, &row.sealed)?;
    let values: serde_json::Value = serde_json::from_slice(&plain).map_err(|_| unreadable())?;
    let value =
        |name: &str| values.get(name).and_then(|value| value.as_str()).map(str::to_owned).ok_or_else(unreadable);
    Ok(Change { field: row.field, old: value("old")?, new: value("new")? })
}

/// The last changes of a person who was seen, and of the records that were merged into this one; the newest first.
///
/// # Errors
/// `NotFound` out of scope.
pub(crate) async fn of_person(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    id: PersonId,
) -> Result<Vec<ChangeView>> {
    const LAST: u64 = 100;
    store::visible(db, &by.scope(), id).await?;
    let rows = last(db, id, LAST).await?;
    rows.into_iter().map(|row| Ok(ChangeView::of(&row, open(vault, &row)?, by.actor()))).collect()
}

/// The last changes of the reader's own record, and of those that were merged into it, as who acts for him sees them.
pub(crate) async fn of_oneself(
    reader: &Actor,
    db: &impl ConnectionTrait,
    vault: &Vault,
    most: u64,
) -> Result<Vec<ChangeView>> {
    let id = reader.person.ok_or(Error::NotFound("person"))?;
    let shown = |row: &person_change::Model| {
        let change = open(vault, row)?;
        let (old, new) = (masked(row.field, &change.old, true), masked(row.field, &change.new, true));
        Ok(ChangeView { old, new, ..ChangeView::of(row, change, reader) })
    };
    last(db, id, most).await?.iter().map(shown).collect()
}

/// The last changes of a record and of those that were merged into it.
async fn last(db: &impl ConnectionTrait, id: PersonId, most: u64) -> Result<Vec<person_change::Model>> {
    let mut ids = vec![id];
    ids.extend(store::merged_into(db, &[id]).await?.into_keys());
    store::changes(db, &ids, most).await
}

/// The day and the document of a dated fact of this person, judged.
fn dated(
    field: &'static str,
    day: &str,
    document_no: &str,
    earliest: NaiveDate,
    today: NaiveDate,
) -> Result<(NaiveDate, String)> {
    let mut faults = Vec::new();
    let on = rules::read_date(day);
    match on {
        None => faults.push(FieldError::new(field, "invalid.date")),
        Some(on) if on > today => faults.push(FieldError::new(field, "invalid.date_future")),
        Some(on) if on < earliest => faults.push(FieldError::new(field, "invalid.date_early")),
        Some(_) => {}
    }
    let document = document_no.trim();
    match document.chars().count() {
        0 => faults.push(FieldError::new("document_no", "invalid.required")),
        1..=100 => {}
        _ => faults.push(FieldError::new("document_no", "invalid.too_long")),
    }
    match on {
        Some(on) if faults.is_empty() => Ok((on, document.to_owned())),
        _ => Err(Error::Invalid(faults)),
    }
}

/// Writes a new place in the poverty files, with its history.
async fn place(
    by: &Can<VerifyPeople>,
    work: &Work,
    vault: &Vault,
    before: person::Model,
    to: PovertyStatus,
    ground: Ground,
) -> Result<person::Model> {
    let exited_on = ground.effective_on.filter(|_| to == PovertyStatus::Exited);
    let day = |on: Option<NaiveDate>| on.map(|on| on.to_string()).unwrap_or_default();
    let changes = [
        Change { field: PersonField::PovertyStatus, old: before.poverty_status.to_string(), new: to.to_string() },
        Change { field: PersonField::ExitedOn, old: day(before.exited_on), new: day(exited_on) },
    ];
    let private = unseal(vault, &before)?;
    let row = person::Model { poverty_status: to, exited_on, ..before.clone() };
    let after = keeping::rewrite(work, vault, &before, NewPerson { row, private }).await?;
    append(work, vault, &after, &changes, &ground).await?;
    let (action, kind) = match to {
        PovertyStatus::Exited => ("exit", "person_exited"),
        PovertyStatus::Registered | PovertyStatus::Monitored | PovertyStatus::None => ("come_back", "person_returned"),
    };
    let detail = json!({ "on": ground.effective_on, "document_no": ground.document_no });
    work.record(Audit::of(action, "person", after.id).by_actor(Some(by.actor())).area(&after.area_code).detail(detail));
    tell(work, &after, kind).await?;
    Ok(after)
}

/// The person's household left poverty (脱贫) on a day.
///
/// # Errors
/// `NotFound` out of scope; `person.not_poor`; `Invalid` by field; `Stale`.
pub(crate) async fn exit(
    by: &Can<VerifyPeople>,
    work: &Work,
    vault: &Vault,
    id: PersonId,
    input: &Exit,
) -> Result<person::Model> {
    let before = store::visible(work.db(), &by.scope(), id).await?;
    rules::may_exit(&before)?;
    let (on, document) = dated("exited_on", &input.exited_on, &input.document_no, before.birth_on, work.today())?;
    let ground = Ground { by: by.account, request: None, effective_on: Some(on), document_no: Some(document) };
    place(by, work, vault, before, PovertyStatus::Exited, ground).await
}

/// The person's household is poor again (返贫) from a day on; the exit stays in the history.
///
/// # Errors
/// `NotFound` out of scope; `person.not_exited`; `Invalid` by field; `Stale`.
pub(crate) async fn come_back(
    by: &Can<VerifyPeople>,
    work: &Work,
    vault: &Vault,
    id: PersonId,
    input: &Return,
) -> Result<person::Model> {
    let before = store::visible(work.db(), &by.scope(), id).await?;
    let since = rules::may_return(&before)?;
    let (on, document) = dated("returned_on", &input.returned_on, &input.document_no, since, work.today())?;
    let ground = Ground { by: by.account, request: None, effective_on: Some(on), document_no: Some(document) };
    place(by, work, vault, before, PovertyStatus::Registered, ground).await
}
