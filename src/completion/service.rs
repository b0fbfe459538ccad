//! Entering results, and closing a class with everything that follows.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entities::{
    assessment, completion, enrolment, training_class,
    values::{AssessmentId, ClassId, ClassStatus, EnrolmentId, EnrolmentStatus, OrganisationId},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::Can;
use crate::areas::Atlas;
use crate::attendance::{self, Minutes};
use crate::base::clock::year_of;
use crate::base::{Error, FieldError, Refusal, Result};
use crate::certificates;
use crate::classes;
use crate::completion::assessors;
use crate::completion::forms::{Naming, NewResult, NewResults, ResultsForm, day_of, entered};
use crate::completion::results::{attempts_allowed, results, tries};
use crate::completion::rights::{CloseClasses, RecordResults};
use crate::completion::rules;
use crate::completion::store;
use crate::data::idempotency::{self, Answer, Keep};
use crate::data::{Audit, Vault, Work, changing};
use crate::enrolments;
use crate::funds;
use crate::targets::{self, Counted};

/// What results of a class are judged by.
pub(super) struct Board {
    pub class: training_class::Model,
    /// The body that assesses it, for which the caller acts.
    assessor: OrganisationId,
    seats: HashSet<EnrolmentId>,
    tries: HashMap<EnrolmentId, Vec<assessment::Model>>,
    allowed: i64,
}

/// Why a result is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The field, and what is wrong with it.
    Flaw(&'static str, &'static str),
    /// The attempt that it says stands already.
    Stale,
}

impl Board {
    /// A class that was given to the caller's body, and whose results may be entered now.
    ///
    /// # Errors
    /// `NotFound` out of sight; `assessment.class_not_ended` before the end and after the closing; `organisation.suspended`;
    /// `assessor.tied` where school and body have come into one hand since.
    pub(super) async fn of(by: &Can<RecordResults>, db: &impl ConnectionTrait, class: ClassId) -> Result<Self> {
        let class = classes::visible(db, &by.scope(), class).await?;
        if class.status != ClassStatus::Ended {
            return Err(Error::refused("assessment.class_not_ended"));
        }
        let assessor = class.assessor_id.ok_or(Error::NotFound("class"))?;
        assessors::require_apart(db, class.organisation_id, assessor).await?;
        let seats = enrolments::of_class(db, class.id, &[EnrolmentStatus::Started]).await?;
        Ok(Self {
            assessor,
            seats: seats.into_iter().map(|seat| seat.id).collect(),
            tries: tries(db, class.id).await?,
            allowed: attempts_allowed(db, &class).await?,
            class,
        })
    }

    fn before(&self, seat: EnrolmentId) -> &[assessment::Model] {
        self.tries.get(&seat).map_or(&[][..], Vec::as_slice)
    }

    /// Why a result cannot be, if it cannot; `earlier` are the people of the same list before it.
    pub(super) fn refusal(&self, new: &NewResult, earlier: &HashSet<EnrolmentId>) -> Option<Refused> {
        let before = self.before(new.enrolment_id);
        if !self.seats.contains(&new.enrolment_id) {
            return Some(Refused::Flaw("enrolment_id", "invalid.not_started"));
        }
        if earlier.contains(&new.enrolment_id) {
            return Some(Refused::Flaw("enrolment_id", "invalid.repeated"));
        }
        if new.attempt.is_some_and(|said| said != next_attempt(before)) {
            return Some(Refused::Stale);
        }
        rules::flaw(new, before, self.allowed).map(|(field, code)| Refused::Flaw(field, code))
    }

    /// The day of the assessment, today where nothing is said.
    ///
    /// # Errors
    /// `Invalid` for one before the end of the class or after today.
    pub(super) fn day(&self, said: Option<NaiveDate>, today: NaiveDate) -> Result<NaiveDate> {
        let on = said.unwrap_or(today);
        match rules::day_flaw(on, self.class.ends_on, today) {
            Some(code) => Err(Error::invalid("assessed_on", code)),
            None => Ok(on),
        }
    }

