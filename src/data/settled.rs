//! Time as ids hold it: rows of one process ascend by their ids, but of two servers the earlier id may commit later.

use uuid::Uuid;

/// Milliseconds after which no earlier row comes any more, but for a rare one.
const LATE: u128 = 20_000;

/// The bits of an id behind its milliseconds.
const BEHIND: u32 = 80;

/// The id before which rows are settled: who reads in order may go so far.
pub(crate) fn settled() -> Uuid {
    shifted(Uuid::now_v7(), -i64::try_from(LATE).unwrap_or_default())
}

/// The first id of a moment that lies so many milliseconds from that of another id.
pub(crate) fn shifted(id: Uuid, millis: i64) -> Uuid {
    let moment = id.as_u128() >> BEHIND;
    let by = u128::from(millis.unsigned_abs());
    let moved = if millis < 0 { moment.saturating_sub(by) } else { moment.saturating_add(by) };
    Uuid::from_u128(moved.checked_shl(BEHIND).unwrap_or(u128::MAX))
}
