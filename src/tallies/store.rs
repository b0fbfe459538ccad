//! Reading the tallies, and counting them again from the rows.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::BTreeMap;

use entities::{
    person, sheet_year, tally,
    values::{LabourCapacity, PersonId, PersonStatus, PovertyStatus},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::access::{after_prefix, within};
use crate::areas::line;
use crate::base::{Heads, Part, Result};
use crate::data::Work;
use crate::data::tally::write_heads;
use crate::tallies::rules::{facet, stand};

/// People who are read at once while everybody is counted again.
const AT_ONCE: u64 = 2_000;
/// Keys of one `IN`.
const KEYS: usize = 1_000;

/// Whom the sheets count: verified people of poor households who can work.
pub(crate) fn registered() -> Condition {
    Condition::all()
        .add(person::Column::Status.eq(PersonStatus::Verified))
        .add(person::Column::LabourCapacity.ne(LabourCapacity::None))
        .add(person::Column::PovertyStatus.ne(PovertyStatus::None))
}

/// Figures of some areas in a year, by area and facet. For callers who may see them.
pub(crate) async fn figures(
    db: &impl ConnectionTrait,
    areas: &[String],
    year: i32,
) -> Result<BTreeMap<String, BTreeMap<String, i64>>> {
    let mut found: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for areas in areas.chunks(KEYS) {
        let rows = sheet_year::Entity::find()
            .filter(sheet_year::Column::AreaCode.is_in(areas))
            .filter(sheet_year::Column::Year.eq(year))
            .all(db)
            .await?;
        for row in rows {
            found.entry(row.area_code).or_default().insert(row.facet, row.n);
        }
    }
    Ok(found)
}

/// The heads of one area. For callers who may see it.
pub(crate) async fn heads(db: &impl ConnectionTrait, area: &str) -> Result<Heads> {
    match tally::Entity::find_by_id(area.to_owned()).one(db).await? {
        Some(row) => Heads::read(&row.heads),
        None => Ok(Heads::default()),
    }
}

/// The areas right below some, in code order, from a code on. For callers who may see them.
pub(crate) async fn below(
    db: &impl ConnectionTrait,
    parents: &[String],
    from: Option<&str>,
) -> Result<BTreeMap<String, Heads>> {
    let mut found = BTreeMap::new();
    for parents in parents.chunks(KEYS) {
        let mut rows = tally::Entity::find().filter(tally::Column::ParentCode.is_in(parents));
        if let Some(from) = from {
            rows = rows.filter(tally::Column::AreaCode.gte(from));
        }
        for row in rows.all(db).await? {
            found.insert(row.area_code, Heads::read(&row.heads)?);
        }
    }
    Ok(found)
}

/// The codes of the areas right below some in which anybody was ever counted, in code order. For callers who may see them.
pub(crate) async fn peopled_below(db: &impl ConnectionTrait, parents: &[String]) -> Result<Vec<String>> {
    Ok(tally::Entity::find()
        .select_only()
        .column(tally::Column::AreaCode)
        .filter(tally::Column::ParentCode.is_in(parents))
        .order_by_asc(tally::Column::AreaCode)
        .into_tuple()
        .all(db)
        .await?)
}

/// The heads of some areas, as far as anybody was ever counted there.
pub(crate) async fn heads_of(db: &impl ConnectionTrait, areas: &[String]) -> Result<BTreeMap<String, Heads>> {
    let mut found = BTreeMap::new();
    for areas in areas.chunks(KEYS) {
        let rows = tally::Entity::find().filter(tally::Column::AreaCode.is_in(areas)).all(db).await?;
        for row in rows {
            found.insert(row.area_code, Heads::read(&row.heads)?);
        }
    }
    Ok(found)
}

/// Whether there are people and none of them is counted: the database is older than its tallies.
pub(crate) async fn is_lacking(db: &impl ConnectionTrait) -> Result<bool> {
    let counted: Option<String> =
        tally::Entity::find().select_only().column(tally::Column::AreaCode).limit(1).into_tuple().one(db).await?;
    if counted.is_some() {
        return Ok(false);
    }
    let anybody: Option<PersonId> =
        person::Entity::find().select_only().column(person::Column::Id).limit(1).into_tuple().one(db).await?;
    Ok(anybody.is_some())
}

/// Everybody counted again from the rows, one county after the other; what lies above the counties comes last.
#[derive(Debug, Default)]
pub struct Recount {
    from: String,
    above: BTreeMap<String, Heads>,
    ended: bool,
}

impl Recount {
    /// The next areas with their heads. `cause` opens a row as far as its main cause goes.
    ///
    /// # Errors
    /// Of the database, and of `cause`.
    pub async fn next(
        &mut self,
        db: &impl ConnectionTrait,
        cause: impl Fn(&person::Model) -> Result<String>,
    ) -> Result<Option<BTreeMap<String, Heads>>> {
        if self.ended {
            return Ok(None);
        }
        let first: Option<String> = person::Entity::find()
            .select_only()
            .column(person::Column::AreaCode)
            .filter(person::Column::AreaCode.gte(self.from.as_str()))
            .order_by_asc(person::Column::AreaCode)
            .limit(1)
            .into_tuple()
            .one(db)
            .await?;
        let county = first.as_deref().map(|area| area.get(..6).unwrap_or(area));
        let Some(county) = county else {
            self.ended = true;
            return Ok(Some(std::mem::take(&mut self.above)));
        };
        let villages = villages(db, county, cause).await?;
        let mut areas: BTreeMap<String, Heads> = BTreeMap::new();
        for (village, heads) in &villages {
            for area in line(village) {
                let into = if area.starts_with(county) { &mut areas } else { &mut self.above };
                into.entry(area).or_default().add(heads);
            }
        }
        match after_prefix(county) {
            Some(next) => self.from = next,
            None => self.ended = true,
        }
        Ok(Some(areas))
    }
}

async fn villages(
    db: &impl ConnectionTrait,
    county: &str,
    cause: impl Fn(&person::Model) -> Result<String>,
) -> Result<BTreeMap<String, Heads>> {
    let mut villages: BTreeMap<String, Heads> = BTreeMap::new();
    let mut last: Option<(String, PersonId)> = None;
    loop {
        let mut people = person::Entity::find().filter(within(person::Column::AreaCode, county));
        if let Some((area, id)) = &last {
            people = people.filter(person::Column::AreaCode.gte(area.as_str())).filter(
                Condition::any().add(person::Column::AreaCode.gt(area.as_str())).add(person::Column::Id.gt(*id)),
            );
        }
        let people = people
            .order_by_asc(person::Column::AreaCode)
            .order_by_asc(person::Column::Id)
            .limit(AT_ONCE)
            .all(db)
            .await?;
        let Some(row) = people.last() else { return Ok(villages) };
        last = Some((row.area_code.clone(), row.id));
        for row in &people {
            let cause = cause(row)?;
            match villages.get_mut(&row.area_code) {
                Some(heads) => stand(heads, row, &cause, 1),
                None => stand(villages.entry(row.area_code.clone()).or_default(), row, &cause, 1),
            }
        }
    }
}

/// Counts everybody anew. Who writes meanwhile waits.
///
/// # Errors
/// Of the database, and of `cause`.
pub async fn rebuild(work: &Work, cause: impl Fn(&person::Model) -> Result<String>) -> Result<()> {
    if work.db().get_database_backend() == DbBackend::Postgres {
        work.db().execute_unprepared("LOCK TABLE tally, person IN EXCLUSIVE MODE").await?;
    }
    tally::Entity::delete_many().exec(work.db()).await?;
    let mut recount = Recount::default();
    while let Some(areas) = recount.next(work.db(), &cause).await? {
        let mut rows = Vec::with_capacity(areas.len());
        for (area_code, heads) in areas {
            let parent_code = line(&area_code).into_iter().nth(1).unwrap_or_default();
            rows.push(tally::Model { area_code, parent_code, heads: heads.keep()? });
        }
        write_heads(work.db(), rows).await?;
    }
    Ok(())
}

impl Recount {
    /// The same heads as far as they are counted without opening anything.
    pub fn open_only(heads: Heads) -> Heads {
        heads.without(Part::Registered, facet::MAIN_CAUSE)
    }
}
