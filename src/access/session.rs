//! Sessions: an opaque token in the visitor's hands, its hash in the table.
#![expect(clippy::disallowed_methods, reason = "a session belongs to whoever holds its token")]

use std::{collections::HashMap, fmt};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{
    account, delegation, holder, role_grant, session,
    values::{AccountId, DelegationId, HolderId, OrganisationId, PersonId, Role, SessionKind},
};
use ring::{digest, rand::SecureRandom};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationDef,
    sea_query::{Expr, ExprTrait, IntoCondition},
};

use crate::access::{Actor, Behalf, holders};
use crate::base::{Error, Result};
use crate::data::{Fetch, Work};

/// A session ends this long after it was opened, used or not.
pub const SESSION_HOURS: i64 = 12;

/// 256 random bits in the visitor's hands. It has no `Display` and its `Debug` tells nothing.
pub struct Token(String);

impl Token {
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub fn fresh() -> Result<Self> {
        let mut bytes = [0_u8; 32];
        ring::rand::SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| Error::internal("the system gives no random bytes"))?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub fn from_visitor(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What the visitor keeps.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the table keeps.
    pub fn hash(&self) -> String {
        hex(digest::digest(&digest::SHA256, self.0.as_bytes()).as_ref())
    }

    /// The form token that goes with this session: tied to it, and of no use for signing in.
    pub fn form_token(&self) -> String {
        hex(digest::digest(&digest::SHA256, format!("form:{}", self.0).as_bytes()).as_ref())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The bytes that [`hex`] wrote; none for another text.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high * 16 + low).collect())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").ok();
        out
    })
}

/// The cookie's name; browsers guard the `__Host-` prefix, but only over TLS.
pub fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-sidan" } else { "sidan" }
}

/// Opens a session and returns its token and its end.
///
/// # Errors
/// Of the database.
pub async fn open_session(work: &Work, account: AccountId, kind: SessionKind) -> Result<(Token, DateTime<Utc>)> {
    let token = Token::fresh()?;
    let expires_at = work.now + TimeDelta::hours(SESSION_HOURS);
    session::Entity::insert(session::ActiveModel {
        token_hash: Set(token.hash()),
        account_id: Set(account),
        kind: Set(kind),
        created_at: Set(work.now),
        expires_at: Set(expires_at),
        confirmed_at: Set(Some(work.now)),
        acting_for: Set(None),
    })
    .exec_without_returning(work.db())
    .await?;
    Ok((token, expires_at))
}

/// The password was typed again in this session.
///
/// # Errors
/// Of the database.
pub(crate) async fn confirm_session(work: &Work, hash: &str) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::ConfirmedAt, Expr::value(work.now))
        .filter(session::COLUMN.token_hash.eq(hash))
        .exec(work.db())
        .await?;
    Ok(())
}

/// From now on this session does the work of somebody who is away, or its own again.
///
/// # Errors
/// Of the database.
pub(crate) async fn act_for(work: &Work, hash: &str, delegation: Option<DelegationId>) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::ActingFor, Expr::value(delegation))
        .filter(session::COLUMN.token_hash.eq(hash))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Ends the sessions of an account, all but `kept`.
