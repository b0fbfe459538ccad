//! Reading sheets and divisions. Nothing is written here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entities::{
    person,
    values::{AreaLevel, ServiceKind},
};
use sea_orm::ConnectionTrait;

use crate::access::Can;
use crate::areas::{Atlas, level_of};
use crate::base::clock::year_of;
use crate::base::identity::mask_name;
use crate::base::paging::Page;
use crate::base::{Error, Heads, Part, Result};
use crate::data::Vault;
use crate::people::{SeePlight, opened};
use crate::tallies::{self, facet};
use crate::villages::rights::SeeVillages;
use crate::villages::views::{
    AreaPathView, AreaView, BelowView, CauseView, CodeView, KindView, PlaceView, RollLine, SheetView, TrainingView,
};
use crate::villages::{recount, rules, store};

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
    let heads = tallies::heads(db, code).await?;
    let figures = tallies::figures(db, &[code.to_owned()], year).await?.remove(code).unwrap_or_default();
    let services: Vec<KindView> = ServiceKind::all()
        .filter_map(|kind| {
            let person_times = figures.get(&facet::service(kind)).copied().filter(|n| *n > 0)?;
            Some(KindView { kind, person_times })
        })
        .collect();
    let counted = |field| {
        heads.codes(Part::Registered, field).map(|(code, people)| CodeView { code: code.to_owned(), people }).collect()
    };
    let training = training(&heads, &figures);
    let mut sheet = SheetView {
        area_code: code.to_owned(),
        name: atlas.name(code, today).unwrap_or(code).to_owned(),
        level,
        year,
        people: heads.of(Part::Registered, facet::PEOPLE, ""),
        person_times: services.iter().map(|service| service.person_times).sum(),
        exits: heads.of(Part::Registered, facet::EXITS, ""),
        services,
        causes: rules::by_cause(heads.codes(Part::Registered, facet::MAIN_CAUSE))
            .into_iter()
            .map(|(cause, people)| CauseView { cause, people })
            .collect(),
        labour: rules::by_labour(counted(facet::LABOUR_CAPACITY)),
        wishes: rules::by_wish(counted(facet::EMPLOYMENT_WISH)),
        training,
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
        let trained = store::trained(db, &scope, code, year).await?;
        let in_training = store::in_training(db, &scope, code).await?;
        let served = |person: &person::Model| trained.contains(&person.id) || in_training.contains(&person.id);
        let willing = people.iter().filter(|person| !person.training_wish.is_empty());
        sheet.training.unserved = rules::whole(willing.filter(|person| !served(person)).count());
        sheet.training.trained = rules::whole(trained.len());
        sheet.training.in_training = rules::whole(in_training.len());
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
        sheet.below = below(reading, code).await?;
        sheet.training.counted_at = recount::counted_at(db).await?;
    }
    Ok(sheet)
}

/// The figures of training as they were counted last, against the willing of this moment.
fn training(heads: &Heads, figures: &BTreeMap<String, i64>) -> TrainingView {
    let of = |facet: &str| figures.get(facet).copied().unwrap_or_default();
    let willing =
        heads.sum(Part::Registered, facet::TRAINING_WISH) - heads.of(Part::Registered, facet::TRAINING_WISH, "");
    TrainingView {
        trained: of(facet::TRAINED),
        in_training: of(facet::IN_TRAINING),
        willing,
        unserved: (willing - of(facet::WILLING_SERVED)).max(0),
        counted_at: None,
    }
}

/// The areas below with their figures: those of today's list, and codes of people that are in no list any more.
async fn below<C: ConnectionTrait>(reading: Reading<'_, C>, code: &str) -> Result<Vec<BelowView>> {
    let Reading { db, atlas, today, .. } = reading;
    let mut heads = tallies::below(db, &[code.to_owned()], None).await?;
    let listed = atlas.children(code, today).into_iter().map(|area| area.code.clone());
    let codes: BTreeSet<String> = heads.keys().cloned().chain(listed).collect();
    let codes: Vec<String> = codes.into_iter().collect();
    let mut figures = tallies::figures(db, &codes, year_of(today)).await?;
    let line = |code: String| {
        let (heads, figures) = (heads.remove(&code).unwrap_or_default(), figures.remove(&code).unwrap_or_default());
        let TrainingView { trained, unserved, .. } = training(&heads, &figures);
        let times = ServiceKind::all().filter_map(|kind| figures.get(&facet::service(kind)));
        BelowView {
            name: atlas.name(&code, today).unwrap_or(&code).to_owned(),
            people: heads.of(Part::Registered, facet::PEOPLE, ""),
            person_times: times.sum(),
            exits: heads.of(Part::Registered, facet::EXITS, ""),
            trained,
            unserved,
            area_code: code,
        }
    };
    Ok(codes.into_iter().map(line).collect())
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
