//! The trial balance (试算平衡) at a date: what left and what arrived in each account, from the postings alone.

use chrono::{Days, NaiveDate, NaiveTime};
use entities::values::{Fen, PotAccount};
use sea_orm::ConnectionTrait;

use crate::access::Scope;
use crate::base::Result;
use crate::base::clock::instant;
use crate::funds::store::{self, Moved, Sought};

/// One account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub account: PotAccount,
    /// What left it.
    pub debit: Fen,
    /// What arrived in it.
    pub credit: Fen,
    pub postings: i64,
}

impl Row {
    /// What arrived less what left; of the appropriation it is below nothing by what was granted.
    pub(crate) fn balance(&self) -> Fen {
        self.credit - self.debit
    }
}

/// Every account of the pots that are meant, at the end of a day. The sides are equal, and the balances come to nothing.
///
/// # Errors
/// Of the database.
pub(crate) async fn at(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought<'_>,
    on: NaiveDate,
) -> Result<Vec<Row>> {
    let end = instant(on.checked_add_days(Days::new(1)).unwrap_or(on), NaiveTime::MIN);
    Ok(rows(&store::moved(db, scope, sought, end).await?))
}

fn rows(moved: &[Moved]) -> Vec<Row> {
    let row = |account| {
        let of = |side: fn(&Moved) -> PotAccount| moved.iter().filter(move |row| side(row) == account);
        let (left, arrived) = (of(|row| row.debit), of(|row| row.credit));
        Row {
            account,
            debit: left.clone().map(|row| Fen(row.fen)).sum(),
            credit: arrived.clone().map(|row| Fen(row.fen)).sum(),
            postings: left.chain(arrived).map(|row| row.postings).sum(),
        }
    };
    PotAccount::all().map(row).collect()
}
