//! Issuing targets, counting completions, reading how far a year has come.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use entities::{
    progress, target,
    values::{Measure, PersonId, Programme, TargetId},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use validator::Validate;

use crate::access::{Can, Scope};
use crate::areas::Atlas;
use crate::base::rate::Rate;
use crate::base::{Error, Result};
use crate::data::{Audit, Count, Work};
use crate::targets::forms::NewTarget;
use crate::targets::rights::IssueTargets;
use crate::targets::{rules, store};

/// People asked for at once: SQLite binds at most 32,766 values.
const CHUNK: usize = 1_000;
/// The years that a target or a page may be about.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// A qualified completion that is to be counted.
#[derive(Clone, Debug)]
pub struct Counted {
    pub person_id: PersonId,
    pub programme: Programme,
    pub year: i32,
    /// The person's home area.
    pub area_code: String,
}

/// Counts completions at every level of the area tree: person-times always, people only where the person did not count
/// yet in that programme and year. Call it before the completion rows are written.
///
/// # Errors
/// `Internal` for an area that no list has: nothing may be trained nowhere.
pub async fn count(work: &Work, atlas: &Atlas, completions: &[Counted]) -> Result<()> {
    let people: BTreeSet<PersonId> = completions.iter().map(|one| one.person_id).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    let mut earlier = Vec::new();
    for people in people.chunks(CHUNK) {
        earlier.extend(store::counted_before(work.db(), people).await?);
    }
    let mut seen = HashSet::new();
    for (person, programme, year, area) in &earlier {
        rules::new_at(&mut seen, (*person, *programme, *year), &atlas.ancestors(area));
    }
    for one in completions {
        let line = atlas.ancestors(&one.area_code);
        if line.is_empty() {
            return Err(Error::internal("a completion lies in no known area"));
        }
        let new = rules::new_at(&mut seen, (one.person_id, one.programme, one.year), &line);
        for (area, new) in line.into_iter().zip(new) {
            let at = Count { year: one.year, programme: one.programme, area_code: area.to_owned() };
            work.count(at, i64::from(new), 1);
        }
    }
    Ok(())
}

/// Two records turn out to be one person's: where both counted, one counts from now on. Call it before the completions move.
///
/// # Errors
/// Of the database.
pub(crate) async fn count_as_one(work: &Work, atlas: &Atlas, from: PersonId, to: PersonId) -> Result<()> {
    let mut counted: HashSet<(PersonId, Programme, i32, String)> = HashSet::new();
    for (person, programme, year, area) in store::counted_before(work.db(), &[from, to]).await? {
        let line = atlas.ancestors(&area).into_iter();
        counted.extend(line.map(|above| (person, programme, year, above.to_owned())));
    }
    for (_, programme, year, area_code) in counted.iter().filter(|(person, ..)| *person == from) {
        if counted.contains(&(to, *programme, *year, area_code.clone())) {
            let at = Count { year: *year, programme: *programme, area_code: area_code.clone() };
            work.count(at, -1, 0);
        }
    }
    Ok(())
}

/// How far one programme has come in one area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub programme: Programme,
    /// Distinct people.
    pub people: i64,
    /// Qualified completions.
    pub person_times: i64,
    /// People to be reached; `None` where no target was issued.
    pub target: Option<i64>,
}

impl Standing {
    pub(crate) fn rate(self) -> Rate {
        Rate::new(self.people, self.target.unwrap_or_default())
    }

    fn is_blank(self) -> bool {
        self.target.is_none() && self.person_times == 0
    }
}

/// A year in an area and in what lies directly below it.
#[derive(Clone, Debug)]
pub(crate) struct Board {
    pub area: String,
    pub year: i32,
    /// The day whose list of areas is shown: today, or the last day of another year.
    pub on: NaiveDate,
    /// Every programme that has a target or a count.
    pub totals: Vec<Standing>,
    /// In code order.
    pub children: Vec<(String, Vec<Standing>)>,
    decimals: HashMap<Programme, u32>,
}

impl Board {
    /// Decimals with which rates of the programme are shown.
    pub(crate) fn decimals(&self, programme: Programme) -> u32 {
        self.decimals.get(&programme).copied().unwrap_or(2)
    }

    /// The programme at the area itself, blank where it has neither a target nor a count.
    pub(crate) fn total(&self, programme: Programme) -> Standing {
        standing(&self.totals, programme)
    }

    /// The programmes that have anything to show, here or below.
    pub(crate) fn programmes(&self) -> Vec<Programme> {
        let below = self.children.iter().flat_map(|(_, standings)| standings);
        let shown: HashSet<Programme> = self.totals.iter().chain(below).map(|one| one.programme).collect();
        Programme::all().filter(|programme| shown.contains(programme)).collect()
    }
}

pub(super) fn standing(standings: &[Standing], programme: Programme) -> Standing {
    let blank = Standing { programme, people: 0, person_times: 0, target: None };
    standings.iter().find(|one| one.programme == programme).copied().unwrap_or(blank)
}

/// The last day of the year, or today while the year runs.
fn day_shown(year: i32, today: NaiveDate) -> NaiveDate {
    if year == today.year() { today } else { NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(today) }
}

