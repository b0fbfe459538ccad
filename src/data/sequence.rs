//! Numbers without gaps, for documents that are counted: a number is taken with the deed that bears it, or not at all.

use std::ops::RangeInclusive;

use sea_orm::{ConnectionTrait, Statement};

use crate::base::{Error, Result};
use crate::data::Work;

/// The next number of a series; a new series begins with one.
pub async fn next(work: &Work, name: &str) -> Result<i64> {
    Ok(*next_many(work, name, 1).await?.end())
}

/// The next `n` numbers of a series, for a batch that bears them in its own order.
pub async fn next_many(work: &Work, name: &str, n: u32) -> Result<RangeInclusive<i64>> {
    let taken = Statement::from_sql_and_values(
        work.db().get_database_backend(),
        "INSERT INTO sequence (name, last) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET last = sequence.last + excluded.last RETURNING last",
        [name.into(), i64::from(n).into()],
    );
    let row = work.db().query_one_raw(taken).await?;
    let last: i64 = row.ok_or_else(|| Error::internal("a series gave no number"))?.try_get("", "last")?;
    Ok(last - i64::from(n) + 1..=last)
}
