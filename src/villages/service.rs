//! Reading sheets and divisions. Nothing is written here.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entities::{
    person,
    values::{AreaLevel, ServiceKind},
};
use sea_orm::ConnectionTrait;

use crate::access::Can;
use crate::areas::{Atlas, level_of, prefix};
use crate::base::clock::year_of;
use crate::base::identity::mask_name;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::data::Vault;
use crate::people::{SeePlight, opened, services_in};
use crate::villages::rights::SeeVillages;
use crate::villages::views::{AreaPathView, AreaView, BelowView, CauseView, KindView, PlaceView, RollLine, SheetView};
use crate::villages::{rules, store};

/// What a sheet is read with.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a, C: ConnectionTrait> {
    pub db: &'a C,
    pub vault: &'a Vault,
    pub atlas: &'a Atlas,
    pub today: NaiveDate,
}

/// The sheet of an area that the reader may see.
///
/// # Errors
/// `NotFound` for a code of no list and for an area that is not the reader's.
pub(crate) async fn sheet<C: ConnectionTrait>(
    by: &Can<SeeVillages>,
    reading: Reading<'_, C>,
    code: &str,
) -> Result<SheetView> {
    let Reading { db, vault, atlas, today } = reading;
    let scope = by.scope();
    let level = atlas.level(code).filter(|_| scope.covers(code)).ok_or(Error::NotFound("area"))?;
    let year = year_of(today);
    let heads = store::heads(db, &scope, code).await?;
    let counted = services_in(db, code, year).await?;
    let services: Vec<KindView> = ServiceKind::all()
        .filter_map(|kind| counted.get(&kind).map(|person_times| KindView { kind, person_times: *person_times }))
        .collect();
    let mut sheet = SheetView {
        area_code: code.to_owned(),
        name: atlas.name(code, today).unwrap_or(code).to_owned(),
        level,
        year,
        people: heads.people,
        person_times: services.iter().map(|service| service.person_times).sum(),
        exits: heads.exits,
        services,
        causes: Vec::new(),
        roll: Vec::new(),
        below: Vec::new(),
    };
    if level == AreaLevel::Village {
        let times = store::times(db, &scope, code, year).await?;
        let trainings = store::trainings(db, &scope, code, year).await?;
        let people = store::people(db, &scope, code).await?;
        let mut opened: Vec<(&person::Model, String)> = people
            .iter()
            .map(|person| (person, opened(vault, person).map(|p| p.main_cause).unwrap_or_default()))
            .collect();
        sheet.causes = rules::by_cause(opened.iter().map(|(_, cause)| cause.as_str()))
            .into_iter()
            .map(|(cause, people)| CauseView { cause, people })
            .collect();
        let sees = by.actor().prove::<SeePlight>().is_ok();
        if sees {
            // For others the order itself would tell the cause.
            opened.sort_by(|(_, a), (_, b)| rules::rank(a).cmp(&rules::rank(b)));
        }
        let line = |(person, cause): (&person::Model, String)| RollLine {
            person_id: person.id,
            name: if sees { person.name.clone() } else { mask_name(&person.name) },
            main_cause: sees.then_some(cause),
            employment_wish: person.employment_wish.clone(),
            trainings: trainings.get(&person.id).cloned().unwrap_or_default(),
            person_times: times.get(&person.id).copied().unwrap_or_default(),
            exited: person.exited_on.is_some(),
        };
        sheet.roll = opened.into_iter().map(line).collect();
    } else {
        sheet.below = below(by, reading, code, level).await?;
    }
    Ok(sheet)
}

