//! Inputs: results as a program sends them, and the list as a page sends it.

use entities::values::EnrolmentId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::attendance::{Asks, PerPerson};
use crate::base::{Error, FieldError, Result};

/// Results of the final assessment: all of them are saved, or none.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewResults {
    pub results: Vec<NewResult>,
}

/// One attempt of one person.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewResult {
    pub enrolment_id: EnrolmentId,
    pub passed: bool,
    /// 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    pub score: Option<i32>,
    /// Which attempt this is, from 1; where it is said, a repeated command is stale instead of a second attempt.
    pub attempt: Option<i32>,
}

/// A move that needs no word beside it.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseClass {}

/// How a field is called at the door that the results came through.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Naming {
    /// `results[3].score`
    ByIndex,
    /// `score-<enrolment id>`
    ByPerson,
}

impl Naming {
    pub(crate) fn field(self, index: usize, result: &NewResult, field: &'static str) -> String {
        match (self, field) {
            (Self::ByIndex, field) => format!("results[{index}].{field}"),
            (Self::ByPerson, "score") => format!("score-{}", result.enrolment_id),
            (Self::ByPerson, _) => format!("passed-{}", result.enrolment_id),
        }
    }
}

/// The results page: of each person whether passed, the score, and which attempt the page was shown for.
#[derive(Debug)]
pub(crate) struct ResultsAsks;

impl Asks for ResultsAsks {
    const ONCE: &'static [&'static str] = &[];
    const EACH: &'static [&'static str] = &["passed", "score", "attempt"];
}

pub(crate) type ResultsForm = PerPerson<ResultsAsks>;

/// What was entered; whoever has neither is left for later.
///
/// # Errors
/// `Invalid`, a line per field that does not read.
pub(crate) fn entered(form: &ResultsForm) -> Result<Vec<NewResult>> {
    let mut flaws = Vec::new();
    let mut results = Vec::new();
    for (enrolment_id, said) in form.each() {
        let score = said.get("score").map(|text| text.trim().parse::<i32>());
        if matches!(score, Some(Err(_))) {
            flaws.push(FieldError::new(format!("score-{enrolment_id}"), "invalid.number"));
        }
        let passed = match (said.get("passed").map(String::as_str), &score) {
            (Some("true"), _) => true,
            (Some("false"), _) => false,
            (None, None) => continue,
            (None, Some(_)) => {
                flaws.push(FieldError::new(format!("passed-{enrolment_id}"), "invalid.passed_or_not"));
                continue;
            }
            (Some(_), _) => {
                flaws.push(FieldError::new(format!("passed-{enrolment_id}"), "invalid.choice"));
                continue;
            }
        };
        let attempt = said.get("attempt").and_then(|text| text.parse().ok());
        results.push(NewResult { enrolment_id, passed, score: score.and_then(std::result::Result::ok), attempt });
    }
    if flaws.is_empty() { Ok(results) } else { Err(Error::Invalid(flaws)) }
}
