//! What is asked of a plan before a class opens: one list for the applicant, who is told of all that fails at once, and for
//! the clerk, who sees the same with ticks and crosses.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    class_session, course, training_class,
    values::{ClassId, ClassSessionStatus, OrganisationId, Programme, SessionId, SessionMode},
};
use sea_orm::ConnectionTrait;

use crate::base::clock::{day_of, year_of};
use crate::base::error::{Args, Error, FieldError, Result};
use crate::classes::forms::NewSession;
use crate::classes::rules::{self, Span};
use crate::classes::store::{self, Busy};
use crate::courses;
use crate::organisations::{self, Teaching};
use crate::policy::{Calendar, Rule, RuleBook};

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Check {
    /// What is asked, by the code of its text.
    pub name: &'static str,
    pub ok: bool,
    /// The field that is at fault, and the code of what is wrong with it.
    pub field: &'static str,
    pub code: &'static str,
    pub args: Args,
}

impl Check {
    fn new(name: &'static str, field: &'static str, code: &'static str, ok: bool) -> Self {
        Self { name, ok, field, code, args: Args::new() }
    }

    fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// One session as it is planned.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub mode: SessionMode,
}

impl Slot {
    fn span(&self) -> Span {
        (self.starts_at, self.ends_at)
    }
}

impl From<&NewSession> for Slot {
    fn from(new: &NewSession) -> Self {
        Self { starts_at: new.starts_at, ends_at: new.ends_at, mode: new.mode }
    }
}

impl From<&class_session::Model> for Slot {
    fn from(row: &class_session::Model) -> Self {
        Self { starts_at: row.starts_at, ends_at: row.ends_at, mode: row.mode }
    }
}

/// A class as it is asked for.
#[derive(Debug)]
pub(super) struct Proposal<'a> {
    pub organisation: OrganisationId,
    pub programme: Programme,
    pub occupation: &'a str,
    pub level: i32,
    pub area: &'a str,
    pub venue: &'a str,
    pub trainer: &'a str,
    pub seats: i32,
    /// Fewest and most of the course.
    pub size: (i32, i32),
    /// Minutes that the course takes.
    pub minutes: i64,
    pub slots: &'a [Slot],
    /// The class itself, where it stands already.
    pub but: Option<ClassId>,
    /// The day of the application; none where it is past.
    pub applied_on: Option<NaiveDate>,
}

/// All that is asked of a plan whose sessions stand in order.
///
/// # Errors
/// Of the database.
pub(super) async fn of(db: &impl ConnectionTrait, plan: &Proposal<'_>, today: NaiveDate) -> Result<Vec<Check>> {
    let book = RuleBook::load(db).await?;
    let rule = |rule| book.value(rule, plan.area, today);
    let mut checks = Vec::with_capacity(9);
    let days: BTreeSet<NaiveDate> =
        plan.slots.iter().flat_map(|slot| [day_of(slot.starts_at), day_of(slot.ends_at)]).collect();
    let teaching = Teaching {
        organisation: plan.organisation,
        programme: plan.programme,
        occupation: plan.occupation,
        level: plan.level,
    };
    let bare = organisations::uncovered(db, &teaching, &days).await?;
    let accredited = Check::new("class_check.accreditation", "course_id", "class.not_accredited", bare.is_none());
    checks.push(match bare {
        Some(day) => accredited.with("day", day),
        None => accredited,
    });
    let (least, most) = (i64::from(plan.size.0), i64::from(plan.size.1).min(rule(Rule::ClassSize(plan.programme))?));
    let fits = (least..=most).contains(&i64::from(plan.seats));
    checks.push(Check::new("class_check.size", "seats", "class.size", fits).with("min", least).with("max", most));
    checks.extend(hours(plan, rule(Rule::ClassMinHours(plan.programme))?));
    for (modes, name, code, least) in [
        (THEORY, "class_check.theory", "class.little_theory", rule(Rule::TheoryShareMin)?),
        (PRACTICE, "class_check.practice", "class.little_practice", rule(Rule::PracticeShareMin)?),
    ] {
        let part = minutes(plan.slots.iter().filter(|slot| modes.contains(&slot.mode)));
        let enough = rules::has_share(part, minutes(plan.slots.iter()), least);
        checks.push(Check::new(name, "sessions", code, enough).with("least", least).with("minutes", part));
    }
    if let (Some(applied_on), Some(first)) = (plan.applied_on, days.first()) {
        let lead = rule(Rule::ClassLeadDays)?;
        let calendar = Calendar::load(db).await?;
        let early = calendar.working_days_between(applied_on, *first) >= lead;
        checks.push(Check::new("class_check.lead", "sessions", "class.too_soon", early).with("days", lead));
    }
    let trainer = Busy::Trainer(plan.organisation, plan.trainer);
    checks.push(free(db, plan, trainer, ("class_check.trainer", "trainer", "class.trainer_busy")).await?);
    let venue = Busy::Venue(plan.area, plan.venue);
    checks.push(free(db, plan, venue, ("class_check.venue", "venue", "class.venue_busy")).await?);
    Ok(checks)
}

/// Online teaching counts as theory, on the job as practice.
const THEORY: &[SessionMode] = &[SessionMode::Theory, SessionMode::Online];
const PRACTICE: &[SessionMode] = &[SessionMode::Practice, SessionMode::OnTheJob];

