//! The public catalogue: classes that are open, with seats left.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use entities::{training_class, values::ClassId};
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::areas;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::classes::forms::CatalogueFilter;
use crate::classes::store;
use crate::classes::views::OpenClass;
use crate::data::{Fetch, Gather};
use crate::organisations;

const DEFAULT: u64 = 24;
const MOST: u64 = 200;

impl CatalogueFilter {
    /// The day from which on, where one was given.
    pub(crate) fn first_day(&self) -> Result<Option<NaiveDate>> {
        let day = self.from.as_deref().filter(|text| !text.is_empty());
        day.map(|text| text.parse().map_err(|_| Error::invalid("from", "invalid.date"))).transpose()
    }

    fn check(&self) -> Result<()> {
        if self.limit.is_some_and(|limit| !(1..=MOST).contains(&limit)) {
            return Err(Error::invalid("limit", "invalid.range"));
        }
        if self.area.as_deref().is_some_and(|code| !code.is_empty() && areas::level_of(code).is_none()) {
            return Err(Error::invalid("area", "invalid.area"));
        }
        Ok(())
    }

    /// The last row of the page before: its first day and its id.
    fn last_seen(&self) -> Result<Option<(NaiveDate, ClassId)>> {
        let Some(text) = self.after.as_deref() else { return Ok(None) };
        let bad = || Error::invalid("after", "invalid.id");
        let (day, id) = text.split_once('_').ok_or_else(bad)?;
        Ok(Some((day.parse().map_err(|_| bad())?, id.parse().map_err(|_| bad())?)))
    }
}

/// One page of open classes, and how many there are in all.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    pub page: Page<OpenClass>,
    pub count: u64,
}

/// The catalogue of a day, for all who look at the same part of it at the moment in one reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CatalogueLookup;

/// What is looked for, read and checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sought {
    today: NaiveDate,
    filter: CatalogueFilter,
    from: Option<NaiveDate>,
    after: Option<(NaiveDate, ClassId)>,
}

impl Fetch for CatalogueLookup {
    type Key = Sought;
    type Found = Arc<Shelf>;

    async fn fetch(db: &DatabaseConnection, sought: &[Sought]) -> Result<HashMap<Sought, Arc<Shelf>>> {
        let mut found = HashMap::with_capacity(sought.len());
        for sought in sought {
            found.insert(sought.clone(), Arc::new(read(db, sought).await?));
        }
        Ok(found)
    }
}

/// # Errors
/// `Invalid` for conditions that cannot be; `Busy`.
pub(crate) async fn look(
    lookup: &Gather<CatalogueLookup>,
    today: NaiveDate,
    filter: &CatalogueFilter,
) -> Result<Arc<Shelf>> {
    filter.check()?;
    let (from, after) = (filter.first_day()?, filter.last_seen()?);
    let filter = CatalogueFilter { area: filter.area.clone().filter(|code| !code.is_empty()), ..filter.clone() };
    lookup
        .get(Sought { today, filter, from, after })
        .await?
        .ok_or_else(|| Error::internal("the catalogue gave no answer"))
}

async fn read(db: &impl ConnectionTrait, sought: &Sought) -> Result<Shelf> {
    let Sought { today, filter, from, after } = sought;
    let limit = filter.limit.unwrap_or(DEFAULT);
    let rows = store::catalogue(db, *today, filter, *from, *after, limit + 1).await?;
    let Page { items, next } = Page::cut(rows, limit, |row| format!("{}_{}", row.starts_on, row.id));
    let count = store::catalogue_count(db, *today, filter, *from).await?;
    Ok(Shelf { page: Page { items: shown(db, items).await?, next }, count })
}

/// Classes that are applied for in a county and begin after a day, the first ones first.
///
/// # Errors
/// Of the database.
pub(crate) async fn planned(db: &impl ConnectionTrait, county: &str, today: NaiveDate) -> Result<Vec<OpenClass>> {
    shown(db, store::planned(db, county, today, MOST).await?).await
}

async fn shown(db: &impl ConnectionTrait, rows: Vec<training_class::Model>) -> Result<Vec<OpenClass>> {
    let ids: Vec<ClassId> = rows.iter().map(|row| row.id).collect();
    let waiting = store::waiting(db, &ids).await?;
    let names = organisations::names(db, rows.iter().map(|row| row.organisation_id)).await?;
    let shown = rows.into_iter().map(|row| OpenClass {
        id: row.id,
        number: row.number,
        title: row.title,
        programme: row.programme,
        occupation: row.occupation,
        level: row.level,
        area_code: row.area_code,
        venue: row.venue,
        institution: names.get(&row.organisation_id).cloned().unwrap_or_default(),
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        seats: row.seats,
        seats_left: row.seats - row.taken,
        waiting: waiting.get(&row.id).copied().unwrap_or_default(),
    });
    Ok(shown.collect())
}
