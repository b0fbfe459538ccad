//! The tallies, counted again from the people, and the services of every year from the ledger.
#![expect(clippy::disallowed_methods, reason = "a check looks at every row")]

use std::collections::{BTreeMap, HashSet};

use entities::{service_event, sheet_year, tally, values::ServiceKind};
use rocket::futures::TryStreamExt;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};

use crate::areas::line;
use crate::base::clock::year_of;
use crate::base::{Heads, Result};
use crate::check::{Finding, Report};
use crate::data::Vault;
use crate::people::unseal;
use crate::tallies::{Recount, facet, heads_of};

pub(super) async fn recount(tx: &DatabaseTransaction, vault: Option<&Vault>, report: &mut Report) -> Result<()> {
    report.causes = vault.is_some();
    heads(tx, vault, report).await?;
    services(tx, report).await
}

async fn heads(tx: &DatabaseTransaction, vault: Option<&Vault>, report: &mut Report) -> Result<()> {
    let told = |heads: Heads| if vault.is_some() { heads } else { Recount::open_only(heads) };
    let cause = |row: &entities::person::Model| match vault {
        Some(vault) => Ok(unseal(vault, row)?.main_cause),
        None => Ok(String::new()),
    };
    let mut counted: HashSet<String> = HashSet::new();
    let mut recount = Recount::default();
    while let Some(areas) = recount.next(tx, cause).await? {
        let codes: Vec<String> = areas.keys().cloned().collect();
        let mut stands = heads_of(tx, &codes).await?;
        for (area, again) in areas {
            let here = told(stands.remove(&area).unwrap_or_default());
            report.findings.extend(differs(&area, &here, &told(again)));
            counted.insert(area);
        }
    }
    report.areas = u64::try_from(counted.len()).unwrap_or(u64::MAX);
    let mut rows = tally::Entity::find().stream(tx).await?;
    while let Some(row) = rows.try_next().await? {
        if !counted.contains(&row.area_code) {
            report.findings.extend(differs(&row.area_code, &told(Heads::read(&row.heads)?), &Heads::default()));
        }
    }
    Ok(())
}

fn differs(area: &str, stands: &Heads, again: &Heads) -> Option<Finding> {
    let (what, here, there) = stands.differs(again)?;
    Some(Finding {
        rule: "tally.count",
        row: format!("tally {area}"),
        says: format!("says {here} of {what}, the people make {there}"),
    })
}

type Figure = (String, i32, String);

async fn services(tx: &DatabaseTransaction, report: &mut Report) -> Result<()> {
    let mut counted: BTreeMap<Figure, i64> = BTreeMap::new();
    let rows = service_event::Entity::find()
        .select_only()
        .column(service_event::Column::AreaCode)
        .column(service_event::Column::HeldOn)
        .column(service_event::Column::Kind)
        .into_tuple::<(String, chrono::NaiveDate, ServiceKind)>();
    let mut rows = rows.stream(tx).await?;
    while let Some((area, held_on, kind)) = rows.try_next().await? {
        for area in line(&area) {
            *counted.entry((area, year_of(held_on), facet::service(kind))).or_default() += 1;
        }
    }
    drop(rows);
    let mut rows = sheet_year::Entity::find().filter(sheet_year::Column::Facet.like("service/%")).stream(tx).await?;
    while let Some(row) = rows.try_next().await? {
        let key = (row.area_code, row.year, row.facet);
        let again = counted.remove(&key).unwrap_or_default();
        report.findings.extend((again != row.n).then(|| miscounted(&key, row.n, again)));
    }
    let missing = counted.iter().map(|(key, n)| miscounted(key, 0, *n));
    report.findings.extend(missing);
    Ok(())
}

fn miscounted((area, year, facet): &Figure, stands: i64, counted: i64) -> Finding {
    Finding {
        rule: "sheet_year.count",
        row: format!("sheet_year {area} {year} {facet}"),
        says: format!("says {stands}, the ledger makes {counted}"),
    }
}
