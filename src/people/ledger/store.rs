//! Queries of the ledger by file: whom its rows name, and what stands of theirs.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entities::{
    person, service_event,
    values::{PersonId, PersonStatus, ServiceKind},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LockType,
};

use crate::access::Scope;
use crate::base::Result;
use crate::people::ledger::rules::Key;
use crate::people::store::visible_to;

/// Keys of one `IN`.
const KEYS: usize = 1_000;

/// Of a person what the ledger asks.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "person::Entity")]
pub(super) struct Served {
    pub id: PersonId,
    pub id_index: String,
    pub name: String,
    pub area_code: String,
    pub status: PersonStatus,
    pub birth_on: NaiveDate,
}

impl Served {
    pub(super) fn of(person: &person::Model) -> Self {
        Self {
            id: person.id,
            id_index: person.id_index.clone(),
            name: person.name.clone(),
            area_code: person.area_code.clone(),
            status: person.status,
            birth_on: person.birth_on,
        }
    }
}

/// Whether those who are found are held until the transaction ends, so that two who load the same services at once see each
/// other. SQLite has one writer and needs no hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    Free,
    Held,
}

/// Who of those in sight bears these numbers, by the hashes of the numbers.
pub(super) async fn by_numbers(
    db: &impl ConnectionTrait,
    scope: &Scope,
    mut indexes: Vec<String>,
    hold: Hold,
) -> Result<HashMap<String, Served>> {
    // Whoever holds several takes them in the same order, and nobody waits for one who waits for him.
    indexes.sort_unstable();
    indexes.dedup();
    let mut found = HashMap::with_capacity(indexes.len());
    for indexes in indexes.chunks(KEYS) {
        let mut query =
            visible_to(scope).filter(person::Column::IdIndex.is_in(indexes)).order_by_asc(person::Column::IdIndex);
        if hold == Hold::Held {
            query = query.lock(LockType::NoKeyUpdate);
        }
        let rows = query.into_partial_model::<Served>().all(db).await?;
        found.extend(rows.into_iter().map(|row| (row.id_index.clone(), row)));
    }
    Ok(found)
}

/// What stands in the ledger for these people, who were seen, between two days.
pub(super) async fn standing(
    db: &impl ConnectionTrait,
    mut people: Vec<PersonId>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<HashSet<Key>> {
    people.sort_unstable();
    people.dedup();
    let mut found = HashSet::new();
    for people in people.chunks(KEYS) {
        let rows: Vec<(PersonId, ServiceKind, NaiveDate)> = service_event::Entity::find()
            .select_only()
            .columns([service_event::Column::PersonId, service_event::Column::Kind, service_event::Column::HeldOn])
            .filter(service_event::Column::PersonId.is_in(people.iter().copied()))
            .filter(service_event::Column::HeldOn.between(from, to))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}
