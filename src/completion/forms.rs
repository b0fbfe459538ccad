//! Inputs: results as a program sends them, the list as a page sends it, a file of results, the body that assesses.

use chrono::NaiveDate;
use entities::values::{AssessmentResult, EnrolmentId, ExemptReason, OrganisationId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::attendance::{Asks, PerPerson};
use crate::base::{Error, FieldError, Result};

/// Results of the final assessment: all of them are saved, or none.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewResults {
    /// The day of the assessment: not before the class ended, not after today, which it is where nothing is said.
    pub assessed_on: Option<NaiveDate>,
    pub results: Vec<NewResult>,
}

/// One attempt of one person.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewResult {
    pub enrolment_id: EnrolmentId,
    pub result: AssessmentResult,
    /// Needed for who is exempt, and for nobody else.
    pub exempt_reason: Option<ExemptReason>,
    /// 0 to 100; who is exempt has none.
    #[schema(minimum = 0, maximum = 100)]
    pub score: Option<i32>,
    /// The number of the paper behind it, at most 60 characters; needed for who is exempt.
    pub paper_ref: Option<String>,
    /// Which attempt this is, from 1; where it is said, a repeated command is stale instead of a second attempt.
    pub attempt: Option<i32>,
}

/// A file of results, as the template of the class has it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewResultFile {
    pub assessed_on: Option<NaiveDate>,
    /// The CSV text: 序号 (`number`), 姓名 (`name`), 证号后四位 (`tail`), 结果 (`result`), 免考原因 (`exempt_reason`), 分数
    /// (`score`), 试卷号 (`paper_ref`).
    pub csv: String,
}

/// The field beside a file on the page.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct ResultFileForm {
    pub assessed_on: Option<String>,
}

/// The body that assesses a class.
#[derive(Clone, Copy, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAssessor {
    pub assessor_id: OrganisationId,
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
    pub(crate) fn field(self, index: usize, enrolment: EnrolmentId, field: &'static str) -> String {
        match (self, field) {
            (Self::ByIndex, field) => format!("results[{index}].{field}"),
            (Self::ByPerson, "score") => format!("score-{enrolment}"),
            (Self::ByPerson, "exempt_reason") => format!("exempt-{enrolment}"),
            (Self::ByPerson, "paper_ref") => format!("paper-{enrolment}"),
            (Self::ByPerson, _) => format!("result-{enrolment}"),
        }
    }
}

/// The results page: the day, and of each person the result, what goes with it, and which attempt the page was shown for.
#[derive(Debug)]
pub(crate) struct ResultsAsks;

impl Asks for ResultsAsks {
    const ONCE: &'static [&'static str] = &["assessed_on"];
    const EACH: &'static [&'static str] = &["result", "exempt", "score", "paper", "attempt"];
}

pub(crate) type ResultsForm = PerPerson<ResultsAsks>;

/// The day of the assessment as a page sends it.
///
/// # Errors
/// `Invalid` for what is no day.
pub(crate) fn day_of(text: Option<&str>) -> Result<Option<NaiveDate>> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map(Some).map_err(|_| Error::invalid("assessed_on", "invalid.date")),
        None => Ok(None),
    }
}

/// What was entered; whoever has nothing is left for later.
///
/// # Errors
/// `Invalid`, a line per field that does not read.
pub(crate) fn entered(form: &ResultsForm) -> Result<Vec<NewResult>> {
    let mut flaws = Vec::new();
    let mut results = Vec::new();
    for (enrolment_id, said) in form.each() {
        let told = |word: &str| said.get(word).map(|text| text.trim()).filter(|text| !text.is_empty());
        let mut flaw = |word: &str, code| flaws.push(FieldError::new(format!("{word}-{enrolment_id}"), code));
        let score = told("score").map(str::parse::<i32>);
        if matches!(score, Some(Err(_))) {
            flaw("score", "invalid.number");
        }
        let exempt_reason = told("exempt").map(str::parse::<ExemptReason>);
        if matches!(exempt_reason, Some(Err(()))) {
            flaw("exempt", "invalid.choice");
        }
        let exempt_reason = exempt_reason.and_then(std::result::Result::ok);
        let paper_ref = told("paper").map(str::to_owned);
        let beside = score.is_some() || exempt_reason.is_some() || paper_ref.is_some();
        let result = match told("result").map(str::parse::<AssessmentResult>) {
            Some(Ok(result)) => result,
            Some(Err(())) => {
                flaw("result", "invalid.choice");
                continue;
            }
            None if beside => {
                flaw("result", "invalid.passed_or_not");
                continue;
            }
            None => continue,
        };
        let attempt = said.get("attempt").and_then(|text| text.parse().ok());
        let score = score.and_then(std::result::Result::ok);
        results.push(NewResult { enrolment_id, result, exempt_reason, score, paper_ref, attempt });
    }
    if flaws.is_empty() { Ok(results) } else { Err(Error::Invalid(flaws)) }
}
