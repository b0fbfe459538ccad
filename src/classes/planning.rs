//! The plan of a class on a page, without a script: days in a row are laid out as sessions, each of which may then be
//! changed, taken out, or joined by another, before the application is sent.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use entities::{
    class_session, training_class,
    values::{ClassSessionStatus, CourseId, OrderId, SessionMode, TrainerId, VenueId},
};
use rocket::{FromForm, FromFormField};

use crate::base::clock::{day_of, instant, time_of};
use crate::base::{Error, FieldError, Result};
use crate::classes::forms::{NewClass, NewSession};
use crate::web::FormView;

/// Most sessions of a plan.
pub(super) const MOST: usize = 200;

/// Which button was pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromFormField)]
pub(super) enum Step {
    /// Send the application.
    #[default]
    #[field(value = "apply")]
    Apply,
    /// Lay the days out as sessions, in place of those that stand.
    #[field(value = "plan")]
    Plan,
    /// Put the sessions in order, without those that are ticked to go.
    #[field(value = "update")]
    Update,
    /// The same, and one more session.
    #[field(value = "add")]
    Add,
}

/// One session as a row of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromForm)]
pub(super) struct Row {
    pub day: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub mode: Option<SessionMode>,
    /// None for the trainer of the class.
    pub trainer_id: Option<TrainerId>,
    /// None for the room of the class.
    pub venue_id: Option<VenueId>,
    /// Is taken out.
    pub out: Option<bool>,
}

/// The application as a page sends it, at any step: what must be said is asked for when it is sent.
#[derive(Clone, Debug, FromForm)]
pub(super) struct ClassForm {
    pub course_id: CourseId,
    pub title: Option<String>,
    pub area_code: Option<String>,
    pub venue_id: Option<VenueId>,
    pub trainer_id: Option<TrainerId>,
    pub seats: Option<i32>,
    pub first_day: Option<String>,
    pub days: Option<i32>,
    pub morning_from: Option<String>,
    pub morning_to: Option<String>,
    pub morning_mode: Option<SessionMode>,
    pub afternoon_from: Option<String>,
    pub afternoon_to: Option<String>,
    pub afternoon_mode: Option<SessionMode>,
    pub order_id: Option<OrderId>,
    pub order_seats: Option<i32>,
    /// None where no sessions are laid out.
    pub rows: Option<Vec<Row>>,
    pub step: Option<Step>,
}

fn practice() -> SessionMode {
    SessionMode::Practice
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}

type Half = (NaiveTime, NaiveTime);

fn half(from: Option<&str>, to: Option<&str>, fields: [&'static str; 2]) -> Result<Option<Half>> {
    let read =
        |text: &str, field: &'static str| time(text).ok_or_else(|| Error::invalid(field, "invalid.session_time"));
    match (from, to) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) => {
            let (from, to) = (read(from, fields[0])?, read(to, fields[1])?);
            if from < to { Ok(Some((from, to))) } else { Err(Error::invalid(fields[1], "invalid.session_time")) }
        }
        (None, Some(_)) => Err(Error::invalid(fields[0], "invalid.required")),
        (Some(_), None) => Err(Error::invalid(fields[1], "invalid.required")),
    }
}

fn required<T>(value: Option<T>, field: &'static str) -> Result<T, FieldError> {
    value.ok_or_else(|| FieldError::new(field, "invalid.required"))
}

impl Row {
    fn of(session: &NewSession) -> Self {
        Self {
            day: Some(day_of(session.starts_at).to_string()),
            from: Some(time_of(session.starts_at).format("%H:%M").to_string()),
            to: Some(time_of(session.ends_at).format("%H:%M").to_string()),
            mode: Some(session.mode),
            trainer_id: session.trainer_id,
            venue_id: session.venue_id,
            out: None,
        }
    }

