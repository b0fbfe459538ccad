//! Showing numbers in full, and telling the person of it.

use entities::{
    reveal,
    values::{PersonId, RevealId},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts::Fresh;
use crate::base::{Error, Refusal, Result};
use crate::data::{Audit, Vault, Work};
use crate::people::{self, Brief, RevealPeople, unseal};
use crate::policy::{Rule, RuleBook};
use crate::reveals::forms::Wish;
use crate::reveals::rules;
use crate::reveals::store;
use crate::reveals::views::{RevealView, RevealedView};

/// Looks that a person is told of at once.
const LAST: u64 = 200;

/// How the person is called for whom a look is asked.
///
/// # Errors
/// `NotFound` out of scope.
pub(crate) async fn brief(
    by: &Can<RevealPeople>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    id: PersonId,
) -> Result<Brief> {
    let person = people::visible(db, &by.scope(), id).await?;
    Ok(Brief::of(&person, Some(&unseal(vault, &person)?)))
}

/// Writes down who looks at what and what for, and gives the numbers. They reach the asker after the commit only.
///
/// # Errors
/// `NotFound` out of scope, `Invalid` by field, `reveal.not_yours`, `reveal.too_many`.
pub(crate) async fn reveal(
    by: &Can<RevealPeople>,
    _fresh: Fresh,
    work: &Work,
    vault: &Vault,
    id: PersonId,
    wish: &Wish,
) -> Result<RevealedView> {
    let person = people::visible(work.db(), &by.scope(), id).await?;
    let note = rules::check(by.actor(), wish)?;
    let most = RuleBook::load(work.db()).await?.value(Rule::RevealsPerDay, &by.area, work.today())?;
    let number = i32::try_from(store::count_of(work.db(), by.account, work.today()).await? + 1).unwrap_or(i32::MAX);
    if i64::from(number) > most {
        return Err(Refusal { code: "reveal.too_many", args: Vec::new() }.with("most", most).into());
    }
    let private = unseal(vault, &person)?;
    let fields: Vec<&str> = wish.fields.iter().map(|field| field.as_str()).collect();
    let row = reveal::Model {
        id: RevealId::new(),
        person_id: id,
        account_id: by.account,
        role: by.role,
        bureau_code: by.area.clone(),
        fields: fields.join(","),
        purpose: wish.purpose,
        note: note.to_owned(),
        revealed_at: work.now,
        revealed_on: work.today(),
        number,
    };
    let detail = json!({ "fields": fields, "purpose": wish.purpose, "note": note });
    work.record(Audit::of("reveal", "person", id).by_actor(Some(by.actor())).area(&person.area_code).detail(detail));
    // Somebody with the same account was quicker: the count that was read holds no longer.
    store::insert(work.db(), row).await.map_err(|e| if e.is_duplicate() { Error::Stale } else { e })?;
    Ok(RevealedView::of(private, &wish.fields))
}

/// Who looked at the numbers of a person, for that person: at this record, or at one that went into it.
///
/// # Errors
/// Of the database.
pub(crate) async fn seen_by(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<RevealView>> {
    let mut records = vec![person];
    records.extend(people::merged_into(db, &[person]).await?.into_keys());
    Ok(store::of_records(db, &records, LAST).await?.into_iter().map(Into::into).collect())
}

/// The same for whoever asks about himself; an account without a person has nothing.
///
/// # Errors
/// Of the database.
pub(crate) async fn own(actor: &Actor, db: &impl ConnectionTrait) -> Result<Vec<RevealView>> {
    match actor.person {
        Some(person) => seen_by(db, person).await,
        None => Ok(Vec::new()),
    }
}