fn minutes<'a>(slots: impl Iterator<Item = &'a Slot>) -> i64 {
    rules::minutes(&slots.map(Slot::span).collect::<Vec<_>>())
}

fn hours(plan: &Proposal<'_>, least: i64) -> Vec<Check> {
    let planned = minutes(plan.slots.iter());
    let wanted = plan.minutes.max(least.saturating_mul(60));
    let check = Check::new("class_check.hours", "sessions", "class.too_short", planned >= wanted);
    vec![check.with("planned", planned).with("wanted", wanted)]
}

/// Nobody teaches twice at once, no room holds two classes at once.
async fn free(
    db: &impl ConnectionTrait,
    plan: &Proposal<'_>,
    what: Busy<'_>,
    (name, field, code): (&'static str, &'static str, &'static str),
) -> Result<Check> {
    let (Some(first), Some(last)) = (plan.slots.first(), plan.slots.last()) else {
        return Ok(Check::new(name, field, code, true));
    };
    let busy = store::busy(db, what, plan.but, first.starts_at, last.ends_at).await?;
    let taken = busy
        .iter()
        .find(|other| plan.slots.iter().any(|slot| rules::overlaps(slot.span(), (other.starts_at, other.ends_at))));
    Ok(match taken {
        None => Check::new(name, field, code, true),
        Some(other) => Check::new(name, field, code, false).with("day", day_of(other.starts_at)),
    })
}

/// Whether a session of a class that stands may be held then, by that trainer: neither another session of the class, nor
/// another class of the trainer or of the room lies there.
///
/// # Errors
/// `Invalid` with `session_change.overlaps`, `class.trainer_busy`, `class.venue_busy`.
pub(crate) async fn require_free(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    trainer: &str,
    span: Span,
    but: Option<SessionId>,
) -> Result<()> {
    let own = store::sessions(db, class.id).await?;
    let taken = own.iter().find(|other| {
        let live = other.status != ClassSessionStatus::Cancelled && Some(other.id) != but;
        live && rules::overlaps(span, (other.starts_at, other.ends_at))
    });
    if let Some(other) = taken {
        let fault = FieldError::new("starts_at", "session_change.overlaps").with("n", other.ordinal);
        return Err(Error::Invalid(vec![fault]));
    }
    let mut checks = Vec::with_capacity(2);
    for (what, name, field, code) in [
        (Busy::Trainer(class.organisation_id, trainer), "class_check.trainer", "trainer", "class.trainer_busy"),
        (Busy::Venue(&class.area_code, &class.venue), "class_check.venue", "starts_at", "class.venue_busy"),
    ] {
        let busy = store::busy(db, what, Some(class.id), span.0, span.1).await?;
        let check = Check::new(name, field, code, busy.is_empty());
        checks.push(match busy.first() {
            Some(other) => check.with("day", day_of(other.starts_at)),
            None => check,
        });
    }
    require(checks)
}

/// All that fails, told at once.
///
/// # Errors
/// `Invalid` with a field and a code for each check that does not hold.
pub(super) fn require(checks: Vec<Check>) -> Result<()> {
    let faults: Vec<FieldError> = checks
        .into_iter()
        .filter(|check| !check.ok)
        .map(|check| FieldError { field: check.field.into(), code: check.code.into(), args: check.args })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// What is asked of a class that stands, as its rows are now. The days ahead were counted when it was applied for.
///
/// # Errors
/// Of the database.
pub(crate) async fn of_class(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    today: NaiveDate,
) -> Result<Vec<Check>> {
    let course: course::Model = courses::by_id(db, class.course_id).await?;
    let sessions = store::sessions(db, class.id).await?;
    let slots: Vec<Slot> = sessions.iter().map(Slot::from).collect();
    let plan = Proposal {
        organisation: class.organisation_id,
        programme: class.programme,
        occupation: &class.occupation,
        level: class.level,
        area: &class.area_code,
        venue: &class.venue,
        trainer: &class.trainer,
        seats: class.seats,
        size: (course.min_class, course.max_class),
        minutes: i64::from(class.theory_minutes) + i64::from(class.practice_minutes),
        slots: &slots,
        but: Some(class.id),
        applied_on: None,
    };
    let mut checks = of(db, &plan, today).await?;
    checks.extend(roster(db, class, course.min_class, today).await?);
    Ok(checks)
}

/// Enough people want to come, where the county asks for a roster before it approves.
async fn roster(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    fewest: i32,
    today: NaiveDate,
) -> Result<Option<Check>> {
    let percent = RuleBook::load(db).await?.value(Rule::ClassRosterPercent, &class.area_code, today)?;
    if percent == 0 {
        return Ok(None);
    }
    let asked = i64::from(fewest).saturating_mul(percent).saturating_add(99) / 100;
    let there = store::waiting(db, &[class.id]).await?.get(&class.id).copied().unwrap_or_default();
    let check = Check::new("class_check.roster", "seats", "class.roster_too_short", there >= asked);
    Ok(Some(check.with("there", there).with("asked", asked)))
}

/// Years of the plan whose holidays are not stored: their working days are counted from Monday to Friday.
///
/// # Errors
/// Of the database.
pub(crate) async fn years_without_holidays(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
) -> Result<Vec<i32>> {
    let calendar = Calendar::load(db).await?;
    let years = [year_of(day_of(class.created_at)), year_of(class.starts_on)];
    Ok(years.into_iter().collect::<BTreeSet<i32>>().into_iter().filter(|year| !calendar.knows(*year)).collect())
}