    /// A session that stands, as a row.
    fn of_session(class: &training_class::Model, session: &class_session::Model) -> Self {
        Self::of(&NewSession {
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            mode: session.mode,
            trainer_id: session.trainer_id.filter(|id| Some(*id) != class.trainer_id),
            venue_id: session.venue_id.filter(|id| Some(*id) != class.venue_id),
        })
    }

    /// The row as a session, or what is wrong with it; `place` counts from zero.
    fn read(&self, place: usize) -> Result<NewSession, FieldError> {
        let field = |name: &str| format!("rows[{place}].{name}");
        let day = self.day.as_deref().and_then(|day| day.trim().parse::<NaiveDate>().ok());
        let day = day.ok_or_else(|| FieldError::new(field("day"), "invalid.date"))?;
        let at = |text: &Option<String>, name: &str| {
            let time = text.as_deref().and_then(time);
            time.map(|time| instant(day, time)).ok_or_else(|| FieldError::new(field(name), "invalid.session_time"))
        };
        let (starts_at, ends_at): (DateTime<Utc>, DateTime<Utc>) = (at(&self.from, "from")?, at(&self.to, "to")?);
        if ends_at <= starts_at {
            return Err(FieldError::new(field("to"), "invalid.session_time"));
        }
        let (trainer_id, venue_id) = (self.trainer_id, self.venue_id);
        Ok(NewSession { starts_at, ends_at, mode: self.mode.unwrap_or_else(practice), trainer_id, venue_id })
    }

    /// What the rows are put in order by: one that cannot be read yet stays behind.
    fn key(&self) -> (String, String) {
        let last = || "~".to_owned();
        (self.day.clone().unwrap_or_else(last), self.from.clone().unwrap_or_else(last))
    }
}

impl ClassForm {
    /// The days in a row as sessions, in the morning, in the afternoon, or both.
    fn days_in_a_row(&self) -> Result<Vec<NewSession>> {
        let first = self.first_day.as_deref().and_then(|day| day.trim().parse::<NaiveDate>().ok());
        let first = first.ok_or_else(|| Error::invalid("first_day", "invalid.date"))?;
        let days = self.days.and_then(|days| u64::try_from(days).ok()).filter(|days| (1..=100).contains(days));
        let days = days.ok_or_else(|| Error::invalid("days", "invalid.range"))?;
        let morning = ["morning_from", "morning_to"];
        let morning = half(self.morning_from.as_deref(), self.morning_to.as_deref(), morning)?;
        let afternoon = ["afternoon_from", "afternoon_to"];
        let afternoon = half(self.afternoon_from.as_deref(), self.afternoon_to.as_deref(), afternoon)?;
        if morning.is_none() && afternoon.is_none() {
            return Err(Error::invalid("morning_from", "invalid.required"));
        }
        let mut sessions = Vec::new();
        for n in 0..days {
            let day =
                first.checked_add_days(Days::new(n)).ok_or_else(|| Error::invalid("first_day", "invalid.date"))?;
            for (half, mode) in [(morning, self.morning_mode), (afternoon, self.afternoon_mode)] {
                if let Some((from, to)) = half {
                    sessions.push(NewSession {
                        starts_at: instant(day, from),
                        ends_at: instant(day, to),
                        mode: mode.unwrap_or_else(practice),
                        trainer_id: None,
                        venue_id: None,
                    });
                }
            }
        }
        Ok(sessions)
    }

    fn rows(&self) -> &[Row] {
        self.rows.as_deref().unwrap_or_default()
    }

    /// The rows that stay, in the order of their times.
    fn kept(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.rows().iter().filter(|row| row.out != Some(true)).cloned().collect();
        rows.sort_by_key(Row::key);
        rows
    }