/// The areas below with their figures: those of today's list, and codes of people that are in no list any more.
async fn below<C: ConnectionTrait>(
    by: &Can<SeeVillages>,
    reading: Reading<'_, C>,
    code: &str,
    level: AreaLevel,
) -> Result<Vec<BelowView>> {
    let Reading { db, atlas, today, .. } = reading;
    let digits = match level {
        AreaLevel::Province => 4,
        AreaLevel::Prefecture => 6,
        AreaLevel::County => 9,
        AreaLevel::Township | AreaLevel::Village => 12,
    };
    let mut found = store::below(db, &by.scope(), code, digits, year_of(today)).await?;
    let listed: Vec<String> = atlas.children(code, today).into_iter().map(|area| area.code.clone()).collect();
    let known: BTreeSet<String> = listed.iter().map(|code| prefix(code).to_owned()).collect();
    let ended = found.keys().filter(|begins| !known.contains(*begins) && begins.len() == digits);
    let codes: BTreeSet<String> = ended.map(|begins| whole(begins)).chain(listed.iter().cloned()).collect();
    Ok(codes
        .into_iter()
        .map(|code| {
            let (heads, person_times) =
                found.remove(prefix(&code)).unwrap_or((store::Heads { people: 0, exits: 0 }, 0));
            BelowView {
                name: atlas.name(&code, today).unwrap_or(&code).to_owned(),
                area_code: code,
                people: heads.people,
                person_times,
                exits: heads.exits,
            }
        })
        .collect())
}

/// The code of the area whose codes begin so: `3609` is 360900.
fn whole(begins: &str) -> String {
    match begins.len() {
        4 => format!("{begins}00"),
        _ => begins.to_owned(),
    }
}

/// The sheet of a village, for the wall: names masked, and nothing of causes.
///
/// # Errors
/// As of [`sheet`]; `NotFound` for what is no village.
pub(crate) async fn posting<C: ConnectionTrait>(
    by: &Can<SeeVillages>,
    reading: Reading<'_, C>,
    code: &str,
) -> Result<SheetView> {
    if level_of(code) != Some(AreaLevel::Village) {
        return Err(Error::NotFound("area"));
    }
    let mut sheet = sheet(by, reading, code).await?;
    sheet.causes.clear();
    for line in &mut sheet.roll {
        line.main_cause = None;
        let bare = line.name.trim_end_matches('*');
        if bare == line.name {
            line.name = mask_name(&line.name);
        }
    }
    sheet.roll.sort_by_key(|line| line.person_id);
    Ok(sheet)
}

fn day(on: Option<&str>, today: NaiveDate) -> Result<NaiveDate> {
    on.map_or(Ok(today), |on| on.parse().map_err(|_| Error::invalid("on", "invalid.date")))
}

/// The divisions right below one, in the list of a day; without one, the province.
///
/// # Errors
/// `NotFound` for a division that did not stand that day; `Invalid` for what is no day.
pub(crate) fn areas(atlas: &Atlas, parent: Option<&str>, on: Option<&str>, today: NaiveDate) -> Result<Page<AreaView>> {
    const ABOVE_ALL: &str = "000000";
    let on = day(on, today)?;
    if parent.is_some_and(|parent| !atlas.exists(parent, on)) {
        return Err(Error::NotFound("area"));
    }
    let children = atlas.children(parent.unwrap_or(ABOVE_ALL), on);
    Ok(Page { items: children.into_iter().map(|area| AreaView::of(area, atlas)).collect(), next: None })
}

/// One division as it was called on a day.
///
/// # Errors
/// `NotFound` for a code of no list, or one that was still to come; `Invalid` for what is no day.
pub(crate) fn area(atlas: &Atlas, code: &str, on: Option<&str>, today: NaiveDate) -> Result<AreaPathView> {
    let on = day(on, today)?;
    let unknown = || Error::NotFound("area");
    let path = atlas.path_names(code, on).into_iter().map(|(code, name)| PlaceView { code, name: name.to_owned() });
    Ok(AreaPathView {
        code: code.to_owned(),
        name: atlas.name(code, on).ok_or_else(unknown)?.to_owned(),
        level: atlas.level(code).ok_or_else(unknown)?,
        stands: atlas.exists(code, on),
        path: path.collect(),
    })
}
