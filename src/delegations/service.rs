//! Giving work to a colleague, ending that, and doing a colleague's work.

use chrono::NaiveDate;
use entities::{
    delegation,
    values::{AccountId, DelegationId},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can, act_for};
use crate::accounts::{self, Fresh};
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::data::{Audit, Telling, Work};
use crate::delegations::forms::NewDelegation;
use crate::delegations::rights::{HandOver, SeeDelegations};
use crate::delegations::rules::{self, Stand};
use crate::delegations::store;
use crate::delegations::views::{DelegationLine, DelegationView};
use crate::policy::{Rule, RuleBook};
use crate::web::{Paging, one_line};

/// Deeds that a page shows.
const ACTS: u64 = 200;

fn record(work: &Work, action: &'static str, row: &delegation::Model, by: &Actor) {
    let detail = json!({ "from": row.from_account, "to": row.to_account, "from_on": row.from_on, "to_on": row.to_on });
    work.record(Audit::of(action, "delegation", row.id).by(by).detail(detail));
}

async fn tell(work: &Work, row: &delegation::Model, to: AccountId, kind: &'static str) -> Result<()> {
    let from = accounts::by_id(work.db(), row.from_account).await?.map(|account| account.name).unwrap_or_default();
    let args = json!({ "name": from, "from": row.from_on.to_string(), "to": row.to_on.to_string() });
    work.tell(Telling { to, kind, args, link: Some(format!("/delegations/{}", row.id)) });
    Ok(())
}

/// Gives one's work to a colleague of the same role.
///
/// # Errors
/// `Invalid` by field; `account.no_identity`; `delegation.in_place` while acting for another; `delegation.gave` where the
/// colleague is away in that time, `delegation.received` where one acts for another then; `delegation.overlap`.
pub(crate) async fn give(
    by: &Can<HandOver>,
    _fresh: Fresh,
    work: &Work,
    new: &NewDelegation,
) -> Result<delegation::Model> {
    if by.behalf.is_some() {
        return Err(Error::refused("delegation.in_place"));
    }
    let most = RuleBook::load(work.db()).await?.value(Rule::DelegationDays, &by.area, work.today())?;
    rules::days(new.from_on, new.to_on, work.today(), most)?;
    let reason = one_line(&new.reason)?;
    let other = accounts::colleague(work.db(), &new.login, by.role).await?;
    let other = other.ok_or(Error::invalid("login", "invalid.delegate"))?;
    let from_holder = by.holder.ok_or(Error::refused("account.no_identity"))?;
    let to_holder = accounts::holder_of(work.db(), other).await;
    let to_holder = to_holder.map_err(|e| match e {
        Error::Refused(_) => Error::invalid("login", "invalid.delegate_unknown"),
        other => other,
    })?;
    if other == by.account || to_holder == from_holder {
        return Err(Error::invalid("login", "invalid.delegate_self"));
    }
    let days = (new.from_on, new.to_on);
    let standing = store::touching(work, [by.account, other], [from_holder, to_holder], days).await?;
    rules::no_chain(from_holder, to_holder, standing.iter().map(|row| (row.from_holder, row.to_holder)))?;
    if standing.iter().any(|row| (row.from_account, row.to_account) == (by.account, other)) {
        return Err(Error::refused("delegation.overlap"));
    }
    let row = delegation::Model {
        id: DelegationId::new(),
        from_account: by.account,
        from_holder,
        to_account: other,
        to_holder,
        role: by.role,
        from_on: new.from_on,
        to_on: new.to_on,
        reason: reason.to_owned(),
        created_at: work.now,
        ended_by: None,
        ended_at: None,
    };
    store::insert(work, row.clone()).await?;
    record(work, "give", &row, by);
    tell(work, &row, other, "delegation_given").await?;
    Ok(row)
}

/// Ends it at once: the colleague's next request has no right of it any more.
///
/// # Errors
/// `NotFound` out of sight, or for whoever only acts; `move.illegal` for what is over; `Stale`.
pub(crate) async fn end(by: &Can<SeeDelegations>, work: &Work, id: DelegationId) -> Result<delegation::Model> {
    let row = store::visible(work.db(), by, id).await?;
    if row.to_account == by.account {
        return Err(Error::NotFound("delegation"));
    }
    if !Stand::of(&row, work.today()).is_open() {
        return Err(Error::refused("move.illegal"));
    }
    store::end(work, id, by.account).await?;
    record(work, "end", &row, by);
    for account in [row.from_account, row.to_account].into_iter().filter(|account| *account != by.account) {
        tell(work, &row, account, "delegation_ended").await?;
    }
    store::visible(work.db(), by, id).await
}

/// From now on this session does the colleague's work.
///
/// # Errors
/// `NotFound` for what was not given to the caller; `delegation.not_now` outside of its days or where it was ended.
pub(crate) async fn act(by: &Can<HandOver>, work: &Work, id: DelegationId) -> Result<delegation::Model> {
    let row = store::visible(work.db(), by, id).await?;
    if row.to_account != by.account {
        return Err(Error::NotFound("delegation"));
    }
    if Stand::of(&row, work.today()) != Stand::Running || row.role != by.role {
        return Err(Error::refused("delegation.not_now"));
    }
    act_for(work, &by.session, Some(id)).await?;
    record(work, "act", &row, by);
    Ok(row)
}

/// The session does its own work again.
///
/// # Errors
/// Of the database.
pub(crate) async fn back(by: &Can<HandOver>, work: &Work) -> Result<()> {
    act_for(work, &by.session, None).await
}

/// A page of the list.
///
/// # Errors
/// `Invalid` for parameters that cannot be read.
pub(crate) async fn list(
    by: &Can<SeeDelegations>,
    db: &impl ConnectionTrait,
    today: NaiveDate,
    paging: &Paging,
) -> Result<Page<DelegationLine>> {
    paging.check()?;
    let rows = store::list(db, by, paging.after()?, paging.limit() + 1).await?;
    let page = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let ids: Vec<AccountId> = page.items.iter().flat_map(|row| [row.from_account, row.to_account]).collect();
    let names = accounts::names(db, &ids).await?;
    let called = |id: AccountId| names.get(&id).cloned().unwrap_or_default();
    Ok(page.map(|row| DelegationLine::of(row, called, by, today)))
}

/// One, with what was done by it.
///
/// # Errors
/// `NotFound` out of sight.
pub(crate) async fn show(
    by: &Can<SeeDelegations>,
    db: &impl ConnectionTrait,
    today: NaiveDate,
    id: DelegationId,
) -> Result<DelegationView> {
    let row = store::visible(db, by, id).await?;
    let names = accounts::names(db, &[row.from_account, row.to_account]).await?;
    let called = |id: AccountId| names.get(&id).cloned().unwrap_or_default();
    let acts = store::acts(db, id, ACTS).await?.into_iter().map(Into::into).collect();
    Ok(DelegationView { line: DelegationLine::of(row, called, by, today), acts })
}
