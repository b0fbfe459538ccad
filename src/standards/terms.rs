//! The terms of a class: found on the day on which it is approved, and found again afterwards as they were.

use chrono::NaiveDate;
use entities::{
    standard_uplift, subsidy_standard, training_class,
    values::{SubsidyKind, SubsidyPayee, UpliftKind},
};
use sea_orm::ConnectionTrait;

use crate::areas::prefix;
use crate::base::clock::day_of;
use crate::base::{Error, Result};
use crate::policy::{Rule, RuleBook};
use crate::standards::rules::{Entitlement, Facts, Terms};
use crate::standards::store;

/// The terms for a class on a day: of the standards for training the nearest area decides, then the one that names the
/// occupation, then the one that names the level.
///
/// # Errors
/// `standard.none` where no document covers it.
pub(crate) async fn terms_in_force(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    on: NaiveDate,
) -> Result<Terms> {
    let rows = store::in_force(db, &class.area_code, on).await?;
    let standard = rows
        .into_iter()
        .filter(|row| row.kind == SubsidyKind::Training && row.programme == class.programme)
        .filter(|row| row.occupation.as_ref().is_none_or(|of| *of == class.occupation))
        .filter(|row| row.level.is_none_or(|of| of == class.level))
        .max_by_key(|row| {
            let named = (row.occupation.is_some(), row.level.is_some());
            (prefix(&row.area_code).len(), named, row.payee == SubsidyPayee::Institution, row.valid_from)
        })
        .ok_or_else(|| Error::refused("standard.none"))?;
    terms(db, class, standard, on).await
}

async fn terms(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    standard: subsidy_standard::Model,
    on: NaiveDate,
) -> Result<Terms> {
    Ok(Terms {
        uplifts: uplifts(db, class, on).await?,
        most: RuleBook::load(db).await?.value(Rule::UpliftPercentMost, &class.area_code, on)?,
        minutes: i64::from(class.theory_minutes) + i64::from(class.practice_minutes),
        standard,
        ceiling: None,
    })
}

/// One of each kind at most: that of the nearest area. What was put in force afterwards does not reach back.
async fn uplifts(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    on: NaiveDate,
) -> Result<Vec<standard_uplift::Model>> {
    let rows: Vec<_> = store::uplifts_in_force(db, &class.area_code, on)
        .await?
        .into_iter()
        .filter(|row| row.enacted_at.is_none_or(|at| day_of(at) <= on))
        .filter(|row| row.occupation.as_ref().is_none_or(|of| *of == class.occupation))
        .collect();
    let nearest = |kind: UpliftKind| {
        rows.iter().filter(|row| row.kind == kind).max_by_key(|row| prefix(&row.area_code).len()).cloned()
    };
    Ok(UpliftKind::all().filter_map(nearest).collect())
}

/// The terms under which a class was approved.
///
/// # Errors
/// `standard.none` for a class that was not.
pub(crate) async fn terms_of(db: &impl ConnectionTrait, class: &training_class::Model) -> Result<Terms> {
    let none = || Error::refused("standard.none");
    let (id, on) = class.standard_id.zip(class.approved_on).ok_or_else(none)?;
    let standard = store::by_id(db, id).await?.ok_or_else(none)?;
    Ok(Terms { ceiling: Some(class.ceiling_fen), ..terms(db, class, standard, on).await? })
}

/// What is paid for somebody of a class that was approved.
///
/// # Errors
/// Those of [`terms_of`].
#[expect(dead_code, reason = "claims ask by this what a line comes to")]
pub(crate) async fn entitlement_of(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    facts: Facts,
) -> Result<Entitlement> {
    Ok(terms_of(db, class).await?.entitlement(facts))
}
