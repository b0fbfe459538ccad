//! Inputs: marks as a program sends them, and the roster as a page sends it.

use std::{collections::BTreeMap, marker::PhantomData};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use entities::values::{EnrolmentId, Presence};
use rocket::form::{self, FromForm, ValueField};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::clock::instant;
use crate::base::{Error, FieldError, Result};

/// Who was there in one session: all of it is saved, or nothing.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMarks {
    pub marks: Vec<NewMark>,
}

/// The mark of one person; it takes the place of an earlier one.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMark {
    pub enrolment_id: EnrolmentId,
    pub presence: Presence,
    /// When the person came: the beginning of the session where it is not said. Who was late must say it.
    pub in_at: Option<DateTime<Utc>>,
    /// When the person went: the end of the session where it is not said.
    pub out_at: Option<DateTime<Utc>>,
}

/// Somebody marks himself by the code on the trainer's screen.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCheckIn {
    /// Eight digits.
    #[schema(example = "40271938")]
    pub code: String,
    /// Goes, and does not come.
    #[serde(default)]
    #[field(default = false)]
    pub out: bool,
    /// What tells this phone from others; any text that stays the same.
    pub device: Option<String>,
    /// Where the phone is, in millionths of a degree; north and east are positive. Both or neither.
    pub latitude: Option<i32>,
    pub longitude: Option<i32>,
}

#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelSession {
    /// Why it is not held, 1 to 200 characters.
    pub reason: String,
}

/// A move that needs no word beside it.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndClass {}

/// How a field is called at the door that the marks came through.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Naming {
    /// `marks[3].in_at`
    ByIndex,
    /// `in-<enrolment id>`
    ByPerson,
}

impl Naming {
    pub(crate) fn field(self, index: usize, mark: &NewMark, field: &'static str) -> String {
        match (self, field) {
            (Self::ByIndex, field) => format!("marks[{index}].{field}"),
            (Self::ByPerson, "in_at") => format!("in-{}", mark.enrolment_id),
            (Self::ByPerson, "out_at") => format!("out-{}", mark.enrolment_id),
            (Self::ByPerson, _) => format!("mark-{}", mark.enrolment_id),
        }
    }
}

/// What a form asks about each person of a list, and once beside it.
pub(crate) trait Asks: Send + 'static {
    /// Fields that come once.
    const ONCE: &'static [&'static str];
    /// Fields that come for each person, named `<word>-<enrolment id>`.
    const EACH: &'static [&'static str];
}

/// A form whose fields are named by the people of a list. Any other field is refused.
#[derive(Debug)]
pub(crate) struct PerPerson<A> {
    once: BTreeMap<&'static str, String>,
    each: BTreeMap<EnrolmentId, BTreeMap<&'static str, String>>,
    asks: PhantomData<fn() -> A>,
}

impl<A: Asks> PerPerson<A> {
    pub(crate) fn once(&self, word: &str) -> Option<&str> {
        self.once.get(word).map(String::as_str)
    }

    /// The people of whom something was said, with what was said.
    pub(crate) fn each(&self) -> impl Iterator<Item = (EnrolmentId, &BTreeMap<&'static str, String>)> {
        self.each.iter().map(|(id, said)| (*id, said))
    }
}

#[rocket::async_trait]
impl<'r, A: Asks> FromForm<'r> for PerPerson<A> {
    type Context = (Self, form::Errors<'r>);

    fn init(_: form::Options) -> Self::Context {
        let empty = Self { once: BTreeMap::new(), each: BTreeMap::new(), asks: PhantomData };
        (empty, form::Errors::new())
    }

    fn push_value((form, errors): &mut Self::Context, field: ValueField<'r>) {
        let name = field.name.source().as_str();
        let of_person = || {
            let (word, id) = name.split_once('-')?;
            Some((A::EACH.iter().find(|known| **known == word)?, id.parse::<EnrolmentId>().ok()?))
        };
        if let Some(word) = A::ONCE.iter().find(|known| **known == name) {
            form.once.insert(word, field.value.to_owned());
        } else if let Some((word, id)) = of_person() {
            form.each.entry(id).or_default().insert(word, field.value.to_owned());
        } else {
            errors.push(field.unexpected());
        }
    }

    async fn push_data((_, errors): &mut Self::Context, field: form::DataField<'r, '_>) {
        errors.push(field.unexpected());
    }

    fn finalize((form, errors): Self::Context) -> form::Result<'r, Self> {
        if errors.is_empty() { Ok(form) } else { Err(errors) }
    }
}

