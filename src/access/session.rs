//! Sessions: an opaque token in the visitor's hands, its hash in the table.
#![expect(clippy::disallowed_methods, reason = "a session belongs to whoever holds its token")]

use std::{collections::HashMap, fmt};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    account, role_grant, session,
    values::{AccountId, OrganisationId, PersonId, Role, SessionKind},
};
use ring::{digest, rand::SecureRandom};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::access::Actor;
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
    let holder = account::Entity::find_by_id(account)
        .select_only()
        .columns([account::Column::Name, account::Column::Locale])
        .column_as(account::Column::PersonId, "person")
        .column_as(role_grant::Column::Role, "role")
        .column_as(role_grant::Column::AreaCode, "area")
        .column_as(role_grant::Column::OrganisationId, "organisation")
        .join(JoinType::InnerJoin, grant.into())
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
    pub actor: Actor,
}

impl Fetch for SessionLookup {
    type Key = String;
    type Found = Held;

    async fn fetch(db: &DatabaseConnection, hashes: &[String]) -> Result<HashMap<String, Held>> {
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
            .filter(session::COLUMN.token_hash.is_in(hashes))
            .filter(account::Column::DisabledAt.is_null())
            .filter(Expr::col((role_grant::Entity, role_grant::Column::EndedAt)).is_null())
            .into_model::<Row>()
            .all(db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.token_hash.clone(), row.into())).collect())
    }
}

impl From<Row> for Held {
    fn from(row: Row) -> Self {
        Self {
            kind: row.kind,
            expires_at: row.expires_at,
            actor: Actor {
                account: row.account,
                name: row.name,
                role: row.role,
                area: row.area,
                organisation: row.organisation,
                person: row.person,
                locale: row.locale,
                confirmed_at: row.confirmed_at,
                session: row.token_hash,
            },
        }
    }
}
