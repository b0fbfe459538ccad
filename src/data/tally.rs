//! Writing counters by area: the differences of all who share a commit, once a row and in the order of the areas, so that
//! two processes never wait for one another in a circle.
#![expect(clippy::disallowed_methods, reason = "a counter is read to be moved, and belongs to nobody")]

use std::collections::BTreeMap;

use entities::{sheet_year, tally};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, OnConflict},
};

use crate::base::{Error, Heads, Result};

/// Rows per statement: SQLite binds at most 32,766 values.
const CHUNK: usize = 1_000;

/// Where a figure of a year counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearFigure {
    pub area_code: String,
    pub year: i32,
    pub facet: String,
}

/// What happened to the heads of one place, and the line of areas that it stands in, the place itself first.
#[derive(Debug, Default)]
pub(in crate::data) struct Shift {
    line: Vec<String>,
    heads: Heads,
}

/// Differences of heads by place.
#[derive(Debug, Default)]
pub(in crate::data) struct Shifts(BTreeMap<String, Shift>);

impl Shifts {
    pub(in crate::data) fn at(&mut self, place: &str, line: impl FnOnce() -> Vec<String>) -> &mut Heads {
        if !self.0.contains_key(place) {
            self.0.insert(place.to_owned(), Shift { line: line(), heads: Heads::default() });
        }
        &mut self.0.entry(place.to_owned()).or_default().heads
    }

    pub(in crate::data) fn append(&mut self, other: Self) {
        for (place, shift) in other.0 {
            self.at(&place, || shift.line).take_in(shift.heads);
        }
    }

    /// Every area of the lines with its parent and its difference.
    fn by_area(self) -> BTreeMap<String, (String, Heads)> {
        let mut done: BTreeMap<String, (String, Heads)> = BTreeMap::new();
        // Level by level: what many villages have in common is added up in their township before it goes on.
        let mut below: BTreeMap<String, Shift> = self.0;
        while !below.is_empty() {
            let mut above: BTreeMap<String, Shift> = BTreeMap::new();
            for (area, Shift { mut line, heads }) in below {
                if !line.is_empty() {
                    line.remove(0);
                }
                if let Some(parent) = line.first() {
                    above
                        .entry(parent.clone())
                        .or_insert_with(|| Shift { line: line.clone(), ..Shift::default() })
                        .heads
                        .add(&heads);
                }
                let parent = line.into_iter().next().unwrap_or_default();
                done.entry(area).or_insert_with(|| (parent, Heads::default())).1.take_in(heads);
            }
            below = above;
        }
        done.retain(|_, (_, heads)| !heads.is_nothing());
        done
    }

    pub(in crate::data) async fn write(self, db: &impl ConnectionTrait) -> Result<()> {
        let mut areas = self.by_area();
        let codes: Vec<String> = areas.keys().cloned().collect();
        if db.get_database_backend() == DbBackend::Postgres {
            // What is not there cannot be locked: two who count the first people of a village must see each other.
            for codes in codes.chunks(CHUNK) {
                let empty = codes.iter().filter_map(|code| {
                    let (parent, _) = areas.get(code)?;
                    let row =
                        tally::Model { area_code: code.clone(), parent_code: parent.clone(), heads: "{}".to_owned() };
                    Some(row.into_active_model())
                });
                let new = OnConflict::column(tally::Column::AreaCode).do_nothing().to_owned();
                tally::Entity::insert_many(empty).on_conflict(new).exec_without_returning(db).await?;
            }
        }
        for codes in codes.chunks(CHUNK) {
            let stands = tally::Entity::find()
                .filter(tally::Column::AreaCode.is_in(codes))
                .order_by_asc(tally::Column::AreaCode)
                .lock_exclusive()
                .all(db)
                .await?;
            for row in stands {
                if let Some((_, heads)) = areas.get_mut(&row.area_code) {
                    heads.add(&Heads::read(&row.heads)?);
                }
            }
        }
        let mut rows = Vec::with_capacity(areas.len());
        for (area_code, (parent_code, heads)) in areas {
            rows.push(tally::Model { area_code, parent_code, heads: heads.keep()? });
        }
        write_heads(db, rows).await
    }
}

/// Rows as they are now.
pub(crate) async fn write_heads(db: &impl ConnectionTrait, rows: Vec<tally::Model>) -> Result<()> {
    for rows in rows.chunks(CHUNK) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        let moved = OnConflict::column(tally::Column::AreaCode).update_column(tally::Column::Heads).to_owned();
        tally::Entity::insert_many(rows).on_conflict(moved).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Adds to figures of the year, and takes away from them.
pub(in crate::data) async fn write_figures(
    db: &impl ConnectionTrait,
    figures: BTreeMap<YearFigure, i64>,
) -> Result<()> {
    let (more, fewer): (Vec<_>, Vec<_>) = figures.into_iter().filter(|(_, n)| *n != 0).partition(|(_, n)| *n > 0);
    let n = sheet_year::Column::N;
    for more in more.chunks(CHUNK) {
        let rows = more.iter().cloned().map(|(at, n)| {
            sheet_year::Model { area_code: at.area_code, year: at.year, facet: at.facet, n }.into_active_model()
        });
        let key = [sheet_year::Column::AreaCode, sheet_year::Column::Year, sheet_year::Column::Facet];
        let grown = Expr::col((sheet_year::Entity, n)).add(Expr::col(("excluded", n)));
        let upsert = OnConflict::columns(key).value(n, grown).to_owned();
        sheet_year::Entity::insert_many(rows).on_conflict(upsert).exec_without_returning(db).await?;
    }
    for (at, by) in fewer {
        let done = sheet_year::Entity::update_many()
            .col_expr(n, Expr::col(n).add(by))
            .filter(sheet_year::Column::AreaCode.eq(at.area_code))
            .filter(sheet_year::Column::Year.eq(at.year))
            .filter(sheet_year::Column::Facet.eq(at.facet))
            .exec(db)
            .await?;
        if done.rows_affected != 1 {
            return Err(Error::internal("a figure was taken back that was never counted"));
        }
    }
    Ok(())
}
