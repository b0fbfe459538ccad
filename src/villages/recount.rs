//! Figures of training on the sheets above a village: who was trained in the year, who sits in a class, and who of the
//! willing is one of them. They follow the rows by minutes, so that taking a seat costs no statement more.
//!
//! A person counts where he lived when he took the seat, once at every level of the tree.
#![expect(clippy::disallowed_methods, reason = "a recount is where finding starts, and belongs to nobody")]

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    completion, enrolment, person, setting, sheet_year, training_class,
    values::{AreaLevel, ClassId, PersonId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, sea_query::OnConflict,
};
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::access::within;
use crate::areas::{Atlas, line};
use crate::base::clock::year_of;
use crate::base::{Clock, Result};
use crate::data::{Database, Desk, Work};
use crate::tallies::{self, facet};
use crate::villages::store::{NOT_ENDED, SEATED};

/// How often the figures are counted, however many processes serve.
const EVERY: Duration = Duration::from_secs(300);
/// When they were counted last.
const COUNTED: &str = "sheet.counted";
/// Keys of one `IN`, and rows of one statement.
const KEYS: usize = 1_000;
const FACETS: [&str; 3] = [facet::TRAINED, facet::IN_TRAINING, facet::WILLING_SERVED];

/// People with the villages in which they lived.
type Homes = HashMap<PersonId, BTreeSet<String>>;

fn settle(homes: &mut Homes, person: PersonId, village: String) {
    homes.entry(person).or_default().insert(village);
}

