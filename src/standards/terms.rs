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
use crate::standards::rules::Terms;
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
    let standard = standard_in_force(db, class, SubsidyKind::Training, on).await?;
    terms(db, class, standard.ok_or_else(none)?, on).await
}

fn none() -> Error {
    Error::refused("standard.none")
}

async fn standard_in_force(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    kind: SubsidyKind,
    on: NaiveDate,
) -> Result<Option<subsidy_standard::Model>> {
    let rows = store::in_force(db, &class.area_code, on).await?.into_iter();
    Ok(rows
        .filter(|row| row.kind == kind && row.programme == class.programme)
        .filter(|row| row.occupation.as_ref().is_none_or(|of| *of == class.occupation))
        .filter(|row| row.level.is_none_or(|of| of == class.level))
        .max_by_key(|row| {
            let named = (row.occupation.is_some(), row.level.is_some());
            (prefix(&row.area_code).len(), named, row.payee == SubsidyPayee::Institution, row.valid_from)
        }))
}

async fn terms(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    standard: subsidy_standard::Model,
    on: NaiveDate,
) -> Result<Terms> {
    let minutes = i64::from(class.theory_minutes) + i64::from(class.practice_minutes);
    // More is paid for the training alone.
    let uplifts = if standard.kind == SubsidyKind::Training { uplifts(db, class, on).await? } else { Vec::new() };
    let most = RuleBook::load(db).await?.value(Rule::UpliftPercentMost, &class.area_code, on)?;
    Ok(Terms { uplifts, most, minutes, standard, ceiling: None })
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

/// The terms under which a class was approved, for a kind of subsidy. What was reserved for a seat is the most for its
/// training; whatever else is paid was not foreseen.
///
/// # Errors
/// `standard.none` for a class that was not approved, or where no document gave that on the day on which it was.
pub(crate) async fn terms_of(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    kind: SubsidyKind,
) -> Result<Terms> {
    let (id, on) = class.standard_id.zip(class.approved_on).ok_or_else(none)?;
    if kind != SubsidyKind::Training {
        let standard = standard_in_force(db, class, kind, on).await?.ok_or_else(none)?;
        return terms(db, class, standard, on).await;
    }
    let standard = store::by_id(db, id).await?.ok_or_else(none)?;
    Ok(Terms { ceiling: Some(class.ceiling_fen), ..terms(db, class, standard, on).await? })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use entities::values::{
        AccountId, CertificateKind, ClassId, ClassStatus, CourseId, Fen, OrganisationId, Programme, StandardId,
        StandardStatus, UpliftId,
    };
    use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};

    use super::*;
    use crate::base::Clock;
    use crate::data::{Database, Work};
    use crate::policy::load_defaults;
    use crate::standards::rules::Facts;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn noon(text: &str) -> DateTime<Utc> {
        format!("{text}T04:00:00Z").parse().unwrap()
    }

    fn standard(level: Option<i32>, fen: i64) -> subsidy_standard::Model {
        subsidy_standard::Model {
            id: StandardId::new(),
            programme: Programme::Skill,
            occupation: None,
            level,
            area_code: "360000".into(),
            payee: SubsidyPayee::Institution,
            kind: SubsidyKind::Training,
            fen: Fen(fen),
            per_hour: false,
            cap_fen: None,
            start_percent: 0,
            completion_percent: 100,
            outcome_percent: 0,
            valid_from: day("2016-01-01"),
            valid_to: None,
            document_no: "1".into(),
            status: StandardStatus::InForce,
            proposed_by: None,
            proposed_at: None,
            enacted_by: None,
            enacted_at: None,
            version: 1,
        }
    }

    fn uplift(kind: UpliftKind, percent: i32, area: &str, enacted: Option<&str>) -> standard_uplift::Model {
        standard_uplift::Model {
            id: UpliftId::new(),
            area_code: area.into(),
            kind,
            occupation: None,
            percent,
            certificate: true,
            stackable: false,
            valid_from: day("2016-01-01"),
            valid_to: None,
            document_no: "1".into(),
            status: StandardStatus::InForce,
            proposed_by: None,
            proposed_at: None,
            enacted_by: None,
            enacted_at: enacted.map(noon),
            version: 1,
        }
    }

    fn class(standard: Option<StandardId>, ceiling: Fen) -> training_class::Model {
        training_class::Model {
            id: ClassId::new(),
            number: "1".into(),
            course_id: CourseId::new(),
            course_version: 1,
            theory_minutes: 600,
            practice_minutes: 600,
            organisation_id: OrganisationId::new(),
            assessor_id: None,
            certificate_kind: CertificateKind::SkillLevel,
            area_code: "360923106".into(),
            programme: Programme::Skill,
            occupation: "6-05-01-03".into(),
            level: 5,
            title: "1".into(),
            venue: "1".into(),
            trainer: "1".into(),
            venue_id: None,
            trainer_id: None,
            seats: 50,
            taken: 0,
            starts_on: day("2016-11-14"),
            ends_on: day("2016-11-30"),
            status: ClassStatus::Approved,
            reason: None,
            attendance_percent: 80,
            approved_on: standard.map(|_| day("2016-11-01")),
            standard_id: standard,
            unit_fen: Fen(0),
            ceiling_fen: ceiling,
            pot_id: None,
            created_by: AccountId::new(),
            created_at: noon("2016-10-20"),
            version: 1,
        }
    }

    #[rocket::async_test]
    async fn what_a_class_was_approved_under_is_found_again_whatever_came_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let database =
            Database::open(&format!("sqlite://{}/terms.db?mode=rwc", folder.path().display())).await.unwrap();
        database.migrate().await.unwrap();
        let work = Work::begin(&database, &Clock::System).await.unwrap();
        load_defaults(&work).await.unwrap();
        let db = work.db();
        let (wide, exact) = (standard(None, 100_000), standard(Some(5), 120_000));
        for row in [&wide, &exact] {
            row.clone().into_active_model().insert(db).await.unwrap();
        }
        let poor = uplift(UpliftKind::Poor, 10, "360000", Some("2016-10-01"));
        let near = uplift(UpliftKind::Disabled, 15, "360923", None);
        for row in [&poor, &near, &uplift(UpliftKind::Disabled, 20, "360000", None)] {
            standard_uplift::Entity::insert(row.clone().into_active_model()).exec_without_returning(db).await.unwrap();
        }
        let on = day("2016-11-01");
        let terms = terms_in_force(db, &class(None, Fen(0)), on).await.unwrap();
        assert_eq!((terms.standard.id, terms.base(), terms.ceiling()), (exact.id, Fen(120_000), Fen(138_000)));
        let approved = class(Some(exact.id), terms.ceiling());
        let facts = Facts { poor: true, disabled: false, certificate: true };
        let kind = SubsidyKind::Training;
        let before = terms_of(db, &approved, kind).await.unwrap().entitlement(facts);
        assert_eq!((before.amount, before.uplift), (Fen(132_000), Some(poor.id)));

        // The standard ends and another follows; an uplift ends; a nearer and higher one is put in force and reaches back.
        let ended = subsidy_standard::ActiveModel {
            valid_to: Set(Some(day("2016-12-01"))),
            ..exact.clone().into_active_model()
        };
        ended.update(db).await.unwrap();
        let next = subsidy_standard::Model { valid_from: day("2016-12-01"), ..standard(Some(5), 1) };
        next.into_active_model().insert(db).await.unwrap();
        let over =
            standard_uplift::ActiveModel { valid_to: Set(Some(day("2016-12-01"))), ..poor.clone().into_active_model() };
        over.update(db).await.unwrap();
        let late = uplift(UpliftKind::Poor, 20, "360923", Some("2016-11-20"));
        standard_uplift::Entity::insert(late.into_active_model()).exec_without_returning(db).await.unwrap();
        assert_eq!(terms_of(db, &approved, kind).await.unwrap().entitlement(facts), before);
        assert_eq!(terms_in_force(db, &approved, day("2016-12-02")).await.unwrap().base(), Fen(1));
        let none = terms_of(db, &class(None, Fen(0)), kind).await.unwrap_err();
        assert_eq!(none.code(), "standard.none");

        // Living is given by a standard of its own, is not raised, and was not reserved.
        let none = terms_of(db, &approved, SubsidyKind::Living).await.unwrap_err();
        assert_eq!(none.code(), "standard.none");
        let living = subsidy_standard::Model {
            kind: SubsidyKind::Living,
            payee: SubsidyPayee::Trainee,
            ..standard(None, 200_000)
        };
        living.clone().into_active_model().insert(db).await.unwrap();
        let terms = terms_of(db, &approved, SubsidyKind::Living).await.unwrap();
        assert_eq!((terms.standard.id, terms.entitlement(facts).amount), (living.id, Fen(200_000)));
    }
}
