//! Every query on exclusion lists.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    account, claim, claim_line, exclusion_entry, exclusion_list, person,
    values::{ClaimId, ExclusionKind, ExclusionListId, PersonId},
};
use exclusion_list::Column;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, RelationDef, Select, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::Work;
use crate::data::rekeying::Follower;
use crate::exclusions::rules::{Entry, Hit};
use crate::people;

/// Numbers of a list stand under a new key when the people who bear them do.
pub const LISTED: Follower = Follower {
    of: "person",
    table: "exclusion_entry",
    column: "id_index",
    hashes: |vault, id, sealed| Ok(vault.indexes("id", &people::number_of(vault, PersonId(id), sealed)?)),
};

/// Keys of one `IN`.
const KEYS: usize = 1_000;
/// Rows of one statement.
const ROWS: usize = 500;

/// The divisions above one: `360923` lies in `360900` and `360000`.
fn above(code: &str) -> Vec<String> {
    let padded = |digits: usize| code.get(..digits).map(|head| format!("{head:0<6}"));
    [padded(2), padded(4), padded(6)].into_iter().flatten().filter(|above| above != code).collect()
}

/// Lists of one's area and of those above it, whole ones only.
fn visible_to(scope: &Scope) -> Select<exclusion_list::Entity> {
    let mut seen = Condition::any().add(scope.over(Column::AreaCode, None, None));
    if let Scope::Area(code) = scope {
        seen = seen.add(Column::AreaCode.is_in(above(code)));
    }
    exclusion_list::Entity::find().filter(seen).filter(Column::LoadedAt.is_not_null())
}

/// A list with the name of who loaded it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Listed {
    pub id: ExclusionListId,
    pub kind: ExclusionKind,
    pub area_code: String,
    pub as_of: NaiveDate,
    pub document_no: String,
    pub source: String,
    pub file_name: String,
    pub file_hash: String,
    pub rows: i32,
    pub loaded_at: DateTime<Utc>,
    pub superseded_by: Option<ExclusionListId>,
    pub loader: Option<String>,
}

impl Listed {
    pub(crate) fn count(&self) -> i64 {
        self.rows.into()
    }
}

fn listing(scope: &Scope) -> Select<exclusion_list::Entity> {
    let loader: RelationDef =
        exclusion_list::Entity::belongs_to(account::Entity).from(Column::LoadedBy).to(account::Column::Id).into();
    visible_to(scope).column_as(account::Column::Name, "loader").join(JoinType::LeftJoin, loader)
}

/// The latest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    kind: Option<ExclusionKind>,
    before: Option<ExclusionListId>,
    limit: u64,
) -> Result<Vec<Listed>> {
    let mut rows = listing(scope).order_by_desc(Column::Id).limit(limit);
    if let Some(kind) = kind {
        rows = rows.filter(Column::Kind.eq(kind));
    }
    if let Some(before) = before {
        rows = rows.filter(Column::Id.lt(before));
    }
    Ok(rows.into_model::<Listed>().all(db).await?)
}

/// # Errors
/// `NotFound`.
pub(crate) async fn one(db: &impl ConnectionTrait, scope: &Scope, id: ExclusionListId) -> Result<Listed> {
    let one = listing(scope).filter(Column::Id.eq(id)).into_model::<Listed>().one(db).await?;
    one.ok_or(Error::NotFound("exclusion list"))
}

/// The list of a kind and area that counts now.
pub(crate) async fn standing(
    db: &impl ConnectionTrait,
    kind: ExclusionKind,
    area: &str,
) -> Result<Option<exclusion_list::Model>> {
    Ok(exclusion_list::Entity::find()
        .filter(Column::Kind.eq(kind))
        .filter(Column::AreaCode.eq(area))
        .filter(Column::LoadedAt.is_not_null())
        .filter(Column::SupersededBy.is_null())
        .one(db)
        .await?)
}