fn check_year(year: i32) -> Result<()> {
    if YEARS.contains(&year) { Ok(()) } else { Err(Error::invalid("year", "invalid.range")) }
}

/// How far the year has come in an area and directly below it: a fixed number of rows, each read by its key.
///
/// # Errors
/// `NotFound` for an area out of sight; `Invalid` for a year of another century.
pub(crate) async fn board(
    db: &impl ConnectionTrait,
    scope: &Scope,
    atlas: &Atlas,
    today: NaiveDate,
    (area, year): (&str, i32),
) -> Result<Board> {
    check_year(year)?;
    if !scope.covers(area) || atlas.level(area).is_none() {
        return Err(Error::NotFound("area"));
    }
    let on = day_shown(year, today);
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(on);
    // Whoever stood at either end of the year has counted in it.
    let below: BTreeSet<String> =
        [first, on].into_iter().flat_map(|day| atlas.children(area, day)).map(|child| child.code.clone()).collect();
    let mut codes: Vec<String> = below.into_iter().collect();
    codes.push(area.to_owned());
    let counters = store::counters(db, scope, year, &codes).await?;
    let targets = store::in_force(db, scope, year, &codes).await?;
    codes.pop();
    Ok(Board {
        totals: standings(&counters, &targets, area),
        children: codes.into_iter().map(|code| (code.clone(), standings(&counters, &targets, &code))).collect(),
        decimals: store::decimals(db).await?,
        area: area.to_owned(),
        year,
        on,
    })
}

fn standings(counters: &[progress::Model], targets: &[target::Model], area: &str) -> Vec<Standing> {
    Programme::all()
        .map(|programme| {
            let counter = counters.iter().find(|row| row.programme == programme && row.area_code == area);
            let target = targets.iter().find(|row| row.programme == programme && row.area_code == area);
            Standing {
                programme,
                people: counter.map_or(0, |row| row.people),
                person_times: counter.map_or(0, |row| row.person_times),
                target: target.map(|row| row.value),
            }
        })
        .filter(|one| !one.is_blank())
        .collect()
}

/// Issues a target, or revises the one in force, which is kept.
///
/// # Errors
/// `Invalid` for an area out of sight or a revision without its reason; `Stale` when the target to be revised is no longer
/// the one in force.
pub(crate) async fn issue(
    by: &Can<IssueTargets>,
    work: &Work,
    atlas: &Atlas,
    new: &NewTarget,
) -> Result<target::Model> {
    new.validate()?;
    if new.document_no.trim().is_empty() {
        return Err(Error::invalid("document_no", "invalid.required"));
    }
    let scope = by.scope();
    if !scope.covers(&new.area_code) || !atlas.exists(&new.area_code, day_shown(new.year, work.today())) {
        return Err(Error::invalid("area_code", "invalid.area"));
    }
    let codes = [new.area_code.clone()];
    let old = store::in_force(work.db(), &scope, new.year, &codes).await?;
    let old = old.into_iter().find(|row| row.programme == new.programme);
    if new.supersedes.is_some() && new.supersedes != old.as_ref().map(|row| row.id) {
        return Err(Error::Stale);
    }
    if let Some(old) = &old {
        if new.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
            return Err(Error::invalid("reason", "invalid.required"));
        }
        if !store::supersede(work.db(), old.id, work.now).await? {
            return Err(Error::Stale);
        }
    }
    let row = target::Model {
        id: TargetId::new(),
        year: new.year,
        area_code: new.area_code.clone(),
        programme: new.programme,
        measure: Measure::People,
        value: new.value,
        document_no: new.document_no.trim().to_owned(),
        reason: new.reason.as_deref().map(|reason| reason.trim().to_owned()),
        issued_by: Some(by.account),
        issued_at: work.now,
        superseded_at: None,
    };
    target::Entity::insert(active(row.clone())).exec_without_returning(work.db()).await?;
    let action = if old.is_none() { "issue" } else { "revise" };
    let detail = serde_json::json!({
        "year": row.year, "programme": row.programme, "value": row.value, "document_no": row.document_no,
        "revises": old.map(|old| old.id),
    });

    work.record(Audit::of(action, "target", row.id).by(by).area(&row.area_code).detail(detail));
    Ok(row)
}

fn active(row: target::Model) -> target::ActiveModel {
    target::ActiveModel {
        id: Set(row.id),
        year: Set(row.year),
        area_code: Set(row.area_code),
        programme: Set(row.programme),
        measure: Set(row.measure),
        value: Set(row.value),
        document_no: Set(row.document_no),
        reason: Set(row.reason),
        issued_by: Set(row.issued_by),
        issued_at: Set(row.issued_at),
        superseded_at: Set(row.superseded_at),
    }
}

/// Every target that an area was given in a year.
///
/// # Errors
/// `NotFound` for an area out of sight; `Invalid` for a year of another century.
pub(crate) async fn history(
    db: &impl ConnectionTrait,
    by: &Can<IssueTargets>,
    atlas: &Atlas,
    area: &str,
    year: i32,
) -> Result<Vec<target::Model>> {
    check_year(year)?;
    if !by.scope().covers(area) || atlas.level(area).is_none() {
        return Err(Error::NotFound("area"));
    }
    store::history(db, &by.scope(), area, year).await
}
