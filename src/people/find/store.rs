//! Where people are found. Codes are found by descending the tallies: the areas that hold such people, level by level, until
//! there are enough of them; only then rows are read, and only of those villages.

use std::str::FromStr;

use entities::{
    person,
    values::{AreaLevel, PersonId, PersonStatus},
};
use sea_orm::{
    ColumnTrait, Condition as All, ConnectionTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::access::Scope;
use crate::areas::{level_of, line, prefix};
use crate::base::paging::Page;
use crate::base::{Error, Heads, Part, Result};
use crate::people::find::coded::Condition;
use crate::people::store::{visible_in, visible_to};
use crate::tallies;

/// People who are read for one page, about. Where conditions meet so rarely that it does not fill, the reader is told to go
/// on from there.
const READ_AT_MOST: i64 = 4_000;
/// How often the tallies are descended for one page.
const DESCENTS: u32 = 6;
/// People of a village or a township, who are read by their area; more are read county by county, by their names.
const SMALL: [AreaLevel; 2] = [AreaLevel::Village, AreaLevel::Township];
const ABOVE_COUNTIES: [AreaLevel; 2] = [AreaLevel::Province, AreaLevel::Prefecture];

/// Where a list goes on: behind that person of that village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    area: String,
    id: PersonId,
}

impl Cursor {
    pub(crate) fn behind(row: &person::Model) -> String {
        Self { area: row.area_code.clone(), id: row.id }.text()
    }

    /// Behind everybody of an area.
    fn behind_all(area: &str) -> Self {
        Self { area: format!("{:9<12}", prefix(area)), id: PersonId(Uuid::max()) }
    }

    fn text(&self) -> String {
        format!("{}.{}", self.area, self.id)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || Error::invalid("after", "invalid.id");
        let (area, id) = text.split_once('.').filter(|(area, _)| level_of(area).is_some()).ok_or_else(bad)?;
        Ok(Self { area: area.to_owned(), id: id.parse().map_err(|_| bad())? })
    }
}

/// Rows behind a place in the list, village by village.
fn behind(query: Select<person::Entity>, after: Option<&Cursor>) -> Select<person::Entity> {
    let query = match after {
        // The first condition gives the index its start, the second cuts the village that was half shown.
        Some(after) => query.filter(person::Column::AreaCode.gte(after.area.as_str())).filter(
            All::any().add(person::Column::AreaCode.gt(after.area.as_str())).add(person::Column::Id.gt(after.id)),
        ),
        None => query,
    };
    query.order_by_asc(person::Column::AreaCode).order_by_asc(person::Column::Id)
}

/// A merged record is told under the one that took it in.
fn unmerged(scope: &Scope) -> Select<person::Entity> {
    visible_to(scope).filter(person::Column::Status.ne(PersonStatus::Merged))
}

/// The same in one area.
fn unmerged_in(scope: &Scope, area: &str) -> Select<person::Entity> {
    visible_in(scope, area).filter(person::Column::Status.ne(PersonStatus::Merged))
}