#[derive(FromQueryResult)]
struct Found {
    record: PersonId,
    list: ExclusionListId,
    kind: ExclusionKind,
    as_of: NaiveDate,
    document_no: String,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
}

/// Whose records these people's are: each with those of them for whom it counts. Of records that became one, the number of
/// any counts for all; a record that takes others in goes into none, so two steps reach every one.
async fn records_of(db: &impl ConnectionTrait, people: &[PersonId]) -> Result<HashMap<PersonId, HashSet<PersonId>>> {
    let mut keepers: HashMap<PersonId, Vec<PersonId>> = people.iter().map(|id| (*id, vec![*id])).collect();
    for people in people.chunks(KEYS) {
        let gone: Vec<(PersonId, PersonId)> = person::Entity::find()
            .select_only()
            .columns([person::Column::Id, person::Column::MergedInto])
            .filter(person::Column::Id.is_in(people.iter().copied()))
            .filter(person::Column::MergedInto.is_not_null())
            .into_tuple()
            .all(db)
            .await?;
        for (id, keeper) in gone {
            keepers.entry(keeper).or_default().push(id);
        }
    }
    let ids: Vec<PersonId> = keepers.keys().copied().collect();
    let merged = people::merged_into(db, &ids).await?;
    let mut records: HashMap<PersonId, HashSet<PersonId>> = HashMap::with_capacity(ids.len());
    let own = ids.iter().map(|keeper| (*keeper, *keeper));
    for (record, keeper) in own.chain(merged) {
        records.entry(record).or_default().extend(keepers.get(&keeper).into_iter().flatten());
    }
    Ok(records)
}

/// Where these people are named by lists that count, whoever's lists they are, be it by the number of a record that became
/// one with theirs. Few questions for a thousand.
pub(crate) async fn entries_of(
    db: &impl ConnectionTrait,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Vec<Entry>>> {
    let named: RelationDef = person::Entity::belongs_to(exclusion_entry::Entity)
        .from(person::Column::IdIndex)
        .to(exclusion_entry::Column::IdIndex)
        .into();
    let list: RelationDef = exclusion_entry::Entity::belongs_to(exclusion_list::Entity)
        .from(exclusion_entry::Column::ListId)
        .to(Column::Id)
        .into();
    let records = records_of(db, people).await?;
    let ids: Vec<PersonId> = records.keys().copied().collect();
    let mut entries: HashMap<PersonId, Vec<Entry>> = HashMap::new();
    for ids in ids.chunks(KEYS) {
        let rows = person::Entity::find()
            .select_only()
            .column_as(person::Column::Id, "record")
            .column_as(Column::Id, "list")
            .columns([Column::Kind, Column::AsOf, Column::DocumentNo])
            .columns([exclusion_entry::Column::ValidFrom, exclusion_entry::Column::ValidTo])
            .join(JoinType::InnerJoin, named.clone())
            .join(JoinType::InnerJoin, list.clone())
            .filter(person::Column::Id.is_in(ids.iter().copied()))
            // Said so that no index serves it: people are found first, then their entries, then the lists of these.
            .filter(Expr::cust("(loaded_at IS NOT NULL AND superseded_by IS NULL) = (1 = 1)"))
            .into_model::<Found>()
            .all(db)
            .await?;
        for row in rows {
            let hit = Hit { list: row.list, kind: row.kind, as_of: row.as_of, document_no: row.document_no };
            let entry = Entry { hit, from: row.valid_from, to: row.valid_to };
            for person in records.get(&row.record).into_iter().flatten() {
                entries.entry(*person).or_default().push(entry.clone());
            }
        }
    }
    Ok(entries)
}

/// What lists are called by which something was blocked, also when they count no longer.
pub(crate) async fn hits_of(
    db: &impl ConnectionTrait,
    ids: &[ExclusionListId],
) -> Result<HashMap<ExclusionListId, Hit>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = exclusion_list::Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?;
    let hit = |row: exclusion_list::Model| Hit {
        list: row.id,
        kind: row.kind,
        as_of: row.as_of,
        document_no: row.document_no,
    };
    Ok(rows.into_iter().map(|row| (row.id, hit(row))).collect())
}

