//! On which accounts the schools are paid, one change that waits in 上高县, and a clerk next door who is away.

use chrono::Days;
use entities::{
    delegation, payee_account,
    values::{AccountId, DelegationId, HolderId, OrganisationId, Role},
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::accounts;
use crate::base::{Error, Result};
use crate::data::{Vault, Work, bulk};
use crate::demo::calendar::{TODAY, YEAR, at, day};
use crate::demo::figures::SHANGGAO;
use crate::demo::offices::Office;
use crate::payees::Named;

/// An account with whoever is behind it.
async fn known(db: &impl ConnectionTrait, account: AccountId) -> Result<(AccountId, HolderId)> {
    Ok((account, accounts::holder_of(db, account).await?))
}

/// The first account of every school, approved as the year began.
///
/// # Errors
/// Of the vault and the database.
pub(super) async fn tell(work: &Work, vault: &Vault, offices: &[Office]) -> Result<()> {
    let mut rows: Vec<payee_account::Model> = Vec::with_capacity(2 * offices.len());
    for (n, office) in offices.iter().enumerate() {
        let checker = known(work.db(), office.checker).await?;
        for (of, school) in office.schools.iter().enumerate() {
            let number = format!("3699{n:04}{of:04}0001");
            let named = named(school.id, office, &school.name, &number);
            let head = known(work.db(), school.head).await?;
            rows.push(named.row(vault, head, at(day(YEAR, 1, 5), 9, 0), Some(checker))?);
        }
    }
    bulk::insert::<payee_account::Entity>(work, rows).await
}

fn named<'a>(organisation: OrganisationId, office: &'a Office, name: &'a str, number: &'a str) -> Named<'a> {
    Named { organisation, area_code: office.county, bank: "农村商业银行营业部", name, number }
}

/// What is not done yet at the end of the year.
///
/// # Errors
/// Of the vault and the database.
pub(super) async fn tell_of_today(work: &Work, vault: &Vault, offices: &[Office]) -> Result<()> {
    let [here, next] = [true, false].map(|here| offices.iter().find(|office| (office.county == SHANGGAO) == here));
    let (Some(here), Some(next)) = (here, next) else { return Err(Error::internal("a county is missing")) };
    let [school, _] = &here.schools;
    let head = known(work.db(), school.head).await?;
    let row = named(school.id, here, &school.name, "3699990000000002").row(vault, head, work.now, None)?;
    bulk::insert::<payee_account::Entity>(work, vec![row]).await?;
    let (from_account, from_holder) = known(work.db(), next.clerk).await?;
    let (to_account, to_holder) = known(work.db(), here.clerk).await?;
    let row = delegation::Model {
        id: DelegationId::new(),
        from_account,
        from_holder,
        to_account,
        to_holder,
        role: Role::CountyClerk,
        from_on: TODAY,
        to_on: TODAY.checked_add_days(Days::new(7)).unwrap_or(TODAY),
        reason: "外出培训".to_owned(),
        created_at: work.now,
        ended_by: None,
        ended_at: None,
    };
    delegation::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}
