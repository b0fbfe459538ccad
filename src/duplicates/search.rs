//! The search: which records of a county may be one person's. It reads beside the desk, group by group, and writes what it
//! found in small jobs; what was decided stays decided. It rests while a new key takes over the hashes by which it compares.

use std::collections::HashSet;

use chrono::NaiveDate;
use entities::{
    duplicate_pair,
    values::{AreaLevel, PairId, PairReason, PairStatus, PersonId},
};
use rocket::futures::TryStreamExt;
use serde_json::json;

use crate::access::Actor;
use crate::areas::{Atlas, level_of};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Clock, Error, Result};
use crate::data::rekeying::require_one_key;
use crate::data::{Audit, Database, Desk, Vault, Work};
use crate::duplicates::lifecycle::PairAction;
use crate::duplicates::rules;
use crate::duplicates::store::{self, Common, Member, Sealed};
use crate::people;
use crate::policy::{Rule, RuleBook};
use crate::web::Tools;

/// Pairs that one job at the desk writes.
const AT_ONCE: usize = 500;

/// What a search needs at hand.
#[derive(Clone, Copy)]
pub(crate) struct Office<'a> {
    pub db: &'a Database,
    pub desk: &'a Desk,
    pub vault: &'a Vault,
    pub clock: &'a Clock,
}

impl<'a> From<&Tools<'a>> for Office<'a> {
    fn from(tools: &Tools<'a>) -> Self {
        Self { db: tools.db, desk: tools.desk, vault: tools.vault, clock: tools.clock }
    }
}

/// What came of a search.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Pairs that no search had found before.
    pub new: u64,
    /// Pairs that were gone and are there again.
    pub again: u64,
    /// Open pairs that are no longer found.
    pub gone: u64,
}

struct Found {
    a: PersonId,
    b: PersonId,
    reason: PairReason,
    area: String,
}

/// The counties of an area, or the one in which it lies.
pub(crate) fn counties(atlas: &Atlas, area: &str, on: NaiveDate) -> Vec<String> {
    match level_of(area) {
        Some(AreaLevel::Province | AreaLevel::Prefecture) => {
            atlas.children(area, on).into_iter().flat_map(|below| counties(atlas, &below.code, on)).collect()
        }
        Some(AreaLevel::County | AreaLevel::Township | AreaLevel::Village) => {
            area.get(..6).map(str::to_owned).into_iter().collect()
        }
        None => Vec::new(),
    }
}

/// Searches one county anew.
///
/// # Errors
/// `keys.changing`; of the database; `Busy`.
pub(crate) async fn recompute(office: Office<'_>, by: Option<&Actor>, county: &str) -> Result<Tally> {
    require_one_key(office.db.reader(), office.vault).await?;
    let began = office.clock.now();
    let today = office.clock.today();
    let most = RuleBook::load(office.db.reader()).await?.value(Rule::PhoneSharedMost, county, today)?;
    let found = find(office.db, office.vault, county, most).await?;
    let mut tally = Tally::default();
    for some in found.chunks(AT_ONCE) {
        let settled = async |work: &Work| {
            // A new key may have come since the records were read.
            require_one_key(work.db(), office.vault).await?;
            settle(work, some, began).await
        };
        let (new, again) = office.desk.write(settled).await?;
        tally.new += new;
        tally.again += again;
    }
    tally.gone = office
        .desk
        .write(async |work| {
            require_one_key(work.db(), office.vault).await?;
            let gone = store::fade(work, county, began, PairStatus::Open.after(PairAction::Vanish)?).await?;
            let detail = json!({ "found": found.len(), "gone": gone });
            work.record(Audit::of("search", "duplicates", county).by_actor(by).area(county).detail(detail));
            Ok(gone)
        })
        .await?;
    Ok(tally)
}

