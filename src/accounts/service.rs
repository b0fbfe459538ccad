//! Signing in and out, changing a password, making and disabling accounts.

use std::{collections::HashMap, net::IpAddr};

use chrono::{DateTime, Utc};
use entities::{
    account, role_grant, session,
    values::{AccountId, GrantId, HolderId, Role, SessionKind},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
use validator::Validate;

use crate::access::{Actor, Can, Token, confirm_session, forget_others, open_session};
use crate::accounts::attempts::Try;
use crate::accounts::forms::NewAccount;
use crate::accounts::holders;
use crate::accounts::passwords::Hasher;
use crate::accounts::rights::ManageAccounts;
use crate::accounts::store;
use crate::accounts::views::AccountLine;
use crate::areas::Atlas;
use crate::base::paging::Page;
use crate::base::{Clock, Error, Result};
use crate::data::{Audit, Database, Desk, Vault, Work};

/// A session that was just opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub token: Token,
    pub expires_at: DateTime<Utc>,
    pub account: account::Model,
    pub grant: role_grant::Model,
}

/// What signing in needs at hand.
#[derive(Clone, Copy)]
pub(crate) struct Door<'a> {
    pub db: &'a Database,
    pub desk: &'a Desk,
    pub hasher: &'a Hasher,
    pub clock: &'a Clock,
    pub vault: &'a Vault,
    pub address: Option<IpAddr>,
}

impl Door<'_> {
    /// Opens a session for whoever knows the password. Unknown, disabled and mistaken are told alike, and take as long.
    ///
    /// # Errors
    /// `account.wrong_password`; `TooMany` while the account or the address rests; `Busy` while too many sign in.
    pub(crate) async fn sign_in(&self, login: &str, password: &str, kind: SessionKind) -> Result<Opened> {
        let login = login.trim().to_lowercase();
        let attempt = Try::new(self.vault, &login, self.address);
        attempt.check(self.db.reader(), self.clock.now()).await?;
        let account = store::by_login(self.db.reader(), &login).await?.filter(|a| a.disabled_at.is_none());
        let right = self.hasher.verify(password, account.as_ref().map(|a| a.password_hash.as_str())).await?;
        match account {
            Some(account) if right => self.desk.write(async |work| open(work, &attempt, &account, kind).await).await,
            _ => {
                self.desk
                    .write(async |work| {
                        work.record(Audit::of("sign_in_failed", "account", ""));
                        attempt.failed(work).await
                    })
                    .await?;
                Err(Error::refused("account.wrong_password"))
            }
        }
    }
}

async fn open(work: &Work, attempt: &Try, account: &account::Model, kind: SessionKind) -> Result<Opened> {
    let grant = store::grant_of(work.db(), account.id).await?.ok_or(Error::refused("account.wrong_password"))?;
    attempt.succeeded(work).await?;
    let (token, expires_at) = open_session(work, account.id, kind).await?;
    work.record(Audit::of("sign_in", "account", account.id).by(&(account.id, grant.role)));
    Ok(Opened { token, expires_at, account: account.clone(), grant })
}

/// Ends the session of this request.
pub(crate) async fn sign_out(actor: &Actor, work: &Work) -> Result<()> {
    session::Entity::delete_by_id(actor.session.clone()).exec(work.db()).await?;
    work.record(Audit::of("sign_out", "account", actor.account).by(actor));
    Ok(())
}

/// Takes the password again in an open session. Failures count as those of signing in.
///
/// # Errors
/// `Invalid` for a wrong password; `TooMany` while the account or the address rests; `Busy` while too many sign in.
pub(crate) async fn confirm(actor: &Actor, door: &Door<'_>, password: &str) -> Result<()> {
    let account = store::by_id(door.db.reader(), actor.account).await?.ok_or(Error::Unauthenticated)?;
    let attempt = Try::new(door.vault, &account.login, door.address);
    attempt.check(door.db.reader(), door.clock.now()).await?;
    let right = door.hasher.verify(password, Some(&account.password_hash)).await?;
    door.desk
        .write(async |work| {
            let action = if right { "confirm" } else { "confirm_failed" };
            work.record(Audit::of(action, "account", actor.account).by(actor));
            if !right {
                return attempt.failed(work).await;
            }
            attempt.succeeded(work).await?;
            confirm_session(work, &actor.session).await
        })
        .await?;
    if right { Ok(()) } else { Err(Error::invalid("password", "invalid.password_wrong")) }
}

