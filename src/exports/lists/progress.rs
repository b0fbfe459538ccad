//! 任务与完成: targets of a year and what came of them, for an area and everything below it.

use std::collections::BTreeMap;

use entities::values::Programme;

use super::{Asked, List, Rows};
use crate::base::Result;
use crate::base::rate::Rate;
use crate::exports::columns::{Codes, Column, Of};
use crate::exports::rows;
use crate::targets::ReadTargets;

pub(in crate::exports) struct Progress;

pub(in crate::exports) struct Standing {
    area: String,
    year: i32,
    programme: Programme,
    target: Option<(i64, String)>,
    people: i64,
    person_times: i64,
}

impl Standing {
    fn rate(&self) -> String {
        let target = self.target.as_ref().map_or(0, |(value, _)| *value);
        Rate::new(self.people, target).percent(2).unwrap_or_default()
    }
}

type C = Column<Standing>;

static COLUMNS: [C; 8] = [
    C::new("year", "年度", Of::Number(|s| Some(i64::from(s.year)))),
    C::new("area", "地区", Of::Codes(Codes::Areas, |s| vec![s.area.clone()])),
    C::new("programme", "培训类别", Of::Codes(Codes::Words("programme"), |s| vec![s.programme.as_str().to_owned()])),
    C::new("target", "任务人数", Of::Number(|s| s.target.as_ref().map(|(value, _)| *value))),
    C::new("people", "完成人数", Of::Number(|s| Some(s.people))),
    C::new("person_times", "完成人次", Of::Number(|s| Some(s.person_times))),
    C::new("percent", "完成率（%）", Of::Text(Standing::rate)),
    C::new(
        "document_no",
        "任务文号",
        Of::Text(|s| s.target.as_ref().map(|(_, number)| number.clone()).unwrap_or_default()),
    ),
];

/// Behind an area of a programme.
pub(in crate::exports) type After = (Programme, Option<String>);

impl List for Progress {
    type Right = ReadTargets;
    type Row = Standing;
    type After = After;

    fn columns() -> &'static [C] {
        &COLUMNS
    }

    fn area(row: &Standing) -> &str {
        &row.area
    }

    async fn count(asked: &Asked<'_>) -> Result<i64> {
        const AT_ONCE: u64 = 1_000;
        let (mut count, mut after) = (0, None);
        loop {
            let (rows, next) = Self::page(asked, after, AT_ONCE).await?;
            count += i64::try_from(rows.len()).unwrap_or_default();
            match next {
                Some(next) => after = Some(next),
                None => return Ok(count),
            }
        }
    }

    /// One programme after the other; counters lead, and targets of areas without any stand between them.
    async fn page(asked: &Asked<'_>, after: Option<After>, limit: u64) -> Result<Rows<Self>> {
        let first = || Programme::all().next().map(|programme| (programme, None));
        let Some((programme, behind)) = after.or_else(first) else { return Ok((Vec::new(), None)) };
        let wanted = (asked.area(), asked.year(), programme);
        let counters = rows::page_of_counters(asked.db, asked.scope, wanted, behind.as_deref(), limit).await?;
        let full = u64::try_from(counters.len()).unwrap_or(u64::MAX) >= limit;
        let last = counters.last().map(|row| row.area_code.clone()).filter(|_| full);
        let targets = rows::targets_between(asked.db, asked.scope, wanted, behind.as_deref(), last.as_deref()).await?;
        let mut found: BTreeMap<String, Standing> = BTreeMap::new();
        let blank = |area: &str| Standing {
            area: area.to_owned(),
            year: asked.year(),
            programme,
            target: None,
            people: 0,
            person_times: 0,
        };
        for row in counters {
            let standing = Standing { people: row.people, person_times: row.person_times, ..blank(&row.area_code) };
            found.insert(row.area_code, standing);
        }
        for row in targets {
            found.entry(row.area_code.clone()).or_insert_with(|| blank(&row.area_code)).target =
                Some((row.value, row.document_no));
        }
        let next = match last {
            Some(area) => Some((programme, Some(area))),
            None => Programme::all().find(|other| *other > programme).map(|programme| (programme, None)),
        };
        Ok((found.into_values().collect(), next))
    }
}
