//! Naming, approving, refusing and stopping accounts; and on which one somebody is paid.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    payee_account,
    values::{AccountId, HolderId, OrganisationId, PayeeAccountId, PayeeStatus, PersonId},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::{Value, json};

use crate::access::{Actor, Can};
use crate::accounts::{self, Fresh, Steps};
use crate::base::clock::day_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::paging::Page;
use crate::base::{Clock, Error, Result};
use crate::data::rekeying::require_one_key;
use crate::data::{Audit, Telling, Vault, Work};
use crate::organisations;
use crate::payees::forms::{NewPayee, PayeesQuery};
use crate::payees::lifecycle::PayeeAction;
use crate::payees::rights::{DecideOnPayees, ProposePayees, SeePayees, StopPayees};
use crate::payees::rules;
use crate::payees::store::{self, Sought};
use crate::payees::views::{Details, PayeeLine, PayeeView, Twin};
use crate::people;
use crate::policy::{Rule, RuleBook};
use crate::web::{Reason, Todo};

use payee_account::Column;

/// Others with the same number that are shown.
const TWINS: u64 = 10;

/// The account on which an organisation is paid. It has no Debug.
pub struct PayeeAccount {
    pub id: PayeeAccountId,
    pub bank: String,
    pub name: String,
    pub number: String,
    /// The keyed hash of the number, as batches freeze it.
    pub number_index: String,
}

/// The account on which a person is paid, as the registry has it. It has no Debug.
pub struct PersonAccount {
    /// The record that is paid: the one that took in the record that was asked for, where there is one.
    pub person: PersonId,
    pub name: String,
    pub number: String,
    /// The keyed hash of the number, as batches freeze it.
    pub number_index: String,
}

/// The account on which an organisation is paid on a day.
///
/// # Errors
/// `Internal` when it does not open.
pub async fn of_organisation(
    db: &impl ConnectionTrait,
    vault: &Vault,
    organisation: OrganisationId,
    on: NaiveDate,
) -> Result<Option<PayeeAccount>> {
    let Some(row) = store::usable(db, organisation, on).await? else { return Ok(None) };
    let Details { bank, name, number } = Details::open(vault, &row)?;
    Ok(Some(PayeeAccount { id: row.id, bank, name, number, number_index: row.number_index }))
}

/// The account on which a person is paid on a day: none where the registry has none, or it was changed too short a while ago.
///
/// # Errors
/// `NotFound`; `Internal` when it does not open.
pub async fn of_person(
    db: &impl ConnectionTrait,
    vault: &Vault,
    person: PersonId,
    on: NaiveDate,
) -> Result<Option<PersonAccount>> {
    let bank = people::bank_of(db, vault, person).await?;
    if usable_from(db, &bank).await?.is_some_and(|from| on < from) {
        return Ok(None);
    }
    let people::Bank { person, name, number, number_index, .. } = bank;
    let number_index = number_index.filter(|_| !number.is_empty());
    Ok(number_index.map(|number_index| PersonAccount { person, name, number, number_index }))
}

/// The same of many at once, by the record that was asked for; who has no account, or one that was changed too short a while
/// ago, is left out.
///
/// # Errors
/// `Internal` when one does not open.
pub async fn of_people(
    db: &impl ConnectionTrait,
    vault: &Vault,
    people: &[PersonId],
    on: NaiveDate,
) -> Result<HashMap<PersonId, PersonAccount>> {
    let book = RuleBook::load(db).await?;
    let mut found = HashMap::new();
    for (asked, bank) in people::banks_of(db, vault, people).await? {
        let people::Bank { person, name, number, number_index, changed_on, area_code } = bank;
        if let Some(changed_on) = changed_on {
            let days = book.value(Rule::PayeeCoolingDays, &area_code, changed_on)?;
            if on < rules::usable_after(changed_on, days)? {
                continue;
            }
        }
        if let Some(number_index) = number_index.filter(|_| !number.is_empty()) {
            found.insert(asked, PersonAccount { person, name, number, number_index });
        }
    }
    Ok(found)
}

async fn usable_from(db: &impl ConnectionTrait, bank: &people::Bank) -> Result<Option<NaiveDate>> {
    let Some(changed_on) = bank.changed_on else { return Ok(None) };
    let days = RuleBook::load(db).await?.value(Rule::PayeeCoolingDays, &bank.area_code, changed_on)?;
    rules::usable_after(changed_on, days).map(Some)
}

