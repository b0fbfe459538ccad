//! Inputs of this feature. A page sends yuan and whole hours, the API fen and minutes.

use entities::{
    course,
    values::{CertificateKind, Fen, Programme},
};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::base::money::{parse_yuan, yuan};
use crate::base::{Error, FieldError, Result};
use crate::web::FormView;

/// What an institution offers to teach.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCourse {
    pub programme: Programme,
    /// Code of the occupation list.
    pub occupation: String,
    /// 5 is junior, 1 is senior technician.
    #[validate(range(min = 1, max = 5))]
    pub level: i32,
    /// What classes of it lead to; a certificate of completion where nothing is said.
    #[serde(default = "completion")]
    pub certificate_kind: CertificateKind,
    #[validate(length(min = 2, max = 60))]
    pub title: String,
    #[validate(range(min = 0, max = 60_000))]
    pub theory_minutes: i32,
    #[validate(range(min = 0, max = 60_000))]
    pub practice_minutes: i32,
    /// For one person; the government pays its own standard, whatever the price.
    pub price_fen: Fen,
    #[validate(length(min = 2, max = 4_000))]
    pub syllabus: String,
    /// Fewest people of a class.
    #[validate(range(min = 1, max = 1_000))]
    pub min_class: i32,
    /// Most people of a class, within the rule of the programme.
    #[validate(range(min = 1, max = 1_000))]
    pub max_class: i32,
    /// True keeps it as a draft; else it is submitted.
    #[serde(default)]
    pub draft: bool,
}

fn completion() -> CertificateKind {
    CertificateKind::Completion
}

/// The same as a page sends it.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct CourseForm {
    pub programme: Programme,
    pub occupation: String,
    pub level: i32,
    pub certificate_kind: Option<CertificateKind>,
    pub title: String,
    pub theory_hours: i32,
    pub practice_hours: i32,
    pub price: String,
    pub syllabus: String,
    pub min_class: i32,
    pub max_class: i32,
    pub draft: Option<bool>,
}

impl CourseForm {
    /// # Errors
    /// `Invalid` for an amount that is none.
    pub(crate) fn read(self) -> Result<NewCourse> {
        let price_fen =
            parse_yuan(&self.price).map_err(|_| Error::Invalid(vec![FieldError::new("price", "invalid.money")]))?;
        Ok(NewCourse {
            programme: self.programme,
            occupation: self.occupation,
            level: self.level,
            certificate_kind: self.certificate_kind.unwrap_or_else(completion),
            title: self.title,
            theory_minutes: self.theory_hours.saturating_mul(60),
            practice_minutes: self.practice_hours.saturating_mul(60),
            price_fen,
            syllabus: self.syllabus,
            min_class: self.min_class,
            max_class: self.max_class,
            draft: self.draft.unwrap_or_default(),
        })
    }
}

/// Fields under the names that the page has for them.
pub(crate) fn as_typed(error: Error) -> Error {
    let Error::Invalid(mut fields) = error else { return error };
    for e in &mut fields {
        if let Some(name) = e.field.strip_suffix("_fen") {
            e.field = name.to_owned().into();
        } else if let Some(name) = e.field.strip_suffix("_minutes") {
            e.field = format!("{name}_hours").into();
        }
    }
    Error::Invalid(fields)
}

/// `10` for 600 minutes, `10.75` for 645.
pub(crate) fn hours(minutes: i32) -> String {
    match (minutes / 60, minutes % 60 * 100 / 60) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{rest:02}"),
    }
}

/// The form filled with a course that stands.
pub(crate) fn filled(course: &course::Model) -> FormView {
    FormView::default()
        .with("programme", course.programme)
        .with("occupation", &course.occupation)
        .with("level", course.level)
        .with("certificate_kind", course.certificate_kind)
        .with("title", &course.title)
        .with("theory_hours", hours(course.theory_minutes))
        .with("practice_hours", hours(course.practice_minutes))
        .with("price", yuan(course.price_fen))
        .with("syllabus", &course.syllabus)
        .with("min_class", course.min_class)
        .with("max_class", course.max_class)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hours_are_shown_whole_where_they_are() {
        assert_eq!((hours(600), hours(645), hours(45)), ("10".to_owned(), "10.75".to_owned(), "0.75".to_owned()));
    }

    #[test]
    fn a_wrong_field_is_told_under_the_name_that_was_typed() {
        let fields = ["price_fen", "theory_minutes", "title"].map(|field| FieldError::new(field, "invalid.range"));
        let Error::Invalid(fields) = as_typed(Error::Invalid(fields.to_vec())) else { panic!("it changed its kind") };
        assert_eq!(fields.iter().map(|e| e.field.as_ref()).collect::<Vec<_>>(), ["price", "theory_hours", "title"]);
    }

    proptest! {
        #[test]
        fn whole_hours_read_back(whole in 0..1_000_i32) {
            prop_assert_eq!(hours(whole * 60).parse::<i32>().unwrap(), whole);
        }
    }
}
