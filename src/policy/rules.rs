//! Rules in force: a number by area and date. The nearest area that has a row decides.
#![expect(clippy::disallowed_methods, reason = "rules are public: everybody may know what is decided by")]

use chrono::NaiveDate;
use entities::{
    rule,
    values::{Programme, RuleId},
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::areas::contains;
use crate::base::{Error, Result};
use crate::data::Work;

/// What is decided by a number. The defaults stand in [`Rule::default_value`] with their sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Least attendance of the held minutes, in percent. Korea asks 80; no national figure for China was found.
    AttendancePercent,
    /// Working days between the application for a class and its first session (Guilin).
    ClassLeadDays,
    /// Most seats of a class, by programme: 30 for start-up training (Guilin), 50 for the others (proposal).
    ClassSize(Programme),
    /// Subsidised trainings of one programme that one person may have in a calendar year (Shenzhen).
    QuotaProgramme,
    /// Subsidised trainings of all programmes in a calendar year (Shenzhen).
    QuotaYear,
    /// Seats that classes may hold beyond the headcount of an order, in percent (proposal).
    OverTrainPercent,
    /// Attempts at the final assessment.
    AssessmentAttempts,
    /// Months after the certificate within which a claim may be handed in (Changzhou).
    ClaimMonths,
    /// Training age on the first day of a class.
    AgeFrom,
    AgeTo,
    /// People who may share one phone before the records are looked at; one phone a household is usual (proposal).
    PhoneSharedMost,
}

impl Rule {
    const ALL: [Self; 13] = [
        Self::AttendancePercent,
        Self::ClassLeadDays,
        Self::ClassSize(Programme::Entrepreneurship),
        Self::ClassSize(Programme::Ecommerce),
        Self::ClassSize(Programme::Skill),
        Self::QuotaProgramme,
        Self::QuotaYear,
        Self::OverTrainPercent,
        Self::AssessmentAttempts,
        Self::ClaimMonths,
        Self::AgeFrom,
        Self::AgeTo,
        Self::PhoneSharedMost,
    ];

    /// The name under which it stands in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::AttendancePercent => "attendance_percent",
            Self::ClassLeadDays => "class_lead_days",
            Self::ClassSize(Programme::Entrepreneurship) => "class_size_entrepreneurship",
            Self::ClassSize(Programme::Ecommerce) => "class_size_ecommerce",
            Self::ClassSize(Programme::Skill) => "class_size_skill",
            Self::QuotaProgramme => "quota_programme_year",
            Self::QuotaYear => "quota_year",
            Self::OverTrainPercent => "over_train_percent",
            Self::AssessmentAttempts => "assessment_attempts",
            Self::ClaimMonths => "claim_months",
            Self::AgeFrom => "age_from",
            Self::AgeTo => "age_to",
            Self::PhoneSharedMost => "phone_shared_most",
        }
    }

    /// What a fresh database starts with.
    fn default_value(self) -> i64 {
        match self {
            Self::AttendancePercent => 80,
            Self::ClassSize(Programme::Entrepreneurship) => 30,
            Self::ClassSize(Programme::Ecommerce | Programme::Skill) => 50,
            Self::QuotaProgramme => 1,
            Self::ClassLeadDays | Self::QuotaYear => 3,
            Self::OverTrainPercent => 20,
            Self::AssessmentAttempts => 2,
            Self::ClaimMonths => 12,
            Self::AgeFrom => 16,
            Self::AgeTo => 60,
            Self::PhoneSharedMost => 6,
        }
    }
}

/// All rules, read in one question; they are few.
#[derive(Debug)]
pub struct RuleBook(Vec<rule::Model>);

impl RuleBook {
    /// # Errors
    /// Of the database.
    pub async fn load(db: &impl ConnectionTrait) -> Result<Self> {
        Ok(Self(rule::Entity::find().all(db).await?))
    }

    /// The value in force in an area on a day: of the nearest area above it that has one.
    ///
    /// # Errors
    /// `Internal` when no row covers the day: the defaults were deleted.
    pub fn value(&self, rule: Rule, area: &str, on: NaiveDate) -> Result<i64> {
        self.0
            .iter()
            .filter(|row| row.code == rule.code() && contains(&row.area_code, area))
            .filter(|row| row.valid_from <= on && row.valid_to.is_none_or(|end| on < end))
            .max_by_key(|row| (crate::areas::prefix(&row.area_code).len(), row.valid_from))
            .map(|row| row.value)
            .ok_or_else(|| Error::internal(format!("no rule {} in force", rule.code())))
    }
}

/// Loads the defaults for the whole province of rules that do not stand at all.
///
/// # Errors
/// Of the database.
pub async fn load_defaults(work: &Work) -> Result<()> {
    let standing = rule::Entity::find().all(work.db()).await?;
    let missing: Vec<Rule> =
        Rule::ALL.into_iter().filter(|rule| standing.iter().all(|row| row.code != rule.code())).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let rows = missing.into_iter().map(|rule| {
        rule::Model {
            id: RuleId::new(),
            code: rule.code().to_owned(),
            area_code: "360000".to_owned(),
            valid_from: NaiveDate::from_ymd_opt(2015, 1, 1).unwrap_or_default(),
            valid_to: None,
            value: rule.default_value(),
            document_no: String::new(),
        }
        .into_active_model()
    });
    rule::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(area: &str, from: &str, to: Option<&str>, value: i64) -> rule::Model {
        rule::Model {
            id: RuleId::new(),
            code: Rule::AttendancePercent.code().into(),
            area_code: area.into(),
            valid_from: from.parse().unwrap(),
            valid_to: to.map(|day| day.parse().unwrap()),
            value,
            document_no: String::new(),
        }
    }

    #[test]
    fn the_nearest_area_decides_and_a_rule_ends_before_its_last_day() {
        let book = RuleBook(vec![
            row("360000", "2015-01-01", None, 80),
            row("360900", "2016-01-01", Some("2016-07-01"), 85),
            row("360923", "2016-03-01", Some("2016-04-01"), 90),
        ]);
        let on = |day: &str| book.value(Rule::AttendancePercent, "360923106206", day.parse().unwrap()).unwrap();
        assert_eq!(
            ["2015-12-31", "2016-01-01", "2016-03-01", "2016-04-01", "2016-07-01"].map(on),
            [80, 85, 90, 85, 80]
        );
        assert!(book.value(Rule::AttendancePercent, "360923", "2014-12-31".parse().unwrap()).is_err());
        assert!(book.value(Rule::AgeTo, "360923", "2016-12-31".parse().unwrap()).is_err());
    }
}