/// A line of a claim that a list blocks.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Blocked {
    pub person_id: PersonId,
    pub claim_id: ClaimId,
    pub number: String,
}

fn blocked_in(scope: &Scope, list: ExclusionListId) -> Select<claim_line::Entity> {
    let claim: RelationDef =
        claim_line::Entity::belongs_to(claim::Entity).from(claim_line::Column::ClaimId).to(claim::Column::Id).into();
    claim_line::Entity::find()
        .join(JoinType::InnerJoin, claim)
        .filter(claim_line::Column::BlockedBy.eq(list))
        .filter(scope.over(claim::Column::AreaCode, None, None))
}

/// How many lines of claims in sight a list blocks.
pub(crate) async fn blocked_count(db: &impl ConnectionTrait, scope: &Scope, list: ExclusionListId) -> Result<u64> {
    Ok(blocked_in(scope, list).count(db).await?)
}

/// The latest of them.
pub(crate) async fn blocked(
    db: &impl ConnectionTrait,
    scope: &Scope,
    list: ExclusionListId,
    limit: u64,
) -> Result<Vec<Blocked>> {
    Ok(blocked_in(scope, list)
        .select_only()
        .columns([claim_line::Column::PersonId, claim_line::Column::ClaimId])
        .column(claim::Column::Number)
        .order_by_desc(claim_line::Column::Id)
        .limit(limit)
        .into_model::<Blocked>()
        .all(db)
        .await?)
}

pub(crate) async fn insert(work: &Work, list: exclusion_list::Model) -> Result<()> {
    exclusion_list::Entity::insert(list.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

pub(crate) async fn insert_entries(work: &Work, rows: &[exclusion_entry::Model]) -> Result<()> {
    for rows in rows.chunks(ROWS) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        exclusion_entry::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    }
    Ok(())
}

/// Lists of that kind and area that were begun and never ended, with what came in of them.
pub(crate) async fn sweep(work: &Work, kind: ExclusionKind, area: &str) -> Result<()> {
    let half: Vec<ExclusionListId> = exclusion_list::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Kind.eq(kind))
        .filter(Column::AreaCode.eq(area))
        .filter(Column::LoadedAt.is_null())
        .into_tuple()
        .all(work.db())
        .await?;
    for id in half {
        exclusion_entry::Entity::delete_many().filter(exclusion_entry::Column::ListId.eq(id)).exec(work.db()).await?;
        exclusion_list::Entity::delete_many()
            .filter(Column::Id.eq(id))
            .filter(Column::LoadedAt.is_null())
            .exec(work.db())
            .await?;
    }
    Ok(())
}

/// Puts a list that is all in into force, in the place of the one that stood.
///
/// # Errors
/// `Stale` when rows of it are missing, or somebody else put another one there meanwhile.
pub(crate) async fn put_in_force(work: &Work, list: &exclusion_list::Model) -> Result<()> {
    let rows =
        exclusion_entry::Entity::find().filter(exclusion_entry::Column::ListId.eq(list.id)).count(work.db()).await?;
    if i32::try_from(rows).ok() != Some(list.rows) {
        return Err(Error::Stale);
    }
    exclusion_list::Entity::update_many()
        .col_expr(Column::SupersededBy, Expr::value(Some(list.id)))
        .filter(Column::Kind.eq(list.kind))
        .filter(Column::AreaCode.eq(&list.area_code))
        .filter(Column::LoadedAt.is_not_null())
        .filter(Column::SupersededBy.is_null())
        .exec(work.db())
        .await?;
    let put = exclusion_list::Entity::update_many()
        .col_expr(Column::LoadedAt, Expr::value(Some(work.now)))
        .filter(Column::Id.eq(list.id))
        .filter(Column::LoadedAt.is_null())
        .exec(work.db())
        .await?;
    if put.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}