/// The first day on which a person is paid on the account, where it was changed too short a while before a day.
///
/// # Errors
/// As of [`of_person`].
pub async fn person_waits_until(
    db: &impl ConnectionTrait,
    vault: &Vault,
    person: PersonId,
    on: NaiveDate,
) -> Result<Option<NaiveDate>> {
    let bank = people::bank_of(db, vault, person).await?;
    Ok(usable_from(db, &bank).await?.filter(|from| on < *from))
}

/// Who takes a step: of one natural person at least it must be known.
fn holder(by: &Actor) -> Result<HolderId> {
    by.holders()?.first().copied().ok_or(Error::refused("account.no_identity"))
}

fn record(work: &Work, action: &'static str, row: &payee_account::Model, by: &Actor, more: Value) {
    let audit = Audit::of(action, "payee_account", row.id).by(by).area(&row.area_code);
    work.record(audit.detail(json!({ "organisation": row.organisation_id, "tail": row.tail, "more": more })));
}

/// Everybody of the organisation hears of it, whoever did it: so a change that nobody of them asked for is found.
async fn tell(work: &Work, row: &payee_account::Model, kind: &'static str, args: Value) -> Result<()> {
    for to in accounts::of_organisation(work.db(), row.organisation_id).await? {
        work.tell(Telling { to, kind, args: args.clone(), link: Some(format!("/payee-accounts/{}", row.id)) });
    }
    Ok(())
}

/// No account of the organisation was approved so lately that it is not paid on yet.
async fn require_no_cooling(work: &Work, organisation: OrganisationId) -> Result<Option<payee_account::Model>> {
    let in_force = store::in_state(work.db(), organisation, PayeeStatus::InForce).await?;
    match in_force {
        Some(row) if rules::is_cooling(&row, work.today()) => Err(Error::refused("payee.cooling")),
        in_force => Ok(in_force),
    }
}

/// An account of an organisation as it is named, before it is a row. It has no Debug.
pub(crate) struct Named<'a> {
    pub organisation: OrganisationId,
    pub area_code: &'a str,
    pub bank: &'a str,
    pub name: &'a str,
    pub number: &'a str,
}

impl Named<'_> {
    /// The row, proposed by somebody and, where it is the first one, approved at once by another.
    ///
    /// # Errors
    /// Of the vault.
    pub(crate) fn row(
        &self,
        vault: &Vault,
        (proposed_by, proposed_holder): (AccountId, HolderId),
        at: DateTime<Utc>,
        approved: Option<(AccountId, HolderId)>,
    ) -> Result<payee_account::Model> {
        let (bank, name, number) = (self.bank.to_owned(), self.name.to_owned(), self.number.to_owned());
        let details = Details { bank, name, number };
        let id = PayeeAccountId::new();
        Ok(payee_account::Model {
            id,
            organisation_id: self.organisation,
            area_code: self.area_code.to_owned(),
            sealed: details.seal(vault, id)?,
            number_index: details.index(vault),
            tail: details.tail().to_owned(),
            status: if approved.is_some() { PayeeStatus::InForce } else { PayeeStatus::Proposed },
            proposed_by,
            proposed_holder,
            proposed_at: at,
            decided_by: approved.map(|(account, _)| account),
            decided_holder: approved.map(|(_, holder)| holder),
            decided_at: approved.map(|_| at),
            usable_from: approved.map(|_| day_of(at)),
            used_until: None,
            reason: None,
            version: 1,
        })
    }
}

/// An organisation names the account on which it wants to be paid.
///
/// # Errors
/// `Invalid` by field; `organisation.suspended`; `account.no_identity`; `payee.open`, `payee.cooling` while another one waits;
/// `keys.changing`.
pub(crate) async fn propose(
    by: &Can<ProposePayees>,
    _fresh: Fresh,
    work: &Work,
    vault: &Vault,
    new: &NewPayee,
) -> Result<payee_account::Model> {
    let id = by.organisation.ok_or(Error::NotFound("organisation"))?;
    let organisation = organisations::require_active(work.db(), id).await?;
    let proposed_holder = holder(by)?;
    let details = rules::read(new)?;
    require_one_key(work.db(), vault).await?;
    if store::in_state(work.db(), organisation.id, PayeeStatus::Proposed).await?.is_some() {
        return Err(Error::refused("payee.open"));
    }
    let number_index = details.index(vault);
    let in_force = require_no_cooling(work, organisation.id).await?;
    if in_force.is_some_and(|row| row.number_index == number_index) {
        return Err(Error::invalid("number", "invalid.payee_same"));
    }
    let Details { bank, name, number } = &details;
    let named = Named { organisation: organisation.id, area_code: &organisation.area_code, bank, name, number };
    let row = named.row(vault, (by.account, proposed_holder), work.now, None)?;
    store::insert(work, row.clone()).await?;
    record(work, "propose", &row, by, Value::Null);
    tell(work, &row, "payee_proposed", json!({ "tail": row.tail })).await?;
    Ok(row)
}

