//! How fast a file goes in, and how long it will still take.

use chrono::{DateTime, Utc};
use entities::import_job;

/// How far a file came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: i64,
    pub rows: i64,
    /// Rows a second since it began; none in the first moment.
    pub rate: Option<i64>,
    /// Seconds that are left at this rate.
    pub left: Option<i64>,
}

impl Progress {
    pub(super) fn new(done: i64, rows: i64, millis: i64) -> Self {
        let rate = (done > 0 && millis > 0).then(|| done.saturating_mul(1_000) / millis);
        let left = rate.filter(|rate| *rate > 0).map(|rate| (rows - done).max(0).div_euclid(rate));
        Self { done, rows, rate, left }
    }

    pub(super) fn of(job: &import_job::Model, now: DateTime<Utc>) -> Self {
        let until = job.finished_at.unwrap_or(now);
        let millis = job.started_at.map_or(0, |from| (until - from).num_milliseconds());
        Self::new(job.rows_done, job.rows, millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_tells_how_long_it_will_take() {
        let half = Progress::new(60_000, 1_100_000, 1_000);
        assert_eq!((half.rate, half.left), (Some(60_000), Some(17)));
        assert_eq!(Progress::new(0, 100, 5), Progress { done: 0, rows: 100, rate: None, left: None });
        assert_eq!(Progress::new(100, 100, 500).left, Some(0));
    }
}