/// The rule for a password: long enough, and not the name of its owner.
fn check_password(field: &'static str, password: &str, login: &str) -> Result<()> {
    let length = password.chars().count();
    if !(8..=128).contains(&length) {
        return Err(Error::Invalid(vec![
            crate::base::FieldError::new(field, "invalid.length").with("min", 8).with("max", 128),
        ]));
    }
    let easy = password.to_lowercase().contains(&login.to_lowercase())
        || password.chars().all(|c| password.starts_with(c))
        || ["12345678", "password", "qwertyui", "11111111", "sidansidan"]
            .iter()
            .any(|p| password.to_lowercase().starts_with(p));
    if easy { Err(Error::invalid(field, "invalid.password_easy")) } else { Ok(()) }
}

/// Whoever is signed in proves anew to know the password; `field` is where it was typed. Guesses count as those at the door.
///
/// # Errors
/// `Invalid` for a wrong password; `TooMany` while the account or the address rests.
pub(crate) async fn confirm_password(
    actor: &Actor,
    door: &Door<'_>,
    field: &'static str,
    password: &str,
) -> Result<account::Model> {
    let account = store::by_id(door.db.reader(), actor.account).await?.ok_or(Error::Unauthenticated)?;
    let attempt = Try::new(door.vault, &account.login, door.address);
    attempt.check(door.db.reader(), door.clock.now()).await?;
    if !door.hasher.verify(password, Some(&account.password_hash)).await? {
        door.desk.write(async |work| attempt.failed(work).await).await?;
        return Err(Error::invalid(field, "invalid.password_wrong"));
    }
    Ok(account)
}

/// Changes one's own password and ends every other session of the account.
///
/// # Errors
/// `Invalid` for a wrong current or a weak new password.
pub(crate) async fn change_password(actor: &Actor, door: &Door<'_>, current: &str, new: &str) -> Result<()> {
    let account = confirm_password(actor, door, "current", current).await?;
    check_password("new", new, &account.login)?;
    let hash = door.hasher.hash(new).await?;
    door.desk
        .write(async |work| {
            set_password(work, actor.account, hash.clone()).await?;
            forget_others(work, actor.account, Some(&actor.session)).await?;
            confirm_session(work, &actor.session).await?;
            work.record(Audit::of("change_password", "account", actor.account).by(actor));
            Ok(())
        })
        .await
}

async fn set_password(work: &Work, id: AccountId, hash: String) -> Result<()> {
    account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::value(hash))
        .col_expr(account::Column::Version, Expr::col(account::Column::Version).add(1))
        .filter(account::Column::Id.eq(id))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Makes an account with its one role.
///
/// # Errors
/// `Invalid` for a weak password, an unknown area, a login that is taken or a number that fails its checks; `keys.changing`.
pub async fn create(
    by: Option<&Actor>,
    work: &Work,
    vault: &Vault,
    atlas: &Atlas,
    hasher: &Hasher,
    new: &NewAccount,
) -> Result<AccountId> {
    new.validate()?;
    let login = new.login.trim().to_lowercase();
    check_password("password", &new.password, &login)?;
    if !atlas.exists(&new.area_code, work.today()) {
        return Err(Error::invalid("area_code", "invalid.area"));
    }
    let needs_organisation = matches!(new.role, Role::Enterprise | Role::Institution | Role::Assessor);
    if needs_organisation != new.organisation_id.is_some() {
        return Err(Error::invalid("organisation_id", "invalid.organisation"));
    }
    if store::by_login(work.db(), &login).await?.is_some() {
        return Err(Error::invalid("login", "invalid.login_taken"));
    }
    let identity = new.identity.as_deref().map(str::trim).filter(|identity| !identity.is_empty());
    if identity.is_some() && new.person_id.is_some() {
        return Err(Error::invalid("identity", "invalid.identity_registered"));
    }
    let holder_id = match identity {
        Some(identity) => Some(holders::holder_with(by, work, vault, identity).await?),
        None => None,
    };
    let id = AccountId::new();
    account::Entity::insert(account::ActiveModel {
        id: Set(id),
        login: Set(login),
        password_hash: Set(hasher.hash(&new.password).await?),
        name: Set(new.name.clone()),
        email: Set(new.email.clone().filter(|email| !email.is_empty())),
        locale: Set("zh-CN".to_owned()),
        person_id: Set(new.person_id),
        holder_id: Set(holder_id),
        disabled_at: Set(None),
        created_at: Set(work.now),
        version: Set(1),
    })
    .exec_without_returning(work.db())
    .await?;
    role_grant::Entity::insert(role_grant::ActiveModel {
        id: Set(GrantId::new()),
        account_id: Set(id),
        role: Set(new.role),
        area_code: Set(new.area_code.clone()),
        organisation_id: Set(new.organisation_id),
        granted_at: Set(work.now),
        ended_at: Set(None),
    })
    .exec_without_returning(work.db())
    .await?;
    let detail = serde_json::json!({ "role": new.role, "identity": holder_id.is_some() });
    work.record(Audit::of("create", "account", id).by_actor(by).detail(detail));
    Ok(id)
}

