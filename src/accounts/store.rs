//! Every query on accounts and their grants.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    account, role_grant,
    values::{AccountId, OrganisationId, PersonId, Role},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::base::Result;
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
    pub disabled_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// So many accounts behind a login, in the order of logins.
pub(crate) async fn list(db: &impl ConnectionTrait, after: Option<&str>, limit: u64) -> Result<Vec<Listed>> {
    let grant = account::Entity::belongs_to(role_grant::Entity)
        .from(account::Column::Id)
        .to(role_grant::Column::AccountId)
        .into();
    Ok(account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::Login, account::Column::Name, account::Column::DisabledAt])
        .column(role_grant::Column::Role)
        .column(role_grant::Column::AreaCode)
        .join(JoinType::InnerJoin, grant)
        .filter(role_grant::Column::EndedAt.is_null())
        .filter(account::Column::Login.gt(after.unwrap_or_default()))
        .order_by_asc(account::Column::Login)
        .limit(limit)
        .into_model::<Listed>()
        .all(db)
        .await?)
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