/// Sees to it that the role may do this, and that it is not whoever named the account.
async fn step(work: &Work, by: &Actor, row: &payee_account::Model, action: PayeeAction) -> Result<PayeeStatus> {
    let to = row.status.after(action)?;
    let steps = Steps { noun: "payee_account", id: row.id, taken_by: vec![row.proposed_by] };
    accounts::require_other(work.db(), by, steps, "payee.same_person").await?;
    Ok(to)
}

/// The county says that the organisation is paid on it: at once where it is the first, else after some days, and on the one
/// before until then.
///
/// # Errors
/// `NotFound` out of scope; `move.illegal`; `payee.same_person`; `account.no_identity`; `payee.cooling`; `Stale`.
pub(crate) async fn approve(
    by: &Can<DecideOnPayees>,
    _fresh: Fresh,
    work: &Work,
    id: PayeeAccountId,
) -> Result<payee_account::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = step(work, by, &row, PayeeAction::Approve).await?;
    let before = require_no_cooling(work, row.organisation_id).await?;
    let usable_from = match &before {
        Some(_) => {
            let rules = RuleBook::load(work.db()).await?;
            let days = rules.value(Rule::PayeeCoolingDays, &row.area_code, work.today())?;
            rules::usable_after(work.today(), days)?
        }
        None => work.today(),
    };
    if let Some(before) = before {
        let also = vec![(Column::UsedUntil, Expr::value(Some(usable_from)))];
        store::advance(work, &before, before.status.after(PayeeAction::Replace)?, also).await?;
    }
    let also = decided(work, by, vec![(Column::UsableFrom, Expr::value(Some(usable_from)))])?;
    store::advance(work, &row, to, also).await?;
    record(work, PayeeAction::Approve.into(), &row, by, json!({ "usable_from": usable_from }));
    tell(work, &row, "payee_approved", json!({ "tail": row.tail, "day": usable_from.to_string() })).await?;
    store::visible(work.db(), &by.scope(), id).await
}

/// What is written beside a decision.
fn decided(work: &Work, by: &Actor, mut also: Vec<(Column, Expr)>) -> Result<Vec<(Column, Expr)>> {
    also.extend([
        (Column::DecidedBy, Expr::value(Some(by.account))),
        (Column::DecidedHolder, Expr::value(Some(holder(by)?))),
        (Column::DecidedAt, Expr::value(Some(work.now))),
    ]);
    Ok(also)
}

/// The county says no, and why.
///
/// # Errors
/// `NotFound` out of scope; `Invalid` without a reason; `move.illegal`; `payee.same_person`; `account.no_identity`; `Stale`.
pub(crate) async fn refuse(
    by: &Can<DecideOnPayees>,
    work: &Work,
    id: PayeeAccountId,
    reason: &Reason,
) -> Result<payee_account::Model> {
    let reason = reason.said()?;
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = step(work, by, &row, PayeeAction::Refuse).await?;
    let also = decided(work, by, vec![(Column::Reason, Expr::value(Some(reason)))])?;
    store::advance(work, &row, to, also).await?;
    record(work, PayeeAction::Refuse.into(), &row, by, json!({ "reason": reason }));
    tell(work, &row, "payee_refused", json!({ "tail": row.tail, "reason": reason })).await?;
    store::visible(work.db(), &by.scope(), id).await
}

