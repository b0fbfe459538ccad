//! Inputs of this feature. A page sends yuan and days as people write them, the API fen and dates.

use chrono::NaiveDate;
use entities::{
    enterprise_order,
    values::{ClassId, EnrolmentId, Fen},
};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::base::money::{parse_yuan, yuan};
use crate::base::{Error, FieldError, Result};
use crate::web::FormView;

/// What an enterprise asks for.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrder {
    /// Code of the occupation list.
    pub occupation: String,
    /// 5 is junior, 1 is senior technician.
    #[validate(range(min = 1, max = 5))]
    pub level: i32,
    #[validate(range(min = 1, max = 10_000))]
    pub headcount: i32,
    /// Lowest monthly wage.
    pub wage_low_fen: Fen,
    pub wage_high_fen: Fen,
    #[validate(length(min = 2, max = 100))]
    pub work_place: String,
    /// Division code of the county, township or village where the work is.
    pub area_code: String,
    /// The day by which the people should start.
    pub start_by: NaiveDate,
    /// So many percent of those who qualify will be hired.
    #[validate(range(min = 0, max = 100))]
    pub hire_commitment_percent: i32,
    /// What they should be able to do.
    #[validate(length(max = 1_000))]
    #[serde(default)]
    pub skills: String,
    /// True keeps it as a draft; else it is placed.
    #[serde(default)]
    pub draft: bool,
}

/// The same as a page sends it.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct OrderForm {
    pub occupation: String,
    pub level: i32,
    pub headcount: i32,
    pub wage_low: String,
    pub wage_high: String,
    pub work_place: String,
    pub area_code: String,
    pub start_by: String,
    pub hire_commitment_percent: i32,
    pub skills: Option<String>,
    pub draft: Option<bool>,
}

impl OrderForm {
    /// # Errors
    /// `Invalid` for amounts that are none and a day that is none.
    pub(crate) fn read(self) -> Result<NewOrder> {
        let mut wrong = Vec::new();
        let mut money = |field: &'static str, text: &str| {
            parse_yuan(text).unwrap_or_else(|_| {
                wrong.push(FieldError::new(field, "invalid.money"));
                Fen(0)
            })
        };
        let (wage_low_fen, wage_high_fen) = (money("wage_low", &self.wage_low), money("wage_high", &self.wage_high));
        let start_by = day("start_by", &self.start_by).map_err(|e| wrong.push(e)).unwrap_or_default();
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        Ok(NewOrder {
            occupation: self.occupation,
            level: self.level,
            headcount: self.headcount,
            wage_low_fen,
            wage_high_fen,
            work_place: self.work_place,
            area_code: self.area_code,
            start_by,
            hire_commitment_percent: self.hire_commitment_percent,
            skills: self.skills.unwrap_or_default(),
            draft: self.draft.unwrap_or_default(),
        })
    }
}

fn day(field: &'static str, text: &str) -> Result<NaiveDate, FieldError> {
    text.parse().map_err(|_| FieldError::new(field, "invalid.date"))
}

/// Fields under the names that the page has for them.
pub(crate) fn as_typed(error: Error) -> Error {
    let Error::Invalid(mut fields) = error else { return error };
    for e in &mut fields {
        if let Some(name) = e.field.strip_suffix("_fen") {
            e.field = name.to_owned().into();
        }
    }
    Error::Invalid(fields)
}

/// The form filled with an order that stands.
pub(crate) fn filled(order: &enterprise_order::Model) -> FormView {
    FormView::default()
        .with("occupation", &order.occupation)
        .with("level", order.level)
        .with("headcount", order.headcount)
        .with("wage_low", yuan(order.wage_low_fen))
        .with("wage_high", yuan(order.wage_high_fen))
        .with("work_place", &order.work_place)
        .with("area_code", &order.area_code)
        .with("start_by", order.start_by)
        .with("hire_commitment_percent", order.hire_commitment_percent)
        .with("skills", &order.skills)
}

/// Seats of a class for an order; sent again for the same class, the last number holds.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLink {
    pub class_id: ClassId,
    pub seats: i32,
}

/// The same as a page sends it: by the number that stands on the class.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct LinkForm {
    pub class_number: String,
    pub seats: i32,
}

/// A person who completed a class of the order and was hired.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewHire {
    pub enrolment_id: EnrolmentId,
    pub hired_on: NaiveDate,
}

#[derive(Clone, Debug, FromForm)]
pub(crate) struct HireForm {
    pub enrolment_id: EnrolmentId,
    pub hired_on: String,
}

impl HireForm {
    /// # Errors
    /// `Invalid` for a day that is none.
    pub(crate) fn read(self) -> Result<NewHire> {
        let hired_on = day("hired_on", &self.hired_on).map_err(|e| Error::Invalid(vec![e]))?;
        Ok(NewHire { enrolment_id: self.enrolment_id, hired_on })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> OrderForm {
        OrderForm {
            occupation: "4-01-06-01".into(),
            level: 5,
            headcount: 20,
            wage_low: "2,600".into(),
            wage_high: "3200.50".into(),
            work_place: "上高县工业园".into(),
            area_code: "360923".into(),
            start_by: "2016-12-31".into(),
            hire_commitment_percent: 80,
            skills: None,
            draft: None,
        }
    }

    #[test]
    fn yuan_become_fen_and_silence_means_placed() {
        let order = form().read().unwrap();
        assert_eq!((order.wage_low_fen, order.wage_high_fen), (Fen(260_000), Fen(320_050)));
        assert!(!order.draft);
    }

    #[test]
    fn everything_that_cannot_be_read_is_told_at_once() {
        let form = OrderForm { wage_low: "2600元".into(), start_by: "明天".into(), ..form() };
        let Err(Error::Invalid(fields)) = form.read() else { panic!("it was read") };
        assert_eq!(fields.iter().map(|e| e.field.as_ref()).collect::<Vec<_>>(), ["wage_low", "start_by"]);
    }
}
