//! The lists that can be exported. One is a right, a table of columns, and pages of rows: see [`List`].

mod claim_lines;
mod classes;
mod completions;
mod people;
mod progress;
mod roster;
mod services;

use std::future::Future;

use chrono::Datelike;
use entities::values::{ClassId, ClassStatus, ExportList, PersonStatus};
use sea_orm::DatabaseConnection;
use serde::{Deserialize, Serialize};

use crate::access::{Actor, Right, Scope};
use crate::areas::level_of;
use crate::base::{Error, Result};
use crate::data::Vault;
use crate::exports::columns::Column;

pub(super) use claim_lines::ClaimLines;
pub(super) use classes::Classes;
pub(super) use completions::Completions;
pub(super) use people::People;
pub(super) use progress::Progress;
pub(super) use roster::Roster;
pub(super) use services::Services;

/// The years that a list may be of.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// What a list is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Filters {
    /// A division with everything below it.
    pub area: Option<String>,
    pub status: Option<String>,
    pub class: Option<ClassId>,
    pub year: Option<i32>,
}

/// A list as somebody asked for it: what it is narrowed to, and what the asker may see.
pub(super) struct Asked<'a> {
    pub filters: &'a Filters,
    pub scope: &'a Scope,
    pub db: &'a DatabaseConnection,
    pub vault: &'a Vault,
}

impl Asked<'_> {
    fn area(&self) -> Option<&str> {
        self.filters.area.as_deref()
    }

    fn status<S: std::str::FromStr>(&self) -> Option<S> {
        self.filters.status.as_deref().and_then(|word| word.parse().ok())
    }

    fn year(&self) -> i32 {
        self.filters.year.unwrap_or_default()
    }

    /// # Errors
    /// `NotFound`: every list of a class names it.
    fn class(&self) -> Result<ClassId> {
        self.filters.class.ok_or(Error::NotFound("class"))
    }
}

/// So many rows, and the key behind which the list goes on; `None` at its end.
pub(super) type Rows<L> = (Vec<<L as List>::Row>, Option<<L as List>::After>);

/// A list that can be exported.
pub(super) trait List: Send + Sync + 'static {
    /// Without which nobody sees the list at all.
    type Right: Right;
    type Row: Send + Sync + 'static;
    type After: Send + 'static;

    fn columns() -> &'static [Column<Self::Row>];

    /// Where a row lies, for the log.
    fn area(row: &Self::Row) -> &str;

    fn count(asked: &Asked<'_>) -> impl Future<Output = Result<i64>> + Send;

    /// About `limit` rows behind a key.
    fn page(
        asked: &Asked<'_>,
        after: Option<Self::After>,
        limit: u64,
    ) -> impl Future<Output = Result<Rows<Self>>> + Send
    where
        Self: Sized;
}

/// Does the same with whichever list the word names.
macro_rules! with_list {
    ($word:expr, $list:ident => $do:expr) => {
        match $word {
            entities::values::ExportList::People => {
                type $list = $crate::exports::lists::People;
                $do
            }
            entities::values::ExportList::Services => {
                type $list = $crate::exports::lists::Services;
                $do
            }
            entities::values::ExportList::Classes => {
                type $list = $crate::exports::lists::Classes;
                $do
            }
            entities::values::ExportList::Roster => {
                type $list = $crate::exports::lists::Roster;
                $do
            }
            entities::values::ExportList::Completions => {
                type $list = $crate::exports::lists::Completions;
                $do
            }
            entities::values::ExportList::ClaimLines => {
                type $list = $crate::exports::lists::ClaimLines;
                $do
            }
            entities::values::ExportList::Progress => {
                type $list = $crate::exports::lists::Progress;
                $do
            }
        }
    };
}
pub(super) use with_list;

/// Whether somebody may see the list at all.
pub(super) fn is_open_to(list: ExportList, actor: &Actor) -> bool {
    with_list!(list, L => actor.prove::<<L as List>::Right>().is_ok())
}

/// Whether a list is narrowed by a year, by states, by a class.
pub(super) fn takes_year(list: ExportList) -> bool {
    matches!(list, ExportList::Services | ExportList::Completions | ExportList::ClaimLines | ExportList::Progress)
}

/// The states that a list can be narrowed to, and where their words stand.
pub(super) fn states(list: ExportList) -> (&'static str, Vec<&'static str>) {
    match list {
        ExportList::People => ("person_status", PersonStatus::all().map(PersonStatus::as_str).collect()),
        ExportList::Classes => ("class_status", ClassStatus::all().map(ClassStatus::as_str).collect()),
        ExportList::Services
        | ExportList::Roster
        | ExportList::Completions
        | ExportList::ClaimLines
        | ExportList::Progress => ("", Vec::new()),
    }
}

impl Filters {
    /// The filters as the list takes them, with what goes without saying: the asker's own area, this year.
    ///
    /// # Errors
    /// `Invalid` by field for what cannot be read or lies out of sight.
    pub(super) fn settled(mut self, list: ExportList, actor: &Actor, today: chrono::NaiveDate) -> Result<Self> {
        let scope = actor.scope();
        if list == ExportList::Roster {
            self.class.ok_or(Error::invalid("class_id", "invalid.required"))?;
            return Ok(Self { class: self.class, ..Self::default() });
        }
        self.class = None;
        match (&self.area, &scope) {
            (Some(area), _) if level_of(area).is_none() => return Err(Error::invalid("area", "invalid.area")),
            (Some(area), Scope::Area(_)) if !scope.covers(area) => return Err(Error::invalid("area", "invalid.area")),
            (None, Scope::Area(own)) => self.area = Some(own.clone()),
            _ => {}
        }
        match &self.status {
            Some(word) if !states(list).1.contains(&word.as_str()) => {
                return Err(Error::invalid("status", "invalid.choice"));
            }
            _ => {}
        }
        if takes_year(list) {
            let year = self.year.unwrap_or(today.year());
            if !YEARS.contains(&year) {
                return Err(Error::invalid("year", "invalid.range"));
            }
            self.year = Some(year);
        } else {
            self.year = None;
        }
        Ok(self)
    }

    /// Whether the asker still sees what was asked for.
    pub(super) fn is_in_sight(&self, scope: &Scope) -> bool {
        match (&self.area, scope) {
            (Some(area), Scope::Area(_)) => scope.covers(area),
            (_, Scope::Nothing) => false,
            _ => true,
        }
    }
}

/// Whoever has rows by page goes on behind the last one when the page was full.
fn cut<R, K>(rows: Vec<R>, limit: u64, key: impl Fn(&R) -> K) -> (Vec<R>, Option<K>) {
    let full = u64::try_from(rows.len()).unwrap_or(u64::MAX) >= limit;
    let after = if full { rows.last().map(key) } else { None };
    (rows, after)
}
