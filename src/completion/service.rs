//! Entering results, and closing a class with everything that follows.

use std::collections::HashMap;

use entities::{
    assessment, completion, enrolment, training_class,
    values::{AssessmentId, ClassId, ClassStatus, EnrolmentId, EnrolmentStatus, Fen},
};
use serde_json::json;

use crate::access::Can;
use crate::areas::Atlas;
use crate::attendance::{self, Minutes};
use crate::base::clock::year_of;
use crate::base::{Error, FieldError, Refusal, Result};
use crate::certificates;
use crate::classes;
use crate::completion::forms::{Naming, NewResult, ResultsForm, entered};
use crate::completion::results::{attempts_allowed, results, tries};
use crate::completion::rights::{CloseClasses, RecordResults};
use crate::completion::rules;
use crate::completion::store;
use crate::data::idempotency::{self, Answer, Keep};
use crate::data::{Audit, Vault, Work};
use crate::enrolments;
use crate::funds;
use crate::targets::{self, Counted};

/// Enters one attempt of each person, all or none.
///
/// # Errors
/// `assessment.class_not_ended` before the end and after the closing; `Invalid` with the field of each result that cannot
/// be; `Stale` for an attempt that stands already; `NotFound` out of sight.
pub(crate) async fn assess(
    by: &Can<RecordResults>,
    work: &Work,
    class: ClassId,
    results: &[NewResult],
    naming: Naming,
) -> Result<()> {
    let class = classes::visible(work.db(), &by.scope(), class).await?;
    if class.status != ClassStatus::Ended {
        return Err(Error::refused("assessment.class_not_ended"));
    }
    if results.is_empty() {
        let list = match naming {
            Naming::ByIndex => "results",
            Naming::ByPerson => "",
        };
        return Err(Error::invalid(list, "invalid.no_results"));
    }
    let seats = enrolments::of_class(work.db(), class.id, &[EnrolmentStatus::Started]).await?;
    let tries = tries(work.db(), class.id).await?;
    let allowed = attempts_allowed(work.db(), &class).await?;
    let mut rows: Vec<assessment::Model> = Vec::with_capacity(results.len());
    let mut flaws = Vec::new();
    for (index, result) in results.iter().enumerate() {
        let before = tries.get(&result.enrolment_id).map_or(&[][..], Vec::as_slice);
        let attempt = i32::try_from(before.len()).unwrap_or(i32::MAX).saturating_add(1);
        let repeated = rows.iter().any(|row| row.enrolment_id == result.enrolment_id);
        let flaw = if !seats.iter().any(|seat| seat.id == result.enrolment_id) {
            Some(("enrolment_id", "invalid.not_started"))
        } else if repeated {
            Some(("enrolment_id", "invalid.repeated"))
        } else if result.attempt.is_some_and(|said| said != attempt) {
            return Err(Error::Stale);
        } else if before.iter().any(|row| row.passed) {
            Some(("passed", "invalid.passed_already"))
        } else if i64::from(attempt) > allowed {
            Some(("passed", "invalid.attempts_used"))
        } else if result.score.is_some_and(|score| !(0..=100).contains(&score)) {
            Some(("score", "invalid.range"))
        } else {
            None
        };
        match flaw {
            Some((field, code)) => flaws.push(FieldError::new(naming.field(index, result, field), code)),
            None => rows.push(assessment::Model {
                id: AssessmentId::new(),
                enrolment_id: result.enrolment_id,
                attempt,
                passed: result.passed,
                score: result.score,
                assessed_on: work.today(),
                recorded_by: by.account,
                created_at: work.now,
            }),
        }
    }
    if !flaws.is_empty() {
        return Err(Error::Invalid(flaws));
    }
    let told: Vec<_> = rows
        .iter()
        .map(|row| json!({ "enrolment": row.enrolment_id, "attempt": row.attempt, "passed": row.passed }))
        .collect();
    work.record(
        Audit::of("assess", "class", class.id)
            .by(by.account, by.role)
            .area(&class.area_code)
            .detail(json!({ "results": told })),
    );
    store::insert_assessments(work.db(), rows).await
}

/// Enters what a page sent.
///
/// # Errors
/// Those of [`assess`], by the names of the page's fields.
pub(crate) async fn assess_list(
    by: &Can<RecordResults>,
    work: &Work,
    class: ClassId,
    form: &ResultsForm,
) -> Result<()> {
    classes::visible(work.db(), &by.scope(), class).await?;
    assess(by, work, class, &entered(form)?, Naming::ByPerson).await
}

