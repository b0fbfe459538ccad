//! Finding people, among those whom the asker may see.

use entities::{person, values::PersonStatus};
use sea_orm::ConnectionTrait;

use crate::access::{Can, Scope};
use crate::areas::contains;
use crate::base::identity::fold;
use crate::base::paging::Page;
use crate::base::{Error, FieldError, Part, Phone, Result};
use crate::data::Vault;
use crate::people::find::coded::Condition;
use crate::people::find::store::{self, Cursor};
use crate::people::forms::{PeopleQuery, Search};
use crate::people::rights::{SeePeople, SeePlight};
use crate::people::rules;
use crate::people::views::{PeopleView, PersonLine};
use crate::tallies;

/// People who share a phone and are shown at once.
const OF_ONE_PHONE: u64 = 50;

/// The part of the asker's area that is asked for; none when it is not theirs.
fn area_of(scope: &Scope, asked: Option<&str>) -> Option<String> {
    let Scope::Area(own) = scope else { return None };
    match asked {
        Some(asked) if contains(own, asked) => Some(asked.to_owned()),
        Some(asked) if contains(asked, own) => Some(own.clone()),
        Some(_) => None,
        None => Some(own.clone()),
    }
}

fn view(by: &Can<SeePeople>, vault: &Vault, page: Page<person::Model>, total: Option<i64>) -> PeopleView {
    let items = page.items.iter().map(|row| PersonLine::of(row, vault, by.actor())).collect();
    PeopleView { items, next: page.next, total }
}

/// A page of the list.
///
/// # Errors
/// `Invalid` for parameters that cannot be read.
pub(crate) async fn list(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    query: &PeopleQuery,
) -> Result<PeopleView> {
    let (paging, conditions) = (query.paging()?, query.conditions()?);
    let after: Option<Cursor> = paging.after()?;
    let (scope, limit) = (by.scope(), paging.limit());
    let Some(area) = area_of(&scope, paging.area.as_deref()) else {
        return Ok(PeopleView { items: Vec::new(), next: None, total: Some(0) });
    };
    let total = count(db, &area, &conditions).await?;
    let page = if conditions.is_empty() {
        store::everybody(db, &scope, &area, after.as_ref(), limit).await?
    } else {
        store::by_codes(db, &scope, &area, &conditions, after, limit).await?
    };
    Ok(view(by, vault, page, total))
}

/// How many there are in an area, where the tallies know: all, or those with one code. Merged records are told only where they
/// are asked for.
async fn count(db: &impl ConnectionTrait, area: &str, conditions: &[Condition]) -> Result<Option<i64>> {
    Ok(match conditions {
        [] => {
            let heads = tallies::heads(db, area).await?;
            let merged = heads.of(Part::All, "status", PersonStatus::Merged.as_str());
            Some(heads.sum(Part::All, "status") - merged)
        }
        [one] => Some(tallies::heads(db, area).await?.of(Part::All, one.of.field, &one.code)),
        [_, _, ..] => None,
    })
}

/// Who has exactly this identity number or phone, or a name that begins so, among those whom the asker may see.
///
/// # Errors
/// `Invalid` unless one of the three is given and can be read; `Forbidden` for a name by who sees none in full.
pub(crate) async fn search(
    by: &Can<SeePeople>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    search: &Search,
) -> Result<PeopleView> {
    let scope = by.scope();
    let invalid = |e: FieldError| Error::Invalid(vec![e]);
    let whole = |rows: Vec<person::Model>| Page { items: rows, next: None };
    let page = match (&search.id_number, &search.phone, &search.name_prefix) {
        (Some(number), None, None) => {
            let number = rules::read_id_number(number, chrono::NaiveDate::MAX).map_err(invalid)?;
            whole(store::by_id_index(db, &scope, &vault.indexes("id", number.as_str())).await?)
        }
        (None, Some(phone), None) => {
            let phone = Phone::parse(&fold(phone)).map_err(invalid)?;
            let indexes = vault.indexes("phone", phone.as_str());
            match area_of(&scope, None) {
                Some(area) => whole(store::by_phone_index(db, &scope, &area, &indexes, OF_ONE_PHONE).await?),
                None => whole(Vec::new()),
            }
        }
        (None, None, Some(name)) => {
            by.actor().prove::<SeePlight>()?;
            named(db, &scope, search, name).await?
        }
        _ => return Err(Error::invalid("id_number", "invalid.search")),
    };
    Ok(view(by, vault, page, None))
}

async fn named(db: &impl ConnectionTrait, scope: &Scope, search: &Search, name: &str) -> Result<Page<person::Model>> {
    let name = fold(name);
    if name.is_empty() || name.chars().count() > 32 {
        return Err(Error::invalid("name_prefix", "invalid.length"));
    }
    let paging = search.paging()?;
    match area_of(scope, paging.area.as_deref()) {
        Some(area) => store::by_name(db, scope, &area, &name, paging.after()?, paging.limit()).await,
        None => Ok(Page { items: Vec::new(), next: None }),
    }
}

/// What was typed into the one box: a number has digits, and which number it is, is told by its length.
pub(crate) fn search_for(typed: &str, after: Option<String>) -> Search {
    let number = fold(typed).replace([' ', '-'], "");
    let search = Search { after, ..Search::default() };
    if !number.chars().any(|c| c.is_ascii_digit()) {
        Search { name_prefix: Some(typed.to_owned()), ..search }
    } else if number.trim_start_matches('+').len() <= 13 {
        Search { phone: Some(number), ..search }
    } else {
        Search { id_number: Some(number), ..search }
    }
}