/// The same past the desk, for a demonstration: nobody waits for a turn.
///
/// # Errors
/// Of the database.
pub(crate) async fn load(database: &Database, vault: &Vault, clock: &Clock, county: &str) -> Result<()> {
    let most = RuleBook::load(database.reader()).await?.value(Rule::PhoneSharedMost, county, clock.today())?;
    let found = find(database, vault, county, most).await?;
    let work = Work::begin(database, clock).await?;
    for some in found.chunks(AT_ONCE) {
        settle(&work, some, work.now).await?;
    }
    work.finish().await
}

async fn find(database: &Database, vault: &Vault, county: &str, most: i64) -> Result<Vec<Found>> {
    let db = database.reader();
    let mut found = Vec::new();
    let mut keep = |reason, group: &[Member], fits: &dyn Fn(&Member, &Member) -> bool| {
        for (a, b) in rules::pairs(group, |member| member.id, fits) {
            let area = group.iter().find(|member| member.id == a).map(|member| member.area_code.clone());
            found.push(Found { a, b, reason, area: area.unwrap_or_else(|| county.to_owned()) });
        }
    };
    for group in store::groups(db, Common::NameBirthVillage, county, 1).await? {
        keep(PairReason::SameNameAndBirth, &group, &|_, _| true);
    }
    for group in store::groups(db, Common::Account, county, 1).await? {
        // A household may have one account; who has no household is no household's.
        keep(PairReason::SharedAccount, &group, &|one, other| {
            one.household_id.is_none() || one.household_id != other.household_id
        });
    }
    for group in store::groups(db, Common::Phone, county, most).await? {
        keep(PairReason::SharedPhone, &group, &|_, _| true);
    }
    found.extend(one_number(database, vault, county).await?);
    Ok(found)
}

/// One number in two ways: such records share birth date and sex, so only those are opened, a group at a time.
async fn one_number(database: &Database, vault: &Vault, county: &str) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut group: Vec<(Sealed, String)> = Vec::new();
    let rows = store::of_one_birth(database.reader(), county).await?;
    let mut rows = std::pin::pin!(rows);
    while let Some(row) = rows.try_next().await? {
        if group.first().is_some_and(|(first, _)| first.key != row.key) {
            found.extend(alike(&group));
            group.clear();
        }
        let number = people::number_of(vault, row.id, &row.sealed)?;
        group.push((row, number));
    }
    found.extend(alike(&group));
    Ok(found)
}

fn alike(group: &[(Sealed, String)]) -> Vec<Found> {
    let pairs = rules::pairs(group, |(row, _)| row.id, |one, other| rules::same_number(&one.1, &other.1));
    let area = |a| group.iter().find(|(row, _)| row.id == a).map(|(row, _)| row.area_code.clone()).unwrap_or_default();
    pairs.into_iter().map(|(a, b)| Found { a, b, reason: PairReason::SameNumber, area: area(a) }).collect()
}

/// Writes what was found: what is new, what is there again, what was seen again. How many were new, and how many again.
async fn settle(work: &Work, found: &[Found], at: chrono::DateTime<chrono::Utc>) -> Result<(u64, u64)> {
    let firsts: HashSet<PersonId> = found.iter().map(|pair| pair.a).collect();
    let firsts: Vec<PersonId> = firsts.into_iter().collect();
    let standing = store::standing(work.db(), &firsts).await?;
    let mut seen: Vec<PairId> = Vec::new();
    let mut rows = Vec::new();
    for pair in found {
        match standing.get(&(pair.a, pair.b, pair.reason)) {
            Some(row) => seen.push(row.id),
            None => rows.push(duplicate_pair::Model {
                id: PairId::new(),
                a: pair.a,
                b: pair.b,
                reason: pair.reason,
                area_code: pair.area.clone(),
                status: PairStatus::Open,
                keeper: None,
                asked_by: None,
                decided_by: None,
                decided_at: None,
                reason_text: None,
                found_at: at,
                last_seen_at: at,
                version: 1,
            }),
        }
    }
    let new = u64::try_from(rows.len()).map_err(Error::internal)?;
    store::insert(work, rows).await?;
    store::seen(work, &seen, at).await?;
    let again = store::reopen(work, &seen, PairStatus::Gone.after(PairAction::Return)?).await?;
    Ok((new, again))
}