/// It is not to be: somebody of the organisation, or the county, stops it before it is paid on. The one before goes on.
///
/// # Errors
/// `NotFound` out of scope; `Invalid` without a reason; `payee.used` for one that is paid on already; `move.illegal`; `Stale`.
pub(crate) async fn stop(
    by: &Can<StopPayees>,
    work: &Work,
    id: PayeeAccountId,
    reason: &Reason,
) -> Result<payee_account::Model> {
    let reason = reason.said()?;
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = row.status.after(PayeeAction::Stop)?;
    if !row.status.open_to(by.role).contains(&PayeeAction::Stop) {
        return Err(Error::refused("move.illegal"));
    }
    if !rules::actions(&row, by.role, work.today()).contains(&PayeeAction::Stop) {
        return Err(Error::refused("payee.used"));
    }
    store::advance(work, &row, to, vec![(Column::Reason, Expr::value(Some(reason)))]).await?;
    if row.usable_from.is_some()
        && let Some(before) = store::used_until(work.db(), row.organisation_id, row.usable_from).await?
    {
        let also = vec![(Column::UsedUntil, Expr::value(None::<NaiveDate>))];
        store::advance(work, &before, before.status.after(PayeeAction::Resume)?, also).await?;
    }
    record(work, PayeeAction::Stop.into(), &row, by, json!({ "reason": reason }));
    tell(work, &row, "payee_stopped", json!({ "tail": row.tail, "reason": reason })).await?;
    store::visible(work.db(), &by.scope(), id).await
}

/// A page of the list.
///
/// # Errors
/// `Invalid` for parameters that cannot be read.
pub(crate) async fn list(
    by: &Can<SeePayees>,
    db: &impl ConnectionTrait,
    clock: &Clock,
    query: &PayeesQuery,
) -> Result<Page<PayeeLine>> {
    let paging = query.paging()?;
    let sought = Sought { status: query.status()?, organisation: query.organisation()?, after: paging.after()? };
    let rows = store::list(db, &by.scope(), sought, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let names = organisations::names(db, page.items.iter().map(|row| row.organisation_id)).await?;
    Ok(page.map(|row| PayeeLine::of(&row, called(&names, row.organisation_id), by, clock.today())))
}

fn called(names: &HashMap<OrganisationId, String>, id: OrganisationId) -> &str {
    names.get(&id).map(String::as_str).unwrap_or_default()
}

/// One of them.
///
/// # Errors
/// `NotFound` out of scope; `Internal` when it does not open.
pub(crate) async fn show(
    by: &Can<SeePayees>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    clock: &Clock,
    id: PayeeAccountId,
) -> Result<PayeeView> {
    let row = store::visible(db, &by.scope(), id).await?;
    view(by, db, vault, day_of(clock.now()), &row).await
}

/// The view of a row that a verb has just written.
///
/// # Errors
/// `Internal` when it does not open.
pub(crate) async fn view(
    reader: &Actor,
    db: &impl ConnectionTrait,
    vault: &Vault,
    today: NaiveDate,
    row: &payee_account::Model,
) -> Result<PayeeView> {
    let names = organisations::names(db, [row.organisation_id]).await?;
    let decides = row.status == PayeeStatus::Proposed && reader.prove::<DecideOnPayees>().is_ok();
    let twins = if decides { twins(db, vault, row).await? } else { Vec::new() };
    PayeeView::of(vault, row, called(&names, row.organisation_id), (reader, today), twins)
}

/// Who else has the number: a warning for whoever decides, and no more, for a head may be paid on the account of a shop.
async fn twins(db: &impl ConnectionTrait, vault: &Vault, row: &payee_account::Model) -> Result<Vec<Twin>> {
    let indexes = Details::open(vault, row)?.indexes(vault);
    let organisations = store::twins(db, &indexes, row.organisation_id, TWINS).await?;
    let names = organisations::names(db, organisations).await?;
    let mut twins: Vec<Twin> = names.into_values().map(|name| Twin { name, identity: None }).collect();
    twins.sort_by(|one, other| one.name.cmp(&other.name));
    let province = format!("{}0000", row.area_code.get(..2).unwrap_or_default());
    let people = people::with_account(db, &province, &indexes, TWINS).await?;
    for brief in people::briefs(db, vault, &people).await?.into_values() {
        twins.push(Twin { name: brief.masked_name, identity: Some(brief.masked_id) });
    }
    Ok(twins)
}

/// What waits for whoever decides.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    if actor.prove::<DecideOnPayees>().is_err() {
        return Ok(Vec::new());
    }
    let count = store::waiting(db, &actor.scope()).await?;
    let todo = Todo {
        mine: true,
        href: "/payee-accounts?status=proposed".to_owned(),
        key: "payee-todo",
        args: vec![("count", count.to_string())],
        why: "payee-todo-why",
        why_args: Vec::new(),
        due: None,
    };
    Ok(if count > 0 { vec![todo] } else { Vec::new() })
}