/// Figures by area and facet.
#[derive(Debug, Default)]
struct Counted {
    figures: BTreeMap<(String, &'static str), i64>,
    /// Who was counted above the counties already.
    above: HashSet<(PersonId, &'static str, String)>,
}

impl Counted {
    fn add(&mut self, facet: &'static str, county: &str, homes: &Homes) {
        for (person, villages) in homes {
            let areas: BTreeSet<String> = villages.iter().flat_map(|village| line(village)).collect();
            for area in areas {
                if area.starts_with(county) || self.above.insert((*person, facet, area.clone())) {
                    *self.figures.entry((area, facet)).or_default() += 1;
                }
            }
        }
    }
}

/// Everybody who sits in a class that has not ended, by county.
async fn seated(db: &impl ConnectionTrait) -> Result<BTreeMap<String, Homes>> {
    let classes: Vec<ClassId> = training_class::Entity::find()
        .select_only()
        .column(training_class::Column::Id)
        .filter(training_class::Column::Status.is_in(NOT_ENDED))
        .into_tuple()
        .all(db)
        .await?;
    let mut counties: BTreeMap<String, Homes> = BTreeMap::new();
    for classes in classes.chunks(KEYS) {
        let seats: Vec<(PersonId, String)> = enrolment::Entity::find()
            .select_only()
            .columns([enrolment::Column::PersonId, enrolment::Column::AreaCode])
            .filter(enrolment::Column::ClassId.is_in(classes.iter().copied()))
            .filter(enrolment::Column::Status.is_in(SEATED))
            .into_tuple()
            .all(db)
            .await?;
        for (person, village) in seats {
            let county = village.get(..6).unwrap_or(&village).to_owned();
            settle(counties.entry(county).or_default(), person, village);
        }
    }
    Ok(counties)
}

async fn trained(db: &impl ConnectionTrait, county: &str, year: i32) -> Result<Homes> {
    let rows: Vec<(PersonId, String)> = completion::Entity::find()
        .select_only()
        .columns([completion::Column::PersonId, completion::Column::AreaCode])
        .filter(within(completion::Column::AreaCode, county))
        .filter(completion::Column::Year.eq(year))
        .filter(completion::Column::Qualified.eq(true))
        .into_tuple()
        .all(db)
        .await?;
    let mut homes = Homes::new();
    for (person, village) in rows {
        settle(&mut homes, person, village);
    }
    Ok(homes)
}

/// The villages of today of those of some who are registered and wish to be trained, a village once a person.
async fn willing(db: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<String>> {
    let mut villages = Vec::new();
    for people in people.chunks(KEYS) {
        let some: Vec<String> = person::Entity::find()
            .select_only()
            .column(person::Column::AreaCode)
            .filter(person::Column::Id.is_in(people.iter().copied()))
            .filter(tallies::registered())
            .filter(person::Column::TrainingWish.ne(""))
            .into_tuple()
            .all(db)
            .await?;
        villages.extend(some);
    }
    Ok(villages)
}

async fn count(db: &impl ConnectionTrait, counties: &BTreeSet<String>, year: i32) -> Result<Counted> {
    let mut seated = seated(db).await?;
    let mut counted = Counted::default();
    let mut served: HashSet<PersonId> = HashSet::new();
    let counties: BTreeSet<&String> = counties.iter().chain(seated.keys()).collect();
    let counties: Vec<String> = counties.into_iter().cloned().collect();
    for county in &counties {
        let trained = trained(db, county, year).await?;
        let seated = seated.remove(county).unwrap_or_default();
        counted.add(facet::TRAINED, county, &trained);
        counted.add(facet::IN_TRAINING, county, &seated);
        let new: Vec<PersonId> = trained.keys().chain(seated.keys()).copied().filter(|id| served.insert(*id)).collect();
        for area in willing(db, &new).await?.iter().flat_map(|village| line(village)) {
            *counted.figures.entry((area, facet::WILLING_SERVED)).or_default() += 1;
        }
    }
    Ok(counted)
}

/// The rows of an area and what lies in it, or of the area alone, that do not stand as they were counted.
async fn changes(
    db: &impl ConnectionTrait,
    counted: &Counted,
    areas: sea_orm::Condition,
    is_of: impl Fn(&str) -> bool,
    year: i32,
) -> Result<Vec<sheet_year::Model>> {
    let stands = sheet_year::Entity::find()
        .filter(areas)
        .filter(sheet_year::Column::Year.eq(year))
        .filter(sheet_year::Column::Facet.is_in(FACETS))
        .all(db)
        .await?;
    let mut stands: BTreeMap<(String, String), i64> =
        stands.into_iter().map(|row| ((row.area_code, row.facet), row.n)).collect();
    let mut rows = Vec::new();
    for ((area, facet), n) in counted.figures.iter().filter(|((area, _), _)| is_of(area)) {
        if stands.remove(&(area.clone(), (*facet).to_owned())) != Some(*n) {
            rows.push(sheet_year::Model { area_code: area.clone(), year, facet: (*facet).to_owned(), n: *n });
        }
    }
    let gone = stands.into_iter().filter(|(_, n)| *n != 0);
    rows.extend(gone.map(|((area_code, facet), _)| sheet_year::Model { area_code, year, facet, n: 0 }));
    rows.sort_by(|a, b| (&a.area_code, &a.facet).cmp(&(&b.area_code, &b.facet)));
    Ok(rows)
}

async fn write(db: &impl ConnectionTrait, rows: &[sheet_year::Model]) -> Result<()> {
    for rows in rows.chunks(KEYS) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        let key = [sheet_year::Column::AreaCode, sheet_year::Column::Year, sheet_year::Column::Facet];
        let anew = OnConflict::columns(key).update_column(sheet_year::Column::N).to_owned();
        sheet_year::Entity::insert_many(rows).on_conflict(anew).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Every county that the list ever had.
fn counties(atlas: &Atlas) -> BTreeSet<String> {
    atlas.codes(AreaLevel::County).map(str::to_owned).collect()
}

fn is_above(area: &str) -> bool {
    area.len() == 6 && area.ends_with("00")
}

fn above(counties: &BTreeSet<String>) -> Vec<String> {
    let above: BTreeSet<String> = counties.iter().flat_map(|county| line(county)).filter(|a| is_above(a)).collect();
    above.into_iter().collect()
}

async fn remember(db: &impl ConnectionTrait, at: DateTime<Utc>) -> Result<()> {
    let row = setting::Model { name: COUNTED.to_owned(), value: at.to_rfc3339() };
    let anew = OnConflict::column(setting::Column::Name).update_column(setting::Column::Value).to_owned();
    setting::Entity::insert(row.into_active_model()).on_conflict(anew).exec_without_returning(db).await?;
    Ok(())
}

/// When the figures were counted last.
pub(crate) async fn counted_at(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>> {
    let row = setting::Entity::find_by_id(COUNTED.to_owned()).one(db).await?;
    Ok(row.and_then(|row| row.value.parse().ok()))
}

/// Counts within a transaction of one's own, for loads.
///
/// # Errors
/// Of the database.
pub async fn recount_in(work: &Work, atlas: &Atlas) -> Result<()> {
    let (counties, year) = (counties(atlas), year_of(work.today()));
    let counted = count(work.db(), &counties, year).await?;
    let rows = changes(work.db(), &counted, sea_orm::Condition::all(), |_| true, year).await?;
    write(work.db(), &rows).await?;
    remember(work.db(), work.now).await
}

/// Counts beside those who read and write: rows are written county by county, and only those that changed. Done twice, or
/// by two processes at once, it comes to the same.
///
/// # Errors
/// Of the database.
pub async fn recount(database: &Database, desk: &Desk, clock: &Clock, atlas: &Atlas) -> Result<()> {
    let (db, now) = (database.reader(), clock.now());
    let (counties, year) = (counties(atlas), year_of(clock.today()));
    let counted = count(db, &counties, year).await?;
    let of_figures: BTreeSet<String> =
        counted.figures.keys().filter(|(area, _)| area.len() == 6 && !is_above(area)).map(|(a, _)| a.clone()).collect();
    for county in counties.union(&of_figures) {
        let inside = within(sheet_year::Column::AreaCode, county);
        let rows = changes(db, &counted, inside, |area| area.starts_with(county.as_str()), year).await?;
        if !rows.is_empty() {
            desk.write(async |work| write(work.db(), &rows).await).await?;
        }
    }
    let all: BTreeSet<String> = counties.union(&of_figures).cloned().collect();
    let top = sheet_year::Column::AreaCode.is_in(above(&all));
    let rows = changes(db, &counted, sea_orm::Condition::all().add(top), is_above, year).await?;
    desk.write(async |work| {
        write(work.db(), &rows).await?;
        remember(work.db(), now).await
    })
    .await
}

/// Counts again and again until it is told to stop.
pub(crate) fn keep_counting(database: Database, desk: Desk, clock: Clock, atlas: Arc<Atlas>) -> Counting {
    let (stop, mut stopped) = watch::channel(false);
    let worker = tokio::spawn(async move {
        while !*stopped.borrow() {
            if let Err(e) = turn(&database, &desk, &clock, &atlas).await {
                tracing::error!("the figures of the sheets were not counted: {e}");
            }
            drop(timeout(EVERY, stopped.changed()).await);
        }
    });
    Counting { stop, worker }
}

/// Counts unless another process did so a moment ago.
async fn turn(database: &Database, desk: &Desk, clock: &Clock, atlas: &Atlas) -> Result<()> {
    let pause = TimeDelta::from_std(EVERY / 2).unwrap_or_default();
    match counted_at(database.reader()).await? {
        Some(at) if at <= clock.now() && clock.now() - at < pause => Ok(()),
        Some(_) | None => recount(database, desk, clock, atlas).await,
    }
}

/// A worker that counts.
pub(crate) struct Counting {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Counting {
    /// Returns when the count at hand is through; close it before the desk, to which it writes.
    pub(crate) async fn close(self) {
        self.stop.send_replace(true);
        if self.worker.await.is_err() {
            tracing::error!("the count of the sheets had ended before it was closed");
        }
    }
}
