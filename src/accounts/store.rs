//! Every query on accounts and their grants.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use entities::{
    account, deputy_act, holder, person, role_grant,
    values::{AccountId, HolderId, OrganisationId, PersonId, Role},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};

use crate::access::holders_of;
use crate::base::{Error, Result};
use crate::data::Work;

pub(crate) async fn by_login(db: &impl ConnectionTrait, login: &str) -> Result<Option<account::Model>> {
    Ok(account::Entity::find().filter(account::COLUMN.login.eq(login)).one(db).await?)
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<account::Model>> {
    Ok(account::Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn grant_of(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<role_grant::Model>> {
    Ok(role_grant::Entity::find()
        .filter(role_grant::Column::AccountId.eq(id))
        .filter(role_grant::Column::EndedAt.is_null())
        .one(db)
        .await?)
}

/// Of accounts with which somebody may sign in, and is told.
pub(crate) fn live() -> Expr {
    account::Column::DisabledAt.is_null()
}

/// The live accounts of a person.
pub(crate) async fn of_person(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<AccountId>> {
    Ok(account::Entity::find()
        .filter(account::Column::PersonId.eq(person))
        .filter(live())
        .all(db)
        .await?
        .into_iter()
        .map(|account| account.id)
        .collect())
}

/// The live accounts that act for an organisation.
pub(crate) async fn of_organisation(db: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Vec<AccountId>> {
    Ok(role_grant::Entity::find()
        .filter(role_grant::Column::OrganisationId.eq(organisation))
        .filter(role_grant::Column::EndedAt.is_null())
        .all(db)
        .await?
        .into_iter()
        .map(|grant| grant.account_id)
        .collect())
}

/// Whether an account acts for an organisation, or ever did.
pub(crate) async fn acted_for(
    db: &impl ConnectionTrait,
    account: AccountId,
    organisation: OrganisationId,
) -> Result<bool> {
    let grant = role_grant::Entity::find()
        .filter(role_grant::Column::AccountId.eq(account))
        .filter(role_grant::Column::OrganisationId.eq(organisation));
    Ok(grant.one(db).await?.is_some())
}

/// An account with the role that it holds now.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Listed {
    pub id: AccountId,
    pub login: String,
    pub name: String,
    pub role: Role,
    pub area_code: String,
    /// The holder whose number was entered.
    pub holder_id: Option<HolderId>,
    /// The registered person who it is.
    pub person_id: Option<PersonId>,
    pub disabled_at: Option<chrono::DateTime<chrono::Utc>>,
}

fn with_grant() -> Select<account::Entity> {
    let grant = account::Entity::belongs_to(role_grant::Entity)
        .from(account::Column::Id)
        .to(role_grant::Column::AccountId)
        .into();
    account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::Login, account::Column::Name, account::Column::DisabledAt])
        .columns([account::Column::HolderId, account::Column::PersonId])
        .columns([role_grant::Column::Role, role_grant::Column::AreaCode])
        .join(JoinType::InnerJoin, grant)
        .filter(role_grant::Column::EndedAt.is_null())
}

/// So many accounts behind a login, in the order of logins.
pub(super) async fn list(db: &impl ConnectionTrait, after: Option<&str>, limit: u64) -> Result<Vec<Listed>> {
    Ok(with_grant()
        .filter(account::Column::Login.gt(after.unwrap_or_default()))
        .order_by_asc(account::Column::Login)
        .limit(limit)
        .into_model::<Listed>()
        .all(db)
        .await?)
}

pub(super) async fn listed(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<Listed>> {
    Ok(with_grant().filter(account::Column::Id.eq(id)).into_model::<Listed>().one(db).await?)
}

/// The accounts of one person, disabled ones too, are another's from now on.
pub(crate) async fn move_person(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    account::Entity::update_many()
        .col_expr(account::Column::PersonId, Expr::value(Some(to)))
        .filter(account::Column::PersonId.eq(from))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Who a number is of, as it was entered.
pub(super) async fn holder_by_number(db: &impl ConnectionTrait, id_index: &str) -> Result<Option<holder::Model>> {
    Ok(holder::Entity::find().filter(holder::Column::IdIndex.eq(id_index)).one(db).await?)
}

pub(super) async fn holder(db: &impl ConnectionTrait, id: HolderId) -> Result<Option<holder::Model>> {
    Ok(holder::Entity::find_by_id(id).one(db).await?)
}

/// Those of some accounts.
pub(super) async fn holders(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = HolderId>,
) -> Result<HashMap<HolderId, holder::Model>> {
    let rows = holder::Entity::find().filter(holder::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The record of the registry with that number, or the one that took it in.
pub(super) async fn registered(db: &impl ConnectionTrait, id_index: &str) -> Result<Option<PersonId>> {
    let row: Option<(PersonId, Option<PersonId>)> = person::Entity::find()
        .select_only()
        .columns([person::Column::Id, person::Column::MergedInto])
        .filter(person::Column::IdIndex.eq(id_index))
        .into_tuple()
        .one(db)
        .await?;
    Ok(row.map(|(id, merged_into)| merged_into.unwrap_or(id)))
}

pub(super) async fn insert_holder(work: &Work, row: holder::Model) -> Result<()> {
    holder::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// # Errors
/// `Stale` where somebody else entered one meanwhile.
pub(super) async fn set_holder(work: &Work, id: AccountId, holder: HolderId) -> Result<()> {
    let done = account::Entity::update_many()
        .col_expr(account::Column::HolderId, Expr::value(Some(holder)))
        .col_expr(account::Column::Version, Expr::col(account::Column::Version).add(1))
        .filter(account::Column::Id.eq(id))
        .filter(account::Column::HolderId.is_null())
        .exec(work.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// In whose place something was done with a thing.
pub(super) async fn represented_in(db: &impl ConnectionTrait, noun: &str, id: &str) -> Result<Vec<HolderId>> {
    let accounts: Vec<AccountId> = deputy_act::Entity::find()
        .select_only()
        .column(deputy_act::Column::OnBehalfOf)
        .distinct()
        .filter(deputy_act::Column::ObjectId.eq(id))
        .filter(deputy_act::Column::Noun.eq(noun))
        .into_tuple()
        .all(db)
        .await?;
    Ok(holders_of(db, &accounts).await?.into_values().flatten().collect())
}

/// The live account of that login, where it holds that role.
pub(crate) async fn colleague(db: &impl ConnectionTrait, login: &str, role: Role) -> Result<Option<AccountId>> {
    let grant = account::Entity::belongs_to(role_grant::Entity)
        .from(account::Column::Id)
        .to(role_grant::Column::AccountId)
        .into();
    Ok(account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .join(JoinType::InnerJoin, grant)
        .filter(account::Column::Login.eq(login.trim().to_lowercase()))
        .filter(live())
        .filter(role_grant::Column::Role.eq(role))
        .filter(Expr::col((role_grant::Entity, role_grant::Column::EndedAt)).is_null())
        .into_tuple()
        .one(db)
        .await?)
}

/// The names of those who hold some accounts.
pub(crate) async fn names(db: &impl ConnectionTrait, ids: &[AccountId]) -> Result<HashMap<AccountId, String>> {
    let rows: Vec<(AccountId, String)> = account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::Name])
        .filter(account::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}