///
/// # Errors
/// Of the database.
pub async fn forget_others(work: &Work, account: AccountId, kept: Option<&str>) -> Result<()> {
    session::Entity::delete_many()
        .filter(session::COLUMN.account_id.eq(account))
        .filter(session::COLUMN.token_hash.ne(kept.unwrap_or_default()))
        .exec(work.db())
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Holder {
    name: String,
    locale: String,
    person: Option<PersonId>,
    entered: Option<HolderId>,
    by_number: Option<HolderId>,
    role: Role,
    area: String,
    organisation: Option<OrganisationId>,
}

/// An account as whoever it is now, for work that is done after its request: `None` once it may no longer act.
///
/// # Errors
/// Of the database.
pub(crate) async fn actor_now(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<Actor>> {
    let grant =
        account::Entity::belongs_to(role_grant::Entity).from(account::Column::Id).to(role_grant::Column::AccountId);
    let [to_person, to_holder] = holders::by_number();
    let holder = account::Entity::find_by_id(account)
        .select_only()
        .columns([account::Column::Name, account::Column::Locale])
        .column_as(account::Column::PersonId, "person")
        .column_as(account::Column::HolderId, "entered")
        .column_as(holder::Column::Id, "by_number")
        .column_as(role_grant::Column::Role, "role")
        .column_as(role_grant::Column::AreaCode, "area")
        .column_as(role_grant::Column::OrganisationId, "organisation")
        .join(JoinType::InnerJoin, grant.into())
        .join(JoinType::LeftJoin, to_person)
        .join(JoinType::LeftJoin, to_holder)
        .filter(account::Column::DisabledAt.is_null())
        .filter(Expr::col((role_grant::Entity, role_grant::Column::EndedAt)).is_null())
        .into_model::<Holder>()
        .one(db)
        .await?;
    Ok(holder.map(|holder| Actor {
        account,
        name: holder.name,
        role: holder.role,
        area: holder.area,
        organisation: holder.organisation,
        person: holder.person,
        holder: holders::known(holder.entered, holder.by_number, holder.person),
        behalf: None,
        locale: holder.locale,
        session: String::new(),
        confirmed_at: None,
    }))
}

#[derive(FromQueryResult)]
struct Row {
    token_hash: String,
    kind: SessionKind,
    expires_at: DateTime<Utc>,
    confirmed_at: Option<DateTime<Utc>>,
    account: AccountId,
    name: String,
    locale: String,
    person: Option<PersonId>,
    role: Role,
    area: String,
    organisation: Option<OrganisationId>,
    entered: Option<HolderId>,
    by_number: Option<HolderId>,
    delegation: Option<DelegationId>,
    from_account: Option<AccountId>,
    from_holder: Option<HolderId>,
    from_name: Option<String>,
    from_area: Option<String>,
    from_role: Option<Role>,
    from_on: Option<NaiveDate>,
    to_on: Option<NaiveDate>,
}

/// The officer in whose place a session acts, and what he holds: nobody once it was ended, or he may no longer act himself.
const AWAY: &str = "away";
const AWAY_GRANT: &str = "away_grant";

fn away() -> [RelationDef; 3] {
    [
        session::Entity::belongs_to(delegation::Entity)
            .from(session::Column::ActingFor)
            .to(delegation::Column::Id)
            .on_condition(|_, _| delegation::Column::EndedAt.is_null().into_condition())
            .into(),
        delegation::Entity::belongs_to(account::Entity)
            .from(delegation::Column::FromAccount)
            .to(account::Column::Id)
            .on_condition(|_, _| Expr::col((AWAY, account::Column::DisabledAt)).is_null().into_condition())
            .into(),
        account::Entity::belongs_to(role_grant::Entity)
            .from(account::Column::Id)
            .to(role_grant::Column::AccountId)
            .on_condition(|_, _| Expr::col((AWAY_GRANT, role_grant::Column::EndedAt)).is_null().into_condition())
            .into(),
    ]
}

/// Looks up who holds a token, for all requests that wait at the moment in one query. Nothing is remembered between
/// requests, so a role taken away or a session ended holds from the next request on.
#[derive(Clone, Copy, Debug)]
pub struct SessionLookup;

/// What a token stands for.
#[derive(Clone, Debug)]
pub struct Held {
    pub kind: SessionKind,
    pub expires_at: DateTime<Utc>,
    /// Who signed in, in nobody's place.
    pub actor: Actor,
    /// In whose place the session acts, on the days that were given.
    pub behalf: Option<Behalf>,
}

impl Held {
    /// Who asks on a day.
    pub(crate) fn actor_on(self, day: NaiveDate) -> Actor {
        match self.behalf.filter(|behalf| behalf.holds_on(day)) {
            Some(behalf) => self.actor.in_place_of(behalf),
            None => self.actor,
        }
    }
}

impl Fetch for SessionLookup {
    type Key = String;
    type Found = Held;

    async fn fetch(db: &DatabaseConnection, hashes: &[String]) -> Result<HashMap<String, Held>> {
        let [to_person, to_holder] = holders::by_number();
        let [to_delegation, to_away, to_grant] = away();
        let rows = session::Entity::find()
            .select_only()
            .columns([
                session::Column::TokenHash,
                session::Column::Kind,
                session::Column::ExpiresAt,
                session::Column::ConfirmedAt,
            ])
            .column_as(account::Column::Id, "account")
            .column_as(account::Column::Name, "name")
            .column_as(account::Column::Locale, "locale")
            .column_as(account::Column::PersonId, "person")
            .column_as(role_grant::Column::Role, "role")
            .column_as(role_grant::Column::AreaCode, "area")
            .column_as(role_grant::Column::OrganisationId, "organisation")
            .column_as(account::Column::HolderId, "entered")
            .column_as(holder::Column::Id, "by_number")
            .column_as(delegation::Column::Id, "delegation")
            .columns([delegation::Column::FromAccount, delegation::Column::FromHolder])
            .columns([delegation::Column::FromOn, delegation::Column::ToOn])
            .column_as(Expr::col((AWAY, account::Column::Name)), "from_name")
            .column_as(Expr::col((AWAY_GRANT, role_grant::Column::AreaCode)), "from_area")
            .column_as(Expr::col((AWAY_GRANT, role_grant::Column::Role)), "from_role")
            .join(
                JoinType::InnerJoin,
                session::Entity::belongs_to(account::Entity)
                    .from(session::Column::AccountId)
                    .to(account::Column::Id)
                    .into(),
            )
            .join(
                JoinType::InnerJoin,
                account::Entity::belongs_to(role_grant::Entity)
                    .from(account::Column::Id)
                    .to(role_grant::Column::AccountId)
                    .into(),
            )
            .join(JoinType::LeftJoin, to_person)
            .join(JoinType::LeftJoin, to_holder)
            .join(JoinType::LeftJoin, to_delegation)
            .join_as(JoinType::LeftJoin, to_away, AWAY)
            .join_as(JoinType::LeftJoin, to_grant.from_alias(AWAY), AWAY_GRANT)
            .filter(session::COLUMN.token_hash.is_in(hashes))
            .filter(account::Column::DisabledAt.is_null())
            .filter(Expr::col((role_grant::Entity, role_grant::Column::EndedAt)).is_null())
            .into_model::<Row>()
            .all(db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.token_hash.clone(), row.into())).collect())
    }
}

impl Row {
    /// One acts in the place of an officer of the role that one holds oneself.
    fn behalf(&self) -> Option<Behalf> {
        Some(Behalf {
            delegation: self.delegation?,
            account: self.from_account?,
            holder: self.from_holder,
            name: self.from_name.clone()?,
            area: self.from_role.filter(|role| *role == self.role).and(self.from_area.clone())?,
            from_on: self.from_on?,
            to_on: self.to_on?,
        })
    }
}

impl From<Row> for Held {
    fn from(row: Row) -> Self {
        Self {
            behalf: row.behalf(),
            kind: row.kind,
            expires_at: row.expires_at,
            actor: Actor {
                account: row.account,
                name: row.name,
                role: row.role,
                area: row.area,
                organisation: row.organisation,
                person: row.person,
                holder: holders::known(row.entered, row.by_number, row.person),
                behalf: None,
                locale: row.locale,
                confirmed_at: row.confirmed_at,
                session: row.token_hash,
            },
        }
    }
}
