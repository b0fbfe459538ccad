//! What does not stand right in the registry of 上高县 at the end of the year: corrections that were asked for, and two
//! households with one bank account. The services' own verbs say it.

use entities::values::{AccountId, PersonField, PersonId};
use sea_orm::ConnectionTrait;

use crate::access::{Actor, Scope, actor_now};
use crate::base::{Error, Result};
use crate::corrections::{self, Filing};
use crate::data::Work;
use crate::demo::fill::Ground;
use crate::demo::known_places::JINGSHAN;
use crate::demo::offices::Office;
use crate::people::{self, NewPerson};

/// 敖山镇 without 镜山村, of which the news tell.
const NEIGHBOURS: [&str; 2] = ["360923102", "360923101"];

/// Whoever signs in with an account.
///
/// # Errors
/// `NotFound` where it does not stand.
pub(super) async fn actor(db: &impl ConnectionTrait, account: AccountId) -> Result<Actor> {
    actor_now(db, account).await?.ok_or(Error::NotFound("account"))
}

/// Asks for two corrections, one of which waits for a second person, and gives somebody the account of another household.
///
/// # Errors
/// As of the services.
pub(super) async fn tell(work: &Work, ground: &Ground, office: &Office, trainee: PersonId) -> Result<()> {
    let worker = actor(work.db(), office.village_worker).await?;
    let clerk = actor(work.db(), office.clerk).await?;
    let village = people::in_area(work.db(), &Scope::System, JINGSHAN, 40).await?;
    let other = village.iter().find(|person| person.id != trainee);
    let other = other.ok_or_else(|| Error::internal("镜山村 has nobody else"))?;
    let first: String = other.name.chars().take(1).collect();
    let name = if other.name.ends_with("福华") { format!("{first}福明") } else { format!("{first}福华") };
    let asked = [
        (trainee, PersonField::Skills, "竹编、会开网店".to_owned(), "参加过竹编培训"),
        (other.id, PersonField::Name, name, "户口本上的名字写错了"),
    ];
    let mut filed = Vec::new();
    for (person, field, value, note) in asked {
        let filing =
            Filing { person, version: None, wanted: vec![(field, value)], note: Some(note.to_owned()), moves_to: None };
        filed.push(corrections::file(&worker.prove()?, work, &ground.vault, &ground.atlas, &filing).await?.id);
    }
    if let Some(last) = filed.last() {
        corrections::apply(&clerk.prove()?, work, &ground.vault, &ground.atlas, *last).await?;
    }
    share_an_account(work, ground).await
}

async fn share_an_account(work: &Work, ground: &Ground) -> Result<()> {
    for area in NEIGHBOURS {
        let some = people::in_area(work.db(), &Scope::System, area, 20).await?;
        let Some((one, others)) = some.split_first() else { continue };
        let Some(other) = others.iter().find(|other| other.household_id != one.household_id) else { continue };
        let account = people::unseal(&ground.vault, one)?.bank_account;
        let private = people::Private { bank_account: account, ..people::unseal(&ground.vault, other)? };
        people::rewrite(work, &ground.vault, other, NewPerson { row: other.clone(), private }).await?;
        return Ok(());
    }
    Ok(())
}