    /// The rows after this step.
    ///
    /// # Errors
    /// `Invalid` where the days cannot be laid out, or a plan would be too long.
    pub(super) fn after(&self, step: Step) -> Result<Vec<Row>> {
        let mut rows = match step {
            Step::Plan => self.days_in_a_row()?.iter().map(Row::of).collect(),
            Step::Apply | Step::Update | Step::Add => self.kept(),
        };
        if step == Step::Add {
            let like = rows.last().cloned().unwrap_or_default();
            let day = like.day.as_deref().and_then(|day| day.trim().parse::<NaiveDate>().ok());
            let next = day.and_then(|day| day.checked_add_days(Days::new(1)));
            let day = next.map(|day| day.to_string()).or_else(|| self.first_day.clone());
            rows.push(Row { day, ..like });
        }
        if rows.len() > MOST { Err(Error::invalid("rows", "class.too_many_sessions")) } else { Ok(rows) }
    }

    /// The application: its rows, or the days in a row where none were laid out.
    ///
    /// # Errors
    /// `Invalid` with all that is missing or cannot be read.
    pub(super) fn read(self) -> Result<NewClass> {
        let mut faults = Vec::new();
        let rows = self.kept();
        let sessions = if self.rows().is_empty() {
            match self.days_in_a_row() {
                Ok(sessions) => sessions,
                Err(Error::Invalid(fields)) => {
                    faults.extend(fields);
                    Vec::new()
                }
                Err(other) => return Err(other),
            }
        } else {
            let read: Vec<_> = rows.iter().enumerate().map(|(place, row)| row.read(place)).collect();
            faults.extend(read.iter().filter_map(|row| row.as_ref().err().cloned()));
            read.into_iter().filter_map(std::result::Result::ok).collect()
        };
        let title = required(self.title, "title");
        let area_code = required(self.area_code, "area_code");
        let venue_id = required(self.venue_id, "venue_id");
        let trainer_id = required(self.trainer_id, "trainer_id");
        let seats = required(self.seats, "seats");
        faults.extend(
            [title.as_ref().err(), area_code.as_ref().err(), venue_id.as_ref().err(), trainer_id.as_ref().err()]
                .into_iter()
                .chain([seats.as_ref().err()])
                .flatten()
                .cloned(),
        );
        match (title, area_code, venue_id, trainer_id, seats) {
            (Ok(title), Ok(area_code), Ok(venue_id), Ok(trainer_id), Ok(seats)) if faults.is_empty() => Ok(NewClass {
                course_id: self.course_id,
                title,
                area_code,
                venue_id,
                trainer_id,
                seats,
                sessions,
                order_id: self.order_id,
                order_seats: self.order_seats,
            }),
            _ => Err(Error::Invalid(faults)),
        }
    }
}

/// The rows of a class that stands.
pub(super) fn rows_of(class: &training_class::Model, sessions: &[class_session::Model]) -> Vec<Row> {
    let live = sessions.iter().filter(|session| session.status != ClassSessionStatus::Cancelled);
    live.map(|session| Row::of_session(class, session)).collect()
}

/// Writes the rows into the view, in place of those that came.
pub(super) fn lay_out(view: FormView, rows: &[Row]) -> FormView {
    let view = view.without(|field| field.starts_with("rows["));
    rows.iter().enumerate().fold(view, |view, (n, row)| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        view.with(&format!("rows[{n}].day"), text(&row.day))
            .with(&format!("rows[{n}].from"), text(&row.from))
            .with(&format!("rows[{n}].to"), text(&row.to))
            .with(&format!("rows[{n}].mode"), row.mode.map(|mode| mode.to_string()).unwrap_or_default())
            .with(&format!("rows[{n}].trainer_id"), row.trainer_id.map(|id| id.to_string()).unwrap_or_default())
            .with(&format!("rows[{n}].venue_id"), row.venue_id.map(|id| id.to_string()).unwrap_or_default())
    })
}