/// Everybody of an area, village by village.
pub(crate) async fn everybody(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: &str,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page<person::Model>> {
    let rows = unmerged_in(scope, area);
    let rows = behind(rows, after).limit(limit + 1).all(db).await?;
    Ok(Page::cut(rows, limit, Cursor::behind))
}

/// How many at most meet all conditions. Of merged records the state alone is counted.
fn bound(heads: &Heads, conditions: &[Condition]) -> i64 {
    if let Some(merged) = conditions.iter().find(|condition| condition.is_merged()) {
        return heads.of(Part::All, merged.of.field, &merged.code);
    }
    conditions.iter().map(|c| heads.of(Part::All, c.of.field, &c.code)).min().unwrap_or_default()
}

/// A village in which there may be somebody.
struct Village {
    code: String,
    /// All people of it, who are read to find the few.
    people: i64,
}

/// Where to look next.
struct Descent {
    villages: Vec<Village>,
    /// The last area that was considered; none when nothing lies behind it.
    up_to: Option<String>,
}

/// The next villages behind a place that hold about so many people who meet the conditions.
async fn descend(
    db: &impl ConnectionTrait,
    top: &str,
    conditions: &[Condition],
    from: Option<&str>,
    want: i64,
) -> Result<Descent> {
    let village = |code: &str, heads: &Heads| Village { code: code.to_owned(), people: heads.sum(Part::All, "status") };
    if level_of(top) == Some(AreaLevel::Village) {
        let heads = tallies::heads(db, top).await?;
        let holds = from.is_none_or(|from| from <= top) && bound(&heads, conditions) > 0;
        return Ok(Descent { villages: holds.then(|| village(top, &heads)).into_iter().collect(), up_to: None });
    }
    let begins: Vec<String> = from.map(line).unwrap_or_default();
    let mut parents = vec![top.to_owned()];
    let mut up_to = None;
    loop {
        let level = parents.first().and_then(|parent| below(level_of(parent)?));
        let Some(level) = level else { return Ok(Descent { villages: Vec::new(), up_to }) };
        let from = begins.iter().find(|area| level_of(area) == Some(level));
        let found = tallies::below(db, &parents, from.map(String::as_str)).await?;
        let mut chosen: Vec<(&String, &Heads)> = Vec::new();
        let mut sum = 0;
        for (area, heads) in &found {
            if sum >= want {
                up_to = chosen.last().map(|(area, _)| (*area).clone());
                break;
            }
            let n = bound(heads, conditions);
            if n > 0 {
                chosen.push((area, heads));
                // Part of that one was shown already, perhaps all.
                sum += if Some(area) == from { 0 } else { n };
            }
        }
        if level == AreaLevel::Village {
            let villages = chosen.into_iter().map(|(code, heads)| village(code, heads)).collect();
            return Ok(Descent { villages, up_to });
        }
        parents = chosen.into_iter().map(|(area, _)| area.clone()).collect();
    }
}

fn below(level: AreaLevel) -> Option<AreaLevel> {
    match level {
        AreaLevel::Province => Some(AreaLevel::Prefecture),
        AreaLevel::Prefecture => Some(AreaLevel::County),
        AreaLevel::County => Some(AreaLevel::Township),
        AreaLevel::Township => Some(AreaLevel::Village),
        AreaLevel::Village => None,
    }
}

/// Who of an area meets all conditions, village by village. A page may hold fewer than were asked and go on all the same.
pub(crate) async fn by_codes(
    db: &impl ConnectionTrait,
    scope: &Scope,
    top: &str,
    conditions: &[Condition],
    after: Option<Cursor>,
    limit: u64,
) -> Result<Page<person::Model>> {
    let mut rows: Vec<person::Model> = Vec::new();
    let mut place = after;
    let mut left = READ_AT_MOST;
    for descent in 0..DESCENTS {
        let lacking = (limit + 1).saturating_sub(rows.len() as u64);
        let want = i64::try_from(lacking << descent).unwrap_or(i64::MAX);
        let Descent { villages, mut up_to } =
            descend(db, top, conditions, place.as_ref().map(|place| place.area.as_str()), want).await?;
        let mut codes: Vec<String> = Vec::with_capacity(villages.len());
        for village in villages {
            if left <= 0 {
                up_to = codes.last().cloned();
                break;
            }
            left -= village.people;
            codes.push(village.code);
        }
        if !codes.is_empty() {
            let merged = conditions.iter().any(Condition::is_merged);
            let some = if merged { visible_to(scope) } else { unmerged(scope) };
            let some = some.filter(person::Column::AreaCode.is_in(codes));
            let some = conditions.iter().fold(some, |some, condition| some.filter(condition.holds()));
            rows.extend(behind(some, place.as_ref()).limit(lacking).all(db).await?);
        }
        if rows.len() as u64 > limit {
            break;
        }
        place = match up_to {
            Some(area) => Some(Cursor::behind_all(&area)),
            None => return Ok(Page { items: rows, next: None }),
        };
        if left <= 0 {
            break;
        }
    }
    if rows.len() as u64 > limit {
        return Ok(Page::cut(rows, limit, Cursor::behind));
    }
    Ok(Page { items: rows, next: place.map(|place| place.text()) })
}

/// Where names that begin so end: the first text behind them all.
fn after_beginning(beginning: &str) -> Option<String> {
    let kept = beginning.trim_end_matches(char::MAX);
    let last = kept.chars().next_back()?;
    let next = (u32::from(last) + 1..).find_map(char::from_u32)?;
    Some(format!("{}{next}", kept.get(..kept.len() - last.len_utf8())?))
}

fn begins_with(name: &str) -> All {
    let all = All::all().add(person::Column::Name.gte(name));
    match after_beginning(name) {
        Some(end) => all.add(person::Column::Name.lt(end)),
        None => all,
    }
}

/// The counties of an area in which there is anybody, in code order; of what is smaller, the one that it lies in.
async fn counties(db: &impl ConnectionTrait, area: &str) -> Result<Vec<String>> {
    let mut areas = vec![area.to_owned()];
    while areas.first().and_then(|area| level_of(area)).is_some_and(|level| ABOVE_COUNTIES.contains(&level)) {
        areas = tallies::peopled_below(db, &areas).await?;
    }
    Ok(areas.into_iter().map(|area| area.get(..6).unwrap_or_default().to_owned()).collect())
}

/// The county of a row, as the indexes of names and of phones begin.
fn county() -> Expr {
    Expr::cust("substr(area_code, 1, 6)")
}

/// Rows of one county by name, behind one of them.
fn by_name_behind(named: Select<person::Entity>, last: &person::Model) -> Select<person::Entity> {
    let of_same = All::all().add(person::Column::Name.eq(last.name.as_str())).add(
        All::any().add(person::Column::AreaCode.gt(last.area_code.as_str())).add(
            All::all().add(person::Column::AreaCode.eq(last.area_code.as_str())).add(person::Column::Id.gt(last.id)),
        ),
    );
    named
        .filter(person::Column::Name.gte(last.name.as_str()))
        .filter(All::any().add(person::Column::Name.gt(last.name.as_str())).add(of_same))
}

/// Whose name begins so, among those of an area: county by county, there by name; in a village or township as they stand.
pub(crate) async fn by_name(
    db: &impl ConnectionTrait,
    scope: &Scope,
    top: &str,
    name: &str,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Page<person::Model>> {
    let named = unmerged_in(scope, top).filter(begins_with(name));
    if level_of(top).is_some_and(|level| SMALL.contains(&level)) {
        let rows = behind(named, after.as_ref()).limit(limit + 1).all(db).await?;
        return Ok(Page::cut(rows, limit, Cursor::behind));
    }
    let last = match after {
        // The name itself is in no cursor: it is asked of the person.
        Some(after) => {
            let last = visible_to(scope).filter(person::Column::Id.eq(after.id)).one(db).await?;
            Some(last.ok_or_else(|| Error::invalid("after", "invalid.id"))?)
        }
        None => None,
    };
    let begun = last.as_ref().and_then(|last| last.area_code.get(..6)).unwrap_or_default();
    let mut rows: Vec<person::Model> = Vec::new();
    for code in counties(db, top).await?.iter().filter(|code| code.as_str() >= begun) {
        let lacking = (limit + 1).saturating_sub(rows.len() as u64);
        if lacking == 0 {
            break;
        }
        let of_county = named.clone().filter(county().eq(code.as_str()));
        let of_county = match &last {
            Some(last) if code == begun => by_name_behind(of_county, last),
            _ => of_county,
        };
        let some = of_county
            .order_by_asc(person::Column::Name)
            .order_by_asc(person::Column::AreaCode)
            .order_by_asc(person::Column::Id)
            .limit(lacking)
            .all(db)
            .await?;
        rows.extend(some);
    }
    Ok(Page::cut(rows, limit, Cursor::behind))
}

/// The one whose identity number has one of these hashes, or whose record took in the one that has it.
pub(crate) async fn by_id_index(
    db: &impl ConnectionTrait,
    scope: &Scope,
    indexes: &[String],
) -> Result<Vec<person::Model>> {
    // The one that went may have stood elsewhere: only where it leads to is asked of the scope.
    let everywhere = visible_to(&Scope::System);
    let Some(found) = everywhere.filter(person::Column::IdIndex.is_in(indexes)).one(db).await? else {
        return Ok(Vec::new());
    };
    let id = found.merged_into.unwrap_or(found.id);
    Ok(visible_to(scope).filter(person::Column::Id.eq(id)).all(db).await?)
}

/// Those of an area whose phone has one of these hashes; a family often shares one.
pub(crate) async fn by_phone_index(
    db: &impl ConnectionTrait,
    scope: &Scope,
    top: &str,
    indexes: &[String],
    limit: u64,
) -> Result<Vec<person::Model>> {
    Ok(unmerged(scope)
        .filter(county().is_in(counties(db, top).await?))
        .filter(person::Column::PhoneIndex.is_in(indexes))
        .order_by_asc(person::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Some people of an area who are paid on an account, by its hashes: county by county, as it is indexed.
pub(crate) async fn with_account(
    db: &impl ConnectionTrait,
    area: &str,
    indexes: &[String],
    most: u64,
) -> Result<Vec<PersonId>> {
    let found = visible_to(&Scope::System)
        .select_only()
        .column(person::Column::Id)
        .filter(county().is_in(counties(db, area).await?))
        .filter(person::Column::BankIndex.is_in(indexes))
        .filter(person::Column::MergedInto.is_null())
        .limit(most);
    Ok(found.into_tuple().all(db).await?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn behind_everybody_of_an_area_lies_nothing_of_it() {
        for (area, end) in [
            ("360923106206", "360923106206"),
            ("360923106", "360923106999"),
            ("360923", "360923999999"),
            ("360900", "360999999999"),
        ] {
            assert_eq!(Cursor::behind_all(area).area, end);
        }
        let cursor = Cursor::behind_all("360923");
        assert_eq!(cursor.text().parse::<Cursor>().unwrap(), cursor);
        assert!("3609.x".parse::<Cursor>().is_err() && "chen.360923".parse::<Cursor>().is_err());
    }

    proptest! {
        #[test]
        fn a_range_of_names_holds_those_that_begin_so_and_no_other(beginning in "\\PC{1,3}", name in "\\PC{0,4}") {
            let inside = name.as_str() >= beginning.as_str()
                && after_beginning(&beginning).is_none_or(|end| name < end);
            prop_assert_eq!(inside, name.starts_with(&beginning));
            let longer = format!("{beginning}{name}");
            prop_assert!(after_beginning(&beginning).is_none_or(|end| longer < end));
        }
    }
}