/// Closes an ended class: derives what came of everybody who started, counts who qualified, issues the certificates and
/// lets go of the money of seats that nobody qualified on. Returns how many qualified.
///
/// # Errors
/// `move.illegal` for a class that has not ended or is closed already; `class.results_missing` (arg count); what
/// [`attendance::require_settled`] refuses; `NotFound`.
pub(crate) async fn close(by: &Can<CloseClasses>, work: &Work, atlas: &Atlas, class: ClassId) -> Result<usize> {
    let class = classes::visible(work.db(), &by.scope(), class).await?;
    if class.status != ClassStatus::Ended {
        return Err(Error::refused("move.illegal"));
    }
    let seats = enrolments::of_class(work.db(), class.id, &[EnrolmentStatus::Started]).await?;
    let tries = tries(work.db(), class.id).await?;
    let missing = seats.iter().filter(|seat| !tries.contains_key(&seat.id)).count();
    if missing > 0 {
        return Err(Refusal { code: "class.results_missing", args: Vec::new() }.with("count", missing).into());
    }
    attendance::require_settled(work, &class).await?;
    let completions = derive(work, &class, &seats, &tries).await?;
    // First the class: of two who close it at once, the second finds it closed before any number is taken.
    classes::close(by.actor(), work, &class).await?;
    let qualified: Vec<&completion::Model> = completions.iter().filter(|row| row.qualified).collect();
    let failed: Vec<EnrolmentId> =
        completions.iter().filter(|row| !row.qualified).map(|row| row.enrolment_id).collect();
    let passed: Vec<EnrolmentId> = qualified.iter().map(|row| row.enrolment_id).collect();
    let counted: Vec<Counted> = qualified
        .iter()
        .map(|row| Counted {
            person_id: row.person_id,
            programme: row.programme,
            year: row.year,
            area_code: row.area_code.clone(),
        })
        .collect();
    // Before the rows stand: who has one already is counted as a person-time, not as a person.
    targets::count(work, atlas, &counted).await?;
    certificates::issue(work, &class, &qualified).await?;
    let count = qualified.len();
    store::insert_completions(work.db(), completions).await?;
    enrolments::finish(work, &passed, &failed).await?;
    let unused = rules::released(class.unit_fen, class.seats, count);
    if let Some(pot) = class.pot_id
        && unused > Fen(0)
    {
        funds::release(Some(by.actor()), work, pot, class.id, unused, "class_closed").await?;
    }
    Ok(count)
}

/// What came of everybody who started, from marks and results alone.
async fn derive(
    work: &Work,
    class: &training_class::Model,
    seats: &[enrolment::Model],
    tries: &HashMap<EnrolmentId, Vec<assessment::Model>>,
) -> Result<Vec<completion::Model>> {
    let held = attendance::held(work.db(), class.id).await?;
    let totals = attendance::totals(work.db(), class.id).await?;
    let narrow = |minutes: i64| i32::try_from(minutes).map_err(Error::internal);
    seats
        .iter()
        .map(|seat| {
            // Who has no mark at all was never there.
            let minutes = totals.get(&seat.id).copied().unwrap_or(Minutes { credited: 0, held });
            let passed = tries.get(&seat.id).is_some_and(|tries| tries.iter().any(|row| row.passed));
            Ok(completion::Model {
                enrolment_id: seat.id,
                class_id: class.id,
                person_id: seat.person_id,
                programme: class.programme,
                year: year_of(class.ends_on),
                area_code: seat.area_code.clone(),
                credited_minutes: narrow(minutes.credited)?,
                held_minutes: narrow(minutes.held)?,
                passed,
                qualified: rules::qualifies(minutes, class.attendance_percent, passed),
                completed_on: class.ends_on,
            })
        })
        .collect()
}

/// A command with the key under which its first answer is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Command<'a> {
    pub key: Option<&'a str>,
    pub body_hash: &'a str,
}

/// Closes the class for a program and answers how it stands; the same command again gets the first answer.
///
/// # Errors
/// Those of [`close`]; `idempotency.other_body`.
pub(crate) async fn close_once(
    by: &Can<CloseClasses>,
    work: &Work,
    (atlas, vault): (&Atlas, &Vault),
    class: ClassId,
    command: Command<'_>,
) -> Result<Answer> {
    let route = format!("/api/v1/classes/{class}/close");
    if let Some(key) = command.key
        && let Some(first) = idempotency::claim(work, by.account, &route, key, command.body_hash).await?
    {
        return Ok(first);
    }
    close(by, work, atlas, class).await?;
    let view = results(work.db(), vault, &by.prove()?, class).await?.view(by.role);
    let answer = Answer { status: 200, body: serde_json::to_string(&view).map_err(Error::internal)? };
    if let Some(key) = command.key {
        let keep = Keep {
            account: by.account,
            key: key.to_owned(),
            body_hash: command.body_hash.to_owned(),
            answer: answer.clone(),
        };
        idempotency::keep(work, &route, keep).await?;
    }
    Ok(answer)
}