/// Faults of the plan under the names that the page has for them: of a row, or of the days where none are laid out.
pub(super) fn by_rows(error: Error, view: &FormView) -> Error {
    let Error::Invalid(mut fields) = error else { return error };
    for field in &mut fields {
        let place = field.field.strip_prefix("sessions[").and_then(|rest| rest.strip_suffix(']'));
        let row = place.map(|place| format!("rows[{place}].from"));
        if let Some(row) = row {
            field.field = if view.has(&row) { row.into() } else { "sessions".into() };
        }
    }
    Error::Invalid(fields)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn form(days: i32) -> ClassForm {
        let text = |text: &str| Some(text.to_owned());
        ClassForm {
            course_id: CourseId(Uuid::nil()),
            title: text("电子商务实操班"),
            area_code: text("360923"),
            venue_id: Some(VenueId(Uuid::nil())),
            trainer_id: Some(TrainerId(Uuid::nil())),
            seats: Some(41),
            first_day: text("2016-11-14"),
            days: Some(days),
            morning_from: text("08:30"),
            morning_to: text("12:30"),
            morning_mode: Some(SessionMode::Theory),
            afternoon_from: text("14:00"),
            afternoon_to: text("18:00"),
            afternoon_mode: None,
            order_id: None,
            order_seats: None,
            rows: None,
            step: None,
        }
    }

    #[test]
    fn days_in_a_row_are_laid_out_and_read_back_as_they_are() {
        let rows = form(3).after(Step::Plan).unwrap();
        assert_eq!((rows.len(), rows[0].from.as_deref(), rows[5].to.as_deref()), (6, Some("08:30"), Some("18:00")));
        let (plain, laid) = (form(3).read().unwrap(), ClassForm { rows: Some(rows), ..form(3) }.read().unwrap());
        let spans = |new: &NewClass| new.sessions.iter().map(|s| (s.starts_at, s.ends_at, s.mode)).collect::<Vec<_>>();
        assert_eq!(spans(&plain), spans(&laid));
    }

    #[test]
    fn a_row_that_is_ticked_goes_and_a_new_one_follows_the_last() {
        let mut rows = form(2).after(Step::Plan).unwrap();
        rows[1].out = Some(true);
        let kept = ClassForm { rows: Some(rows.clone()), ..form(2) }.after(Step::Update).unwrap();
        assert_eq!(kept.len(), 3);
        let more = ClassForm { rows: Some(rows), ..form(2) }.after(Step::Add).unwrap();
        assert_eq!((more.len(), more[3].day.as_deref()), (4, Some("2016-11-16")));
    }

    #[test]
    fn rows_are_put_in_order_and_one_that_cannot_be_read_is_named() {
        let mut rows = form(2).after(Step::Plan).unwrap();
        rows[0].day = Some("2016-11-20".to_owned());
        let kept = ClassForm { rows: Some(rows.clone()), ..form(2) }.after(Step::Update).unwrap();
        assert_eq!(kept.last().unwrap().day.as_deref(), Some("2016-11-20"));
        rows[2].to = Some("quarter past".to_owned());
        let Err(Error::Invalid(faults)) = (ClassForm { rows: Some(rows), ..form(2) }).read() else {
            panic!("it was taken")
        };
        assert_eq!(faults.iter().map(|fault| fault.field.as_ref()).collect::<Vec<_>>(), ["rows[1].to"]);
    }

    #[test]
    fn all_that_is_missing_is_told_at_once() {
        let bare = ClassForm { title: None, venue_id: None, first_day: None, ..form(2) };
        let Err(Error::Invalid(faults)) = bare.read() else { panic!("it was taken") };
        assert_eq!(
            faults.iter().map(|fault| fault.field.as_ref()).collect::<Vec<_>>(),
            ["first_day", "title", "venue_id"]
        );
    }

    #[test]
    fn a_plan_is_not_endless() {
        assert!(form(101).after(Step::Plan).is_err());
        let rows = form(100).after(Step::Plan).unwrap();
        assert!(ClassForm { rows: Some(rows), ..form(100) }.after(Step::Add).is_err());
    }
}