/// Disables an account and ends its sessions at once.
///
/// # Errors
/// `NotFound` when there is no such live account.
pub(crate) async fn disable(by: Option<&Actor>, work: &Work, id: AccountId) -> Result<()> {
    let done = account::Entity::update_many()
        .col_expr(account::Column::DisabledAt, Expr::value(work.now))
        .filter(account::Column::Id.eq(id))
        .filter(store::live())
        .exec(work.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::NotFound("account"));
    }
    forget_others(work, id, None).await?;
    work.record(Audit::of("disable", "account", id).by_actor(by));
    Ok(())
}

/// Sets a new password for somebody who lost theirs and ends their sessions.
///
/// # Errors
/// `NotFound`; `Invalid` for a weak password.
pub async fn reset(by: Option<&Actor>, work: &Work, hasher: &Hasher, login: &str, password: &str) -> Result<()> {
    let account = store::by_login(work.db(), &login.to_lowercase()).await?.ok_or(Error::NotFound("account"))?;
    check_password("password", password, &account.login)?;
    set_password(work, account.id, hasher.hash(password).await?).await?;
    forget_others(work, account.id, None).await?;
    work.record(Audit::of("reset_password", "account", account.id).by_actor(by));
    Ok(())
}

/// Disables an account by its login, for the command line.
///
/// # Errors
/// `NotFound` when there is no such live account.
pub async fn disable_login(work: &Work, login: &str) -> Result<()> {
    let account = store::by_login(work.db(), &login.to_lowercase()).await?.ok_or(Error::NotFound("account"))?;
    disable(None, work, account.id).await
}

/// Says who is behind an account by its login, for the command line.
///
/// # Errors
/// `NotFound`; as of the administrator's own door.
pub async fn identify_login(work: &Work, vault: &Vault, login: &str, identity: &str) -> Result<()> {
    let account = store::by_login(work.db(), &login.to_lowercase()).await?.ok_or(Error::NotFound("account"))?;
    holders::enter(None, work, vault, account.id, identity).await.map(drop)
}

/// Accounts with whoever is behind them.
///
/// # Errors
/// `Internal` where a number does not open.
pub(crate) async fn list(
    _by: &Can<ManageAccounts>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    after: Option<&str>,
    limit: u64,
) -> Result<Page<AccountLine>> {
    let rows = store::list(db, after, limit + 1).await?;
    let page = Page::cut(rows, limit, |row| row.login.clone());
    let holders = store::holders(db, page.items.iter().filter_map(|row| row.holder_id)).await?;
    let numbers = holders.values().map(|row| Ok((row.id, holders::masked(vault, row)?)));
    let numbers = numbers.collect::<Result<HashMap<HolderId, String>>>()?;
    Ok(page.map(|row| AccountLine::of(row, &numbers)))
}

/// One of them.
///
/// # Errors
/// `NotFound`; `Internal` where its number does not open.
pub(crate) async fn show(
    _by: &Can<ManageAccounts>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    id: AccountId,
) -> Result<AccountLine> {
    let row = store::listed(db, id).await?.ok_or(Error::NotFound("account"))?;
    let holders = store::holders(db, row.holder_id).await?;
    let numbers = holders.values().map(|row| Ok((row.id, holders::masked(vault, row)?)));
    Ok(AccountLine::of(row, &numbers.collect::<Result<_>>()?))
}