/// The roster of one session: its number once, and of each person the mark and, where late, the times.
#[derive(Debug)]
pub(crate) struct RosterAsks;

impl Asks for RosterAsks {
    const ONCE: &'static [&'static str] = &["session"];
    const EACH: &'static [&'static str] = &["mark", "in", "out"];
}

pub(crate) type RosterForm = PerPerson<RosterAsks>;

impl RosterForm {
    /// The number of the session.
    pub(crate) fn session(&self) -> Result<i32> {
        let number = self.once("session").ok_or_else(|| Error::invalid("session", "invalid.required"))?;
        number.parse().map_err(|_| Error::invalid("session", "invalid.number"))
    }

    /// The marks that were made; the times are of that day. Times beside any other mark than late are left over from a
    /// change of mind and say nothing.
    ///
    /// # Errors
    /// `Invalid`, a line per field that does not read.
    pub(crate) fn marks(&self, day: NaiveDate) -> Result<Vec<NewMark>> {
        let mut flaws = Vec::new();
        let mut marks = Vec::new();
        for (enrolment_id, said) in self.each() {
            let Some(presence) = said.get("mark") else { continue };
            let Ok(presence) = presence.parse::<Presence>() else {
                flaws.push(FieldError::new(format!("mark-{enrolment_id}"), "invalid.choice"));
                continue;
            };
            let mut time = |word: &'static str| {
                let text = said.get(word).filter(|_| presence == Presence::Late)?;
                let time = NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
                if time.is_none() {
                    flaws.push(FieldError::new(format!("{word}-{enrolment_id}"), "invalid.clock_time"));
                }
                time.map(|time| instant(day, time))
            };
            let (in_at, out_at) = (time("in"), time("out"));
            marks.push(NewMark { enrolment_id, presence, in_at, out_at });
        }
        if flaws.is_empty() { Ok(marks) } else { Err(Error::Invalid(flaws)) }
    }
}

#[cfg(test)]
mod tests {
    use rocket::form::{Form, Strict};

    use super::*;

    fn read(fields: &[(&str, &str)]) -> Result<RosterForm, usize> {
        let fields: Vec<ValueField<'_>> =
            fields.iter().map(|(name, value)| ValueField::from((*name, *value))).collect();
        Form::<Strict<RosterForm>>::parse_iter(fields).map(Strict::into_inner).map_err(|errors| errors.len())
    }

    #[test]
    fn a_roster_is_read_by_person_and_nothing_else_is_taken() {
        let (a, b) = (EnrolmentId::new(), EnrolmentId::new());
        let names = [format!("mark-{a}"), format!("mark-{b}"), format!("in-{b}"), format!("in-{a}")];
        let form = read(&[
            ("session", "3"),
            (&names[0], "present"),
            (&names[3], "10:00"),
            (&names[1], "late"),
            (&names[2], "8:45"),
        ])
        .unwrap();
        assert_eq!(form.session().unwrap(), 3);
        let marks = form.marks(NaiveDate::from_ymd_opt(2016, 11, 14).unwrap()).unwrap();
        assert_eq!(marks.iter().find(|mark| mark.enrolment_id == a).unwrap().in_at, None);
        let late = marks.iter().find(|mark| mark.enrolment_id == b).unwrap();
        assert_eq!(late.in_at.unwrap().to_rfc3339(), "2016-11-14T00:45:00+00:00");
        assert_eq!(read(&[("mark-everybody", "present")]).unwrap_err(), 1);
        assert_eq!(read(&[(&format!("grade-{a}"), "1"), ("all", "present")]).unwrap_err(), 2);
    }
}
