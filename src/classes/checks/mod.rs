//! What is asked of a plan before a class opens: one list for the applicant, who is told of all that fails at once, and for
//! the clerk, who sees the same with ticks and crosses. Who teaches and where is asked in [`cast`].

mod cast;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    class_session, course, training_class,
    values::{ClassId, ClassSessionStatus, OrganisationId, Programme, SessionId, SessionMode, TrainerId, VenueId},
};
use sea_orm::ConnectionTrait;

use crate::base::clock::{day_of, year_of};
use crate::base::error::{Args, Error, FieldError, Result};
use crate::classes::forms::NewClass;
use crate::classes::rules::{self, Span};
use crate::classes::store;
use crate::courses;
use crate::data::{Vault, Work};
use crate::organisations::{self, Teaching};
use crate::policy::{Calendar, Rule, RuleBook};

pub(super) use cast::Cast;

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

/// One session as it is planned, with who teaches it and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub mode: SessionMode,
    /// None of classes that are older than the register.
    pub trainer: Option<TrainerId>,
    /// None of online teaching as well.
    pub venue: Option<VenueId>,
}

impl Slot {
    fn span(&self) -> Span {
        (self.starts_at, self.ends_at)
    }

    /// The sessions of an application. Online teaching keeps no room.
    pub(super) fn of_plan(new: &NewClass) -> Vec<Self> {
        let slot = |session: &crate::classes::forms::NewSession| Self {
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            mode: session.mode,
            trainer: Some(session.trainer_id.unwrap_or(new.trainer_id)),
            venue: (session.mode != SessionMode::Online).then(|| session.venue_id.unwrap_or(new.venue_id)),
        };
        new.sessions.iter().map(slot).collect()
    }

    fn of_session(session: &class_session::Model) -> Self {
        Self {
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            mode: session.mode,
            trainer: session.trainer_id,
            venue: session.venue_id,
        }
    }
}

/// For whom and for what sessions are taught.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub organisation: OrganisationId,
    pub programme: Programme,
    pub occupation: &'a str,
    pub area: &'a str,
    pub seats: i32,
    /// The class itself, where it stands already.
    pub but: Option<ClassId>,
}

impl<'a> Subject<'a> {
    fn of_class(class: &'a training_class::Model) -> Self {
        Self {
            organisation: class.organisation_id,
            programme: class.programme,
            occupation: &class.occupation,
            area: &class.area_code,
            seats: class.seats,
            but: Some(class.id),
        }
    }
}

/// A class as it is asked for.
#[derive(Debug)]
pub(super) struct Proposal<'a> {
    pub subject: Subject<'a>,
    pub level: i32,
    /// Fewest and most of the course.
    pub size: (i32, i32),
    /// Minutes that the course takes.
    pub minutes: i64,
    pub slots: &'a [Slot],
    /// The day of the application; none where it is past.
    pub applied_on: Option<NaiveDate>,
}

/// All that is asked of a plan whose sessions stand in order.
///
/// # Errors
/// Of the database.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    plan: &Proposal<'_>,
    cast: &Cast,
    today: NaiveDate,
) -> Result<Vec<Check>> {
    let book = RuleBook::load(db).await?;
    let Subject { organisation, programme, occupation, area, seats, .. } = plan.subject;
    let rule = |rule| book.value(rule, area, today);
    let mut checks = Vec::with_capacity(13);
    let days: BTreeSet<NaiveDate> =
        plan.slots.iter().flat_map(|slot| [day_of(slot.starts_at), day_of(slot.ends_at)]).collect();
    let teaching = Teaching { organisation, programme, occupation, level: plan.level };
    let bare = organisations::uncovered(db, &teaching, &days).await?;
    let accredited = Check::new("class_check.accreditation", "course_id", "class.not_accredited", bare.is_none());
    checks.push(match bare {
        Some(day) => accredited.with("day", day),
        None => accredited,
    });
    let (least, most) = (i64::from(plan.size.0), i64::from(plan.size.1).min(rule(Rule::ClassSize(programme))?));
    let fits = (least..=most).contains(&i64::from(seats));
    checks.push(Check::new("class_check.size", "seats", "class.size", fits).with("min", least).with("max", most));
    checks.push(hours(plan, rule(Rule::ClassMinHours(programme))?));
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
    checks.extend(cast.checks(db, &plan.subject, plan.slots).await?);
    Ok(checks)
}

/// Online teaching counts as theory, on the job as practice.
const THEORY: &[SessionMode] = &[SessionMode::Theory, SessionMode::Online];
const PRACTICE: &[SessionMode] = &[SessionMode::Practice, SessionMode::OnTheJob];

fn minutes<'a>(slots: impl Iterator<Item = &'a Slot>) -> i64 {
    rules::minutes(&slots.map(Slot::span).collect::<Vec<_>>())
}

fn hours(plan: &Proposal<'_>, least: i64) -> Check {
    let planned = minutes(plan.slots.iter());
    let wanted = plan.minutes.max(least.saturating_mul(60));
    let check = Check::new("class_check.hours", "sessions", "class.too_short", planned >= wanted);
    check.with("planned", planned).with("wanted", wanted)
}

/// Whether a session of a class that stands may be held as the slot says: no other session of the class lies there, and who
/// teaches and the room answer to what is asked of a class.
///
/// # Errors
/// `keys.changing`; `Invalid` with `session_change.overlaps` or the codes of what does not hold.
pub(crate) async fn require_free(
    work: &Work,
    vault: &Vault,
    class: &training_class::Model,
    slot: Slot,
    but: Option<SessionId>,
) -> Result<()> {
    let own = store::sessions(work.db(), class.id).await?;
    let taken = own.iter().find(|other| {
        let live = other.status != ClassSessionStatus::Cancelled && Some(other.id) != but;
        live && rules::overlaps(slot.span(), (other.starts_at, other.ends_at))
    });
    if let Some(other) = taken {
        let fault = FieldError::new("starts_at", "session_change.overlaps").with("n", other.ordinal);
        return Err(Error::Invalid(vec![fault]));
    }
    let slots = [slot];
    let cast = Cast::held(work, vault, None, &slots).await?;
    cast.require_own(class.organisation_id, None, &slots)?;
    require(cast.checks(work.db(), &Subject::of_class(class), &slots).await?)
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
    let slots = slots_of(db, class.id).await?;
    let cast = Cast::of(db, None, &slots).await?;
    standing(db, class, &slots, &cast, today).await
}

/// The same for who decides on it: who teaches and the rooms are held until the decision is written.
///
/// # Errors
/// `keys.changing`; `Invalid` with all that does not hold.
pub(super) async fn require_class(work: &Work, vault: &Vault, class: &training_class::Model) -> Result<()> {
    let slots = slots_of(work.db(), class.id).await?;
    let cast = Cast::held(work, vault, None, &slots).await?;
    require(standing(work.db(), class, &slots, &cast, work.today()).await?)
}

async fn slots_of(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<Slot>> {
    Ok(store::sessions(db, class).await?.iter().map(Slot::of_session).collect())
}

async fn standing(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    slots: &[Slot],
    cast: &Cast,
    today: NaiveDate,
) -> Result<Vec<Check>> {
    let course: course::Model = courses::by_id(db, class.course_id).await?;
    let plan = Proposal {
        subject: Subject::of_class(class),
        level: class.level,
        size: (course.min_class, course.max_class),
        minutes: i64::from(class.theory_minutes) + i64::from(class.practice_minutes),
        slots,
        applied_on: None,
    };
    let mut checks = of(db, &plan, cast, today).await?;
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