    /// Writes results that were judged.
    pub(super) async fn enter(
        &self,
        by: &Can<RecordResults>,
        work: &Work,
        results: &[NewResult],
        on: NaiveDate,
    ) -> Result<()> {
        // Who names another body at the same moment finds the class changed.
        changing::change(work, &self.class, []).await?;
        let row = |new: &NewResult| assessment::Model {
            id: AssessmentId::new(),
            enrolment_id: new.enrolment_id,
            attempt: next_attempt(self.before(new.enrolment_id)),
            result: new.result,
            exempt_reason: new.exempt_reason,
            score: new.score,
            paper_ref: new.paper_ref.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned),
            assessor_id: Some(self.assessor),
            assessed_on: on,
            recorded_by: by.account,
            created_at: work.now,
        };
        let rows: Vec<assessment::Model> = results.iter().map(row).collect();
        let told: Vec<_> = rows
            .iter()
            .map(|row| json!({ "enrolment": row.enrolment_id, "attempt": row.attempt, "result": row.result }))
            .collect();
        work.record(
            Audit::of("assess", "class", self.class.id)
                .by(by)
                .area(&self.class.area_code)
                .detail(json!({ "results": told, "assessed_on": on })),
        );
        store::insert_assessments(work.db(), rows).await
    }
}

fn next_attempt(before: &[assessment::Model]) -> i32 {
    i32::try_from(before.len()).unwrap_or(i32::MAX).saturating_add(1)
}

/// Enters one attempt of each person, all or none.
///
/// # Errors
/// Those of [`Board::of`]; `Invalid` with the field of each result that cannot be; `Stale` for an attempt that stands
/// already; `NotFound` out of sight.
pub(crate) async fn assess(
    by: &Can<RecordResults>,
    work: &Work,
    class: ClassId,
    new: &NewResults,
    naming: Naming,
) -> Result<()> {
    let board = Board::of(by, work.db(), class).await?;
    let results = &new.results;
    if results.is_empty() {
        let list = match naming {
            Naming::ByIndex => "results",
            Naming::ByPerson => "",
        };
        return Err(Error::invalid(list, "invalid.no_results"));
    }
    let on = board.day(new.assessed_on, work.today())?;
    let mut flaws = Vec::new();
    let mut seen = HashSet::new();
    for (index, result) in results.iter().enumerate() {
        match board.refusal(result, &seen) {
            Some(Refused::Stale) => return Err(Error::Stale),
            Some(Refused::Flaw(field, code)) => {
                flaws.push(FieldError::new(naming.field(index, result.enrolment_id, field), code));
            }
            None => {}
        }
        seen.insert(result.enrolment_id);
    }
    if flaws.is_empty() { board.enter(by, work, results, on).await } else { Err(Error::Invalid(flaws)) }
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
    let new = NewResults { assessed_on: day_of(form.once("assessed_on"))?, results: entered(form)? };
    assess(by, work, class, &new, Naming::ByPerson).await
}

/// Closes an ended class: derives what came of everybody who started, counts who qualified, issues the certificates and
/// lets go of the money of seats that nobody qualified on. Returns how many qualified.
///
/// # Errors
/// `move.illegal` for a class that has not ended or is closed already; `class.results_missing` (arg count); what
/// [`attendance::require_settled`] refuses; `NotFound`.
pub(crate) async fn close(
    by: &Can<CloseClasses>,
    work: &Work,
    (atlas, vault): (&Atlas, &Vault),
    class: ClassId,
) -> Result<usize> {
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
    certificates::issue(work, vault, &class, &qualified).await?;
    let count = qualified.len();
    store::insert_completions(work.db(), completions).await?;
    enrolments::finish(work, &passed, &failed).await?;
    if let Some(pot) = class.pot_id {
        let kept = class.ceiling_fen.times(i64::try_from(count).map_err(Error::internal)?);
        funds::release_beyond(Some(by.actor()), work, pot, class.id, kept, "class_closed").await?;
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
            let passed = tries.get(&seat.id).is_some_and(|tries| tries.iter().any(|row| rules::passes(row.result)));
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
    close(by, work, (atlas, vault), class).await?;
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
