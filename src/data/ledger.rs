//! Notes of a transaction: audit rows, messages and counts. Jobs only add to them; they are written once, at the commit,
//! for all jobs that share it: three statements instead of three per job, and a counter that everybody moves is moved once.

use std::collections::BTreeMap;

use entities::{audit_event, deputy_act, message, progress, values::Programme};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use crate::base::{Error, Result};
use crate::data::bulk;
use crate::data::outbox::{self, Mailing};
use crate::data::tally::{self, Shifts, YearFigure};
use crate::data::transaction::Transaction;

/// Rows per statement: SQLite binds at most 32,766 values.
const CHUNK: usize = 1_000;

/// Where a completion counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    pub year: i32,
    pub programme: Programme,
    pub area_code: String,
}

#[derive(Clone, Copy, Debug, Default)]
struct Delta {
    people: i64,
    person_times: i64,
}

impl Delta {
    /// The table's own check, which a row must pass before it may turn out to be an update.
    fn stands_alone(self) -> bool {
        self.people >= 0 && self.person_times >= self.people
    }
}

#[derive(Debug, Default)]
pub(in crate::data) struct Ledger {
    audits: Vec<audit_event::Model>,
    /// Of them, those that were done in another's place.
    acts: Vec<deputy_act::Model>,
    messages: Vec<message::Model>,
    /// In the order of their keys, so that two processes lock shared counters in the same order.
    counts: BTreeMap<Count, Delta>,
    pub(in crate::data) heads: Shifts,
    figures: BTreeMap<YearFigure, i64>,
}

impl Ledger {
    pub(in crate::data) fn record(&mut self, (row, act): (audit_event::Model, Option<deputy_act::Model>)) {
        self.audits.push(row);
        self.acts.extend(act);
    }

    pub(in crate::data) fn tell(&mut self, row: message::Model) {
        self.messages.push(row);
    }

    pub(in crate::data) fn count(&mut self, at: Count, people: i64, person_times: i64) {
        let delta = self.counts.entry(at).or_default();
        delta.people += people;
        delta.person_times += person_times;
    }

    pub(in crate::data) fn figure(&mut self, at: YearFigure, by: i64) {
        *self.figures.entry(at).or_default() += by;
    }

    pub(in crate::data) fn append(&mut self, other: Self) {
        self.audits.extend(other.audits);
        self.acts.extend(other.acts);
        self.messages.extend(other.messages);
        for (at, delta) in other.counts {
            self.count(at, delta.people, delta.person_times);
        }
        self.heads.append(other.heads);
        for (at, by) in other.figures {
            self.figure(at, by);
        }
    }

    pub(in crate::data) async fn write(self, db: &Transaction, mailing: Mailing) -> Result<()> {
        bulk::insert_into::<audit_event::Entity>(db, self.audits).await?;
        bulk::insert_into::<deputy_act::Entity>(db, self.acts).await?;
        bulk::insert_into::<message::Entity>(db, outbox::address(db, self.messages, mailing).await?).await?;
        let (whole, corrections): (Vec<_>, Vec<_>) = self
            .counts
            .into_iter()
            .filter(|(_, delta)| delta.people != 0 || delta.person_times != 0)
            .partition(|(_, delta)| delta.stands_alone());
        add(db, whole).await?;
        for (at, delta) in corrections {
            correct(db, at, delta).await?;
        }
        self.heads.write(db).await?;
        tally::write_figures(db, self.figures).await
    }
}

async fn add(db: &impl ConnectionTrait, counts: Vec<(Count, Delta)>) -> Result<()> {
    let grown =
        |column: progress::Column| (column, Expr::col((progress::Entity, column)).add(Expr::col(("excluded", column))));
    for counts in counts.chunks(CHUNK) {
        let rows = counts.iter().map(|(at, delta)| {
            progress::Model {
                year: at.year,
                programme: at.programme,
                area_code: at.area_code.clone(),
                people: delta.people,
                person_times: delta.person_times,
            }
            .into_active_model()
        });
        let key = [progress::Column::Year, progress::Column::Programme, progress::Column::AreaCode];
        let upsert = OnConflict::columns(key)
            .values([grown(progress::Column::People), grown(progress::Column::PersonTimes)])
            .to_owned();
        progress::Entity::insert_many(rows).on_conflict(upsert).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Takes back what was counted before, for instance a certificate that was revoked.
async fn correct(db: &impl ConnectionTrait, at: Count, delta: Delta) -> Result<()> {
    let moved = |column: progress::Column, by: i64| Expr::col(column).add(by);
    let done = progress::Entity::update_many()
        .col_expr(progress::Column::People, moved(progress::Column::People, delta.people))
        .col_expr(progress::Column::PersonTimes, moved(progress::Column::PersonTimes, delta.person_times))
        .filter(progress::Column::Year.eq(at.year))
        .filter(progress::Column::Programme.eq(at.programme))
        .filter(progress::Column::AreaCode.eq(at.area_code))
        .exec(db)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::internal("a count was taken back that was never made")) }
}
