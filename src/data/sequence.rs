//! Numbers without gaps, for documents that are counted: a number is taken with the deed that bears it, or not at all.
//!
//! The first deed of a commit that asks for a series takes its row, and with it the right to count on; those who share the
//! commit count on in memory, and the row is brought up to date with the commit.

use std::{collections::BTreeMap, ops::RangeInclusive};

use sea_orm::{ConnectionTrait, Statement};

use crate::base::{Error, Result};
use crate::data::Work;

/// The next number of a series; a new series begins with one.
pub async fn next(work: &Work, name: &str) -> Result<i64> {
    Ok(*next_many(work, name, 1).await?.end())
}

/// The next `n` numbers of a series, for a batch that bears them in its own order.
pub async fn next_many(work: &Work, name: &str, n: u32) -> Result<RangeInclusive<i64>> {
    let n = i64::from(n);
    let counted = work.numbers().count_on(name, n);
    let last = if let Some(last) = counted {
        last
    } else {
        let last = take_row(work, name, n).await?;
        work.numbers().hold(name, last);
        last
    };
    Ok(last - n + 1..=last)
}

/// Nobody else counts on in this series until the commit.
async fn take_row(work: &Work, name: &str, n: i64) -> Result<i64> {
    let taken = Statement::from_sql_and_values(
        work.db().get_database_backend(),
        "INSERT INTO sequence (name, last) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET last = sequence.last + excluded.last RETURNING last",
        [name.into(), n.into()],
    );
    let row = work.db().query_one_raw(taken).await?;
    Ok(row.ok_or_else(|| Error::internal("a series gave no number"))?.try_get("", "last")?)
}

/// The series whose rows this transaction holds.
#[derive(Clone, Debug, Default)]
pub(in crate::data) struct Numbers(BTreeMap<String, Series>);

#[derive(Clone, Copy, Debug)]
struct Series {
    last: i64,
    /// What the row says.
    stored: i64,
}

impl Numbers {
    fn count_on(&mut self, name: &str, n: i64) -> Option<i64> {
        let series = self.0.get_mut(name)?;
        series.last += n;
        Some(series.last)
    }

    fn hold(&mut self, name: &str, last: i64) {
        self.0.insert(name.to_owned(), Series { last, stored: last });
    }

    /// Brings the rows up to date.
    pub(in crate::data) async fn write(&self, db: &impl ConnectionTrait) -> Result<()> {
        for (name, series) in self.0.iter().filter(|(_, series)| series.last != series.stored) {
            let update = Statement::from_sql_and_values(
                db.get_database_backend(),
                "UPDATE sequence SET last = $1 WHERE name = $2",
                [series.last.into(), name.as_str().into()],
            );
            db.execute_raw(update).await?;
        }
        Ok(())
    }
}
